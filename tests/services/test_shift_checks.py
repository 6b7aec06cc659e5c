"""A shift at a gate: where it is, the checks in it without names, and the last one taken back."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.numbers import look_up_number
from hbcore.domain.presented import Travel, Way
from hbcore.domain.vocabulary import Colour, Outcome
from hbcore.services import audit, gate_shifts, presenting, shift_checks
from hbcore.services.acting import Staff
from hbcore.storage.engine import access_engine
from hbcore.storage.tables import look_up_event
from tests import standing
from tests.services.gates import GATE, digits, guard
from tests.services.numbers import resident_number
from tests.standing import Sampled

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)


@pytest.fixture
def by(database: Path) -> Staff:
    standing.institution(AT)
    return guard(AT)


def after(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


def somebody(place: int, outcome: Outcome | None = None) -> str:
    """The digits of somebody; with a result they have a colour by it."""
    person = standing.person(resident_number(place), AT)
    if outcome:
        standing.result(person, Sampled(outcome, AT - timedelta(hours=5)), AT)
    return digits(person, AT)


def check(text: str, by: Staff, minutes: float) -> None:
    presenting.present(text, way=Way.WEDGE, by=by, at=after(minutes))


def test_a_place_stays_for_the_shift_and_is_asked_again_the_next_day(by):
    seen = gate_shifts.places(by=by, at=AT + timedelta(hours=11, minutes=59))
    assert seen.now is not None
    assert (seen.now.place, seen.now.began_at) == (GATE, AT)

    next_day = gate_shifts.places(by=by, at=AT + timedelta(hours=12))
    assert (next_day.now, next_day.before) == (None, GATE)
    with pytest.raises(Refused, match="no_place_chosen"):
        shift_checks.checks(by=by, at=AT + timedelta(hours=12))


def test_places_used_before_within_the_unit_are_there_to_choose_the_latest_first(by):
    other = guard(after(1), name="other", place="古琴台地铁站")
    gate_shifts.begin("武昌火车站西出口", by=by, at=after(2))
    standing_elsewhere = standing.staff(by.role, AT, name="far", unit=standing.YICHANG)
    gate_shifts.begin("宜昌东站", by=standing_elsewhere, at=after(3))

    assert gate_shifts.places(by=other, at=after(4)).used == ("武昌火车站西出口", "古琴台地铁站", GATE)


@pytest.mark.parametrize("place", ["", "  ", "门" * 61, "东门\u202e"])
def test_a_place_is_a_short_name_that_can_be_printed(by, place):
    with pytest.raises(Refused, match="bad_place"):
        gate_shifts.begin(place, by=by, at=after(1))


def test_the_shift_counts_by_colour_and_lists_the_newest_first_without_names(by):
    for minute, text in enumerate((somebody(1), somebody(2, Outcome.POSITIVE), somebody(3), look_up_number("00000000001"))):
        check(text, by, minute)

    seen = shift_checks.checks(by=by, at=after(5))

    assert seen.counts == {"green": 2, "red": 1, "nobody": 1}
    listed = [(one.at, one.colour, one.nobody, one.travel, one.way) for one in seen.newest]
    assert listed == [
        (after(3), None, True, None, Way.WEDGE),
        (after(2), Colour.GREEN, False, Travel.NO, Way.WEDGE),
        (after(1), Colour.RED, False, Travel.NO, Way.WEDGE),
        (after(0), Colour.GREEN, False, Travel.NO, Way.WEDGE),
    ]


def test_only_ones_own_checks_of_this_shift_count_and_newer_ones_are_added_to_what_was_read(by):
    other = guard(AT, name="other")
    check(somebody(1), other, 0)
    check(somebody(2), by, 1)
    before = shift_checks.checks(by=by, at=after(2))
    check(somebody(3), by, 3)

    again = shift_checks.checks(before=before, by=by, at=after(4))

    assert (before.counts, again.counts) == ({"green": 1}, {"green": 2})
    assert again == shift_checks.checks(by=by, at=after(4))
    gate_shifts.begin("另一处", by=by, at=after(5))
    assert shift_checks.checks(before=again, by=by, at=after(6)).counts == {}


def test_the_last_check_is_taken_back_by_an_event_and_its_own_stays(by):
    check(somebody(1, Outcome.POSITIVE), by, 0)
    check(somebody(2), by, 1)
    before = shift_checks.checks(by=by, at=after(2))

    taken = shift_checks.undo(by=by, at=after(3))

    assert taken.colour == Colour.GREEN
    seen = shift_checks.checks(before=before, by=by, at=after(4))
    assert seen.counts == {"green": 0, "red": 1}
    assert [one.undone for one in seen.newest] == [True, False]
    with access_engine().connect() as connection:
        checked, undone = connection.execute(sa.select(look_up_event).order_by(look_up_event.c.seq)).all()[-2:]
    assert (checked.act, undone.act, undone.subject) == ("code_checked", "check_undone", checked.subject)
    assert json.loads(undone.figures) == {"place": GATE, "number": checked.seq}
    assert [state.broken_at for state in audit.verify()] == [None, None]


def test_only_the_last_check_is_taken_back_once_and_within_ten_minutes(by):
    with pytest.raises(Refused, match="nothing_to_undo"):
        shift_checks.undo(by=by, at=after(0))
    check(somebody(1), by, 1)
    check(somebody(2), by, 2)
    with pytest.raises(Refused, match="nothing_to_undo"):
        shift_checks.undo(by=by, at=after(12.1))
    shift_checks.undo(by=by, at=after(12))
    with pytest.raises(Refused, match="nothing_to_undo"):
        shift_checks.undo(by=by, at=after(12))


def test_nobody_takes_back_a_check_of_somebody_else(by):
    other = guard(AT, name="other")
    check(somebody(1), other, 1)

    with pytest.raises(Refused, match="nothing_to_undo"):
        shift_checks.undo(by=by, at=after(2))
