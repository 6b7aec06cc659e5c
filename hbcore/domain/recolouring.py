"""Recolouring requests: states, transitions, why one can't be moved, and the 48-hour clock (domain part 3, model part 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hbcore.domain.recolouring_grounds import AskFor, Refusal
from hbcore.domain.vocabulary import Colour


class RequestState(StrEnum):
    """Where a request stands. `REVIEWED`: the county found it right, the level above has not confirmed it yet."""

    ENTERED = "entered"
    ASKED = "asked"
    REVIEWED = "reviewed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class RequestAct(StrEnum):
    """What moves a request."""

    ENTER = "enter"
    ASK = "ask"
    ANSWER = "answer"
    REVIEW = "review"
    CONFIRM = "confirm"
    SEND_BACK = "send_back"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


class RequestNeed(StrEnum):
    """What a transition asks for besides its state."""

    NOT_OWN_ENTRY = "not_own_entry"
    EVIDENCE_THERE = "evidence_there"
    NOT_MORE_SEVERE = "not_more_severe"
    EVIDENCE_OPENED = "evidence_opened"
    LEVEL_ABOVE = "level_above"
    ASK_REASONS = "ask_reasons"
    REFUSE_REASON = "refuse_reason"
    NO_ANSWER = "no_answer"
    PERSON = "person"


@dataclass(frozen=True)
class Arrow:
    """One arrow of the state diagram. `before` None: there was no request yet."""

    act: RequestAct
    before: RequestState | None
    after: RequestState
    needs: tuple[RequestNeed, ...] = ()


_S, _A, _N = RequestState, RequestAct, RequestNeed
_LOOKED_AT = (_N.EVIDENCE_THERE, _N.NOT_MORE_SEVERE, _N.EVIDENCE_OPENED)
ARROWS = (
    Arrow(_A.ENTER, None, _S.ENTERED),
    Arrow(_A.ASK, _S.ENTERED, _S.ASKED, (_N.NOT_OWN_ENTRY, _N.ASK_REASONS)),
    Arrow(_A.ANSWER, _S.ASKED, _S.ENTERED, (_N.PERSON,)),
    Arrow(_A.REVIEW, _S.ENTERED, _S.REVIEWED, (_N.NOT_OWN_ENTRY, *_LOOKED_AT)),
    Arrow(_A.CONFIRM, _S.REVIEWED, _S.CONFIRMED, (_N.NOT_OWN_ENTRY, _N.LEVEL_ABOVE, *_LOOKED_AT)),
    Arrow(_A.SEND_BACK, _S.REVIEWED, _S.ENTERED, (_N.LEVEL_ABOVE,)),
    Arrow(_A.REFUSE, _S.ENTERED, _S.REFUSED, (_N.NOT_OWN_ENTRY, _N.REFUSE_REASON)),
    Arrow(_A.REFUSE, _S.REVIEWED, _S.REFUSED, (_N.NOT_OWN_ENTRY, _N.LEVEL_ABOVE, _N.REFUSE_REASON)),
    Arrow(_A.REFUSE, _S.ASKED, _S.REFUSED, (_N.NOT_OWN_ENTRY, _N.NO_ANSWER)),
    Arrow(_A.WITHDRAW, _S.ENTERED, _S.WITHDRAWN, (_N.PERSON,)),
    Arrow(_A.WITHDRAW, _S.ASKED, _S.WITHDRAWN, (_N.PERSON,)),
    Arrow(_A.WITHDRAW, _S.REVIEWED, _S.WITHDRAWN, (_N.PERSON,)),
)
"""Every way a request moves; a service looks here before it changes a state."""

OPEN = (_S.ENTERED, _S.ASKED, _S.REVIEWED)
"""What is still on its way; a person has one at a time for each ground."""

RUNNING = (_S.ENTERED, _S.REVIEWED)
"""In these the clock runs; while asked it stands."""

WITHIN = timedelta(hours=48)
ANSWER_WITHIN = timedelta(days=7)
"""Asked for so long without an answer a request may be refused for that."""

SEVERITY = {None: 0, Colour.GREEN: 0, Colour.GREY: 1, Colour.YELLOW: 2, Colour.RED: 3}
"""No request turns anybody to a higher one; no code at all has nothing against the person."""


@dataclass(frozen=True)
class RequestView:
    """What a step looks at. Staff are named by their ids.

    `answered_by`: who put down an answer of the person's; `missing`: what the ground needs and is not there. `now`, `then`: the
    colour without and with what would be recorded. `unopened`: it has photos that who asks has not opened.
    """

    state: RequestState
    entered_by: int
    reviewed_by: int | None = None
    asked_at: datetime | None = None
    answered_by: frozenset[int] = frozenset()
    missing: tuple[AskFor, ...] = ()
    now: Colour | None = None
    then: Colour | None = None
    unopened: bool = False


def arrow_of(act: RequestAct, before: RequestState | None) -> Arrow | None:
    """The arrow that `act` takes from a state; None where there is none."""
    return next((arrow for arrow in ARROWS if (arrow.act, arrow.before) == (act, before)), None)


def why_not(view: RequestView, act: RequestAct, by: int, at: datetime, *, reasons: Sequence[str] = ()) -> str | None:
    """Why `by` can't take this step now, as a refusal's code; None: nothing stands against it.

    Codes: request_waits_for_person, request_with_level_above, request_ended, request_not_reviewed, own_request,
    request_reviewed_by_you, request_evidence_missing, request_more_severe, request_evidence_unopened,
    request_answer_awaited, reason_needed, unknown_reason, one_reason_only. Whose role and unit may take it is asked elsewhere.
    """
    arrow = arrow_of(act, view.state)
    if arrow is None:
        return _why_not_in(view.state, act)
    if _N.NOT_OWN_ENTRY in arrow.needs and by in (view.entered_by, *view.answered_by):
        return "own_request"
    if _N.LEVEL_ABOVE in arrow.needs and view.reviewed_by == by:
        return "request_reviewed_by_you"
    return _why_not_what(view, arrow, at) or _why_not_for(arrow, reasons)


def _why_not_in(state: RequestState, act: RequestAct) -> str:
    if state == RequestState.ASKED:
        return "request_waits_for_person"
    if state == RequestState.REVIEWED:
        return "request_with_level_above"
    if state == RequestState.ENTERED:
        return "request_not_reviewed" if act in (RequestAct.CONFIRM, RequestAct.SEND_BACK) else "request_not_asked"
    return "request_ended"


def _why_not_what(view: RequestView, arrow: Arrow, at: datetime) -> str | None:
    if RequestNeed.EVIDENCE_THERE in arrow.needs and view.missing:
        return "request_evidence_missing"
    if RequestNeed.NOT_MORE_SEVERE in arrow.needs and SEVERITY[view.then] > SEVERITY[view.now]:
        return "request_more_severe"
    if RequestNeed.EVIDENCE_OPENED in arrow.needs and view.unopened:
        return "request_evidence_unopened"
    late = view.asked_at is not None and at >= view.asked_at + ANSWER_WITHIN
    return "request_answer_awaited" if RequestNeed.NO_ANSWER in arrow.needs and not late else None


def _why_not_for(arrow: Arrow, reasons: Sequence[str]) -> str | None:
    if arrow.act not in (RequestAct.ASK, RequestAct.REFUSE):
        return None
    if not reasons:
        return "reason_needed"
    known = AskFor if arrow.act == RequestAct.ASK else Refusal
    if not set(reasons) <= {str(one) for one in known}:
        return "unknown_reason"
    if arrow.act == RequestAct.REFUSE and len(reasons) > 1:
        return "one_reason_only"
    return "unknown_reason" if RequestNeed.NO_ANSWER in arrow.needs and reasons[0] != Refusal.NO_ANSWER else None


def due_at(entered_at: datetime) -> datetime:
    """When the 48 hours end, holidays included."""
    return entered_at + WITHIN


def is_overdue(state: RequestState, due: datetime | None, at: datetime) -> bool:
    """With us, at the county or above it, at or beyond the end of the 48 hours."""
    return due is not None and state in RUNNING and at >= due
