"""Facts of two people's word: recorded and decided at once, and no way into the table for one hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.documents import with_check_digit
from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import FactKind, FactSource, Outcome
from hbcore.services import fact_records
from hbcore.storage import join_rows
from hbcore.storage.engine import engine
from hbcore.storage.evidence_rows import FACTS
from tests import standing
from tests.standing import Sampled

AT = datetime(2020, 5, 20, 2, tzinfo=UTC)
DAY = timedelta(days=1)
HANDS = {"source": FactSource.DESK, "evidence": "武疾控〔2020〕12号", "proposed_by": 1, "confirmed_by": 2, "at": AT}


@contextmanager
def writing() -> Iterator[Session]:
    """A transaction of the test's own."""
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        yield session


@pytest.fixture
def zhang(database: Path) -> int:
    person = standing.person(with_check_digit("42010619900101123"), AT)
    standing.institution(AT)
    standing.result(person, Sampled(Outcome.NEGATIVE, AT - DAY), AT)
    return person


def colour_of(person: int, at: datetime = AT) -> str | None:
    with engine().connect() as connection:
        return join_rows.colour_at(connection, person, at)


def test_a_fact_of_two_people_colours_its_person_in_the_same_transaction_and_until_its_end(zhang: int) -> None:
    with writing() as session:
        fact = fact_records.record_fact(session, zhang, FactKind.CLOSE_CONTACT, AT - DAY, AT + 3 * DAY, case="WH-12", **HANDS)  # type: ignore[arg-type]
        assert join_rows.colour_at(session.connection(), zhang, AT) == "yellow"

    assert colour_of(zhang, AT + 3 * DAY) == "green"
    with engine().connect() as connection:
        row = connection.execute(sa.select(FACTS).where(FACTS.c.id == fact)).one()
    assert (row.person_id, row.case_number, row.proposed_by, row.confirmed_by) == (zhang, "WH-12", 1, 2)


def test_s14_one_hand_makes_no_fact_and_ends_none(zhang: int) -> None:
    one_hand = {**HANDS, "confirmed_by": 1}
    with pytest.raises(Refused, match="own_proposal"), writing() as session:
        fact_records.record_fact(session, zhang, FactKind.CONFIRMED, AT, None, **one_hand)  # type: ignore[arg-type]
    with writing() as session:
        fact = fact_records.record_fact(session, zhang, FactKind.CONFIRMED, AT, None, **HANDS)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="own_proposal"), writing() as session:
        fact_records.end_fact(session, zhang, fact, evidence="x1", proposed_by=2, confirmed_by=2, at=AT)
    assert colour_of(zhang) == "red"


ONE_HAND = [
    {"source": "desk", "kind": "confirmed"},
    {"source": "desk", "kind": "confirmed", "proposed_by": 1},
    {"source": "desk", "kind": "confirmed", "confirmed_by": 1},
    {"source": "desk", "kind": "confirmed", "proposed_by": 1, "confirmed_by": 1},
    {"source": "declared on the application", "kind": "confirmed"},
    {"source": "declared on the application", "kind": "self_declared", "proposed_by": 1},
    {"source": "case_list", "kind": "self_declared"},
    {"source": "machine", "kind": "confirmed", "proposed_by": 1, "confirmed_by": 2},
]


@pytest.mark.parametrize("values", ONE_HAND, ids=str)
def test_s14_the_database_takes_no_fact_by_one_hand_whatever_calls_itself_its_source(
    values: dict[str, object], zhang: int
) -> None:
    fact = {"person_id": zhang, "id": 1, "from_at": AT, "evidence": "-", "recorded_at": AT}
    with pytest.raises(sa.exc.IntegrityError), writing() as session:
        session.execute(sa.insert(FACTS).values(**fact, **values))


@pytest.mark.parametrize("hands", [{}, {"end_proposed_by": 1}, {"end_proposed_by": 1, "end_confirmed_by": 1}], ids=str)
def test_s14_the_database_ends_no_fact_by_one_hand(hands: dict[str, int], zhang: int) -> None:
    with writing() as session:
        fact = fact_records.record_fact(session, zhang, FactKind.CONFIRMED, AT, None, **HANDS)  # type: ignore[arg-type]

    with pytest.raises(sa.exc.IntegrityError), writing() as session:
        session.execute(sa.update(FACTS).where(FACTS.c.id == fact).values(ended_at=AT, **hands))


def test_a_fact_ends_once(zhang: int) -> None:
    with writing() as session:
        fact = fact_records.record_fact(session, zhang, FactKind.CONFIRMED, AT, None, **HANDS)  # type: ignore[arg-type]
        fact_records.end_fact(session, zhang, fact, evidence="x1", proposed_by=1, confirmed_by=2, at=AT)

    with pytest.raises(Refused, match="fact_gone"), writing() as session:
        fact_records.end_fact(session, zhang, fact, evidence="x1", proposed_by=1, confirmed_by=2, at=AT)
