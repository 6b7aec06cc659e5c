"""Two rows that are one person are joined by two people and parted by two; then everything is as it was before."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from hbcore.domain.errors import Refused
from hbcore.domain.temperatures import Measured
from hbcore.domain.vocabulary import Colour, DocumentKind, Outcome, Purpose, Registration, Role
from hbcore.services import applications, identity, joining, people, same_person, second_look, temperatures, timeline
from hbcore.services.acting import Staff
from hbcore.services.gate_entries import TemperatureEntry
from hbcore.services.same_person import Sign
from hbcore.services.temperatures import Whose
from hbcore.storage import join_rows, people_rows
from hbcore.storage.engine import engine
from hbcore.storage.people_rows import PERSONS
from tests import standing
from tests.services.applying import AT, PASSPORT, acts, look_ups, refusals, reviewer, rows
from tests.services.counter_histories import HOUR
from tests.standing import WUCHANG, YICHANG, Sampled

OLD, NEW = "X12345678", "C50078212"
PASSPORT_KIND = DocumentKind.PASSPORT
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clerk(database: Path) -> Staff:
    standing.institution(AT)
    return reviewer("clerk")


@pytest.fixture
def second(database: Path) -> Staff:
    return standing.staff(Role.SUPERVISOR, AT, name="wang.fang", unit="420100")


@pytest.fixture
def tested(clerk: Staff) -> int:
    """Tested with the old passport: a positive."""
    person = standing.person(OLD, AT, kind=PASSPORT_KIND, name="MARTIN ANNA")
    standing.result(person, Sampled(Outcome.POSITIVE, AT - HOUR), AT)
    return person


@pytest.fixture
def applied(clerk: Staff) -> int:
    """Applied with the new one."""
    applications.enter(PASSPORT, by=clerk, at=AT)
    return looked_up(NEW, clerk)


def looked_up(text: str, by: Staff, at: Any = AT) -> int:
    card = people.find(text, purpose=Purpose.CODE_QUESTION, by=by, at=at)
    assert card
    return card.id


def propose(applied: int, clerk: Staff) -> int:
    return same_person.propose(applied, looked_up(OLD, clerk), by=clerk, at=AT + MINUTE)


def join(applied: int, clerk: Staff, second: Staff) -> joining.Joined:
    return joining.join(propose(applied, clerk), by=second, at=AT + 2 * MINUTE)


def part(applied: int, join_id: int, clerk: Staff, second: Staff) -> joining.Parted:
    looked_up(NEW, clerk, AT + 10 * MINUTE)
    proposal = same_person.propose_parting(applied, join_id, by=clerk, at=AT + 10 * MINUTE)
    return joining.part(proposal, by=second, at=AT + 11 * MINUTE)


def test_both_stand_masked_side_by_side_with_what_speaks_for_it_and_what_would_change(clerk, tested, applied):
    before = everything()

    seen = same_person.compare(applied, OLD, by=clerk, at=AT + MINUTE)

    assert (seen.survivor.id, seen.second.id) == (applied, tested)
    assert [(one.name, one.documents[0][1], one.colour) for one in (seen.survivor, seen.second)] == [
        ("MARTIN A***", "C500****", Colour.GREY),
        ("MARTIN A***", "X123****", Colour.RED),
    ]
    assert seen.signs == (Sign.SAME_NAME,)
    assert (seen.after, seen.moved["result"], seen.moved["look_up_number"]) == (Colour.RED, 1, 1)
    assert everything() == before, "the trial leaves nothing behind"
    assert (acts()[-1], look_ups()) == ("join_compared", 2)


def test_joined_they_are_one_person_found_by_all_numbers_and_the_second_row_only_points(clerk, second, tested, applied):
    done = join(applied, clerk, second)

    card = people.find(OLD, purpose=Purpose.CODE_QUESTION, by=clerk, at=AT + HOUR)
    assert (card.id, card.code.colour, card.registration) == (applied, Colour.RED, Registration.WAITING)
    assert looked_up("S1", clerk) == looked_up(NEW, clerk) == applied
    assert people.open_by_id(tested, purpose=Purpose.CODE_QUESTION, by=clerk, at=AT + HOUR).id == applied
    assert len(identity.documents(applied, by=clerk, at=AT + HOUR)) == 2
    assert set(rows("SELECT person_id FROM code_segment")) == {(applied,)}
    assert done.moved == {"result": 1, "fact": 0, "application": 0, "sampling": 0, "look_up_number": 1}


def test_what_a_gate_measured_of_the_second_row_stands_on_the_first_ones_time_line(clerk, second, tested, applied):
    gate = standing.staff(Role.CHECKPOINT_STAFF, AT, name="gate", unit=WUCHANG)
    temperatures.add(Whose(OLD), Measured(378, 369), "gate", by=gate, at=AT)
    join(applied, clerk, second)
    looked_up(NEW, clerk, AT + HOUR)

    found = timeline.timeline(applied, by=clerk, at=AT + HOUR).entries

    assert [one.first for one in found if isinstance(one, TemperatureEntry)] == [378]


def test_joining_is_one_event_with_our_ids_and_nothing_personal(clerk, second, tested, applied):
    done = join(applied, clerk, second)

    (event,) = rows("SELECT subject, figures FROM event WHERE act = 'people_joined'")
    figures = json.loads(str(event[1]))
    assert event[0] == f"person {applied}"
    assert (figures["join"], figures["joined"], figures["result"], figures["codes"]) == (
        done.id,
        tested,
        1,
        {"grey>red": 1, "red>none": 1},
    )
    written = "".join(map(str, rows("SELECT * FROM event") + rows("SELECT * FROM person_join") + rows("SELECT * FROM proposal")))
    assert [word for word in (OLD, NEW, "MARTIN") if word in written] == []


def test_parted_each_has_its_own_again_and_what_came_in_since_stays_and_is_counted(clerk, second, tested, applied):
    before = everything()
    done = join(applied, clerk, second)
    standing.result(applied, Sampled(Outcome.NEGATIVE, AT, sample_number="S9"), AT + 5 * MINUTE)

    parted = part(applied, done.id, clerk, second)

    assert (parted.survivor, parted.joined, parted.stayed, parted.moved["result"]) == (applied, tested, 1, 1)
    after = everything()
    for table in ("document", "look_up_number", "application", "person"):
        assert after[table] == before[table]
    assert len(after["result"]) == len(before["result"]) + 1
    assert looked_up(OLD, clerk, AT + HOUR) == tested
    assert acts()[-1] == "people_parted"


def test_a_sampling_registration_moves_with_its_person_and_back(clerk, second, tested, applied):
    standing.sampling(tested, AT - HOUR, AT)

    done = join(applied, clerk, second)

    assert rows("SELECT person_id FROM sampling") == [(applied,)]
    part(applied, done.id, clerk, second)
    assert rows("SELECT person_id FROM sampling") == [(tested,)]


def test_a_decision_on_a_moved_application_goes_back_with_it(clerk, second, tested, applied):
    looked_up(OLD, clerk)
    proposal = same_person.propose(tested, applied, by=clerk, at=AT + MINUTE)
    done = joining.join(proposal, by=second, at=AT + 2 * MINUTE)
    (application,) = rows("SELECT id FROM application")
    applications.refuse(int(str(application[0])), ["not_in_hubei"], by=reviewer("decider"), at=AT + 3 * MINUTE)

    looked_up(OLD, clerk, AT + 10 * MINUTE)
    proposal = same_person.propose_parting(tested, done.id, by=clerk, at=AT + 10 * MINUTE)
    joining.part(proposal, by=second, at=AT + 11 * MINUTE)

    registered = dict(rows("SELECT id, registration FROM person"))
    assert registered == {tested: "none", applied: "refused"}


REFUSED: dict[str, tuple[str, Callable[[int, int, Staff], object]]] = {
    "the same row": ("same_row", lambda applied, _, by: same_person.compare(applied, NEW, by=by, at=AT)),
    "nobody": ("nobody_to_join", lambda applied, _, by: same_person.compare(applied, "E99999999", by=by, at=AT)),
    "not looked up": ("look_up_first", lambda applied, tested, by: same_person.propose(applied, tested, by=by, at=AT)),
    "no joining": ("not_joined", lambda applied, _, by: same_person.propose_parting(applied, 17, by=by, at=AT)),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_joined_is_refused(clerk, tested, applied, case):
    why, act = REFUSED[case]

    with pytest.raises(Refused, match=why):
        act(applied, tested, clerk)


def test_one_alone_cannot_join(clerk, tested, applied):
    with pytest.raises(Refused, match="own_proposal"):
        joining.join(propose(applied, clerk), by=clerk, at=AT + 2 * MINUTE)

    assert refusals() == ['{"why": "own_proposal"}']
    assert rows("SELECT count(*) FROM person_join") == [(0,)]


def test_a_proposal_is_confirmed_once_and_a_pointer_joins_nobody(clerk, second, tested, applied):
    proposal = propose(applied, clerk)
    joining.join(proposal, by=second, at=AT + 2 * MINUTE)

    with pytest.raises(Refused, match="proposal_gone"):
        joining.join(proposal, by=second, at=AT + 3 * MINUTE)
    with pytest.raises(Refused, match="already_joined"):
        same_person.propose(applied, tested, by=clerk, at=AT + 3 * MINUTE)


def test_two_people_of_other_units_are_left_to_them(clerk, tested, applied):
    elsewhere = standing.staff(Role.DISTRICT_STAFF, AT, name="chen.gang", unit=YICHANG)
    looked_up(NEW, elsewhere)

    with pytest.raises(Refused, match="not_your_unit"):
        same_person.compare(applied, OLD, by=elsewhere, at=AT)


def test_a_joining_is_parted_only_after_the_later_one(clerk, second, tested, applied):
    first = join(applied, clerk, second)
    third = standing.person("E55555555", AT, kind=PASSPORT_KIND)
    looked_up("E55555555", clerk)
    joining.join(same_person.propose(third, applied, by=clerk, at=AT + 3 * MINUTE), by=second, at=AT + 4 * MINUTE)

    with pytest.raises(Refused, match="part_later_first"):
        same_person.propose_parting(applied, first.id, by=clerk, at=AT + 5 * MINUTE)

    assert looked_up(OLD, clerk) == third


def test_what_waits_for_the_second_person_is_about_the_survivor(clerk, second, tested, applied):
    propose(applied, clerk)

    (waits,) = second_look.waiting(by=second, at=AT + 2 * MINUTE)

    assert (waits.what, waits.about, waits.content) == (second_look.What.JOIN, applied, {"joined": tested})


def test_whoever_is_to_confirm_sees_both_by_our_ids_and_both_look_ups_are_recorded(clerk, second, tested, applied):
    proposal = propose(applied, clerk)
    with pytest.raises(Refused, match="look_up_first"):
        same_person.compare_proposed(proposal, by=second, at=AT + MINUTE)
    looked_up(NEW, second, AT + MINUTE)
    before = look_ups()

    seen = same_person.compare_proposed(proposal, by=second, at=AT + 2 * MINUTE)

    assert (seen.survivor.id, seen.second.id, seen.after) == (applied, tested, Colour.RED)
    assert look_ups() == before + 1
    joining.join(proposal, by=second, at=AT + 3 * MINUTE)
    with pytest.raises(Refused, match="proposal_gone"):
        same_person.compare_proposed(proposal, by=second, at=AT + 4 * MINUTE)


def test_whom_a_proposal_is_about_is_opened_by_our_id_where_it_waits(clerk, second, tested):
    elsewhere = standing.person("E55555555", AT, kind=PASSPORT_KIND, unit=YICHANG)
    open_it = partial(people.open_by_id, elsewhere, purpose=Purpose.CODE_QUESTION, by=second, at=AT + MINUTE)
    with pytest.raises(Refused, match="not_your_unit"):
        open_it()
    looked_up("E55555555", clerk)
    looked_up(OLD, clerk)

    same_person.propose(elsewhere, tested, by=clerk, at=AT)

    assert open_it().id == elsewhere


def test_every_table_of_a_person_is_moved_or_left_on_purpose():
    of_a_person = {table.name for table in SQLModel.metadata.tables.values() if "person_id" in table.columns}
    by_text_or_result = {"document", "sample"}
    decided_again = {"code_segment", "code_history"}
    # What was proposed or asked for stays with the row it was for; reading it goes by the pointer.
    by_pointer = {"recolouring_request", "recolouring_step", "evidence_image", "outside_result", "fact_list_line"}
    # So does a reading at a gate, whose notice proposes a fact by the pointer; and a code taken back is known by itself.
    by_pointer |= {"temperature", "revoked_code"}
    # Whoever bears a name or is told apart stays so; the pointer says who they are by now.
    by_pointer |= {"person_token", "person_told_apart"}
    # What a recall remembers of a sample is no longer so once its results are another row's: then it is not put back.
    by_pointer |= {"recall_sample"}

    assert of_a_person == {table.name for table, _ in join_rows.BY_ID.values()} | by_text_or_result | decided_again | by_pointer


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All that a joining touches but codes: rows by table, what is sealed opened."""
    tables = ("result", "fact", "application", "document", "sample", "look_up_number")
    found = {name: sorted(rows(f"SELECT * FROM {name}"), key=str) for name in tables}  # noqa: S608 - our own names
    with engine().connect() as connection:
        people_ = connection.execute(sa.select(PERSONS).order_by(PERSONS.c.id)).all()
    found["person"] = [(one.id, one.joined_to, join_rows.standing(one), people_rows.open_person(one)) for one in people_]
    return found
