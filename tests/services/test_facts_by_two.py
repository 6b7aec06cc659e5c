"""Facts between two people: nothing before the second, what it will do said beforehand, ended and extended by two as well."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from hbcore.domain.errors import Refused
from hbcore.domain.fact_rules import MANY_A_SHIFT, Measure
from hbcore.domain.vocabulary import FactKind, Role, RowCode
from hbcore.services import alarms, audit, fact_bursts, fact_files, fact_lists, fact_proposing, fact_records, second_look
from hbcore.services import facts as facts_seen
from hbcore.services.fact_proposing import MeasureRefused
from hbcore.services.fact_put_down import Ahead, PutDown
from hbcore.services.fact_repeats import WaitingAct
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


def test_nobody_is_proposed_who_was_not_looked_up_or_lives_elsewhere(here: Desk) -> None:
    with pytest.raises(Refused, match="look_up_first"):
        fact_proposing.propose(here.people[0], contact(), REASON, case=CASE, by=here.clerk, at=AT)
    stranger = standing.staff(Role.DISTRICT_STAFF, AT, name="yichang", unit=YICHANG)
    with pytest.raises(Refused, match="not_your_unit"):
        fact_proposing.propose(looked_up(0, stranger), contact(), REASON, case=CASE, by=stranger, at=AT)


def in_force(here: Desk) -> int:
    fact_lists.confirm(proposed(here).proposal_id, by=here.prefecture, at=AT)
    return int(facts()[0].id)


def test_ending_early_takes_two_and_the_history_stays(here: Desk) -> None:
    fact = in_force(here)
    later = AT + DAY
    assert fact_proposing.preview_end(fact, by=here.clerk, at=later).changes == {"yellow>green": 1}
    made = fact_proposing.propose_end(fact, "武疾控〔2020〕15号", "排除接触", by=here.clerk, at=later)
    assert colours(here.people[:1], later) == ["yellow"]
    with pytest.raises(Refused, match="not_allowed"):
        fact_lists.confirm(made.proposal_id, by=here.clerk, at=later)
    done = fact_lists.confirm(made.proposal_id, by=here.prefecture, at=later)

    (ended,) = facts()
    assert done.changes == made.changes == {"yellow>green": 1}
    assert (ended.until_at, ended.ended_at) == (AT + 9 * DAY, later)
    assert (ended.end_proposed_by, ended.end_confirmed_by) == (here.clerk.id, here.prefecture.id)
    assert (ended.evidence, ended.end_evidence) == (PAPER, "武疾控〔2020〕15号")
    assert len(events(audit.Act.FACT_ENDED)) == 1


def test_extending_adds_a_fact_that_follows_and_ends_the_old_one(here: Desk) -> None:
    fact = in_force(here)
    later = AT + 5 * DAY
    new = contact(from_at=later - HOUR, until_at=later - HOUR + 14 * DAY, evidence="武疾控〔2020〕20号", exposure="")
    seen = fact_proposing.preview_extension(fact, new, by=here.clerk, at=later)
    made = fact_proposing.propose_extension(fact, new, "再次接触", by=here.clerk, at=later)
    assert seen.changes == made.changes == {}
    fact_lists.confirm(made.proposal_id, by=here.prefecture, at=later)

    old, added = facts()
    assert (old.ended_at, added.follows, added.until_at, added.case_number) == (later, fact, later - HOUR + 14 * DAY, CASE)
    assert colours(here.people[:1], later + 13 * DAY) == ["yellow"]


def test_an_extension_lasts_no_longer_than_the_kind_from_the_new_evidence(here: Desk) -> None:
    fact = in_force(here)
    too_long = contact(from_at=AT, until_at=AT + 15 * DAY)
    too_late = contact(from_at=AT + HOUR, until_at=AT + DAY)
    for measure, code in ((too_long, RowCode.LASTS_TOO_LONG), (too_late, RowCode.BEGINS_TOO_LATE)):
        with pytest.raises(MeasureRefused) as refused:
            fact_proposing.propose_extension(fact, measure, REASON, by=here.clerk, at=AT)
        assert set(refused.value.found.values()) == {code}


def test_an_extension_that_changes_no_end_or_shortens_it_is_refused(here: Desk) -> None:
    fact = in_force(here)
    for until_at in (AT + 9 * DAY, AT + 8 * DAY):
        same = contact(from_at=AT, until_at=until_at)
        with pytest.raises(Refused, match="extends_nothing"):
            fact_proposing.preview_extension(fact, same, by=here.clerk, at=AT)
        with pytest.raises(Refused, match="extends_nothing"):
            fact_proposing.propose_extension(fact, same, REASON, by=here.clerk, at=AT)


def test_a_fact_opened_says_exposure_reason_and_both_hands_with_their_units_and_times(here: Desk) -> None:
    made = proposed(here)
    fact_lists.confirm(made.proposal_id, by=here.prefecture, at=AT + HOUR)
    before = audit.newest_look_up()
    card = facts_seen.one(int(facts()[0].id), by=here.clerk, at=AT + HOUR)

    assert (card.exposure, card.reason) == ("5月19日同桌就餐", REASON)
    assert card.proposed == facts_seen.Hand("clerk", here.clerk.unit or "", AT)
    assert card.confirmed == facts_seen.Hand("prefecture", "420100", AT + HOUR)
    assert audit.newest_look_up() == before + 1


def test_an_open_fact_hears_of_what_is_proposed_of_it_without_another_look_up(here: Desk) -> None:
    fact = in_force(here)
    card = facts_seen.one(fact, by=here.clerk, at=AT)
    assert facts_seen.one(fact, by=here.clerk, at=AT, before=card) is card
    before = audit.newest_look_up()
    fact_proposing.propose_end(fact, PAPER, REASON, by=here.clerk, at=AT)
    waits = facts_seen.one(fact, by=here.clerk, at=AT, before=card).line.waits

    assert waits == WaitingAct(What.END_FACT, "clerk", AT)
    assert audit.newest_look_up() == before
    (line,) = facts_seen.seen_now(None, tonight=False, by=here.clerk, at=AT).lines
    assert line.waits == waits


def test_a_fact_that_ended_meanwhile_is_neither_ended_nor_extended_again(here: Desk) -> None:
    fact = in_force(here)
    ending = fact_proposing.propose_end(fact, PAPER, REASON, by=here.clerk, at=AT)
    fact_lists.confirm(ending.proposal_id, by=here.prefecture, at=AT)

    with pytest.raises(Refused, match="fact_gone"):
        fact_proposing.propose_extension(fact, contact(from_at=AT), REASON, by=here.clerk, at=AT)
    with pytest.raises(Refused, match="fact_gone"):
        fact_proposing.propose_end(fact, PAPER, REASON, by=here.clerk, at=AT)
    assert colours(here.people[:1]) == ["green"]


def test_the_same_of_one_case_is_not_proposed_again_while_it_waits_or_stands(here: Desk) -> None:
    waiting = proposed(here)
    with pytest.raises(Refused, match="fact_proposed_already"):
        proposed(here, contact(evidence="武疾控〔2020〕99号", from_at=AT - HOUR))
    fact_lists.confirm(waiting.proposal_id, by=here.prefecture, at=AT)
    with pytest.raises(Refused, match="fact_on_record"):
        proposed(here)
    with pytest.raises(Refused, match="fact_on_record"):
        fact_proposing.preview(looked_up(0, here.clerk), contact(), REASON, case=f" {CASE} ", by=here.clerk, at=AT)
    other = fact_proposing.propose(looked_up(0, here.clerk), contact(), REASON, case="WH-2020-13", by=here.clerk, at=AT)

    assert other.people == proposed(here, place=1).people == 1
    assert len(facts()) == 1


def test_a_declined_an_ended_and_a_closed_fact_make_room_for_the_same_again(here: Desk) -> None:
    second_look.decline(proposed(here).proposal_id, by=here.prefecture, at=AT)
    fact = in_force(here)
    ending = fact_proposing.propose_end(fact, PAPER, REASON, by=here.clerk, at=AT)
    fact_lists.confirm(ending.proposal_id, by=here.prefecture, at=AT)
    assert proposed(here).people == 1

    case = contact(kind=FactKind.CONFIRMED, from_at=AT - 5 * DAY, until_at=None)
    fact_lists.confirm(proposed(here, case, place=1).proposal_id, by=here.prefecture, at=AT)
    recovered = contact(kind=FactKind.RECOVERED, from_at=AT - DAY, until_at=None)
    fact_lists.confirm(proposed(here, recovered, place=1).proposal_id, by=here.prefecture, at=AT)
    assert proposed(here, contact(kind=FactKind.CONFIRMED, from_at=AT, until_at=None), place=1).people == 1


def test_what_lifts_a_measure_is_the_same_only_from_the_same_instant(here: Desk) -> None:
    released = contact(kind=FactKind.RELEASED, from_at=AT - DAY, until_at=None)
    fact_lists.confirm(proposed(here, released).proposal_id, by=here.prefecture, at=AT)

    with pytest.raises(Refused, match="fact_on_record"):
        proposed(here, released)
    assert proposed(here, contact(kind=FactKind.RELEASED, from_at=AT, until_at=None)).people == 1


def test_what_another_confirmation_has_recorded_meanwhile_is_not_recorded_twice(here: Desk) -> None:
    """Of two rows of one person, joined while both lists wait."""
    first, second = proposed(here, place=1), proposed(here, place=2)
    with engine().begin() as connection:
        join_rows.set_pointer(connection, here.people[1], here.people[2])
    fact_lists.confirm(first.proposal_id, by=here.prefecture, at=AT)

    with pytest.raises(Refused, match="facts_recorded_meanwhile"):
        fact_lists.confirm(second.proposal_id, by=here.prefecture, at=AT)
    with pytest.raises(Refused, match="nothing_left_on_list"):
        fact_lists.confirm(second.proposal_id, left_out=[here.people[2]], by=here.prefecture, at=AT)
    assert len(facts()) == 1
    second_look.decline(second.proposal_id, by=here.prefecture, at=AT)


def test_of_one_fact_one_act_waits_at_a_time_whichever_it_is(here: Desk) -> None:
    fact, longer = in_force(here), contact(from_at=AT, until_at=AT + 12 * DAY)
    ending = fact_proposing.propose_end(fact, PAPER, REASON, by=here.clerk, at=AT)
    for refused in (
        lambda: fact_proposing.propose_extension(fact, longer, REASON, by=here.clerk, at=AT),
        lambda: fact_proposing.preview_extension(fact, longer, by=here.clerk, at=AT),
        lambda: fact_proposing.propose_end(fact, PAPER, REASON, by=here.county, at=AT),
    ):
        with pytest.raises(Refused, match="end_waits") as why:
            refused()
        assert why.value.values == {"name": "clerk"}
    second_look.withdraw(ending.proposal_id, by=here.clerk, at=AT)
    fact_proposing.propose_extension(fact, longer, REASON, by=here.clerk, at=AT)

    with pytest.raises(Refused, match="extension_waits"):
        fact_proposing.propose_end(fact, PAPER, REASON, by=here.clerk, at=AT)
    with pytest.raises(Refused, match="extension_waits"):
        fact_proposing.preview_end(fact, by=here.clerk, at=AT)


def test_what_waits_about_a_fact_lapses_when_the_fact_ends(here: Desk) -> None:
    fact = in_force(here)
    fact_proposing.propose_end(fact, PAPER, REASON, by=here.clerk, at=AT)
    with Session(engine()) as session, session.begin():
        fact_records.end_fact(session, here.people[0], fact, evidence=PAPER, proposed_by=8, confirmed_by=9, at=AT)

    assert second_look.waiting(by=here.prefecture, at=AT) == ()


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


def test_s15_a_burst_is_asked_about_then_recorded_and_alarms(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fact_bursts, "MANY_A_SHIFT", 1)
    proposed(here)
    person = looked_up(1, here.clerk)
    with pytest.raises(Refused, match="burst_to_confirm"):
        fact_proposing.propose(person, contact(), REASON, case=CASE, by=here.clerk, at=AT)
    with Session(engine()) as session:
        assert fact_bursts.bursts(session, here.prefecture.unit or "", AT) == []
    made = fact_proposing.propose(person, contact(), REASON, case=CASE, sure=True, by=here.clerk, at=AT)

    told = [[one["burst"] for one in events(act)] for act in (audit.Act.FACT_PROPOSED, audit.Act.FACT_BURST_PROPOSED)]
    assert told == [[None], [2]]
    (line,) = alarms.seen_now((alarms.AlarmKind.BURST_OF_FACTS,), by=here.prefecture, at=AT).lines
    assert (line.subject, line.n) == (f"fact_list {made.list_id}", 1)
    assert alarms.seen_now((alarms.AlarmKind.BURST_OF_FACTS,), by=here.prefecture, at=AT + fact_bursts.STANDS).lines == ()
    assert MANY_A_SHIFT == 50


def test_s15_people_recorded_one_by_one_beyond_what_is_usual_need_a_case(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fact_bursts, "MANY_A_SHIFT", 1)
    at_home = Measure(FactKind.HOME_OBSERVATION, AT - HOUR, None, PAPER)
    fact_proposing.propose(looked_up(0, here.clerk), at_home, REASON, by=here.clerk, at=AT)
    person = looked_up(1, here.clerk)

    with pytest.raises(Refused, match="burst_needs_a_case"):
        fact_proposing.propose(person, at_home, REASON, sure=True, by=here.clerk, at=AT)
    assert fact_proposing.propose(person, at_home, REASON, case=CASE, sure=True, by=here.clerk, at=AT).people == 1


def test_what_lifts_a_measure_is_no_burst(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fact_bursts, "MANY_A_SHIFT", 0)
    released = Measure(FactKind.RELEASED, AT - HOUR, None, PAPER)

    assert proposed(here, released).people == 1


def test_s15_ending_what_lifts_a_measure_turns_people_red_again_and_is_a_burst_as_well(
    here: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = here.people[0]
    standing.fact(person, FactKind.CONFIRMED, AT - 5 * DAY, AT - 5 * DAY)
    standing.fact(person, FactKind.CASE_EXCLUDED, AT - DAY, AT - DAY)
    excluded = next(fact.id for fact in facts() if fact.kind == FactKind.CASE_EXCLUDED)
    monkeypatch.setattr(fact_bursts, "MANY_A_SHIFT", 0)

    with pytest.raises(Refused, match="burst_to_confirm"):
        fact_proposing.propose_end(excluded, PAPER, REASON, by=here.clerk, at=AT)
    made = fact_proposing.propose_end(excluded, PAPER, REASON, sure=True, by=here.clerk, at=AT)

    assert made.changes == {"green>red": 1}
    (line,) = alarms.seen_now((alarms.AlarmKind.BURST_OF_FACTS,), by=here.prefecture, at=AT).lines
    assert line.subject == f"fact_list {made.list_id}"


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
    shown = facts_seen.opened(made.list_id, by=here.prefecture, at=AT)

    assert (shown.reason, shown.people[0].exposure) == ("金丝雀乙说的", "与金丝雀甲同住")
    with engine().connect() as connection:
        rows = [str(row) for table in SQLModel.metadata.sorted_tables for row in connection.execute(sa.select(table))]
    assert rows
    assert [row for row in rows if "金丝雀" in row or "张三" in row] == []


def test_a_list_that_is_opened_leaves_one_look_up_event_with_its_case(here: Desk) -> None:
    made = proposed(here)
    before = audit.newest_look_up()
    facts_seen.opened(made.list_id, by=here.prefecture, at=AT)

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
