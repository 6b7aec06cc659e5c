"""What the list of events is narrowed to, kept in the address: codes, numbers and days, never a word that was typed."""

from collections.abc import Mapping
from datetime import date

import streamlit as st

from hbcore.services.clock import day_of, now
from hbcore.services.events import Chain, Together, Wanted, act_of
from hbcore.ui.event_subjects import subject_typed, subject_words
from hbcore.ui.event_words import ACTS
from hbcore.ui.words import N_, _, language

CHAINS = {Chain.ACTS: N_("Acts"), Chain.LOOK_UPS: N_("Look-ups")}
TOGETHER = {Together.LISTS: N_("Lists of people and bursts")}
CHAIN, ACT, STAFF, ABOUT, SINCE, UNTIL = "chain", "act", "staff", "about", "since", "until"
BEFORE, AFTER = "before", "after"
LABELS = {ACT: N_("Act"), STAFF: N_("Account"), SINCE: N_("From day"), UNTIL: N_("To day")}
LONGEST_SUBJECT = 120


def ask(accounts: Mapping[int, str]) -> Wanted:
    """The filters, which begin as the address says."""
    spoken = language()
    chain = st.segmented_control(
        _("Which"),
        list(CHAINS),
        default=_asked_chain(),
        required=True,
        format_func=lambda one: _(CHAINS[one]),
        key=f"{CHAIN} {spoken}",
        label_visibility="collapsed",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        act = _choose(ACT, {str(one): _(words) for one, words in (*TOGETHER.items(), *ACTS.items())}, _("All acts"), 240)
        by_id = _choose(STAFF, {str(one): name for one, name in accounts.items()}, _("All accounts"), 200)
        about = st.text_input(
            _("About"),
            subject_words(st.query_params.get(ABOUT, ""), accounts),
            max_chars=LONGEST_SUBJECT,
            placeholder=_("As the column says"),
            key=f"{ABOUT} {spoken}",
            autocomplete="off",
            width=220,
        )
        since, until = _day(SINCE), _day(UNTIL)
    return Wanted(
        chain or Chain.ACTS,
        act_of(act) if act else None,
        int(by_id) if by_id else None,
        subject_typed(about, accounts),
        since,
        until,
    )


def in_words(wanted: Wanted, accounts: Mapping[int, str]) -> str:
    """The filters on one line, for somebody who did not choose them."""
    about = subject_words(wanted.about, accounts)
    parts = {
        _(CHAINS[wanted.chain]): True,
        _((TOGETHER | ACTS)[wanted.act]) if wanted.act else _("All acts"): True,
        _("account {name}").format(name=accounts.get(wanted.by_id or 0, wanted.by_id)): wanted.by_id,
        _("about {subject}").format(subject=about): about,
        _("from {day}").format(day=wanted.since): wanted.since,
        _("up to {day}").format(day=wanted.until): wanted.until,
    }
    return " · ".join(words for words, said in parts.items() if said)


def into_address(wanted: Wanted, *, found: bool) -> None:
    """Keep the filters in the address; a change begins at the newest event again.

    What was typed is kept only once events were `found` about it: then it is one of our own numbers.
    """
    kept = {
        CHAIN: str(wanted.chain) if wanted.chain != Chain.ACTS else "",
        ACT: wanted.act or "",
        STAFF: str(wanted.by_id or ""),
        ABOUT: wanted.about if found else "",
        SINCE: wanted.since.isoformat() if wanted.since else "",
        UNTIL: wanted.until.isoformat() if wanted.until else "",
    }
    for name, value in kept.items():
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)


def place(wanted: Wanted) -> tuple[int | None, int | None]:
    """Where in the list the address is: below an event, above another; nowhere for filters that have just changed."""
    last, st.session_state["events wanted"] = st.session_state.get("events wanted", wanted), wanted
    if last != wanted:
        go(None, None)
    return _number(BEFORE), _number(AFTER)


def go(before: int | None, after: int | None) -> None:
    """To another page of the list."""
    for name, value in ((BEFORE, before), (AFTER, after)):
        if value is None:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = str(value)


def _choose(name: str, choices: Mapping[str, str], everything: str, width: int) -> str | None:
    asked = st.query_params.get(name)
    index = list(choices).index(asked) if asked and asked in choices else None
    key = f"{name} {language()}"
    return st.selectbox(_(LABELS[name]), list(choices), index, choices.__getitem__, placeholder=everything, key=key, width=width)


def _day(name: str) -> date | None:
    chosen: date | None = st.date_input(
        _(LABELS[name]), _asked_day(name), max_value=day_of(now()), format="YYYY-MM-DD", key=f"{name} {language()}", width=150
    )
    return chosen


def _asked_chain() -> Chain:
    asked = st.query_params.get(CHAIN)
    return Chain(asked) if asked in set(Chain) else Chain.ACTS


def _asked_day(name: str) -> date | None:
    try:
        asked = date.fromisoformat(st.query_params.get(name, ""))
    except ValueError:
        return None
    return min(asked, day_of(now()))


def _number(name: str) -> int | None:
    asked = st.query_params.get(name, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else None
