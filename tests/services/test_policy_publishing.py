"""A policy is proposed by one, published by another, right at once on every card, and applied to everybody in steps."""

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.known import instant, micros
from hbcore.domain.policy_eras import segments_over
from hbcore.domain.sentence import TABLES
from hbcore.domain.vocabulary import Outcome, Purpose, Role
from hbcore.services import people, policies, policy_publishing, publications, second_look
from hbcore.services.acting import Staff
from hbcore.services.policies import PolicyState
from hbcore.services.policies_published import eras_at
from hbcore.storage import code_rows, look_up_rows
from hbcore.storage.code_rows import BUCKETS, HISTORY, SEGMENTS
from hbcore.storage.engine import engine
from hbcore.storage.instants import raw
from tests import standing
from tests.services.publishing import AT, DAY, HOUR, IN_YICHANG, LATER, NUMBERS, WUHAN, applied_at, settle_in
from tests.standing import Sampled


def table(**changed: object) -> bytes:
    """The 48-hour table for Wuhan, otherwise than as it is kept."""
    kept = json.loads((TABLES / "policies" / f"{WUHAN}.json").read_text("utf-8"))
    return json.dumps({**kept, **changed}).encode()


@pytest.fixture
def first(database: Path) -> Staff:
    return standing.staff(Role.SUPERVISOR, AT - DAY, name="first", unit="420000")


@pytest.fixture
def second(database: Path) -> Staff:
    return standing.staff(Role.SUPERVISOR, AT - DAY, name="second", unit="420000")


@pytest.fixture
def published(first: Staff, second: Staff) -> datetime:
    """The 48-hour rule for Wuhan, published at AT, from LATER on."""
    policy_publishing.propose_kept(WUHAN, by=first, at=AT)
    return policy_publishing.publish(WUHAN, valid_from=LATER, by=second, at=AT)


def publish(policy: str, first: Staff, second: Staff, begins: datetime) -> None:
    policy_publishing.propose_kept(policy, by=first, at=AT)
    policy_publishing.publish(policy, valid_from=begins, by=second, at=AT)


def another(by: Staff, **differs: object) -> None:
    """The 48-hour rule under another id, proposed."""
    table = json.loads((TABLES / "policies" / f"{WUHAN}.json").read_text("utf-8")) | {"id": "another", **differs}
    policy_publishing.propose(json.dumps(table).encode(), by=by, at=AT)


def stored(person: int) -> list[tuple[str, str, datetime, datetime | None]]:
    c = SEGMENTS.c
    wanted = sa.select(c.policy, c.row, raw(c.from_at), raw(c.until_at)).where(c.person_id == person).order_by(c.from_at)
    with engine().connect() as connection:
        return [(a, b, instant(f), None if u is None else instant(u)) for a, b, f, u in connection.execute(wanted)]


def rule(person: int, at: datetime) -> list[tuple[str, str, datetime, datetime | None]]:
    """What the published tables say of a person from `at` on."""
    with engine().connect() as connection, connection.begin(), Session(connection) as session:
        known = people.known_of(look_up_rows.read_person(connection, person, at))
        return [
            (policy, one.row, one.from_at, one.until_at)
            for policy, one in segments_over(eras_at(session, known.unit, at), known, at)
        ]


def chains_are_the_rule(who: list[int], at: datetime) -> None:
    for person in who:
        ahead = [one for one in stored(person) if one[3] is None or one[3] > at]
        assert [(a, b, max(f, at), u) for a, b, f, u in ahead] == rule(person, at)


def buckets_are_the_chains(*moments: datetime) -> None:
    with engine().connect() as connection:
        for at in moments:
            held = sa.select(SEGMENTS.c.unit, SEGMENTS.c.colour, sa.func.count()).where(
                SEGMENTS.c.from_at <= at, SEGMENTS.c.until_at.is_(None) | (SEGMENTS.c.until_at > at)
            )
            past = sa.select(HISTORY.c.unit, HISTORY.c.colour, sa.func.count()).where(
                HISTORY.c.from_at <= at, HISTORY.c.until_at > at
            )
            scanned: Counter[tuple[str, str]] = Counter()
            for one, c in ((held, SEGMENTS.c), (past, HISTORY.c)):
                for unit, colour, n in connection.execute(one.group_by(c.unit, c.colour)):
                    scanned[unit, colour] += n
            counted = sa.select(BUCKETS.c.unit, BUCKETS.c.colour, sa.func.sum(BUCKETS.c.n)).where(
                BUCKETS.c.minute <= micros(at) // code_rows.MINUTE
            )
            rows = connection.execute(counted.group_by(BUCKETS.c.unit, BUCKETS.c.colour))
            assert {(unit, colour): n for unit, colour, n in rows if n} == dict(scanned)


def card(number: str, by: Staff, at: datetime) -> people.CodeShown:
    found = people.find(number, purpose=Purpose.CODE_QUESTION, by=by, at=at)
    assert found
    assert found.code
    return found.code


def test_a_policy_is_in_force_from_its_instant_where_it_applies(first: Staff, second: Staff):
    who = settle_in()
    policy_publishing.propose_kept(WUHAN, by=first, at=AT)

    policy_publishing.publish(WUHAN, valid_from=LATER, by=second, at=AT)

    states = {one.id: one.state for one in policies.listed(by=first, at=AT)}
    assert states == {"hubei-2020-04": PolicyState.IN_FORCE, WUHAN: PolicyState.AHEAD}
    assert {one.id: one.state for one in policies.listed(by=first, at=LATER)}[WUHAN] == PolicyState.IN_FORCE
    assert second_look.waiting(by=second, at=AT) == ()
    assert len(who) == 5


def test_a_card_is_right_from_the_instant_on_though_nothing_has_been_applied(first: Staff, second: Staff):
    settle_in()
    policy_publishing.propose_kept(WUHAN, by=first, at=AT)
    before = card(NUMBERS[0], second, AT)
    policy_publishing.publish(WUHAN, valid_from=LATER, by=second, at=AT)

    announced, after = card(NUMBERS[0], second, AT), card(NUMBERS[0], second, LATER)

    assert (before.row, before.until) == ("green-default", None)
    assert (announced.row, announced.until) == ("green-default", LATER)
    assert (after.policy, after.row) == (WUHAN, "grey-overdue")
    assert card(IN_YICHANG, second, LATER).row == "green-default"


@pytest.mark.parametrize("at", [AT + timedelta(minutes=5), LATER + timedelta(minutes=5)], ids=["before it begins", "after"])
def test_everybody_it_concerns_is_decided_in_steps_as_of_its_instant(first: Staff, second: Staff, at: datetime):
    who = settle_in()
    policy_publishing.propose_kept(WUHAN, by=first, at=AT)
    policy_publishing.publish(WUHAN, valid_from=LATER, by=second, at=AT)

    steps = applied_at(at)

    assert [one.done for one in steps] == [2, 4, 4]
    assert steps[-1].finished_at == at
    assert steps[-1].people == 4  # not the one in Yichang
    chains_are_the_rule(who, at)
    buckets_are_the_chains(AT, LATER, LATER + HOUR, LATER + 2 * DAY, LATER + 9 * DAY)
    assert steps[-1].changes == {"green>grey": 2, "yellow>red": 1}  # at its instant, whenever it was applied
    assert publications.in_progress() is None


def test_where_a_nearer_policy_holds_nobody_is_concerned(first: Staff, second: Staff):
    who = settle_in()
    publish(WUHAN, first, second, AT)
    applied_at(AT)
    another(first, applies_to="420000")

    policy_publishing.publish("another", valid_from=LATER, by=second, at=AT + HOUR / 2)
    (*_, last) = applied_at(LATER)

    assert (last.people, last.done) == (1, 1)  # the one in Yichang
    chains_are_the_rule(who, LATER)


def test_a_row_that_stands_in_both_policies_has_answered_since_the_first(first: Staff, second: Staff):
    who = settle_in()
    standing.result(who[0], Sampled(Outcome.POSITIVE, AT - HOUR, sample_number="S7"), AT - HOUR)
    before = card(NUMBERS[0], second, AT)
    publish(WUHAN, first, second, LATER)
    applied_at(LATER + HOUR)

    after = card(NUMBERS[0], second, LATER + HOUR)

    assert (before.policy, after.policy, after.row) == ("hubei-2020-04", WUHAN, "red-positive")
    assert after.since == before.since == AT - HOUR


def test_an_arrival_is_judged_by_the_policy_that_holds_by_then(first: Staff, second: Staff):
    settle_in()
    publish(WUHAN, first, second, AT + 3 * DAY)
    number, asked = NUMBERS[1], {"purpose": Purpose.CODE_QUESTION, "by": second, "at": AT}

    verdicts = [people.find(number, arrival=AT + days * DAY, **asked).travel for days in (2.5, 3.5)]

    assert [(one.ground, one.missing) for one in verdicts] == [("naat_negative_7d", None), (None, "no_result")]


def test_who_is_decided_again_meanwhile_is_left_as_they_are(first: Staff, second: Staff, published: datetime):
    who = settle_in()
    at = LATER + timedelta(minutes=5)
    standing.result(who[0], Sampled(Outcome.NEGATIVE, at, sample_number="S9"), at)
    meanwhile = stored(who[0])

    applied_at(at + HOUR)

    assert stored(who[0]) == meanwhile
    chains_are_the_rule(who, at + HOUR)
    buckets_are_the_chains(LATER, at, at + HOUR, at + 3 * DAY)


def test_a_stop_in_the_middle_is_gone_on_with(first: Staff, second: Staff, published: datetime):
    who = settle_in()
    publications.step(at=AT, most=1)
    seen = publications.in_progress()

    applied_at(AT + HOUR)

    assert seen is not None
    assert (seen.done, seen.policy) == (1, WUHAN)
    chains_are_the_rule(who, AT + HOUR)


def test_a_policy_to_be_in_force_at_once_begins_when_it_is_published(first: Staff, second: Staff):
    policy_publishing.propose_kept(WUHAN, by=first, at=AT)

    begins = policy_publishing.publish(WUHAN, valid_from=None, by=second, at=LATER)

    assert begins == LATER


def test_nobody_publishes_what_they_proposed(first: Staff):
    policy_publishing.propose_kept(WUHAN, by=first, at=AT)

    with pytest.raises(Refused, match="own_proposal"):
        policy_publishing.publish(WUHAN, valid_from=LATER, by=first, at=AT)
    with engine().connect() as connection, pytest.raises(sa.exc.IntegrityError):  # S14: the database refuses it too
        connection.exec_driver_sql("UPDATE policy SET published_by = proposed_by WHERE proposed_by IS NOT NULL")


def test_only_the_province_proposes_and_publishes(first: Staff):
    below = standing.staff(Role.SUPERVISOR, AT - DAY, name="below", unit="420100")

    with pytest.raises(Refused, match="province_only"):
        policy_publishing.propose_kept(WUHAN, by=below, at=AT)
    policy_publishing.propose_kept(WUHAN, by=first, at=AT)
    with pytest.raises(Refused, match="province_only"):
        policy_publishing.publish(WUHAN, valid_from=LATER, by=below, at=AT)


def test_what_nobody_proposed_is_not_published(second: Staff):
    with pytest.raises(Refused, match="proposal_gone"):
        policy_publishing.publish(WUHAN, valid_from=LATER, by=second, at=AT)
    with pytest.raises(Refused, match="unknown_policy"):
        policy_publishing.publish("none", valid_from=LATER, by=second, at=AT)


def test_a_policy_begins_neither_in_the_past_nor_with_another_nor_twice(first: Staff, second: Staff, published: datetime):
    policy_publishing.propose(table(id="wuhan-2"), by=first, at=AT)

    with pytest.raises(Refused, match="policy_from_past"):
        policy_publishing.publish("wuhan-2", valid_from=AT - HOUR, by=second, at=AT)
    with pytest.raises(Refused, match="policy_same_instant"):
        policy_publishing.publish("wuhan-2", valid_from=LATER, by=second, at=AT)
    with pytest.raises(Refused, match="policy_too_far"):
        policy_publishing.publish("wuhan-2", valid_from=AT + 367 * DAY, by=second, at=AT)
    with pytest.raises(Refused, match="already_published"):
        policy_publishing.propose_kept(WUHAN, by=first, at=AT)
    with pytest.raises(Refused, match="already_published"):
        policy_publishing.publish(WUHAN, valid_from=LATER + DAY, by=second, at=AT)
    policy_publishing.publish("wuhan-2", valid_from=LATER + DAY, by=second, at=AT)
    assert next(one.id for one in policies.listed(by=first, at=AT)) == "wuhan-2"
