"""Bursts of facts (S15): asked about, recorded and alarmed; what lifts a measure is none, ending it is one."""

import pytest
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.fact_rules import MANY_A_SHIFT, Measure
from hbcore.domain.vocabulary import FactKind
from hbcore.services import alarms, audit, fact_bursts, fact_proposing
from hbcore.storage.engine import engine
from tests import standing
from tests.services.facting import AT, CASE, DAY, HOUR, PAPER, REASON, Desk, contact, looked_up
from tests.services.test_facts_by_two import events, facts, here, proposed

assert here


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
