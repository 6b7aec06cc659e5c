"""Taking over from a county where nobody is on duty: many at once, one event, the clock runs on, the county is told."""

import os
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from hbcore.domain.alarms import AlarmKind
from hbcore.domain.duty import Duty
from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import alarms, applications, taking_over
from hbcore.services.acting import Staff
from hbcore.storage.engine import engine
from hbcore.storage.staff_rows import SESSIONS
from tests.services.applying import AT, JIANGAN, PERMIT, WUCHANG, WUHAN, YICHANG, acts, reviewer, rows
from tests.standing import staff

pytestmark = pytest.mark.usefixtures("database")

H = timedelta(hours=1)


@pytest.fixture
def above() -> Staff:
    return reviewer("above")


@pytest.fixture
def there() -> Staff:
    return reviewer("there", WUCHANG)


def enter(by: Staff, place: int = 0, at=AT, **more) -> int:
    return applications.enter(replace(PERMIT, document_number=f"H{10_000_000 + place}", **more), by=by, at=at).id


def sign_in(who: Staff, at=AT, ended=None) -> None:
    session = {"id_hash": os.urandom(16), "staff_id": who.id, "began_at": at, "seen_at": at, "ended_at": ended}
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(SESSIONS.insert().values(**session))


def where() -> list[tuple[object, ...]]:
    return rows("SELECT unit, state, due_at FROM application ORDER BY id")


def test_all_that_waits_comes_over_in_one_act_and_its_clock_runs_on(clerk, above, there):
    enter(clerk, 0)
    enter(clerk, 1)
    applications.send_on(enter(clerk, 2), by=above, at=AT)
    applications.ask(enter(clerk, 3), ["address"], by=above, at=AT)
    enter(clerk, 4, unit=JIANGAN)
    before = where()

    taken = taking_over.take_over(WUCHANG, overdue_only=False, by=above, at=AT + H)

    assert taken == 3
    assert [unit for unit, _, _ in where()] == [WUHAN, WUHAN, WUHAN, WUCHANG, JIANGAN]
    assert [row[1:] for row in where()] == [row[1:] for row in before]
    assert acts().count("taken_over") == 1
    assert rows("SELECT act, before, after FROM application_step WHERE act = 'transfer'") == [("transfer", WUCHANG, WUHAN)] * 3


def test_only_what_is_overdue_comes_over_where_that_is_asked_for(clerk, above):
    enter(clerk, 0, AT - 24 * H)
    enter(clerk, 1, AT - 23 * H)

    assert taking_over.take_over(WUCHANG, overdue_only=True, by=above, at=AT) == 1
    assert [unit for unit, _, _ in where()] == [WUHAN, WUCHANG]


def test_what_somebody_holds_stays_with_them(clerk, above):
    held, _free = enter(clerk, 0), enter(clerk, 1)
    applications.claim(held, by=reviewer("colleague"), at=AT)

    assert taking_over.take_over(WUCHANG, overdue_only=False, by=above, at=AT) == 1
    assert [unit for unit, _, _ in where()] == [WUCHANG, WUHAN]


def test_a_reviewer_who_is_signed_in_keeps_the_units_applications(clerk, above, there):
    enter(clerk)
    sign_in(there)

    with pytest.raises(Refused, match="somebody_on_duty"):
        taking_over.take_over(WUCHANG, overdue_only=False, by=above, at=AT + timedelta(minutes=14))
    assert taking_over.take_over(WUCHANG, overdue_only=False, by=above, at=AT + timedelta(minutes=15)) == 1


def test_a_reviewer_who_has_signed_out_is_not_there(clerk, above, there):
    enter(clerk)
    sign_in(there, ended=AT)

    assert taking_over.take_over(WUCHANG, overdue_only=False, by=above, at=AT) == 1


def test_the_units_that_nobody_minds_are_listed_first_with_what_waits(clerk, above, there):
    enter(clerk, 0)
    enter(clerk, 1, AT - 24 * H)
    enter(clerk, 2, unit=JIANGAN)
    sign_in(there)

    found = taking_over.left_alone(by=above, at=AT)

    assert [(one.unit.code, one.waiting, one.overdue, one.there, one.why_not) for one in found] == [
        (JIANGAN, 1, 0, Duty.NO_REVIEWERS, None),
        (WUCHANG, 2, 1, Duty.ON_DUTY, "somebody_on_duty"),
    ]


def test_the_county_is_told_by_an_alarm_for_a_day(clerk, above):
    enter(clerk)
    taking_over.take_over(WUCHANG, overdue_only=False, by=above, at=AT)
    supervisor = staff(Role.SUPERVISOR, AT, name="supervisor", unit=WUCHANG)
    elsewhere = staff(Role.SUPERVISOR, AT, name="elsewhere", unit=YICHANG)

    (line,) = alarms.seen_now((AlarmKind.TAKEN_OVER,), by=supervisor, at=AT + H).lines

    assert (line.unit, line.n, line.account) == (WUCHANG, 1, "above")
    assert alarms.seen_now((AlarmKind.TAKEN_OVER,), by=elsewhere, at=AT + H).lines == ()
    assert alarms.seen_now((AlarmKind.TAKEN_OVER,), by=supervisor, at=AT + 24 * H).lines == ()


@pytest.mark.parametrize(
    ("unit", "own", "code"),
    [
        (WUCHANG, YICHANG, "not_your_unit"),
        (WUHAN, WUHAN, "not_your_unit"),
        (WUCHANG, WUCHANG, "take_over_from_above"),
        ("nowhere", WUHAN, "unknown_unit"),
        (JIANGAN, WUHAN, "nothing_waits"),
    ],
)
def test_nobody_takes_over_from_elsewhere_or_where_nothing_waits(clerk, unit, own, code):
    enter(clerk)

    with pytest.raises(Refused, match=code):
        taking_over.take_over(unit, overdue_only=False, by=reviewer("somebody", own), at=AT)

    assert [unit for unit, _, _ in where()] == [WUCHANG]


def test_two_who_take_over_at_once_take_each_application_once(clerk, above):
    for place in range(5):
        enter(clerk, place)
    second, taken, gate = reviewer("second"), [], threading.Barrier(2)

    def take(who: Staff) -> None:
        gate.wait()
        try:
            taken.append(taking_over.take_over(WUCHANG, overdue_only=False, by=who, at=AT))
        except Refused as refused:
            taken.append(refused.code)

    both = [threading.Thread(target=take, args=(who,)) for who in (above, second)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert sorted(map(str, taken)) == ["5", "nothing_waits"]
    assert len(rows("SELECT 1 FROM application_step")) == 5
