"""Alarms: of positives, mismatches, bursts of several sorts, a broken chain, laboratories' files that are not as usual.

They are read from what stands, so that one ends by itself once its cause is gone; only who looks after it is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.alarms import OF_LABORATORIES, AlarmKind, due_at, kinds_seen_by
from hbcore.domain.errors import Refused
from hbcore.domain.known import instant
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Purpose
from hbcore.services import audit, lab_alarms, unit_alarms
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.refusals import refusals_recorded
from hbcore.services.unit_alarms import MOST as MOST
from hbcore.storage import alarm_rows
from hbcore.storage.alarm_rows import SeenRow

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
        by_kind |= unit_alarms.counts(session, by.unit or "", at)
    return {kind: by_kind[kind] for kind in kinds}


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


def _lines(
    session: Session, kind: AlarmKind, by: Staff, at: datetime, of_laboratories: lab_alarms.Found, most: int | None = MOST
) -> list[AlarmLine]:
    seen = alarm_rows.seen_of(session.connection(), kind)
    if kind in of_laboratories:
        return [_line(kind, seen, **found) for found in of_laboratories[kind][:most]]
    return [_line(kind, seen, **found) for found in unit_alarms.found(session, kind, by.unit or "", at, most)]


def _line(kind: AlarmKind, seen: Mapping[str, SeenRow], *, since: datetime, subject: str, **more: Any) -> AlarmLine:
    by = seen.get(subject)
    taken = Taken(by.seen_by, by.full_name, instant(by.seen_at), by.note) if by else None
    return AlarmLine(kind=kind, subject=subject, since=since, taken=taken, **{"due_at": due_at(kind, since), **more})


def _record_shown(lines: Sequence[AlarmLine], before: Sequence[AlarmLine], by: Staff, at: datetime) -> None:
    new = {line.subject for line in lines if line.name} - {line.subject for line in before}
    if new:
        figures = {"purpose": Purpose.COUNT_CHECK, "people": len(new)}
        audit.record_look_up(audit.Act.LIST_LOOKED_UP, by=by, at=at, subject=f"alarms of unit {by.unit}", figures=figures)
