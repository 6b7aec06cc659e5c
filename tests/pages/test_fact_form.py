"""Facts as Streamlit runs them: one person found, tried and proposed; a list from a file."""

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import FactKind, Purpose
from hbcore.services import fact_lists_shown, people
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from tests.pages.test_facts_page import CASE, PAPER, Visit, above, address, clerk, number, press, said

assert all((clerk, above))


def test_one_person_is_found_tried_and_proposed(clerk: Staff, above: Staff, visit: Visit) -> None:
    shown = visit(clerk, on="Facts", view="one")
    shown.text_input[0].set_value(number(1))
    shown.text_input[1].set_value(CASE)
    shown = press(shown, "查询")
    assert "李* · 居民身份证 420106********" + number(1)[-4:] in said(shown)
    shown = press(shown, "预览影响")
    assert "请先选择类别" in said(shown)
    shown.selectbox[0].set_value(FactKind.CLOSE_CONTACT)
    shown = press(shown, "预览影响")
    assert "未填暴露情况" in said(shown)
    shown = press(typed(shown, 依据文号=PAPER, 暴露情况="同住"), "预览影响")
    assert "请填写原因" in said(shown)
    shown = press(typed(shown, 原因="流调判定"), "预览影响")
    assert "确认后：1 人将转黄码" in said(shown)
    press(shown, "提请")

    assert "确认后：1 人将转黄码" in said(visit(above, on="Second_looks"))


def typed(shown: AppTest, **values: str) -> AppTest:
    """Type into the fields whose labels begin so."""
    for label, text in values.items():
        (field,) = [one for one in shown.text_input if one.label.startswith(label)]
        field.set_value(text)
    return shown


FILLED = {"病例编号": CASE, "暴露情况": "同住", "依据文号": "33号", "原因": "流调判定"}


def filled(clerk: Staff, visit: Visit, place: int = 1) -> AppTest:
    """The form about somebody, filled in; its address as the page left it."""
    card = people.find(number(place), purpose=Purpose.CODE_QUESTION, by=clerk, at=now())
    assert card
    shown = visit(clerk, on="Facts", person=str(card.id))
    shown.selectbox[0].set_value(FactKind.CLOSE_CONTACT)
    return typed(shown, **FILLED).run()


def test_what_stands_on_the_screen_is_proposed_whatever_was_tried_before(clerk: Staff, visit: Visit) -> None:
    shown = press(filled(clerk, visit), "预览影响")
    assert "确认后：1 人将转黄码" in said(shown)
    shown = typed(shown, 依据文号="99号").run()
    assert "确认后" not in said(shown)
    press(shown, "提请")

    (line,) = fact_lists_shown.lists_now(by=clerk, at=now())
    assert [one.evidence for one in fact_lists_shown.opened(line.id, by=clerk, at=now()).people] == ["99号"]


def test_one_person_beyond_what_is_usual_is_asked_about_alone_and_the_alarm_says_who_proposed(
    clerk: Staff, above: Staff, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hbcore.services.fact_bursts.MANY_A_SHIFT", 0)
    shown = press(filled(clerk, visit), "提请").run()
    (asked,) = shown.checkbox
    assert asked.label == "确认提请此人。此确认会留痕并触发预警。"
    press(asked.check().run(), "提请")

    alarms = visit(above, on="Alarms")
    assert [cell for table in alarms.dataframe for row in table.value.values for cell in row if cell == "1 人 · clerk"]


def test_a_reload_takes_up_what_was_typed_about_the_same_person_and_a_proposal_ends_it(clerk: Staff, visit: Visit) -> None:
    before = filled(clerk, visit)
    shown = visit(clerk, on="Facts", **address(before))

    assert "李* · 居民身份证" in said(shown)
    assert {one.label.partition("（")[0]: one.value for one in shown.text_input} == FILLED
    assert shown.selectbox[0].value == FactKind.CLOSE_CONTACT
    press(shown, "提请")
    card = people.find(number(1), purpose=Purpose.CODE_QUESTION, by=clerk, at=now())
    assert card
    assert {one.value for one in visit(clerk, on="Facts", person=str(card.id)).text_input} == {""}


def test_somebody_found_here_is_found_again_after_a_reload(clerk: Staff, visit: Visit) -> None:
    shown = visit(clerk, on="Facts", view="one")
    shown.text_input[0].set_value(number(1))
    shown.text_input[1].set_value(CASE)
    shown = press(shown, "查询")

    assert "李* · 居民身份证" in said(visit(clerk, on="Facts", **address(shown)))


def fact_list(clerk: Staff) -> int:
    (line,) = fact_lists_shown.lists_now(by=clerk, at=now())
    return line.proposal_id


def test_a_list_from_a_file_is_previewed_with_its_faults_and_proposed(clerk: Staff, visit: Visit) -> None:
    day = f"{now():%Y-%m-%d}"
    head = "证件类型,证件号码,姓名,管控类别,起始时间,截止时间,暴露情况,依据文号"
    rows = [f"居民身份证,{number(place)},{name},密接,{day},,同住,{PAPER}" for place, name in enumerate(("张三", "王五"))]
    shown = visit(clerk, on="Facts", view="file")
    shown.text_input[0].set_value(CASE)
    shown.text_input[1].set_value("流调判定")
    shown.file_uploader[0].set_value(("名单.csv", "\n".join([head, *rows]).encode(), "text/csv"))
    shown = shown.run()
    assert not shown.exception
    assert "确认后：1 人将转黄码" in said(shown)
    assert "行号 3 · " in said(shown)
    again = visit(clerk, on="Facts", view="file")
    assert [one.value for one in again.text_input] == [CASE, "流调判定"]
    shown = press(shown, "提请 1 人")

    assert fact_list(clerk)
    assert [one.value for one in shown.text_input] == ["", ""]
    assert all(one.proto.set_value for one in shown.text_input)  # the browser is told, it would go on showing them
    assert [one.value for one in visit(clerk, on="Facts", view="file").text_input] == ["", ""]


def test_a_list_without_exposures_is_refused_with_its_rows_and_cannot_be_proposed(clerk: Staff, visit: Visit) -> None:
    day = f"{now():%Y-%m-%d}"
    head = "证件类型,证件号码,姓名,管控类别,起始时间,截止时间,暴露情况,依据文号"
    rows = [f"居民身份证,{number(place)},张三,密接,{day},,,{PAPER}" for place in range(2)]
    shown = visit(clerk, on="Facts", view="file")
    shown.text_input[0].set_value(CASE)
    shown.file_uploader[0].set_value(("名单.csv", "\n".join([head, *rows]).encode(), "text/csv"))
    shown = shown.run()

    assert "整份名单未接收：第 2-3 行未填暴露情况" in said(shown)
    assert [one.label for one in shown.button if one.label.startswith("提请")] == []


def test_somebody_looked_up_before_is_who_the_form_is_about(clerk: Staff, visit: Visit) -> None:
    card = people.find(number(1), purpose=Purpose.CODE_QUESTION, by=clerk, at=now())
    assert card

    assert "李* · 居民身份证" in said(visit(clerk, on="Facts", person=str(card.id)))
