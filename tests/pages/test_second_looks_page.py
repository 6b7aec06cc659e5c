"""Second looks: what the second person sees before they confirm, and what becomes of what they decline."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import Assay, Outcome, Purpose
from hbcore.services import outside_results, people, second_look
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.outside_results import Report
from hbcore.services.second_look import What
from hbcore.storage.engine import engine
from hbcore.ui.errors import SAID
from tests import standing
from tests.pages.reviewing import button, press, said
from tests.pages.test_recolouring_page import request as whole_request
from tests.services.applying import look_ups, rows
from tests.services.requesting import RESIDENT, Hands, jpeg, review
from tests.standing import WUCHANG

pytestmark = pytest.mark.usefixtures("database")


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
    assert page.session_state[SAID] == "已确认：外省结果现已计入：核酸 阴性。"
    assert rows("SELECT count(*) FROM result") == [(1,)]


def reviewed(hands: Hands) -> int:
    """A recolouring request that the county has found right."""
    made = whole_request(hands[0])
    review(made, hands[1], now())
    return made


def decline(page: AppTest, reason: str) -> None:
    page.selectbox[0].set_value(reason).run()
    press(page, "驳回")


def test_a_request_declined_here_is_sent_back_with_the_reason_and_who_reviewed_it_reads_it(visit, links, hands):
    made = reviewed(hands)
    page = visit(hands[2], on="Second_looks")
    unchosen = button(page, "驳回").disabled

    decline(page, "wrong_dates")

    assert unchosen
    assert "已驳回：申请退回县（市、区）。" in page.session_state[SAID]
    assert "退回县级 · 日期有误 · confirming" in said(visit(hands[1], on="Recolouring", request=str(made)))
    assert "confirming 于" in said(visit(hands[1], on="Second_looks"))
    links.clear()
    assert "驳回：日期有误" in said(visit(hands[1], on="Second_looks"))
    assert links == [("Recolouring", "查看 →", {"request": str(made)})]


def test_a_review_taken_back_here_is_a_step_of_the_request(visit, links, hands):
    made = reviewed(hands)

    press(visit(hands[1], on="Second_looks"), "撤回提请")

    assert "退回县级 · 初审人撤回初审 · reviewing" in said(visit(hands[1], on="Recolouring", request=str(made)))


def test_a_card_says_who_may_confirm_and_of_which_unit_the_first_person_is(visit, links, hands):
    reviewed(hands)

    page = visit(hands[2], on="Second_looks")

    assert "待武汉市统计主管确认 · 武昌区 reviewing 于" in said(page)


def test_what_nobody_settled_in_time_is_said_to_who_proposed_it(visit, links, hands):
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        content = {"receipt": "A261123-00042-7", "reason": "duplicate"}
        subject, then = "application 17", now() - timedelta(days=4)
        second_look.propose(session, What.REVOKE, subject, unit=WUCHANG, content=content, by=hands[0], at=then)
        session.flush()

    shown = said(visit(hands[0], on="Second_looks"))

    assert ("Applications", "打开申领 →", {"application": "17"}) in links
    assert "起失效，未作任何变更。" in shown
    assert "A261123-00042-7" in shown
    assert "A261123-00042-7" not in said(visit(hands[1], on="Second_looks"))
