"""Testing institutions: adding, listing, changing, suspending and resuming."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.shifts import MOST_A_SHIFT as MOST_A_SHIFT
from hbcore.services import audit, units
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.refusals import refusals_recorded
from hbcore.storage.tables import Institution, StaffInstitution, StaffRow, Upload

CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{1,31}", re.ASCII)
LONGEST_NAME = 80


@dataclass(frozen=True)
class InstitutionSeen:
    """A testing institution."""

    code: str
    name: str
    unit: str
    suspended_at: datetime | None
    suspended_reason: str | None
    positives_a_shift: int


@dataclass(frozen=True)
class InstitutionKept:
    """A testing institution as who keeps it sees it: its liaisons as colleagues know them, and when it last uploaded."""

    seen: InstitutionSeen
    liaisons: tuple[str, ...]
    last_upload_at: datetime | None


def add(code: str, name: str, unit: str, *, by: Staff, at: datetime) -> InstitutionSeen:
    """Add a testing institution; its code is kept in capitals, its name as lines of laboratory files give it.

    :raises Refused: `bad_institution_code`, `bad_institution_name`, `institution_taken`, `unknown_unit`.
    """
    code = code.strip().upper()
    if not CODE.fullmatch(code):
        raise Refused("bad_institution_code")
    name = _named(name)
    with acting(by, Permission.KEEP_INSTITUTIONS, at) as session:
        units.unit(session, unit)
        taken = (col(Institution.code) == code) | (col(Institution.name) == name)
        if session.exec(select(Institution.code).where(taken)).first() is not None:
            raise Refused("institution_taken")
        row = Institution(code=code, name=name, unit=unit, recorded_at=at)
        session.add(row)
        audit.record(session, audit.Act.INSTITUTION_ADDED, by=by, at=at, subject=f"institution {code}", figures={"unit": unit})
        return _seen(row)


def suspend(code: str, reason: str, *, by: Staff, at: datetime) -> InstitutionSeen:
    """Take no more results of an institution.

    :raises Refused: `unknown_institution`, `already_suspended`, `reason_needed`.
    """
    if not reason.strip():
        raise Refused("reason_needed")
    with acting(by, Permission.KEEP_INSTITUTIONS, at) as session:
        row = _row(session, code)
        if row.suspended_at is not None:
            raise Refused("already_suspended")
        row.suspended_at, row.suspended_reason = at, reason.strip()
        session.add(row)
        audit.record(session, audit.Act.INSTITUTION_SUSPENDED, by=by, at=at, subject=f"institution {row.code}")
        return _seen(row)


def own(*, by: Staff, at: datetime) -> tuple[InstitutionSeen, ...]:
    """A liaison's own institutions by name. Of those that are suspended nothing is taken in."""
    with reading(by, Permission.IMPORT_RESULTS, at) as session:
        named = select(Institution).where(col(Institution.code).in_(by.institutions)).order_by(col(Institution.name))
        return tuple(map(_seen, session.exec(named)))


def resume(code: str, *, by: Staff, at: datetime) -> InstitutionSeen:
    """Take results of a suspended institution again.

    :raises Refused: `unknown_institution`, `not_suspended`.
    """
    with acting(by, Permission.KEEP_INSTITUTIONS, at) as session:
        row = _row(session, code)
        if row.suspended_at is None:
            raise Refused("not_suspended")
        row.suspended_at = row.suspended_reason = None
        session.add(row)
        audit.record(session, audit.Act.INSTITUTION_RESUMED, by=by, at=at, subject=f"institution {row.code}")
        return _seen(row)


def change(code: str, name: str, unit: str, *, by: Staff, at: datetime) -> InstitutionSeen:
    """Rename an institution or move it to another unit; results already recorded stay counted where they were.

    :raises Refused: `unknown_institution`, `nothing_changed`, `bad_institution_name`, `institution_taken`, `unknown_unit`.
    """
    name = _named(name)
    with acting(by, Permission.KEEP_INSTITUTIONS, at) as session:
        row = _row(session, code)
        before, after = {"name": row.name, "unit": row.unit}, {"name": name, "unit": unit}
        if before == after:
            raise Refused("nothing_changed")
        units.unit(session, unit)
        taken = (col(Institution.name) == name) & (col(Institution.code) != row.code)
        if session.exec(select(Institution.code).where(taken)).first() is not None:
            raise Refused("institution_taken")
        row.name, row.unit = name, unit
        session.add(row)
        figures = {"before": before, "after": after}
        audit.record(session, audit.Act.INSTITUTION_CHANGED, by=by, at=at, subject=f"institution {row.code}", figures=figures)
        return _seen(row)


def set_limit(code: str, positives: int, *, by: Staff, at: datetime) -> InstitutionSeen:
    """How many single-specimen positives of one account stand in one shift without a second account (model part 6).

    Files already taken in stay as they are; those of the running shift count against the new limit.

    :raises Refused: `unknown_institution`, `bad_limit` below 0 or above `MOST_A_SHIFT`, `nothing_changed`.
    """
    with refusals_recorded(by, at, f"institution {code}"), acting(by, Permission.KEEP_INSTITUTIONS, at) as session:
        row = _row(session, code)
        if not 0 <= positives <= MOST_A_SHIFT:
            raise Refused("bad_limit", most=MOST_A_SHIFT)
        if positives == row.positives_a_shift:
            raise Refused("nothing_changed")
        figures = {"before": row.positives_a_shift, "after": positives}
        row.positives_a_shift = positives
        session.add(row)
        audit.record(session, audit.Act.LIMIT_SET, by=by, at=at, subject=f"institution {row.code}", figures=figures)
        return _seen(row)


def kept(*, by: Staff, at: datetime) -> tuple[InstitutionKept, ...]:
    """All institutions by code, each with its active liaisons and its last upload."""
    with reading(by, Permission.KEEP_INSTITUTIONS, at) as session:
        liaisons: dict[str, list[str]] = {}
        working = (
            select(StaffInstitution.institution, StaffRow.full_name)
            .join(StaffRow, col(StaffRow.id) == StaffInstitution.staff_id)
            .where(col(StaffRow.disabled_at).is_(None))
            .order_by(StaffRow.name)
        )
        for code, full_name in session.exec(working):
            liaisons.setdefault(code, []).append(full_name)
        rows = session.exec(select(Institution).order_by(Institution.code)).all()
        return tuple(
            InstitutionKept(_seen(row), tuple(liaisons.get(row.code, ())), _last_upload(session, row.code)) for row in rows
        )


def _last_upload(session: Session, code: str) -> datetime | None:
    # One seek each: there are some hundred institutions, and many uploads.
    newest = select(Upload.recorded_at).where(Upload.institution == code).order_by(col(Upload.recorded_at).desc())
    return session.exec(newest.limit(1)).first()


def listed(*, by: Staff, at: datetime) -> tuple[InstitutionSeen, ...]:
    """All institutions by code, for who keeps them."""
    with reading(by, Permission.KEEP_INSTITUTIONS, at) as session:
        return tuple(_seen(row) for row in session.exec(select(Institution).order_by(Institution.code)))


def institution(session: Session, code: str) -> InstitutionSeen:
    """The institution `code`, in the caller's transaction.

    :raises Refused: `unknown_institution`.
    """
    row = session.get(Institution, code)
    if row is None:
        raise Refused("unknown_institution")
    return _seen(row)


def _row(session: Session, code: str) -> Institution:
    row = session.get(Institution, code.strip().upper())
    if row is None:
        raise Refused("unknown_institution")
    return row


def _named(name: str) -> str:
    name = unicodedata.normalize("NFC", name).strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Refused("bad_institution_name")
    return name


def _seen(row: Institution) -> InstitutionSeen:
    return InstitutionSeen(row.code, row.name, row.unit, row.suspended_at, row.suspended_reason, row.positives_a_shift)
