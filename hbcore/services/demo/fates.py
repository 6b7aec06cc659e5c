"""What becomes of applications: scripts of steps, how many of each, and when they were submitted."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """What somebody does next."""

    APPROVE = "approve"
    REFUSE = "refuse"
    ASK = "ask"
    ANSWER = "answer"
    SEND_ON = "send_on"
    SECOND_APPROVE = "second_approve"
    SECOND_REFUSE = "second_refuse"
    SEND_BACK = "send_back"
    APPLY_AGAIN = "apply_again"
    WITHDRAW = "withdraw"
    PROPOSE_REVOKE = "propose_revoke"
    CONFIRM_REVOKE = "confirm_revoke"
    UNDO = "undo"
    TRANSFER = "transfer"
    NOTE = "note"
    CLAIM = "claim"


AT_THE_END = 10_000
"""So many hours are never over: such a step is done minutes before the end."""


class Filed(StrEnum):
    """How a passport's filing compares: it agrees, the applicant mistyped something, or it never comes."""

    AGREES = "agrees"
    DIFFERS = "differs"
    MISSING = "missing"


@dataclass(frozen=True)
class Fate:
    """`share` of three hundred; submitted between `newest` and `oldest` days before the end; `steps` with the hours each takes.

    `passports`: of a hundred applicants, how many hold one. `filed`: how those passports' filings compare, by turns.
    """

    share: int
    newest: float
    oldest: float
    steps: tuple[tuple[Step, float, float], ...] = ()
    passports: int = 50
    filed: tuple[Filed, ...] = (Filed.AGREES,)

    @property
    def applies_again(self) -> bool:
        """Whether it takes two applications."""
        return any(step is Step.APPLY_AGAIN for step, _, _ in self.steps)

    @property
    def answered(self) -> bool:
        """Whether the applicant puts right what they typed."""
        return any(step is Step.ANSWER for step, _, _ in self.steps)


_S, _F = Step, Filed
_ASK = (_S.ASK, 1, 14)
_SEND_ON = (_S.SEND_ON, 1, 9)
_APPROVE = (_S.APPROVE, 0.6, 19)
APPROVED = Fate(0, 1.2, 29.5, (_APPROVE,))
"""Whatever is left of three hundred."""

WAITING = Fate(30, 0.02, 0.85, (), 55, (_F.AGREES, _F.MISSING, _F.AGREES, _F.DIFFERS))

FATES = (
    Fate(16, 5, 29, (_ASK, (_S.ANSWER, 5, 60), _APPROVE), 70, (_F.DIFFERS,)),
    Fate(20, 1.3, 29, ((_S.REFUSE, 1, 19),), 60, (_F.MISSING, _F.AGREES, _F.DIFFERS)),
    Fate(7, 5, 25, ((_S.REFUSE, 1, 19), (_S.APPLY_AGAIN, 8, 50), _APPROVE), 30),
    Fate(6, 3, 25, (_SEND_ON, (_S.SECOND_APPROVE, 1, 11)), 100, (_F.DIFFERS,)),
    Fate(4, 3, 25, (_SEND_ON, (_S.SECOND_REFUSE, 1, 11)), 50),
    WAITING,
    Fate(5, 0.92, 0.99, (), 60),
    Fate(4, 1.05, 1.5, (), 100, (_F.DIFFERS, _F.MISSING)),
    Fate(14, 0.9, 6, (_ASK,), 60, (_F.DIFFERS, _F.MISSING, _F.AGREES)),
    Fate(4, 1.6, 5, (_ASK, (_S.ANSWER, 8, 20)), 60, (_F.DIFFERS,)),
    Fate(6, 0.35, 0.8, ((_S.SEND_ON, 0.3, 2),), 100, (_F.DIFFERS,)),
    Fate(3, 0.5, 0.9, ((_S.SEND_ON, 0.3, 2), (_S.SEND_BACK, 0.5, 3)), 100, (_F.DIFFERS,)),
    Fate(5, 2, 27, ((_S.WITHDRAW, 1, 15),), 40),
    Fate(3, 4, 26, (_ASK, (_S.WITHDRAW, 5, 60)), 40),
    Fate(9, 8.7, 28, (_ASK,), 60, (_F.MISSING, _F.AGREES, _F.DIFFERS)),
    Fate(4, 6, 26, (_APPROVE, (_S.PROPOSE_REVOKE, 24, 60), (_S.CONFIRM_REVOKE, 2, 20)), 70),
    Fate(2, 1.7, 2.6, (_APPROVE, (_S.PROPOSE_REVOKE, 1, 4)), 70),
    Fate(3, 2, 20, ((_S.REFUSE, 1, 12), (_S.UNDO, 0.03, 0.12), _APPROVE), 30),
    Fate(4, 2, 20, ((_S.TRANSFER, 1, 6), _APPROVE), 40),
    Fate(5, 0.3, 0.8, ((_S.NOTE, 0.3, 3),), 60, (_F.AGREES, _F.MISSING)),
    Fate(3, 0.1, 0.7, ((_S.CLAIM, AT_THE_END, AT_THE_END),), 50),
)
"""Everything else that becomes of applications. Whoever was asked nine days ago and did not answer has run out of time."""
