"""What is known of a set of people, read in four joins as the database holds it: what their codes are decided from."""

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from hbcore.domain.chains import Evidence
from hbcore.storage.instants import raw
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.result_rows import RESULTS
from hbcore.storage.sampling_rows import SAMPLINGS
from hbcore.storage.tables import Fact

FACTS: sa.Table = Fact.__table__  # type: ignore[attr-defined]


def evidence_of(connection: sa.Connection, wanted: sa.FromClause) -> dict[int, tuple[str, Evidence]]:
    """The unit and the evidence of each person staged in `wanted`: registration, valid results, facts, samplings."""
    results, facts, sampled = (_valid(connection, table, wanted) for table in (RESULTS, FACTS, SAMPLINGS))
    people = connection.execute(
        sa.select(PERSONS.c.id, PERSONS.c.unit, PERSONS.c.registration)
        .join(wanted, wanted.c.key == PERSONS.c.id)
        .order_by(wanted.c.key)
    ).all()
    return {
        id_: (
            unit,
            Evidence(registration, unit, results.get(id_, ()), facts.get(id_, ()), [at for (at,) in sampled.get(id_, ())]),
        )
        for id_, unit, registration in people
    }


_COLUMNS = {
    RESULTS.name: ("assay", "outcome", "single", "sampled_at"),
    FACTS.name: ("kind", "from_at", "until_at"),
    SAMPLINGS.name: ("sampled_at",),
}


def _valid(connection: sa.Connection, table: sa.Table, wanted: sa.FromClause) -> dict[int, list[tuple[Any, ...]]]:
    """The rows of each person that have not ended. In the key's order: of one assay and instant, the later recorded is later."""
    columns = [raw(table.c[name]) for name in _COLUMNS[table.name]]
    rows = connection.execute(
        sa.select(table.c.person_id, *columns)
        .select_from(wanted)
        .join(table, wanted.c.key == table.c.person_id)
        .where(table.c.ended_at.is_(None))
        .order_by(wanted.c.key, *list(table.primary_key.columns)[1:])
    ).all()
    of_person: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        of_person[row[0]].append(row[1:])
    return of_person
