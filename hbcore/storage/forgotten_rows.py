"""People whom a file made known and whose last row was recalled: registered no more, as if nobody had told of them.

When they were registered stays with them: that tells them from whoever never was.
"""

from collections.abc import Collection

import sqlalchemy as sa

from hbcore.domain.vocabulary import Registration
from hbcore.storage.look_up_rows import APPLICATIONS, FACTS
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.recall_rows import RECALLED
from hbcore.storage.result_rows import RESULTS
from hbcore.storage.sampling_rows import SAMPLINGS
from hbcore.storage.staged_keys import staged
from hbcore.storage.tables import BIG

_p, _r = PERSONS.c, RESULTS.c


def nothing_known(connection: sa.Connection, people: Collection[int]) -> set[int]:
    """Those of these people whom a laboratory's file made known and of whom nothing is on record any more."""
    with staged(connection, BIG, people) as wanted:
        results = sa.exists().where(_r.person_id == _p.id, sa.func.coalesce(_r.ended_how, "") != RECALLED)
        others = [sa.exists().where(table.c.person_id == _p.id) for table in (FACTS, APPLICATIONS, SAMPLINGS)]
        asked = sa.select(_p.id).join(wanted, wanted.c.key == _p.id).where(_p.unit_source == "institution")
        return set(connection.execute(asked.where(~sa.or_(results, *others))).scalars())


def forgotten(connection: sa.Connection, wanted: sa.FromClause) -> None:
    """Those staged in `wanted` are registered no more; a resident was by being one (model part 1)."""
    among = (_p.id.in_(sa.select(wanted.c.key)), _p.registration == Registration.APPROVED.value)
    connection.execute(sa.update(PERSONS).where(*among).values(registration=Registration.NONE.value))


def forgotten_of(connection: sa.Connection, people: Collection[int]) -> set[int]:
    """Those of these people who had been forgotten."""
    with staged(connection, BIG, people) as wanted:
        among = (_p.registration == Registration.NONE.value, _p.registered_at.is_not(None))
        return set(connection.execute(sa.select(_p.id).join(wanted, wanted.c.key == _p.id).where(*among)).scalars())


def register_again(connection: sa.Connection, people: Collection[int]) -> None:
    """These people, who had been forgotten, are registered as before."""
    with staged(connection, BIG, people) as wanted:
        among = _p.id.in_(sa.select(wanted.c.key))
        connection.execute(sa.update(PERSONS).where(among).values(registration=Registration.APPROVED.value))
