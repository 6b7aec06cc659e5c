"""The handover sheet: a drawer with the shift's figures and the text to copy or to keep."""

from datetime import datetime, timedelta

import streamlit as st

from hbcore.services import applications
from hbcore.services.acting import Staff
from hbcore.services.applications import HandoverSheet
from hbcore.services.clock import now
from hbcore.ui import safe
from hbcore.ui.application_words import ACTS, clock_time, moment, reason_name, remaining, state_name
from hbcore.ui.errors import errors_shown
from hbcore.ui.locale_words import list_here
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import _

SHIFTS = (8, 12, 24)
"""Hours a shift may have."""

_SHEET = "handover sheet"


def show_handover(staff: Staff) -> None:
    """Choose the shift's length; the sheet is made once, which is an event."""
    hours = st.segmented_control(_("Hours of the shift"), SHIFTS, default=SHIFTS[0], required=True) or SHIFTS[0]
    safe.text(_("What you decided, what you hold, what presses in your unit, and the notes you wrote. Names are masked."))
    if st.button(_("Make the sheet"), type="primary"):
        with errors_shown():
            at = now()
            st.session_state[_SHEET] = applications.hand_over(at - timedelta(hours=int(hours)), by=staff, at=at)
    sheet: HandoverSheet | None = st.session_state.get(_SHEET)
    if sheet is not None:
        st.code(as_text(sheet), language=None, wrap_lines=True)
        st.download_button(_("Keep as a text file"), as_text(sheet).encode("utf-8-sig"), f"handover-{sheet.at:%Y%m%d-%H%M}.txt")


def as_text(sheet: HandoverSheet) -> str:
    """The sheet as plain text."""
    parts = [
        (_("Done"), [_done(one.receipt, _(ACTS[one.act]), one.reasons, one.at) for one in sheet.done]),
        (_("Still claimed"), [f"{one.receipt}  {state_name(one.state)}  → {clock_time(one.until)}" for one in sheet.held]),
        (
            _("Overdue or under 2 h left, own unit and below"),
            [f"{line.receipt}  {remaining(line, sheet.at)}  {line.name}  {unit_name(line.unit)}" for line in sheet.pressing],
        ),
        (_("Notes"), [f"{note.receipt}  {clock_time(note.at)}  {' '.join(note.text.split())}" for note in sheet.notes]),
    ]
    head = [
        _("Handover sheet"),
        " · ".join(part for part in (unit_name(sheet.unit), sheet.by) if part),
        f"{moment(sheet.since, sheet.at)} – {moment(sheet.at, sheet.at)}",
    ]
    body = [line for title, lines in parts for line in ("", f"{title} ({len(lines)})", *(f"  {one}" for one in lines))]
    return "\n".join([*head, *body])


def _done(receipt: str, act: str, reasons: tuple[str, ...], at: datetime) -> str:
    why = list_here([reason_name(code) for code in reasons])
    return "  ".join(part for part in (receipt, clock_time(at), act, why) if part)
