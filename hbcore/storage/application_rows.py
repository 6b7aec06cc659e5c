"""Applications as rows: what the applicant stated is sealed; the queue reads one statement and opens only what is shown."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa

from hbcore.domain.applicants import Applicant, Sex
from hbcore.domain.applications import ApplicationState
from hbcore.domain.documents import Document
from hbcore.domain.names import name_key, same_name
from hbcore.domain.vocabulary import DocumentKind
from hbcore.storage import people_rows, sealing
from hbcore.storage.instants import raw
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.prepared import Prepared
from hbcore.storage.staging import staged
from hbcore.storage.tables import Application, Unit

APPLICATIONS: sa.Table = Application.__table__  # type: ignore[attr-defined]
UNITS: sa.Table = Unit.__table__  # type: ignore[attr-defined]

_c = APPLICATIONS.c
OPEN_STATES = (ApplicationState.WAITING, ApplicationState.ASKED, ApplicationState.SECOND_REVIEW)
STANDING_STATES = (*OPEN_STATES, ApplicationState.APPROVED)


def pack(applicant: Applicant) -> bytes:
    """The blob to be sealed; its first three cells are what a line of the queue shows."""
    one = applicant
    days = [day.isoformat() if day else None for day in (one.birth_on, one.entry_on)]
    stated = (one.sex, one.nationality, one.phone, one.email, one.address, one.symptoms, one.contact, one.channel_receipt)
    cells = (one.name, one.document.number, one.document.country, *days, *stated)
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode()


def unpack(kind: str, blob: bytes) -> Applicant:
    """The blob that was sealed, of an application with a document of this kind."""
    name, number, country, birth, entry, sex, nationality, phone, email, address, symptoms, contact, receipt = json.loads(blob)
    return Applicant(
        name=name,
        document=Document(DocumentKind(kind), number, country),
        birth_on=date.fromisoformat(birth) if birth else None,
        entry_on=date.fromisoformat(entry) if entry else None,
        sex=Sex(sex) if sex else None,
        nationality=nationality,
        phone=phone,
        email=email,
        address=address,
        symptoms=symptoms,
        contact=contact,
        channel_receipt=receipt,
    )


def sealed_columns(application_id: int, applicant: Applicant) -> dict[str, object]:
    """The columns of an application row that hold `applicant`."""
    return {
        "document_kind": str(applicant.document.kind),
        "document_key": sealing.document_key(applicant.document.kind, applicant.document.number),
        "country": applicant.document.country,
        "sealed": sealing.seal("application", "sealed", application_id, pack(applicant)),
        "key_version": sealing.KEY_VERSION,
    }


def opened(row: sa.Row[Any] | sa.RowMapping) -> Applicant:
    """What an application row seals."""
    one = row if isinstance(row, sa.RowMapping) else row._mapping
    blob = sealing.unseal("application", "sealed", one["id"], one["sealed"], one["key_version"])
    return unpack(one["document_kind"], blob)


def secret_hash(receipt: str, secret: str) -> bytes:
    """What is kept of the secret that is shown once."""
    return sealing.keyed_hash("receipt secret", f"{receipt}|{secret}")


def below(unit: sa.BindParameter[str]) -> sa.Select[Any]:
    """The codes of `unit` and of every unit below it, inside another statement."""
    tree = sa.select(UNITS.c.code).where(UNITS.c.code == unit).cte("below", recursive=True)
    tree = tree.union_all(sa.select(UNITS.c.code).where(UNITS.c.parent == tree.c.code))
    return sa.select(tree.c.code)


class QueueRow(NamedTuple):
    """A line of the queue as the database holds it; instants in microseconds."""

    id: int
    receipt: str
    unit: str
    state: str
    document_kind: str
    filing_check: str
    filing_fields: str
    submitted_at: int
    due_at: int | None
    entered_by: int | None
    decided_by: int | None
    reasons: str
    sealed: bytes
    key_version: int
    person_id: int
    elsewhere: int
    held_token: bytes
    held_sealed: bytes
    held_version: int


_other = APPLICATIONS.alias("other")


def _one_of(column: sa.Column[Any], states: Iterable[str]) -> sa.ColumnElement[bool]:
    """`column IN (states)` in a form that is compiled whole beforehand."""
    return sa.or_(*(column == state for state in states))


_ELSEWHERE = (
    sa.exists()
    .where(_other.c.person_id == _c.person_id, _other.c.id != _c.id, _one_of(_other.c.state, STANDING_STATES))
    .correlate(APPLICATIONS)
    .label("elsewhere")
)
"""Whether the same person has another application that stands, under whatever document."""


class OpenCount(NamedTuple):
    """Applications in an open state: how many, overdue (due before now), due soon; the earliest due, in microseconds."""

    state: str
    n: int
    overdue: int
    soon: int
    first: int | None


_HELD = (
    PERSONS.c.name_token.label("held_token"),
    PERSONS.c.sealed.label("held_sealed"),
    PERSONS.c.key_version.label("held_version"),
)
"""The person a document belongs to, as held: somebody's document under another name is a check that stops."""


@lru_cache(maxsize=32)
def _queue(states: tuple[str, ...]) -> Prepared[QueueRow]:
    due_before = sa.bindparam("due_before", type_=sa.BigInteger)
    statement = (
        sa.select(*[raw(_c[name]) for name in QueueRow._fields[:-4]], _ELSEWHERE, *_HELD)
        .join(PERSONS, PERSONS.c.id == _c.person_id)
        .where(
            _one_of(_c.state, states),
            _c.unit.in_(below(sa.bindparam("unit", type_=sa.String))),
            sa.or_(due_before.is_(None), raw(_c.due_at) < due_before),
        )
        .order_by(_c.due_at.is_(None), _c.due_at, _c.submitted_at, _c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )
    return Prepared(statement, QueueRow)


_COUNTS = Prepared(
    sa.select(
        _c.state,
        sa.func.count().label("n"),
        sa.func.count(sa.case((raw(_c.due_at) < sa.bindparam("at", type_=sa.BigInteger), 1))).label("overdue"),
        sa.func.count(sa.case((raw(_c.due_at) < sa.bindparam("soon", type_=sa.BigInteger), 1))).label("soon"),
        sa.func.min(raw(_c.due_at)).label("first"),
    )
    .where(_one_of(_c.state, OPEN_STATES), _c.unit.in_(below(sa.bindparam("unit", type_=sa.String))))
    .group_by(_c.state),
    OpenCount,
)

_ONE = (
    sa.select(APPLICATIONS, _ELSEWHERE, *_HELD).join(PERSONS, PERSONS.c.id == _c.person_id).where(_c.id == sa.bindparam("wanted"))
)
_BY_RECEIPT = sa.select(_c.id).where(_c.receipt == sa.bindparam("receipt"))
_STANDING = sa.select(_c.id, _c.state).where(_c.person_id == sa.bindparam("person"), _c.state.in_(STANDING_STATES)).limit(1)
_LAST_RECEIPT = sa.select(sa.func.max(_c.receipt)).where(_c.receipt >= sa.bindparam("first"), _c.receipt < sa.bindparam("beyond"))


def queue_rows(
    connection: sa.Connection, *, unit: str, states: Sequence[str], due_before: int | None, limit: int
) -> list[QueueRow]:
    """Lines of `unit` and below in these states, the one with the least time left first; `due_before` in microseconds."""
    values = {"unit": unit, "due_before": due_before, "limit": limit}
    return list(_queue(tuple(map(str, states))).rows(connection, values))


class SealedLine(Protocol):
    """A row that shows no more of an application than its name and document."""

    @property
    def id(self) -> int: ...
    @property
    def document_kind(self) -> str: ...
    @property
    def sealed(self) -> bytes: ...
    @property
    def key_version(self) -> int: ...


def name_and_document(row: SealedLine) -> tuple[str, Document]:
    """The name and document of one line, opened."""
    cells = json.loads(sealing.unseal("application", "sealed", row.id, row.sealed, row.key_version))
    return cells[0], Document(DocumentKind(row.document_kind), cells[1], cells[2])


def agree_with_held(names: Sequence[str], rows: Sequence[QueueRow | sa.Row[Any]]) -> list[bool]:
    """Whether each applicant's name is that of the person the document belongs to. Equal tokens settle it unopened."""
    tokens = people_rows.name_tokens([name_key(name) for name in names])
    return [
        token == row.held_token or same_name(name, _held_name(row)) for token, name, row in zip(tokens, names, rows, strict=True)
    ]


def _held_name(row: QueueRow | sa.Row[Any]) -> str:
    return people_rows.unpack(sealing.unseal("person", "sealed", row.person_id, row.held_sealed, row.held_version)).name


def open_counts(connection: sa.Connection, *, unit: str, at: int, soon: int) -> dict[str, OpenCount]:
    """The count of each open state."""
    return {row.state: row for row in _COUNTS.rows(connection, {"unit": unit, "at": at, "soon": soon})}


def application_row(connection: sa.Connection, application_id: int) -> sa.Row[Any] | None:
    """One whole row, and `elsewhere`."""
    return connection.execute(_ONE, {"wanted": application_id}).first()


def id_of_receipt(connection: sa.Connection, receipt: str) -> int | None:
    """Which application a receipt number belongs to."""
    return connection.execute(_BY_RECEIPT, {"receipt": receipt}).scalar()


def standing_of(connection: sa.Connection, person_id: int) -> sa.Row[Any] | None:
    """An application of this person that is open or approved."""
    found: sa.Row[Any] | None = connection.execute(_STANDING, {"person": person_id}).first()  # type: ignore[assignment]
    return found


def last_receipt(connection: sa.Connection, start: str) -> str | None:
    """The highest receipt number that begins with `start`: one seek in the index."""
    return connection.execute(_LAST_RECEIPT, {"first": start, "beyond": start + "\x7f"}).scalar()


def change_state(connection: sa.Connection, application_id: int, was: ApplicationState, values: dict[str, object]) -> bool:
    """Set `values` if the application still is in state `was`; False when somebody was faster (S37)."""
    changed = connection.execute(sa.update(APPLICATIONS).where(_c.id == application_id, _c.state == was).values(**values))
    return changed.rowcount == 1


def add_application(connection: sa.Connection, values: dict[str, object]) -> None:
    """Insert one application."""
    connection.execute(APPLICATIONS.insert().values(**values))


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
