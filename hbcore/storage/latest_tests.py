"""When the latest nucleic-acid test of each person was sampled: kept in their row, where a policy's whole table looks for it."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from hbcore.domain.chains import Evidence
from hbcore.domain.vocabulary import Assay
from hbcore.storage import reach
from hbcore.storage.staging import run_many

_PERSON = sa.table("person", *(sa.column(name, sa.BigInteger()) for name in ("id", "naat_at")))
_NEWEST = sa.table("newest_sampling", sa.column("assay"), sa.column("sampled_at", sa.BigInteger()))
_p, _n = _PERSON.c, _NEWEST.c

_SET_EACH = (
    sa.update(_PERSON)
    .values(naat_at=sa.bindparam("sampled", type_=sa.BigInteger))
    .where(_p.id == sa.bindparam("person", type_=sa.BigInteger))
)
_ARRAYS = (sa.bindparam(name, type_=postgresql.ARRAY(sa.BigInteger)) for name in ("people", "sampled"))
_ARRIVING = sa.func.unnest(*_ARRAYS).table_valued(sa.column("person"), sa.column("at"), name="arriving").render_derived()
_SET_MANY = sa.update(_PERSON).values(naat_at=_ARRIVING.c.at).where(_p.id == _ARRIVING.c.person)
_NEWEST_AT = sa.bindparam("newest", type_=sa.BigInteger)
# An update alone: of a row that is missing nobody knows what it said, and one that is too old hides later tests.
_SEE = sa.update(_NEWEST).where(_n.assay == str(Assay.NAAT), _n.sampled_at < _NEWEST_AT).values(sampled_at=_NEWEST_AT)


EVERYBODY = 2**62


def latest_of(evidence: Evidence) -> int | None:
    """When somebody's latest nucleic-acid test was sampled, in microseconds; None without one that stands."""
    return max((sampled for assay, _, _, sampled in evidence.results if assay == Assay.NAAT), default=None)


def keep(connection: sa.Connection, wanted: sa.FromClause, latest: Mapping[int, int | None]) -> None:
    """Put into the rows of the people staged in `wanted` what is not there yet; whoever is not in `latest` has none.

    A confined role neither adds nor ends a result and may not write this: what it decides stands whatever the row says.
    """
    if reach.confined(connection):
        return
    held = connection.execute(sa.select(*_p).join(wanted, wanted.c.key == _p.id).order_by(wanted.c.key)).all()
    changed = [(latest.get(person), person) for person, before in held if latest.get(person) != before]
    if not changed:
        return
    sampled, people = map(list, zip(*changed, strict=True))
    if connection.dialect.name == "postgresql":
        connection.execute(_SET_MANY, {"people": people, "sampled": sampled})
    else:
        run_many(connection, _SET_EACH, ("sampled", "person"), changed)
    see(connection, sampled)


def see(connection: sa.Connection, sampled: Iterable[int | None]) -> None:
    """Remember the newest sampling there ever was, where one of these is it: of a later instant nobody has to be looked for."""
    if newest := max(filter(None, sampled), default=0):
        connection.execute(_SEE, {"newest": newest})


def later_than(at: int) -> sa.Select[int]:
    """Who has a nucleic-acid test sampled after `at`. Mostly nobody has, which is found out without looking at anybody.

    As a limit, and not as a condition: PostgreSQL begins workers for a scan before it asks whether there is any.
    Where the newest sampling of all is not written down, everybody is looked at.
    """
    newest = sa.select(_n.sampled_at).where(_n.assay == str(Assay.NAAT)).scalar_subquery()
    most = sa.case((sa.func.coalesce(newest, EVERYBODY) > at, EVERYBODY), else_=0)
    later = sa.select(_p.id).where(_p.naat_at > at).limit(most).subquery("later")
    return sa.select(later.c.id)
