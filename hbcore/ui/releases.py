"""Positives that wait for a second account, on the screen: by upload, the rows on request, released or declined."""

from collections.abc import Callable, Iterable

import streamlit as st

from hbcore.services import held_effects, releases
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.releases import RowSeen, Waiting
from hbcore.ui import safe
from hbcore.ui.decline_words import offer_decline
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.fact_words import changes_words
from hbcore.ui.lab_report import COLUMN_WORDS
from hbcore.ui.links import link
from hbcore.ui.locale_words import number_here
from hbcore.ui.recall_waits import say_recall_waits
from hbcore.ui.words import _, _n, time_here

ROWS, EFFECT = "rows for release", "effect of a release"
SHOWN_ROWS = 200


def show_releases(staff: Staff, *, expired_only: bool = False) -> None:
    """Whatever waits for release; `expired_only`: where the proposals themselves stand elsewhere on the page."""
    waiting = [one for one in releases.waiting(by=staff, at=now()) if one.proposal is None or not expired_only]
    if not waiting:
        return
    st.subheader(_("Positives wait for a second account"), anchor=False)
    for one in waiting:
        with st.container(border=True):
            _show(one, staff)


def show_rows(upload: int, staff: Staff) -> None:
    """A button that shows the waiting rows of an upload and what releasing them does, once pressed: recorded as a look-up."""
    if st.button(_("Show these rows"), key=f"rows {upload}", help=_("This is recorded as a look-up.")):
        with errors_shown():
            st.session_state[EFFECT] = (upload, held_effects.of_release(upload, by=staff, at=now()))
            st.session_state[ROWS] = (upload, releases.rows_of(upload, by=staff, at=now()))
            st.rerun()


def rows_not_seen(upload: int) -> str | None:
    """Why its positives can't be released yet."""
    held = st.session_state.get(ROWS)
    return None if held and held[0] == upload else _("Look at the rows first.")


def show_opened_rows(upload: int) -> None:
    """The rows, masked, where they were asked for; one that is selected leads to its person, whom a look-up shows."""
    held: tuple[int, tuple[RowSeen, ...]] | None = st.session_state.get(ROWS)
    if not held or held[0] != upload or not held[1]:
        return
    safe.text(_("Once released: {changes}").format(changes=changes_words(st.session_state[EFFECT][1])))
    shown = held[1][:SHOWN_ROWS]
    words = dict.fromkeys(word for row in shown for word in row.cells)
    key, lines = f"rows of {upload}", [_cells(row, words) for row in shown]
    if not any(row.person for row in shown):
        safe.table(lines, key=key)
    elif (chosen := safe.chooser(lines, key=key)) is None:
        st.caption(_("Select a row to open the person; that is a look-up with its purpose."))
    elif person := shown[chosen].person:
        link("Person", _("Open the person →"), person=str(person))
    else:
        st.caption(_("Nobody is on record under this number yet."))


def _show(one: Waiting, staff: Staff) -> None:
    said = _n(
        "{institution}, upload {number}: {n} positive beyond the limit of the shift. Uploaded by {name} {time}.",
        "{institution}, upload {number}: {n} positives beyond the limit of the shift. Uploaded by {name} {time}.",
        one.rows,
    )
    about = {"institution": one.institution, "number": one.number, "n": number_here(one.rows), "name": one.by}
    safe.text(said.format(**about, time=time_here(one.at)))
    if one.recall_waits:
        say_recall_waits(one.number, staff)
        return
    if one.own:
        st.text(_("Another account releases or declines them: a colleague of your institution, or the supervisor of its unit."))
        return
    proposal = one.proposal
    with st.container(horizontal=True):
        show_rows(one.upload, staff)
        if proposal is None:
            said = _("Proposed: another account releases them.")
            if st.button(_("Propose the release again"), key=f"again {one.upload}"):
                _done(
                    lambda: releases.propose_again(one.upload, by=staff, at=now()), _("Proposed: another account releases them.")
                )
        else:
            not_yet = rows_not_seen(one.upload)
            if st.button(
                _("Release"),
                type="primary",
                disabled=not_yet is not None,
                help=safe.inert(not_yet) if not_yet else None,
                key=f"release {proposal}",
            ):
                _done(lambda: releases.release(proposal, by=staff, at=now()), _("Released: the positives are recorded."))
            said = _("Declined: the rows count as not recorded.")
            offer_decline(
                f"decline {proposal}",
                lambda reason: _done(lambda: releases.decline(proposal, reason, by=staff, at=now()), said),
                read=False,
            )
    show_opened_rows(one.upload)


def _done(act: Callable[[], object], said: str) -> None:
    with errors_shown():
        act()
        st.session_state.pop(ROWS, None)
        say_after_rerun(said)


def _cells(row: RowSeen, words: Iterable[str]) -> dict[str, object]:
    return {_("Row"): row.row, **{_(COLUMN_WORDS[word]): row.cells.get(word, "") for word in words}}
