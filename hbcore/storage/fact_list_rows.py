"""Lists of proposed facts as rows: put down by one, marked once another confirms; reasons and exposures are sealed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.domain.known import micros
from hbcore.storage import sealing
from hbcore.storage.ids import new_ids
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.proposal_rows import PROPOSALS, STAFF
from hbcore.storage.staged_keys import staged
from hbcore.storage.tables import BIG, FactList, FactListLine
from hbcore.storage.unit_rows import below

Row = sa.Row[Any]
LISTS: sa.Table = FactList.__table__  # type: ignore[attr-defined]
LINES: sa.Table = FactListLine.__table__  # type: ignore[attr-defined]

_l = LISTS.c
_confirmer = STAFF.alias("confirmer")
_SHOWN = (
    sa.select(
        LISTS,
        STAFF.c.full_name.label("proposed_by_name"),
        _confirmer.c.full_name.label("confirmed_by_name"),
        PROPOSALS.c.settled_how,
        PROPOSALS.c.expires_at,
    )
    .join(PROPOSALS, PROPOSALS.c.id == _l.proposal_id)
    .join(STAFF, STAFF.c.id == _l.proposed_by)
    .outerjoin(_confirmer, _confirmer.c.id == _l.confirmed_by)
)
_ONE = _SHOWN.where(_l.id == sa.bindparam("list"))
_SINCE = sa.bindparam("since", type_=_l.proposed_at.type)
_IN_UNIT = _l.unit.in_(below(sa.bindparam("unit", type_=sa.String)))
_RECENT = (
    _SHOWN.where(_IN_UNIT, _l.proposed_at > _SINCE).order_by(_l.proposed_at.desc()).limit(sa.bindparam("limit", type_=sa.Integer))
)
_p = PERSONS.c
_LINES = (
    sa.select(LINES, _p.unit, _p.joined_to, _p.sealed.label("person_sealed"), _p.key_version.label("version"))
    .join(PERSONS, _p.id == LINES.c.person_id)
    .where(LINES.c.list_id == sa.bindparam("list"))
    .order_by(LINES.c.id)
)
_LINE = sa.select(LINES).where(LINES.c.person_id == sa.bindparam("person"), LINES.c.list_id == sa.bindparam("list"))
_AGAINST = sa.select(sa.func.coalesce(sa.func.sum(_l.against), 0)).where(_l.proposed_at >= _SINCE)
_AGAINST_BY = _AGAINST.where(_l.proposed_by == sa.bindparam("staff"))
_AGAINST_IN = _AGAINST.where(_l.unit == sa.bindparam("unit"))
_BURSTS = (
    sa.select(_l.id, _l.unit, _l.proposed_at, _l.people, STAFF.c.full_name)
    .join(STAFF, STAFF.c.id == _l.proposed_by)
    .where(_l.burst, _l.proposed_at > _SINCE, _IN_UNIT)
    .order_by(_l.proposed_at)
)


@dataclass(frozen=True)
class LineRow:
    """A line to put down. `about`: the fact that is ended or extended."""

    person: int
    kind: str
    from_at: datetime
    until_at: datetime | None
    evidence: str
    exposure: str
    about: int | None


def add(
    connection: sa.Connection, values: Mapping[str, object], kinds: Mapping[str, int], reason: str, lines: Sequence[LineRow]
) -> None:
    """Put a list down with its lines."""
    list_id = int(str(values["id"]))
    sealed = sealing.seal("fact_list", "sealed", list_id, reason.encode())
    more = {"kinds": json.dumps(kinds, sort_keys=True), "sealed": sealed, "key_version": sealing.KEY_VERSION}
    connection.execute(LISTS.insert().values(**values, **more))
    ids = new_ids(len(lines))
    texts = sealing.seal_many("fact_list_line", "sealed", ids, [one.exposure.encode() for one in lines])
    connection.execute(
        LINES.insert(),
        [
            {
                "person_id": one.person,
                "list_id": list_id,
                "id": id_,
                "kind": one.kind,
                "from_at": one.from_at,
                "until_at": one.until_at,
                "evidence": one.evidence,
                "about": one.about,
                "sealed": text,
                "key_version": sealing.KEY_VERSION,
            }
            for one, id_, text in zip(lines, ids, texts, strict=True)
        ],
    )


def one(connection: sa.Connection, list_id: int) -> Row | None:
    """A list, who proposed and who confirmed it, and how its proposal stands."""
    return connection.execute(_ONE, {"list": list_id}).first()


def recent(connection: sa.Connection, unit: str, since: datetime, limit: int) -> list[Row]:
    """The lists proposed in `unit` and below since then, the newest first."""
    return list(connection.execute(_RECENT, {"unit": unit, "since": since, "limit": limit}))


def lines(connection: sa.Connection, list_id: int) -> list[Row]:
    """The lines of a list in its order, with each person's unit, sealed text and whom they were joined to."""
    return list(connection.execute(_LINES, {"list": list_id}))


def line_of(connection: sa.Connection, person: int, list_id: int) -> Row | None:
    """The line of a list that is about a person."""
    return connection.execute(_LINE, {"person": person, "list": list_id}).first()


def confirmed(connection: sa.Connection, list_id: int, by: int, at: datetime) -> None:
    """Mark a list as confirmed."""
    connection.execute(sa.update(LISTS).where(_l.id == list_id).values(confirmed_by=by, confirmed_at=at))


def reason(row: Row) -> str:
    """Why a list was proposed."""
    return sealing.unseal("fact_list", "sealed", row.id, row.sealed, row.key_version).decode()


def exposure(row: Row) -> str:
    """How the person of a line was exposed."""
    return sealing.unseal("fact_list_line", "sealed", row.id, row.sealed, row.key_version).decode()


def same_file(connection: sa.Connection, digest: str, at: datetime) -> int | None:
    """A list of this very file that waits or was confirmed."""
    stands = sa.or_(
        PROPOSALS.c.settled_how == "confirmed", sa.and_(PROPOSALS.c.settled_at.is_(None), PROPOSALS.c.expires_at > at)
    )
    asked = sa.select(_l.id).join(PROPOSALS, PROPOSALS.c.id == _l.proposal_id).where(_l.digest == digest, stands)
    found: int | None = connection.execute(asked).scalar()
    return found


def waiting_of(connection: sa.Connection, people: Iterable[int], case: str | None, at: datetime) -> set[tuple[int, str, int]]:
    """What is proposed of these people in a case and waits: person, kind and when it begins, in microseconds."""
    c, p = LINES.c, PROPOSALS.c
    with staged(connection, BIG, people) as wanted:
        of_people = (
            sa.select(c.person_id, c.kind, c.from_at)
            .select_from(wanted)
            .join(LINES, c.person_id == wanted.c.key)
            .join(LISTS, _l.id == c.list_id)
            .join(PROPOSALS, p.id == _l.proposal_id)
        )
        same_case = _l.case_number == case if case is not None else _l.case_number.is_(None)
        waits = of_people.where(same_case, _l.what == "facts", p.settled_at.is_(None), p.expires_at > at)
        return {(person, kind, micros(begins)) for person, kind, begins in connection.execute(waits)}


def against_by(connection: sa.Connection, staff: int, since: datetime) -> int:
    """How many people an account has proposed something against since then."""
    return int(connection.execute(_AGAINST_BY, {"staff": staff, "since": since}).scalar_one())


def against_in(connection: sa.Connection, unit: str, since: datetime) -> int:
    """How many people the accounts of a unit have proposed something against since then."""
    return int(connection.execute(_AGAINST_IN, {"unit": unit, "since": since}).scalar_one())


def bursts(connection: sa.Connection, unit: str, since: datetime) -> list[Row]:
    """The lists of `unit` and below since then that went beyond what is usual, and who proposed each."""
    return list(connection.execute(_BURSTS, {"unit": unit, "since": since}))
