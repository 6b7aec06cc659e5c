"""Large uploads: recorded in slices of about 50 ms of lock once they are accepted (`lab_staging`), gone on with after a stop.

A slice carries its results, codes, counters and the progress in one transaction, so that it is done once however often it is
tried (performance part 2).
"""

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from time import perf_counter, sleep

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.lab_keeping import WaitsFor
from hbcore.domain.problems import RowProblem
from hbcore.domain.tube_columns import is_tube_file
from hbcore.domain.tubes import LARGEST
from hbcore.services import fingerprints, held_again, lab_recording, lab_tubes, releases, uploads
from hbcore.services.acting import read_staff
from hbcore.services.clock import now
from hbcore.services.fingerprints import Digest
from hbcore.services.import_report import as_it_stands, to_json
from hbcore.services.lab_ahead import Ahead
from hbcore.services.lab_figures import Figures, from_json
from hbcore.services.lab_lines import Lines, of_rows
from hbcore.services.lab_order import in_order, slices
from hbcore.services.lab_prepared import prepare
from hbcore.services.lab_staging import Staged
from hbcore.services.releases import ForRelease
from hbcore.services.slicing import PAUSE, Said, Step, in_steps, said_to_nobody, writing
from hbcore.storage import applying_rows, held_rows, result_rows, upload_rows
from hbcore.storage.engine import engine
from hbcore.storage.result_rows import Uploaded

AT_ONCE = 4_000
"""Lines that are recorded in the act itself: they hold the right to write for about 50 ms."""

TUBES_AT_ONCE = 400
"""Rows of a file of tubes that are: ten people may stand in each."""

LEAST, MOST = 2_000, 16_000
"""Lines of a slice."""

Rehearsed = tuple[Figures, list[RowProblem], Digest]
"""Figures, problems, and the fingerprint of what was read for them."""


def rehearse(lines: Lines, upload: Uploaded, unit: str, room: int, *, at: datetime, said: Said = said_to_nobody) -> Rehearsed:
    """What recording these lines would do: each slice is recorded and undone, so that nobody waits longer than for one.

    Who stands in two slices would be seen twice as if nothing had happened: then all are rehearsed as one.
    """
    ordered = in_order(lines)
    whole = [ordered.slice(0, ordered.count)]
    parts = list(slices(ordered, AT_ONCE)) if ordered.of_documents else whole
    tried = (_rehearsed(of, upload, unit, room, at, said) for of in (parts, whole))
    return next(filter(None, tried), (Figures(), [], sha256()))


def _rehearsed(parts: Sequence[Lines], upload: Uploaded, unit: str, room: int, at: datetime, said: Said) -> Rehearsed | None:
    """None where somebody we hold stands in two of the parts."""
    figures, problems, seen, digest, so_far = Figures(), list[RowProblem](), set[int](), sha256(), 0
    for lines in parts:
        prepared = prepare(lines, unit=unit, at=upload.at)
        with writing(kept=False) as session:
            fingerprints.begin(session, digest)
            done = lab_recording.record(session, prepared, upload, room, at)
        if not seen.isdisjoint(done.known):
            return None
        seen.update(done.known)
        room = done.fates.room or 0
        figures.add(done)
        problems += done.fates.problems
        so_far += lines.count
        said(so_far, sum(part.count for part in parts))
    return figures, problems, digest


def finish(upload: int, said: Said = said_to_nobody) -> None:
    """Record an accepted upload to its last line; `said` hears each slice. Two that work at once share the work."""
    parts, of = Staged(upload), _of(upload)
    with Ahead(parts, of.unit, micros(of.recorded_at)) as ahead:
        in_steps(lambda size: _step(upload, of, size, parts, ahead), said, least=LEAST, most=MOST)


def finish_all(institutions: Collection[str] | None = None) -> None:
    """Finish whatever was accepted and not recorded to its last line: what a stopped process has left, or another does now."""
    with engine().connect() as connection:
        uploads_left = list(applying_rows.unfinished(connection, institutions))
    for upload in uploads_left:
        finish(upload)


def _step(upload_id: int, of: held_rows.Row, size: int, parts: Staged, ahead: Ahead) -> Step | None:
    """`size`: lines of the slice after this one, which is made ready while this one goes onto the disk."""
    row = _how_far(upload_id)
    if row is None:
        return None
    if row.done == row.lines:
        _last_step(upload_id, row)
        return None
    somebody_else = Step(row.done, row.lines, 0, 0.0)
    try:
        prepared = ahead.lines_from(row.done, size)
    except LookupError:
        if _how_far(upload_id) == row:
            raise
        return somebody_else  # has recorded the last line, and what was staged is forgotten
    lines, upload = prepared.lines, Uploaded(upload_id, of.institution, micros(of.recorded_at))
    with writing() as session:
        began = perf_counter()
        stands = applying_rows.one(session.connection(), upload_id)
        if stands is None or stands.done != row.done:
            return somebody_else
        done = lab_recording.record(session, prepared, upload, stands.room, of.recorded_at, own_tubes=stands.own_tubes)
        figures = from_json(stands.figures)
        figures.add(done)
        _keep_held(session, upload_id, done.lines, done.fates.problems, parts)
        held_again.keep(session, upload_id, done.lines, done.fates.repeats, parts.cells)
        so_far, room = row.done + lines.count, done.fates.room or 0
        applying_rows.gone_on(session.connection(), upload_id, done=so_far, room=room, figures=figures.to_json())
        if so_far < row.lines:
            ahead.begin(so_far, size)
    return Step(so_far, row.lines, lines.count, perf_counter() - began)


def _of(upload: int) -> held_rows.Row:
    with engine().connect() as connection:
        return _upload(connection, upload)


def _how_far(upload: int) -> applying_rows.Row | None:
    with engine().connect() as connection:
        return applying_rows.one(connection, upload)


def _last_step(upload: int, row: applying_rows.Row) -> None:
    """All lines are recorded: the upload has its report. What was staged is forgotten while samples are read."""
    with ThreadPoolExecutor(1, "forgetting") as beside:
        forgotten = beside.submit(_forget_parts, upload)
        if row.own_tubes:
            _add_samples(upload)
        over_full = 0 if row.own_tubes else _over_full(upload)
        forgotten.result()
    with writing() as session:
        if applying_rows.one(session.connection(), upload):
            _finished(session, upload, from_json(row.figures), over_full)


def _forget_parts(upload: int) -> None:
    """A part at a time, so that nobody waits."""
    more = True
    while more:
        with writing() as session:
            more = applying_rows.forget_part(session.connection(), upload)


def _over_full(upload: int) -> int:
    """Counted before the right to write is taken: it reads all results of the upload."""
    with engine().connect() as connection:
        of = _upload(connection, upload)
        return result_rows.rows_of_full_tubes(connection, Uploaded(upload, of.institution, micros(of.recorded_at)), LARGEST)


def _add_samples(upload: int) -> None:
    """Samples of tubes of their own come last, in the order of their numbers: put down with the results, each would touch a
    page of its own. Nobody asks for them before: no other line is of such a tube."""
    with engine().connect() as connection:
        with connection.begin():
            samples = result_rows.samples_to_come(connection, upload)
        connection.execution_options(writes=True)
        for first in range(0, samples, result_rows.SAMPLES_AT_ONCE):
            with connection.begin():
                result_rows.add_samples_to_come(connection, first)
            sleep(PAUSE)
        with connection.begin():
            result_rows.forget_samples_to_come(connection)


def _upload(connection: sa.Connection, upload: int) -> held_rows.Row:
    row = held_rows.upload(connection, upload)
    if row is None:
        raise Refused("unknown_upload")
    return row


def _keep_held(session: Session, upload: int, lines: Lines, problems: Sequence[RowProblem], parts: Staged) -> None:
    if not problems:
        return
    held = of_rows(lines, {one.row for one in problems})
    upload_rows.keep_rows(session.connection(), upload, uploads.kept_rows(parts.cells, problems, held))
    if is_tube_file(dict.fromkeys(parts.columns())):
        lab_tubes.remember_whose(session, upload, lines, problems)


def _finished(session: Session, upload: int, figures: Figures, over_full: int) -> None:
    """The last slice: the upload has its report, and what waits for a second account is put down."""
    connection = session.connection()
    applying_rows.finished(connection, upload)
    row = _upload(connection, upload)
    report = as_it_stands(row.number, row.digest, row.report)
    held = [RowProblem(at, *one) for at, of_row in upload_rows.held_problems(connection, upload) for one in of_row]
    problems = tuple(sorted((*report.problems, *held), key=lambda one: one.row))
    told = replace(
        report, problems=problems, over_full=over_full, **{**figures.as_told(), "rows": {**report.rows, **figures.rows}}
    )
    upload_rows.set_recorded(connection, upload, to_json(told), positives=figures.positives, pooled=figures.pooled)
    by = read_staff(connection, row.recorded_by)
    if by and (waiting := sum(uploads.waits_for([one]) is WaitsFor.RELEASE for one in held)):
        what = ForRelease(row.number, row.institution, waiting)
        releases.put_down(session, upload, what, row.unit, by=by, at=now())
