"""Alarms: of positives, mismatches, bursts of several sorts, a broken chain, laboratories' files that are not as usual.

They are read from what stands, so that one ends by itself once its cause is gone; only who looks after it is kept.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.alarms import BURST, OF_LABORATORIES, POOLED_BURST, AlarmKind, deadlines, due_at, kinds_seen_by
from hbcore.domain.documents import masked_number
from hbcore.domain.errors import Refused
from hbcore.domain.known import instant, micros
from hbcore.domain.names import masked_name
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import PROVINCE, Outcome, Purpose
from hbcore.services import audit, event_chains, fact_bursts, lab_alarms, notices, taking_over, temperature_notices
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.clock import day_of
from hbcore.services.refusals import refusals_recorded
from hbcore.storage import alarm_rows, application_text, people_rows, recolouring_rows
from hbcore.storage.alarm_rows import MismatchRow, PositiveRow, SeenRow, UploadsRow

MOST = 200
"""So many lines of one kind are shown; a number beyond it says so."""
LONGEST_NOTE = 200


@dataclass(frozen=True)
class Taken:
    """Who looks after an alarm, since when, and what they wrote."""

    by_id: int
    by: str
    at: datetime
    note: str


@dataclass(frozen=True)
class AlarmLine:
    """One alarm, or one new positive to verify. `subject` names it by our ids; `name` and `number` are masked.

    `since`: recorded, submitted, or the first of a burst. `n`: how many applications, rows or people, or the broken event.
    `account`: the name of whose act it was. `of` and `usual` of a laboratory's file: as `domain.lab_alarms.Unusual`.
    """

    kind: AlarmKind
    subject: str
    unit: str
    since: datetime
    due_at: datetime | None = None
    name: str = ""
    number: str = ""
    institution: str = ""
    upload: str = ""
    sampled_at: datetime | None = None
    person: int | None = None
    application: int | None = None
    request: int | None = None
    notice: int | None = None
    receipt: str = ""
    n: int = 0
    of: int = 0
    usual: float = 0.0
    account: str = ""
    taken: Taken | None = None


@dataclass(frozen=True)
class AlarmsSeen:
    """What a page was told: the question, the newest act at the time, how many of each kind, and the lines of those asked."""

    asked: tuple[object, ...]
    newest: int
    counts: Mapping[AlarmKind, int]
    lines: tuple[AlarmLine, ...]


def counts_in(session: Session, by: Staff, at: datetime) -> dict[AlarmKind, int]:
    """How many lines of each kind there are in one's unit and below, or of one's institutions, in the caller's transaction."""
    return _counts(session, by, at, lab_alarms.found(session, by, at))


def _counts(session: Session, by: Staff, at: datetime, of_laboratories: lab_alarms.Found) -> dict[AlarmKind, int]:
    """Of the kinds that the role is shown, in their order."""
    by_kind = {kind: len(lines) for kind, lines in of_laboratories.items()}
    kinds = kinds_seen_by(by.role)
    if set(kinds) != by_kind.keys():
        by_kind |= _counts_of_unit(session, by.unit or "", at)
    return {kind: by_kind[kind] for kind in kinds}


def _counts_of_unit(session: Session, unit: str, at: datetime) -> dict[AlarmKind, int]:
    connection = session.connection()
    by_kind = {
        kind: sum(alarm_rows.POSITIVE_COUNTS[outcome].rows(connection, _asked(kind, unit, at)))
        for kind, outcome in _OUTCOMES.items()
    }
    by_kind[AlarmKind.MISMATCH] = sum(alarm_rows.MISMATCH_COUNT.rows(connection, _asked(AlarmKind.MISMATCH, unit, at)))
    few = (kind for kind in _FOUND if kind not in by_kind)
    return by_kind | {kind: len(list(_FOUND[kind](session, kind, unit, at, None))) for kind in few}


def seen_now(kinds: Sequence[AlarmKind], *, by: Staff, at: datetime, before: AlarmsSeen | None = None) -> AlarmsSeen:
    """Counts and lines of one's unit and below or institutions, names and numbers masked; `before` while nothing was done since.

    A list of people is handed out with one look-up event, written whenever somebody is on it who was not there `before`.

    :raises Refused: `look_up_not_recorded`, and those of `reading`.
    """
    asked = (by, tuple(kinds), at.replace(second=0, microsecond=0))
    with reading(by, Permission.SEE_ALARMS, at) as session:
        newest = audit.newest(session)
        if before is not None and (before.asked, before.newest) == (asked, newest):
            return before
        of_laboratories = lab_alarms.found(session, by, at)
        counts = _counts(session, by, at, of_laboratories)
        lines = tuple(line for kind in kinds if counts.get(kind) for line in _lines(session, kind, by, at, of_laboratories))
    _record_shown(lines, before.lines if before else (), by, at)
    return AlarmsSeen(asked, newest, counts, lines)


def take(kind: AlarmKind, subject: str, note: str, *, instead_of: int | None, by: Staff, at: datetime) -> None:
    """Look after an alarm, for all others to see; `instead_of`: who did so far (a member of staff's id), as the screen said.

    :raises Refused: `alarm_gone` when its cause is gone, `alarm_taken` when somebody else was faster, `note_too_long`.
    """
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise Refused("note_too_long")
    about = f"alarm {kind} {subject}"
    with refusals_recorded(by, at, about), acting(by, Permission.SEE_ALARMS, at) as session:
        of_laboratories = lab_alarms.found(session, by, at) if kind in OF_LABORATORIES else {}
        lines = _lines(session, kind, by, at, of_laboratories, most=None) if kind in kinds_seen_by(by.role) else []
        if subject not in {line.subject for line in lines}:
            raise Refused("alarm_gone")
        try:
            taken = alarm_rows.take(session.connection(), kind, subject, note, by=by.id, at=at, instead_of=instead_of)
        except sa.exc.IntegrityError:
            taken = False
        if not taken:
            raise Refused("alarm_taken")
        audit.record(session, audit.Act.ALARM_TAKEN, by=by, at=at, subject=about)


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


def _lines(
    session: Session, kind: AlarmKind, by: Staff, at: datetime, of_laboratories: lab_alarms.Found, most: int | None = MOST
) -> list[AlarmLine]:
    seen = alarm_rows.seen_of(session.connection(), kind)
    if kind in of_laboratories:
        return [_line(kind, seen, **found) for found in of_laboratories[kind][:most]]
    return [_line(kind, seen, **found) for found in _FOUND[kind](session, kind, by.unit or "", at, most)]


def _line(kind: AlarmKind, seen: Mapping[str, SeenRow], *, since: datetime, subject: str, **more: Any) -> AlarmLine:
    by = seen.get(subject)
    taken = Taken(by.seen_by, by.full_name, instant(by.seen_at), by.note) if by else None
    return AlarmLine(kind=kind, subject=subject, since=since, taken=taken, **{"due_at": due_at(kind, since), **more})


Found = Iterable[dict[str, Any]]


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


def _record_shown(lines: Sequence[AlarmLine], before: Sequence[AlarmLine], by: Staff, at: datetime) -> None:
    new = {line.subject for line in lines if line.name} - {line.subject for line in before}
    if new:
        figures = {"purpose": Purpose.COUNT_CHECK, "people": len(new)}
        audit.record_look_up(audit.Act.LIST_LOOKED_UP, by=by, at=at, subject=f"alarms of unit {by.unit}", figures=figures)
