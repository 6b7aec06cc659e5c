"""Held rows that are settled: judged again as of now like a file that comes in, or turned down; the report follows."""

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlmodel import Session

from hbcore.domain.documents import document_of_row, masked_number
from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.names import masked_name
from hbcore.domain.problems import RowProblem
from hbcore.domain.vocabulary import ResultStatus, RowCode
from hbcore.services import lab_recording, lab_waiting, recall_slices, uploads
from hbcore.services.held_judged import judged_again
from hbcore.services.held_owners import NOBODY, Whose
from hbcore.services.import_report import ImportReport, as_it_stands, with_now
from hbcore.services.lab_lines import Lines
from hbcore.services.lab_prepared import prepare
from hbcore.services.lab_recording import Recorded
from hbcore.services.second_look import What
from hbcore.storage import applying_rows, held_rows, proposal_rows
from hbcore.storage.held_rows import HeldRow, Row
from hbcore.storage.result_rows import Uploaded

OF_THE_DOCUMENT = frozenset({RowCode.NAME_DIFFERS, RowCode.AMBIGUOUS_DOCUMENT})
"""Held because it was not clear whose they are."""


@dataclass(frozen=True)
class TakenIn:
    """What became of rows that were judged again: how many are recorded, held already, and not recorded after all; codes."""

    recorded: int
    already_held: int
    left: int
    codes: Mapping[str, int]


def name_in(cells: Mapping[str, str]) -> str:
    """The name a row says, in one column or in two."""
    return cells.get("name") or f"{cells.get('last_name', '')} {cells.get('first_names', '')}".strip()


def masked(cells: Mapping[str, str]) -> tuple[str, str]:
    """Whose a row says it is: name and number of the document, masked."""
    document = document_of_row(cells.get("document_kind"), cells.get("document_number"))
    return masked_name(name_in(cells)), masked_number(document) if document else "****"


def recall_waits(session: Session, upload_ids: Iterable[int], at: datetime) -> frozenset[int]:
    """Of these uploads those whose recall is proposed and waits for its second person."""
    of = {f"upload {one}": one for one in upload_ids}
    waiting = proposal_rows.open_by_subject(session.connection(), What.RECALL, list(of), at) if of else {}
    return frozenset(of[subject] for subject in waiting)


def upload_of(session: Session, upload_id: int, at: datetime) -> Row:
    """A laboratory's upload whose held rows may be settled.

    :raises Refused: `unknown_upload`; `still_applying` until its last line is recorded; `still_recalling` while a large upload of
        its institution is recalled or put back; `recall_waits` until a second person has decided whether it is recalled.
    """
    row = held_rows.upload(session.connection(), upload_id)
    if row is None:
        raise Refused("unknown_upload")
    if applying_rows.one(session.connection(), upload_id):
        raise Refused("still_applying")
    recall_slices.refuse_beside(session.connection(), row.institution)
    if recall_waits(session, [upload_id], at):
        raise Refused("recall_waits")
    return row


def take_in(
    session: Session,
    upload: Row,
    waiting: Sequence[HeldRow],
    *,
    at: datetime,
    by_two: bool = True,
    frees: bool = True,
    people: Whose = NOBODY,
) -> TakenIn:
    """Record held rows of an upload, in the caller's transaction and with the caller's event: theirs is taken.

    They are judged as of now and belong to the upload they came with. What contradicted corrects what we hold, with its history;
    what differed in the name belongs to whose document it is, or to whom `people` (by row) says. What else is in the way by now
    holds them still: for one alone also another answer of the sample that waits for a second account, and where it was not about
    the answer, one that contradicts.

    `frees`: the two agree that a positive goes away; where they agree to something else, a row that takes one away waits on.

    :raises Refused: `two_people_needed` where a positive would go away and not two stand behind it (`by_two`).
    """
    connection = session.connection()
    judged, judged_lines = judged_again(session, upload.institution, waiting, at=at, came_at=upload.recorded_at)
    lines = Lines(pa.Table.from_pydict(_as_settled(judged_lines, waiting), schema=judged.results.schema))
    of = Uploaded(upload.id, upload.institution, micros(at))
    theirs = {one.row: people.get(one.row) for one in waiting if one.held_for in OF_THE_DOCUMENT}
    room = None if by_two and frees else sys.maxsize
    against = () if by_two else lab_waiting.CONFLICTS - {one.held_for for one in waiting if one.held_for == RowCode.CONTRADICTS}
    done = lab_recording.record(session, prepare(lines, unit=upload.unit, at=of.at), of, room, at, whose=theirs, against=against)
    problems = (*judged.problems, *done.fates.problems)
    if not by_two and any(one.code == RowCode.SECOND_ACCOUNT_NEEDED for one in problems):
        raise Refused("two_people_needed")
    by_row = uploads.problems_by_row(problems)
    for row, of_row in by_row.items():
        held_rows.change(connection, upload.id, row, of_row, uploads.held_for(of_row), uploads.waits_for(of_row))
    held_rows.drop(connection, upload.id, {one.row for one in waiting} - by_row.keys())
    _keep_figures(session, upload, _settled(upload, {one.row for one in waiting}, problems, done, judged.refused))
    found = done.fates.rows
    return TakenIn(found["recorded"], found["already_held"], len(by_row), done.codes)


def turn_down(session: Session, upload: Row, waiting: Sequence[HeldRow]) -> int:
    """These rows are not taken in: they count as not recorded from now on, their cells stay; how many."""
    problems = [RowProblem(one.row, one.column, RowCode.DECLINED) for one in waiting]
    for one in problems:
        held_rows.change(session.connection(), upload.id, one.row, [one], None, None)
    _keep_figures(session, upload, _settled(upload, {one.row for one in waiting}, problems, None, len(waiting)))
    return len(waiting)


def put_back(session: Session, upload: Row, problem: RowProblem) -> None:
    """A row that was turned down is held again for what held it."""
    held_rows.change(session.connection(), upload.id, problem.row, [problem], str(problem.code), None)
    figures = as_it_stands(upload.number, upload.digest, upload.report)
    rows = {**figures.rows, "held": figures.rows["held"] + 1, "refused": figures.rows["refused"] - 1}
    others = [one for one in figures.problems if one.row != problem.row]
    told = tuple(sorted((*others, problem), key=lambda one: one.row))
    _keep_figures(session, upload, replace(figures, rows=rows, problems=told))


def _as_settled(lines: dict[str, list[Any]], waiting: Sequence[HeldRow]) -> dict[str, list[Any]]:
    """Theirs is taken: another answer without a word of correction is one."""
    corrects = {one.row for one in waiting if one.held_for == RowCode.CONTRADICTS}
    lines["status"] = [
        str(ResultStatus.CORRECTED) if row in corrects and status == ResultStatus.FINAL else status
        for row, status in zip(lines["row"], lines["status"], strict=True)
    ]
    return lines


def _settled(
    upload: Row, rows: Collection[int], problems: Sequence[RowProblem], done: Recorded | None, refused: int
) -> ImportReport:
    """The report's figures once these rows are settled; each row still counts once."""
    stands = as_it_stands(upload.number, upload.digest, upload.report)
    figures = dict(stands.rows)
    figures["held"] -= len(rows)
    figures["refused"] += refused
    outcomes = {assay: dict(found) for assay, found in stands.outcomes.items()}
    if done:
        for kind, n in done.fates.rows.items():
            figures[kind] += n
        for assay, found in done.outcomes.items():
            for outcome, n in found.items():
                of_assay = outcomes.setdefault(assay, {})
                of_assay[outcome] = of_assay.get(outcome, 0) + n
    others = [one for one in stands.problems if one.row not in rows]
    told = tuple(sorted((*others, *problems), key=lambda one: one.row))
    return replace(stands, rows=figures, outcomes=outcomes, problems=told)


def _keep_figures(session: Session, upload: Row, now: ImportReport) -> None:
    held_rows.set_report(session.connection(), upload.id, with_now(upload.report, now))
