"""A fact that is proposed and waits is told under "Why?" to who may see facts, and counts for nothing."""

from pathlib import Path

import pytest

from hbcore.domain import permissions
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import FactKind, Role
from hbcore.services import fact_lists, fact_proposing, second_look, why
from hbcore.services.second_look import LASTS, What
from hbcore.storage import join_rows
from hbcore.storage.engine import engine
from tests.services.applying import rows
from tests.services.facting import AT, CASE, DAY, HOUR, PAPER, REASON, Desk, colours, contact, desk, looked_up


@pytest.fixture
def here(database: Path) -> Desk:
    return desk()


def proposed(here: Desk, place: int = 0) -> int:
    made = fact_proposing.propose(looked_up(place, here.clerk), contact(), REASON, case=CASE, by=here.clerk, at=AT)
    assert made.proposal_id
    return made.proposal_id


def waiting(here: Desk, place: int = 0, hours: int = 1) -> list[tuple[What, FactKind, str]]:
    """What waits of somebody, looked up by the second county hand."""
    at = AT + hours * HOUR
    found = why.why(looked_up(place, here.county, at), by=here.county, at=at)
    assert all(one.since <= at and one.office for one in found.waiting)
    return [(one.what, one.kind, one.office.en if one.office else "") for one in found.waiting]


def test_what_is_proposed_is_told_with_its_kind_its_time_and_its_office_and_counts_for_nothing(here: Desk) -> None:
    proposed(here)

    found = why.why(looked_up(0, here.county), by=here.county, at=AT)

    (one,) = found.waiting
    assert (one.what, one.kind, one.since) == (What.FACTS, FactKind.CLOSE_CONTACT, AT)
    assert one.office is not None
    assert one.office.en == "Wuchang District"
    assert (found.facts, colours(here.people[:1])) == ((), ["green"])
    assert waiting(here, place=1) == []


def test_what_was_settled_or_lay_too_long_waits_no_more(here: Desk) -> None:
    first = proposed(here)
    fact_lists.confirm(first, by=here.prefecture, at=AT)
    second_look.decline(proposed(here, 1), by=here.prefecture, at=AT)
    proposed(here, 2)

    assert [waiting(here, place) for place in (0, 1)] == [[], []]
    assert len(waiting(here, 2)) == 1
    assert waiting(here, 2, hours=1 + LASTS // HOUR) == []


def test_an_early_end_and_an_extension_that_wait_are_told_as_what_they_are(here: Desk) -> None:
    for place in (0, 1):
        fact_lists.confirm(proposed(here, place), by=here.prefecture, at=AT)
    ended, extended = (int(str(fact)) for (fact,) in rows("SELECT id FROM fact ORDER BY id"))
    for place in (0, 1):
        looked_up(place, here.clerk)
    fact_proposing.propose_end(ended, PAPER, REASON, by=here.clerk, at=AT)
    fact_proposing.propose_extension(extended, contact(until_at=AT + 12 * DAY), REASON, by=here.clerk, at=AT)

    said = [waiting(here, place) for place in (0, 1)]

    assert [what for ((what, *_),) in said] == [What.END_FACT, What.EXTEND_FACT]


def test_of_a_row_that_was_joined_to_another_it_waits_for_the_one_they_are(here: Desk) -> None:
    proposed(here)
    with engine().begin() as connection:
        join_rows.set_pointer(connection, here.people[0], here.people[1])

    assert len(waiting(here, place=1)) == 1


def test_who_may_not_see_facts_hears_of_none_that_waits(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    proposed(here)
    less = permissions.ROLES[Role.SUPERVISOR] - {Permission.SEE_FACTS}
    monkeypatch.setitem(permissions.ROLES, Role.SUPERVISOR, less)

    assert waiting(here) == []
