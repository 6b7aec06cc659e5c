"""Recording judged lines, for a file that comes in and for rows of it that two people take in later: results, people, codes."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.lab_columns import TORN
from hbcore.domain.shifts import shift_start
from hbcore.domain.tube_columns import OF_ONE, by_now
from hbcore.domain.vocabulary import RowCode
from hbcore.services import codes, fingerprints, lab_tubes_held, lab_waiting
from hbcore.services.acting import Staff
from hbcore.services.held_owners import NOBODY, Whose, as_judged
from hbcore.services.import_report import WAITING
from hbcore.services.lab_batch import Fates, judge_against_held
from hbcore.services.lab_lines import Lines
from hbcore.services.lab_owners import find_owners, first_line
from hbcore.services.lab_prepared import Prepared, add_new_people, added_results, latest_naats, lives_of_added
from hbcore.storage import result_counts, result_rows, results_again, shared_rows, upload_rows
from hbcore.storage.ids import new_ids
from hbcore.storage.result_rows import Uploaded
from hbcore.storage.tables import Institution

INSTITUTIONS: sa.Table = Institution.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Recorded:
    """What became of `lines`, which say what their file says of people as they are by now; `outcomes` counts results by assay
    that are valid now, `codes` people by change of colour: each by one over all slices of an upload, so that one may take away
    what an earlier one has counted.

    `known`: whom of them we held before.
    """

    lines: Lines
    fates: Fates
    outcomes: Mapping[str, Mapping[str, int]]
    codes: Mapping[str, int]
    known: Collection[int]


def room_for(session: Session, institution: str, *, by: Staff, at: datetime) -> int:
    """How many single-specimen positives of `by` still stand at once in this shift (model part 6).

    Whatever stood at once counts, of all institutions the account uploads for, also what was corrected or recalled since.
    Read under the write lock: of two files at once the second sees what the first used up.
    """
    limit: int = session.execute(
        sa.select(INSTITUTIONS.c.positives_a_shift).where(INSTITUTIONS.c.code == institution)
    ).scalar_one()
    return max(limit - upload_rows.positives_since(session.connection(), by.id, shift_start(at)), 0)


def record(
    session: Session,
    prepared: Prepared,
    upload: Uploaded,
    room: int | None,
    at: datetime,
    *,
    whose: Whose = NOBODY,
    against: Collection[RowCode] | None = None,
    own_tubes: bool = False,
) -> Recorded:
    """Record judged lines with their upload, and decide the codes of everybody they are about; `room` as `judge_against_held`.

    `upload.at` is `at` in microseconds. `whose`: judged by people. `against`: by what kinds of rows that wait they are held, too;
    None for a file that comes in: by all but its own.
    `own_tubes` as `result_counts.count`.
    """
    connection, lines, unit = session.connection(), prepared.lines, prepared.new.unit
    owners = find_owners(connection, lines, prepared.new.document_keys, prepared.sealed.tokens)
    if whose:
        as_judged(connection, owners, lines["row"], whose)
    fingerprints.note(session, "people", lambda: sorted(owners.units.items()))
    if against is None and OF_ONE in lines:
        lines = lines.but(by_now(lines, owners.people))
    by_the_file = lines
    comes_in = upload.id if against is None else None
    if tubes := {} if own_tubes else lab_tubes_held.standing(session, lines, upload.institution, comes_in):
        lines = lines.but(lab_tubes_held.beside_held(lines, owners.people, tubes))
    keys, institution = prepared.new.document_keys, upload.institution
    waiting, but = (lab_waiting.CONFLICTS, upload.id) if against is None else (against, 0)
    in_conflict = lab_waiting.lines_in_conflict(session, lines, keys, owners.people, institution, waiting, but)
    if against is None and TORN in lines:
        in_conflict |= {line for line, torn in enumerate(lines[TORN]) if torn}
    fates = judge_against_held(connection, lines, owners, institution, room, in_conflict, tubes)
    fingerprints.note(session, "samples", lambda: sorted(fates.stood))
    if against is None and fates.problems:
        held = {one.row for one in fates.problems}
        _not_twice(fates, lab_waiting.held_before(session, by_the_file, keys, held, institution, upload.id))
    new_people = add_new_people(connection, prepared, owners, fates.recorded, latest_naats(lines, owners, fates))
    ids = _ids_in_order(fates)
    added = added_results(lines, owners, fates, new_people, [ids[line] for line in fates.recorded])
    _store(connection, added, fates, upload, new_people.values(), own_tubes)
    again = [ids[line] for line, _ in fates.again]
    results_again.keep(connection, by_the_file, fates.again, again, owners.units, upload)
    shared_rows.share(connection, fates.alone_no_more, upload)
    kind = lines["kind"]
    kinds = {person: kind[first_line(place)] for place, person in new_people.items()}
    people, lives, different = lives_of_added(added, kinds, unit)
    changes = codes.decide_first(session, people, lives, different, unit, at=at, cause=upload.id)
    changed = (*(line for line, _ in fates.ended_held), *fates.alone_no_more)
    known = {*added["person_id"], *(line.person_id for line in changed)}.difference(people)
    if known:
        changes.update(codes.decide_again(session, sorted(known), at=at, cause=upload.id, once=against is None))
    return Recorded(by_the_file, fates, _outcomes(added), dict(changes), frozenset(known))


def _not_twice(fates: Fates, rows: Mapping[int, int]) -> None:
    """Rows that an earlier upload holds are held already; `rows`: which holds each."""
    if rows:
        fates.repeats = {one: rows[one.row] for one in fates.problems if one.row in rows}
        fates.problems = [one for one in fates.problems if one.row not in rows]
        fates.rows["held"] -= len(rows)
        fates.rows["already_held"] += len(rows)
        fates.rows[WAITING] = len(rows)


def _ids_in_order(fates: Fates) -> dict[int, int]:
    """An id for each line that is a result or says one again, rising as they were judged."""
    lines = fates.in_turn([*fates.recorded, *(line for line, _ in fates.again)]) if fates.again else fates.recorded
    return dict(zip(lines, new_ids(len(lines)), strict=True))


def _store(
    connection: sa.Connection,
    added: Mapping[str, list[Any]],
    fates: Fates,
    upload: Uploaded,
    new_people: Collection[int],
    own_tubes: bool,
) -> None:
    result_counts.count(connection, added, upload, ended=fates.ended_held, new_people=new_people, own_tubes=own_tubes)
    result_rows.add_results_and_samples(connection, added, upload, fresh=fates.all_fresh, samples_later=own_tubes)
    result_rows.end_results(connection, fates.ended_held, upload)


def _outcomes(added: Mapping[str, list[Any]]) -> dict[str, dict[str, int]]:
    outcomes: dict[str, dict[str, int]] = {}
    found = Counter(zip(added["assay"], added["outcome"], added["ended_how"], strict=True))
    for (assay, outcome, ended_how), n in sorted(found.items(), key=str):
        if ended_how is None:
            outcomes.setdefault(assay, {})[outcome] = n
    return outcomes
