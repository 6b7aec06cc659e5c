"""Temperatures at the gate: what is kept of one, whose notice it becomes, what a second reading and a wrong key do."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.temperatures import Done, Measured, ReadingState
from hbcore.domain.vocabulary import PROVINCE, Purpose, Role
from hbcore.services import audit, code_revoking, gate_undoing, national_entries, people, temperatures
from hbcore.services.gate_undoing import TakenBack
from hbcore.services.temperatures import AtGate, Recorded, Whose
from hbcore.storage import sealing
from hbcore.storage.engine import engine
from hbcore.storage.gate_count_rows import GATE_COUNTS
from hbcore.storage.national_rows import ENTRIES
from hbcore.storage.temperature_rows import TEMPERATURES
from tests import standing
from tests.services.facting import AT
from tests.standing import JIANGAN, WUCHANG, YICHANG

GATE = "武昌火车站东出站口"
RESIDENT, STRANGER = "420106199001011231", "E12345678"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CALLED = (Done.CALLED,)


@pytest.fixture
def gate(database):
    return standing.staff(Role.CHECKPOINT_STAFF, AT, name="gate", unit=WUCHANG)


def add(gate, text="", first=365, second=None, done=(), at=AT) -> Recorded:
    return temperatures.add(Whose(text), Measured(first, second, done), GATE, by=gate, at=at)


def rows(table=TEMPERATURES):
    with engine().connect() as connection:
        return list(connection.execute(sa.select(table).order_by(table.c.id)))


def counted() -> dict[str, int]:
    with engine().connect() as connection:
        return {row.figure: row.n for row in connection.execute(sa.select(GATE_COUNTS).order_by(GATE_COUNTS.c.figure))}


def events(act: audit.Act) -> list[str]:
    with engine().connect() as connection:
        asked = sa.select(audit.EVENTS.c.subject).where(audit.EVENTS.c.act == act).order_by(audit.EVENTS.c.seq)
        return list(connection.execute(asked).scalars())


def test_a_normal_reading_is_kept_and_nothing_follows(gate):
    held = standing.person(RESIDENT, AT, unit=YICHANG)

    told = add(gate, RESIDENT)

    (row,) = rows()
    assert (told.state, told.found, told.due_at, told.again_at) == (ReadingState.NORMAL, True, None, None)
    assert (row.person_id, row.first, row.unit, row.place_unit, row.notice_at) == (held, 365, YICHANG, WUCHANG, None)
    assert counted() == {"readings": 1}
    assert events(audit.Act.TEMPERATURE_TAKEN) == [f"temperature {told.id}"]


def test_an_abnormal_reading_asks_for_a_second_after_ten_minutes_and_the_same_call_completes_it(gate):
    standing.person(RESIDENT, AT, unit=YICHANG)

    first = add(gate, RESIDENT, 376)
    second = add(gate, RESIDENT, 376, 375, CALLED, at=AT + 12 * MINUTE)

    (row,) = rows()
    assert (first.state, first.again_at) == (ReadingState.SECOND_DUE, AT + 10 * MINUTE)
    assert (second.id, second.state, second.due_at) == (first.id, ReadingState.OPEN, AT + 12 * MINUTE + timedelta(hours=24))
    assert (row.first, row.second, row.done, row.state) == (376, 375, '["called"]', "open")
    assert (row.recorded_at, row.second_at, row.notice_at) == (AT, AT + 12 * MINUTE, AT + 12 * MINUTE)
    assert second.unit == YICHANG  # where the person lives: nobody else may propose a fact about them
    assert counted() == {"abnormal": 1, "readings": 1}


def test_a_normal_second_reading_leaves_nothing_but_the_record(gate):
    add(gate, RESIDENT, 376)

    told = add(gate, RESIDENT, 376, 368, at=AT + 10 * MINUTE)

    (row,) = rows()
    assert (told.state, told.due_at, row.state, row.second, row.notice_at) == (ReadingState.NORMAL, None, "normal", 368, None)
    assert counted() == {"readings": 1}


def test_both_readings_at_once_are_a_record_of_their_own(gate):
    told = add(gate, RESIDENT, 376, 379, (Done.REFERRED, Done.CALLED))

    assert told.state == ReadingState.OPEN
    assert [(row.first, row.second, row.done) for row in rows()] == [(376, 379, '["referred", "called"]')]


def test_a_reading_is_never_lost_because_nobody_is_found(gate):
    told = add(gate, STRANGER, 381, 382, CALLED)
    nameless = add(gate, "", 381, 382, CALLED)

    first, second = rows()
    assert (told.found, nameless.found) == (False, False)
    assert [row.person_id == row.id for row in (first, second)] == [True, True]
    assert {row.unit for row in (first, second)} == {WUCHANG}  # the place's district
    assert STRANGER.encode() not in first.sealed
    assert STRANGER in sealing.unseal("temperature", "sealed", first.id, first.sealed, first.key_version).decode()


def test_a_second_reading_completes_a_strangers_first_by_what_was_typed(gate):
    first, other = add(gate, STRANGER, 381), add(gate, "E99999999", 381)

    told = add(gate, f" {STRANGER} ", 381, 382, CALLED, at=AT + MINUTE)

    assert told.id == first.id
    assert [(row.id, row.state) for row in rows()] == [(first.id, "open"), (other.id, "second_due")]


def test_two_whom_nobody_knows_are_not_taken_for_one(gate):
    first, second = add(gate, "", 381), add(gate, "", 381)

    told = temperatures.complete(second.id, 365, by=gate, at=AT + MINUTE)

    assert told.id == second.id
    assert [(row.id, row.state) for row in rows()] == [(first.id, "second_due"), (second.id, "normal")]


def test_a_signed_code_names_its_holder_and_one_that_was_taken_back_nobody(gate):
    held = standing.person(RESIDENT, AT, unit=WUCHANG)
    clerk, supervisor = (
        standing.staff(role, AT, name=str(role), unit=WUCHANG) for role in (Role.DISTRICT_STAFF, Role.SUPERVISOR)
    )
    card = people.find(RESIDENT, purpose=Purpose.CODE_QUESTION, by=clerk, at=AT)
    assert card
    assert card.live

    add(gate, card.live.text)
    add(gate, f" {card.live.text.lower()}\n", at=AT + 5 * HOUR)  # expired by then, and still whose it is
    again = people.find(RESIDENT, purpose=Purpose.CODE_QUESTION, by=clerk, at=AT + 6 * HOUR)
    assert again
    assert again.live
    proposal = code_revoking.propose_all(held, "lost", by=clerk, at=AT + 6 * HOUR)
    code_revoking.confirm(proposal, by=supervisor, at=AT + 6 * HOUR)
    told = add(gate, again.live.text, at=AT + 6 * HOUR)

    first, second, third = rows()
    assert (first.person_id, second.person_id, third.person_id) == (held, held, third.id)
    assert (told.found, told.unit) == (False, WUCHANG)


def test_several_people_by_one_number_are_asked_for_another(gate):
    for place, number in enumerate((RESIDENT, "422801196007307804")):
        standing.result(standing.person(number, AT), standing.Sampled(standing.Outcome.NEGATIVE, AT, sample_number="S1"), AT)
        assert place < 2

    with pytest.raises(Refused, match="several_people"):
        add(gate, "S1", 381)

    assert rows() == []


def test_after_an_hour_a_reading_is_a_first_one_again(gate):
    first = add(gate, RESIDENT, 376)

    told = add(gate, RESIDENT, 376, 375, CALLED, at=AT + 61 * MINUTE)

    assert told.id != first.id
    with pytest.raises(Refused, match="no_second_due"):
        temperatures.complete(first.id, 365, by=gate, at=AT + 61 * MINUTE)


def test_who_waits_for_a_second_reading_is_listed_masked_for_who_took_the_first(gate):
    standing.person(RESIDENT, AT)
    known, unknown = add(gate, RESIDENT, 376), add(gate, STRANGER, 377, at=AT + MINUTE)
    add(gate, RESIDENT, 365)
    other = standing.staff(Role.CHECKPOINT_STAFF, AT, name="other", unit=WUCHANG)

    waiting = temperatures.at_gate(by=gate, at=AT + 2 * MINUTE).pending

    assert [(one.id, one.name, one.number, one.first) for one in waiting] == [
        (known.id, "张*", "420106********1231", 376),
        (unknown.id, "", "", 377),
    ]
    assert waiting[0].again_at == AT + 10 * MINUTE
    assert temperatures.at_gate(by=other, at=AT) == AtGate((), None)
    with pytest.raises(Refused, match="no_second_due"):
        temperatures.complete(known.id, 365, by=other, at=AT + MINUTE)


@pytest.mark.parametrize(("place", "code"), [("", "place_needed"), ("  ", "place_needed"), ("长" * 61, "place_too_long")])
def test_a_reading_has_a_place(gate, place, code):
    with pytest.raises(Refused, match=code):
        temperatures.add(Whose(), Measured(365), place, by=gate, at=AT)


def test_what_can_be_taken_back_is_told_for_five_minutes(gate):
    add(gate, RESIDENT, 376)
    told = [temperatures.at_gate(by=gate, at=AT + minutes * MINUTE).last for minutes in (0, 4, 5)]
    add(gate, RESIDENT, 376, 366, at=AT + 12 * MINUTE)
    told.append(temperatures.at_gate(by=gate, at=AT + 13 * MINUTE).last)
    national_entries.add(GATE, "en", by=gate, at=AT + 14 * MINUTE)
    told.append(temperatures.at_gate(by=gate, at=AT + 15 * MINUTE).last)

    assert told == [TakenBack.READING, TakenBack.READING, None, TakenBack.SECOND, TakenBack.ENTRY]


def test_a_wrong_key_is_taken_back_within_five_minutes_the_second_reading_alone(gate):
    add(gate, RESIDENT, 376)
    add(gate, RESIDENT, 376, 384, CALLED, at=AT + MINUTE)

    taken = [gate_undoing.take_back(by=gate, at=AT + after * MINUTE) for after in (2, 3)]

    (row,) = rows()
    assert taken == [TakenBack.SECOND, TakenBack.READING]
    assert (row.state, row.first, row.second, row.notice_at, row.done) == ("undone", 376, None, None, "[]")
    assert counted() == {"abnormal": 0, "readings": 0}
    assert len(events(audit.Act.GATE_TAKEN_BACK)) == 2


def test_a_second_reading_typed_wrongly_is_typed_again(gate):
    first = add(gate, RESIDENT, 376)
    add(gate, RESIDENT, 376, 384, CALLED, at=AT + MINUTE)
    gate_undoing.take_back(by=gate, at=AT + 2 * MINUTE)

    told = temperatures.complete(first.id, 368, by=gate, at=AT + 3 * MINUTE)

    assert (told.state, counted()) == (ReadingState.NORMAL, {"abnormal": 0, "readings": 1})


def test_after_five_minutes_or_by_another_nothing_is_taken_back(gate):
    other = standing.staff(Role.CHECKPOINT_STAFF, AT, name="other", unit=WUCHANG)
    add(gate, RESIDENT)

    for by, at in ((other, AT + MINUTE), (gate, AT + 5 * MINUTE)):
        with pytest.raises(Refused, match="nothing_to_take_back"):
            gate_undoing.take_back(by=by, at=at)


def test_a_reading_before_midnight_is_taken_back_from_its_own_day(gate):
    late = AT.replace(hour=15, minute=58)  # 23:58 in Shanghai
    add(gate, RESIDENT, at=late)
    gate_undoing.take_back(by=gate, at=late + 4 * MINUTE)

    with engine().connect() as connection:
        assert list(connection.execute(sa.select(GATE_COUNTS.c.n))) == [(0,)]


def test_an_account_without_a_unit_sends_its_notices_to_the_province(database):
    gate = standing.staff(Role.CHECKPOINT_STAFF, AT, name="gate")

    assert add(gate, STRANGER, 381, 382, CALLED).unit == PROVINCE


def test_an_entry_on_the_national_code_keeps_when_where_and_the_language_and_nothing_of_the_person(gate):
    entry = national_entries.add(GATE, "ko", by=gate, at=AT)

    (row,) = rows(ENTRIES)
    assert (row.id, row.unit, row.language, row.recorded_at) == (entry, WUCHANG, "ko", AT)
    assert set(row._fields) == {
        "id", "unit", "language", "sealed", "key_version", "recorded_by", "recorded_at", "undone_at"
    }  # fmt: skip
    assert counted() == {"national_code": 1}


def test_an_entry_is_taken_back_as_well_whatever_came_last(gate):
    add(gate, RESIDENT)
    national_entries.add(GATE, "en", by=gate, at=AT + MINUTE)

    taken = [gate_undoing.take_back(by=gate, at=AT + 2 * MINUTE) for _ in range(2)]

    assert taken == [TakenBack.ENTRY, TakenBack.READING]
    assert counted() == {"national_code": 0, "readings": 0}


def test_a_form_is_shown_in_a_language_that_it_speaks(gate):
    with pytest.raises(Refused, match="unknown_language"):
        national_entries.add(GATE, "tlh", by=gate, at=AT)


def test_nobody_but_the_gate_records_temperatures(database):
    clerk = standing.staff(Role.DISTRICT_STAFF, AT, unit=JIANGAN)

    with pytest.raises(Refused, match="not_allowed"):
        add(clerk, RESIDENT)
