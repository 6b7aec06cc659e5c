"""Whose lines are that were held because the name differed or a document was several people's: as somebody judged."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from hbcore.services.lab_owners import Owners
from hbcore.storage.people_rows import PERSONS

Whose = Mapping[int, int | None]
"""By row of the file, the person it was judged to be of; None: whose document it is, whatever the name."""

NOBODY: Whose = {}


def as_judged(connection: sa.Connection, owners: Owners, rows: list[Any], whose: Whose) -> None:
    """Put into `owners` what was judged; the names we hold stay as they are."""
    units: dict[int, str] = {}
    for line, row in enumerate(rows):
        if row not in whose:
            continue
        owners.unclear.pop(line, None)
        if (person := whose[row]) is not None:
            if person not in units:
                units[person] = connection.execute(sa.select(PERSONS.c.unit).where(PERSONS.c.id == person)).scalar_one()
            owners.people[line] = person
    owners.units.update(units)
