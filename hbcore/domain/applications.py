"""Applications: states, transitions, why one can't be decided, and the 24-hour clock (model part 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hbcore.domain.application_reasons import AskReason, RefuseReason, known_reasons
from hbcore.domain.vocabulary import Registration


class ApplicationState(StrEnum):
    """Where an application stands (model part 2)."""

    WAITING = "waiting"
    ASKED = "asked"
    SECOND_REVIEW = "second_review"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REVOKED = "revoked"


class FilingCheck(StrEnum):
    """What comparing an application with the public-security filing gave. Permits need no filing."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_RECEIVED = "not_received"
    NOT_REQUIRED = "not_required"


class Act(StrEnum):
    """What moves an application. `SEND_ON`: to a second person; `SEND_BACK`: from there to the queue; `TRANSFER`: to a unit."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REFUSE = "refuse"
    ASK = "ask"
    SEND_ON = "send_on"
    SEND_BACK = "send_back"
    ANSWER = "answer"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    UNDO = "undo"
    REVOKE = "revoke"
    TRANSFER = "transfer"


class Need(StrEnum):
    """What a transition asks for besides its state."""

    NOT_OWN_ENTRY = "not_own_entry"
    CHECKS_PASSED = "checks_passed"
    REFUSE_REASON = "refuse_reason"
    ASK_REASONS = "ask_reasons"
    SECOND_PERSON = "second_person"
    DECIDER_WITHIN_TEN_MINUTES = "decider_within_ten_minutes_else_second_person"
    SEVEN_DAYS_WITHOUT_ANSWER = "seven_days_without_answer"
    APPLICANT = "applicant"


@dataclass(frozen=True)
class Transition:
    """One arrow of the state diagram. `before` None: there was no application yet."""

    act: Act
    before: ApplicationState | None
    after: ApplicationState
    needs: tuple[Need, ...] = ()


_S, _N = ApplicationState, Need
TRANSITIONS = (
    Transition(Act.SUBMIT, None, _S.WAITING),
    Transition(Act.APPROVE, _S.WAITING, _S.APPROVED, (_N.NOT_OWN_ENTRY, _N.CHECKS_PASSED)),
    Transition(Act.REFUSE, _S.WAITING, _S.REFUSED, (_N.NOT_OWN_ENTRY, _N.REFUSE_REASON)),
    Transition(Act.ASK, _S.WAITING, _S.ASKED, (_N.NOT_OWN_ENTRY, _N.ASK_REASONS)),
    Transition(Act.SEND_ON, _S.WAITING, _S.SECOND_REVIEW),
    Transition(Act.APPROVE, _S.SECOND_REVIEW, _S.APPROVED, (_N.NOT_OWN_ENTRY, _N.SECOND_PERSON)),
    Transition(Act.REFUSE, _S.SECOND_REVIEW, _S.REFUSED, (_N.NOT_OWN_ENTRY, _N.SECOND_PERSON, _N.REFUSE_REASON)),
    Transition(Act.SEND_BACK, _S.SECOND_REVIEW, _S.WAITING, (_N.SECOND_PERSON,)),
    Transition(Act.ANSWER, _S.ASKED, _S.WAITING, (_N.APPLICANT,)),
    Transition(Act.EXPIRE, _S.ASKED, _S.EXPIRED, (_N.SEVEN_DAYS_WITHOUT_ANSWER,)),
    Transition(Act.WITHDRAW, _S.WAITING, _S.WITHDRAWN, (_N.APPLICANT,)),
    Transition(Act.WITHDRAW, _S.ASKED, _S.WITHDRAWN, (_N.APPLICANT,)),
    Transition(Act.UNDO, _S.APPROVED, _S.WAITING, (_N.DECIDER_WITHIN_TEN_MINUTES,)),
    Transition(Act.UNDO, _S.REFUSED, _S.WAITING, (_N.DECIDER_WITHIN_TEN_MINUTES,)),
    Transition(Act.UNDO, _S.ASKED, _S.WAITING, (_N.DECIDER_WITHIN_TEN_MINUTES,)),
    Transition(Act.REVOKE, _S.APPROVED, _S.REVOKED, (_N.SECOND_PERSON,)),
)
"""Every way an application moves; a service looks here before it changes a state. A transfer moves it to a unit, not a state."""

OPEN = (_S.WAITING, _S.ASKED, _S.SECOND_REVIEW)
CLAIMABLE = (_S.WAITING, _S.SECOND_REVIEW)
"""What somebody can work on: claimed by one, so that two do not read the same."""

DECISIONS = (Act.APPROVE, Act.REFUSE, Act.ASK, Act.SEND_ON, Act.SEND_BACK)
"""What is decided from the queue; a claim by somebody else stands against each."""

MAY_APPLY_AGAIN = (_S.REFUSED, _S.EXPIRED, _S.REVOKED)
"""From these a new application follows, linked to the old one."""

WITHIN = timedelta(hours=24)
ASKED_EXPIRES_AFTER = timedelta(days=7)
REMIND_AFTER = timedelta(days=3)
UNDO_WITHIN = timedelta(minutes=10)
CLAIM_LASTS = timedelta(minutes=15)
CLAIM_RENEWED_WITHIN = timedelta(minutes=5)
"""So long before its end a claim can be lengthened by who holds it."""


@dataclass(frozen=True)
class DecidingView:
    """What a decision looks at. Staff are named by their ids.

    `entered_by`: who typed it in at the counter (None: the applicant did). `checks_stopped`: names of
    failed checks besides the filing. `changed_by_staff`: name or number is not what the applicant
    gave. `sent_on_by`: who sent it to the second review. `claimed_by`: who holds it now. `same_said_by`: who said that the
    applicant is somebody held. `relatives`: who said that they are related to the applicant. `typed_by`: whose typing name and
    number are now, where staff changed them.
    """

    state: ApplicationState
    entered_by: int | None
    filing_check: FilingCheck
    checks_stopped: tuple[str, ...] = ()
    changed_by_staff: bool = False
    sent_on_by: int | None = None
    claimed_by: int | None = None
    same_said_by: int | None = None
    relatives: frozenset[int] = frozenset()
    typed_by: int | None = None


def transition(act: Act, before: ApplicationState | None) -> Transition | None:
    """The arrow that `act` takes from a state; None where there is none."""
    return next((arrow for arrow in TRANSITIONS if arrow.act == act and arrow.before == before), None)


def why_not_decide(view: DecidingView, act: Act, decider: int, *, reasons: Sequence[str] = (), evidence: str = "") -> str | None:
    """Why `decider` can't take this decision now, as a refusal's code; None: nothing stands against it.

    Codes: already_decided, waits_for_applicant, with_second_person, not_in_this_state, relative_declared, own_application,
    same_person, claimed_by_other, said_same_yourself, typed_yourself, filing_differs, filing_not_received, check_stopped,
    second_person_needed, reason_needed, unknown_reason, one_reason_only, evidence_needed. Whose role and unit may decide is
    asked elsewhere.
    """
    arrow = transition(act, view.state)
    if arrow is None:
        return _why_not_in(view.state) if act in DECISIONS else "not_in_this_state"
    if decider in view.relatives:
        return "relative_declared"
    if view.claimed_by not in (None, decider) and act in DECISIONS:
        return "claimed_by_other"
    if Need.NOT_OWN_ENTRY in arrow.needs and view.entered_by == decider:
        return "own_application"
    if Need.SECOND_PERSON in arrow.needs and view.sent_on_by == decider:
        return "same_person"
    if act == Act.APPROVE:
        return _why_not_approve(view, decider)
    if act == Act.REFUSE:
        return _why_not_refuse(view, reasons, evidence)
    return _why_not_ask(reasons) if act == Act.ASK else None


def _why_not_in(state: ApplicationState) -> str:
    if state == ApplicationState.ASKED:
        return "waits_for_applicant"
    return "with_second_person" if state == ApplicationState.SECOND_REVIEW else "already_decided"


def _why_not_approve(view: DecidingView, decider: int) -> str | None:
    if view.same_said_by == decider:
        return "said_same_yourself"
    if view.typed_by == decider:
        # Sent back and sent on again by others, it would come to who changed it: nobody approves their own typing.
        return "typed_yourself"
    if view.filing_check == FilingCheck.NOT_RECEIVED:
        # The police list lags behind: that is a reason to wait, which no second person can override.
        return "filing_not_received"
    if view.state == ApplicationState.SECOND_REVIEW:
        return None
    if view.filing_check == FilingCheck.DIFFERS:
        return "filing_differs"
    if view.checks_stopped:
        return "check_stopped"
    return "second_person_needed" if view.changed_by_staff else None


def _why_not_refuse(view: DecidingView, reasons: Sequence[str], evidence: str) -> str | None:
    if not reasons:
        return "reason_needed"
    if not known_reasons(reasons, RefuseReason):
        return "unknown_reason"
    if len(reasons) > 1:
        return "one_reason_only"
    if reasons[0] != RefuseReason.FALSE_INFORMATION:
        return None
    if not evidence.strip():
        return "evidence_needed"
    return "second_person_needed" if view.state == ApplicationState.WAITING else None


def _why_not_ask(reasons: Sequence[str]) -> str | None:
    if not reasons:
        return "reason_needed"
    return None if known_reasons(reasons, AskReason) else "unknown_reason"


def undo_needs_second_person(*, decided_by: int, decided_at: datetime, notice_sent: bool, by: int, at: datetime) -> bool:
    """Whether taking a decision back takes two people: alone only the decider, within 10 minutes, before the notice leaves."""
    return notice_sent or by != decided_by or not timedelta(0) <= at - decided_at < UNDO_WITHIN


def state_at(state: ApplicationState, asked_at: datetime | None, at: datetime) -> ApplicationState:
    """The state that holds at `at`: asked and not answered for 7 days is expired, whether or not anybody has written it down."""
    late = state == ApplicationState.ASKED and asked_at is not None and at >= asked_at + ASKED_EXPIRES_AFTER
    return ApplicationState.EXPIRED if late else state


def reminder_due(state: ApplicationState, asked_at: datetime | None, at: datetime) -> bool:
    """Whether the applicant is to be reminded: asked, without an answer for 3 days, and not yet expired."""
    asked = state_at(state, asked_at, at) == ApplicationState.ASKED
    return asked and asked_at is not None and at >= asked_at + REMIND_AFTER


def due_when_undone(asked_at: datetime, left: timedelta) -> datetime:
    """When the clock runs out of which a request is taken back: as if it had never stood still."""
    return asked_at + left


def due_at(submitted_at: datetime) -> datetime:
    """When the 24 hours end: from the submission in the original channel, holidays included."""
    return submitted_at + WITHIN


def left_when_asked(due: datetime, asked_at: datetime) -> timedelta:
    """What is left of the 24 hours when the clock stops for the applicant; negative where it was overdue already."""
    return due - asked_at


def due_after_answer(left: timedelta, answered_at: datetime) -> datetime:
    """When the clock that goes on with the answer runs out."""
    return answered_at + left


def is_overdue(state: ApplicationState, due: datetime | None, at: datetime) -> bool:
    """Waiting, for the first or the second person, at or beyond the end of the 24 hours. While asked the clock stands."""
    return due is not None and state in (ApplicationState.WAITING, ApplicationState.SECOND_REVIEW) and at >= due


def registration_of(state: ApplicationState, filing_check: FilingCheck) -> Registration:
    """The registration a person has by this application; `mismatch` is derived (model part 1)."""
    if filing_check == FilingCheck.DIFFERS and state in (ApplicationState.WAITING, ApplicationState.ASKED):
        return Registration.MISMATCH
    return Registration(state.value)
