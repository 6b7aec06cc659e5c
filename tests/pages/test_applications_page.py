"""The Applications page: opening, deciding, the next one by itself; the counter loses nothing that was typed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hbcore.sentences import sentence
from hbcore.services import applications, filings
from hbcore.services.clock import now
from hbcore.services.uploads import IncomingFile
from tests.pages.reviewing import select
from tests.services.applying import PASSPORT, PERMIT, WUCHANG, acts, look_ups, reviewer, rows

pytestmark = pytest.mark.usefixtures("database")

FIELDS = ("document_number", "name", "birth_date", "phone", "email", "address")


def said(page):
    return [text.value for text in page.text]


def button(page, label):
    return next(one for one in page.button if one.label == label)


def test_an_empty_queue_says_so(visit):
    page = visit(reviewer("colleague"))

    assert not page.exception
    assert "此处暂无申领。" in said(page)
    assert [caption.value for caption in page.caption] == ["可切换其他队列，新申领请到“窗口录入”登记。"]


def test_nobody_is_opened_before_somebody_asks(visit):
    applications.enter(PERMIT, by=reviewer("clerk"), at=now())

    page = visit(reviewer("colleague"))

    assert look_ups() == 0
    assert any("请在队列中选择一件" in text for text in said(page))


def test_opening_one_is_one_look_up_however_often_the_page_runs(visit):
    applications.enter(PERMIT, by=reviewer("clerk"), at=now())
    page = visit(reviewer("colleague"))

    select(page, 0)
    page.run()
    page.run()

    assert not page.exception
    assert look_ups() == 1
    assert any("CHAN T*** M***" in text for text in said(page))


def test_approving_brings_the_next_one_up_by_itself(visit):
    clerk = reviewer("clerk")
    applications.enter(PERMIT, by=clerk, at=now() - timedelta(hours=2))
    applications.enter(replace(PERMIT, document_number="H94684380", name="LEE WAI KIT"), by=clerk, at=now())
    page = select(visit(reviewer("colleague")), 0)

    button(page, "通过").click().run()

    assert not page.exception
    assert acts()[-1] == "approved"
    assert any("LEE W*** K***" in text for text in said(page))
    assert look_ups() == 2


def test_a_grey_button_says_why_before_it_is_pressed(visit):
    clerk = reviewer("clerk")
    line = "护照号码,国籍,姓名,出生日期\nC50078212,法国,MARTIN ANNA,1988-12-03\n"
    filings.import_filings(IncomingFile(line.encode(), "filings.csv"), by=clerk, at=now())
    applications.enter(PASSPORT, by=clerk, at=now())

    page = select(visit(reviewer("colleague"), "en"), 0)

    assert button(page, "Approve").disabled
    assert not button(page, "Ask…").disabled
    assert any(text.startswith("Approve: not possible now. The details differ from the filing.") for text in said(page))


def test_the_own_entry_is_greyed_and_says_so_in_chinese(visit):
    clerk = reviewer("clerk")
    applications.enter(PERMIT, by=clerk, at=now())

    page = select(visit(clerk), 0)

    assert all(button(page, label).disabled for label in ("通过", "退回补正…", "不通过…", "转复审…"))
    assert any("暂不可用" in text for text in said(page))


def test_a_colleague_who_was_faster_is_said_and_changes_nothing(visit):
    clerk, first, second = reviewer("clerk"), reviewer("first"), reviewer("second")
    receipt = applications.enter(PERMIT, by=clerk, at=now())
    page = select(visit(second), 0)
    pressed = button(page, "通过").click()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hbcore.services.acting.read_staff", lambda *_arguments: first)
        applications.refuse(receipt.id, ["not_in_hubei"], by=first, at=now())
    pressed.run()

    assert not page.exception
    assert rows("SELECT state FROM application") == [("refused",)]


def type_in(page, draft, *, leave_out=()):
    page.segmented_control(key="place").set_value("entry").run()
    page.selectbox(key="draft document_kind").set_value(draft.document_kind).run()
    for field in FIELDS:
        if field not in leave_out:
            page.text_input(key=f"draft {field}").set_value(getattr(draft, field))
    for field in ("sex", "nationality", "unit"):
        page.selectbox(key=f"draft {field}").set_value(getattr(draft, field))
    for field in ("symptoms", "contact"):
        page.radio(key=f"draft {field}").set_value(getattr(draft, field))
    return button(page, "提交申领").click().run()


def test_the_counter_gives_receipt_and_secret_once(visit):
    page = visit(reviewer("clerk"))

    type_in(page, PERMIT)
    shown = [code.value for code in page.code]
    button(page, "已告知，录入下一件").click().run()

    assert not page.exception
    assert shown[0] == rows("SELECT receipt FROM application")[0][0]
    assert len(shown[1]) == 8
    assert list(page.code) == []
    assert page.text_input(key="draft name").value == ""


def test_a_fault_stands_under_its_field_and_nothing_typed_is_lost(visit):
    page = visit(reviewer("clerk"))

    type_in(page, replace(PERMIT, birth_date="3 March"))

    assert not page.exception
    assert [text for text in said(page) if text.startswith("✗")] == [f"✗ {sentence('not_a_date')['zh']}"]
    assert page.text_input(key="draft name").value == "CHAN TAI MAN"
    assert page.selectbox(key="draft unit").value == WUCHANG
    assert page.radio(key="draft contact").value == "no"


def test_a_look_at_the_queue_does_not_empty_the_counter(visit):
    page = visit(reviewer("clerk"))
    type_in(page, PERMIT, leave_out=("name",))

    page.segmented_control(key="place").set_value("queue").run()
    page.segmented_control(key="place").set_value("entry").run()

    assert page.text_input(key="draft document_number").value == "H94684388"


def test_a_link_by_id_opens_the_application(visit, monkeypatch):
    receipt = applications.enter(PERMIT, by=reviewer("clerk"), at=now())
    page = visit(reviewer("colleague"))

    page.query_params["application"] = str(receipt.id)
    page.run()

    assert any(receipt.number in text for text in said(page))
    assert "application" not in page.query_params
