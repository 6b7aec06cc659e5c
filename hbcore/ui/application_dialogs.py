"""Dialogs on one application: each names what will happen before it does."""

from collections.abc import Sequence

import streamlit as st

from hbcore.domain.application_reasons import AskReason, RefuseReason
from hbcore.domain.applications import ApplicationState
from hbcore.services import applications
from hbcore.services.acting import Staff
from hbcore.services.applications import LONGEST_NOTE, ApplicationView, Correction, DraftRefused, WaitingApplication
from hbcore.services.clock import now
from hbcore.ui import safe
from hbcore.ui.application_decided import decided, opened_again
from hbcore.ui.application_words import ask_reason, field_name, refuse_reason, state_name, why
from hbcore.ui.errors import errors_shown
from hbcore.ui.unit_names import unit_choices
from hbcore.ui.words import _

Lines = Sequence[WaitingApplication]

LONGEST_TYPED = 200
FIELDS = {"document_number": "number"}
"""What a form calls otherwise than the comparison."""


def _name(view: ApplicationView) -> None:
    safe.text(f"{view.line.receipt} · {view.line.name}")


def _evidence() -> str:
    return st.text_input(_("Evidence number"), max_chars=40, help=_("The number of the paper it rests on; no names."))


def refuse(view: ApplicationView, lines: Lines, staff: Staff) -> None:
    """Choose the one reason that decides."""
    _name(view)
    reason = st.selectbox(
        _("Reason"), list(RefuseReason), None, refuse_reason, placeholder=_("Choose a reason"), key=f"refuse for {view.line.id}"
    )
    evidence = ""
    if reason == RefuseReason.FALSE_INFORMATION:
        evidence = _evidence()
        if view.line.state == ApplicationState.WAITING:
            safe.text(why("second_person_needed"))
            if st.button(_("Send to a second person")):
                decided(lambda: applications.send_on(view.line.id, [reason], by=staff, at=now()), lines)
            return
    safe.text(_("The applicant sees the reason. They may apply again."))
    if st.button(_("Refuse"), type="primary", disabled=reason is None):
        decided(lambda: applications.refuse(view.line.id, [str(reason)], by=staff, at=now(), evidence=evidence), lines)


def ask(view: ApplicationView, lines: Lines, staff: Staff) -> None:
    """Choose what is needed, one thing or several."""
    _name(view)
    reasons = st.multiselect(
        _("What is needed"), list(AskReason), None, ask_reason, placeholder=_("One or several"), key=f"ask for {view.line.id}"
    )
    safe.text(_("The clock stands until the applicant answers, for 7 days at most."))
    if st.button(_("Ask"), type="primary", disabled=not reasons):
        decided(lambda: applications.ask(view.line.id, [str(one) for one in reasons], by=staff, at=now()), lines)


def send_on(view: ApplicationView, lines: Lines, staff: Staff) -> None:
    """Say what a second person may do."""
    _name(view)
    safe.text(_("Another person then approves, refuses or sends it back."))
    if st.button(_("Send to a second person"), type="primary"):
        decided(lambda: applications.send_on(view.line.id, by=staff, at=now()), lines)


def withdraw(view: ApplicationView, lines: Lines, staff: Staff) -> None:
    """On the applicant's word alone."""
    _name(view)
    safe.text(_("Only when the applicant has asked for it. The application ends; they may apply again later."))
    if st.button(_("The applicant withdraws it"), type="primary"):
        decided(lambda: applications.withdraw(view.line.id, by=staff, at=now()), lines)


def propose_undo(view: ApplicationView, _lines: Lines, staff: Staff) -> None:
    """The ten minutes are over, or somebody else decided: two people take it back."""
    _name(view)
    safe.text(why("undo_needs_second_person"))
    safe.text(
        _("Once another person confirms it, “{state}” is taken back: the application waits again, the code follows.").format(
            state=state_name(view.line.state)
        )
    )
    if st.button(_("Propose"), type="primary"):
        with errors_shown():
            applications.propose_undo(view.line.id, by=staff, at=now())
            opened_again(view.line.id, say=_("Proposed: it stands under Second looks until another person confirms it."))


def propose_revoke(view: ApplicationView, _lines: Lines, staff: Staff) -> None:
    """Choose why; another person confirms it."""
    _name(view)
    reason = st.selectbox(
        _("Reason"), list(RefuseReason), None, refuse_reason, placeholder=_("Choose a reason"), key=f"revoke for {view.line.id}"
    )
    evidence = _evidence() if reason == RefuseReason.FALSE_INFORMATION else ""
    safe.text(_("Once another person confirms it, the registration is revoked and the code decided again."))
    if st.button(_("Propose"), type="primary", disabled=reason is None):
        with errors_shown():
            applications.propose_revoke(view.line.id, str(reason), by=staff, at=now(), evidence=evidence)
            opened_again(view.line.id, say=_("Proposed: it stands under Second looks until another person confirms it."))


def transfer(view: ApplicationView, staff: Staff) -> None:
    """Choose the unit that goes on with it."""
    _name(view)
    choices = {code: name for code, name in unit_choices().items() if code != view.line.unit}
    unit = st.selectbox(_("To"), list(choices), None, choices.__getitem__, placeholder=_("Choose a unit"))
    safe.text(_("The other unit goes on with it; its clock runs on. Where the applicant lives stays as stated."))
    if st.button(_("Transfer"), type="primary", disabled=unit is None):
        with errors_shown():
            applications.transfer(view.line.id, str(unit), by=staff, at=now())
            opened_again(view.line.id, say=_("Application {receipt} transferred.").format(receipt=view.line.receipt))


def related(view: ApplicationView, staff: Staff) -> None:
    """Say that somebody else must decide."""
    _name(view)
    safe.text(_("You will not decide on this application any more, nor claim it; a colleague does. It is on record and stays."))
    if st.button(_("I am related to the applicant"), type="primary"):
        with errors_shown():
            applications.declare_related(view.line.id, by=staff, at=now())
            opened_again(view.line.id, say=_("Recorded: another person decides."))


def put_right(view: ApplicationView, lines: Lines, staff: Staff) -> None:
    """What the document shows where the applicant mistyped it."""
    _name(view)
    safe.text(_("As the document shows it; what is left empty stays as stated. Another person then decides."))
    typed = Correction(
        name=st.text_input(_("Name"), max_chars=LONGEST_TYPED),
        document_number=st.text_input(_("Document number"), max_chars=LONGEST_TYPED),
        birth_date=st.text_input(_("Birth date"), max_chars=LONGEST_TYPED, placeholder="1988-03-12"),
    )
    if not st.button(_("Correct it and send it to a second person"), type="primary", disabled=typed == Correction()):
        return
    with errors_shown():
        try:
            made = applications.put_right(view.line.id, typed, by=staff, at=now())
        except DraftRefused as refused:
            for problem in refused.problems:
                field = field_name(FIELDS.get(problem.field, problem.field))
                safe.text(_("✗ {field}: {problem}").format(field=field, problem=why(problem.code)))
            return
        decided(lambda: made, lines)


def add_note(view: ApplicationView, staff: Staff) -> None:
    """What colleagues should know."""
    _name(view)
    text = st.text_area(_("Note"), max_chars=LONGEST_NOTE, help=_("Colleagues see it, the applicant never does."))
    if st.button(_("Keep the note"), type="primary", disabled=not text.strip()):
        with errors_shown():
            applications.add_note(view.line.id, text, by=staff, at=now())
            opened_again(view.line.id, say=_("The note is kept."))
