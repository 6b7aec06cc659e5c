"""Deciding: buttons that say beforehand why they are grey, a dialog where more is needed, then the next application."""

from collections.abc import Callable, Sequence
from datetime import datetime

import streamlit as st

from hbcore.domain.applications import OPEN, UNDO_WITHIN, Act
from hbcore.domain.permissions import Permission, may
from hbcore.services import applications
from hbcore.services.acting import Staff
from hbcore.services.applications import ApplicationView, Decision, WaitingApplication
from hbcore.services.clock import now
from hbcore.ui import safe
from hbcore.ui.application_decided import LAST, decided, opened_again
from hbcore.ui.application_dialogs import (
    add_note,
    ask,
    propose_revoke,
    propose_undo,
    put_right,
    refuse,
    related,
    send_on,
    transfer,
    withdraw,
)
from hbcore.ui.application_words import clock_time, held_until, why
from hbcore.ui.errors import errors_shown
from hbcore.ui.locale_words import list_here
from hbcore.ui.words import N_, _

BUTTONS = {
    Act.APPROVE: (N_("Approve"), "A", "primary"),
    Act.ASK: (N_("Ask…"), "Q", "secondary"),
    Act.REFUSE: (N_("Refuse…"), "X", "secondary"),
    Act.SEND_ON: (N_("Second person…"), "P", "secondary"),
    Act.SEND_BACK: (N_("Send back"), "B", "secondary"),
    Act.UNDO: (N_("Undo"), "U", "primary"),
    Act.REVOKE: (N_("Revoke…"), None, "secondary"),
    Act.WITHDRAW: (N_("Withdraw…"), None, "secondary"),
}
"""R and C are Streamlit's own keys."""

NOT_OFFERED = {"already_decided", "waits_for_applicant", "with_second_person", "not_in_this_state"}
"""What is not possible in this state at all is left away; what is only not possible for now is greyed and says why."""

Dialog = Callable[[ApplicationView, Sequence[WaitingApplication], Staff], None]
DIALOGS: dict[Act, tuple[str, Dialog]] = {
    Act.REFUSE: (N_("Refuse the application"), refuse),
    Act.ASK: (N_("Ask the applicant"), ask),
    Act.SEND_ON: (N_("Send to a second person"), send_on),
    Act.UNDO: (N_("Take the decision back"), propose_undo),
    Act.REVOKE: (N_("Revoke the approval"), propose_revoke),
    Act.WITHDRAW: (N_("Withdraw the application"), withdraw),
}


def may_enter(staff: Staff) -> bool:
    """Whether the counter is theirs, too."""
    return may(staff.role, Permission.ENTER_APPLICATIONS)


def show_acts(view: ApplicationView, lines: Sequence[WaitingApplication], staff: Staff, at: datetime) -> None:
    """The buttons, and under them in words what stands against each."""
    offered = [act for act in BUTTONS if view.why_not[act] not in NOT_OFFERED and _of_their_role(act, view)]
    pressed = None
    with st.container(horizontal=True):
        for act in offered:
            if _button(act, view):
                pressed = act
    for code in dict.fromkeys(view.why_not[act] for act in offered):
        if code:
            reason = held_until(view.line.claim, at) if code == "claimed_by_other" and view.line.claim else why(code)
            safe.text(_("{acts}: not possible now. {reason}").format(acts=_names(view, offered, code), reason=reason))
    if pressed is not None:
        _do(pressed, view, lines, staff)


def _of_their_role(act: Act, view: ApplicationView) -> bool:
    """Deciding is what the page is for, so that its buttons stay; the counter's one is there for those who work at it."""
    return act != Act.WITHDRAW or view.why_not[act] != "not_allowed"


def _button(act: Act, view: ApplicationView) -> bool:
    code = view.why_not[act]
    _name, key, kind = BUTTONS[act]
    return st.button(
        safe.inert(_label(act, view)),
        type="primary" if kind == "primary" and not _proposed(act, view) else "secondary",
        disabled=code is not None,
        help=safe.inert(why(code)) if code else None,
        shortcut=key,
        key=f"{act} {view.line.id}",
    )


def _label(act: Act, view: ApplicationView) -> str:
    return _("Propose to undo…") if _proposed(act, view) else _(BUTTONS[act][0])


def _proposed(act: Act, view: ApplicationView) -> bool:
    """Whether another has to confirm that it is undone."""
    return act == Act.UNDO and not view.undo_alone


def pressed_answer(view: ApplicationView) -> bool:
    """Whether the applicant's corrections are to be typed in now; the button is grey for a relative."""
    code = view.why_not[Act.ANSWER]
    pressed = st.button(_("Type in the corrections…"), disabled=code is not None, help=safe.inert(why(code)) if code else None)
    if code:
        st.caption(safe.inert(why(code)))
    return pressed


def _names(view: ApplicationView, offered: Sequence[Act], code: str) -> str:
    return list_here([_label(act, view).rstrip("…") for act in offered if view.why_not[act] == code])


def _do(act: Act, view: ApplicationView, lines: Sequence[WaitingApplication], staff: Staff) -> None:
    wanted = view.line.id
    if act == Act.APPROVE:
        decided(lambda: applications.approve(wanted, by=staff, at=now()), lines)
    elif act == Act.SEND_BACK:
        decided(lambda: applications.send_back(wanted, by=staff, at=now()), lines)
    elif act == Act.UNDO and view.undo_alone:
        _undo(wanted, staff)
    else:
        dialog = DIALOGS[act][1]
        st.dialog(_(DIALOGS[act][0]))(dialog)(view, lines, staff)


def show_claim(view: ApplicationView, lines: Sequence[WaitingApplication], staff: Staff, at: datetime) -> None:
    """Who holds it, and the buttons to claim it, to let go of it, to take it over, to hand it on, to leave a note."""
    line, claim = view.line, view.line.claim
    supervisor = may(staff.role, Permission.TRANSFER_APPLICATIONS)
    open_now = line.state in ("waiting", "second_review")
    pressed = {}
    if claim:
        safe.text(held_until(claim, at))
    with st.container(horizontal=True):
        if claim is None and open_now:
            related = _is_related(view)  # why stands above, with the acts
            told = why("relative_declared") if related else _("Yours for 15 minutes.")
            pressed["claim"] = st.button(
                _("Claim"), shortcut="L", disabled=related, help=safe.inert(told), key=f"claim {line.id}"
            )
        elif claim and claim.own:
            pressed["release"] = st.button(_("Let go"), shortcut="L", key=f"release {line.id}")
        elif claim and supervisor:
            pressed["take over"] = st.button(_("Take over"), shortcut="L", key=f"take over {line.id}")
        if supervisor and (open_now or line.state == "asked"):
            pressed["transfer"] = st.button(_("Transfer…"), shortcut="T", key=f"transfer {line.id}")
        pressed |= _about_applicant(view)
        pressed["note"] = st.button(_("Note…"), shortcut="N", key=f"note {line.id}")
    if any(pressed.values()):
        _around(next(name for name, is_pressed in pressed.items() if is_pressed), view, lines, staff)


def _is_related(view: ApplicationView) -> bool:
    """Whether who looks at it has said so: it is not said twice, nor taken back."""
    return "relative_declared" in view.why_not.values()


def _about_applicant(view: ApplicationView) -> dict[str, bool]:
    """What somebody may say about the applicant: how the document really reads, or that they are related."""
    line, pressed = view.line, dict[str, bool]()
    if view.why_not[Act.SEND_ON] is None:
        pressed["correct"] = st.button(
            _("Correct…"), help=_("Name, number or birth date as the document shows it."), key=f"correct {line.id}"
        )
    if line.state in OPEN and not _is_related(view):
        pressed["related"] = st.button(_("Related…"), help=_("You are related to the applicant."), key=f"related {line.id}")
    return pressed


def _around(pressed: str, view: ApplicationView, lines: Sequence[WaitingApplication], staff: Staff) -> None:
    if pressed == "transfer":
        st.dialog(_("Transfer to another unit"))(transfer)(view, staff)
    elif pressed == "related":
        st.dialog(_("Related to the applicant"))(related)(view, staff)
    elif pressed == "correct":
        st.dialog(_("Correct the application"))(put_right)(view, lines, staff)
    elif pressed == "note":
        st.dialog(_("Internal note"))(add_note)(view, staff)
    else:
        with errors_shown():
            if pressed == "release":
                applications.release(view.line.id, by=staff, at=now())
            else:
                applications.claim(view.line.id, by=staff, at=now(), take_over=pressed == "take over")
            opened_again(view.line.id)
            st.rerun()


def show_undo(staff: Staff, at: datetime) -> None:
    """After a decision, for ten minutes: what it was, and the button that takes it back."""
    held: tuple[Decision, datetime, str] | None = st.session_state.get(LAST)
    if held is None or at >= held[1] + UNDO_WITHIN:
        return
    made, then, said = held
    with st.container(horizontal=True, vertical_alignment="center", key="last decision"):
        safe.text(said)
        pressed = st.button(
            _("Undo until {time}").format(time=safe.inert(clock_time(then + UNDO_WITHIN))), shortcut="U", key="undo last"
        )
    if pressed:
        _undo(made.id, staff)


def _undo(application_id: int, staff: Staff) -> None:
    with errors_shown():
        applications.undo(application_id, by=staff, at=now())
        st.session_state.pop(LAST, None)
        opened_again(application_id, say=_("The decision is taken back."))
