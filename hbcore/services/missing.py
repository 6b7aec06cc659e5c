"""Why is my result missing? What is known of a document's results: recorded, ended, held, refused, or nothing at all."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from hbcore.domain.documents import read_document
from hbcore.domain.errors import Refused
from hbcore.domain.known import instant, micros
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Assay, DocumentKind, Outcome, Purpose
from hbcore.services import audit
from hbcore.services.acting import Staff, reading
from hbcore.services.looked_up import LookUp, look_up_of, subject_of
from hbcore.services.purposes import case_number
from hbcore.services.settings import hotline
from hbcore.services.sought import sought
from hbcore.storage import missing_rows, people_rows, registration_rows, sealing, timeline_rows

LOOKED_BACK = timedelta(days=7)
"""How far back an institution's uploads are told: results are late by hours or days, not by weeks."""

MOST = 5
"""Results told one by one; the time-line has them all."""


@dataclass(frozen=True)
class ResultKnown:
    """A result that is recorded, or was: `ended_how` says how it ended."""

    assay: Assay
    outcome: Outcome
    sampled_at: datetime
    institution: str
    upload: str | None
    ended_how: str | None


@dataclass(frozen=True)
class SamplingKnown:
    """A registered sampling. `awaited`: the tube's result has not come. `institution`: whose tube, empty where nobody says."""

    sampled_at: datetime
    site: str | None
    sample_number: str
    institution: str
    awaited: bool


@dataclass(frozen=True)
class RowKnown:
    """A row of this document that was not recorded: where it stands, what is wrong by (column, code), of what kind of upload."""

    held: bool
    row: int
    upload: str
    institution: str
    at: datetime
    problems: tuple[tuple[str | None, str], ...]
    kind: str


@dataclass(frozen=True)
class InstitutionSeen:
    """An institution nearby and its last upload within a week (None: none)."""

    name: str
    last_at: datetime | None


@dataclass(frozen=True)
class Answer:
    """All that can be told. A row with a mistyped number, and a tube that nobody registered in, is found by nobody."""

    samplings: tuple[SamplingKnown, ...]
    results: tuple[ResultKnown, ...]
    rows: tuple[RowKnown, ...]
    institutions: tuple[InstitutionSeen, ...]
    hotline: str

    @property
    def nothing(self) -> bool:
        """Whether nothing at all has come in under the number."""
        return not self.results and not self.rows and not self.samplings


def of_person(person: int, *, by: Staff, at: datetime) -> Answer:
    """Why a result of somebody looked up within the hour may be missing, by all their documents; one event of its own.

    :raises Refused: `look_up_first`, `look_up_not_recorded`, and those of `reading`.
    """
    with reading(by, Permission.LOOK_UP_PEOPLE, at) as session:
        look_up = look_up_of(person, by=by, at=at)
        connection = session.connection()
        row = registration_rows.person_row(connection, person)
        numbers = [one.number for one in people_rows.open_person(row).documents]
        results = tuple(_results(timeline_rows.results(connection, person)))
        samplings = tuple(_samplings(timeline_rows.samplings(connection, person), at))
        keys = [key for number in numbers for key in _keys(number)]
        answer = _answer(session, keys, samplings, results, row.unit or by.unit or "", at)
    _record(look_up, subject_of(person), by, at)
    return answer


def of_number(text: str, *, purpose: Purpose, case: str | None = None, by: Staff, at: datetime) -> Answer:
    """The same for a document under which nobody is held; its one event holds no trace of the number.

    :raises Refused: `case_needed`, `look_up_not_recorded`, and those of `reading`.
    """
    look_up = LookUp(purpose, case_number(purpose, case))
    with reading(by, Permission.LOOK_UP_PEOPLE, at) as session:
        answer = _answer(session, sought(text).rows.document_keys, (), (), by.unit or "", at)
    _record(look_up, "", by, at)
    return answer


def _record(look_up: LookUp, subject: str, by: Staff, at: datetime) -> None:
    audit.record_look_up(audit.Act.RESULT_SOUGHT, by=by, at=at, subject=subject, figures=look_up.figures)


def _answer(
    session: Session,
    keys: Sequence[bytes],
    samplings: tuple[SamplingKnown, ...],
    results: tuple[ResultKnown, ...],
    unit: str,
    at: datetime,
) -> Answer:
    connection = session.connection()
    rows = missing_rows.kept_rows(connection, keys)
    last = missing_rows.last_uploads(connection, unit, at - LOOKED_BACK)
    return Answer(
        samplings,
        results,
        tuple(map(_row, rows)),
        tuple(InstitutionSeen(one.name, None if one.last_at is None else instant(one.last_at)) for one in last),
        hotline(session),
    )


def _samplings(rows: Sequence[timeline_rows.SamplingRow], at: datetime) -> Iterator[SamplingKnown]:
    """Those that stand, of as long ago as uploads are told, the newest first."""
    since = micros(at - LOOKED_BACK)
    for one in sorted(rows, key=lambda row: row.sampled_at, reverse=True):
        if one.ended_at is None and one.sampled_at > since:
            yield SamplingKnown(instant(one.sampled_at), one.site, one.sample_number, one.institution, bool(one.awaited))


def _results(rows: Sequence[timeline_rows.ResultRow]) -> Iterator[ResultKnown]:
    valid = {(one.assay, one.sampled_at) for one in rows if one.ended_how is None}
    told = [one for one in rows if one.ended_how != "recalled" or (one.assay, one.sampled_at) not in valid]  # came again since
    for one in sorted(told, key=lambda row: row.sampled_at, reverse=True)[:MOST]:
        yield ResultKnown(
            Assay(one.assay), Outcome(one.outcome), instant(one.sampled_at), one.institution, one.upload, one.ended_how
        )


def _row(one: missing_rows.KeptRow) -> RowKnown:
    problems = tuple((column, code) for column, code in json.loads(one.problems))
    return RowKnown(
        one.status == "held", one.row_number, one.upload, one.institution, instant(one.recorded_at), problems, one.kind
    )


def _keys(number: str) -> Iterator[bytes]:
    """The number as a document of every kind it fits: a row may state another kind, or none."""
    for kind in DocumentKind:
        try:
            yield sealing.document_key(kind, read_document(kind, number).number)
        except Refused:
            continue
