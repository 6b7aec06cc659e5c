"""Settings of the desk that are one value each, changed by who keeps the units."""

import re
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.services import audit
from hbcore.services.acting import Staff, acting, reading
from hbcore.storage.engine import engine
from hbcore.storage.prepared import Prepared
from hbcore.storage.tables import Setting

HOTLINE = "027-87122256"
"""Where somebody asks about their code, until it is changed (founding notice, domain part 1)."""

_NAME = "hotline"
_VALUE: Prepared[str] = Prepared(sa.select(col(Setting.value)).where(col(Setting.name) == sa.bindparam("name")), str)
_NUMBER = re.compile(r"\+?[0-9][0-9 -]{1,28}[0-9]")


def hotline_for_all() -> str:
    """`hotline` for the public pages: whom to call is everybody's to know, and most of all while the database is out of reach."""
    try:
        with Session(engine()) as session:
            return hotline(session)
    except sa.exc.SQLAlchemyError:
        return HOTLINE


def hotline(session: Session) -> str:
    """The telephone number where people ask about their code; it stands in reasons and on every card. Needs no permission."""
    return next(_VALUE.rows(session.connection(), {"name": _NAME}), HOTLINE)


def hotline_now(*, by: Staff, at: datetime) -> str:
    """`hotline` for who keeps the units.

    :raises Refused: those of `reading`.
    """
    with reading(by, Permission.KEEP_UNITS, at) as session:
        return hotline(session)


def change_hotline(number: str, *, by: Staff, at: datetime) -> str:
    """Another telephone number from now on; the number as it is kept.

    :raises Refused: `bad_phone_number`, `nothing_changed`, and those of `acting`.
    """
    number = number.strip()
    with acting(by, Permission.KEEP_UNITS, at) as session:
        if not _NUMBER.fullmatch(number):
            raise Refused("bad_phone_number")
        change_in(session, _NAME, hotline(session), number, by=by, at=at)
    return number


class Kept(StrEnum):
    """What is kept for so many days and then deleted by the clock; the name of its setting."""

    PHOTOS = "photo_days"
    READINGS = "reading_days"
    CODES = "code_days"


class Days(NamedTuple):
    """How many, until they are changed, and between which they may lie."""

    usual: int
    least: int
    most: int


DAYS = {Kept.PHOTOS: Days(7, 0, 90), Kept.READINGS: Days(14, 1, 90), Kept.CODES: Days(184, 184, 1_098)}
"""Applicants' photos: days after the decision. Normal temperatures at gates: after the day of the reading; contacts are watched
for 14 days (model part 5). Rows of the register of codes: after the code expired; they say who was shown what, and logs are kept
184 days (Cybersecurity Law, domain part 6)."""


def days(session: Session, kept: Kept) -> int:
    """For how many days something is kept. Needs no permission."""
    return int(next(_VALUE.rows(session.connection(), {"name": str(kept)}), DAYS[kept].usual))


def days_now(*, by: Staff, at: datetime) -> dict[Kept, int]:
    """`days` of everything, for who keeps the units.

    :raises Refused: those of `reading`.
    """
    with reading(by, Permission.KEEP_UNITS, at) as session:
        return {kept: days(session, kept) for kept in Kept}


def change_days(kept: Kept, to: int, *, by: Staff, at: datetime) -> int:
    """Keep something for another number of days from now on; the number.

    :raises Refused: `bad_days`, `nothing_changed`, and those of `acting`.
    """
    with acting(by, Permission.KEEP_UNITS, at) as session:
        if not DAYS[kept].least <= to <= DAYS[kept].most:
            raise Refused("bad_days", least=DAYS[kept].least, most=DAYS[kept].most)
        change_in(session, str(kept), str(days(session, kept)), str(to), by=by, at=at)
    return to


def change_in(session: Session, name: str, before: str, after: str, *, by: Staff, at: datetime) -> None:
    """Another value of a setting, with its event, in the caller's transaction.

    :raises Refused: `nothing_changed`.
    """
    if before == after:
        raise Refused("nothing_changed")
    session.merge(Setting(name=name, value=after))
    figures = {"before": before, "after": after}
    audit.record(session, audit.Act.SETTING_CHANGED, by=by, at=at, subject=f"setting {name}", figures=figures)
