"""Whose the lines of a file are: found by document, and held where a name differs from the one that stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from hbcore.domain.documents import UNKNOWN_COUNTRY
from hbcore.domain.names import same_name
from hbcore.domain.tube_columns import REGISTRATION
from hbcore.domain.vocabulary import RowCode
from hbcore.storage import people_rows, sampling_rows
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.staged_keys import staged
from hbcore.storage.tables import BIG


@dataclass
class Owners:
    """Whose each line is: a person's id; for the new people of this file -1 - the line they first appear in; 0 for nobody."""

    people: list[int]
    unclear: dict[int, RowCode] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)


def first_line(person: int) -> int:
    """The line in which somebody new first appears."""
    return -person - 1


def find_owners(
    connection: sa.Connection, lines: Mapping[str, Sequence[Any]], keys: Sequence[bytes], tokens: Sequence[bytes]
) -> Owners:
    """Match every line to a person by its document; a name that differs from the one held makes the line unclear.

    `keys` of the documents and `tokens` of the names, one a line. Lines of registrations belong to whose those are by now: who
    was joined, parted or renamed since the lines were judged is named by no cell of the file.
    """
    held = people_rows.owners_of(connection, keys)
    owners = Owners([0] * len(keys))
    new: dict[bytes, int] = {}
    known: list[int] = []
    for line, key in enumerate(keys):
        if key in held:
            matched = people_rows.match(held[key], UNKNOWN_COUNTRY)
            if len(matched) == 1:
                owners.people[line] = matched[0]
                known.append(line)
            else:
                owners.unclear[line] = RowCode.AMBIGUOUS_DOCUMENT
            continue
        owners.people[line] = person = new.setdefault(key, -1 - line)
        first = first_line(person)
        if first != line and tokens[line] != tokens[first] and not same_name(lines["name"][line], lines["name"][first]):
            owners.unclear[line] = RowCode.NAME_DIFFERS
    _compare_names(connection, owners, known, lines, tokens)
    if REGISTRATION in lines:
        _of_registrations(connection, owners, lines)
    return owners


def _of_registrations(connection: sa.Connection, owners: Owners, lines: Mapping[str, Sequence[Any]]) -> None:
    whose = sampling_rows.whose(connection, lines["sample_number"], lines["sampled_day"], lines[REGISTRATION])
    for line, registration in enumerate(lines[REGISTRATION]):
        if registration in whose:
            owners.people[line] = whose[registration]
            owners.unclear.pop(line, None)
    owners.units.update(_units_of(connection, set(whose.values()).difference(owners.units)))


def _units_of(connection: sa.Connection, people: Collection[int]) -> dict[int, str]:
    with staged(connection, BIG, people) as wanted:
        found = connection.execute(sa.select(PERSONS.c.id, PERSONS.c.unit).join(wanted, wanted.c.key == PERSONS.c.id))
        return {id_: unit for id_, unit in found}


def _compare_names(
    connection: sa.Connection,
    owners: Owners,
    known: Sequence[int],
    lines: Mapping[str, Sequence[Any]],
    tokens: Sequence[bytes],
) -> None:
    if not known:
        return
    with staged(connection, BIG, {owners.people[line] for line in known}) as wanted:
        columns = (PERSONS.c.id, PERSONS.c.unit, PERSONS.c.name_token, PERSONS.c.sealed, PERSONS.c.key_version)
        held = {row.id: row for row in connection.execute(sa.select(*columns).join(wanted, wanted.c.key == PERSONS.c.id))}
    owners.units.update((id_, row.unit) for id_, row in held.items())
    for line in known:
        row = held[owners.people[line]]
        # Equal tokens settle it; only what differs is opened.
        if tokens[line] != row.name_token and not same_name(lines["name"][line], people_rows.open_person(row).name):
            owners.unclear[line] = RowCode.NAME_DIFFERS
