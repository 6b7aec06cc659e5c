"""Keeping the units: offices and development zones without a national code, names, and who serves where."""

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Role
from hbcore.services import audit, units
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.units import UnitSeen
from hbcore.storage.tables import StaffRow, Unit

OFFICE = "office"
MAY_HOLD_OFFICES = ("province", "prefecture", "county")
MOST_OFFICES = 99
LONGEST_NAME = 40
SERVES = (Role.DISTRICT_STAFF, Role.SUPERVISOR)
"""Whose scope is a unit and what lies below."""


@dataclass(frozen=True)
class UnitKept:
    """A unit as who keeps it sees it: its own active staff, and the nearest unit at or above it whose staff serve it."""

    unit: UnitSeen
    staff: int
    served_by: str | None


def add(parent: str, name_zh: str, name_en: str, *, by: Staff, at: datetime) -> UnitSeen:
    """Add an office or a development zone below a unit with a national code; its own code is that code, `-`, two digits.

    :raises Refused: `bad_unit_name`, `unknown_unit`, `no_office_here`, `unit_name_taken`, `offices_used_up`.
    """
    name_zh, name_en = _named(name_zh), _named(name_en or name_zh)
    with acting(by, Permission.KEEP_UNITS, at) as session:
        above = units.unit(session, parent)
        if above.level not in MAY_HOLD_OFFICES:
            raise Refused("no_office_here")
        code = _free_code(session, parent)
        _check_free(session, code, parent, name_zh)
        row = Unit(code=code, name_zh=name_zh, name_en=name_en, parent=parent, level=OFFICE)
        session.add(row)
        figures = {"name_zh": name_zh, "name_en": name_en, "parent": parent}
        audit.record(session, audit.Act.UNIT_ADDED, by=by, at=at, subject=f"unit {code}", figures=figures)
        return UnitSeen(code, name_zh, name_en, parent, OFFICE)


def rename(code: str, name_zh: str, name_en: str, *, by: Staff, at: datetime) -> UnitSeen:
    """Give a unit other names; its code stays.

    :raises Refused: `bad_unit_name`, `unknown_unit`, `unit_name_taken`, `nothing_changed`.
    """
    name_zh, name_en = _named(name_zh), _named(name_en or name_zh)
    with acting(by, Permission.KEEP_UNITS, at) as session:
        before = units.unit(session, code)
        if (before.name_zh, before.name_en) == (name_zh, name_en):
            raise Refused("nothing_changed")
        _check_free(session, code, before.parent, name_zh)
        session.execute(sa.update(Unit).where(col(Unit.code) == code).values(name_zh=name_zh, name_en=name_en))
        figures = {
            "before": {"name_zh": before.name_zh, "name_en": before.name_en},
            "after": {"name_zh": name_zh, "name_en": name_en},
        }
        audit.record(session, audit.Act.UNIT_RENAMED, by=by, at=at, subject=f"unit {code}", figures=figures)
        return UnitSeen(code, name_zh, name_en, before.parent, before.level)


def kept(*, by: Staff, at: datetime) -> tuple[UnitKept, ...]:
    """The tree of units in the order of a printed list, each below the one above it."""
    with reading(by, Permission.KEEP_UNITS, at) as session:
        placed = session.exec(
            select(StaffRow.unit, StaffRow.role).where(col(StaffRow.unit).is_not(None), col(StaffRow.disabled_at).is_(None))
        ).all()
    staff = Counter(unit for unit, _role in placed)
    serving = {unit for unit, role in placed if unit and role in SERVES}
    known = {one.code: one for one in units.listed()}
    ordered = sorted(known.values(), key=lambda one: _line(one.code, known))
    return tuple(UnitKept(one, staff[one.code], _served_by(one.code, known, serving)) for one in ordered)


def _line(code: str, known: Mapping[str, UnitSeen]) -> tuple[str, ...]:
    parent = known[code].parent
    return (*(_line(parent, known) if parent else ()), code)


def _served_by(code: str, known: Mapping[str, UnitSeen], serving: set[str]) -> str | None:
    return next((above for above in reversed(_line(code, known)) if above in serving), None)


def _named(name: str) -> str:
    name = unicodedata.normalize("NFC", name).strip()
    if not 2 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise Refused("bad_unit_name")
    return name


def _free_code(session: Session, parent: str) -> str:
    taken = set(session.exec(select(Unit.code).where(Unit.parent == parent)))
    codes = (f"{parent}-{number:02}" for number in range(1, MOST_OFFICES + 1))
    code = next((one for one in codes if one not in taken), None)
    if code is None:
        raise Refused("offices_used_up")
    return code


def _check_free(session: Session, code: str, parent: str | None, name_zh: str) -> None:
    beside = select(Unit.code).where(Unit.parent == parent, Unit.name_zh == name_zh, Unit.code != code)
    if session.exec(beside).first() is not None:
        raise Refused("unit_name_taken")
