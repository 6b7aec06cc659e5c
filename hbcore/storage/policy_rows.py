"""Policies and how far their publication has come, as rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.domain.known import micros
from hbcore.storage.instants import raw
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.prepared import Prepared
from hbcore.storage.tables import PolicyRow, Publication, StaffRow
from hbcore.storage.unit_rows import PATH, below

Row = sa.Row[Any]
POLICIES: sa.Table = PolicyRow.__table__  # type: ignore[attr-defined]
PUBLICATIONS: sa.Table = Publication.__table__  # type: ignore[attr-defined]
STAFF: sa.Table = StaffRow.__table__  # type: ignore[attr-defined]


_c, _p = POLICIES.c, PUBLICATIONS.c


class PublishedRow(NamedTuple):
    """A published policy without its content; `valid_from` in microseconds."""

    id: str
    scope: str
    valid_from: int
    digest: str


PUBLISHED = Prepared(
    sa.select(_c.id, _c.scope, raw(_c.valid_from), _c.digest).where(_c.valid_from.is_not(None)).order_by(_c.valid_from),
    PublishedRow,
)


_proposed, _published = STAFF.alias("proposed"), STAFF.alias("published")
_first, _second = STAFF.alias("withdrawal"), STAFF.alias("withdrawn")
_APPLIED = sa.and_(_p.policy == _c.id, _p.withdrawal == _c.withdrawn_at.is_not(None))
_LISTED = (
    sa.select(
        POLICIES,
        _proposed.c.full_name.label("proposer"),
        _published.c.full_name.label("publisher"),
        _first.c.full_name.label("withdrawal_proposer"),
        _second.c.full_name.label("withdrawer"),
        *(_p[name].label(f"applied_{name}") for name in ("people", "done", "changes", "finished_at")),
    )
    .outerjoin_from(POLICIES, _proposed, _proposed.c.id == _c.proposed_by)
    .outerjoin(_published, _published.c.id == _c.published_by)
    .outerjoin(_first, _first.c.id == _c.withdrawal_by)
    .outerjoin(_second, _second.c.id == _c.withdrawn_by)
    .outerjoin(PUBLICATIONS, _APPLIED)
    .order_by(_c.published_at.is_(None).desc(), sa.func.coalesce(_c.valid_from, _c.withdrawn_from).desc(), _c.id)
)


def content(connection: sa.Connection, policy: str) -> str:
    """The table of a policy as JSON."""
    return str(connection.execute(sa.select(_c.content).where(_c.id == policy)).scalar_one())


def listed(connection: sa.Connection) -> list[Row]:
    """All policies: what is not published first, then the newest."""
    return list(connection.execute(_LISTED))


def one(connection: sa.Connection, policy: str) -> Row | None:
    """One policy with who proposed and published it and how far it has been applied."""
    return connection.execute(_LISTED.where(_c.id == policy)).first()


def published(connection: sa.Connection, policy: str) -> Row:
    """One that is published."""
    return connection.execute(_LISTED.where(_c.id == policy)).one()


def add(connection: sa.Connection, values: Mapping[str, object]) -> None:
    """Keep a policy that is not published yet."""
    connection.execute(POLICIES.insert().values(**values))


def proposed_anew(connection: sa.Connection, policy: str, by: int) -> None:
    """A policy that stands unpublished is proposed, by `by`."""
    connection.execute(sa.update(POLICIES).where(_c.id == policy, _c.published_at.is_(None)).values(proposed_by=by))


def publish(connection: sa.Connection, policy: str, *, valid_from: datetime, by: int, at: datetime) -> bool:
    """Publish it once; False where it is published already. Another of that scope and instant is an IntegrityError."""
    still = sa.and_(_c.id == policy, _c.published_at.is_(None))
    values = {"valid_from": valid_from, "published_at": at, "published_by": by}
    return connection.execute(sa.update(POLICIES).where(still).values(**values)).rowcount == 1


def withdraw(connection: sa.Connection, policy: str, values: Mapping[str, object], at: datetime) -> bool:
    """Withdraw one that is published and has not begun, and end its application; False where it has begun or is withdrawn."""
    ahead = sa.and_(_c.id == policy, _c.valid_from > at)
    gone = sa.update(POLICIES).where(ahead).values(**values, withdrawn_at=at, withdrawn_from=_c.valid_from, valid_from=None)
    if connection.execute(gone).rowcount != 1:
        return False
    applied = sa.and_(_p.policy == policy, _p.finished_at.is_(None))
    connection.execute(sa.update(PUBLICATIONS).where(applied).values(finished_at=at))
    return True


def begin(connection: sa.Connection, publication: int, policy: Row, at: datetime) -> int:
    """Put down that everybody for whom the policy decides from its instant on is decided by it, or, where it is withdrawn,
    without it; how many those are."""
    begins, withdrawal = policy.valid_from or policy.withdrawn_from, policy.withdrawn_at is not None
    concerned = _decides_for(policy.scope, _nearer(connection, policy.scope, micros(begins)))
    people: int = connection.execute(sa.select(sa.func.count()).select_from(PERSONS).where(*concerned)).scalar_one()
    values = {"id": publication, "policy": policy.id, "withdrawal": withdrawal, "people": people, "began_at": at}
    connection.execute(PUBLICATIONS.insert().values(**values))
    return people


def unfinished(connection: sa.Connection) -> Row | None:
    """The publication or withdrawal to be gone on with, the earliest first, with its policy's scope and instant (`begins`)."""
    return connection.execute(_UNFINISHED).first()


_UNFINISHED = (
    sa.select(PUBLICATIONS, _c.scope, sa.func.coalesce(_c.valid_from, _c.withdrawn_from).label("begins"))
    .join(POLICIES, _c.id == _p.policy)
    .where(_p.finished_at.is_(None))
    .order_by(_p.id)
    .limit(1)
)


def next_people(connection: sa.Connection, unfinished: Row, most: int) -> list[int]:
    """The next people, by our id, for whom the policy of a publication decides, or would have decided, from its instant on."""
    nearer = _nearer(connection, unfinished.scope, micros(unfinished.begins))
    return list(_next_people(unfinished.scope, nearer).rows(connection, {"after": unfinished.done_to, "most": most}))


@lru_cache(maxsize=16)
def _next_people(scope: str, nearer: tuple[str, ...]) -> Prepared[int]:
    after, most = (sa.bindparam(name, type_=sa.BigInteger()) for name in ("after", "most"))
    wanted = sa.select(PERSONS.c.id).where(PERSONS.c.id > after, *_decides_for(scope, nearer))
    return Prepared(wanted.order_by(PERSONS.c.id).limit(most), int)


def _nearer(connection: sa.Connection, scope: str, from_at: int) -> tuple[str, ...]:
    """The places below `scope` where a policy of their own holds by then."""
    own = {row.scope for row in PUBLISHED.rows(connection, {}) if row.valid_from <= from_at and row.scope != scope}
    return tuple(sorted(unit for unit in own if scope in {above.code for above in PATH.rows(connection, {"unit": unit})}))


def _decides_for(scope: str, nearer: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    """Whoever lives in `scope`, but for the places `nearer`; no mere pointers."""
    ruled_out = [PERSONS.c.unit.not_in(below(sa.literal(unit))) for unit in nearer]
    return [_lives_in(scope), PERSONS.c.joined_to.is_(None), *ruled_out]


def _lives_in(scope: str) -> sa.ColumnElement[bool]:
    # Somebody whose unit is unknown lives in the province.
    known = PERSONS.c.unit.in_(below(sa.literal(scope)))
    return sa.true() if _is_top(scope) else known


def _is_top(scope: str) -> bool:
    return scope.endswith("0000")


def gone_on(connection: sa.Connection, publication: int, values: Mapping[str, object]) -> None:
    """Keep how far it has come."""
    connection.execute(sa.update(PUBLICATIONS).where(_p.id == publication).values(**values))
