"""Results from outside Hubei as rows: what the paper says is sealed; once confirmed, a result that no counter counts."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.domain.known import micros
from hbcore.domain.outside_results import OUTSIDE, SINGLE
from hbcore.storage import sealing
from hbcore.storage.ids import new_id
from hbcore.storage.instants import raw
from hbcore.storage.proposal_rows import PROPOSALS
from hbcore.storage.recolouring_rows import of_whom
from hbcore.storage.result_rows import RESULTS, ResultLine
from hbcore.storage.staging import add_rows
from hbcore.storage.tables import BIG, OutsideResult

Row = sa.Row[Any]
OUTSIDE_RESULTS: sa.Table = OutsideResult.__table__  # type: ignore[attr-defined]

_c = OUTSIDE_RESULTS.c
_WAITS = sa.exists().where(
    PROPOSALS.c.id == _c.proposal_id,
    PROPOSALS.c.settled_at.is_(None),
    raw(PROPOSALS.c.expires_at) > sa.bindparam("at", type_=BIG),
)
_ONE = sa.select(OUTSIDE_RESULTS).where(_c.id == sa.bindparam("wanted", type_=BIG))
_OF_PERSON = (
    sa.select(OUTSIDE_RESULTS)
    .where(of_whom(_c.person_id), sa.or_(_c.confirmed_at.is_not(None), _WAITS))
    .order_by(_c.sampled_at.desc(), _c.id.desc())
)


def add(connection: sa.Connection, values: Mapping[str, object], institution: str, number: str) -> None:
    """Put one down that a second person has still to confirm; `institution` and `number` as the paper has them."""
    id_ = int(str(values["id"]))
    sealed = sealing.seal("outside_result", "sealed", id_, json.dumps([institution, number], ensure_ascii=False).encode())
    connection.execute(OUTSIDE_RESULTS.insert().values(**values, sealed=sealed, key_version=sealing.KEY_VERSION))


def one(connection: sa.Connection, outside: int) -> Any:
    """One of them, or None."""
    return connection.execute(_ONE, {"wanted": outside}).first()


def paper(row: Row) -> tuple[str, str]:
    """The institution and the report's number, as the paper has them."""
    institution, number = json.loads(sealing.unseal("outside_result", "sealed", row.id, row.sealed, row.key_version))
    return institution, number


def of_person(connection: sa.Connection, person: int, at: datetime) -> list[Row]:
    """Those of a person that are confirmed or wait for their second person, the newest first."""
    return list(connection.execute(_OF_PERSON, {"person": person, "at": micros(at)}))


def confirm(connection: sa.Connection, row: Row, person: int, unit: str, *, by: int, at: datetime) -> bool:
    """Make it a result of `person`'s; False when somebody was faster."""
    result = new_id()
    still = sa.and_(_c.person_id == row.person_id, _c.id == row.id, _c.confirmed_at.is_(None))
    values = {"confirmed_by": by, "confirmed_at": at, "result_id": result}
    if connection.execute(sa.update(OUTSIDE_RESULTS).where(still).values(**values)).rowcount != 1:
        return False
    sampled = micros(row.sampled_at)
    key, times = (person, row.assay, sampled, result), (None, None, micros(at))
    line = ResultLine(*key, row.outcome, SINGLE, *times, OUTSIDE, "", None, row.id, None, None, None, unit)
    add_rows(connection, RESULTS, ResultLine._fields, [line])
    return True
