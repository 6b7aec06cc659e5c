"""The auditor reads events page by page, narrowed and in order, and takes them as a file that leaves an event."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import audit, event_chains, events
from hbcore.services.acting import Staff
from hbcore.services.audit import Act
from hbcore.services.events import Chain, Wanted
from hbcore.storage.engine import engine
from tests import standing

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
HOUR = timedelta(hours=1)
HEADINGS = tuple("abcdefghijk")


@pytest.fixture
def auditor(database: Path) -> Staff:
    return standing.staff(Role.AUDITOR, AT, name="shen")


@pytest.fixture
def recorded(auditor: Staff) -> list[tuple[int, Act, str]]:
    """Twelve acts, one an hour: number, act, what it was about."""
    made = []
    for hour in range(12):
        act = (Act.REFUSED, Act.SIGNED_IN, Act.STAFF_ADDED)[hour % 3]
        subject = f"staff {hour % 4}"
        audit.record_alone(act, by=auditor if hour % 2 else None, at=AT + hour * HOUR, subject=subject, figures={"why": "=1+1"})
        made.append((hour + 1, act, subject))
    return made[::-1]


def numbers(seen: events.EventPage) -> list[int]:
    return [event.seq for event in seen.events]


def test_the_newest_come_first_and_pages_follow_one_another_both_ways(auditor, recorded):
    first = events.page(Wanted(), by=auditor, at=AT, limit=5)
    second = events.page(Wanted(), before=8, by=auditor, at=AT, limit=5)
    third = events.page(Wanted(), before=3, by=auditor, at=AT, limit=5)
    back = events.page(Wanted(), after=2, by=auditor, at=AT, limit=5)

    assert [numbers(one) for one in (first, second, third)] == [[12, 11, 10, 9, 8], [7, 6, 5, 4, 3], [2, 1]]
    assert [(one.newer, one.older) for one in (first, second, third)] == [(False, True), (True, True), (True, False)]
    assert (numbers(back), back.newer) == ([7, 6, 5, 4, 3], True)
    assert events.page(Wanted(), after=10, by=auditor, at=AT, limit=5).newer is False


WANTED = (
    (Wanted(act=Act.SIGNED_IN), [11, 8, 5, 2]),
    (Wanted(about="staff 3"), [12, 8, 4]),
    (Wanted(act=Act.SIGNED_IN, about="staff 3"), [8]),
    (Wanted(about="staff"), []),
    (Wanted(since=date(2020, 11, 23)), list(range(12, 0, -1))),
    (Wanted(until=date(2020, 11, 22)), []),
    (Wanted(since=date(2020, 11, 24)), []),
    (Wanted(chain=Chain.LOOK_UPS), []),
)


@pytest.mark.parametrize(("wanted", "left"), WANTED)
def test_a_filter_leaves_what_fits_it_whole(auditor, recorded, wanted, left):
    assert numbers(events.page(wanted, by=auditor, at=AT)) == left


def test_a_filter_by_account_and_a_day_that_ends_at_midnight_in_shanghai(auditor, recorded):
    audit.record_alone(Act.REFUSED, by=auditor, at=datetime(2020, 11, 23, 16, tzinfo=UTC))  # midnight there

    assert numbers(events.page(Wanted(by_id=auditor.id), by=auditor, at=AT)) == [13, 12, 10, 8, 6, 4, 2]
    assert numbers(events.page(Wanted(since=date(2020, 11, 24)), by=auditor, at=AT)) == [13]
    assert 13 not in numbers(events.page(Wanted(until=date(2020, 11, 23)), by=auditor, at=AT))


def test_look_ups_say_who_looked_at_which_number(auditor):
    audit.record_look_up(Act.PERSON_LOOKED_UP, by=auditor, at=AT, subject="person 17", figures={"purpose": "count_check"})

    (seen,) = events.page(Wanted(Chain.LOOK_UPS), by=auditor, at=AT).events

    assert (seen.seq, seen.by_name, seen.act, seen.subject) == (1, "shen", "person_looked_up", "person 17")
    assert (seen.figures, seen.at, len(seen.hash)) == ({"purpose": "count_check"}, AT, 32)


@given(st.lists(st.tuples(st.sampled_from((Act.REFUSED, Act.NOTED)), st.integers(0, 2)), max_size=12), st.integers(1, 4))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_paging_shows_every_event_once_whatever_the_filter(auditor, made, size):
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(sa.delete(audit.EVENTS))
    for act, number in made:
        audit.record_alone(act, by=None, at=AT, subject=f"view {number}")
    wanted = Wanted(act=Act.NOTED, about="view 1")

    seen, before = [], None
    while True:
        page = events.page(wanted, before=before, by=auditor, at=AT, limit=size)
        seen += numbers(page)
        if not page.older:
            break
        before = page.events[-1].seq

    assert seen == [n for n, one in reversed(list(enumerate(made, 1))) if one == (Act.NOTED, 1)]


def test_a_file_holds_what_fits_and_runs_no_formula_and_leaves_an_event_with_its_digest(auditor, recorded):
    wanted = Wanted(act=Act.REFUSED, since=date(2020, 11, 23))

    made = events.file(wanted, HEADINGS, {"refused": "=Refused"}, by=auditor, at=AT)

    heading, *rows = csv.reader(io.StringIO(made.decode("utf-8-sig")))
    assert tuple(heading) == HEADINGS
    assert [row[0] for row in rows] == ["10", "7", "4", "1"]
    assert rows[0][1:4] == ["2020-11-23T18:40:00+08:00", "refused", "'=Refused"]
    assert json.loads(rows[0][9]) == {"why": "=1+1"}
    newest = events.page(Wanted(), by=auditor, at=AT).events[0]
    assert newest.act == "events_exported"
    assert newest.figures == {
        "chain": "events",
        "rows": 4,
        "first": 1,
        "last": 10,
        "act": "refused",
        "since": "2020-11-23",
        "sha256": sha256(made).hexdigest(),
    }


def test_no_file_is_made_of_nothing_nor_of_too_much(auditor, recorded, monkeypatch):
    def refusal(wanted: Wanted) -> str:
        with pytest.raises(Refused) as caught:
            events.file(wanted, HEADINGS, {}, by=auditor, at=AT)
        return caught.value.code

    assert refusal(Wanted(about="420106199001011231")) == "nothing_to_export"
    monkeypatch.setattr(events, "MOST_IN_A_FILE", 11)
    assert refusal(Wanted()) == "export_too_large"
    assert "420106199001011231" not in json.dumps([event.figures for event in events.page(Wanted(), by=auditor, at=AT).events])


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
def test_nobody_else_reads_or_takes_events(database, role):
    other = standing.staff(role, AT)

    for call in (
        lambda: events.page(Wanted(), by=other, at=AT),
        lambda: events.accounts_on_record(by=other, at=AT),
        lambda: events.chains(by=other, at=AT),
        lambda: events.file(Wanted(), HEADINGS, {}, by=other, at=AT),
    ):
        with pytest.raises(Refused, match="not_allowed"):
            call()


def test_a_verification_tells_how_far_it_is_and_stands_on_record(auditor, recorded, monkeypatch):
    monkeypatch.setattr("hbcore.storage.chain.TOLD_EVERY", 5)
    told: list[float] = []

    event_chains.verify(by=auditor, at=AT + HOUR, told=told.append)

    assert told == [pytest.approx(5 / 12), pytest.approx(10 / 12)]
    last = events.chains(by=auditor, at=AT).last
    assert last
    assert (last.by, last.at, last.events, last.broken) == ("shen", AT + HOUR, {"events": 12, "look_ups": 0}, {})
