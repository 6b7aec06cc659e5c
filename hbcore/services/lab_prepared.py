"""What a laboratory file's lines are made ready with before anything is asked, and the rows that follow once they are judged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from hbcore.domain.chains import Evidence
from hbcore.domain.vocabulary import Assay
from hbcore.services.lab_batch import Fates
from hbcore.services.lab_lines import SHARED, Lines
from hbcore.services.lab_owners import Owners, first_line
from hbcore.storage import latest_tests, people_rows, sealing
from hbcore.storage.people_rows import NewPeople, Sealed

_NO_TESTS: Mapping[int, int] = MappingProxyType({})

KEY, NUMBER = "key", "look_up_number"
"""The columns of a large file's lines that have their documents' keys already, and look-up numbers for who is new."""


@dataclass(frozen=True)
class Prepared:
    """Lines with all that is worked out before anything is asked or written: keys, tokens, and each sealed as somebody new."""

    lines: Lines
    new: NewPeople
    sealed: Sealed


def prepare(lines: Lines, *, unit: str, at: int) -> Prepared:
    """`unit` of who becomes known by these lines: the institution's. `at` in microseconds."""
    new = NewPeople(
        names=lines["name"],
        name_keys=lines["name_key"],
        kinds=lines["kind"],
        numbers=lines["number"],
        countries=lines["country"],
        phones=lines["phone"],
        document_keys=lines[KEY] if KEY in lines else sealing.document_keys(lines["kind"], lines["number"]),
        unit=unit,
        unit_source="institution",
        recorded_at=at,
    )
    return Prepared(lines, new, people_rows.seal_new(new, lines.get(NUMBER)))


def add_new_people(
    connection: sa.Connection, prepared: Prepared, owners: Owners, recorded: Iterable[int], latest: Mapping[int, int] = _NO_TESTS
) -> dict[int, int]:
    """Add the people who are new and have one of these lines recorded; to their ids from what `owners` calls them.

    `latest`: as `latest_naats`, of lines that are results.
    """
    wanted = sorted({person for person in map(owners.people.__getitem__, recorded) if person < 0}, reverse=True)
    first = list(map(first_line, wanted))
    sampled = list(map(latest.get, wanted))
    ids = people_rows.add_people(connection, prepared.new.of(first), prepared.sealed.of(first), {"naat_at": sampled})
    latest_tests.see(connection, sampled)
    owners.units.update(dict.fromkeys(ids, prepared.new.unit))
    return dict(zip(wanted, ids, strict=True))


def latest_naats(lines: Lines, owners: Owners, fates: Fates) -> dict[int, int]:
    """When the latest nucleic-acid test that stands by these lines was sampled, of each of the people (microseconds)."""
    latest: dict[int, int] = {}
    assay, sampled, people, naat = lines["assay"], lines["sampled_at"], owners.people, str(Assay.NAAT)
    for line in fates.recorded:
        if assay[line] == naat and line not in fates.ended_lines and sampled[line] > latest.get(people[line], 0):
            latest[people[line]] = sampled[line]
    return latest


def added_results(
    lines: Mapping[str, Sequence[Any]],
    owners: Owners,
    fates: Fates,
    new_people: Mapping[int, int],
    ids: Sequence[int],
) -> dict[str, list[Any]]:
    """The results to add as columns, sorted by person. `ids` rise in turn: what is judged later is a later result.

    `ended_how`: how a later line of this very file ended this one, else None.
    """
    people = [owners.people[line] for line in fates.recorded]
    people = [person if person > 0 else new_people[person] for person in people]
    order = sorted(range(len(people)), key=people.__getitem__)
    of = [fates.recorded[place] for place in order]
    as_it_came = of == list(range(len(lines["row"])))  # most files: everybody new, everything recorded
    carried = (*CARRIED, SHARED) if SHARED in lines else CARRIED
    columns = {name: list(lines[name]) if as_it_came else list(map(lines[name].__getitem__, of)) for name in carried}
    columns["person_id"] = [people[place] for place in order]
    columns["id"] = [ids[place] for place in order]
    columns["unit"] = [owners.units[person] for person in columns["person_id"]]
    columns["ended_how"] = [fates.ended_lines.get(line) for line in of]
    return columns


CARRIED = (
    "assay",
    "sampled_at",
    "sampled_day",
    "outcome",
    "single",
    "tested_at",
    "reported_at",
    "sample_number",
    "sampling_site",
)
"""What a result keeps of its line as it stands there."""


def lives_of_added(
    added: Mapping[str, Sequence[Any]], kinds: Mapping[int, str], unit: str
) -> tuple[list[int], list[int], list[Evidence]]:
    """The people this file made known, in order, and all that is known of each (their document kinds by id): its own results.

    Most share what is known of them: for each the place of theirs among the different ones.
    """
    valid: dict[int, tuple[tuple[str, str, bool, int], ...]] = dict.fromkeys(sorted(kinds), ())
    all_seen = zip(added["assay"], added["outcome"], added["single"], added["sampled_at"], strict=True)
    for person, ended_how, seen in zip(added["person_id"], added["ended_how"], all_seen, strict=True):
        if ended_how is None and person in valid:
            valid[person] += (seen,)
    places: dict[tuple[str, tuple[tuple[str, str, bool, int], ...]], int] = {}
    lives = [places.setdefault((kinds[person], seen), len(places)) for person, seen in valid.items()]
    different = [Evidence(str(people_rows.registration_at_first(kind)), unit, seen) for kind, seen in places]
    return list(valid), lives, different
