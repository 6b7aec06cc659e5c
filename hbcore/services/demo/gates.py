"""At the gates: temperatures, some of them abnormal, and entries on the national code."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from hbcore.domain.temperatures import Closed, Done, Measured
from hbcore.domain.vocabulary import DocumentKind
from hbcore.services import national_entries, temperature_notices, temperatures
from hbcore.services.demo.people import Holder
from hbcore.services.demo.province import Province
from hbcore.services.temperatures import Whose

UNIT, GATE, STAFF, SETTLES = "420106", "武昌火车站东出站口", "checkpoint_staff", "reviewer_wuchang"
DAYS, A_DAY = 4, 5
NORMAL = (363, 364, 365, 366, 367, 368)
RESTED = timedelta(minutes=12)
LANGUAGES = ("en", "fr", "ko")
UNKNOWN = "E88321904"
"""A passport that nobody here holds: the notice is of the gate's district."""


def plan_gates(province: Province, holders: Sequence[Holder]) -> None:
    """Put them down in the time-line: normal ones on the last days, one notice closed, two that wait."""
    drawn, days, put, ends = province.chance("gates"), province.days, province.timeline.put, province.timeline.ends
    own = [one for one in holders if one.unit == UNIT and one.kind is DocumentKind.RESIDENT_ID]
    for back in range(DAYS):
        for turn in range(A_DAY):
            at = days.back(back, 7.4 + turn / 5)
            put(at, partial(_measure, province, drawn.choice(own).number, Measured(drawn.choice(NORMAL))))
        put(days.back(back, 8.7), partial(_national, province, LANGUAGES[back % len(LANGUAGES)]))
    closed, waiting, rests = own[-3:]
    _twice(province, days.back(2, 9.1), closed.number, (376, 374), (Done.CALLED,))
    put(days.back(2, 15.3), partial(_close, province))
    _twice(province, ends - timedelta(hours=20), UNKNOWN, (381, 380), (Done.REFUSED, Done.CALLED))
    _twice(province, ends - timedelta(hours=3), waiting.number, (378, 376), (Done.REFERRED,))
    put(ends - timedelta(minutes=7), partial(_measure, province, rests.number, Measured(375)))


def _twice(province: Province, at: datetime, number: str, both: tuple[int, int], done: tuple[Done, ...]) -> None:
    first, second = both
    province.timeline.put(at, partial(_measure, province, number, Measured(first)))
    province.timeline.put(at + RESTED, partial(_measure, province, number, Measured(first, second, done)))


def _measure(province: Province, number: str, measured: Measured, at: datetime) -> None:
    temperatures.add(Whose(number), measured, GATE, by=province.staff[STAFF], at=at)


def _national(province: Province, language: str, at: datetime) -> None:
    national_entries.add(GATE, language, by=province.staff[STAFF], at=at)


def _close(province: Province, at: datetime) -> None:
    by = province.staff[SETTLES]
    for line in temperature_notices.seen_now(temperature_notices.View.OPEN, by=by, at=at - timedelta(milliseconds=1)).lines:
        temperature_notices.close(line.id, Closed.EXCLUDED, by=by, at=at)
