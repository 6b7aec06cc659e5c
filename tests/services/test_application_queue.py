"""The queue of applications: whose it is, masked, by what is left of the day; opening one is a look-up."""

from datetime import timedelta

import pytest

from hbcore.domain.applications import Act
from hbcore.domain.errors import Refused
from hbcore.services import applications
from tests.services.applying import (
    AT,
    JIANGAN,
    PASSPORT,
    PERMIT,
    WUCHANG,
    YICHANG,
    look_ups,
    reviewer,
)

pytestmark = pytest.mark.usefixtures("database")

# who works where | sees it | opens or decides it
SCOPES = [("420000", True), ("420100", True), (WUCHANG, True), (JIANGAN, False), (YICHANG, False)]


@pytest.mark.parametrize(("unit", "within"), SCOPES)
def test_only_the_own_unit_and_below_is_seen_and_decided(unit, within):
    receipt = applications.enter(PERMIT, by=reviewer("clerk"), at=AT)
    other = reviewer("other", unit)

    seen = [line.id for line in applications.queue(by=other, at=AT)]
    outcomes = set()
    for call in (applications.one, applications.approve):
        try:
            call(receipt.id, by=other, at=AT)
            outcomes.add("done")
        except Refused as refused:
            outcomes.add(refused.code)

    assert seen == ([receipt.id] if within else [])
    assert outcomes == ({"done"} if within else {"not_your_unit"})
    assert look_ups() == int(within)


def test_the_queue_is_masked_and_ordered_by_what_is_left_of_the_day():
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    late = applications.enter(PASSPORT, by=clerk, at=AT)
    applications.enter(PERMIT, by=clerk, at=AT - timedelta(hours=22, minutes=30))

    lines = applications.queue(by=colleague, at=AT)
    counted = applications.counts(by=colleague, at=AT)

    assert [(line.name, line.number) for line in lines] == [("CHAN T*** M***", "H946****"), ("MARTIN A***", "C500****")]
    assert (lines[1].id, lines[1].why_not) == (late.id, "filing_not_received")
    assert (counted.waiting, counted.soon, counted.overdue) == (2, 1, 0)
    assert look_ups() == 0


def test_opening_one_is_one_look_up_and_shows_no_more_than_was_asked_for():
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    receipt = applications.enter(PERMIT, by=clerk, at=AT)

    masked = applications.one(receipt.id, by=colleague, at=AT)
    full = applications.one(receipt.id, by=colleague, at=AT, reveal=True)

    assert masked.applicant is None
    assert full.applicant is not None
    assert full.applicant.phone == "+85291234567"
    assert masked.why_not[Act.APPROVE] is None
    assert look_ups() == 2


def test_a_queue_seen_before_is_told_again_until_something_is_done_or_a_minute_passes():
    clerk, first = reviewer("clerk"), reviewer("first")
    receipt = applications.enter(PERMIT, by=clerk, at=AT)
    ask = {"question": applications.Question(), "by": first}

    seen = applications.counts_and_queue(at=AT, **ask)
    same = applications.counts_and_queue(at=AT + timedelta(seconds=59), seen=seen, **ask)
    later = applications.counts_and_queue(at=AT + timedelta(seconds=60), seen=seen, **ask)
    applications.approve(receipt.id, by=first, at=AT)
    decided = applications.counts_and_queue(at=AT, seen=seen, **ask)

    assert same is seen
    assert (later is seen, later.lines) == (False, seen.lines)
    assert (decided.counts.waiting, decided.lines) == (0, ())
