"""Taking over on the page of applications: offered where units lie below, says how many and why not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hbcore.services import applications, taking_over
from hbcore.services.clock import now
from tests.pages.reviewing import press, said
from tests.services.applying import PERMIT, WUCHANG, WUHAN, reviewer, rows
from tests.services.test_taking_over import sign_in

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def waiting(database):
    clerk = reviewer("clerk")
    for place, hours in enumerate((25, 1)):
        draft = replace(PERMIT, document_number=f"H{10_000_000 + place}")
        applications.enter(draft, by=clerk, at=now() - timedelta(hours=hours))


def open_drawer(page, chosen=None):
    """Open it and choose a unit. AppTest runs the whole page: the opening button is pressed with it."""
    press(page, "接办下级")
    if chosen:
        page.selectbox(key="taken from").set_value(chosen)
        press(page, "接办下级")
    return page


def test_what_is_overdue_is_taken_over_after_it_was_said_how_many(visit, waiting):
    page = open_drawer(visit(reviewer("above")), WUCHANG)
    assert "1 件申领转到武汉市；已被认领的不动。时限照常计算，武昌区会收到预警。" in said(page)

    next(one for one in page.button if one.label == "接办下级…").click()
    page.button(key="take over").click().run()

    assert not page.exception
    assert sorted(unit for (unit,) in rows("SELECT unit FROM application")) == sorted([WUHAN, WUCHANG])


def test_where_somebody_is_on_duty_the_button_is_grey_and_says_why(visit, waiting):
    sign_in(reviewer("there", WUCHANG), now())

    page = open_drawer(visit(reviewer("above")), WUCHANG)

    assert page.button(key="take over").disabled
    assert "该辖区有审核员在岗，不能接办。请电话联系。" in said(page)


def test_who_works_in_a_county_is_not_offered_it(visit, waiting):
    page = visit(reviewer("there", WUCHANG))

    assert "接办下级…" not in [one.label for one in page.button]


def test_what_was_taken_over_is_given_back_with_one_press(visit, waiting):
    above = reviewer("above")
    taking_over.take_over(WUCHANG, overdue_only=False, by=above, at=now())
    page = open_drawer(visit(above))
    assert "从武昌区接办的申领还有 2 件在此待办，无人认领。" in said(page)

    next(one for one in page.button if one.label == "接办下级…").click()
    page.button(key=f"give back {WUCHANG}").click().run()

    assert not page.exception
    assert rows("SELECT DISTINCT unit FROM application") == [(WUCHANG,)]
