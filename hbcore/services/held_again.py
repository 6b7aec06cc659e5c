"""Rows that another upload holds, word for word, are held for their own once that is recalled: it equals never having come."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.lab_keeping import WaitsFor
from hbcore.domain.problems import RowProblem
from hbcore.services import lab_waiting, releases, second_look, uploads
from hbcore.services.acting import read_staff
from hbcore.services.held_judged import judged_again
from hbcore.services.import_report import WAITING, as_it_stands, with_now
from hbcore.services.lab_lines import Lines, of_rows
from hbcore.services.releases import ForRelease
from hbcore.services.second_look import What
from hbcore.storage import applying_rows, held_again_rows, held_rows, sealing
from hbcore.storage.held_again_rows import Row


def keep(
    session: Session, upload: int, lines: Lines, repeats: Mapping[RowProblem, int], cells: Callable[[int], Mapping[str, str]]
) -> None:
    """Keep rows of an upload that others hold: what would hold each, and which upload does; `cells` answers with those of a row
    of the file."""
    if not repeats:
        return
    held_by = {problem.row: by for problem, by in repeats.items()}
    first = {row: place for place, row in reversed(list(enumerate(lines["row"]))) if row in held_by}
    keys = {row: sealing.document_key(lines["kind"][place], lines["number"][place]) for row, place in first.items()}
    kept = uploads.kept_rows(cells, repeats, of_rows(lines, held_by))
    held_again_rows.keep(session.connection(), upload, kept, keys, held_by)


def follow(session: Session, upload: int, at: datetime) -> int:
    """In the transaction in which an upload was recalled or put back: rows of others that repeat one of it, and its own that
    repeat another's, are held where nobody else holds them, and no longer where somebody does; how many are held by that.

    :raises Refused: `still_applying` where an upload with such rows is not recorded to its last line.
    """
    held = 0
    for own, rows in groupby(held_again_rows.around(session.connection(), upload), lambda row: row.upload_id):
        of_own = list(rows)
        if applying_rows.one(session.connection(), own):
            raise Refused("still_applying")
        held += _stand(session, own, [row for row in of_own if not row.holder_stands and not row.stands], at)
        _step_back(session, own, [row for row in of_own if row.holder_stands and row.stands], at)
    return held


def _stand(session: Session, upload: int, rows: Sequence[Row], at: datetime) -> int:
    """Those that a third upload holds as well are held by that one from now on."""
    if not rows:
        return 0
    connection = session.connection()
    by_others = _held_by_others(session, upload, rows)
    held_again_rows.point(connection, upload, by_others)
    standing = [held_again_rows.problem_of(row) for row in rows if row.row_number not in by_others]
    held_again_rows.stand(connection, upload, [one.row for one in standing])
    _changed(session, upload, standing, (), at)
    return len(standing)


def _held_by_others(session: Session, upload: int, rows: Sequence[Row]) -> Mapping[int, int]:
    of = _upload(session, upload)
    opened, came = list(map(held_again_rows.as_held, rows)), of.recorded_at
    _, lines = judged_again(session, of.institution, opened, at=came, came_at=came)
    keys = sealing.document_keys(lines["kind"], lines["number"])
    return lab_waiting.held_before(session, lines, keys, set(lines["row"]), of.institution, upload)


def _step_back(session: Session, upload: int, rows: Sequence[Row], at: datetime) -> None:
    if not rows:
        return
    gone = held_again_rows.step_back(session.connection(), upload, [row.row_number for row in rows])
    for row in sorted(gone):
        second_look.lapse(session, What.REMOVE_POSITIVE, f"row {row} of upload {upload}", at)
    _changed(session, upload, (), gone, at)


def _changed(session: Session, upload: int, more: Sequence[RowProblem], fewer: Sequence[int] | set[int], at: datetime) -> None:
    """The upload's report with rows that are held by now, and without those that are no longer; and what is to be released."""
    of, n = _upload(session, upload), len(more) - len(fewer)
    if not more and not fewer:
        return
    stands = as_it_stands(of.number, of.digest, of.report)
    rows = {**stands.rows, "held": stands.rows["held"] + n, "already_held": stands.rows["already_held"] - n}
    rows[WAITING] = rows.get(WAITING, 0) - n
    others = [one for one in stands.problems if one.row not in fewer]
    told = replace(stands, rows=rows, problems=tuple(sorted((*others, *more), key=lambda one: one.row)))
    held_rows.set_report(session.connection(), upload, with_now(of.report, told))
    _propose_release(session, of, at)


def _propose_release(session: Session, of: held_rows.Row, at: datetime) -> None:
    """For as many positives as wait by now, by who uploaded them."""
    waiting = len(held_rows.held(session.connection(), of.id, WaitsFor.RELEASE))
    second_look.lapse(session, What.RELEASE_POSITIVES, f"upload {of.id}", at)
    by = read_staff(session.connection(), of.recorded_by)
    if by and waiting:
        releases.put_down(session, of.id, ForRelease(of.number, of.institution, waiting), of.unit, by=by, at=at)


def _upload(session: Session, upload: int) -> held_rows.Row:
    row = held_rows.upload(session.connection(), upload)
    if row is None:
        raise Refused("unknown_upload")
    return row
