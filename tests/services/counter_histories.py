"""Random histories of uploads, moves and people joined, and a plain scan of the rows that they leave behind."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product

import sqlalchemy as sa
from hypothesis import strategies as some
from sqlmodel import Session

from hbcore.domain.known import micros
from hbcore.domain.outside_results import OUTSIDE
from hbcore.domain.vocabulary import PROVINCE, SHANGHAI, Role
from hbcore.services import codes, joining
from hbcore.services.acting import Staff
from hbcore.services.lab_imports import commit
from hbcore.services.uploads import IncomingFile
from hbcore.storage.code_rows import HISTORY, MINUTE, SEGMENTS
from hbcore.storage.engine import engine
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.result_rows import RESULTS
from hbcore.storage.tested_counts import UNITS
from tests import standing
from tests.standing import JIANGAN, LAB, WUCHANG, YICHANG

START = datetime(2022, 11, 9, 15, 30, tzinfo=UTC)
OTHER_LAB = "420502L01"
NUMBERS = ("420106199001011231", "422801196007307804", "422801195806030309", "420106197402200771")
HEADINGS = "姓名,身份证号,采样时间,报告时间,样本编号,检测项目,检测结果,结果状态,采样方式"
EMPTIED = (
    *("result", "sample", "upload_row", "upload", "test_count", "tested_count", "upload_count", "person", "document"),
    *("look_up_number", "code_segment", "code_history", "code_bucket", "person_join", "person_join_moved", "fact"),
)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Line:
    """One line of a laboratory's file."""

    person: int
    sampled_hours_ago: int
    reported: bool
    tube: str
    assay: str
    outcome: str
    status: str

    def text(self, at: datetime) -> str:
        """As the file has it."""
        sampled, reported = at - self.sampled_hours_ago * HOUR, at - HOUR / 2 if self.reported else None
        times = (f"{one.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}" if one else "" for one in (sampled, reported))
        cells = (f"张{'甲乙丙丁'[self.person]}", NUMBERS[self.person], *times)
        return ",".join((*cells, self.tube, self.assay, self.outcome, self.status, "混采"))


LINES = some.builds(
    Line,
    person=some.integers(0, 3),
    sampled_hours_ago=some.sampled_from((1, 2, 20, 30)),
    reported=some.booleans(),
    tube=some.sampled_from(("S1", "S1", "S2", "S3")),
    assay=some.sampled_from(("核酸", "核酸", "抗原")),
    outcome=some.sampled_from(("阴性", "阴性", "可疑", "阳性")),
    status=some.sampled_from(("终审", "终审", "更正", "作废")),
)
UPLOADS = some.tuples(some.just("upload"), some.sampled_from((LAB, OTHER_LAB)), some.lists(LINES, min_size=1, max_size=6))
MOVES = some.tuples(some.just("move"), some.integers(0, 3), some.sampled_from((WUCHANG, JIANGAN, YICHANG, "")))
JOINS = some.tuples(some.just("join"), some.integers(0, 3), some.integers(0, 3))
STEPS = some.tuples(
    some.sampled_from((HOUR / 60, HOUR, 9 * HOUR, 25 * HOUR)), some.one_of(UPLOADS, UPLOADS, UPLOADS, MOVES, JOINS)
)
RUNS = int(os.environ.get("HBCORE_TEST_HISTORIES", "15"))
"""Random histories in this run; in full 40."""

HISTORIES = some.lists(STEPS, min_size=1, max_size=6)


@dataclass
class Desk:
    """An empty desk with two laboratories; each step is an act at a later instant."""

    at: datetime = START
    kept: dict[str, int] = field(default_factory=Counter)
    liaison: Staff = field(init=False)
    supervisor: Staff = field(init=False)

    def __post_init__(self) -> None:
        standing.institution(START)
        standing.institution(START, code=OTHER_LAB, name="宜昌检验所", unit=YICHANG)
        self.liaison = standing.staff(Role.LAB_LIAISON, START, name="liaison", institutions=[LAB, OTHER_LAB])
        self.supervisor = standing.staff(Role.SUPERVISOR, START, name="supervisor", unit=PROVINCE)

    def empty(self) -> None:
        """Back to nobody."""
        self.at = START
        with engine().connect().execution_options(writes=True) as connection, connection.begin():
            for table in EMPTIED:
                connection.execute(sa.delete(sa.table(table)))

    def step(self, gap: timedelta, what: str, *values: object) -> None:
        """One act."""
        self.at += gap
        getattr(self, f"_{what}")(*values)

    def _upload(self, lab: str, lines: list[Line]) -> None:
        content = "\n".join((HEADINGS, *(line.text(self.at) for line in lines))).encode()
        report = commit(IncomingFile(content, "some.csv", lab), by=self.liaison, at=self.at)
        for kind, n in report.rows.items():
            self.kept[kind] += n

    def _move(self, place: int, unit: str) -> None:
        with self._writing() as (session, people):
            if place < len(people):
                session.execute(sa.update(PERSONS).where(PERSONS.c.id == people[place]).values(unit=unit))
                codes.decide_again(session, [people[place]], at=self.at, cause=1)

    def _join(self, one: int, other: int) -> None:
        """Two rows turn out to be one person; a row that is only a pointer already stays one."""
        with self._writing() as (session, people):
            if max(one, other) < len(people) and one != other:
                joining.carry_out(session, people[other], people[one], 0, by=self.liaison, at=self.at)

    def _writing(self) -> "Writing":
        return Writing()


_OWN_ROWS = sa.select(PERSONS.c.id).where(PERSONS.c.joined_to.is_(None)).order_by(PERSONS.c.id)


class Writing:
    """A write transaction and the ids of everybody who is nobody's pointer."""

    def __enter__(self) -> tuple[Session, list[int]]:
        self._connection = engine().connect().execution_options(writes=True)
        self._work = self._connection.begin()
        return Session(self._connection), list(self._connection.execute(_OWN_ROWS).scalars())

    def __exit__(self, *_: object) -> None:
        self._work.commit()
        self._connection.close()


def day(at: datetime) -> int:
    """The Shanghai day as days since 1970."""
    return (at.astimezone(SHANGHAI).date() - datetime(1970, 1, 1, tzinfo=UTC).date()).days


def stored() -> Iterator[sa.Row[tuple[object, ...]]]:
    """Every result that counts, row by row; those from outside Hubei count nowhere."""
    with engine().connect() as connection:
        yield from connection.execute(sa.select(RESULTS).where(RESULTS.c.institution != OUTSIDE)).all()


def above() -> dict[str, tuple[str, ...]]:
    """What each unit lies in, up to the province; what is of no unit lies in the province."""
    with engine().connect() as connection:
        parents = {row.code: row.parent for row in connection.execute(sa.select(UNITS.c.code, UNITS.c.parent))}

    def over(unit: str) -> tuple[str, ...]:
        parent = parents[unit]
        return (parent, *over(parent)) if parent else ()

    return {"": (PROVINCE,), **{unit: over(unit) for unit in parents}}


def days(one: sa.Row[tuple[object, ...]]) -> Iterator[tuple[str, int]]:
    """The days a result counts on."""
    for name in ("recorded", "sampled", "reported"):
        if (at := getattr(one, f"{name}_at")) is not None:
            yield name, day(at)


def scanned_results() -> dict[tuple[object, ...], list[int]]:
    """What `test_count` should say, from the rows alone."""
    found: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in stored():
        if one.ended_how == "recalled":  # as if it had never been recorded
            continue
        place = {None: 0, "corrected": 1, "withdrawn": 2}[one.ended_how]
        for of_day in days(one):
            found[(*of_day, one.unit, one.institution, one.assay, one.outcome)][place] += 1
    return dict(found)


def scanned_tested() -> dict[tuple[object, ...], list[int]]:
    """What `tested_count` should say: different people and tubes among the valid rows of each key."""
    people, tubes, lies_in = defaultdict(set), defaultdict(set), above()
    for one in stored():
        if one.ended_how is None:
            scopes = [(one.unit, False), *((unit, True) for unit in ({one.unit} - {""}) | set(lies_in[one.unit]))]
            for of_day, scope, lab in product(days(one), scopes, (one.institution, "")):
                key = (*of_day, *scope, lab, one.assay)
                people[key].add(one.person_id)
                tubes[key].add((one.institution, one.sample_number, day(one.sampled_at)))
    return {key: [len(people[key]), len(tubes[key])] for key in people}


def scanned_codes(at: datetime) -> dict[tuple[str, str], int]:
    """How many people of each colour there are in each unit in the minute of `at`, from what was lived and what is to come."""
    minute, found = micros(at) // MINUTE, Counter[tuple[str, str]]()
    with engine().connect() as connection:
        for table in (SEGMENTS, HISTORY):
            for one in connection.execute(sa.select(table)):
                ends = one.until_at is None or micros(one.until_at) // MINUTE > minute
                if micros(one.from_at) // MINUTE <= minute and ends:
                    found[one.unit, one.colour] += 1
    return dict(found)
