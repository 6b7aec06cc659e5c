"""Deciding: buttons that say beforehand why they are grey, a dialog where a reason is needed, then the next application."""

from collections.abc import Callable, Sequence

import streamlit as st

from hbcore.domain.application_reasons import AskReason, RefuseReason
from hbcore.domain.applications import Act, ApplicationState
from hbcore.domain.permissions import Permission, may
from hbcore.services import applications
from hbcore.services.acting import Staff
from hbcore.services.applications import ApplicationView, Decision, WaitingApplication
from hbcore.services.clock import now
from hbcore.ui import safe
from hbcore.ui.application_queue import open_next
from hbcore.ui.application_words import ask_reason, refuse_reason, why
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.words import N_, _

DONE = {
    ApplicationState.APPROVED: N_("Application {receipt} approved."),
    ApplicationState.REFUSED: N_("Application {receipt} not approved."),
    ApplicationState.ASKED: N_("Application {receipt}: the applicant is asked."),
    ApplicationState.SECOND_REVIEW: N_("Application {receipt} waits for a second person."),
    ApplicationState.WAITING: N_("Application {receipt} is back in the queue."),
}

BUTTONS = {
    Act.APPROVE: (N_("Approve"), "A", "primary"),
    Act.ASK: (N_("Ask…"), "Q", "secondary"),
    Act.REFUSE: (N_("Refuse…"), "X", "secondary"),
    Act.SEND_ON: (N_("Second person…"), "P", "secondary"),
    Act.SEND_BACK: (N_("Send back"), "B", "secondary"),
}
"""R and C are Streamlit's own keys."""

NOT_OFFERED = {"already_decided", "waits_for_applicant", "with_second_person"}
"""What is not possible in this state at all is left away; what is only not possible for now is greyed and says why."""


def may_enter(staff: Staff) -> bool:
    """Whether the counter is theirs, too."""
    return may(staff.role, Permission.ENTER_APPLICATIONS)


def show_acts(view: ApplicationView, lines: Sequence[WaitingApplication], staff: Staff) -> None:
    """The buttons, and under them in words what stands against each."""
    offered = [act for act in BUTTONS if view.why_not[act] not in NOT_OFFERED]
    pressed = None
    with st.container(horizontal=True):
        for act in offered:
            if _button(act, view):
                pressed = act
    for code in dict.fromkeys(view.why_not[act] for act in offered):
        if code:
            safe.text(_("{acts} is not possible now: ").format(acts=_names(view, offered, code)) + why(code))
    if pressed is not None:
        _do(pressed, view, lines, staff)


def _button(act: Act, view: ApplicationView) -> bool:
    code = view.why_not[act]
    _name, key, kind = BUTTONS[act]
    return st.button(
        _(BUTTONS[act][0]),
        type="primary" if kind == "primary" else "secondary",
        disabled=code is not None,
        help=safe.inert(why(code)) if code else None,
        shortcut=key,
        key=f"{act} {view.line.id}",
    )


def _names(view: ApplicationView, offered: Sequence[Act], code: str) -> str:
    return "、".join(_(BUTTONS[act][0]).rstrip("…") for act in offered if view.why_not[act] == code)


def _do(act: Act, view: ApplicationView, lines: Sequence[WaitingApplication], staff: Staff) -> None:
    wanted = view.line.id
    match act:
        case Act.APPROVE:
            _decided(lambda: applications.approve(wanted, by=staff, at=now()), lines)
        case Act.SEND_BACK:
            _decided(lambda: applications.send_back(wanted, by=staff, at=now()), lines)
        case Act.REFUSE:
            st.dialog(_("Refuse the application"))(_refuse)(view, lines, staff)
        case Act.ASK:
            st.dialog(_("Ask the applicant"))(_ask)(view, lines, staff)
        case _:
            st.dialog(_("Send to a second person"))(_send_on)(view, lines, staff)


def _decided(decide: Callable[[], Decision], lines: Sequence[WaitingApplication]) -> None:
    with errors_shown():
        made = decide()
        open_next(lines, made.id)
        say_after_rerun(_(DONE[made.state]).format(receipt=made.receipt))


def _refuse(view: ApplicationView, lines: Sequence[WaitingApplication], staff: Staff) -> None:
    safe.text(f"{view.line.receipt} · {view.line.name}")
    reason = st.selectbox(
        _("Reason"), list(RefuseReason), None, refuse_reason, placeholder=_("Choose a reason"), key=f"refuse for {view.line.id}"
    )
    evidence = ""
    if reason == RefuseReason.FALSE_INFORMATION:
        evidence = st.text_input(_("Evidence number"), max_chars=40, help=_("The number of the paper it rests on; no names."))
        if view.line.state == ApplicationState.WAITING:
            safe.text(why("second_person_needed"))
            if st.button(_("Send to a second person")):
                _decided(lambda: applications.send_on(view.line.id, [reason], by=staff, at=now()), lines)
            return
    safe.text(_("The applicant sees the reason. They may apply again."))
    if st.button(_("Refuse"), type="primary", disabled=reason is None):
        _decided(lambda: applications.refuse(view.line.id, [str(reason)], by=staff, at=now(), evidence=evidence), lines)


def _ask(view: ApplicationView, lines: Sequence[WaitingApplication], staff: Staff) -> None:
    safe.text(f"{view.line.receipt} · {view.line.name}")
    reasons = st.multiselect(
        _("What is needed"), list(AskReason), None, ask_reason, placeholder=_("One or several"), key=f"ask for {view.line.id}"
    )
    safe.text(_("The clock stands until the applicant answers, for 7 days at most."))
    if st.button(_("Ask"), type="primary", disabled=not reasons):
        _decided(lambda: applications.ask(view.line.id, [str(one) for one in reasons], by=staff, at=now()), lines)


def _send_on(view: ApplicationView, lines: Sequence[WaitingApplication], staff: Staff) -> None:
    safe.text(f"{view.line.receipt} · {view.line.name}")
    safe.text(_("Another person then approves, refuses or sends it back."))
    if st.button(_("Send to a second person"), type="primary"):
        _decided(lambda: applications.send_on(view.line.id, by=staff, at=now()), lines)
