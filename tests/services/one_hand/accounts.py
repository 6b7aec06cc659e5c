"""The desk that histories are carried out on: people, laboratories and accounts of each role in several units."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hbcore.domain.vocabulary import Role
from hbcore.services import (
    institutions,
)
from hbcore.services.acting import Staff
from hbcore.storage.engine import access_engine, engine
from tests import standing
from tests.services.numbers import resident_number
from tests.services.one_hand.seen import Book, FactSeen, Picture, PolicySeen, Request, ResultSeen
from tests.standing import JIANGAN, LAB, WUCHANG, YICHANG

START = datetime(2020, 5, 11, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
OTHER_LAB = "420502L01"
LIMIT = 2
"""Positives an account and shift, low enough that short histories come to it."""

GAPS = (HOUR / 60, HOUR / 2, HOUR, 5 * HOUR, 13 * HOUR, 26 * HOUR)
RESIDENTS = tuple((f"张{'甲乙丙丁戊'[n]}", "居民身份证", resident_number(n)) for n in range(5))
PERMITS = tuple((name, "港澳居民来往内地通行证", f"H9468438{n}") for n, name in enumerate(("CHAN TAI MAN", "LEE SIU", "WONG KA")))
PEOPLE = (*RESIDENTS, *PERMITS)
UNITS = (WUCHANG, JIANGAN, YICHANG)
KINDS = ("confirmed", "close_contact", "fever", "home_observation", "recovered", "case_excluded", "positive_excluded")
HEADINGS = "姓名,证件类型,证件号码,采样时间,样本编号,检测项目,检测结果,结果状态,采样方式"
CHANNEL = "提交时间,证件类型,证件号码,姓名,出生日期,性别,手机号,所在区县,住址,是否有症状,接触史"
FACTS = """
    SELECT f.id, f.person_id, f.kind, f.evidence, f.ended_at IS NOT NULL, f.proposed_by, f.confirmed_by, f.end_proposed_by,
        f.end_confirmed_by, f.follows, coalesce(l.proposal_id, r.proposal_id)
    FROM fact f LEFT JOIN fact_list l ON l.id = f.list_id LEFT JOIN recolouring_request r ON r.fact_id = f.id
"""
REQUESTS = "SELECT id, proposal_id, entered_by, reviewed_by, decided_by FROM recolouring_request WHERE state = 'confirmed'"
POLICIES = """
    WITH confirmed AS (SELECT id, what, subject FROM proposal WHERE settled_how = 'confirmed')
    SELECT p.id, p.valid_from, p.proposed_by, p.published_by, p.withdrawal_by, p.withdrawn_by,
        (SELECT max(id) FROM confirmed c WHERE c.what = 'publish' AND c.subject = 'policy ' || p.id),
        (SELECT max(id) FROM confirmed c WHERE c.what = 'withdraw_policy' AND c.subject = 'policy ' || p.id),
        (SELECT count(*) FROM code_segment WHERE policy = p.id)
    FROM policy p WHERE p.published_by IS NOT NULL
"""
SEGMENTS = "SELECT person_id, colour, row, from_at, until_at FROM code_segment"
NAMES = {WUCHANG: "武昌区", JIANGAN: "江岸区", YICHANG: "西陵区"}


class Accounts:
    """A desk with accounts of each role in several units; a history is carried out on a copy of it."""

    def __init__(self, folder: Path) -> None:
        standing.institution(START)
        standing.institution(START, OTHER_LAB, "宜昌检验所", YICHANG)
        self.administrator = standing.staff(Role.ADMINISTRATOR, START, name="administrator")
        for code in (LAB, OTHER_LAB):
            institutions.set_limit(code, LIMIT, by=self.administrator, at=START)
        labs = {"l1": [LAB], "l2": [LAB, OTHER_LAB], "l3": [OTHER_LAB], "l4": [LAB]}
        self.liaisons = [standing.staff(Role.LAB_LIAISON, START, name=name, institutions=own) for name, own in labs.items()]
        units = (WUCHANG, "420100", "420500", "420000", "420000", "420000")
        self.clerks = [standing.staff(Role.DISTRICT_STAFF, START, name=f"c{n}", unit=unit) for n, unit in enumerate(units)]
        self.supervisors = [standing.staff(Role.SUPERVISOR, START, name=f"s{n}", unit=unit) for n, unit in enumerate(units)]
        self.gates = [standing.staff(Role.CHECKPOINT_STAFF, START, name=f"g{n}", unit=WUCHANG) for n in range(2)]
        self.everybody = [*self.liaisons, *self.clerks, *self.supervisors, self.administrator]
        self.by_id = {one.id: one for one in (*self.everybody, *self.gates)}
        self.clean = [(of, _kept(of(), folder / name)) for name, of in (("desk", engine), ("access", access_engine))]
        for of, _ in self.clean:
            sa.event.listen(of(), "connect", _hasty)
            of().dispose()
        self.reading = sqlite3.connect(str(engine().url.database))
        self.at, self.book, self.stands = START, Book(), Picture()
        self.last: dict[str, Any] = {}
        self.settled = ""

    def begin(self) -> None:
        """Nobody has done anything yet."""
        for of, clean in self.clean:
            with _driver(of()) as connection:
                clean.backup(connection)
        self.at, self.book, self.last, self.stands = START, Book(), {}, Picture()
        self.events = self._events()

    def all(self, statement: str, *values: object) -> list[Any]:
        """What a statement of the test's own answers."""
        return self.reading.execute(statement, values).fetchall()

    def one(self, statement: str, *values: object) -> Any:
        """The one value that it answers."""
        return self.all(statement, *values)[0][0]

    def _events(self) -> Counter[str]:
        return Counter(dict(self.all("SELECT act, count(*) FROM event GROUP BY act")))

    def _receipt(self, application: int) -> str:
        return str(self.one("SELECT receipt FROM application WHERE id = ?", application))

    def _proposes(self, by: Staff, proposal: int) -> str:
        self.book.proposed[proposal] = by.id
        return "done"

    def look(self) -> "Picture":
        """What stands on the desk now, read from its rows; colours are those of the stored chains."""
        columns = "id, person_id, assay, outcome, single, sampled_at, recorded_at, upload_id, institution, sample_number"
        results = {row[0]: ResultSeen(*row) for row in self.all(f"SELECT {columns} FROM result WHERE ended_at IS NULL")}  # noqa: S608
        facts = {id_: FactSeen(*rest) for id_, *rest in self.all(FACTS)}
        requests = {id_: Request(*rest) for id_, *rest in self.all(REQUESTS)}
        outside = dict(self.all("SELECT result_id, proposal_id FROM outside_result WHERE result_id IS NOT NULL"))
        policies = dict(map(_policy_seen, self.all(POLICIES)))
        return Picture(results, facts, tuple(self.all(SEGMENTS)), requests, outside, policies)


def _policy_seen(row: tuple[Any, ...]) -> tuple[str, PolicySeen]:
    """A policy that was published here, by its id."""
    id_, begins, proposed_by, published_by, withdrawal_by, withdrawn_by, published, withdrawn, codes = row
    gone = None if withdrawn_by is None else (withdrawal_by, withdrawn_by)
    return id_, PolicySeen(begins, (proposed_by, published_by), published, gone, withdrawn, codes)


@contextmanager
def _driver(of: sa.Engine) -> Iterator[sqlite3.Connection]:
    raw = of.raw_connection()
    try:
        yield raw.driver_connection  # type: ignore[misc]
    finally:
        raw.close()


def _kept(of: sa.Engine, path: Path) -> sqlite3.Connection:
    """A copy of a database as it stands."""
    copy = sqlite3.connect(path)
    with _driver(of) as connection:
        connection.backup(copy)
    return copy


def _hasty(connection: sqlite3.Connection, _record: object) -> None:
    """A history that is lost with the machine is tried again."""
    connection.execute("PRAGMA synchronous=OFF")
