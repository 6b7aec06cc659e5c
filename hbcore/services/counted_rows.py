"""Every number opens its rows: results, people of a colour, applications; masked, a page at a time, an event for each opening."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.counting import ENDED, OUTCOMES, PEOPLE, TUBES, GateFigure, day_span
from hbcore.domain.documents import masked_number
from hbcore.domain.known import instant, micros
from hbcore.domain.names import masked_name
from hbcore.domain.permissions import Permission
from hbcore.domain.temperatures import ReadingState
from hbcore.domain.vocabulary import PROVINCE, DocumentKind, Outcome, Purpose
from hbcore.services import audit
from hbcore.services.acting import Staff, reading
from hbcore.services.application_figures import check_span, span_values
from hbcore.services.behind_figures import (
    GROSS,
    NET,
    PAGE,
    ApplicationBehind,
    ApplicationsWanted,
    Behind,
    CodeBehind,
    ColourWanted,
    DecidedWanted,
    EntryBehind,
    GatesWanted,
    ReadingBehind,
    ResultBehind,
    ResultsWanted,
    Rows,
    Wanted,
    Whose,
)
from hbcore.services.clock import day_of as shanghai_day
from hbcore.services.daily_counts import as_at, check_day, day_number, scope_of
from hbcore.storage import application_figure_rows, behind_rows, count_rows, gate_count_rows, national_rows, temperature_rows
from hbcore.storage.behind_rows import Figure
from hbcore.storage.code_rows import MINUTE
from hbcore.storage.people_rows import UNKNOWN_UNIT, open_person, open_sealed

Found = tuple[int, Iterable[Behind]]
"""The figure, and one page of its rows."""


@dataclass(frozen=True)
class _Asked:
    units: tuple[str, ...]
    whole: bool
    """Whether the units are one unit with all below it."""

    top: str
    at: datetime
    offset: int


def counted_rows(wanted: Wanted, *, page: int = 1, by: Staff, at: datetime) -> Rows:
    """A page of the rows behind a figure of one's own unit or below; one look-up event says how many rows were shown.

    :raises Refused: `not_your_unit`, `unknown_unit`, `day_ahead`, `too_old`, `look_up_not_recorded`.
    """
    if isinstance(wanted, DecidedWanted):
        check_span(wanted.first, wanted.on, at)
    check_day(wanted.on, at)
    with reading(by, Permission.LOOK_UP_PEOPLE, at) as session:
        asked = _asked(session, wanted, page, by, at)
        total, found = _found(session.connection(), wanted, asked)
        rows = Rows(wanted, total, page, tuple(found))
    _record(rows, asked.top, by, at)
    return rows


def _record(rows: Rows, unit: str, by: Staff, at: datetime) -> None:
    figures = {
        "purpose": str(Purpose.COUNT_CHECK),
        "figure": _named(rows.wanted),
        "on": rows.wanted.on.isoformat(),
        "page": rows.page,
        "rows": len(rows.rows),
        "of": rows.total,
    }
    audit.record_look_up(audit.Act.COUNT_ROWS_SHOWN, by=by, at=at, subject=f"unit {unit}", figures=figures)


def _named(wanted: Wanted) -> str:
    if isinstance(wanted, ResultsWanted):
        return " ".join(filter(None, (wanted.assay, wanted.figure, wanted.day_of, wanted.institution)))
    if isinstance(wanted, DecidedWanted):
        return " ".join(f"{name}={value}" for name, value in asdict(wanted.of).items() if value not in (None, False))
    return str(wanted.colour if isinstance(wanted, ColourWanted) else wanted.figure)


def _asked(session: Session, wanted: Wanted, page: int, by: Staff, at: datetime) -> _Asked:
    offset = (max(page, 1) - 1) * PAGE
    if wanted.unit == UNKNOWN_UNIT:  # nobody's unit: whoever may see the province may see it
        scope_of(session, PROVINCE, by)
        return _Asked((UNKNOWN_UNIT,), False, UNKNOWN_UNIT, at, offset)
    scope = scope_of(session, wanted.unit, by)
    units = (scope.whole.code,) if wanted.direct else scope.counted
    return _Asked(units, not wanted.direct, scope.whole.code, at, offset)


def _found(connection: sa.Connection, wanted: Wanted, asked: _Asked) -> Found:
    if isinstance(wanted, ResultsWanted):
        return _results(connection, wanted, asked)
    if isinstance(wanted, ColourWanted):
        return _people(connection, wanted, asked)
    if isinstance(wanted, DecidedWanted):
        return _decided(connection, wanted, asked)
    if isinstance(wanted, GatesWanted):
        return _gates(connection, wanted, asked)
    return _applications(connection, wanted, asked)


def _results(connection: sa.Connection, wanted: ResultsWanted, asked: _Asked) -> Found:
    different = wanted.figure if wanted.figure in (PEOPLE, TUBES) else None
    valid = wanted.figure in (NET, GROSS, PEOPLE, TUBES)
    figure = Figure(
        units=asked.units,
        day_of=wanted.day_of,
        day=day_number(wanted.on),
        assay=wanted.assay,
        institution=wanted.institution,
        outcomes=OUTCOMES if valid else tuple({wanted.figure}.intersection(OUTCOMES)),
        ended=ENDED if wanted.figure == GROSS else tuple({wanted.figure}.intersection(ENDED)),
        different=different,
    )
    if different:
        total = behind_rows.total_tested(connection, figure, asked.top, whole=asked.whole)
    else:
        total = behind_rows.total(connection, figure)
    found = behind_rows.results(connection, figure, offset=asked.offset, limit=PAGE) if total else ()
    return total, map(_result, found)


def _people(connection: sa.Connection, wanted: ColourWanted, asked: _Asked) -> Found:
    minute = micros(as_at(wanted.on, asked.at)) // MINUTE
    counted = count_rows.count_codes(connection, asked.units, minute=minute)
    total = sum(n for _, _, colour, n in counted if colour == wanted.colour)
    found = behind_rows.people_of_colour(
        connection,
        asked.units,
        wanted.colour,
        minute=minute,
        lived=wanted.on < shanghai_day(asked.at),
        offset=asked.offset,
        limit=PAGE,
    )
    return total, map(_code, found)


def _decided(connection: sa.Connection, wanted: DecidedWanted, asked: _Asked) -> Found:
    values = span_values(wanted.first, wanted.on, asked.top, asked.at)
    page = {"offset": asked.offset, "limit": PAGE}
    total, found = application_figure_rows.rows_behind(connection, wanted.of, values, direct=wanted.direct, **page)
    return total, map(_application, found)


def _applications(connection: sa.Connection, wanted: ApplicationsWanted, asked: _Asked) -> Found:
    begin, end = day_span(wanted.on)
    of_day = {"from_at": begin, "until_at": end, "as_at": as_at(wanted.on, asked.at)}
    total = sum(
        n for _, _, figure, n in count_rows.count_applications(connection, asked.units, **of_day) if figure == wanted.figure
    )
    found = behind_rows.applications(connection, asked.units, wanted.figure, of_day, offset=asked.offset, limit=PAGE)
    return total, map(_application, found)


def _gates(connection: sa.Connection, wanted: GatesWanted, asked: _Asked) -> Found:
    begin, end = day_span(wanted.on)
    of_day = {"from_at": begin, "until_at": end, "as_at": as_at(wanted.on, asked.at)}
    counted = gate_count_rows.count_gates(connection, asked.units, **of_day)
    total = sum(n for _, _, figure, n in counted if figure == wanted.figure)
    if wanted.figure is GateFigure.NATIONAL_CODE:
        entries = national_rows.of_day(connection, asked.units, begin, end, offset=asked.offset, limit=PAGE)
        return total, map(_entry, entries)
    found = gate_count_rows.readings(connection, asked.units, wanted.figure, of_day, offset=asked.offset, limit=PAGE)
    return total, map(_reading, found)


def _result(row: sa.Row[*tuple[Any, ...]]) -> ResultBehind:
    return ResultBehind(
        whose=_whose(row),
        unit=row.unit,
        outcome=Outcome(row.outcome),
        single=bool(row.single),
        sampled_at=row.sampled_at,
        reported_at=row.reported_at,
        recorded_at=row.recorded_at,
        ended_how=row.ended_how,
        sample_number=row.sample_number,
        institution=row.institution,
        upload=row.upload or "",
        together=row.together,
    )


def _code(row: sa.Row[*tuple[Any, ...]]) -> CodeBehind:
    until = None if row.until_at is None else instant(row.until_at)
    return CodeBehind(_whose(row), row.unit, row.row, instant(row.from_at), until)


def _application(row: sa.Row[*tuple[Any, ...]]) -> ApplicationBehind:
    return ApplicationBehind(
        id=row.id,
        receipt=row.receipt,
        unit=row.unit,
        document_kind=DocumentKind(row.document_kind),
        state=row.state,
        submitted_at=row.submitted_at,
        due_at=row.due_at,
        decided_at=row.decided_at,
    )


def _reading(row: temperature_rows.Row) -> ReadingBehind:
    whose = None
    if row.sealed is not None:
        text = open_sealed(row.person_id, row.sealed, row.key_version)
        whose = Whose(row.person_id, masked_name(text.name), text.documents[-1].kind, masked_number(text.documents[-1]))
    return ReadingBehind(
        whose=whose,
        unit=row.unit,
        place=temperature_rows.said_of(row).place,
        first=row.first,
        second=row.second,
        done=temperature_rows.done_of(row),
        state=ReadingState(row.state),
        at=row.recorded_at,
    )


def _entry(row: national_rows.Row) -> EntryBehind:
    return EntryBehind(row.unit, national_rows.place_of(row), row.language, row.recorded_at)


def _whose(row: sa.Row[*tuple[Any, ...]]) -> Whose:
    text = open_person(row)
    document = text.documents[-1]
    return Whose(row.id, masked_name(text.name), document.kind, masked_number(document))
