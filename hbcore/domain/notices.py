"""Notices to applicants: what is told of which act, when it may leave, how often it is tried, and when it is given up."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from hbcore.domain.applications import REMIND_AFTER, UNDO_WITHIN, Act


class NoticeKind(StrEnum):
    """What a notice tells. `RECEIVED`: of no act of staff; `REOPENED`: a decision they had been told of was taken back."""

    RECEIVED = "received"
    APPROVED = "approved"
    REFUSED = "refused"
    ASKED = "asked"
    REMINDER = "reminder"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REOPENED = "reopened"


class NoticeState(StrEnum):
    """Where a notice stands. `SENDING`: a process has it in its hands. `UNSURE`: it was broken off while the letter left."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    UNSURE = "unsure"
    STATUS_PAGE_ONLY = "status_page_only"
    NO_ADDRESS = "no_address"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"


class MailFault(StrEnum):
    """Why a letter did not leave; each is a sentence, too."""

    UNREACHABLE = "mail_unreachable"
    NOT_SECURE = "mail_not_secure"
    NOT_LET_IN = "mail_not_let_in"
    ADDRESS_REFUSED = "mail_address_refused"
    REFUSED = "mail_refused"
    BROKEN_OFF = "mail_broken_off"


LEFT = frozenset({NoticeState.SENDING, NoticeState.SENT, NoticeState.UNSURE})
"""The applicant has been told, or may have been: nobody takes the decision back alone any more."""

PLANNED_BY: Mapping[Act, Mapping[NoticeKind, timedelta]] = {
    Act.APPROVE: {NoticeKind.APPROVED: UNDO_WITHIN},
    Act.REFUSE: {NoticeKind.REFUSED: UNDO_WITHIN},
    Act.ASK: {NoticeKind.ASKED: UNDO_WITHIN, NoticeKind.REMINDER: REMIND_AFTER},
    Act.EXPIRE: {NoticeKind.EXPIRED: timedelta(0)},
    Act.REVOKE: {NoticeKind.REVOKED: timedelta(0)},
}
"""What is told of an act, and how long after it: not before its ten minutes of undo are over, where it can be undone at all."""

TRIED_AGAIN_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
"""How long after each failed try the next one follows; after the last of them the notice is given up."""

IN_HAND_FOR = timedelta(minutes=10)
"""What a process has had in its hands for longer than this was broken off: a letter takes seconds, a dead server a minute."""

TOLD_FOR = timedelta(days=3)
"""A notice that was given up, or that may not have arrived, is an alarm for so long, unless its cause goes before."""

LASTING = frozenset({MailFault.ADDRESS_REFUSED})
"""Trying again does not help: given up at once."""


def next_try(attempts: int, fault: MailFault, at: datetime) -> datetime | None:
    """When to try again after this many failed tries, the last with `fault` at `at`; None: given up."""
    if fault in LASTING or attempts > len(TRIED_AGAIN_AFTER):
        return None
    return at + TRIED_AGAIN_AFTER[attempts - 1]
