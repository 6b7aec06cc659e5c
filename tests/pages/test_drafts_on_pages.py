"""What was typed at the counter survives a reload and a sign-out: another session of the same account takes it up."""

from dataclasses import replace

import pytest

from hbcore.services import applications
from hbcore.services.clock import now
from tests.pages.test_applications_page import button, said, type_in
from tests.services.applying import PERMIT, WUCHANG, acts, reviewer, rows

pytestmark = pytest.mark.usefixtures("database")


def at_the_counter(page):
    return page.segmented_control(key="place").set_value("entry").run()


def test_a_new_session_takes_up_what_was_typed_and_says_since_when(visit):
    clerk = reviewer("clerk")
    first = at_the_counter(visit(clerk))
    first.selectbox(key="draft document_kind").set_value("passport").run()
    first.text_input(key="draft name").set_value("MARTIN ANNA").run()
    first.selectbox(key="draft country").set_value("FRA").run()
    first.selectbox(key="draft unit").set_value(WUCHANG).run()
    first.radio(key="draft symptoms").set_value("no").run()

    page = at_the_counter(visit(clerk))

    assert not page.exception
    assert page.text_input(key="draft name").value == "MARTIN ANNA"
    assert page.selectbox(key="draft document_kind").value == "passport"
    assert page.selectbox(key="draft country").value == "FRA"
    assert page.selectbox(key="draft unit").value == WUCHANG
    assert page.radio(key="draft symptoms").value == "no"
    assert any(text.startswith("已恢复") and text.endswith("的草稿。") for text in said(page))
    assert acts() == []


def test_a_colleague_finds_an_empty_form(visit):
    first = at_the_counter(visit(reviewer("clerk")))
    first.text_input(key="draft name").set_value("MARTIN ANNA").run()

    assert at_the_counter(visit(reviewer("colleague"))).text_input(key="draft name").value == ""


def test_starting_afresh_empties_the_form_the_table_and_the_browser(visit):
    """A browser goes on showing what was typed in a field unless it is told what stands there: `set_value`."""
    clerk = reviewer("clerk")
    first = at_the_counter(visit(clerk))
    first.selectbox(key="draft document_kind").set_value("passport").run()
    first.text_input(key="draft name").set_value("MARTIN ANNA").run()
    page = at_the_counter(visit(clerk))

    button(page, "清空重填").click().run()

    assert not page.exception
    assert page.text_input(key="draft name").value == ""
    assert page.selectbox(key="draft document_kind").value is None
    assert not any(text.startswith("已恢复") for text in said(page))
    assert rows("SELECT count(*) FROM saved_draft") == [(0,)]
    assert all(one.proto.set_value for one in (*page.text_input, *page.selectbox) if str(one.key).startswith("draft "))


def test_what_is_entered_is_no_draft_any_more(visit):
    clerk = reviewer("clerk")
    page = visit(clerk)

    type_in(page, PERMIT)
    button(page, "已告知，录入下一件").click().run()

    assert rows("SELECT count(*) FROM saved_draft") == [(0,)]
    assert at_the_counter(visit(clerk)).text_input(key="draft name").value == ""


def test_a_draft_is_saved_when_something_changed_and_not_with_every_run(visit, monkeypatch):
    saved = []
    monkeypatch.setattr("hbcore.services.saved_drafts.keep", lambda *_place, **_given: saved.append(1))
    page = at_the_counter(visit(reviewer("clerk")))

    page.run()
    page.text_input(key="draft name").set_value("MARTIN").run()
    page.run()

    assert len(saved) == 1


def test_corrections_begin_with_what_was_stated_and_take_up_their_own_draft(visit):
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    receipt = applications.enter(replace(PERMIT, name="CHAN TAI"), by=clerk, at=now())
    applications.ask(receipt.id, ["name_as_document"], by=colleague, at=now())

    def correcting():
        page = visit(clerk)
        page.query_params["application"] = str(receipt.id)
        button(page.run(), "显示完整信息").click().run()
        return button(page, "录入补正…").click().run()

    first = correcting()
    assert first.text_input(key="draft name").value == "CHAN TAI"
    assert rows("SELECT count(*) FROM saved_draft") == [(0,)]
    first.text_input(key="draft name").set_value("CHAN TAI MAN").run()

    page = correcting()

    assert not page.exception
    assert page.text_input(key="draft name").value == "CHAN TAI MAN"
    assert rows("SELECT subject FROM saved_draft") == [(receipt.id,)]
