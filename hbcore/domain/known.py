"""What is known of one person when a code is decided, and the same in whole microseconds."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hbcore.domain.sentence import Sentence
from hbcore.domain.vocabulary import Assay, FactKind, Outcome, Registration

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
HOUR = 3_600_000_000
"""One hour in microseconds, the unit every rule counts in: whole numbers have exact edges."""


@dataclass(frozen=True, slots=True)
class ResultSeen:
    """One result. `sampled_at` is what ages are counted from; `single`: the specimen of one person alone."""

    assay: Assay
    outcome: Outcome
    sampled_at: datetime
    single: bool = True
    institution: str = ""


@dataclass(frozen=True, slots=True)
class FactSeen:
    """One fact, in force from `from_at`; `until_at` is the evidence's own end, where it states one."""

    kind: FactKind
    from_at: datetime
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Everything a policy may look at.

    `unit` is a national unit code. Units without one exist below Wuhan: services hand in the code of
    the county, else of the prefecture, that such a unit lies in, so that a prefix can tell where
    somebody lives. `results` come in the order recorded: of two results of one instant that are
    equally bad, the later recorded one is the latest. `unit_name` is for sentences alone.
    """

    registration: Registration
    unit: str | None = None
    results: tuple[ResultSeen, ...] = ()
    facts: tuple[FactSeen, ...] = ()
    samples: tuple[datetime, ...] = ()
    unit_name: Sentence | None = None


def micros(at: datetime) -> int:
    """Microseconds since 1970 in UTC. A naive `at` raises TypeError: it is no instant."""
    return (at - EPOCH) // MICROSECOND


def instant(since_1970: int) -> datetime:
    """The instant of so many microseconds since 1970, in UTC."""
    return EPOCH + timedelta(microseconds=since_1970)
