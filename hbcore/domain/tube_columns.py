"""A laboratory's file of tubes that names nobody: judged as far as it goes, then filled with who is registered in each tube."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hbcore.domain.documents import Document
from hbcore.domain.lab_columns import OLDEST, SCHEMA, Judged
from hbcore.domain.lab_people import Columns, who_is_nobody, without
from hbcore.domain.lab_results import Results, read_results
from hbcore.domain.lab_specimens import Specimens, read_specimens
from hbcore.domain.names import name_key
from hbcore.domain.outcomes import ASSAYS, OUTCOMES, POOL_OF_UNKNOWN_SIZE, SINGLE, STATUSES
from hbcore.domain.problems import Faults, Note, RowProblem, left_out
from hbcore.domain.times import DAY, SKEW, Instants
from hbcore.domain.vocabulary import Outcome, RowCode

LOOKED_BACK = 3 * DAY
"""A tube without a sampling time is that of its newest registration, no older than this before it was tested: numbers come again
every day, and a result takes hours or a day, in the worst of times two [choice]."""


REGISTRATION = "registration"
"""The column of lines that name nobody themselves: whose they are is whose registration this is."""

OF_ONE, SAID = "of_one", "said"
"""Beside it: whether the methods of file and registration leave one person alone in the tube, and the outcome as the file has it.
Whether it is one is known by whose the registrations are once they are recorded."""

SCHEMA_OF_TUBES = pa.schema(
    [*SCHEMA, pa.field(REGISTRATION, pa.int64()), pa.field(OF_ONE, pa.bool_()), pa.field(SAID, SCHEMA.field("outcome").type)]
)


class InTube(NamedTuple):
    """Somebody registered in a tube: when (UTC microseconds, and Shanghai's day), where; `pooled`: by a method of several.

    `registration`: its id, which stays when its person is joined to another or parted again.
    """

    person: int
    sampled_at: int
    day: int
    pooled: bool
    site: str | None
    registration: int


@dataclass(frozen=True)
class Tubes:
    """The rows of such a file, control wells left out. `faults`: what is wrong so far."""

    rows: npt.NDArray[np.int32]
    specimens: Specimens
    results: Results
    faults: Faults
    skipped: int
    notes: tuple[Note, ...]


class Line(NamedTuple):
    """One person's share of a result: its place among the results, who, whether the methods leave them alone in the tube, and
    whether they are."""

    place: int
    inside: InTube
    of_one: bool
    single: bool


def is_tube_file(columns: Columns) -> bool:
    """A file of tubes and outcomes, with nobody's name or number (model part 7)."""
    return not columns.keys() & {"name", "first_names", "last_name", "document_number"}


def judge_tubes(
    columns: Columns,
    rows: npt.NDArray[np.int32],
    *,
    at: datetime,
    institution_name: str,
    institution_code: str = "",
    oldest: date = OLDEST,
    found: Iterable[RowProblem] = (),
) -> Tubes:
    """Judge tube, times, outcome and status of every row as `lab_columns.judge` does; a sampling time need not be there."""
    nobody = who_is_nobody(columns, len(rows))
    columns, kept = without(nobody.rows, columns, rows)
    faults = Faults(kept, found)
    specimens = read_specimens(
        columns,
        len(kept),
        faults,
        at=at,
        institution_name=institution_name,
        institution_code=institution_code,
        oldest=oldest,
        registered=True,
    )
    return Tubes(
        kept, specimens, read_results(columns, len(kept), faults), faults, len(rows) - len(kept), left_out(nobody.noted(rows))
    )


def earliest(tubes: Tubes, asked_at: int) -> int:
    """Before this instant (UTC microseconds) no registration can be one of these tubes'."""
    sampled = tubes.specimens.sampled
    starts = np.where(sampled.given, sampled.at - DAY, _tested(tubes.specimens, asked_at) - LOOKED_BACK)
    return int(starts.min(initial=asked_at))


def fill(tubes: Tubes, registered: Mapping[str, Sequence[InTube]], asked_at: int) -> list[Line]:
    """A line for each person in the tube of each result, in the order of the rows; faults of rows that have none are noted.

    `registered`: who is registered under each tube's number. Who counts is who is registered on the tube's sampling day, where
    the file states one; else on the day of the newest registration that is no younger than the test (its report where the test
    has no time, `asked_at` where neither has) and at most `LOOKED_BACK` older. Several people in one tube share its result,
    whatever its method says; one alone shares it where file or registration name a method of several.
    """
    specimens = tubes.specimens
    numbers, tested = specimens.number.to_pylist(), _tested(specimens, asked_at)
    sampled = specimens.sampled
    inside = [
        _inside(registered.get(number, ()), int(day) if given else None, int(before))
        for number, given, day, before in zip(numbers, sampled.given, sampled.day, tested, strict=True)
    ]
    _note_faults(tubes, inside)
    return list(_lines(tubes, inside))


def as_judged(tubes: Tubes, lines: Sequence[Line], people: Mapping[int, tuple[str, Document]]) -> Judged:
    """The lines as those of a file that names its people. `people`: name and document by our id."""
    table = pa.table(_columns(tubes, lines, [people[line.inside.person] for line in lines]), schema=SCHEMA_OF_TUBES)
    refused = int(tubes.faults.refused.sum())
    return Judged(table, tubes.faults.problems(), len(tubes.rows), refused, tubes.skipped, tubes.notes)


def by_now(lines: Mapping[str, Sequence[Any]], people: Sequence[int]) -> dict[str, list[Any]]:
    """`single` and `outcome` of lines by whose they are by now: two in a tube may have become one person, or one two."""
    inside: dict[int, set[int]] = defaultdict(set)
    for row, person in zip(lines["row"], people, strict=True):
        inside[row].add(person)
    single = [of_one and len(inside[row]) == 1 for row, of_one in zip(lines["row"], lines[OF_ONE], strict=True)]
    outcome = [of_tube(Outcome(said), alone) for said, alone in zip(lines[SAID], single, strict=True)]
    return {"single": single, "outcome": outcome}


def _tested(specimens: Specimens, asked_at: int) -> npt.NDArray[np.int64]:
    """When each tube was tested at the latest; a day without a time is over at its end."""
    at = np.full(len(specimens.number), asked_at, np.int64)
    for times in (specimens.reported, specimens.tested):
        at = np.where(times.given, times.at + np.where(times.whole_day, DAY - 1, 0), at)
    return at


def _inside(registered: Sequence[InTube], day: int | None, tested: int) -> list[InTube]:
    if day is None:
        recent = [one for one in registered if tested - LOOKED_BACK <= one.sampled_at <= tested + SKEW]
        if not recent:
            return []
        day = max(recent, key=lambda one: one.sampled_at).day
    return [one for one in registered if one.day == day]


def _note_faults(tubes: Tubes, inside: Sequence[Sequence[InTube]]) -> None:
    specimens, faults = tubes.specimens, tubes.faults
    people = np.array([len({one.person for one in of_tube}) for of_tube in inside], np.int64)
    findable = specimens.has_number & (specimens.sampled.given | ~specimens.sampled.stated)
    faults.add((people == 0) & findable, "sample_number", RowCode.TUBE_NOT_REGISTERED)
    method = specimens.pooling
    limited = (method > SINGLE) & (method < POOL_OF_UNKNOWN_SIZE)
    faults.add(limited & (people > method), "sample_number", RowCode.TUBE_TOO_FULL)
    last = np.array([max((one.sampled_at for one in of_tube), default=0) for of_tube in inside], np.int64)
    days = np.array([of_tube[0].day if of_tube else 0 for of_tube in inside], np.int64)
    for column, times in (("tested_at", specimens.tested), ("reported_at", specimens.reported)):
        faults.add(_before(times, last, days) & (people > 0), column, RowCode.OUT_OF_ORDER)


def _before(times: Instants, sampled: npt.NDArray[np.int64], days: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    early = np.where(times.whole_day, times.day < days, times.at + SKEW < sampled)
    return np.asarray(early & times.given)


def _lines(tubes: Tubes, inside: Sequence[Sequence[InTube]]) -> Iterator[Line]:
    for place, row in enumerate(tubes.results.row.tolist()):
        if not tubes.faults.refused[row]:
            of_tube = inside[row]
            of_one = not any(one.pooled for one in of_tube) and int(tubes.specimens.pooling[row]) in (0, SINGLE)
            single = of_one and len({one.person for one in of_tube}) == 1
            yield from (Line(place, one, of_one, single) for one in of_tube)


def _columns(tubes: Tubes, lines: Sequence[Line], people: Sequence[tuple[str, Document]]) -> dict[str, object]:
    specimens = tubes.specimens
    places = [line.place for line in lines]
    rows = tubes.results.row[places] if places else np.zeros(0, np.int64)
    return {
        "row": tubes.rows[rows],
        "name": [name for name, _ in people],
        "name_key": [name_key(name) for name, _ in people],
        "kind": [str(document.kind) for _, document in people],
        "number": [document.number for _, document in people],
        "country": [document.country for _, document in people],
        "phone": [None] * len(lines),
        "assay": [str(ASSAYS[tubes.results.assay[place]]) for place in places],
        "outcome": [of_tube(OUTCOMES[tubes.results.outcome[line.place]], line.single) for line in lines],
        "single": [line.single for line in lines],
        "sampled_at": [line.inside.sampled_at for line in lines],
        "sampled_day": [line.inside.day for line in lines],
        "tested_at": pa.array(specimens.tested.at[rows], mask=~specimens.tested.given[rows]),
        "reported_at": pa.array(specimens.reported.at[rows], mask=~specimens.reported.given[rows]),
        "sample_number": specimens.number.take(pa.array(rows)),
        "sampling_site": [line.inside.site for line in lines],
        "status": [str(STATUSES[specimens.status[row]]) for row in rows.tolist()],
        REGISTRATION: [line.inside.registration for line in lines],
        OF_ONE: [line.of_one for line in lines],
        SAID: [str(OUTCOMES[tubes.results.outcome[place]]) for place in places],
    }


def of_tube(outcome: Outcome, single: bool) -> str:
    """What an outcome says of somebody: a positive of a tube of several is nobody's own."""
    return str(Outcome.POOLED_POSITIVE if outcome == Outcome.POSITIVE and not single else outcome)
