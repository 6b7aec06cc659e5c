"""Alarms of a unit and those below it, each kind from what stands: positives, mismatches, bursts, a broken chain."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session

from hbcore.domain.alarms import BURST, POOLED_BURST, AlarmKind, deadlines
from hbcore.domain.documents import masked_number
from hbcore.domain.known import instant, micros
from hbcore.domain.names import masked_name
from hbcore.domain.vocabulary import PROVINCE, Outcome
from hbcore.services import event_chains, fact_bursts, notices, taking_over, temperature_notices
from hbcore.services.clock import day_of
from hbcore.storage import alarm_rows, application_text, people_rows, recolouring_rows
from hbcore.storage.alarm_rows import MismatchRow, PositiveRow, UploadsRow

MOST = 200
"""So many lines of one kind are shown; a number beyond it says so."""

Found = Iterable[dict[str, Any]]
"""What is told of each alarm, by the names of `alarms.AlarmLine`."""


def counts(session: Session, unit: str, at: datetime) -> dict[AlarmKind, int]:
    """How many there are of each kind."""
    connection = session.connection()
    by_kind = {
        kind: sum(alarm_rows.POSITIVE_COUNTS[outcome].rows(connection, _asked(kind, unit, at)))
        for kind, outcome in _OUTCOMES.items()
    }
    by_kind[AlarmKind.MISMATCH] = sum(alarm_rows.MISMATCH_COUNT.rows(connection, _asked(AlarmKind.MISMATCH, unit, at)))
    few = (kind for kind in _FOUND if kind not in by_kind)
    return by_kind | {kind: len(list(_FOUND[kind](session, kind, unit, at, None))) for kind in few}


def found(session: Session, kind: AlarmKind, unit: str, at: datetime, most: int | None = MOST) -> Found:
    """Those of one kind, `most` of them where so many may be there (None: all)."""
    return _FOUND[kind](session, kind, unit, at, most)


_OUTCOMES = {
    AlarmKind.TO_VERIFY: Outcome.POSITIVE,
    AlarmKind.UNCLASSIFIED: Outcome.POSITIVE,
    AlarmKind.NOT_RETESTED: Outcome.POOLED_POSITIVE,
}


def _asked(kind: AlarmKind, unit: str, at: datetime, most: int | None = MOST) -> dict[str, object]:
    """What the statements are asked; a positive is on the list to be verified until it is an alarm, never on both."""
    over = deadlines(at)
    earlier, later = {
        AlarmKind.TO_VERIFY: (micros(over.positive), micros(at) + 1),
        AlarmKind.UNCLASSIFIED: (0, micros(over.positive)),
        AlarmKind.NOT_RETESTED: (0, micros(over.pooled)),
        AlarmKind.MISMATCH: (0, micros(over.mismatch)),
        AlarmKind.OVERDUE_BURST: (0, micros(at)),
        AlarmKind.POSITIVES_WAITING: (0, micros(over.waiting)),
        AlarmKind.BURST_OF_POOLED: (micros(over.pooled_burst), micros(at) + 1),
    }[kind]
    burst = POOLED_BURST if kind == AlarmKind.BURST_OF_POOLED else BURST
    return {"unit": unit, "earlier": earlier, "later": later, "limit": most or 2**31 - 1, "burst": burst}


def _positives(session: Session, kind: AlarmKind, unit: str, at: datetime, most: int | None) -> Found:
    asked = _asked(kind, unit, at, most)
    return map(_positive, alarm_rows.POSITIVES[_OUTCOMES[kind]].rows(session.connection(), asked))


def _positive(row: PositiveRow) -> dict[str, Any]:
    text = people_rows.open_sealed(row.person_id, row.sealed, row.key_version)
    return {
        "subject": f"result {row.id}",
        "unit": row.unit,
        "since": instant(row.recorded_at),
        "name": masked_name(text.name),
        "number": masked_number(text.documents[-1]),
        "institution": row.institution,
        "upload": row.upload or "",
        "sampled_at": instant(row.sampled_at),
        "person": row.person_id,
    }


def _mismatches(session: Session, kind: AlarmKind, unit: str, at: datetime, most: int | None) -> Found:
    return map(_mismatch, alarm_rows.MISMATCHES.rows(session.connection(), _asked(kind, unit, at, most)))


def _mismatch(row: MismatchRow) -> dict[str, Any]:
    name, document = application_text.name_and_document(row)
    return {
        "subject": f"application {row.id}",
        "unit": row.unit,
        "since": instant(row.submitted_at),
        "name": masked_name(name),
        "number": masked_number(document),
        "application": row.id,
        "receipt": row.receipt,
    }


def _bursts(session: Session, unit: str, at: datetime) -> list[dict[str, Any]]:
    found = alarm_rows.OVERDUE.rows(session.connection(), _asked(AlarmKind.OVERDUE_BURST, unit, at))
    return [
        {"subject": f"unit {row.unit} {day_of(at)}", "unit": row.unit, "since": instant(row.first), "n": row.n} for row in found
    ]


def _requests(session: Session, unit: str, at: datetime, most: int | None) -> Found:
    """Recolouring requests that have been with us for more than their 48 hours, since when they are over."""
    asked = {"unit": unit, "at": micros(at), "limit": most or 2**31 - 1}
    return map(_request, recolouring_rows.OVERDUE.rows(session.connection(), asked))


def _request(row: recolouring_rows.Line) -> dict[str, Any]:
    text = people_rows.open_sealed(row.person_id, row.sealed, row.key_version)
    return {
        "subject": f"recolouring {row.id}",
        "unit": row.unit,
        "since": instant(row.due_at or 0),
        "name": masked_name(text.name),
        "number": masked_number(text.documents[-1]),
        "request": row.id,
    }


def _positives_waiting(session: Session, unit: str, at: datetime) -> Found:
    """Positives beyond the limit of a shift that nobody released or declined in time, by upload."""
    asked = _asked(AlarmKind.POSITIVES_WAITING, unit, at)
    return (
        {"subject": f"upload {row.id}", "upload": row.number or "", **_of_institution(row)}
        for row in alarm_rows.POSITIVES_WAITING.rows(session.connection(), asked)
    )


def _pooled_bursts(session: Session, unit: str, at: datetime) -> Found:
    """Many people made pooled positives by one account: tubes of several people have no limit, but somebody looks at once."""
    asked = _asked(AlarmKind.BURST_OF_POOLED, unit, at)
    return (
        {"subject": f"uploads of account {row.id} {row.unit} {day_of(at)}", **_of_institution(row)}
        for row in alarm_rows.POOLED_BURSTS.rows(session.connection(), asked)
    )


def _of_institution(row: UploadsRow) -> dict[str, Any]:
    return {"unit": row.unit, "institution": row.institution, "since": instant(row.first), "n": int(row.n)}


def _broken(session: Session, unit: str) -> list[dict[str, Any]]:
    """A chain is the whole desk's: the province hears of it."""
    last = event_chains.last_verified(session) if unit == PROVINCE else None
    if last is None or not last.broken:
        return []
    return [{"subject": f"event {last.seq}", "unit": PROVINCE, "since": last.at, "n": min(last.broken.values())}]


_FOUND: Mapping[AlarmKind, Callable[[Session, AlarmKind, str, datetime, int | None], Found]] = {
    AlarmKind.TO_VERIFY: _positives,
    AlarmKind.UNCLASSIFIED: _positives,
    AlarmKind.NOT_RETESTED: _positives,
    AlarmKind.MISMATCH: _mismatches,
    AlarmKind.OVERDUE_BURST: lambda session, _kind, unit, at, _most: _bursts(session, unit, at),
    AlarmKind.CHAIN_BROKEN: lambda session, _kind, unit, _at, _most: _broken(session, unit),
    AlarmKind.BURST_OF_FACTS: lambda session, _kind, unit, at, _most: map(asdict, fact_bursts.bursts(session, unit, at)),
    AlarmKind.RECOLOURING_OVERDUE: lambda session, _kind, unit, at, most: _requests(session, unit, at, most),
    AlarmKind.POSITIVES_WAITING: lambda session, _kind, unit, at, _most: _positives_waiting(session, unit, at),
    AlarmKind.BURST_OF_POOLED: lambda session, _kind, unit, at, _most: _pooled_bursts(session, unit, at),
    AlarmKind.TAKEN_OVER: lambda session, _kind, unit, at, _most: taking_over.taken_from(session, unit, at),
    AlarmKind.NOTICES_FAILED: lambda session, _kind, unit, at, _most: notices.failed(session, unit, at),
    AlarmKind.TEMPERATURE_OVERDUE: lambda session, _kind, unit, at, most: temperature_notices.overdue_in(session, unit, at, most),
}
