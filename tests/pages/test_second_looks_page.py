"""Second looks: what the second person sees before they confirm, and what becomes of what they decline."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import Assay, Outcome, Purpose
from hbcore.services import outside_results, people
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.outside_results import Report
from tests import standing
from tests.pages.test_applications_desk import button, press, said
from tests.services.applying import look_ups, rows
from tests.services.requesting import RESIDENT, desk, jpeg

pytestmark = pytest.mark.usefixtures("database")

Hands = tuple[Staff, Staff, Staff]


@pytest.fixture
def hands() -> Hands:
    return desk()


def outside(by: Staff) -> int:
    """A result from outside Hubei, entered; whose."""
    at = now()
    person = standing.person(RESIDENT, at, name="李四光")
    people.open_by_id(person, purpose=Purpose.RECOLOURING, by=by, at=at)
    report = Report("长沙市第一医院", "CS-0042", Assay.NAAT, Outcome.NEGATIVE, at - timedelta(hours=5), (("a.jpg", jpeg()),))
    outside_results.propose(person, report, by=by, at=at)
    return person


def test_a_report_from_outside_stands_beside_what_was_entered_and_for_whom_before_it_is_confirmed(
    visit: Callable[..., AppTest], links: list, hands: Hands
):
    person = outside(hands[0])
    page = visit(hands[1], on="Second_looks")
    before, unseen = look_ups(), button(page, "确认").disabled

    press(page, "查看报告单")

    assert unseen
    assert look_ups() == before + 1
    shown = said(page)
    assert all(word in shown for word in ("李**", "420106********1231", "核酸 阴性", "采样", "长沙市第一医院 CS-0042"))
    assert ("Person", "打开人员 →", {"person": str(person), "purpose": "recolouring"}) in links
    press(page, "确认")
    assert rows("SELECT count(*) FROM result") == [(1,)]
