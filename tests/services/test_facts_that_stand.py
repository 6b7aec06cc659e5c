"""A fact that stands: ended and extended by two, opened with its hands, not proposed again while it waits or stands."""

import pytest
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.staying import Stays
from hbcore.domain.vocabulary import Colour, FactKind, RowCode
from hbcore.services import audit, fact_bursts, fact_lists, fact_lists_shown, fact_proposing, fact_records, second_look
from hbcore.services import facts as facts_seen
from hbcore.services.fact_proposing import MeasureRefused
from hbcore.services.fact_repeats import WaitingAct
from hbcore.services.second_look import What
from hbcore.storage import join_rows
from hbcore.storage.engine import engine
from tests.services.facting import AT, CASE, DAY, HOUR, PAPER, REASON, Desk, colours, contact, looked_up
from tests.services.test_facts_by_two import events, facts, here, in_force, proposed

assert here


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


def test_an_extension_says_how_much_longer_the_code_stays_what_it_is_to_both_and_does_that(here: Desk) -> None:
    fact = in_force(here)
    later, ends = AT + 5 * DAY, AT + 19 * DAY - HOUR
    new = contact(from_at=later - HOUR, until_at=ends, exposure="")
    seen = fact_proposing.preview_extension(fact, new, by=here.clerk, at=later)
    made = fact_proposing.propose_extension(fact, new, "再次接触", by=here.clerk, at=later)
    told = fact_lists.effect_of(made.list_id, by=here.prefecture, at=later)
    (line,) = fact_lists_shown.opened(made.list_id, by=here.prefecture, at=later).people
    done = fact_lists.confirm(made.proposal_id, by=here.prefecture, at=later)

    assert seen.stays == made.stays == told.stays == done.stays == [(Stays(Colour.YELLOW, AT + 9 * DAY, ends),)]
    assert (line.was_until, line.until_at) == (AT + 9 * DAY, ends)
    assert [one["longer"] for act in (audit.Act.FACT_EXTENSION_PROPOSED, audit.Act.FACT_EXTENDED) for one in events(act)] == [
        1,
        1,
    ]


def test_who_is_yellow_now_and_red_later_is_told_so_to_both_and_counts_as_worse_off(here: Desk) -> None:
    in_force(here)
    begins, person = AT + 20 * HOUR, looked_up(0, here.clerk)
    case = contact(kind=FactKind.CONFIRMED, from_at=begins, until_at=None, exposure="")

    seen = fact_proposing.preview(person, case, REASON, case=CASE, by=here.clerk, at=AT)
    made = fact_proposing.propose(person, case, REASON, case=CASE, by=here.clerk, at=AT)
    told = fact_lists.effect_of(made.list_id, by=here.prefecture, at=AT)
    done = fact_lists.confirm(made.proposal_id, by=here.prefecture, at=AT)

    later = (Stays(Colour.RED, None, None, begins), Stays(Colour.YELLOW, AT + 9 * DAY, None))
    assert seen.stays == made.stays == told.stays == done.stays == [later]
    assert [events(act)[-1]["longer"] for act in (audit.Act.FACT_PROPOSED, audit.Act.FACTS_CONFIRMED)] == [1, 1]


def test_s15_an_extension_that_keeps_a_code_yellow_is_against_its_person(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fact = in_force(here)
    monkeypatch.setattr(fact_bursts, "MANY_A_SHIFT", 0)
    new = contact(from_at=AT, until_at=AT + 14 * DAY, exposure="")

    with pytest.raises(Refused, match="burst_to_confirm"):
        fact_proposing.propose_extension(fact, new, REASON, by=here.clerk, at=AT)
    assert fact_proposing.propose_extension(fact, new, REASON, sure=True, by=here.clerk, at=AT).people == 1


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
