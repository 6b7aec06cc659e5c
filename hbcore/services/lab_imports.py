"""Laboratory files: preview, commit, list. A file is taken whole or not at all; its rows each find their place in the report."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import TypeGuard

import pyarrow as pa
import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.column_mapping import NONE, headings_with
from hbcore.domain.errors import FileRefused, Refused
from hbcore.domain.known import micros
from hbcore.domain.lab_alarms import turnaround
from hbcore.domain.lab_columns import Judged, judge
from hbcore.domain.lab_keeping import WaitsFor
from hbcore.domain.permissions import Permission
from hbcore.domain.problems import RowProblem
from hbcore.domain.tube_columns import is_tube_file
from hbcore.domain.tubes import LARGEST
from hbcore.domain.vocabulary import Encoding, FileCode
from hbcore.services import (
    audit,
    column_mappings,
    fingerprints,
    held_again,
    lab_finishing,
    lab_recording,
    lab_slices,
    lab_staging,
    lab_tubes,
    preview_quota,
    recall_slices,
    releases,
    uploads,
)
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.collecting import no_collecting
from hbcore.services.import_report import ImportReport, as_preview
from hbcore.services.lab_batch import positive_lines
from hbcore.services.lab_figures import Figures
from hbcore.services.lab_lines import Lines, of_rows
from hbcore.services.lab_order import in_order
from hbcore.services.lab_prepared import prepare
from hbcore.services.lab_recording import INSTITUTIONS
from hbcore.services.lab_tubes import Laboratory
from hbcore.services.refusals import refusals_recorded
from hbcore.services.releases import ForRelease
from hbcore.services.slicing import Said, said_to_nobody
from hbcore.services.uploads import IncomingFile, OfLaboratory
from hbcore.storage import result_rows
from hbcore.storage.ids import new_id
from hbcore.storage.readers import Table, names_read_as
from hbcore.storage.result_rows import Uploaded
from hbcore.storage.upload_rows import cells_of_row

KIND = "results"


def preview(file: IncomingFile, *, by: Staff, at: datetime, said: Said = said_to_nobody) -> ImportReport:
    """What committing `file` now would do: carried out and undone again, so that every figure equals the commit's.

    Of a large file `said` hears how many lines have been tried, of how many.

    :raises FileRefused: a file that cannot be read as a whole, or an institution that may not upload it.
    :raises Refused: `too_many_previews` of this account within the hour, which is an event.
    """
    began = perf_counter()
    institution_name, stands = _before(file, by, at)
    if stands:
        return stands
    with refusals_recorded(by, at, f"institution {file.institution}"), reading(by, Permission.IMPORT_RESULTS, at) as session:
        preview_quota.refuse_too_many(session, by=by, at=at)
    file = column_mappings.mapped(file, by=by, at=at)
    table = column_mappings.table_of(file, by=by, at=at)
    file = file.emptied()
    judged = _judged_before(file, table, institution_name, by, at)
    rehearsed = _rehearsed(file, table, judged, by, at, said) if _is_large(judged) else None
    with no_collecting(), acting(by, Permission.IMPORT_RESULTS, at) as session:
        report = rehearsed or _dry_run(session, file, table, judged, by, at)
        audit.record(
            session,
            audit.Act.RESULTS_PREVIEWED,
            by=by,
            at=at,
            subject=f"institution {file.institution}",
            figures=dict(report.rows),
        )
    return replace(report, seconds=round(perf_counter() - began, 3))


def _is_large(judged: Judged | None) -> TypeGuard[Judged]:
    """Whether recording it would keep others waiting: then it is recorded in slices."""
    return judged is not None and judged.results.num_rows > lab_slices.AT_ONCE


def _dry_run(session: Session, file: IncomingFile, table: Table, judged: Judged | None, by: Staff, at: datetime) -> ImportReport:
    dry = session.connection().begin_nested()
    fingerprints.begin(session)
    report = as_preview(_take(session, file, table, judged, by=by, at=at), fingerprints.taken(session))
    dry.rollback()
    return report


def _rehearsed(
    file: IncomingFile, table: Table, judged: Judged, by: Staff, at: datetime, said: Said = said_to_nobody
) -> ImportReport:
    with reading(by, Permission.IMPORT_RESULTS, at) as session:
        (_, unit), room = _place_of(session, file), lab_recording.room_for(session, file.institution, by=by, at=at)
    upload = Uploaded(new_id(), file.institution, micros(at))
    with no_collecting():
        figures, problems, read = lab_slices.rehearse(Lines(judged.results), upload, unit, room, at=at, said=said)
    report = _report(file, table, judged, figures, problems)
    return as_preview(report, fingerprints.of_answer(read, _answer(file, report)))


def _answer(file: IncomingFile, report: ImportReport) -> tuple[object, ...]:
    """What is answered, and by what mapping it was read."""
    return (file.mapping or NONE).to_json(), report.rows, report.outcomes, report.codes, report.problems


def commit(
    file: IncomingFile, *, by: Staff, at: datetime, fingerprint: str | None = None, said: Said = said_to_nobody
) -> ImportReport:
    """Take `file` in: people, results, codes and counters, whole or not at all, with one event.

    Up to `AT_ONCE` lines that is one transaction. A larger file is staged and accepted in one, then recorded in slices, which
    `said` hears (lines done, of how many); after a stop the next start goes on with them.
    The same file again changes nothing and repeats the first run's figures (`already_committed`). `fingerprint`: of the preview
    that somebody has looked at; None where nobody did.

    :raises FileRefused: as `preview`.
    :raises Refused: `preview_moved` where the people, samples or policies it stood on, or what it said, are not as they were;
        `still_applying` where somebody else's file of the institution is accepted at this moment, `still_recalling` where a large
        upload of it is recalled or put back.
    """
    began = perf_counter()
    lab_finishing.finish_all([file.institution])
    institution_name, stands = _before(file, by, at)
    if stands:
        return stands
    file = column_mappings.mapped(file, by=by, at=at)
    try:
        with refusals_recorded(by, at, f"institution {file.institution}"):
            table = column_mappings.table_of(file, by=by, at=at)
            file = file.emptied()
            report, to_finish = _taken(file, table, institution_name, by, at, fingerprint)
            del table  # what was read is not held on to while it is recorded
    except sa.exc.IntegrityError:
        # Somebody committed the same file in the meantime: the unique index on its digest let only one through.
        _, stands = _before(file, by, at)
        if stands is None:
            raise
        return stands
    if to_finish is not None:
        pa.default_memory_pool().release_unused()
        lab_finishing.finish(to_finish, said)
        report = replace(_before(file, by, at)[1] or report, status="committed")
    return replace(report, seconds=round(perf_counter() - began, 3))


def _taken(
    file: IncomingFile, table: Table, institution_name: str, by: Staff, at: datetime, fingerprint: str | None
) -> tuple[ImportReport, int | None]:
    """The report, and the upload that is accepted and still to be recorded."""
    judged = _judged_before(file, table, institution_name, by, at)
    if _is_large(judged):
        pa.default_memory_pool().release_unused()  # what reading a million rows took is given back
        return _accept_large(file, table, judged, by, at, fingerprint)
    return _take_small(file, table, judged, by, at, fingerprint), None


def _take_small(
    file: IncomingFile, table: Table, judged: Judged | None, by: Staff, at: datetime, fingerprint: str | None
) -> ImportReport:
    with no_collecting(), acting(by, Permission.IMPORT_RESULTS, at) as session:
        recall_slices.refuse_beside(session.connection(), file.institution)
        if fingerprint is not None:
            fingerprints.begin(session)
        report = _take(session, file, table, judged, by=by, at=at)
        if fingerprint is not None and fingerprints.taken(session) != fingerprint:
            raise Refused("preview_moved")
        _record_event(session, report, {**report.rows, "codes": report.codes}, by, at)
    return report


def _accept_large(
    file: IncomingFile, table: Table, judged: Judged, by: Staff, at: datetime, fingerprint: str | None
) -> tuple[ImportReport, int]:
    if fingerprint is not None and _rehearsed(file, table, judged, by, at).fingerprint != fingerprint:
        raise Refused("preview_moved")
    upload = Uploaded(new_id(), file.institution, micros(at))
    lines = in_order(Lines(judged.results))
    with lab_staging.staged(upload.id, lines, table), acting(by, Permission.IMPORT_RESULTS, at) as session:
        room = lab_recording.room_for(session, file.institution, by=by, at=at)
        report = _report(file, table, judged, Figures(), [])
        # Until it is recorded, as many positives as could stand count as if they stood: of two files the second sees them.
        more = OfLaboratory(positives=min(room, positive_lines(lines.lines)))
        report = uploads.keep(session, upload.id, KIND, file, table, report, more, by=by, at=at)
        column_mappings.keep_layout(session, file.institution, table, at)
        lab_staging.accept(session, upload, lines, room=room)
        _record_event(session, report, {name: report.rows[name] for name in ("read", "refused", "skipped")}, by, at)
    return report, upload.id


def _record_event(session: Session, report: ImportReport, figures: dict[str, object], by: Staff, at: datetime) -> None:
    figures = figures | {"sha256": report.sha256}
    audit.record(session, audit.Act.RESULTS_IMPORTED, by=by, at=at, subject=f"upload {report.batch}", figures=figures)


def sample_names(file: IncomingFile, encoding: Encoding) -> list[str]:
    """Two names of a mapped text file as `encoding` reads them: whether it is the right one is seen by a name."""
    return names_read_as(file.content, headings_with(file.mapping or NONE), encoding)[:2]


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


def _judged_before(file: IncomingFile, table: Table, institution_name: str, by: Staff, at: datetime) -> Judged | None:
    """Judged before the write lock; a file of few tubes is judged under it, by the registrations there are (None)."""
    if not is_tube_file(table.columns):
        columns, rows, code = table.columns, table.rows, file.institution
        return judge(columns, rows, at=at, institution_name=institution_name, institution_code=code, found=table.problems)
    if len(table.rows) <= lab_slices.TUBES_AT_ONCE:
        return None
    with reading(by, Permission.IMPORT_RESULTS, at) as session:
        return _judged(session, file, table, None, institution_name, at)


def _place_of(session: Session, file: IncomingFile) -> tuple[str, str]:
    """Name and unit of the file's institution."""
    c = INSTITUTIONS.c
    name, unit = session.execute(sa.select(c.name, c.unit).where(c.code == file.institution)).one()
    return name, unit


def _judged(session: Session, file: IncomingFile, table: Table, judged: Judged | None, name: str, at: datetime) -> Judged:
    """A file of tubes by the registrations as they stand in this transaction; any other is judged before."""
    of = Laboratory(file.institution, name)
    return judged or lab_tubes.judged(session, table.columns, table.rows, of, at=at, found=table.problems)


def _take(session: Session, file: IncomingFile, table: Table, judged: Judged | None, *, by: Staff, at: datetime) -> ImportReport:
    upload, (name, unit) = Uploaded(new_id(), file.institution, micros(at)), _place_of(session, file)
    judged = _judged(session, file, table, judged, name, at)
    lines = Lines(judged.results)
    room = lab_recording.room_for(session, file.institution, by=by, at=at)
    done = lab_recording.record(session, prepare(lines, unit=unit, at=upload.at), upload, room, at)
    figures = Figures()
    figures.add(done)
    report = _report(file, table, judged, figures, done.fates.problems)
    if not all(lines["single"]):
        report = replace(report, over_full=result_rows.rows_of_full_tubes(session.connection(), upload, LARGEST))
    fingerprints.note(session, "answer", lambda: _answer(file, report))
    # Judged again, rows that are held stand by themselves; a file may say more than one thing of a row.
    held = of_rows(lines, {one.row for one in report.problems if uploads.is_held([one])})
    more = OfLaboratory(figures.positives, figures.pooled, held)
    report = uploads.keep(session, upload.id, KIND, file, table, report, more, by=by, at=at)
    held_again.keep(session, upload.id, lines, done.fates.repeats, partial(cells_of_row, table))
    column_mappings.keep_layout(session, file.institution, table, at)
    if is_tube_file(table.columns):
        fingerprints.note(session, "tubes", lambda: zip(lines["row"], lines["number"], strict=True))
        lab_tubes.remember_whose(session, upload.id, lines, report.problems)
    if waiting := sum(uploads.waits_for([one]) is WaitsFor.RELEASE for one in report.problems):
        releases.put_down(session, upload.id, ForRelease(str(report.batch), file.institution, waiting), unit, by=by, at=at)
    return report


def _report(file: IncomingFile, table: Table, judged: Judged, figures: Figures, problems: Sequence[RowProblem]) -> ImportReport:
    told = figures.as_told()
    rows = {"read": judged.read, **told["rows"], "refused": judged.refused, "skipped": table.skipped + judged.skipped}
    all_problems = tuple(sorted((*judged.problems, *problems), key=lambda problem: problem.row))
    return ImportReport(
        None,
        "committed",
        file.sha256,
        asdict(table.format),
        rows,
        told["outcomes"],
        all_problems,
        told["codes"],
        notes=(*table.notes, *judged.notes),
        headings=table.headings,
        turnaround=turnaround(judged.results),
    )
