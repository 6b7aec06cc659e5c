"""Notices to the district: whose they are, the 24 hours, closing, proposing a fever by two people, and never a colour."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hbcore.domain.alarms import AlarmKind
from hbcore.domain.errors import Refused
from hbcore.domain.temperatures import Closed, Done, Measured, ReadingState
from hbcore.domain.vocabulary import Role
from hbcore.services import (
    alarms,
    audit,
    fact_lists,
    fact_lists_shown,
    gate_undoing,
    overview,
    second_look,
    temperature_notices,
    temperatures,
)
from hbcore.services.overview import Waits
from hbcore.services.temperature_notices import View
from hbcore.services.temperatures import Recorded, Whose
from hbcore.storage.engine import access_engine, engine
from hbcore.storage.tables import look_up_event
from tests import standing
from tests.services.facting import AT, colours, desk, number
from tests.standing import JIANGAN

GATE, PAPER, WHY = "武昌火车站东出站口", "武发热门诊〔2020〕7号", "发热门诊留观"
HOUR = timedelta(hours=1)


@pytest.fixture
def held(database):
    return desk()


@pytest.fixture
def gate(held):
    return standing.staff(Role.CHECKPOINT_STAFF, AT, name="gate", unit=JIANGAN)


def notice(gate, text: str, at=AT) -> Recorded:
    return temperatures.add(Whose(text), Measured(378, 376, (Done.REFERRED,)), GATE, by=gate, at=at)


def lines(by, view=View.OPEN, at=AT + HOUR):
    return temperature_notices.seen_now(view, by=by, at=at).lines


def opened(by, told: Recorded, at=AT + HOUR):
    return temperature_notices.one(told.id, by=by, at=at)


def look_ups() -> list[tuple[str, str]]:
    with access_engine().connect() as connection:
        asked = sa.select(look_up_event.c.act, look_up_event.c.subject).order_by(look_up_event.c.seq)
        return [tuple(row) for row in connection.execute(asked)]


def acts() -> list[str]:
    with engine().connect() as connection:
        return list(connection.execute(sa.select(audit.EVENTS.c.act).order_by(audit.EVENTS.c.seq)).scalars())


def test_a_notice_goes_to_where_the_person_lives_masked_with_its_clock(held, gate):
    told = notice(gate, number(0))

    (line,) = lines(held.clerk)
    here = standing.staff(Role.DISTRICT_STAFF, AT, name="jiangan", unit=JIANGAN)
    assert (line.id, line.person, line.name, line.number) == (told.id, held.people[0], "张*", f"420106********{number(0)[-4:]}")
    assert (line.place, line.first, line.second, line.done) == (GATE, 378, 376, (Done.REFERRED,))
    assert (line.due_at, line.recorder, line.state) == (AT + 24 * HOUR, "gate", ReadingState.OPEN)
    assert lines(here) == ()  # the gate stands there, the person lives elsewhere


def test_a_list_is_one_look_up_and_so_is_opening_one(held, gate):
    told, before = notice(gate, number(0)), look_ups()

    seen = temperature_notices.seen_now(View.OPEN, by=held.clerk, at=AT + HOUR)
    again = temperature_notices.seen_now(View.OPEN, by=held.clerk, at=AT + HOUR, before=seen)
    card = opened(held.clerk, told)
    assert temperature_notices.one(told.id, by=held.clerk, at=AT + HOUR, before=card) is card

    assert again is seen
    assert look_ups()[len(before) :] == [
        ("list_looked_up", "temperatures of unit 420106"),
        ("person_looked_up", f"person {held.people[0]}"),
    ]


def test_of_somebody_unknown_the_district_reads_what_was_typed_once_it_is_opened(held, gate):
    told = notice(gate, "E12345678")
    here = standing.staff(Role.DISTRICT_STAFF, AT, name="jiangan", unit=JIANGAN)

    (line,) = lines(here)
    card = opened(here, told)

    assert (line.person, line.name, line.number) == (None, "", "E123****")
    assert card.typed == "E12345678"
    assert look_ups()[-1] == ("temperature_opened", f"temperature {told.id}")
    with pytest.raises(Refused, match="nobody_for_a_fact"):
        temperature_notices.propose_fever(told.id, PAPER, WHY, by=here, at=AT + HOUR)


def test_a_notice_is_closed_with_a_reason_and_no_code_has_moved(held, gate):
    told, before = notice(gate, number(0)), colours(held.people)

    temperature_notices.close(told.id, Closed.EXCLUDED, by=held.clerk, at=AT + HOUR)

    (line,) = lines(held.clerk, View.SETTLED, AT + 2 * HOUR)
    assert (line.state, line.closed_for, line.settler) == (ReadingState.CLOSED, Closed.EXCLUDED, "clerk")
    assert lines(held.clerk) == ()
    assert colours(held.people) == before == ["green"] * 3
    with pytest.raises(Refused, match="notice_settled"):
        temperature_notices.close(told.id, Closed.EXCLUDED, by=held.clerk, at=AT + HOUR)
    with pytest.raises(Refused, match="notice_settled"):
        gate_undoing.take_back(by=gate, at=AT + timedelta(minutes=4))


def test_a_fever_is_proposed_on_a_notice_and_confirmed_by_another_both_linked(held, gate):
    told = notice(gate, number(0))
    opened(held.clerk, told)

    effect = temperature_notices.preview_fever(told.id, PAPER, WHY, by=held.clerk, at=AT + HOUR)
    put = temperature_notices.propose_fever(told.id, PAPER, WHY, by=held.clerk, at=AT + HOUR)
    waiting = colours(held.people, AT + HOUR)
    fact_lists.confirm(put.proposal_id, by=held.prefecture, at=AT + 2 * HOUR)

    (line,) = lines(held.clerk, View.SETTLED, AT + 3 * HOUR)
    assert (line.state, line.list_id) == (ReadingState.PROPOSED, put.list_id)
    assert fact_lists_shown.opened(put.list_id, by=held.clerk, at=AT + 3 * HOUR).notice == (told.id, AT)
    assert dict(effect.changes) == {"green>red": 1}  # a registered fever in Wuhan, under hubei-2020-04
    assert (waiting, colours(held.people, AT + 2 * HOUR)) == (["green"] * 3, ["red", "green", "green"])
    assert acts()[-3:] == ["temperature_taken", "fact_proposed", "facts_confirmed"]


def test_a_fever_needs_a_number_and_that_the_notice_was_opened(held, gate):
    told = notice(gate, number(0))
    with pytest.raises(Refused, match="look_up_first"):
        temperature_notices.propose_fever(told.id, PAPER, WHY, by=held.clerk, at=AT + HOUR)
    opened(held.clerk, told)

    for paper, why in (("", WHY), (PAPER, "")):
        with pytest.raises(Refused, match=r"fact_has_problems|reason_needed"):
            temperature_notices.propose_fever(told.id, paper, why, by=held.clerk, at=AT + HOUR)

    assert [line.state for line in lines(held.clerk)] == [ReadingState.OPEN]


ENDS = {
    "declined": lambda put, held: second_look.decline(put.proposal_id, by=held.prefecture, at=AT + 2 * HOUR),
    "withdrawn": lambda put, held: second_look.withdraw(put.proposal_id, by=held.clerk, at=AT + 2 * HOUR),
    "expired": lambda _put, _held: None,
}


@pytest.mark.parametrize("how", ENDS)
def test_a_proposal_that_comes_to_nothing_leaves_the_notice_open_with_its_old_clock(held, gate, how):
    told = notice(gate, number(0))
    opened(held.clerk, told)
    put = temperature_notices.propose_fever(told.id, PAPER, WHY, by=held.clerk, at=AT + HOUR)
    assert lines(held.clerk, at=AT + 2 * HOUR) == ()

    ENDS[how](put, held)
    later = AT + (80 if how == "expired" else 3) * HOUR

    (line,) = lines(held.clerk, at=later)
    assert (line.state, line.due_at) == (ReadingState.OPEN, AT + 24 * HOUR)
    temperature_notices.close(told.id, Closed.NORMAL_SINCE, by=held.clerk, at=later)
    assert lines(held.clerk, at=later + HOUR) == ()


def test_after_24_hours_a_notice_is_an_alarm_until_it_is_settled(held, gate):
    told, stranger = notice(gate, number(0)), notice(gate, "E12345678")

    def of_kind(by, at):
        return [(line.subject, line.person) for line in alarms.seen_now((AlarmKind.TEMPERATURE_OVERDUE,), by=by, at=at).lines]

    assert of_kind(held.county, AT + 24 * HOUR - timedelta(seconds=1)) == []
    assert of_kind(held.county, AT + 24 * HOUR) == [(f"temperature {told.id}", held.people[0])]
    assert of_kind(held.prefecture, AT + 25 * HOUR) == [
        (f"temperature {told.id}", held.people[0]),
        (f"temperature {stranger.id}", None),
    ]
    alarms.take(
        AlarmKind.TEMPERATURE_OVERDUE, f"temperature {told.id}", "去电", instead_of=None, by=held.county, at=AT + 25 * HOUR
    )
    temperature_notices.close(told.id, Closed.CARED_FOR, by=held.clerk, at=AT + 25 * HOUR)
    assert of_kind(held.county, AT + 26 * HOUR) == []


def test_what_waits_is_told_on_the_overview(held, gate):
    notice(gate, number(0))
    notice(gate, number(1), AT + HOUR)

    assert overview.overview(by=held.clerk, at=AT + HOUR).numbers[Waits.TEMPERATURES] == 2


def test_another_district_and_who_took_it_settle_nothing(held, gate):
    told = notice(gate, number(0))
    elsewhere = standing.staff(Role.DISTRICT_STAFF, AT, name="elsewhere", unit=JIANGAN)

    for act in (
        lambda: opened(elsewhere, told),
        lambda: temperature_notices.close(told.id, Closed.EXCLUDED, by=elsewhere, at=AT + HOUR),
    ):
        with pytest.raises(Refused, match="not_your_unit"):
            act()
    with pytest.raises(Refused, match="unknown_notice"):
        temperature_notices.close(told.id + 1, Closed.EXCLUDED, by=held.clerk, at=AT + HOUR)
    for by in (gate, held.county):
        with pytest.raises(Refused, match="not_allowed"):
            temperature_notices.close(told.id, Closed.EXCLUDED, by=by, at=AT + HOUR)


def test_who_took_the_temperature_does_not_settle_its_notice(held, gate):
    told = notice(gate, number(0))
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql(f"UPDATE staff SET role = 'district_staff', unit = '420106' WHERE id = {gate.id}")  # noqa: S608
    from hbcore.services.accounts import staff_named

    with pytest.raises(Refused, match="own_reading"):
        temperature_notices.close(told.id, Closed.MISTAKE, by=staff_named("gate"), at=AT + HOUR)


def test_a_normal_reading_is_no_notice(held, gate):
    told = temperatures.add(Whose(number(0)), Measured(365), GATE, by=gate, at=AT)

    with pytest.raises(Refused, match="unknown_notice"):
        opened(held.clerk, told)
