"""The steps of a recolouring request as buttons: each greyed one says why, each dialog what will happen."""

from collections.abc import Callable, Sequence

import streamlit as st

from hbcore.domain.recolouring import RequestAct, RequestState
from hbcore.domain.recolouring_grounds import AskFor, Refusal
from hbcore.services import recolouring, recolouring_entry
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.recolouring import Moved
from hbcore.services.recolouring_seen import Request, RequestLine
from hbcore.ui import safe
from hbcore.ui.application_words import why
from hbcore.ui.decline_words import choose_decline
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.locale_words import list_here
from hbcore.ui.request_form import FIELDS, show_fields
from hbcore.ui.request_queue import QUEUE
from hbcore.ui.request_words import asked_for, ground_name, reason_of
from hbcore.ui.words import N_, _

_A, _S = RequestAct, RequestState
BUTTONS = {
    _A.REVIEW: (N_("Found right"), "A", "primary"),
    _A.CONFIRM: (N_("Confirm"), "A", "primary"),
    _A.ANSWER: (N_("The person has answered…"), "A", "primary"),
    _A.ASK: (N_("Ask for more…"), "Q", "secondary"),
    _A.SEND_BACK: (N_("Send back to the county…"), "B", "secondary"),
    _A.REFUSE: (N_("Refuse the request…"), "X", "secondary"),
    _A.WITHDRAW: (N_("Withdraw…"), None, "tertiary"),
}
"""R and C are Streamlit's own keys."""

OFFERED = {
    _S.ENTERED: (_A.REVIEW, _A.ASK, _A.REFUSE, _A.WITHDRAW),
    _S.ASKED: (_A.ANSWER, _A.REFUSE, _A.WITHDRAW),
    _S.REVIEWED: (_A.CONFIRM, _A.SEND_BACK, _A.REFUSE, _A.WITHDRAW),
}
SAID = {
    _S.ENTERED: N_("The request is with the county again."),
    _S.ASKED: N_("Written down: the person is asked, the clock stands."),
    _S.REVIEWED: N_("Reviewed: it waits for the office above."),
    _S.CONFIRMED: N_("Confirmed; the code has been decided again."),
    _S.REFUSED: N_("Refused; the answer says why."),
    _S.WITHDRAWN: N_("The request is withdrawn."),
}

Lines = Sequence[RequestLine]


def show_acts(one: Request, lines: Lines, staff: Staff) -> None:
    """The buttons of the state it is in, and under them in words what stands against each."""
    offered = OFFERED.get(one.line.state, ())
    pressed = None
    with st.container(horizontal=True):
        for act in offered:
            if _button(act, one):
                pressed = act
    for code in dict.fromkeys(one.why_not[act] for act in offered):
        if code:
            names = list_here([_(BUTTONS[act][0]).rstrip("…") for act in offered if one.why_not[act] == code])
            safe.text(_("{acts}: not possible now. {reason}").format(acts=names, reason=why(code)))
    if pressed is not None:
        _do(pressed, one, lines, staff)


def _button(act: RequestAct, one: Request) -> bool:
    code = one.why_not[act]
    _name, key, kind = BUTTONS[act]
    return st.button(
        _(BUTTONS[act][0]),
        type="primary" if kind == "primary" else "tertiary" if kind == "tertiary" else "secondary",
        disabled=code is not None,
        help=safe.inert(why(code)) if code else None,
        shortcut=key,
        key=f"{act} {one.line.id}",
    )


def _do(act: RequestAct, one: Request, lines: Lines, staff: Staff) -> None:
    request = one.line.id
    if act == RequestAct.REVIEW:
        _moved(lambda: recolouring.review(request, by=staff, at=now()), lines)
    elif act == RequestAct.CONFIRM and one.proposal is not None:
        proposal = one.proposal
        _moved(lambda: recolouring.confirm(proposal, by=staff, at=now()), lines)
    else:
        st.dialog(_(TITLES[act]), width="medium")(DIALOGS[act])(one, lines, staff)


def _moved(step: Callable[[], Moved], lines: Lines) -> None:
    """Take the step, open the next one, say what was done."""
    with errors_shown():
        made = step()
        QUEUE.show(None)
        QUEUE.open_next(lines, made.id)
        say_after_rerun(_(SAID[made.state]))


def _ask(one: Request, lines: Lines, staff: Staff) -> None:
    _name(one)
    reasons = st.multiselect(
        _("What is missing"),
        [str(what) for what in AskFor],
        [str(what) for what in one.missing],
        reason_of,
        placeholder=_("One or several"),
        key=f"ask for {one.line.id}",
    )
    safe.text(_("The clock stands until the person answers. The answer to read out says what is missing."))
    if st.button(_("Ask for it"), type="primary", disabled=not reasons):
        _moved(lambda: recolouring.ask(one.line.id, reasons, by=staff, at=now()), lines)


def _refuse(one: Request, lines: Lines, staff: Staff) -> None:
    _name(one)
    asked = one.line.state == RequestState.ASKED
    choices = [str(Refusal.NO_ANSWER)] if asked else [str(why_not) for why_not in Refusal if why_not != Refusal.NO_ANSWER]
    reason = st.selectbox(
        _("Reason"), choices, None, reason_of, placeholder=_("Choose a reason"), key=f"refuse for {one.line.id}"
    )
    safe.text(_("The person hears the reason and whom to ask. They may ask again."))
    if st.button(_("Refuse the request"), type="primary", disabled=reason is None):
        _moved(lambda: recolouring.refuse(one.line.id, str(reason), by=staff, at=now()), lines)


def _answer(one: Request, lines: Lines, staff: Staff) -> None:
    _name(one)
    safe.text(asked_for(one.reasons))
    keys = {name: f"answer {name} {one.line.id}" for name in FIELDS}
    stated = show_fields(one.line.ground, keys)
    safe.text(_("What is left empty stays as it was. The clock goes on."))

    def answered() -> Moved:
        made = recolouring_entry.answer(one.line.id, stated, by=staff, at=now())
        for key in keys.values():
            st.session_state.pop(key, None)
        return made

    if st.button(_("Enter the answer"), type="primary"):
        _moved(answered, lines)


def _send_back(one: Request, lines: Lines, staff: Staff) -> None:
    _name(one)
    reason = choose_decline(f"send back for {one.line.id}")
    safe.text(_("The county reads the reason and looks again; the clock runs on."))
    if st.button(_("Send back to the county"), type="primary", disabled=reason is None):
        _moved(lambda: recolouring.send_back(one.line.id, str(reason), by=staff, at=now()), lines)


def _withdraw(one: Request, lines: Lines, staff: Staff) -> None:
    _name(one)
    safe.text(_("Only when the person has asked for it. The request ends; they may ask again later."))
    if st.button(_("The person withdraws it"), type="primary"):
        _moved(lambda: recolouring.withdraw(one.line.id, by=staff, at=now()), lines)


def _name(one: Request) -> None:
    safe.text(f"{one.line.name} · {ground_name(one.line.ground)}")


Dialog = Callable[[Request, Lines, Staff], None]
TITLES = {
    _A.ASK: N_("Ask the person"),
    _A.REFUSE: N_("Refuse the request"),
    _A.ANSWER: N_("The person's answer"),
    _A.SEND_BACK: N_("Send back to the county"),
    _A.WITHDRAW: N_("Withdraw the request"),
}
DIALOGS: dict[RequestAct, Dialog] = {
    _A.ASK: _ask,
    _A.REFUSE: _refuse,
    _A.ANSWER: _answer,
    _A.SEND_BACK: _send_back,
    _A.WITHDRAW: _withdraw,
}
