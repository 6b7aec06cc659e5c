"""Held rows of lists of facts: kept sealed, found again by who handed the list in and the supervisors above, until done."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role, RowCode
from hbcore.services import audit, fact_files, fact_held, fact_lists_shown
from hbcore.services.acting import Staff
from hbcore.storage.engine import engine
from tests import standing
from tests.services.applying import look_ups
from tests.services.facting import AT, CASE, HOUR, REASON, Desk, desk, file, number, row
from tests.standing import WUCHANG


@pytest.fixture
def here(database: Path) -> Desk:
    return desk()


def proposed(here: Desk, *rows: str) -> fact_files.FactFile:
    """A list of which row 3 names the holder of its document otherwise; row 4 has a fault besides, row 5 is row 2 again."""
    rows = rows or (row(0), row(1, name="李四"), row(2, name="王五", kind="邻居"), row(0))
    return fact_files.propose(file(*rows), REASON, case=CASE, by=here.clerk, at=AT)


def places(by: Staff) -> list[tuple[int, int]]:
    return [(one.list_id, one.row) for one in fact_held.seen_now(by=by, at=AT).lines]


def test_a_held_row_is_found_again_with_what_holds_it_masked(here: Desk) -> None:
    made = proposed(here)

    (line,) = fact_held.seen_now(by=here.clerk, at=AT).lines

    assert (made.rows["held"], made.rows["refused"]) == (1, 2)
    assert (line.list_id, line.row, line.held_for) == (made.list_id, 3, RowCode.NAME_DIFFERS)
    assert (line.name, line.number, line.kind) == ("李*", f"420106********{number(1)[-4:]}", "close_contact")
    assert (line.case, line.proposed_by, line.unit) == (CASE, "clerk", WUCHANG)
    assert made.list_id
    assert fact_lists_shown.opened(made.list_id, by=here.clerk, at=AT).held == 1


def test_a_preview_and_a_refused_list_keep_none(here: Desk) -> None:
    fact_files.preview(file(row(0), row(1, name="李四")), case=CASE, by=here.clerk, at=AT)
    with pytest.raises(fact_files.ListRefused):
        proposed(here, row(1, name="李四"), row(2, name="王五"))

    assert places(here.clerk) == []


def test_who_handed_it_in_and_the_supervisors_above_see_it_and_nobody_else(here: Desk) -> None:
    made = proposed(here)
    colleague = standing.staff(Role.DISTRICT_STAFF, AT, name="colleague", unit=WUCHANG)
    elsewhere = standing.staff(Role.SUPERVISOR, AT, name="elsewhere", unit="420500")
    liaison = standing.staff(Role.LAB_LIAISON, AT, name="liaison", institutions=("420106L01",))

    assert [places(one) for one in (here.clerk, here.county, here.prefecture)] == [[(made.list_id, 3)]] * 3
    assert [places(one) for one in (colleague, elsewhere)] == [[], []]
    assert made.list_id
    seen = [fact_lists_shown.opened(made.list_id, by=one, at=AT).held for one in (here.clerk, here.prefecture, colleague)]
    assert seen == [1, 1, 0]
    with pytest.raises(Refused, match="not_allowed"):
        places(liaison)


def test_each_reading_that_shows_somebody_new_is_one_look_up(here: Desk) -> None:
    proposed(here)
    before = look_ups()

    seen = fact_held.seen_now(by=here.clerk, at=AT)
    again = fact_held.seen_now(by=here.clerk, at=AT + HOUR, before=seen)

    assert again is seen
    assert look_ups() == before + 1


def test_a_row_that_somebody_is_done_with_is_gone_by_one_event_and_records_nobody(here: Desk) -> None:
    made = proposed(here)
    assert made.list_id

    fact_held.settle(made.list_id, 3, by=here.county, at=AT)

    assert places(here.clerk) == []
    assert fact_lists_shown.opened(made.list_id, by=here.clerk, at=AT).held == 0
    with engine().connect() as connection:
        asked = sa.select(audit.EVENTS.c.subject, audit.EVENTS.c.figures).where(audit.EVENTS.c.act == "fact_row_settled")
        ((subject, figures),) = connection.execute(asked).all()
        assert connection.execute(sa.text("SELECT count(*) FROM fact")).scalar() == 0
    assert (subject, json.loads(figures)) == (f"fact_list {made.list_id}", {"row": 3, "held_for": "name_differs"})


def test_it_is_done_once_and_by_nobody_who_does_not_see_it(here: Desk) -> None:
    made = proposed(here)
    assert made.list_id
    colleague = standing.staff(Role.DISTRICT_STAFF, AT, name="colleague", unit=WUCHANG)

    for by, place in ((colleague, 3), (here.clerk, 2)):
        with pytest.raises(Refused, match="held_row_gone"):
            fact_held.settle(made.list_id, place, by=by, at=AT)
    fact_held.settle(made.list_id, 3, by=here.clerk, at=AT)
    with pytest.raises(Refused, match="held_row_gone"):
        fact_held.settle(made.list_id, 3, by=here.clerk, at=AT + timedelta(seconds=1))


def test_s40_names_and_numbers_of_held_rows_stand_nowhere_in_the_open(here: Desk) -> None:
    proposed(here)

    with engine().connect() as connection:
        kept = connection.execute(sa.text("SELECT * FROM fact_list_row")).one()

    assert not [value for value in kept if number(1)[6:14] in str(value) or "李四" in str(value)]
    assert "李四".encode() not in kept.sealed
    assert number(1).encode() not in kept.sealed
