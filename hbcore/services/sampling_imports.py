"""Sampling registrations (采样登记) from a file: who was sampled into which tube, and so counts as sampled (model part 6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import pyarrow.compute as pc
import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.errors import FileRefused, Refused
from hbcore.domain.headings import LAB, OUTCOMES, SAMPLES, heading_key
from hbcore.domain.known import micros
from hbcore.domain.permissions import Permission
from hbcore.domain.problems import RowProblem
from hbcore.domain.sampling_columns import judge_samplings
from hbcore.domain.tube_columns import is_tube_file
from hbcore.domain.vocabulary import FileCode
from hbcore.services import audit, list_files
from hbcore.services.acting import Staff
from hbcore.services.import_report import ImportReport
from hbcore.services.lab_batch import COLUMN_OF
from hbcore.services.lab_lines import Lines
from hbcore.services.lab_owners import Owners, find_owners
from hbcore.services.lab_prepared import add_new_people, prepare
from hbcore.services.lab_recording import INSTITUTIONS
from hbcore.services.list_files import Import, Sort, Taken
from hbcore.services.uploads import IncomingFile
from hbcore.storage import sampling_rows
from hbcore.storage.ids import new_id
from hbcore.storage.people_rows import UNKNOWN_UNIT
from hbcore.storage.readers import Table
from hbcore.storage.sampling_rows import SamplingLine


def _table(file: IncomingFile) -> Table:
    """FileRefused(`results_file`) where it has outcomes; of one that names people their column may be there, and be empty."""
    try:
        table = file.table(SAMPLES)
    except FileRefused as refused:
        if refused.code != FileCode.NO_KNOWN_HEADINGS or not _has_outcomes_alone(file):
            raise
        raise FileRefused(FileCode.RESULTS_FILE) from None
    outcomes = [column for heading, column in table.other.items() if LAB.words.get(heading_key(heading)) in OUTCOMES]
    if any(is_tube_file(table.columns) or pc.any(pc.not_equal(pc.utf8_trim_whitespace(one), "")).as_py() for one in outcomes):
        raise FileRefused(FileCode.RESULTS_FILE)
    return table


def _has_outcomes_alone(file: IncomingFile) -> bool:
    columns = file.table(LAB).columns
    return is_tube_file(columns) and not OUTCOMES.isdisjoint(columns)


SORT = Sort("samples", _table, Permission.IMPORT_SAMPLES, audit.Act.SAMPLES_IMPORTED, audit.Act.SAMPLES_PREVIEWED)

WITHIN = {"corrected": 0, "withdrawn": 0}
"""Shown as of a laboratory's file; nothing of a registration withdraws."""

Identity = tuple[int, str, int]
"""Person, tube, sampling day: what one registration is about."""


def preview(file: IncomingFile, *, by: Staff, at: datetime) -> ImportReport:
    """What committing `file` now would do, every figure of it; nothing is stored but the event.

    :raises FileRefused: as `commit`.
    """
    return list_files.preview(_of_own(file, by), SORT, _record, by=by, at=at)


def commit(file: IncomingFile, *, by: Staff, at: datetime) -> ImportReport:
    """Take `file` in: people, registrations, the codes of everybody in it and one event in one transaction, or nothing.

    The same file again changes nothing and repeats the first run's figures (`already_committed`). The same registration again
    is held already; a newer one of the same person, tube and day takes the place of the older, which stays as history. Whose
    tubes they are: the file's institution, else the liaison's only one; else nobody says, and the tube files of any
    institution are joined to them; of a liaison's, those of the own institutions.

    :raises FileRefused: a file that as a whole cannot be read; `other_institution`; `institution_suspended`, also where one of a
        liaison's is and none is named.
    """
    return list_files.commit(_of_own(file, by), SORT, _record, by=by, at=at)


def _of_own(file: IncomingFile, by: Staff) -> IncomingFile:
    return replace(file, institution=by.institutions[0]) if not file.institution and len(by.institutions) == 1 else file


@dataclass
class _Registered:
    """What is to be stored: the registrations added by their ids, those that stood and end, the newest of each identity."""

    added: dict[int, SamplingLine] = field(default_factory=dict)
    ended: list[SamplingLine] = field(default_factory=list)
    stands: dict[Identity, SamplingLine] = field(default_factory=dict)


def _record(one: Import) -> Taken:
    unit = _unit_for(one.session, one.institution, one.by)
    judged = judge_samplings(one.table.columns, one.table.rows, at=one.at, found=one.table.problems)
    taken = Taken(
        problems=list(judged.problems), all_told=True, skipped=judged.skipped, notes=judged.notes, within_recorded=dict(WITHIN)
    )
    lines, connection, at = Lines(judged.lines), one.session.connection(), micros(one.at)
    prepared = prepare(lines, unit=unit, at=at)
    owners = find_owners(connection, lines, prepared.new.document_keys, prepared.sealed.tokens)
    taken.problems += [RowProblem(lines["row"][line], COLUMN_OF[code], code) for line, code in owners.unclear.items()]
    clear = [line for line in range(lines.count) if line not in owners.unclear]
    new = add_new_people(connection, prepared, owners, clear)
    held = sampling_rows.standing_of(connection, {person for person in owners.people if person > 0})
    registered = _Registered(stands={_identity(stood): stood for stood in held})
    for line in clear:
        _register(_line(lines, line, _person(owners, line, new), one), registered, taken)
    sampling_rows.add(connection, list(registered.added.values()))
    sampling_rows.end(connection, registered.ended, one.upload, at)
    taken.people = sorted({stored.person_id for stored in (*registered.added.values(), *registered.ended)})
    return taken


def _unit_for(session: Session, institution: str, by: Staff) -> str:
    """The unit of people who become known: the institution's, else that of whoever imports."""
    c = INSTITUTIONS.c
    if not institution:
        # Whoever works for several and names none may not bring a suspended one's tubes in by that.
        if session.execute(sa.select(c.code).where(c.code.in_(by.institutions), c.suspended_at.is_not(None))).first():
            raise FileRefused(FileCode.INSTITUTION_SUSPENDED)
        return by.unit or UNKNOWN_UNIT
    found = session.execute(sa.select(c.unit, c.suspended_at).where(c.code == institution)).first()
    if found is None:
        raise Refused("unknown_institution")
    if by.institutions and institution not in by.institutions:
        raise FileRefused(FileCode.OTHER_INSTITUTION)
    if found.suspended_at is not None:
        raise FileRefused(FileCode.INSTITUTION_SUSPENDED)
    return str(found.unit)


def _person(owners: Owners, line: int, new: Mapping[int, int]) -> int:
    person = owners.people[line]
    return person if person > 0 else new[person]


def _line(lines: Lines, line: int, person: int, one: Import) -> SamplingLine:
    return SamplingLine(
        person,
        lines["sampled_at"][line],
        new_id(),
        lines["sample_number"][line],
        lines["sampled_day"][line],
        lines["pooled"][line],
        lines["sampling_site"][line],
        one.institution,
        one.upload,
        micros(one.at),
        None,
        None,
    )


def _identity(line: SamplingLine) -> Identity:
    return line.person_id, line.sample_number, line.sampled_day


def _register(line: SamplingLine, registered: _Registered, taken: Taken) -> None:
    """A registration beside what stands of the same person, tube and day, be it held or of an earlier row."""
    stood = registered.stands.get(_identity(line))
    if stood and _says(stood) == _says(line):
        taken.already_held += 1
        return
    taken.recorded += 1
    taken.within_recorded["corrected"] += stood is not None
    if stood and stood.id in registered.added:
        registered.added[stood.id] = stood._replace(ended_at=line.recorded_at, ended_by=line.upload_id)
    elif stood:
        registered.ended.append(stood)
    registered.added[line.id] = line
    registered.stands[_identity(line)] = line


def _says(line: SamplingLine) -> tuple[object, ...]:
    return line.sampled_at, line.sampling_site, bool(line.pooled), line.institution
