"""The rows behind a figure, in a drawer beside the counts: masked, a page at a time; opening them is recorded once."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import streamlit as st

from hbcore.domain.applications import ApplicationState
from hbcore.domain.counting import PEOPLE, TUBES
from hbcore.domain.temperatures import STATE_WORDS
from hbcore.services.acting import Staff
from hbcore.services.behind_figures import (
    ApplicationBehind,
    Behind,
    CodeBehind,
    EntryBehind,
    GatesWanted,
    ReadingBehind,
    ResultBehind,
    ResultsWanted,
    Rows,
    Wanted,
)
from hbcore.services.clock import now
from hbcore.services.counted_rows import counted_rows
from hbcore.services.national_entries import LANGUAGES
from hbcore.ui import safe
from hbcore.ui.application_words import here, kind_name, state_name
from hbcore.ui.count_words import MORE_WORDS
from hbcore.ui.errors import errors_shown
from hbcore.ui.links import link
from hbcore.ui.locale_words import number_here
from hbcore.ui.person_words import WORDS
from hbcore.ui.temperature_words import both, done_words
from hbcore.ui.unit_names import unit_name
from hbcore.ui.waiting import busy, nothing_here
from hbcore.ui.words import _, time_here

HELD = "rows behind a figure"
_PAGE = "page of the rows behind a figure"


def open_rows(wanted: Wanted, what: str, staff: Staff) -> None:
    """Open the drawer: `what` says which figure, in our words and names of units and institutions."""
    for kept in (HELD, _PAGE):
        st.session_state.pop(kept, None)
    drawer = st.dialog(_("The rows behind the number"), width="large", position="right", on_dismiss="rerun")
    drawer(show_rows_behind)(wanted, what, staff)


def show_rows_behind(wanted: Wanted, what: str, staff: Staff) -> None:
    """What stands in the drawer."""
    safe.text(what)
    with errors_shown():
        rows = _read(wanted, staff)
        if not rows.total:
            nothing_here(_("Nothing is counted here."))
            return
        said = _("{n} in all. That you opened them is recorded as a look-up.")
        safe.text(said.format(n=number_here(rows.total)))
        if isinstance(wanted, GatesWanted) and rows.gone > 0:
            st.text(_("Normal temperatures of that day are deleted by now; what was abnormal is still here."))
        if rows.rows:
            _show(rows)
        if rows.pages > 1:
            st.pagination(rows.pages, key=_PAGE)


def _read(wanted: Wanted, staff: Staff) -> Rows:
    """A page of rows; each is read, and so recorded, once while the drawer is open."""
    page = st.session_state.get(_PAGE, 1)
    held: Rows | None = st.session_state.get(HELD)
    if held is None or (held.wanted, held.page) != (wanted, page):
        with busy(_("Opening the rows …")):
            held = counted_rows(wanted, page=page, by=staff, at=now())
        st.session_state[HELD] = held
    return held


def _show(rows: Rows) -> None:
    lines = [_LINES[type(one)](one) for one in rows.rows]
    if isinstance(rows.wanted, ResultsWanted) and rows.wanted.figure in (PEOPLE, TUBES):
        stand_for = [row.together for row in rows.rows if isinstance(row, ResultBehind)]
        lines = [{**line, _("Results in it"): n} for line, n in zip(lines, stand_for, strict=True)]
    selected = st.dataframe(
        pa.Table.from_pylist(lines),
        key=f"rows behind {rows.page}",
        hide_index=True,
        row_height=safe.ROW,
        height=2 + safe.ROW * (min(len(lines), 18) + 1),
        on_select="rerun",
        selection_mode="single-row",
    )
    _show_link(rows.rows, selected["selection"]["rows"])


def _show_link(rows: Sequence[Behind], selected: Sequence[int]) -> None:
    """The way to whom the selected row is about."""
    if not selected or selected[0] >= len(rows):
        st.caption(_("Select a row to go on to the person or the application."))
        return
    row = rows[selected[0]]
    if isinstance(row, ApplicationBehind):
        link("Applications", _("Open the application →"), application=str(row.id))
    elif isinstance(row, EntryBehind) or row.whose is None:
        st.caption(_("Of whom this is, nothing is known here."))
    else:
        link("Person", _("Open the person →"), person=str(row.whose.person))


def _person(row: ResultBehind | CodeBehind) -> dict[str, str]:
    return {_("Name"): row.whose.name, _("Document"): row.whose.document}


def _result(row: ResultBehind) -> dict[str, object]:
    ended = f"{_(MORE_WORDS[row.ended_how])} · " if row.ended_how else ""
    return {
        **_person(row),
        _("Outcome"): ended + here(WORDS["outcomes"][row.outcome]),
        _("Sampled"): time_here(row.sampled_at),
        _("Sample number"): row.sample_number,
        _("Institution"): row.institution,
        _("Unit"): unit_name(row.unit),
        _("Upload"): row.upload,
        _("Recorded"): time_here(row.recorded_at),
    }


def _code(row: CodeBehind) -> dict[str, object]:
    return {
        **_person(row),
        _("Unit"): unit_name(row.unit),
        _("Since"): time_here(row.since),
        _("Until"): time_here(row.until) if row.until else "–",
        _("Row of the policy"): row.row,
    }


def _application(row: ApplicationBehind) -> dict[str, object]:
    return {
        _("Receipt"): row.receipt,
        _("Document"): kind_name(row.document_kind),
        _("State"): state_name(ApplicationState(row.state)),
        _("Unit"): unit_name(row.unit),
        _("Submitted"): time_here(row.submitted_at),
        _("Due"): time_here(row.due_at) if row.due_at else "–",
        _("Decided"): time_here(row.decided_at) if row.decided_at else "–",
    }


def _reading(row: ReadingBehind) -> dict[str, object]:
    return {
        _("Name"): row.whose.name if row.whose else "–",
        _("Document"): row.whose.document if row.whose else "–",
        _("Temperature"): both(row.first, row.second),
        _("State"): here(STATE_WORDS[row.state]),
        _("Done at the gate"): done_words(row.done),
        _("Place"): row.place,
        _("Unit"): unit_name(row.unit),
        _("When"): time_here(row.at),
    }


def _entry(row: EntryBehind) -> dict[str, object]:
    shown_in = LANGUAGES.get(row.language, row.language)
    return {_("When"): time_here(row.at), _("Place"): row.place, _("Unit"): unit_name(row.unit), _("Shown in"): shown_in}


_LINES: Mapping[type[Any], Any] = {
    ResultBehind: _result,
    CodeBehind: _code,
    ApplicationBehind: _application,
    ReadingBehind: _reading,
    EntryBehind: _entry,
}
