"""A judged file against what we hold: whose each line is, what becomes of it, and the rows that follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from hbcore.domain.chains import Evidence
from hbcore.domain.documents import UNKNOWN_COUNTRY
from hbcore.domain.lab_keeping import OF_ONE_SPECIMEN, Fate, HeldResult, counts, fate
from hbcore.domain.names import same_name
from hbcore.domain.problems import RowProblem
from hbcore.domain.vocabulary import Outcome, ResultStatus, RowCode
from hbcore.storage import people_rows, sealing
from hbcore.storage.people_rows import PERSONS, NewPeople
from hbcore.storage.result_rows import ResultLine, SampleKey, held_results
from hbcore.storage.staging import staged
from hbcore.storage.tables import BIG

COLUMN_OF = {
    RowCode.NAME_DIFFERS: "name",
    RowCode.AMBIGUOUS_DOCUMENT: "document_number",
    RowCode.CONTRADICTS: "outcome",
    RowCode.WITHDRAWS_UNKNOWN: "result_status",
    RowCode.SECOND_ACCOUNT_NEEDED: "result_status",
}
"""Which cell holds a line. That of a positive beyond the limit of a shift is its outcome, not the word that takes one away."""


@dataclass
class Owners:
    """Whose each line is: a person's id, or -1, -2, … for the new people of this file in order of appearance, 0 for nobody."""

    people: list[int]
    keys: list[bytes]
    unclear: dict[int, RowCode] = field(default_factory=dict)
    first_line: list[int] = field(default_factory=list)
    units: dict[int, str] = field(default_factory=dict)


def find_owners(connection: sa.Connection, lines: Mapping[str, Sequence[Any]]) -> Owners:
    """Match every line to a person by its document; a name that differs from the one held makes the line unclear."""
    keys = sealing.document_keys(lines["kind"], lines["number"])
    held = people_rows.owners_of(connection, keys)
    owners = Owners([0] * len(keys), keys)
    new: dict[bytes, int] = {}
    name_keys, names = lines["name_key"], lines["name"]
    known: list[int] = []
    for line, key in enumerate(keys):
        if key in held:
            matched = people_rows.match(held[key], UNKNOWN_COUNTRY)
            if len(matched) == 1:
                owners.people[line] = matched[0]
                known.append(line)
            else:
                owners.unclear[line] = RowCode.AMBIGUOUS_DOCUMENT
        elif key in new:
            owners.people[line] = new[key]
            first = owners.first_line[-new[key] - 1]
            if name_keys[line] != name_keys[first] and not same_name(names[line], names[first]):
                owners.unclear[line] = RowCode.NAME_DIFFERS
        else:
            owners.first_line.append(line)
            owners.people[line] = new[key] = -len(owners.first_line)
    _compare_names(connection, owners, known, lines)
    return owners


def _compare_names(connection: sa.Connection, owners: Owners, known: Sequence[int], lines: Mapping[str, Sequence[Any]]) -> None:
    with staged(connection, BIG, {owners.people[line] for line in known}) as wanted:
        columns = (PERSONS.c.id, PERSONS.c.unit, PERSONS.c.name_token, PERSONS.c.sealed, PERSONS.c.key_version)
        held = {row.id: row for row in connection.execute(sa.select(*columns).join(wanted, wanted.c.key == PERSONS.c.id))}
    owners.units.update((id_, row.unit) for id_, row in held.items())
    tokens = people_rows.name_tokens([lines["name_key"][line] for line in known])
    for line, token in zip(known, tokens, strict=True):
        row = held[owners.people[line]]
        # Equal tokens settle it; only what differs is opened.
        if token != row.name_token and not same_name(lines["name"][line], people_rows.open_person(row).name):
            owners.unclear[line] = RowCode.NAME_DIFFERS


@dataclass
class Fates:
    """What becomes of each line, and of each row of the file.

    `room`: how many single-specimen positives still stand at once; None where two people stand behind the rows (model part 6).
    """

    room: int | None
    recorded: list[int] = field(default_factory=list)
    """Lines that add a result."""
    ended_lines: dict[int, str] = field(default_factory=dict)
    """Lines of this very file that a later one of it ended, and how."""
    ended_held: list[tuple[ResultLine, str]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    rows: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("recorded", "already_held", "held", "corrected", "withdrawn"), 0)
    )


def judge_against_held(
    connection: sa.Connection, lines: Mapping[str, Sequence[Any]], owners: Owners, institution: str, room: int | None
) -> Fates:
    """What becomes of each line. A row counts once; where one of its results is held, none of them is recorded (model part 7).

    Of single-specimen positives the first `room` in the file's order stand, further ones are held; None: two people stand
    behind the rows, who may also take a positive away.
    """
    fates = Fates(room)
    plain = _plain_lines(lines, owners)
    if room is not None and len(positives := _positives(lines)) > room:
        plain[positives] = False  # they are counted one by one
    fates.recorded = np.flatnonzero(plain).tolist()
    fates.rows["recorded"] = len(fates.recorded)
    others = np.flatnonzero(~plain).tolist()
    known = {lines["sample_number"][line] for line in others if owners.people[line] > 0}
    stands: dict[SampleKey, ResultLine | int] = dict(held_results(connection, institution, sorted(known)))
    tube, day, assay = lines["sample_number"], lines["sampled_day"], lines["assay"]
    identities = {line: SampleKey(tube[line], day[line], assay[line], owners.people[line]) for line in others}
    for row, group in groupby(others, key=lines["row"].__getitem__):
        of_row = list(group)
        becomes = [_fate(line, lines, owners, identities[line], stands, fates) for line in of_row]
        held = [RowProblem(row, COLUMN_OF[one], one) for one in becomes if isinstance(one, RowCode)]
        held = held or _beyond(row, of_row, becomes, lines, fates)
        if held:
            fates.problems.extend(held[:1])
            fates.rows["held"] += 1
        else:
            _settle(of_row, becomes, identities, stands, fates)
    fates.recorded.sort()
    return fates


def _positives(lines: Mapping[str, Sequence[Any]]) -> npt.NDArray[np.intp]:
    """The lines that count towards the limit of a shift."""
    positive = np.flatnonzero(np.array(lines["outcome"], dtype=object) == Outcome.POSITIVE)
    return positive[[lines["assay"][line] in OF_ONE_SPECIMEN for line in positive.tolist()]] if positive.size else positive


def _beyond(
    row: int, of_row: Sequence[int], becomes: Sequence[Fate | RowCode], lines: Mapping[str, Sequence[Any]], fates: Fates
) -> list[RowProblem]:
    """The row's problem where it would record a positive for which there is no room left; else its positives take their room."""
    if fates.room is None:
        return []
    recorded = [line for line, what in zip(of_row, becomes, strict=True) if what in (Fate.NEW, Fate.CORRECTS)]
    positives = sum(counts(lines["assay"][line], lines["outcome"][line]) for line in recorded)
    if positives > fates.room:
        return [RowProblem(row, "outcome", RowCode.SECOND_ACCOUNT_NEEDED)]
    fates.room -= positives
    return []


def _plain_lines(lines: Mapping[str, Sequence[Any]], owners: Owners) -> npt.NDArray[np.bool_]:
    """Lines that are new whatever we hold: the only line of a new person, and no withdrawal. The rest is looked at closely."""
    people = np.array(owners.people, dtype=np.int64)
    new = people < 0
    lines_of = np.bincount(-people[new], minlength=1)
    plain = new & (lines_of[np.where(new, -people, 0)] == 1) & (np.array(lines["status"], dtype=object) != ResultStatus.WITHDRAWN)
    plain[list(owners.unclear)] = False
    return np.asarray(plain, dtype=np.bool_)


def _fate(
    line: int,
    lines: Mapping[str, Sequence[Any]],
    owners: Owners,
    identity: SampleKey,
    stands: Mapping[SampleKey, ResultLine | int],
    fates: Fates,
) -> Fate | RowCode:
    if line in owners.unclear:
        return owners.unclear[line]
    before = stands.get(identity)
    if before is None:
        held = None
    elif isinstance(before, ResultLine):
        held = HeldResult(before.outcome, before.ended_at is None)
    else:
        held = HeldResult(lines["outcome"][before], before not in fates.ended_lines)
    return fate(lines["status"][line], lines["outcome"][line], held, by_two=fates.room is None)


def _settle(
    of_row: Sequence[int],
    becomes: Sequence[Fate | RowCode],
    identities: Mapping[int, SampleKey],
    stands: dict[SampleKey, ResultLine | int],
    fates: Fates,
) -> None:
    for line, what in zip(of_row, becomes, strict=True):
        if what in (Fate.CORRECTS, Fate.WITHDRAWS):
            _end(stands[identities[line]], "corrected" if what == Fate.CORRECTS else "withdrawn", fates)
        if what in (Fate.NEW, Fate.CORRECTS):
            stands[identities[line]] = line
            fates.recorded.append(line)
    fates.rows["already_held" if set(becomes) == {Fate.ALREADY_HELD} else "recorded"] += 1
    fates.rows["corrected"] += Fate.CORRECTS in becomes
    fates.rows["withdrawn"] += Fate.WITHDRAWS in becomes


def _end(before: ResultLine | int, how: str, fates: Fates) -> None:
    if isinstance(before, int):
        fates.ended_lines[before] = how
    elif before.ended_at is None:
        fates.ended_held.append((before, how))


def add_new_people(
    connection: sa.Connection, lines: Mapping[str, Sequence[Any]], owners: Owners, fates: Fates, *, unit: str, at: int
) -> dict[int, int]:
    """Add the people who are new and have something recorded; from -1, -2, … to their ids. Their unit is the institution's."""
    wanted = sorted({person for person in map(owners.people.__getitem__, fates.recorded) if person < 0}, reverse=True)
    first = [owners.first_line[-person - 1] for person in wanted]

    def of(column: str) -> list[Any]:
        return [lines[column][line] for line in first]

    ids = people_rows.add_people(
        connection,
        NewPeople(
            names=of("name"),
            name_keys=of("name_key"),
            kinds=of("kind"),
            numbers=of("number"),
            countries=[UNKNOWN_COUNTRY] * len(first),
            phones=of("phone"),
            document_keys=[owners.keys[line] for line in first],
            unit=unit,
            unit_source="institution",
            recorded_at=at,
        ),
    )
    owners.units.update(dict.fromkeys(ids, unit))
    return dict(zip(wanted, ids, strict=True))


def added_results(
    lines: Mapping[str, Sequence[Any]],
    owners: Owners,
    fates: Fates,
    new_people: Mapping[int, int],
    ids: Sequence[int],
) -> dict[str, list[Any]]:
    """The results to add as columns, sorted by person. `ids` rise with the file: a later line is a later result.

    `ended_how`: how a later line of this very file ended this one, else None.
    """
    people = [owners.people[line] for line in fates.recorded]
    people = [person if person > 0 else new_people[person] for person in people]
    order = sorted(range(len(people)), key=people.__getitem__)
    of = [fates.recorded[place] for place in order]
    as_it_came = of == list(range(len(lines["row"])))  # most files: everybody new, everything recorded
    columns = {name: list(lines[name]) if as_it_came else [lines[name][line] for line in of] for name in CARRIED}
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


def evidence_of_added(added: Mapping[str, Sequence[Any]], kinds: Mapping[int, str], unit: str) -> dict[int, tuple[str, Evidence]]:
    """All that is known of the people this file made known (their document kinds by id): its own results."""
    valid: dict[int, list[tuple[str, str, bool, int]]] = {person: [] for person in kinds}
    all_seen = zip(added["assay"], added["outcome"], added["single"], added["sampled_at"], strict=True)
    for person, ended_how, seen in zip(added["person_id"], added["ended_how"], all_seen, strict=True):
        if ended_how is None and person in valid:
            valid[person].append(seen)
    registered = {kind: str(people_rows.registration_at_first(kind)) for kind in set(kinds.values())}
    return {person: (unit, Evidence(registered[kinds[person]], unit, seen)) for person, seen in valid.items()}
