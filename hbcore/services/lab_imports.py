"""Laboratory files: preview, commit, list. A file is taken whole or not at all; its rows each find their place in the report."""

import gc
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.errors import FileRefused, Refused
from hbcore.domain.headings import LAB
from hbcore.domain.known import micros
from hbcore.domain.lab_columns import Judged, judge
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import FileCode
from hbcore.services import audit, codes, uploads
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.import_report import ImportReport, as_preview
from hbcore.services.lab_batch import Fates, add_new_people, added_results, evidence_of_added, find_owners, judge_against_held
from hbcore.services.uploads import IncomingFile
from hbcore.storage import result_counts, result_rows
from hbcore.storage.ids import new_id, new_ids
from hbcore.storage.readers import Table, read_table
from hbcore.storage.result_rows import Uploaded
from hbcore.storage.tables import Institution

INSTITUTIONS: sa.Table = Institution.__table__  # type: ignore[attr-defined]
KIND = "results"


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Put Python's cycle collector off: an import makes a million tuples without a cycle, and walking them took a third of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def preview(file: IncomingFile, *, by: Staff, at: datetime) -> ImportReport:
    """What committing `file` now would do: carried out and undone again, so that every figure equals the commit's.

    :raises FileRefused: a file that cannot be read as a whole, or an institution that may not upload it.
    """
    began = perf_counter()
    institution_name, stands = _before(file, by, at)
    if stands:
        return stands
    table, judged = _read(file, institution_name, at)
    with _no_collecting(), acting(by, Permission.IMPORT_RESULTS, at) as session:
        dry = session.connection().begin_nested()
        report = as_preview(_take(session, file, table, judged, by=by, at=at))
        dry.rollback()
        audit.record(session, audit.Act.RESULTS_PREVIEWED, by=by, at=at, subject=file.institution, figures=dict(report.rows))
    return replace(report, seconds=round(perf_counter() - began, 3))


def commit(file: IncomingFile, *, by: Staff, at: datetime) -> ImportReport:
    """Take `file` in: people, results, codes, counters and one event in one transaction, or nothing.

    The same file again changes nothing and repeats the first run's figures (`already_committed`).

    :raises FileRefused: as `preview`.
    """
    began = perf_counter()
    institution_name, stands = _before(file, by, at)
    if stands:
        return stands
    table, judged = _read(file, institution_name, at)
    try:
        with _no_collecting(), acting(by, Permission.IMPORT_RESULTS, at) as session:
            report = _take(session, file, table, judged, by=by, at=at)
            figures = {**report.rows, "codes": report.codes, "sha256": report.sha256}
            audit.record(session, audit.Act.RESULTS_IMPORTED, by=by, at=at, subject=f"upload {report.batch}", figures=figures)
    except sa.exc.IntegrityError:
        # Somebody committed the same file in the meantime: the unique index on its digest let only one through.
        _, stands = _before(file, by, at)
        if stands is None:
            raise
        return stands
    return replace(report, seconds=round(perf_counter() - began, 3))


def _before(file: IncomingFile, by: Staff, at: datetime) -> tuple[str, ImportReport | None]:
    """The institution's name, once it is sure that `by` may upload for it, and what stands of this very file."""
    c = INSTITUTIONS.c
    with reading(by, Permission.IMPORT_RESULTS, at) as session:
        institution = session.execute(sa.select(c.name, c.suspended_at).where(c.code == file.institution)).first()
        if institution is None:
            raise Refused("unknown_institution")
        if file.institution not in by.institutions:
            raise FileRefused(FileCode.OTHER_INSTITUTION)
        if institution.suspended_at is not None:
            raise FileRefused(FileCode.INSTITUTION_SUSPENDED)
        return institution.name, uploads.standing(session, file, KIND)


def _read(file: IncomingFile, institution_name: str, at: datetime) -> tuple[Table, Judged]:
    table = read_table(file.content, LAB, file.limits)
    judged = judge(table.columns, table.rows, at=at, institution_name=institution_name, found=table.problems)
    return table, judged


def _take(session: Session, file: IncomingFile, table: Table, judged: Judged, *, by: Staff, at: datetime) -> ImportReport:
    connection, upload, at_micros = session.connection(), new_id(), micros(at)
    unit = session.execute(sa.select(INSTITUTIONS.c.unit).where(INSTITUTIONS.c.code == file.institution)).scalar_one()
    lines: dict[str, list[Any]] = judged.results.to_pydict()
    owners = find_owners(connection, lines)
    fates = judge_against_held(connection, lines, owners, file.institution)
    new_people = add_new_people(connection, lines, owners, fates, unit=unit, at=at_micros)
    added = added_results(lines, owners, fates, new_people, new_ids(len(fates.recorded)))
    _record(connection, added, fates, Uploaded(upload, file.institution, at_micros), new_people.values())
    kinds = {person: lines["kind"][owners.first_line[-place - 1]] for place, person in new_people.items()}
    evidence = evidence_of_added(added, kinds, unit)
    touched = {*added["person_id"], *(line.person_id for line, _ in fates.ended_held)}
    changes = codes.decide_again(session, sorted(touched - evidence.keys()), at=at, cause=upload, added=evidence)
    report = _report(file, table, judged, fates, added, changes)
    return uploads.keep(session, upload, KIND, file, table, report, by=by, at=at)


def _record(
    connection: sa.Connection, added: Mapping[str, list[Any]], fates: Fates, upload: Uploaded, new_people: Collection[int]
) -> None:
    result_counts.count(connection, added, upload, ended=fates.ended_held, new_people=new_people)
    result_rows.add_results(connection, added, upload)
    result_rows.add_samples(connection, added, upload.institution)
    result_rows.end_results(connection, fates.ended_held, upload)


def _report(
    file: IncomingFile,
    table: Table,
    judged: Judged,
    fates: Fates,
    added: Mapping[str, list[Any]],
    changes: Mapping[str, int],
) -> ImportReport:
    outcomes: dict[str, dict[str, int]] = {}
    found = Counter(zip(added["assay"], added["outcome"], added["ended_how"], strict=True))
    for (assay, outcome, ended_how), n in sorted(found.items(), key=str):
        if ended_how is None:
            outcomes.setdefault(assay, {})[outcome] = n
    rows = {"read": judged.read, **fates.rows, "refused": judged.refused, "skipped": table.skipped + judged.skipped}
    problems = tuple(sorted((*judged.problems, *fates.problems), key=lambda problem: problem.row))
    return ImportReport(None, "committed", file.sha256, asdict(table.format), rows, outcomes, problems, dict(changes))


def own_institutions(*, by: Staff, at: datetime) -> dict[str, str]:
    """Code and name of the institutions `by` may upload for now: their own, not suspended."""
    c = INSTITUTIONS.c
    with reading(by, Permission.IMPORT_RESULTS, at) as session:
        found = session.execute(
            sa.select(c.code, c.name).where(c.code.in_(by.institutions), c.suspended_at.is_(None)).order_by(c.name)
        )
        return {code: name for code, name in found}
