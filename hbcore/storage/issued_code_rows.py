"""The register of issued codes as rows, each under a mark that only the desk can make; and what was taken back."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from hmac import compare_digest
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.domain.known import micros
from hbcore.storage.instants import raw
from hbcore.storage.prepared import Prepared
from hbcore.storage.sealing import keyed_hash
from hbcore.storage.tables import BIG, RevokedCode, issued_code

REVOKED: sa.Table = RevokedCode.__table__  # type: ignore[attr-defined]

_c, _r = issued_code.c, REVOKED.c


class IssuedRow(NamedTuple):
    """A code that was issued; instants in microseconds."""

    cti: bytes
    kind: str
    person_id: int
    colour: str | None
    policy: str | None
    row: str | None
    result_id: int | None
    issued_at: int
    expires_at: int
    key_id: bytes
    issued_by: int | None
    look_up: int


class RevokedRow(NamedTuple):
    """A code that was taken back; instants in microseconds."""

    cti: bytes
    reason: str
    proposed_by: int
    confirmed_by: int
    revoked_at: int


_COLUMNS = [raw(_c[name]) for name in IssuedRow._fields]
_CTI = sa.bindparam("cti", type_=sa.LargeBinary())
_PERSON = sa.bindparam("person", type_=BIG)
_AT = sa.bindparam("at", type_=BIG)


def _marked(*values: Any) -> tuple[IssuedRow, bytes]:
    row, mark = IssuedRow(*values[:-1]), values[-1]
    # PostgreSQL's driver may hand out views of its memory.
    return row._replace(cti=bytes(row.cti), key_id=bytes(row.key_id)), bytes(mark)


_ONE = Prepared(sa.select(*_COLUMNS, _c.mark).where(_c.cti == _CTI), _marked)
_OF_PERSON = Prepared(
    sa.select(*_COLUMNS, _c.mark)
    .where(_c.person_id == _PERSON, raw(_c.expires_at) > _AT)
    .order_by(raw(_c.expires_at).desc(), raw(_c.issued_at).desc()),
    _marked,
)
_REVOKED = Prepared(
    sa.select(*(raw(_r[name]) for name in RevokedRow._fields)).where(_r.person_id == _PERSON, _r.cti == _CTI), RevokedRow
)
_REVOKED_OF = Prepared(sa.select(_r.cti).where(_r.person_id == _PERSON, raw(_r.expires_at) > _AT), bytes)
_OLD = (
    sa.select(_c.cti)
    .where(raw(_c.expires_at) < sa.bindparam("before", type_=BIG))
    .order_by(raw(_c.expires_at))
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_FORGET = sa.delete(issued_code).where(_c.cti.in_(_OLD))
_ADD = issued_code.insert().values(
    {column.name: sa.bindparam(column.name, type_=raw(column).type) for column in issued_code.columns}
)


def add(connection: sa.Connection, row: IssuedRow) -> None:
    """Write it down, under its mark."""
    connection.execute(_ADD, {**row._asdict(), "mark": _mark(row)})


def one(connection: sa.Connection, cti: bytes) -> IssuedRow | None:
    """The code of this identity; None where the desk has not issued it, also where somebody wrote a row past the desk."""
    return next(_ours(_ONE.rows(connection, {"cti": cti})), None)


def of_person(connection: sa.Connection, person: int, at: datetime) -> list[IssuedRow]:
    """The codes of one person that have not expired, the one that lasts longest first."""
    return list(_ours(_OF_PERSON.rows(connection, {"person": person, "at": micros(at)})))


def any_old(connection: sa.Connection, before: datetime) -> bool:
    """Whether there is a code that expired before then."""
    return connection.execute(_OLD, {"before": micros(before), "limit": 1}).first() is not None


def delete_old(connection: sa.Connection, before: datetime, most: int) -> int:
    """Delete codes that expired before then, `most` at once; how many there were."""
    return connection.execute(_FORGET, {"before": micros(before), "limit": most}).rowcount


def revoked(connection: sa.Connection, person: int, cti: bytes) -> RevokedRow | None:
    """How a code was taken back; None where it was not."""
    return next(_REVOKED.rows(connection, {"person": person, "cti": cti}), None)


def revoked_of(connection: sa.Connection, person: int, at: datetime) -> frozenset[bytes]:
    """The identities of one person's codes that were taken back and have not expired."""
    return frozenset(_REVOKED_OF.rows(connection, {"person": person, "at": micros(at)}))


def revoke(connection: sa.Connection, rows: Iterable[IssuedRow], how: RevokedRow) -> None:
    """Take codes back. `how` without a code's identity is for them all."""
    values = [{**how._asdict(), "person_id": row.person_id, "cti": row.cti, "expires_at": row.expires_at} for row in rows]
    columns = ("person_id", "cti", "expires_at", *RevokedRow._fields[1:])
    statement = REVOKED.insert().values({name: sa.bindparam(name, type_=raw(_r[name]).type) for name in columns})
    connection.execute(statement, values)


def _ours(found: Iterable[tuple[IssuedRow, bytes]]) -> Iterator[IssuedRow]:
    return (row for row, mark in found if compare_digest(_mark(row), mark))


def _mark(row: IssuedRow) -> bytes:
    """Bound to every value of the row, so that none can be changed, moved to another code or written past the desk."""
    values = (value.hex() if isinstance(value, bytes) else "" if value is None else str(value) for value in row)
    return keyed_hash("issued code", "|".join(values))
