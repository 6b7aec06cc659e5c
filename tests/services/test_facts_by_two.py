"""Facts between two people: nothing before the second, what it will do said beforehand, and who is shown it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from hbcore.domain.errors import Refused
from hbcore.domain.fact_rules import Measure
from hbcore.domain.vocabulary import FactKind, Role, RowCode
from hbcore.services import audit, fact_files, fact_lists, fact_lists_shown, fact_proposing, second_look
from hbcore.services import facts as facts_seen
from hbcore.services.fact_proposing import MeasureRefused
from hbcore.services.fact_put_down import Ahead, PutDown
from hbcore.services.second_look import What
from hbcore.storage import join_rows
from hbcore.storage.engine import access_engine, engine
from hbcore.storage.evidence_rows import FACTS
from hbcore.storage.fact_list_rows import LISTS
from hbcore.storage.tables import look_up_event
from tests import standing
from tests.services.facting import AT, CASE, DAY, HOUR, PAPER, REASON, Desk, colours, contact, desk, file, looked_up, row
from tests.standing import YICHANG


@pytest.fixture
def here(database: Path) -> Desk:
    return desk()


def proposed(here: Desk, measure: Measure | None = None, place: int = 0, by: str = "clerk") -> PutDown:
    """A contact, proposed by the clerk."""
    hand = getattr(here, by)
    return fact_proposing.propose(looked_up(place, hand), measure or contact(), REASON, case=CASE, by=hand, at=AT)


def facts() -> list[sa.Row[tuple[object, ...]]]:
    with engine().connect() as connection:
        return list(connection.execute(sa.select(FACTS).order_by(FACTS.c.id)))


def events(act: audit.Act) -> list[dict[str, object]]:
    with engine().connect() as connection:
        c = audit.EVENTS.c
        found = connection.execute(sa.select(c.figures).where(c.act == str(act)).order_by(c.seq))
        return [json.loads(figures) for (figures,) in found]


def test_a_proposed_fact_is_not_in_force_and_touches_no_code(here: Desk) -> None:
    made = proposed(here)

    assert colours(here.people[:1]) == ["green"]
    assert facts() == []
    assert made.changes == {"green>yellow": 1}


def test_s13_a_fact_by_hand_takes_a_second_person_of_the_level_above(here: Desk) -> None:
    made = proposed(here)

    for hand, why in ((here.clerk, "not_allowed"), (here.county, "not_your_unit")):
        with pytest.raises(Refused, match=why):
            fact_lists.confirm(made.proposal_id, by=hand, at=AT)
    assert colours(here.people[:1]) == ["green"]
    done = fact_lists.confirm(made.proposal_id, by=here.prefecture, at=AT)

    assert (done.changes, colours(here.people[:1])) == (made.changes, ["yellow"])
    (fact,) = facts()
    assert (fact.proposed_by, fact.confirmed_by) == (here.clerk.id, here.prefecture.id)
    assert (fact.case_number, fact.list_id) == (CASE, made.list_id)
    assert [one["codes"] for one in events(audit.Act.FACTS_CONFIRMED)] == [{"green>yellow": 1}]


def test_s14_who_proposed_cannot_confirm_not_even_at_the_province(here: Desk) -> None:
    made = proposed(here, by="province")

    with pytest.raises(Refused, match="own_proposal"):
        fact_lists.confirm(made.proposal_id, by=here.province, at=AT)
    fact_lists.confirm(made.proposal_id, by=here.other_province, at=AT)
    assert colours(here.people[:1]) == ["yellow"]


def test_s14_the_database_takes_no_list_confirmed_by_who_proposed_it(here: Desk) -> None:
    made = proposed(here)

    with pytest.raises(sa.exc.IntegrityError), engine().begin() as connection:
        connection.execute(sa.update(LISTS).where(LISTS.c.id == made.list_id).values(confirmed_by=here.clerk.id, confirmed_at=AT))


def test_a_declined_a_withdrawn_and_an_expired_proposal_change_nothing(here: Desk) -> None:
    declined, withdrawn, expired = (proposed(here, place=place) for place in range(3))
    second_look.decline(declined.proposal_id, by=here.prefecture, at=AT)
    second_look.withdraw(withdrawn.proposal_id, by=here.clerk, at=AT)

    for made, at in ((declined, AT), (withdrawn, AT), (expired, AT + second_look.LASTS)):
        with pytest.raises(Refused, match="proposal_gone"):
            fact_lists.confirm(made.proposal_id, by=here.prefecture, at=at)
    assert (facts(), colours(here.people)) == ([], ["green"] * 3)


def test_what_it_will_do_is_said_to_both_and_is_what_it_does(here: Desk) -> None:
    person = looked_up(0, here.clerk)
    before = fact_proposing.preview(person, contact(), REASON, case=CASE, by=here.clerk, at=AT)
    made = proposed(here)
    seen = fact_lists.effect_of(made.list_id, by=here.prefecture, at=AT).changes
    done = fact_lists.confirm_list(made.list_id, by=here.prefecture, at=AT)

    assert before.changes == made.changes == seen == done.changes == {"green>yellow": 1}


def test_a_proposal_of_another_prefecture_is_not_shown(here: Desk) -> None:
    made = proposed(here)
    stranger = standing.staff(Role.SUPERVISOR, AT, name="yichang", unit=YICHANG)

    with pytest.raises(Refused, match="not_your_unit"):
        fact_lists.effect_of(made.list_id, by=stranger, at=AT)


FAULTS = [
    ({"kind": FactKind.SELF_DECLARED}, {"kind": RowCode.NOT_BY_HAND}),
    ({"evidence": ""}, {"evidence_number": RowCode.MISSING}),
    ({"evidence": "张三"}, {"evidence_number": RowCode.NOT_A_REFERENCE}),
    ({"exposure": ""}, {"exposure": RowCode.EXPOSURE_NEEDED}),
    ({"until_at": AT + 14 * DAY}, {"until": RowCode.LASTS_TOO_LONG}),
    ({"until_at": AT - 2 * DAY}, {"until": RowCode.ENDS_BEFORE_IT_BEGINS}),
    ({"until_at": AT}, {"until": RowCode.OVER_ALREADY}),
    ({"from_at": AT + 2 * DAY}, {"from": RowCode.BEGINS_TOO_LATE}),
    ({"from_at": AT - 20 * DAY}, {"from": RowCode.BEGAN_TOO_LONG_AGO}),
    ({"kind": FactKind.CONFIRMED, "until_at": AT + DAY}, {"until": RowCode.HAS_NO_END}),
]


@pytest.mark.parametrize(("changed", "found"), FAULTS, ids=lambda value: str(value)[:60])
def test_a_measure_that_breaks_a_rule_is_refused_with_the_part_and_the_rule(
    changed: dict[str, object], found: object, here: Desk
) -> None:
    with pytest.raises(MeasureRefused) as refused:
        proposed(here, contact(**changed))

    assert refused.value.found == found


def test_without_an_end_it_lasts_as_long_as_the_policy_says_and_no_longer_than_a_hand_may(here: Desk) -> None:
    made = proposed(here, contact(until_at=None))
    fact_lists.confirm(made.proposal_id, by=here.prefecture, at=AT)

    assert facts()[0].until_at == AT - DAY + 14 * DAY


UNSTATED = [("", CASE, "reason_needed"), (REASON, None, "facts_need_a_case"), (REASON, "张三", "not_a_reference")]


@pytest.mark.parametrize(("reason", "case", "why"), UNSTATED)
def test_reason_and_case_are_always_asked_of_a_contact(reason: str, case: str | None, why: str, here: Desk) -> None:
    person = looked_up(0, here.clerk)
    with pytest.raises(Refused, match=why):
        fact_proposing.propose(person, contact(), reason, case=case, by=here.clerk, at=AT)


def test_of_an_empty_contact_all_that_is_missing_is_told_at_once(here: Desk) -> None:
    person = looked_up(0, here.clerk)
    for do in (fact_proposing.preview, fact_proposing.propose):
        with pytest.raises(MeasureRefused) as refused:
            do(person, contact(evidence="", exposure=""), "", by=here.clerk, at=AT)
        assert set(refused.value.found) == {"evidence_number", "exposure"}
        assert [one.code for one in refused.value.also] == ["facts_need_a_case", "reason_needed"]


def test_nobody_is_proposed_who_was_not_looked_up_or_lives_elsewhere(here: Desk) -> None:
    with pytest.raises(Refused, match="look_up_first"):
        fact_proposing.propose(here.people[0], contact(), REASON, case=CASE, by=here.clerk, at=AT)
    stranger = standing.staff(Role.DISTRICT_STAFF, AT, name="yichang", unit=YICHANG)
    with pytest.raises(Refused, match="not_your_unit"):
        fact_proposing.propose(looked_up(0, stranger), contact(), REASON, case=CASE, by=stranger, at=AT)


def in_force(here: Desk) -> int:
    fact_lists.confirm(proposed(here).proposal_id, by=here.prefecture, at=AT)
    return int(facts()[0].id)


def test_what_a_list_would_do_is_worked_out_again_once_something_was_done(here: Desk) -> None:
    fact = in_force(here)
    ending = fact_proposing.propose_end(fact, PAPER, REASON, by=here.clerk, at=AT)
    seen = fact_lists.effect_of(ending.list_id, by=here.prefecture, at=AT)
    assert seen.changes == {"yellow>green": 1}
    assert fact_lists.effect_of(ending.list_id, by=here.prefecture, at=AT, before=seen) is seen
    fact_lists.confirm(proposed(here, contact(kind=FactKind.HOME_OBSERVATION)).proposal_id, by=here.prefecture, at=AT)

    assert fact_lists.effect_of(ending.list_id, by=here.prefecture, at=AT, before=seen).changes == {}


def test_of_somebody_joined_to_another_meanwhile_the_other_gets_the_fact(here: Desk) -> None:
    made = proposed(here, place=1)
    with engine().begin() as connection:
        join_rows.set_pointer(connection, here.people[1], here.people[2])
    fact_lists.confirm(made.proposal_id, by=here.prefecture, at=AT)

    assert [fact.person_id for fact in facts()] == [here.people[2]]


def test_two_of_one_list_who_are_joined_meanwhile_get_one_fact_the_one_that_ends_last(here: Desk) -> None:
    made = fact_files.propose(
        file(row(1, until="2020-05-28"), row(2, until="2020-05-25")), REASON, case=CASE, by=here.clerk, at=AT
    )
    assert made.proposal_id
    with engine().begin() as connection:
        join_rows.set_pointer(connection, here.people[1], here.people[2])
    done = fact_lists.confirm(made.proposal_id, by=here.prefecture, at=AT)

    ends = datetime(2020, 5, 27, 16, tzinfo=UTC)
    assert [(fact.person_id, fact.until_at) for fact in facts()] == [(here.people[2], ends)]
    assert (done.people, events(audit.Act.FACTS_CONFIRMED)[0]["people"]) == (1, 1)


def test_what_begins_tomorrow_is_said_to_change_codes_then_and_does(here: Desk) -> None:
    begins = AT + 20 * HOUR
    later = contact(from_at=begins)

    seen = fact_proposing.preview(looked_up(0, here.clerk), later, REASON, case=CASE, by=here.clerk, at=AT)
    made = proposed(here, later)
    asked = fact_lists.effect_of(made.list_id, by=here.prefecture, at=AT)
    fact_lists.confirm(made.proposal_id, by=here.prefecture, at=AT)

    turns = Ahead(begins, {"green>yellow": 1})
    assert [(one.changes, one.ahead) for one in (seen, made, asked)] == [({}, turns)] * 3
    assert colours(here.people[:1]) + colours(here.people[:1], begins) == ["green", "yellow"]


def test_a_case_by_full_width_digits_is_the_same_case(here: Desk) -> None:
    proposed(here)

    with pytest.raises(Refused, match="fact_proposed_already"):
        fact_proposing.propose(here.people[0], contact(), REASON, case="ＷＨ-２０２０-１２", by=here.clerk, at=AT)

    made = fact_proposing.propose(
        here.people[0], contact(evidence="武疾控〔２０２０〕１３号"), REASON, case="WH-13", by=here.clerk, at=AT
    )
    fact_lists.confirm(made.proposal_id, by=here.prefecture, at=AT)
    assert [fact.evidence for fact in facts()] == ["武疾控〔2020〕13号"]


def test_second_looks_show_it_to_the_level_above_alone(here: Desk) -> None:
    made = proposed(here)

    seen_by = {"clerk": here.clerk, "county": here.county, "prefecture": here.prefecture, "province": here.province}
    waiting = {name: [one.what for one in second_look.waiting(by=hand, at=AT)] for name, hand in seen_by.items()}
    assert waiting == {"clerk": [What.FACTS], "county": [], "prefecture": [What.FACTS], "province": [What.FACTS]}
    (one,) = second_look.waiting(by=here.prefecture, at=AT + timedelta(minutes=1))
    assert (one.about, one.content["people"], one.content["case"]) == (made.list_id, 1, CASE)


def test_s21_reason_and_exposure_stand_nowhere_in_the_open(here: Desk) -> None:
    measure = contact(exposure="与金丝雀甲同住")
    made = fact_proposing.propose(looked_up(0, here.clerk), measure, "金丝雀乙说的", case=CASE, by=here.clerk, at=AT)
    fact_lists.confirm(made.proposal_id, by=here.prefecture, at=AT)
    shown = fact_lists_shown.opened(made.list_id, by=here.prefecture, at=AT)

    assert (shown.reason, shown.people[0].exposure) == ("金丝雀乙说的", "与金丝雀甲同住")
    with engine().connect() as connection:
        rows = [str(row) for table in SQLModel.metadata.sorted_tables for row in connection.execute(sa.select(table))]
    assert rows
    assert [row for row in rows if "金丝雀" in row or "张三" in row] == []


def test_a_list_that_is_opened_leaves_one_look_up_event_with_its_case(here: Desk) -> None:
    made = proposed(here)
    before = audit.newest_look_up()
    fact_lists_shown.opened(made.list_id, by=here.prefecture, at=AT)

    assert audit.newest_look_up() == before + 1
    with access_engine().connect() as connection:
        row = connection.execute(sa.select(look_up_event).where(look_up_event.c.seq == before + 1)).one()
    assert (row.act, row.subject) == ("list_looked_up", f"fact_list {made.list_id}")
    assert json.loads(row.figures) == {"case": CASE, "people": 1, "purpose": "outbreak_tracing"}


def test_what_is_in_force_ends_soonest_first_and_is_counted_by_kind_and_tonight_beside_what_begins_later(here: Desk) -> None:
    """Closed by a later fact, ended, not begun or over: not in force."""
    midnight = datetime(2020, 5, 20, 16, tzinfo=UTC)
    first, second, third = here.people
    standing.fact(first, FactKind.HOME_OBSERVATION, AT - DAY, AT, until_at=midnight)
    standing.fact(second, FactKind.CONFIRMED, AT - 3 * DAY, AT)
    standing.fact(third, FactKind.CONFIRMED, AT - 3 * DAY, AT)
    standing.fact(third, FactKind.RECOVERED, AT - DAY, AT, until_at=AT + 13 * DAY)
    standing.fact(first, FactKind.FEVER, AT - 20 * DAY, AT)
    standing.fact(first, FactKind.ARRIVAL, AT + DAY, AT, until_at=AT + 2 * DAY)
    elsewhere = standing.person("422801196007307804", AT, unit=YICHANG)
    standing.fact(elsewhere, FactKind.CONFIRMED, AT - DAY, AT)

    seen = facts_seen.seen_now(None, tonight=False, by=here.clerk, at=AT)
    assert [(line.kind, line.person) for line in seen.lines] == [
        (FactKind.HOME_OBSERVATION, first),
        (FactKind.RECOVERED, third),
        (FactKind.CONFIRMED, second),
    ]
    assert (seen.counts, seen.tonight) == ({FactKind.HOME_OBSERVATION: 1, FactKind.RECOVERED: 1, FactKind.CONFIRMED: 1}, 1)
    assert facts_seen.seen_now(None, tonight=False, by=here.clerk, at=AT, before=seen) is seen
    assert [line.person for line in facts_seen.seen_now(None, tonight=True, by=here.clerk, at=AT).lines] == [first]
    assert [line.person for line in facts_seen.seen_now(FactKind.CONFIRMED, tonight=False, by=here.clerk, at=AT).lines] == [
        second
    ]
    assert len(facts_seen.seen_now(None, tonight=False, by=here.province, at=AT).lines) == 4
    ahead = facts_seen.seen_now(None, tonight=False, ahead=True, by=here.clerk, at=AT)
    assert ([(line.kind, line.person) for line in ahead.lines], seen.ahead) == ([(FactKind.ARRIVAL, first)], 1)
