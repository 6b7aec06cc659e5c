"""Applications as rows: what the applicant stated is sealed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.domain.applicants import Applicant, Channel
from hbcore.domain.applications import OPEN, ApplicationState
from hbcore.domain.known import micros
from hbcore.domain.names import name_key, same_name
from hbcore.storage import people_rows, sealing
from hbcore.storage.application_text import sealed_columns
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.reach import confined
from hbcore.storage.staged_keys import staged
from hbcore.storage.staging import add_rows
from hbcore.storage.tables import BIG, Application, StaffRow
from hbcore.storage.tables.applications import OPEN_ONLINE

APPLICATIONS: sa.Table = Application.__table__  # type: ignore[attr-defined]
HOLDER: sa.Table = StaffRow.__table__.alias("holder")  # type: ignore[attr-defined]

_c = APPLICATIONS.c
OPEN_STATES = OPEN
STANDING_STATES = (*OPEN_STATES, ApplicationState.APPROVED)


def secret_hash(receipt: str, secret: str) -> bytes:
    """What is kept of the secret that is shown once."""
    return sealing.keyed_hash("receipt secret", f"{receipt}|{secret}")


_other = APPLICATIONS.alias("other")


def one_of_states(column: sa.Column[Any], states: Iterable[str]) -> sa.ColumnElement[bool]:
    """`column IN (states)` in a form that is compiled whole beforehand."""
    return sa.or_(*(column == state for state in states))


ELSEWHERE = (
    sa.exists()
    .where(_other.c.person_id == _c.person_id, _other.c.id != _c.id, one_of_states(_other.c.state, STANDING_STATES))
    .correlate(APPLICATIONS)
    .label("elsewhere")
)
"""Whether the same person has another application that stands, under whatever document."""


HELD = (
    PERSONS.c.name_token.label("held_token"),
    PERSONS.c.sealed.label("held_sealed"),
    PERSONS.c.key_version.label("held_version"),
    HOLDER.c.full_name.label("holder"),
)
"""The person a document belongs to, as held: somebody's document under another name is a check that stops. And who claims it."""
BESIDE = APPLICATIONS.join(PERSONS, PERSONS.c.id == _c.person_id).outerjoin(HOLDER, HOLDER.c.id == _c.claimed_by)


_ONE = sa.select(APPLICATIONS, ELSEWHERE, *HELD).select_from(BESIDE).where(_c.id == sa.bindparam("wanted"))
_RECEIPT = sa.select(_c.receipt).where(_c.id == sa.bindparam("wanted"))
_BY_RECEIPT = sa.select(_c.id).where(_c.receipt == sa.bindparam("receipt"))
_BARE = sa.select(APPLICATIONS).where(_c.id == sa.bindparam("wanted"))
_OF_RECEIPT = sa.select(APPLICATIONS).where(_c.receipt == sa.bindparam("receipt"))
_OF_FILE = sa.select(APPLICATIONS).where(
    _c.document_key == sa.bindparam("document"),
    _c.submitted_at == sa.bindparam("submitted", type_=_c.submitted_at.type),
    _c.channel == str(Channel.FILE),
)
_OPEN_ONLINE = sa.select(sa.func.count()).select_from(APPLICATIONS).where(sa.text(OPEN_ONLINE))
_STANDING = sa.select(_c.id, _c.state).where(_c.person_id == sa.bindparam("person"), _c.state.in_(STANDING_STATES)).limit(1)
_LAST_RECEIPT = sa.select(sa.func.max(_c.receipt)).where(_c.receipt >= sa.bindparam("first"), _c.receipt < sa.bindparam("beyond"))


_OF_ROLE = sa.func.hbcore_apply
"""Who sees single applications alone asks the database for what takes all of them (`docs/apply_role.sql`)."""

_OPEN_ONLINE_CONFINED = sa.select(_OF_ROLE.open_online(type_=sa.BigInteger))
_LAST_RECEIPT_CONFINED = sa.select(_OF_ROLE.last_receipt(sa.bindparam("first"), sa.bindparam("beyond"), type_=sa.String))


def held_otherwise(names: Sequence[str], rows: Sequence[Any]) -> list[str | None]:
    """The name under which the person is held to whom each applicant's document belongs, where it is another one.

    Equal tokens settle it unopened.
    """
    tokens = people_rows.name_tokens([name_key(name) for name in names])
    held = [None if token == row.held_token else _held_name(row) for token, row in zip(tokens, rows, strict=True)]
    return [None if other is None or same_name(name, other) else other for name, other in zip(names, held, strict=True)]


def _held_name(row: Any) -> str:
    return people_rows.unpack(sealing.unseal("person", "sealed", row.person_id, row.held_sealed, row.held_version)).name


def application_row(connection: sa.Connection, application_id: int) -> sa.Row[Any] | None:
    """One whole row, and `elsewhere`."""
    return connection.execute(_ONE, {"wanted": application_id}).first()


def id_of_receipt(connection: sa.Connection, receipt: str) -> int | None:
    """Which application a receipt number belongs to."""
    return connection.execute(_BY_RECEIPT, {"receipt": receipt}).scalar()


def bare_row(connection: sa.Connection, application_id: int) -> sa.Row[Any] | None:
    """One whole row and nothing of anybody else's: all that the public form may read."""
    return connection.execute(_BARE, {"wanted": application_id}).first()


def row_of_receipt(connection: sa.Connection, receipt: str) -> sa.Row[Any] | None:
    """The whole row of a receipt."""
    return connection.execute(_OF_RECEIPT, {"receipt": receipt}).first()


def open_online(connection: sa.Connection) -> int:
    """How many applications that came online are not decided yet."""
    return connection.execute(_OPEN_ONLINE_CONFINED if confined(connection) else _OPEN_ONLINE).scalar_one()


def state_again(connection: sa.Connection, application_id: int, applicant: Applicant, at: datetime) -> None:
    """What an applicant states now, of one who changed it at `at`."""
    values = {**sealed_columns(application_id, applicant), "declared_at": at}
    connection.execute(sa.update(APPLICATIONS).where(_c.id == application_id).values(**values))


def standing_of(connection: sa.Connection, person_id: int) -> sa.Row[Any] | None:
    """An application of this person that is open or approved."""
    found: sa.Row[Any] | None = connection.execute(_STANDING, {"person": person_id}).first()  # type: ignore[assignment]
    return found


def last_receipt(connection: sa.Connection, start: str) -> str | None:
    """The highest receipt number that begins with `start`: one seek in the index."""
    asked = _LAST_RECEIPT_CONFINED if confined(connection) else _LAST_RECEIPT
    return connection.execute(asked, {"first": start, "beyond": start + "\x7f"}).scalar()


def change_state(
    connection: sa.Connection,
    application_id: int,
    was: ApplicationState,
    values: Mapping[str, object],
    *besides: sa.ColumnElement[bool],
) -> bool:
    """Set `values` if the application still is in state `was` and `besides` holds; False when somebody was faster (S37)."""
    of_this = (_c.id == application_id, _c.state == was, *besides)
    changed = connection.execute(sa.update(APPLICATIONS).where(*of_this).values(**values))
    return changed.rowcount == 1


def set_state_of_many(
    connection: sa.Connection,
    ids: Sequence[int],
    was: ApplicationState,
    values: Mapping[str, object],
    *besides: sa.ColumnElement[bool],
) -> set[int]:
    """`change_state` of many with one statement; the ids of those that were changed."""
    with staged(connection, BIG, ids) as wanted:
        these = (_c.id.in_(sa.select(wanted.c.key)), _c.state == was, *besides)
        changed = sa.update(APPLICATIONS).where(*these).values(**values).returning(_c.id)
        return set(connection.execute(changed).scalars())


def many_rows(connection: sa.Connection, ids: Sequence[int]) -> list[sa.Row[Any]]:
    """`application_row` of many, in the order of their ids."""
    with staged(connection, BIG, ids) as wanted:
        statement = sa.select(APPLICATIONS, ELSEWHERE, *HELD).select_from(BESIDE).join(wanted, wanted.c.key == _c.id)
        return list(connection.execute(statement.order_by(_c.id)))


def of_file(connection: sa.Connection, document_key: bytes, submitted_at: datetime) -> list[sa.Row[Any]]:
    """Applications of a document that a file brought, submitted there at that instant."""
    return list(connection.execute(_OF_FILE, {"document": document_key, "submitted": submitted_at}))


def receipt_of(connection: sa.Connection, application_id: int) -> str | None:
    """The receipt of an application."""
    return connection.execute(_RECEIPT, {"wanted": application_id}).scalar()


def as_list(words: Sequence[str]) -> str:
    """Codes as the column keeps them."""
    return json.dumps(list(words))


def add_applications(connection: sa.Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert applications, each with the same columns."""
    columns = [column.name for column in APPLICATIONS.columns if column.name in rows[0]]
    add_rows(connection, APPLICATIONS, columns, [tuple([_own(row[name]) for name in columns]) for row in rows])


def _own(value: object) -> object:
    """As the database holds it."""
    return micros(value) if isinstance(value, datetime) else value


def set_same(connection: sa.Connection, application_id: int, person: int | None, by: int | None) -> None:
    """Keep which person held an applicant is said to be, and who said so; None for both takes it back."""
    connection.execute(sa.update(APPLICATIONS).where(_c.id == application_id).values(same_as=person, same_said_by=by))


def relatives_of(row: Any) -> frozenset[int]:
    """The staff who said that they are related to the applicant of a row."""
    return frozenset(json.loads(row.relatives)) if row.relatives else frozenset()


def set_relatives(connection: sa.Connection, application_id: int, relatives: Iterable[int]) -> None:
    """Keep who is related to an applicant."""
    connection.execute(sa.update(APPLICATIONS).where(_c.id == application_id).values(relatives=as_relatives(relatives)))


def as_relatives(relatives: Iterable[int]) -> str | None:
    """Who is related to an applicant as the column keeps them; None where nobody is."""
    return json.dumps(sorted(relatives)) if relatives else None


def set_join(connection: sa.Connection, application_id: int, join_id: int | None) -> None:
    """Keep which joining the approval of an application did; None once it is parted."""
    connection.execute(sa.update(APPLICATIONS).where(_c.id == application_id).values(join_id=join_id))


def waiting_for_filing(connection: sa.Connection, document_keys: Sequence[bytes]) -> list[sa.Row[Any]]:
    """Open applications of these documents: what a new filing may settle."""
    with staged(connection, sa.LargeBinary(), document_keys) as wanted:
        statement = (
            sa.select(APPLICATIONS).join(wanted, wanted.c.key == _c.document_key).where(_c.state.in_(OPEN_STATES)).order_by(_c.id)
        )
        return list(connection.execute(statement))


def set_filing_check(connection: sa.Connection, application_id: int, check: str, fields: Sequence[str]) -> None:
    """Keep what comparing with the filing gave."""
    connection.execute(
        sa.update(APPLICATIONS).where(_c.id == application_id).values(filing_check=check, filing_fields=json.dumps(list(fields)))
    )
