"""Settings of the desk that are one value each, changed by who keeps the units."""

import re
from datetime import datetime

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
        _change(session, _NAME, hotline(session), number, by=by, at=at)
    return number


PHOTO_DAYS = 7
"""So many days after the decision the pictures of an application are deleted, until it is changed."""

_PHOTO_DAYS = "photo_days"
MOST_DAYS = 90


def photo_days(session: Session) -> int:
    """Days for which applicants' pictures outlive the decision. Needs no permission."""
    return int(next(_VALUE.rows(session.connection(), {"name": _PHOTO_DAYS}), PHOTO_DAYS))


def photo_days_now(*, by: Staff, at: datetime) -> int:
    """`photo_days` for who keeps the units.

    :raises Refused: those of `reading`.
    """
    with reading(by, Permission.KEEP_UNITS, at) as session:
        return photo_days(session)


def change_photo_days(days: int, *, by: Staff, at: datetime) -> int:
    """Delete applicants' pictures so many days after the decision from now on, 0 to 90.

    :raises Refused: `bad_days`, `nothing_changed`, and those of `acting`.
    """
    with acting(by, Permission.KEEP_UNITS, at) as session:
        if not 0 <= days <= MOST_DAYS:
            raise Refused("bad_days", most=MOST_DAYS)
        _change(session, _PHOTO_DAYS, str(photo_days(session)), str(days), by=by, at=at)
    return days


def _change(session: Session, name: str, before: str, after: str, *, by: Staff, at: datetime) -> None:
    if before == after:
        raise Refused("nothing_changed")
    session.merge(Setting(name=name, value=after))
    figures = {"before": before, "after": after}
    audit.record(session, audit.Act.SETTING_CHANGED, by=by, at=at, subject=f"setting {name}", figures=figures)
