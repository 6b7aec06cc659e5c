"""Who is tested when and with what outcome: the rhythm of ordinary days."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random

from hbcore.domain.vocabulary import SHANGHAI, DocumentKind
from hbcore.services.demo.people import Holder
from hbcore.services.demo.places import JINGZHOU, NEAREST, SUSPENDED, YICHANG, Laboratory
from hbcore.services.demo.timeline import Timeline, shanghai

NUCLEIC_ACID, ANTIGEN = "新冠病毒核酸", "新冠病毒抗原"
NEGATIVE, POSITIVE, INCONCLUSIVE, INVALID = "阴性", "阳性", "可疑", "样本不合格"
SUSPENDED_DAYS = 5
"""So many days before the end `SUSPENDED` takes effect; its people go to Yichang from then on."""


@dataclass(frozen=True)
class Specimen:
    """A swab or blood and what was found. `sent_from`: no upload before takes it along. `changes`: wrong cells."""

    holder: Holder
    laboratory: Laboratory
    sampled_at: datetime
    sent_from: datetime
    outcome: str = NEGATIVE
    assay: str = NUCLEIC_ACID
    number: str = ""
    pooling: str = ""
    status: str = ""
    changes: Mapping[str, str] = field(default_factory=dict)


WEEK = (1.0, 0.95, 0.9, 0.95, 1.0, 0.5, 0.35)
"""How much of a Monday's work each day of the week sees."""

FAULTS: tuple[Mapping[str, str], ...] = (
    {"outcome": "弱阳性"},
    {"sample_number": ""},
    {"name": "测试"},
    {"document_number": "4.20106E+17"},
    {"result_status": "初步"},
    {"name": "张*"},
    {"document_kind": "军官证"},
    {"sampled_at": "2099-01-01 08:00"},
)
"""Rows that are refused; each comes again in order the next day."""

WRONG_EVERY = 40
"""One row of so many is wrong at first."""


class Days:
    """The days from `begins` to `ends` by their weight."""

    def __init__(self, timeline: Timeline, drawn: Random) -> None:
        self.drawn, self.begins, self.ends = drawn, timeline.begins, timeline.ends
        self.turn = count(1)
        self.count = (timeline.ends.astimezone(SHANGHAI).date() - timeline.begins.astimezone(SHANGHAI).date()).days
        self.weights = [WEEK[shanghai(self.begins, 12, days=day).weekday()] for day in range(self.count)]

    def back(self, days: int, hour: float) -> datetime:
        """`hour` of the day so many days before the last, never before the first."""
        return shanghai(self.ends, hour, days=-min(days, self.count - 1))

    def first(self) -> int:
        """The number of somebody's first day: two days before the last at the latest, so that a result of it arrives."""
        return self.drawn.choices(range(self.count - 1), self.weights[:-1])[0]

    def at(self, day: int) -> datetime:
        """A time of that day: most come in the morning, some in the afternoon, few after work."""
        peak, wide = self.drawn.choices(((8.7, 0.8), (15.3, 0.9), (18.9, 0.5)), (65, 25, 10))[0]
        return shanghai(self.begins, min(max(self.drawn.gauss(peak, wide), 7.0), 20.5), days=day)


def laboratory_for(holder: Holder, at: datetime, days: Days) -> Laboratory:
    """Where somebody goes on that day."""
    nearest = NEAREST[holder.unit]
    chosen = days.drawn.choice(nearest) if len(nearest) > 1 else nearest[0]
    closed = chosen is SUSPENDED[0] and at >= days.back(SUSPENDED_DAYS, 0) - timedelta(days=3)
    return YICHANG if closed else chosen


def ordinary(people: Sequence[Holder], days: Days) -> Iterator[Specimen]:
    """Everybody's tests: one to six each, some days apart; now and then one must be repeated, or its row is wrong at first."""
    for holder in people:
        day = days.first()
        while day <= days.count:
            yield from _tested(holder, days.at(day), days)
            if days.drawn.random() > 0.63:
                break
            day += days.drawn.randint(1, 9)


def _tested(holder: Holder, at: datetime, days: Days) -> Iterator[Specimen]:
    laboratory = laboratory_for(holder, at, days)
    made = Specimen(holder, laboratory, at, at + timedelta(hours=2.5), pooling=laboratory.pool)
    chance = days.drawn.random()
    if laboratory is JINGZHOU and chance > 0.93:
        yield replace(made, assay=ANTIGEN, outcome=POSITIVE if chance > 0.995 else NEGATIVE)
    elif chance < 0.011 and not laboratory.pool:
        yield replace(made, outcome=INVALID if chance < 0.003 else INCONCLUSIVE)
        if at + timedelta(days=1) < days.ends and chance < 0.008:
            again = at + timedelta(days=1, minutes=-40)
            yield replace(
                made, sampled_at=again, sent_from=again + timedelta(hours=2.5), pooling="单采" if laboratory.pool else ""
            )
    elif (turn := next(days.turn)) % WRONG_EVERY == 0:
        yield from _wrong_at_first(made, turn // WRONG_EVERY)
    else:
        yield made


def _wrong_at_first(made: Specimen, turn: int) -> Iterator[Specimen]:
    slip = FAULTS[turn % len(FAULTS)]
    if made.holder.kind is DocumentKind.RESIDENT_ID and turn % 3 == 0:
        number = made.holder.number
        slip = {"document_number": number[:-1] + str((int(number[-1].replace("X", "0")) + 1) % 10)}
    yield replace(made, changes=slip)
    yield replace(made, sent_from=made.sent_from + timedelta(days=1))
