"""An act that takes two people is proposed by one and settled by another, once."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Role
from hbcore.services import audit, proposals_ended, second_look
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.second_look import LASTS, Proposal, Settled, What
from hbcore.storage.engine import engine
from tests.standing import JIANGAN, WUCHANG, staff

AT = datetime(2020, 5, 1, 1, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


def propose(by: Staff, *, subject: str = "application 17", at: datetime = AT) -> int:
    with acting(by, Permission.SECOND_REVIEW, at) as session:
        audit.record(session, audit.Act.APPROVED, by=by, at=at)
        return second_look.propose(session, What.REVOKE, subject, unit=WUCHANG, content={"reason": "duplicate"}, by=by, at=at)


def confirm(proposal: int, by: Staff, *, what: What = What.REVOKE, at: datetime = LATER) -> Proposal:
    with acting(by, Permission.SECOND_REVIEW, at) as session:
        audit.record(session, audit.Act.APPROVED, by=by, at=at)
        return second_look.settle(session, proposal, Settled.CONFIRMED, by=by, at=at, what=what)


@pytest.fixture
def first(database: Path) -> Staff:
    return staff(Role.DISTRICT_STAFF, AT, unit=WUCHANG)


@pytest.fixture
def second(database: Path) -> Staff:
    return staff(Role.SUPERVISOR, AT, name="wang.fang", unit="420100")


def test_what_one_proposes_another_confirms_once(first: Staff, second: Staff):
    proposal = propose(first)

    (waits,) = second_look.waiting(by=second, at=LATER)
    confirmed = confirm(proposal, second)

    assert (waits.about, waits.proposed_by, waits.own) == (17, first.full_name, False)
    assert confirmed.content == {"reason": "duplicate"}
    assert second_look.waiting(by=second, at=LATER) == ()
    with pytest.raises(Refused, match="proposal_gone"):
        confirm(proposal, second)


@pytest.mark.parametrize("end", [confirm, lambda proposal, by: second_look.decline(proposal, by=by, at=LATER)])
def test_nobody_settles_their_own_proposal(first: Staff, end):
    proposal = propose(first)

    with pytest.raises(Refused, match="own_proposal"):
        end(proposal, first)


def test_only_who_proposed_it_withdraws_it(first: Staff, second: Staff):
    proposal = propose(first)

    with pytest.raises(Refused, match="not_own_proposal"):
        second_look.withdraw(proposal, by=second, at=LATER)
    second_look.withdraw(proposal, by=first, at=LATER)

    assert second_look.waiting(by=first, at=LATER) == ()


def test_a_declined_proposal_may_be_made_again(first: Staff, second: Staff):
    second_look.decline(propose(first), by=second, at=LATER)

    propose(first, at=LATER)

    assert len(second_look.waiting(by=second, at=LATER)) == 1


def test_who_proposed_it_reads_why_it_was_declined_for_seven_days(first: Staff, second: Staff):
    proposal = propose(first)
    with pytest.raises(Refused, match="unknown_reason"):
        second_look.decline(proposal, "I do not like it", by=second, at=LATER)

    second_look.decline(proposal, "wrong_dates", by=second, at=LATER)

    (one,) = proposals_ended.declined_lately(by=first, at=LATER + timedelta(days=6))
    assert (one.proposal.id, one.by, one.at, one.reason) == (proposal, second.full_name, LATER, "wrong_dates")
    assert proposals_ended.declined_lately(by=second, at=LATER) == ()
    assert proposals_ended.declined_lately(by=first, at=LATER + timedelta(days=7)) == ()
    with engine().connect() as connection:
        told = connection.execute(sa.text("SELECT figures FROM event WHERE act = 'proposal_declined'")).scalar_one()
    assert json.loads(told) == {"what": "revoke", "declined_for": "wrong_dates"}


def test_the_same_is_not_proposed_twice_while_it_waits(first: Staff):
    propose(first)

    with pytest.raises(Refused, match="already_proposed"):
        propose(first, at=LATER)


def test_an_expired_proposal_is_gone_and_makes_room(first: Staff, second: Staff):
    proposal = propose(first)

    with pytest.raises(Refused, match="proposal_gone"):
        confirm(proposal, second, at=AT + LASTS)
    propose(first, at=AT + LASTS)

    assert len(second_look.waiting(by=second, at=AT + LASTS)) == 1


def test_who_proposed_what_nobody_settled_in_time_reads_so_for_seven_days(first: Staff, second: Staff):
    made = propose(first)
    ends = AT + LASTS

    def void(by: Staff, at: datetime) -> list[int]:
        return [one.id for one in proposals_ended.expired_lately(by=by, at=at)]

    assert [void(first, at) for at in (ends - timedelta(seconds=1), ends, ends + timedelta(days=7))] == [[], [made], []]
    assert void(second, ends) == []
    again = propose(first, at=ends)
    assert void(first, ends) == []
    assert [one.id for one in second_look.waiting(by=first, at=ends)] == [again]


def test_a_proposal_is_confirmed_only_as_what_it_is(first: Staff, second: Staff):
    with pytest.raises(Refused, match="proposal_gone"):
        confirm(propose(first), second, what=What.JOIN)


def test_another_unit_neither_sees_nor_settles_it(first: Staff):
    elsewhere = staff(Role.SUPERVISOR, AT, name="chen.gang", unit=JIANGAN)
    proposal = propose(first)

    assert second_look.waiting(by=elsewhere, at=LATER) == ()
    with pytest.raises(Refused, match="not_your_unit"):
        confirm(proposal, elsewhere)


def test_the_database_itself_refuses_one_person_as_both(first: Staff):
    proposal = propose(first)

    with engine().connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.exec_driver_sql(
            f"UPDATE proposal SET settled_by = proposed_by, settled_at = 1, settled_how = 'confirmed' WHERE id = {proposal}"  # noqa: S608
        )


def test_who_proposed_to_the_level_above_sees_it_and_withdraws_it_though_nobody_below_confirms(first: Staff, second: Staff):
    neighbour = staff(Role.SUPERVISOR, AT, name="zhou.min", unit=WUCHANG)
    with acting(first, Permission.PROPOSE_FACTS, AT) as session:
        audit.record(session, audit.Act.APPROVED, by=first, at=AT)
        proposal = second_look.propose(session, What.FACTS, "person 17", unit="420100", content={}, by=first, at=AT)

    assert [one.id for one in second_look.waiting(by=first, at=LATER)] == [proposal]
    assert [one.id for one in second_look.waiting(by=second, at=LATER)] == [proposal]
    with pytest.raises(Refused, match="not_your_unit"):
        second_look.decline(proposal, by=neighbour, at=LATER)
    second_look.withdraw(proposal, by=first, at=LATER)
    assert second_look.waiting(by=second, at=LATER) == ()


def test_each_sort_is_confirmed_by_those_alone_who_may(first: Staff, second: Staff):
    with acting(second, Permission.PROPOSE_FACTS, AT) as session:
        audit.record(session, audit.Act.APPROVED, by=second, at=AT)
        proposal = second_look.propose(session, What.FACTS, "person 17", unit=WUCHANG, content={}, by=second, at=AT)

    assert second_look.waiting(by=first, at=LATER) == ()
    with reading(first, Permission.SEE_OVERVIEW, LATER) as session:
        assert second_look.count_in(session, first, LATER) == 0
    with pytest.raises(Refused, match="not_allowed"):
        second_look.decline(proposal, by=first, at=LATER)
