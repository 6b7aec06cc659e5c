"""A gate of the demonstration: the shift of this morning, codes of every colour, one slip taken back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random

import sqlalchemy as sa

from hbcore.domain.known import micros
from hbcore.domain.numbers import look_up_number
from hbcore.domain.presented import Way
from hbcore.domain.vocabulary import Colour
from hbcore.services import gate_shifts, presenting, shift_checks
from hbcore.services.demo.province import Province
from hbcore.storage.code_rows import SEGMENTS
from hbcore.storage.engine import engine
from hbcore.storage.instants import raw
from hbcore.storage.people_rows import PERSONS

STAFF, GATE = "checkpoint_staff", "武昌火车站东出站口"
BEFORE = ("武昌火车站西出口", "古琴台地铁站A口")
BEGAN = timedelta(hours=3)
SHOWN = (Colour.GREEN,) * 14 + (Colour.YELLOW, Colour.RED, Colour.GREY)
CHECKS = 32
NOBODYS = look_up_number("00000000001")


def plan_checks(province: Province) -> None:
    """Put the shift down in the time-line, and the places of days before."""
    drawn, put, ends = province.chance("checks"), province.timeline.put, province.timeline.ends
    for back, place in enumerate(BEFORE, 1):
        put(province.days.back(back, 8), partial(_stand, province, place))
    put(ends - BEGAN, partial(_stand, province, GATE))
    for turn in range(CHECKS):
        put(ends - BEGAN + timedelta(minutes=5 * turn + drawn.random() * 4 + 1), partial(_check, province, drawn, turn))
    put(ends - timedelta(minutes=12), partial(_slip, province))


def _stand(province: Province, place: str, at: datetime) -> None:
    gate_shifts.begin(place, by=province.staff[STAFF], at=at)


def _check(province: Province, drawn: Random, turn: int, at: datetime) -> None:
    with engine().connect() as connection:
        numbers = numbers_of(connection, drawn.choice(SHOWN) if turn > len(SHOWN) else SHOWN[-turn], at)
    way = drawn.choice((Way.CAMERA, Way.CAMERA, Way.WEDGE, Way.DIGITS))
    presenting.present(drawn.choice(numbers) if numbers else NOBODYS, way=way, by=province.staff[STAFF], at=at)


def _slip(province: Province, at: datetime) -> None:
    by, before = province.staff[STAFF], at - timedelta(seconds=20)
    presenting.present(NOBODYS, way=Way.DIGITS, by=by, at=before)
    shift_checks.undo(by=by, at=at)


def numbers_of(connection: sa.Connection, colour: Colour, at: datetime) -> Sequence[str]:
    """Look-up numbers of people who have a colour at an instant."""
    until = raw(SEGMENTS.c.until_at)
    wanted = (
        sa.select(PERSONS.c.number)
        .join(SEGMENTS, SEGMENTS.c.person_id == PERSONS.c.id)
        .where(
            SEGMENTS.c.colour == str(colour), raw(SEGMENTS.c.from_at) <= micros(at), sa.or_(until.is_(None), until > micros(at))
        )
        .order_by(PERSONS.c.id)
        .limit(40)
    )
    return [look_up_number(f"{number:011}") for number in connection.scalars(wanted)]
