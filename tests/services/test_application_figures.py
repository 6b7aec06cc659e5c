"""The supervisor's figures of applications: the clock, the ages, the parts, and that every number opens exactly its rows."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hbcore.domain.application_figures import Age, AppliedBehind, Compared
from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import application_figures, applications
from hbcore.services.acting import Staff
from hbcore.services.behind_figures import DecidedWanted
from hbcore.services.counted_rows import counted_rows
from tests.services.applying import AT, JIANGAN, PASSPORT, PERMIT, WUCHANG, WUHAN, YICHANG, look_ups
from tests.standing import staff

pytestmark = pytest.mark.usefixtures("database")

H, DAY = timedelta(hours=1), date(2020, 4, 27)
NOW = AT + 10 * H
"""19:00 on the day."""


@pytest.fixture
def supervisor() -> Staff:
    return staff(Role.SUPERVISOR, AT, name="supervisor", unit=WUHAN)


def enter(by: Staff, place: int = 0, at=AT, **more) -> int:
    return applications.enter(replace(PERMIT, document_number=f"H{10_000_000 + place}", **more), by=by, at=at).id


def seen(by: Staff, at=NOW, last: date = DAY, **more) -> application_figures.ApplicationFigures:
    return application_figures.figures(DAY, last, by=by, at=at, **more)


def behind(of: AppliedBehind, by: Staff, at=NOW, last: date = DAY, **more) -> set[str]:
    rows = counted_rows(DecidedWanted(DAY, last, of, **more), by=by, at=at)
    assert rows.total == len(rows.rows)
    return {row.receipt for row in rows.rows}


def test_the_clock_stands_while_the_applicant_is_asked(clerk, first, supervisor):
    id_ = enter(clerk)
    applications.ask(id_, ["address"], by=first, at=AT + H)
    applications.answer(id_, replace(PERMIT, document_number="H10000000"), by=clerk, at=AT + 6 * H)
    applications.approve(id_, by=first, at=AT + 8 * H)

    part = seen(supervisor).whole

    assert (part.decided, part.approved, part.within) == (1, 1, 1)
    assert part.median == pytest.approx(3.0, abs=0.01)


def test_what_was_decided_late_or_on_another_day_is_told_apart(clerk, first, supervisor):
    applications.approve(enter(clerk, 0, AT - 30 * H), by=first, at=AT)
    applications.refuse(enter(clerk, 1, AT - 2 * H), ["not_in_hubei"], by=first, at=AT)
    applications.approve(enter(clerk, 2, AT - 3 * H), by=first, at=AT - 2 * H)  # 07:00 the same day
    applications.approve(enter(clerk, 3, AT - 12 * H), by=first, at=AT - 10 * H)  # 23:00 the day before

    found = seen(supervisor)

    assert (found.whole.decided, found.whole.within, found.whole.approved) == (3, 2, 2)
    assert found.refused_for == {"not_in_hubei": 1}
    assert len(behind(AppliedBehind(decided=True), supervisor)) == 3
    assert len(behind(AppliedBehind(decided=True, late=True), supervisor)) == 1
    assert len(behind(AppliedBehind(decided=True, approved=True), supervisor)) == 2
    assert len(behind(AppliedBehind(decided=True, refused_for="not_in_hubei"), supervisor)) == 1


def test_what_waits_is_counted_by_the_age_of_its_clock(clerk, first, supervisor):
    ages = {0: 5.9, 1: 6.0, 2: 11.9, 3: 12.0, 4: 23.9, 5: 24.0, 6: 60.0}
    for place, hours in ages.items():
        enter(clerk, place, NOW - timedelta(hours=hours))
    applications.ask(enter(clerk, 7, NOW - 50 * H), ["address"], by=first, at=NOW)
    applications.send_on(enter(clerk, 8, NOW - H), by=first, at=NOW)

    found = seen(supervisor)

    assert found.waiting == {Age.UNDER_6: 2, Age.UNDER_12: 2, Age.UNDER_24: 2, Age.OVERDUE: 2}
    assert {age: len(behind(AppliedBehind(age=age), supervisor)) for age in Age} == found.waiting


def test_each_unit_below_stands_in_a_line_and_the_lines_add_up(clerk, first, supervisor):
    applications.approve(enter(clerk, 0), by=first, at=AT + H)
    applications.approve(enter(clerk, 1, unit=JIANGAN), by=first, at=AT + 2 * H)
    enter(clerk, 2, unit=JIANGAN)
    enter(clerk, 3, unit=WUHAN)

    found = seen(supervisor)

    lines = {(one.code, one.direct): one for one in found.units}
    assert lines[WUCHANG, False].part.decided == lines[JIANGAN, False].part.decided == 1
    assert lines[JIANGAN, False].waiting[Age.UNDER_12] == lines[WUHAN, True].waiting[Age.UNDER_12] == 1
    assert sum(one.part.decided for one in found.units) == found.whole.decided
    assert sum(sum(one.waiting.values()) for one in found.units) == sum(found.waiting.values()) == 2
    assert len(behind(AppliedBehind(age=Age.UNDER_12), supervisor, unit=JIANGAN)) == 1
    assert len(behind(AppliedBehind(age=Age.UNDER_12), supervisor, unit=WUHAN, direct=True)) == 1


def test_kinds_and_countries_stand_beside_all_and_too_few_are_not_compared(clerk, first, supervisor):
    for place in range(5):
        applications.approve(enter(clerk, place), by=first, at=AT + H)
    applications.refuse(applications.enter(PASSPORT, by=clerk, at=AT).id, ["filing_not_found"], by=first, at=AT + 9 * H)

    found = seen(supervisor)

    assert [(one.key, one.part.decided, one.compared) for one in found.kinds] == [
        ("hk_macau_permit", 5, Compared.ALIKE),
        ("passport", 1, Compared.TOO_FEW),
    ]
    assert found.countries[-1].key == "FRA"
    assert len(behind(AppliedBehind(decided=True, kind="passport"), supervisor)) == 1
    assert len(behind(AppliedBehind(decided=True, country="FRA"), supervisor)) == 1


def test_what_was_asked_for_counts_unless_it_was_taken_back(clerk, first, supervisor):
    both, back = enter(clerk, 0), enter(clerk, 1)
    applications.ask(both, ["address", "contact"], by=first, at=AT + H)
    applications.ask(back, ["address"], by=first, at=AT + H)
    applications.undo(back, by=first, at=AT + H)

    found = seen(supervisor)

    assert found.asked_for == {"address": 1, "contact": 1}
    assert len(behind(AppliedBehind(asked_for="contact"), supervisor)) == 1


def test_reviewers_stand_with_what_they_decided_and_hold(clerk, first, second, supervisor):
    for place in range(3):
        applications.approve(enter(clerk, place), by=first, at=AT + H)
    held = enter(clerk, 3)
    applications.claim(held, by=second, at=NOW)

    found = seen(supervisor)

    assert [(one.name, one.part.decided, one.held) for one in found.reviewers] == [("first", 3, 0), ("second", 0, 1)]
    assert len(behind(AppliedBehind(decided=True, by=found.reviewers[0].id), supervisor)) == 3
    assert len(behind(AppliedBehind(held_by=found.reviewers[1].id), supervisor)) == 1
    assert [one.held for one in seen(supervisor, NOW + H).reviewers if one.name == "second"] == []


def test_opening_rows_is_a_look_up_and_reading_figures_is_none(clerk, first, supervisor):
    applications.approve(enter(clerk), by=first, at=AT + H)

    seen(supervisor)
    before = look_ups()
    behind(AppliedBehind(decided=True), supervisor)

    assert (before, look_ups()) == (0, 1)


def test_who_keeps_no_supervision_sees_none_and_nobody_sees_elsewhere(clerk, supervisor):
    with pytest.raises(Refused, match="not_allowed"):
        seen(clerk)
    with pytest.raises(Refused, match="not_your_unit"):
        seen(supervisor, unit=YICHANG)


@pytest.mark.parametrize(
    ("first_day", "last_day", "code"),
    [
        (date(2020, 4, 28), date(2020, 4, 28), "day_ahead"),
        (date(2020, 4, 27), date(2020, 4, 26), "days_turned_round"),
        (date(2019, 4, 27), date(2020, 4, 27), "span_too_long"),
    ],
)
def test_days_that_cannot_be_are_refused(supervisor, first_day, last_day, code):
    with pytest.raises(Refused, match=code):
        application_figures.figures(first_day, last_day, by=supervisor, at=NOW)
