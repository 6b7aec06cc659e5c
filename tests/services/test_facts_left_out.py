"""What of a waiting list no longer fits is left out by who confirms it, after they were told: a subset of what was proposed."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Purpose
from hbcore.services import audit, fact_files, fact_lists, fact_lists_shown, fact_proposing, people
from hbcore.services.fact_list_lines import ON_RECORD, OVER
from hbcore.storage import join_rows
from hbcore.storage.engine import engine
from hbcore.storage.evidence_rows import FACTS
from tests.services.facting import AT, CASE, DAY, HOUR, REASON, Desk, colours, contact, desk, file, number, row


@pytest.fixture
def here(database: Path) -> Desk:
    return desk()


def proposed(here: Desk, *rows: str) -> fact_files.FactFile:
    """A list of three contacts of the county, or of these."""
    rows = rows or tuple(row(place, until="2020-05-28") for place in range(3))
    return fact_files.propose(file(*rows), REASON, case=CASE, by=here.clerk, at=AT)


def recorded_meanwhile(here: Desk, person: int) -> None:
    """The same of somebody of whom it is proposed, by another confirmation: of a row that was joined to them since."""
    other = here.people[0]
    card = people.find(number(0), purpose=Purpose.OUTBREAK_TRACING, case=CASE, by=here.clerk, at=AT)
    assert card
    made = fact_proposing.propose(other, contact(), REASON, case=CASE, by=here.clerk, at=AT)
    with engine().begin() as connection:
        join_rows.set_pointer(connection, other, person)
    fact_lists.confirm(made.proposal_id, by=here.second, at=AT)


def standing() -> list[tuple[int, int | None]]:
    """Whose facts there are, and of which list."""
    with engine().connect() as connection:
        return [tuple(one) for one in connection.execute(sa.select(FACTS.c.person_id, FACTS.c.list_id).order_by(FACTS.c.id))]


def confirmations() -> list[dict[str, object]]:
    with engine().connect() as connection:
        asked = sa.select(audit.EVENTS.c.figures).where(audit.EVENTS.c.act == audit.Act.FACTS_CONFIRMED)
        return [json.loads(figures) for figures in connection.execute(asked.order_by(audit.EVENTS.c.seq)).scalars()]


def test_the_rest_of_a_list_is_confirmed_once_it_was_told_what_is_left_out(here: Desk) -> None:
    made = proposed(here, *(row(place, until="2020-05-28") for place in (1, 2)))
    assert made.list_id
    before = fact_lists.effect_of(made.list_id, by=here.prefecture, at=AT)
    recorded_meanwhile(here, here.people[1])

    with pytest.raises(Refused, match="facts_recorded_meanwhile") as refused:
        fact_lists.confirm(made.proposal_id, by=here.prefecture, at=AT)
    seen = fact_lists.effect_of(made.list_id, by=here.prefecture, at=AT)
    done = fact_lists.confirm(made.proposal_id, left_out=seen.left_out, by=here.prefecture, at=AT)

    assert refused.value.values == {"people": 1}
    assert (before.people, before.left_out, before.changes) == (2, {}, {"green>yellow": 2})
    assert (seen.people, seen.left_out, seen.changes) == (1, {here.people[1]: ON_RECORD}, {"green>yellow": 1})
    assert (done.people, done.left_out, done.changes) == (1, 1, seen.changes)
    assert standing()[1:] == [(here.people[2], made.list_id)]
    assert colours(here.people[1:]) == ["yellow", "yellow"]
    event = confirmations()[-1]
    assert (event["people"], event["left_out"], event["kinds"]) == (1, {ON_RECORD: 1}, {"close_contact": 1})


def test_the_list_of_the_first_hand_stays_and_says_who_was_left_out(here: Desk) -> None:
    made = proposed(here, *(row(place, until="2020-05-28") for place in (1, 2)))
    assert made.list_id
    recorded_meanwhile(here, here.people[1])
    waiting = fact_lists_shown.opened(made.list_id, by=here.prefecture, at=AT)

    fact_lists.confirm(made.proposal_id, left_out=[here.people[1]], by=here.prefecture, at=AT)

    confirmed = fact_lists_shown.opened(made.list_id, by=here.prefecture, at=AT)
    assert [one.left_out for one in waiting.people] == [False, False]
    assert {one.person: one.left_out for one in confirmed.people} == {here.people[1]: True, here.people[2]: False}
    assert (confirmed.line.people, confirmed.line.kinds) == (waiting.line.people, waiting.line.kinds)


def test_what_is_over_before_it_is_confirmed_is_left_out(here: Desk) -> None:
    made = proposed(here, row(1, until="2020-05-21"), row(2, until="2020-05-28"))
    assert made.list_id
    at = AT + DAY

    seen = fact_lists.effect_of(made.list_id, by=here.prefecture, at=at)
    done = fact_lists.confirm(made.proposal_id, left_out=seen.left_out, by=here.prefecture, at=at)

    assert seen.left_out == {here.people[1]: OVER}
    assert (done.people, standing()) == (1, [(here.people[2], made.list_id)])
    assert confirmations()[-1]["left_out"] == {OVER: 1}


@pytest.mark.parametrize("told", [(), (0,), (1, 2), (2,)], ids=["nobody", "a stranger", "one more", "another"])
def test_nobody_is_left_out_or_taken_otherwise_than_was_told(told: tuple[int, ...], here: Desk) -> None:
    made = proposed(here, *(row(place, until="2020-05-28") for place in (1, 2)))
    recorded_meanwhile(here, here.people[1])

    with pytest.raises(Refused, match="facts_recorded_meanwhile"):
        fact_lists.confirm(made.proposal_id, left_out=[here.people[place] for place in told], by=here.prefecture, at=AT)

    assert len(standing()) == 1


def test_while_all_of_it_fits_nobody_is_left_out(here: Desk) -> None:
    made = proposed(here)

    with pytest.raises(Refused, match="facts_recorded_meanwhile"):
        fact_lists.confirm(made.proposal_id, left_out=[here.people[1]], by=here.prefecture, at=AT)

    assert standing() == []


def test_who_proposed_it_confirms_no_rest_of_it(here: Desk) -> None:
    made = fact_files.propose(file(row(1), row(2)), REASON, case=CASE, by=here.province, at=AT)
    recorded_meanwhile(here, here.people[1])

    with pytest.raises(Refused, match="own_proposal"):
        fact_lists.confirm(made.proposal_id, left_out=[here.people[1]], by=here.province, at=AT)

    assert len(standing()) == 1


def test_the_shell_confirms_the_rest_when_it_says_how_many_are_left_out(here: Desk) -> None:
    made = proposed(here, *(row(place, until="2020-05-28") for place in (1, 2)))
    assert made.list_id
    recorded_meanwhile(here, here.people[1])

    with pytest.raises(Refused, match="facts_recorded_meanwhile"):
        fact_lists.confirm_list(made.list_id, by=here.prefecture, at=AT)
    with pytest.raises(Refused, match="facts_recorded_meanwhile"):
        fact_lists.confirm_list(made.list_id, leave_out=2, by=here.prefecture, at=AT)
    done = fact_lists.confirm_list(made.list_id, leave_out=1, by=here.prefecture, at=AT)

    assert (done.people, done.left_out) == (1, 1)


def test_a_list_of_which_nothing_is_left_is_declined(here: Desk) -> None:
    made = proposed(here, row(1, until="2020-05-21"))
    assert made.list_id
    at = AT + DAY + HOUR

    seen = fact_lists.effect_of(made.list_id, by=here.prefecture, at=at)

    assert (seen.people, seen.changes, seen.ahead) == (0, {}, None)
    with pytest.raises(Refused, match="nothing_left_on_list"):
        fact_lists.confirm(made.proposal_id, left_out=seen.left_out, by=here.prefecture, at=at)
