"""The auditor's look at the chains of events."""

from datetime import UTC, datetime

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import event_chains
from hbcore.services.audit import ChainState
from tests import standing
from tests.standing import WUCHANG

AT = datetime(2020, 11, 23, 1, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("database")


def test_the_auditor_sees_both_chains_whole():
    auditor = standing.staff(Role.AUDITOR, AT)

    states = event_chains.verify(by=auditor, at=AT)

    assert [state.name for state in states] == ["events", "look_ups"]
    assert [event_chains.why_broken(state) for state in states] == [None, None]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
def test_nobody_else_verifies(role):
    other = standing.staff(role, AT, unit=WUCHANG)

    with pytest.raises(Refused, match="not_allowed"):
        event_chains.verify(by=other, at=AT)


def test_a_break_says_where():
    broken = event_chains.why_broken(ChainState("events", 6, 7))

    assert (broken.code, broken.values) == ("chain_broken", {"chain": "events", "event": 7})
