"""A policy that has not begun is withdrawn by two: right at once on every card, and on the stored chains in steps."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import DocumentKind, FactKind, Outcome, Role
from hbcore.services import audit, policies, policy_publishing, policy_withdrawing, publications, second_look
from hbcore.services.acting import Staff
from hbcore.services.policies import PolicyState
from hbcore.storage.code_rows import HISTORY
from hbcore.storage.engine import engine
from tests import standing
from tests.services.publishing import AT, DAY, HOUR, LATER, NUMBERS, WUHAN, applied_at, settle_in
from tests.services.test_policy_publishing import buckets_are_the_chains, card, chains_are_the_rule, stored, table
from tests.standing import Sampled

MEANWHILE = AT + HOUR / 2


@pytest.fixture
def first(database: Path) -> Staff:
    return standing.staff(Role.SUPERVISOR, AT - DAY, name="first", unit="420000")


@pytest.fixture
def second(database: Path) -> Staff:
    return standing.staff(Role.SUPERVISOR, AT - DAY, name="second", unit="420000")


@pytest.fixture
def who(first: Staff, second: Staff) -> list[int]:
    """Five people, and the 48-hour rule for Wuhan published at AT, from LATER on."""
    people = settle_in()
    policy_publishing.propose_kept(WUHAN, by=first, at=AT)
    policy_publishing.publish(WUHAN, valid_from=LATER, by=second, at=AT)
    return people


def withdrawn(first: Staff, second: Staff, at: datetime = MEANWHILE, policy: str = WUHAN) -> None:
    policy_withdrawing.propose(policy, "wrong_instant", by=first, at=at)
    policy_withdrawing.withdraw(policy, by=second, at=at)


def events(act: str) -> list[dict[str, object]]:
    with engine().connect() as connection:
        asked = sa.select(audit.EVENTS.c.figures).where(audit.EVENTS.c.act == act)
        return [json.loads(figures) for figures in connection.execute(asked).scalars()]


def lived_under(policy: str) -> int:
    with engine().connect() as connection:
        asked = sa.select(sa.func.count()).select_from(HISTORY).where(HISTORY.c.policy == policy)
        return int(connection.execute(asked).scalar_one())


def test_a_withdrawn_policy_begins_at_no_time_and_stands_as_withdrawn(first: Staff, second: Staff, who: list[int]):
    announced = card(NUMBERS[0], second, MEANWHILE)

    withdrawn(first, second)

    after, then = card(NUMBERS[0], second, MEANWHILE), card(NUMBERS[0], second, LATER)
    assert (announced.until, after.until, then.policy, then.row) == (LATER, None, "hubei-2020-04", "green-default")
    told = policies.shown(WUHAN, by=first, at=LATER)
    assert (told.shown.state, told.shown.valid_from, told.followed_by) == (PolicyState.WITHDRAWN, None, None)
    gone = told.shown.withdrawal
    assert gone
    assert (gone.why, gone.at, gone.begins) == ("wrong_instant", MEANWHILE, LATER)
    assert (gone.proposed_by, gone.by) == (told.shown.proposed_by, told.shown.published_by)
    assert json.loads(policies.as_certlogic(told.shown))["ValidFrom"] is None
    assert policies.shown("hubei-2020-04", by=first, at=LATER).shown.state == PolicyState.IN_FORCE
    assert second_look.waiting(by=second, at=MEANWHILE) == ()


@pytest.mark.parametrize("at", [MEANWHILE + HOUR / 4, LATER + 3 * HOUR], ids=["before it would have begun", "after"])
def test_the_coming_codes_that_it_decided_are_decided_again_in_steps(first: Staff, second: Staff, who: list[int], at: datetime):
    before = [stored(person) for person in who]
    applied_at(AT + timedelta(minutes=5))
    assert [stored(person) for person in who] != before

    withdrawn(first, second)
    seen = publications.in_progress()
    steps = applied_at(at)

    assert seen is not None
    assert (seen.withdrawal, seen.done, seen.people) == (True, 0, 4)
    assert [(one.done, one.withdrawal) for one in steps] == [(2, True), (4, True), (4, True)]
    assert steps[-1].changes == {"grey>green": 2, "red>yellow": 1}
    assert [stored(person) for person in who] == before  # since when, too
    chains_are_the_rule(who, at)
    buckets_are_the_chains(AT, MEANWHILE, LATER, LATER + HOUR, LATER + 9 * DAY)
    assert lived_under(WUHAN) == 0  # nobody lived a moment of it


def test_one_withdrawn_in_the_middle_of_its_application_is_applied_no_further(first: Staff, second: Staff, who: list[int]):
    publications.step(at=AT, most=1)

    withdrawn(first, second)
    steps = applied_at(MEANWHILE)

    assert all(one.withdrawal for one in steps)
    chains_are_the_rule(who, MEANWHILE)
    buckets_are_the_chains(AT, MEANWHILE, LATER, LATER + DAY)
    assert policies.shown(WUHAN, by=first, at=MEANWHILE).shown.applied == steps[-1]


def test_who_was_decided_again_since_is_left_as_they_are(first: Staff, second: Staff, who: list[int]):
    applied_at(AT)
    withdrawn(first, second)
    at = LATER + HOUR
    standing.result(who[0], Sampled(Outcome.POSITIVE, at, sample_number="S9"), at)
    meanwhile = stored(who[0])

    applied_at(at + HOUR)

    assert stored(who[0]) == meanwhile
    chains_are_the_rule(who, at + HOUR)
    buckets_are_the_chains(LATER, at, at + HOUR)


def test_who_would_have_had_no_code_under_it_keeps_the_one_they_have(first: Staff, second: Staff, database: Path):
    unknown = standing.person("E12345678", AT - 9 * DAY, kind=DocumentKind.PASSPORT)  # without a registration
    standing.fact(unknown, FactKind.CLOSE_CONTACT, AT - DAY, AT - DAY)
    kept = json.loads(table(id="says-nothing"))
    kept["rows"] = [{**row, "against": False} for row in kept["rows"]]
    policy_publishing.propose(json.dumps(kept).encode(), by=first, at=AT)
    before = stored(unknown)
    policy_publishing.publish("says-nothing", valid_from=LATER, by=second, at=AT)
    applied_at(AT)
    assert stored(unknown)[-1][3] == LATER

    withdrawn(first, second, policy="says-nothing")
    applied_at(MEANWHILE)

    assert stored(unknown) == before
    chains_are_the_rule([unknown], MEANWHILE)
    buckets_are_the_chains(MEANWHILE, LATER, LATER + DAY)


def test_nobody_withdraws_alone_and_only_the_province_does(first: Staff, second: Staff, who: list[int]):
    below = standing.staff(Role.SUPERVISOR, AT - DAY, name="below", unit="420100")

    with pytest.raises(Refused, match="proposal_gone"):
        policy_withdrawing.withdraw(WUHAN, by=second, at=MEANWHILE)
    with pytest.raises(Refused, match="province_only"):
        policy_withdrawing.propose(WUHAN, "not_ready", by=below, at=MEANWHILE)
    policy_withdrawing.propose(WUHAN, "not_ready", by=first, at=MEANWHILE)
    with pytest.raises(Refused, match="own_proposal"):
        policy_withdrawing.withdraw(WUHAN, by=first, at=MEANWHILE)
    with pytest.raises(Refused, match="province_only"):
        policy_withdrawing.withdraw(WUHAN, by=below, at=MEANWHILE)
    assert policies.shown(WUHAN, by=first, at=MEANWHILE).shown.state == PolicyState.AHEAD


def test_one_that_has_begun_or_is_withdrawn_or_waits_is_not_withdrawn(first: Staff, second: Staff, who: list[int]):
    with pytest.raises(Refused, match="policy_not_ahead"):
        policy_withdrawing.propose("hubei-2020-04", "not_ready", by=first, at=MEANWHILE)
    with pytest.raises(Refused, match="unknown_policy"):
        policy_withdrawing.propose("none", "not_ready", by=first, at=MEANWHILE)
    with pytest.raises(Refused, match="unknown_reason"):
        policy_withdrawing.propose(WUHAN, "because", by=first, at=MEANWHILE)
    policy_withdrawing.propose(WUHAN, "not_ready", by=first, at=MEANWHILE)
    with pytest.raises(Refused, match="already_proposed"):
        policy_withdrawing.propose(WUHAN, "not_ready", by=second, at=MEANWHILE)
    policy_withdrawing.withdraw(WUHAN, by=second, at=LATER - timedelta(microseconds=1))
    with pytest.raises(Refused, match="policy_not_ahead"):
        policy_withdrawing.propose(WUHAN, "not_ready", by=first, at=MEANWHILE)


def test_whose_instant_has_come_meanwhile_is_not_withdrawn_and_is_applied(first: Staff, second: Staff, who: list[int]):
    policy_withdrawing.propose(WUHAN, "not_ready", by=first, at=MEANWHILE)

    with pytest.raises(Refused, match="policy_not_ahead"):
        policy_withdrawing.withdraw(WUHAN, by=second, at=LATER)

    assert [one.withdrawal for one in applied_at(LATER)] == [False] * 3
    chains_are_the_rule(who, LATER)


def test_its_instant_is_free_for_another_and_its_table_needs_another_id(first: Staff, second: Staff, who: list[int]):
    withdrawn(first, second)

    with pytest.raises(Refused, match="policy_withdrawn"):
        policy_publishing.propose_kept(WUHAN, by=first, at=MEANWHILE)
    with pytest.raises(Refused, match="policy_withdrawn"):
        policies.before_table(table(), by=first, at=MEANWHILE)
    policy_publishing.propose(table(id="wuhan-2"), by=first, at=MEANWHILE)
    policy_publishing.publish("wuhan-2", valid_from=LATER, by=second, at=MEANWHILE)
    applied_at(MEANWHILE)

    chains_are_the_rule(who, MEANWHILE)
    buckets_are_the_chains(MEANWHILE, LATER, LATER + DAY)
    assert policies.shown("wuhan-2", by=first, at=LATER).shown.state == PolicyState.IN_FORCE


def test_one_act_one_event_with_its_reason_and_how_many_it_concerns(first: Staff, second: Staff, who: list[int]):
    withdrawn(first, second)

    assert [one["reason"] for one in events("policy_withdrawal_proposed")] == ["wrong_instant"]
    (done,) = events("policy_withdrawn")
    assert (done["policy"], done["people"], done["reason"], done["unit"]) == (WUHAN, 4, "wrong_instant", "420100")


def test_no_withdrawal_without_its_event(first: Staff, second: Staff, who: list[int], monkeypatch: pytest.MonkeyPatch):
    policy_withdrawing.propose(WUHAN, "not_ready", by=first, at=MEANWHILE)
    monkeypatch.setattr(policy_withdrawing.audit, "record", lambda *_a, **_k: pytest.fail("not written"))

    with pytest.raises(pytest.fail.Exception):
        policy_withdrawing.withdraw(WUHAN, by=second, at=MEANWHILE)

    assert policies.shown(WUHAN, by=first, at=MEANWHILE).shown.state == PolicyState.AHEAD
    assert applied_at(AT)[-1].withdrawal is False


BY_TWO = {"withdrawn_at": 6, "withdrawn_from": 7, "withdrawn_for": "not_ready", "withdrawal_by": 1, "withdrawn_by": 2}
WRONG = """
    withdrawn_by=1      | by one alone (S14)
    withdrawal_by=NULL  | proposed by nobody
    withdrawn_for=NULL  | for no reason
    withdrawn_from=6    | it has begun
    valid_from=7        | it begins after all
    published_at=NULL   | it was never published
"""


@pytest.mark.parametrize("wrong", [line.split("|")[0].strip() for line in WRONG.strip().splitlines()])
def test_the_database_refuses_any_other_withdrawal(database: Path, wrong: str):
    name, _, value = wrong.partition("=")
    whole = {"published_at": 5, **BY_TWO}

    def written(values: dict[str, object]) -> None:
        kept = {"id": "p", "scope": "420000", "content": "{}", "recorded_at": 1, **values}
        with engine().connect() as connection, connection.begin():
            connection.execute(sa.table("policy", *map(sa.column, kept)).insert().values(kept))

    with pytest.raises(sa.exc.IntegrityError):
        written({**whole, name: int(value) if value != "NULL" else None})
    written(whole)
