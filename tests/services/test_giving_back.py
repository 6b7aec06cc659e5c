"""What was taken over is given back at once: to where each was, but for what was worked on or is held; the clock runs on."""

from datetime import timedelta

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import PROVINCE, Role
from hbcore.services import applications, giving_back, taking_over
from tests.services.applying import AT, JIANGAN, WUCHANG, WUHAN, YICHANG, acts, refusals, reviewer, rows
from tests.services.test_taking_over import H, enter
from tests.standing import staff

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clerk(database):
    return reviewer("clerk")


@pytest.fixture
def above(database):
    return reviewer("above")


@pytest.fixture
def supervisor(database):
    return staff(Role.SUPERVISOR, AT, name="supervisor", unit=PROVINCE)


def units() -> list[str]:
    return [str(unit) for (unit,) in rows("SELECT unit FROM application ORDER BY receipt")]


def kept(by, at=AT + 2 * H) -> list[tuple[str, int]]:
    return [(one.unit.code, one.n) for one in giving_back.kept(by=by, at=at)]


def test_all_of_a_unit_goes_back_in_one_act_and_its_clock_runs_on(clerk, above):
    for place, unit in enumerate((WUCHANG, WUCHANG, JIANGAN)):
        enter(clerk, place, unit=unit)
    before = rows("SELECT due_at FROM application ORDER BY receipt")
    for later, unit in enumerate((WUCHANG, JIANGAN)):
        taking_over.take_over(unit, overdue_only=False, by=above, at=AT + H + timedelta(seconds=later))
    assert kept(above) == [(JIANGAN, 1), (WUCHANG, 2)]

    n = giving_back.give_back(WUCHANG, by=above, at=AT + 2 * H)

    assert (n, units()) == (2, [WUCHANG, WUCHANG, WUHAN])
    assert rows("SELECT due_at FROM application ORDER BY receipt") == before
    assert acts()[-1] == "given_back"
    assert kept(above) == [(JIANGAN, 1)]
    steps = rows("SELECT act, before, after FROM application_step ORDER BY at, id")
    assert steps[-2:] == [("transfer", WUHAN, WUCHANG)] * 2


def test_two_take_overs_of_one_unit_go_back_together(clerk, above):
    enter(clerk, 0, AT - 24 * H)
    taking_over.take_over(WUCHANG, overdue_only=True, by=above, at=AT)
    enter(clerk, 1)
    taking_over.take_over(WUCHANG, overdue_only=False, by=reviewer("second"), at=AT + H)

    assert giving_back.give_back(WUCHANG, by=above, at=AT + 2 * H) == 2


def test_what_is_taken_again_after_it_was_given_back_is_counted_once(clerk, above):
    enter(clerk)
    for hour in range(2):
        taking_over.take_over(WUCHANG, overdue_only=False, by=above, at=AT + 2 * hour * H)
        assert giving_back.give_back(WUCHANG, by=above, at=AT + (2 * hour + 1) * H) == 1


def test_what_was_worked_on_or_is_held_stays(clerk, above, supervisor):
    decided, asked, handed_on, held, untouched = (enter(clerk, place) for place in range(5))
    taking_over.take_over(WUCHANG, overdue_only=False, by=above, at=AT)
    applications.approve(decided, by=above, at=AT + H)
    applications.ask(asked, ["address"], by=above, at=AT + H)
    applications.transfer(handed_on, YICHANG, by=supervisor, at=AT + H)
    applications.claim(held, by=above, at=AT + H)

    assert kept(above, AT + H) == [(WUCHANG, 1)]
    giving_back.give_back(WUCHANG, by=above, at=AT + H)

    where = dict(rows("SELECT id, unit FROM application"))
    assert where == {decided: WUHAN, asked: WUHAN, handed_on: YICHANG, held: WUHAN, untouched: WUCHANG}
    with pytest.raises(Refused, match="nothing_to_give_back"):
        giving_back.give_back(WUCHANG, by=above, at=AT + H)
    assert refusals() == ['{"why": "nothing_to_give_back"}']


def test_what_came_otherwise_or_long_ago_or_to_others_is_none_of_it(clerk, above, supervisor):
    enter(clerk, 0)
    taking_over.take_over(WUCHANG, overdue_only=False, by=above, at=AT)
    applications.transfer(enter(clerk, 1), WUHAN, by=supervisor, at=AT)

    assert kept(reviewer("elsewhere", YICHANG)) == []
    assert kept(above, AT + timedelta(days=7)) == []
    assert kept(above, AT + timedelta(days=7) - H) == [(WUCHANG, 1)]
