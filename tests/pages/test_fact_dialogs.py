"""Ending and extending a fact as Streamlit runs it: what was typed of a fact outlives its dialog, until it is sent."""

from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import FactKind, Role
from hbcore.services import fact_lists_shown, facts, saved_drafts
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of, now
from hbcore.services.facts import FactLine
from hbcore.services.saved_drafts import Place
from tests import standing
from tests.pages.test_facts_page import Visit, number, said
from tests.standing import WUCHANG

TYPED = {"evidence": "武疾控〔2020〕99号", "reason": "复核后解除"}
END, EXTEND = "提前解除…", "延长…"


@pytest.fixture
def clerk(database: Path, links: list[object]) -> Staff:
    """A reviewer of the county; two people of it in quarantine."""
    for place in range(2):
        person = standing.person(number(place), now())
        standing.fact(person, FactKind.CENTRAL_QUARANTINE, now() - timedelta(days=place + 2), now())
    return standing.staff(Role.DISTRICT_STAFF, now(), name="clerk", unit=WUCHANG)


@pytest.fixture
def lines(clerk: Staff) -> tuple[FactLine, ...]:
    return facts.seen_now(None, tonight=False, by=clerk, at=now()).lines


def opened(shown: AppTest, label: str) -> AppTest:
    """The dialog. AppTest presses the button that opens it each time: a run without it is a dialog that was closed."""
    return next(one for one in shown.button if one.label == label).click().run()


def typed(shown: AppTest, label: str, what: str, line: FactLine) -> AppTest:
    for name, text in TYPED.items():
        shown.text_input(key=f"{what} {name} of {line.id}").set_value(text)
    return opened(shown, label)


def standing_there(shown: AppTest) -> set[str]:
    return {str(one.value) for one in shown.text_input if one.value}


@pytest.mark.parametrize(("label", "what"), [(END, "end"), (EXTEND, "extension")])
def test_a_closed_dialog_keeps_what_was_typed_of_that_fact_and_of_no_other(
    label: str, what: str, clerk: Staff, lines: tuple[FactLine, ...], visit: Visit
) -> None:
    first, second = lines
    shown = opened(visit(clerk, on="Facts", fact=str(first.id)), label)
    typed(shown, label, what, first)
    shown.run()
    assert standing_there(shown) == set()  # it is closed

    assert standing_there(opened(shown, label)) == set(TYPED.values())
    assert standing_there(opened(visit(clerk, on="Facts", fact=str(second.id)), label)) == set()
    again = opened(visit(clerk, on="Facts", fact=str(first.id)), label)  # after a reload
    assert not again.exception
    assert standing_there(again) == set(TYPED.values())
    assert "已恢复" in said(again)


def test_the_days_of_an_extension_are_kept_as_well(clerk: Staff, lines: tuple[FactLine, ...], visit: Visit) -> None:
    until = day_of(now()) + timedelta(days=13)
    shown = opened(visit(clerk, on="Facts", fact=str(lines[0].id)), EXTEND)
    shown.date_input(key=f"extension until of {lines[0].id}").set_value(until)
    opened(shown, EXTEND)

    again = opened(visit(clerk, on="Facts", fact=str(lines[0].id)), EXTEND)

    assert not again.exception
    assert [one.value for one in again.date_input] == [day_of(now()), until]


def test_whoever_starts_afresh_finds_nothing_typed_and_leaves_no_draft_of_the_day_of_today(
    clerk: Staff, lines: tuple[FactLine, ...], visit: Visit
) -> None:
    line = lines[0]
    typed(opened(visit(clerk, on="Facts", fact=str(line.id)), EXTEND), EXTEND, "extension", line)
    again = opened(visit(clerk, on="Facts", fact=str(line.id)), EXTEND)

    again.button(key=f"afresh fact_extension {line.id}").click()
    opened(again, EXTEND)

    assert standing_there(again) == set()
    assert [one.value for one in again.date_input] == [day_of(now()), None]
    assert saved_drafts.take_up(Place.FACT_EXTENSION, by=clerk, at=now(), subject=line.id) is None


def test_what_is_sent_is_typed_no_more(clerk: Staff, lines: tuple[FactLine, ...], visit: Visit) -> None:
    line = lines[0]
    shown = typed(opened(visit(clerk, on="Facts", fact=str(line.id)), END), END, "end", line)
    next(one for one in shown.button if one.label == END).click()
    shown.button(key=f"propose end {line.id}").click().run()

    assert not shown.exception
    assert "提请提前解除，待第二人确认" in said(visit(clerk, on="Facts", fact=str(line.id)))
    (made,) = fact_lists_shown.lists_now(by=clerk, at=now())
    assert fact_lists_shown.opened(made.id, by=clerk, at=now()).reason == TYPED["reason"]
    assert saved_drafts.take_up(Place.FACT_END, by=clerk, at=now(), subject=line.id) is None
