"""How much the public form takes from one network, with one document and in all; seen and changed by who keeps the units."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.settings import change_in
from hbcore.storage.prepared import Prepared
from hbcore.storage.tables import Setting


class FormLimit(StrEnum):
    """A limit, and the name of its setting. With the proof of the page's script; without it far less passes."""

    NETWORK_HOUR = "form_network_hour"
    NETWORK_DAY = "form_network_day"
    DOCUMENT_DAY = "form_document_day"
    WAITING = "form_waiting"


class Bounds(NamedTuple):
    """How much, until it is changed, and between which it may lie."""

    usual: int
    least: int
    most: int


BOUNDS = {
    FormLimit.NETWORK_HOUR: Bounds(30, 5, 5_000),
    FormLimit.NETWORK_DAY: Bounds(120, 15, 20_000),
    FormLimit.DOCUMENT_DAY: Bounds(5, 2, 50),
    FormLimit.WAITING: Bounds(20_000, 100, 500_000),
}
"""A hotel in which a plane's passengers stay has one address: room for them, and for no machine. Waiting: applications from the
public form that are not decided; beyond, people are sent to a counter."""

_CHANGED: Prepared[tuple[str, int]] = Prepared(
    sa.select(col(Setting.name), col(Setting.value)).where(sa.or_(*(col(Setting.name) == str(limit) for limit in FormLimit))),
    lambda name, value: (name, int(value)),
)


def in_force(connection: sa.Connection) -> dict[FormLimit, int]:
    """Each limit as it is now. Needs no permission."""
    changed = dict(_CHANGED.rows(connection, {}))
    return {limit: changed.get(str(limit), BOUNDS[limit].usual) for limit in FormLimit}


def limits_now(*, by: Staff, at: datetime) -> dict[FormLimit, int]:
    """`in_force` for who keeps the units.

    :raises Refused: those of `reading`.
    """
    with reading(by, Permission.KEEP_UNITS, at) as session:
        return in_force(session.connection())


def change_limit(limit: FormLimit, to: int, *, by: Staff, at: datetime) -> int:
    """Another limit from now on; the limit. Who has been counted stays counted.

    :raises Refused: `bad_form_limit`, `nothing_changed`, and those of `acting`.
    """
    with acting(by, Permission.KEEP_UNITS, at) as session:
        if not BOUNDS[limit].least <= to <= BOUNDS[limit].most:
            raise Refused("bad_form_limit", least=BOUNDS[limit].least, most=BOUNDS[limit].most)
        change_in(session, str(limit), str(in_force(session.connection())[limit]), str(to), by=by, at=at)
    return to
