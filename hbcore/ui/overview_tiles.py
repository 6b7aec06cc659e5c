"""What waits for somebody: each number with its words and a link to exactly the rows it counts."""

from collections.abc import Mapping

import streamlit as st

from hbcore.domain.vocabulary import Colour
from hbcore.services.audit import Act
from hbcore.services.clock import day_of, now
from hbcore.services.desk_state import since_yesterday, this_week
from hbcore.services.events import Together
from hbcore.services.overview import Numbers, Overview, Waits
from hbcore.ui import safe
from hbcore.ui.alarm_list import SHOWN as ALARMS_SHOWN
from hbcore.ui.application_filters import SHOW
from hbcore.ui.count_words import COLOUR_LABELS
from hbcore.ui.event_filters import ACT, SINCE
from hbcore.ui.fact_table import TONIGHT
from hbcore.ui.held_queue import ALL, HELD
from hbcore.ui.links import link
from hbcore.ui.locale_words import number_here
from hbcore.ui.request_queue import SHOWN as REQUESTS_SHOWN
from hbcore.ui.upload_list import LISTED as UPLOADS_LISTED
from hbcore.ui.words import N_, _

TILE = 136
"""Pixels: as many tiles in a line as a desk has room for; on a phone they share its width in pairs (`web/desk.css`)."""

ROWS = "rows"
"""In the address of the overview: the number (a word of `Waits`) whose rows stand below."""

STATE = "state"
"""In the address of the page of accounts."""

WORDS = {
    Waits.OVERDUE: N_("Overdue"),
    Waits.DUE_SOON: N_("Due within 2 h"),
    Waits.RECOLOURING_OVER: N_("Recolouring beyond 48 h"),
    Waits.ALARMS: N_("Alarms"),
    Waits.TO_VERIFY: N_("New positives to verify"),
    Waits.TEMPERATURES: N_("Temperatures to settle"),
    Waits.WAITING: N_("Under review"),
    Waits.ANSWERED: N_("Answered"),
    Waits.SECOND_REVIEW: N_("For a second person"),
    Waits.PROPOSALS: N_("For my second look"),
    Waits.TO_SETTLE: N_("Held rows to settle"),
    Waits.RECOLOURING: N_("Recolouring to review"),
    Waits.EXPORTS: N_("Large exports for my second look"),
    Waits.KEYS: N_("Keys of codes for my second look"),
    Waits.LISTS: N_("Lists and bursts, 7 days"),
    Waits.ASKED: N_("Asked"),
    Waits.ROWS_HELD: N_("Held rows, 7 days"),
    Waits.ROWS_REFUSED: N_("Rows not recorded, 7 days"),
    Waits.UPLOADS_SHIFT: N_("My uploads, this shift"),
    Waits.ONE_TIME: N_("One-time password not used yet"),
    Waits.WITHOUT_LIAISON: N_("Institutions without a liaison"),
    Waits.WITHOUT_STAFF: N_("Prefectures without a reviewer"),
    Waits.SUSPENDED: N_("Institutions suspended"),
    Waits.ACCOUNTS: N_("Accounts in use"),
    Waits.DISABLED: N_("Accounts disabled"),
    Waits.REFUSALS: N_("Refused acts since yesterday"),
    Waits.FAILED_SIGN_INS: N_("Failed sign-ins since yesterday"),
}
REFUSED = {Waits.REFUSALS: Act.REFUSED, Waits.FAILED_SIGN_INS: Act.SIGN_IN_FAILED}
ELSEWHERE: Mapping[Waits, tuple[str, Mapping[str, str]]] = {
    Waits.OVERDUE: ("Applications", {SHOW: "soon", "left": "overdue"}),
    Waits.DUE_SOON: ("Applications", {SHOW: "soon", "left": "2h"}),
    Waits.TEMPERATURES: ("Temperatures", {}),
    Waits.WAITING: ("Applications", {SHOW: "waiting"}),
    Waits.ANSWERED: ("Applications", {SHOW: "answered"}),
    Waits.SECOND_REVIEW: ("Applications", {SHOW: "second_review"}),
    Waits.ASKED: ("Applications", {SHOW: "asked"}),
    Waits.RECOLOURING: ("Recolouring", {REQUESTS_SHOWN: "entered"}),
    Waits.RECOLOURING_OVER: ("Recolouring", {REQUESTS_SHOWN: "overdue"}),
    Waits.PROPOSALS: ("Second_looks", {}),
    Waits.EXPORTS: ("Events", {}),
    Waits.KEYS: ("Code_keys", {}),
    Waits.ENDING_TONIGHT: ("Facts", {TONIGHT: "1"}),
    Waits.ALARMS: ("Alarms", {ALARMS_SHOWN: "all"}),
    Waits.TO_VERIFY: ("Alarms", {ALARMS_SHOWN: "to_verify"}),
    Waits.TO_SETTLE: ("Lab_results", {HELD: ALL}),
    Waits.ROWS_HELD: ("Lab_results", {UPLOADS_LISTED: "held"}),
    Waits.ROWS_REFUSED: ("Lab_results", {UPLOADS_LISTED: "refused"}),
    Waits.UPLOADS_SHIFT: ("Lab_results", {UPLOADS_LISTED: "shift"}),
    Waits.ACCOUNTS: ("Staff", {STATE: "active"}),
    Waits.ONE_TIME: ("Staff", {STATE: "one_time"}),
    Waits.DISABLED: ("Staff", {STATE: "disabled"}),
}


def behind(what: Waits) -> tuple[str, Mapping[str, str]]:
    """The page and the address that show the rows of a number."""
    if what in REFUSED:
        return "Events", {ACT: str(REFUSED[what]), SINCE: f"{day_of(since_yesterday(now()))}"}
    if what == Waits.LISTS:
        return "Events", {ACT: str(Together.LISTS), SINCE: f"{day_of(this_week(now()))}"}
    return ELSEWHERE.get(what, ("Overview", {ROWS: str(what)}))


def show_tiles(numbers: Numbers) -> None:
    """A tile for each number: what it counts, how many, and the way to them. Numbers stand in a line, however long the words."""
    with st.container(horizontal=True, gap="xsmall", key="tiles"):
        for what, n in numbers.items():
            if what in WORDS:
                with st.container(border=True, width=TILE, height="stretch", gap="xsmall", vertical_alignment="bottom"):
                    show_number(what, n)


def show_tonight(seen: Overview) -> None:
    """What changes by itself tonight: no work, so no tile; lines beside the day's codes."""
    if seen.today and seen.tonight:
        now = seen.today.figures.codes
        changed = [
            f"{_(COLOUR_LABELS[colour])} {number_here(now[colour])} → {number_here(seen.tonight[colour])}"
            for colour in Colour
            if now[colour] != seen.tonight[colour]
        ]
        if changed:
            said = _("At midnight, if nothing else is recorded: {codes}")
            safe.text(said.format(codes=" · ".join(changed)))
    numbers = seen.numbers
    if Waits.ENDING_TONIGHT in numbers:
        page, address = behind(Waits.ENDING_TONIGHT)
        words = _("Measures that end tonight: {n}").format(n=number_here(numbers[Waits.ENDING_TONIGHT]))
        link(page, f"{words} →", **address)


def show_number(what: Waits, n: int) -> None:
    """One number. Rows that stand on the overview itself are put there, and away again, by a button."""
    st.metric(_(WORDS[what]), number_here(n))
    page, address = behind(what)
    if page != "Overview":
        link(page, _("Open →"), **address)
    elif st.query_params.get(ROWS) == what:
        if st.button(_("Hide"), type="tertiary", key=f"hide {what}"):
            del st.query_params[ROWS]
            st.rerun()
    elif st.button(_("Show"), type="tertiary", key=f"show {what}"):
        st.query_params[ROWS] = what
        st.rerun()
