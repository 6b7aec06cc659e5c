"""The Recolouring page: the queue, one request with its steps, county and prefecture; entering on the page of the person."""

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.recolouring_grounds import Ground
from hbcore.domain.vocabulary import SHANGHAI, FactKind, Purpose
from hbcore.sentences import sentence
from hbcore.services import people, recolouring, recolouring_entry
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.recolouring_entry import Stated
from hbcore.ui.errors import SAID
from tests import standing
from tests.pages.reviewing import button, in_dialog, press, said
from tests.services.applying import look_ups, rows
from tests.services.requesting import RESIDENT, Hands, jpeg, review

pytestmark = pytest.mark.usefixtures("database")


PHOTO = "显示材料照片和联系方式"


def request(by: Staff, *, whole: bool = True) -> int:
    """A release from quarantine, today; `whole`: with all that it needs."""
    at = now()
    person = standing.person(RESIDENT, at)
    standing.fact(person, standing.FactKind.CENTRAL_QUARANTINE, at - timedelta(hours=12), at)
    if whole:
        standing.institution(at)
        standing.result(person, standing.Sampled(standing.Outcome.NEGATIVE, at), at)
    people.open_by_id(person, purpose=Purpose.RECOLOURING, by=by, at=at)
    stated = Stated("文号17", at, "已期满", "13900000000", (("a.jpg", jpeg()),)) if whole else Stated()
    return recolouring_entry.enter(person, Ground.RELEASED, stated, by=by, at=now()).id


def test_an_empty_queue_says_where_requests_come_from(visit: Callable[..., AppTest], links: list, hands: Hands):
    page = visit(hands[1], on="Recolouring")

    assert "没有待办的转码申请。" in said(page)
    assert [(where, words) for where, words, _ in links] == [("Person", "录入申请：先查询本人 →")]


def test_a_request_is_opened_by_its_link_shows_what_would_change_and_goes_on_to_the_prefecture(visit, links, hands):
    entering, reviewing, confirming = hands
    made = request(entering)

    page = visit(reviewing, on="Recolouring", request=str(made))
    shown, about = said(page), [one.value for one in page.subheader]
    press(press(page, PHOTO), "初审通过")
    above = visit(confirming, on="Recolouring", show="reviewed")
    waiting = said(above)
    above = visit(confirming, on="Recolouring", request=str(made), show="reviewed")
    press(press(above, PHOTO), "确认")

    assert "待初审 0 · 待上级确认 1" in waiting
    assert above.query_params["show"] == "reviewed"
    assert about == ["解除隔离或医学观察"]
    assert "现在：! 黄码" in shown
    assert "确认后：✓ 绿码" in shown
    assert "✓ 材料齐全" in shown
    assert "13900000000" not in shown
    assert rows("SELECT state, colour FROM recolouring_request") == [("confirmed", "yellow")]
    assert rows("SELECT count(*) FROM fact WHERE kind = 'released'") == [(1,)]


def test_who_entered_it_sees_why_they_do_not_review_it(visit, links, hands):
    page = visit(hands[0], on="Recolouring", request=str(request(hands[0])))

    assert button(page, "初审通过").disabled
    assert sentence("own_request")["zh"] in said(page)
    assert not button(page, "撤回").disabled


def test_what_is_missing_is_said_and_asked_for_and_the_answer_is_there_to_read_out(visit, links, hands):
    made = request(hands[0], whole=False)
    at_once = "".join(block.value for block in visit(hands[0], on="Recolouring", request=str(made)).code)
    page = visit(hands[1], on="Recolouring", request=str(made))
    shown = said(page)

    in_dialog(page, "通知补充", "通知本人补充")
    asked = visit(hands[1], on="Recolouring", request=str(made), show="asked")

    assert "! 还缺" in shown
    assert "目前还缺以下材料" in at_once
    assert rows("SELECT state FROM recolouring_request") == [("asked",)]
    told = "".join(block.value for block in asked.code)
    assert "还缺以下材料" in told
    assert "a photo of the notice or certificate" in told
    assert "13900000000" not in told


def test_it_is_found_right_only_after_its_photo_was_opened_and_the_page_leads_to_it(visit, links, hands):
    made = request(hands[0])
    page = visit(hands[1], on="Recolouring", request=str(made))
    greyed, told, before = button(page, "初审通过").disabled, said(page), look_ups()

    press(page, PHOTO)

    assert (greyed, button(page, "初审通过").disabled) == (True, False)
    assert "初审通过暂不可用：" + sentence("request_evidence_unopened")["zh"] in told
    assert look_ups() == before + 1
    press(page, "初审通过")
    assert rows("SELECT state FROM recolouring_request") == [("reviewed",)]


def test_the_photo_is_shown_when_asked_for_and_that_is_on_record(visit, links, hands):
    page = visit(hands[1], on="Recolouring", request=str(request(hands[0])))
    before = look_ups()

    press(page, PHOTO)

    assert look_ups() == before + 1
    assert "13900000000" in said(page)
    assert any(type(one).__name__ == "Image" for one in page.main)


def test_the_prefecture_sees_the_counties_below_or_its_own_unit_alone(visit, links, hands):
    request(hands[0])

    page = visit(hands[2], on="Recolouring")
    below = page.dataframe[0].value.shape[0]
    page.toggle[0].set_value(False).run()

    assert below == 1
    assert page.query_params["below"] == "no"
    assert not page.dataframe


def test_a_request_is_entered_on_the_page_of_the_person(visit, links, hands):
    person = standing.person(RESIDENT, now())
    page = visit(hands[0], on="Person", person=str(person))
    page.selectbox[0].set_value(Purpose.RECOLOURING).run()
    press(page, "打开")
    page.session_state["section"] = "requests"
    page.run()
    page.selectbox(key=f"request ground {person}").set_value("wrong_result").run()
    page.text_area(key=f"request said {person}").set_value("结果不是我的").run()
    press(page, "录入申请")

    assert page.session_state[SAID] == "申请已录入，同事将在 48 小时内审核。"
    assert "! 还缺：解除通知书、出院证明等材料的照片" in said(page)
    assert rows("SELECT ground, state, person_id FROM recolouring_request") == [("wrong_result", "entered", person)]
    assert rows("SELECT count(*) FROM saved_draft") == [(0,)]
    ((made,),) = rows("SELECT id FROM recolouring_request")
    assert ("Recolouring", "打开", {"request": str(made), "show": "entered"}) in links


def at_section(visit, staff, person, name):
    """The page of a person who was looked up, with one of its sections open."""
    page = visit(staff, on="Person", person=str(person))
    page.selectbox[0].set_value(Purpose.RECOLOURING).run()
    press(page, "打开")
    return section(page, name)


def section(page, name):
    page.session_state["section"] = name
    return page.run()


def test_what_is_typed_of_a_request_outlives_a_look_at_another_section_and_a_reload(visit, links, hands):
    person = standing.person(RESIDENT, now())

    def typed(page):
        fields = (page.text_input(key=f"request evidence {person}"), page.date_input(key=f"request day {person}"))
        return (page.selectbox(key=f"request ground {person}").value, *(field.value for field in fields))

    page = at_section(visit, hands[0], person, "requests")
    page.selectbox(key=f"request ground {person}").set_value("released").run()
    page.text_input(key=f"request evidence {person}").set_value("武防指〔2026〕9号").run()
    page.date_input(key=f"request day {person}").set_value(date(2026, 11, 2)).run()
    page.time_input(key=f"request time {person}").set_value(time(8, 30)).run()
    stands = ("released", "武防指〔2026〕9号", date(2026, 11, 2))
    section(page, "timeline")

    assert typed(section(page, "requests")) == stands
    again = at_section(visit, hands[0], person, "requests")
    assert typed(again) == stands
    assert again.time_input(key=f"request time {person}").value == time(8, 30)


def test_what_is_typed_of_a_result_from_outside_outlives_a_look_at_another_section_and_a_reload(visit, links, hands):
    person = standing.person(RESIDENT, now())

    def typed(page):
        fields = (page.text_input(key=f"outside {person} institution"), page.date_input(key=f"outside {person} day"))
        return (page.selectbox(key=f"outside {person} result").value, *(field.value for field in fields))

    page = at_section(visit, hands[0], person, "outside")
    assert rows("SELECT count(*) FROM saved_draft") == [(0,)]
    page.selectbox(key=f"outside {person} result").set_value("1").run()
    page.text_input(key=f"outside {person} institution").set_value("上海某检验所").run()
    page.date_input(key=f"outside {person} day").set_value(date(2026, 11, 2)).run()
    section(page, "timeline")

    stands = ("1", "上海某检验所", date(2026, 11, 2))
    assert typed(section(page, "outside")) == stands
    assert typed(at_section(visit, hands[0], person, "outside")) == stands


def test_a_second_look_leads_to_the_request(visit, links, hands):
    made = request(hands[0])
    review(made, hands[1], now())

    page = visit(hands[2], on="Second_looks")

    assert "转码申请，武昌区已初审：解除隔离或医学观察" in said(page)
    assert ("Recolouring", "打开申请并确认 →", {"request": str(made), "show": "reviewed"}) in links
    assert "确认" not in [button.label for button in page.button]  # nobody confirms what they have not opened


def test_without_the_papers_date_nothing_is_promised_about_the_code(visit, links, hands):
    page = visit(hands[1], on="Recolouring", request=str(request(hands[0], whole=False)))

    assert "确认后：材料日期补齐后才能判定。" in said(page)
    assert "健康码不变" not in said(page)


def test_a_stricter_code_is_marked_with_both_ends(visit, links, hands):
    at = now()
    person = standing.person(RESIDENT, at)
    people.open_by_id(person, purpose=Purpose.RECOLOURING, by=hands[0], at=at)
    stated = Stated("文号17", at, "", "", (("a.jpg", jpeg()),))
    made = recolouring_entry.enter(person, Ground.RECOVERED, stated, by=hands[0], at=now()).id

    shown = said(visit(hands[1], on="Recolouring", request=str(made)))

    assert "! 确认后：! 黄码" in shown
    assert "! 比现在更严：由✓ 绿码（直至有新记录）变为! 黄码（至 " in shown


def test_the_same_colour_for_longer_is_marked_with_both_ends(visit, links, hands):
    at = now()
    person = standing.person(RESIDENT, at)
    standing.fact(person, FactKind.RECOVERED, at - timedelta(days=10), at)
    people.open_by_id(person, purpose=Purpose.RECOLOURING, by=hands[0], at=at)
    stated = Stated("文号17", at, "", "", (("a.jpg", jpeg()),))
    made = recolouring_entry.enter(person, Ground.RECOVERED, stated, by=hands[0], at=now()).id

    shown = said(visit(hands[1], on="Recolouring", request=str(made)))

    ends = [f"{(at + timedelta(days=days)).astimezone(SHANGHAI):%-m月%-d日}" for days in (4, 14)]
    assert f"! 比现在更久：由! 黄码（至 {ends[0]}" in shown
    assert f"变为! 黄码（至 {ends[1]}" in shown


def test_while_the_person_is_asked_it_does_not_say_that_everything_is_there(visit, links, hands):
    made = request(hands[0])
    recolouring.ask(made, ["image_unclear"], by=hands[1], at=now())

    shown = said(visit(hands[1], language="en", on="Recolouring", request=str(made), show="asked"))

    assert "? Asked for: a clearer photo" in shown
    assert "Everything this ground needs is there" not in shown
    assert not any(wide in shown for wide in "：；")


def test_the_queue_and_the_card_say_before_which_day_the_person_answers(visit, links, hands):
    made = request(hands[0])
    recolouring.ask(made, ["image_unclear"], by=hands[1], at=now())
    day = f"{(now() + timedelta(days=7)).astimezone(SHANGHAI):%-m月%-d日}"

    page = visit(hands[1], on="Recolouring", request=str(made), show="asked")

    assert page.dataframe[0].value.iloc[0, 0] == f"< {day}"
    assert f"暂停计时，须在 {day} 前补齐" in said(page)
    assert f"请在 {day} 前补齐。" in "".join(block.value for block in page.code)


def test_a_withdrawn_request_is_withdrawn_and_its_column_is_the_matter(visit, links, hands):
    made = request(hands[0])
    recolouring.withdraw(made, by=hands[0], at=now())

    page = visit(hands[1], on="Recolouring", request=str(made), show="ended")

    assert "· 撤回 ·" in said(page)
    assert "事项" in page.dataframe[0].value.columns
