"""Testing institutions: adding, listing, suspending."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.services import audit, units
from hbcore.services.acting import Staff, acting, reading
from hbcore.storage.tables import Institution

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


def add(code: str, name: str, unit: str, *, by: Staff, at: datetime) -> InstitutionSeen:
    """Add a testing institution; its code is kept in capitals, its name as lines of laboratory files give it.

    :raises Refused: `bad_institution_code`, `bad_institution_name`, `institution_taken`, `unknown_unit`.
    """
    code, name = code.strip().upper(), unicodedata.normalize("NFC", name).strip()
    if not CODE.fullmatch(code):
        raise Refused("bad_institution_code")
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Refused("bad_institution_name")
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
        row = session.get(Institution, code.strip().upper())
        if row is None:
            raise Refused("unknown_institution")
        if row.suspended_at is not None:
            raise Refused("already_suspended")
        row.suspended_at, row.suspended_reason = at, reason.strip()
        session.add(row)
        audit.record(session, audit.Act.INSTITUTION_SUSPENDED, by=by, at=at, subject=f"institution {row.code}")
        return _seen(row)


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


def _seen(row: Institution) -> InstitutionSeen:
    return InstitutionSeen(row.code, row.name, row.unit, row.suspended_at, row.suspended_reason)
