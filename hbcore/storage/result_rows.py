"""Results and their samples as rows: found again by sample identity, added sorted by person, ended but never changed."""

from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.storage.instants import raw
from hbcore.storage.staging import add_rows, staged
from hbcore.storage.tables import Result, Sample

RESULTS: sa.Table = Result.__table__  # type: ignore[attr-defined]
SAMPLES: sa.Table = Sample.__table__  # type: ignore[attr-defined]


class ResultLine(NamedTuple):
    """A result as stored; instants in microseconds. The order is that of the table's key, so that tuples sort by it."""

    person_id: int
    assay: str
    sampled_at: int
    id: int
    outcome: str
    single: bool
    tested_at: int | None
    reported_at: int | None
    recorded_at: int
    institution: str
    sample_number: str
    sampling_site: str | None
    upload_id: int
    ended_at: int | None
    ended_how: str | None
    ended_by: int | None


SAME_IN_UPLOAD = ("recorded_at", "institution", "upload_id")


class SampleKey(NamedTuple):
    """Identity of a sample within an institution (model part 4)."""

    sample_number: str
    sampled_day: int
    assay: str
    person_id: int


def held_results(connection: sa.Connection, institution: str, sample_numbers: Sequence[str]) -> dict[SampleKey, ResultLine]:
    """What we hold of these sample numbers of one institution."""
    s, r = SAMPLES.c, RESULTS.c
    with staged(connection, sa.String(), sample_numbers) as wanted:
        found = connection.execute(
            sa.select(s.sampled_day, *(raw(r[name]) for name in ResultLine._fields))
            .select_from(wanted)
            .join(SAMPLES, (s.sample_number == wanted.c.key) & (s.institution == institution))
            .join(
                RESULTS,
                (r.person_id == s.person_id)
                & (r.assay == s.assay)
                & (raw(r.sampled_at) == raw(s.sampled_at))
                & (r.id == s.result_id),
            )
        )
        lines = [(day, ResultLine(*line)) for day, *line in found]
    return {SampleKey(line.sample_number, day, line.assay, line.person_id): line for day, line in lines}


def add_results(connection: sa.Connection, lines: Sequence[ResultLine]) -> None:
    """Add the results of one upload, sorted here by person: an unsorted batch takes twice as long."""
    if not lines:
        return
    same = {name: getattr(lines[0], name) for name in SAME_IN_UPLOAD}
    varying = itemgetter(*(place for place, name in enumerate(ResultLine._fields) if name not in same))
    columns = varying(ResultLine._fields)
    add_rows(connection, RESULTS, columns, list(map(varying, sorted(lines))), same)


def add_samples(connection: sa.Connection, institution: str, found: Sequence[tuple[SampleKey, int, int]]) -> None:
    """Remember which result (id, sampled at) each sample has; a corrected sample points to its newest result."""
    statement = (
        "INSERT INTO sample (sample_number, sampled_day, institution, assay, person_id, result_id, sampled_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (sample_number, sampled_day, institution, assay, person_id)"
        " DO UPDATE SET result_id = excluded.result_id, sampled_at = excluded.sampled_at"
    )
    rows = [(tube, day, institution, assay, person, result, at) for (tube, day, assay, person), result, at in found]
    if rows:
        connection.exec_driver_sql(statement, sorted(rows))


def end_results(connection: sa.Connection, ended: Sequence[tuple[ResultLine, str]], *, at: int, by_upload: int) -> None:
    """End results (`corrected` or `withdrawn`) by an upload; the rows stay as history."""
    rows = sorted((line.person_id, line.assay, line.sampled_at, line.id, how) for line, how in ended)
    for person, assay, sampled_at, id_, how in rows:
        connection.exec_driver_sql(
            "UPDATE result SET ended_at = ?, ended_how = ?, ended_by = ?"
            " WHERE person_id = ? AND assay = ? AND sampled_at = ? AND id = ? AND ended_at IS NULL",
            (at, how, by_upload, person, assay, sampled_at, id_),
        )
