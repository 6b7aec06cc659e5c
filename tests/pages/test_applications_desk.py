"""The Applications page as a desk: what is shown stands in the address; claims, notes, second looks, undo, many at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hbcore.domain.vocabulary import Role
from hbcore.sentences import sentence
from hbcore.services import applications, filings
from hbcore.services.clock import now
from hbcore.services.uploads import IncomingFile
from tests.services.applying import PASSPORT, PERMIT, WUCHANG, WUHAN, acts, look_ups, reviewer, rows
from tests.services.strangers import PERMIT_FORM, picture, submit
from tests.signed_codes import signed
from tests.standing import staff

pytestmark = pytest.mark.usefixtures("database")

NUMBERS = ("H94684388", "H94684380", "H94684381")
NAMES = ("CHAN TAI MAN", "LEE WAI KIT", "WONG KA YAN")
SECOND_LOOKS = "Second_looks"


@pytest.fixture
def clerk():
    return reviewer("clerk")


@pytest.fixture
def colleague():
    return reviewer("colleague")


@pytest.fixture
def supervisor():
    return staff(Role.SUPERVISOR, now(), name="supervisor", unit=WUHAN)


def permit(by, place=0, **more):
    """A permit application of the first, second or third applicant, submitted so that they come in this order."""
    draft = replace(PERMIT, document_number=NUMBERS[place], name=NAMES[place], **more)
    return applications.enter(draft, by=by, at=now() - timedelta(minutes=30 - place))


def said(page):
    return "\n".join(element.value for element in page.text)


def button(page, label):
    return next(one for one in page.button if one.label.rstrip("…") == label)


def press(page, label):
    button(page, label).click().run()
    assert not page.exception
    return page


def in_dialog(page, opener, done, filled=lambda _page: None):
    """Open a dialog, fill it in and press its button. AppTest runs the whole page: the opening button is pressed with it."""
    press(page, opener)
    filled(page)
    press(page, opener)
    button(page, opener).click()
    buttons = [one for one in page.button if one.label.rstrip("…") == done and one is not button(page, opener)]
    buttons[-1].click()
    page.run()
    assert not page.exception
    return page


def open_at(page, id_):
    """Follow a link to an application."""
    page.query_params["application"] = str(id_)
    return page.run()


def states():
    return [state for (state,) in rows("SELECT state FROM application ORDER BY submitted_at")]


def select(page, row):
    key, _rows = page.session_state["selected at first"]
    page.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return page.run()


def receipts(page):
    """The receipts of the queue's lines."""
    tables = [table.value for table in page.dataframe if "回执号" in table.value.columns]
    return list(tables[0]["回执号"]) if tables else []


def test_the_address_says_what_is_shown_and_names_nobody(visit, clerk, colleague):
    hong_kong, french = permit(clerk), applications.enter(PASSPORT, by=clerk, at=now())

    page = visit(colleague, kind="passport", country="FRA", unit=WUCHANG)
    assert receipts(page) == [french.number]
    assert "法国" in said(page)
    press(page, "显示全部")

    assert receipts(page) == [hong_kong.number, french.number]
    assert dict(page.query_params) == {}


@pytest.mark.parametrize(
    "address", [{"show": "everything"}, {"kind": "张三"}, {"country": "fra"}, {"left": "1h"}, {"page": "-1"}, {"unit": "here"}]
)
def test_a_word_in_the_address_that_is_not_ours_counts_as_left_out(visit, clerk, colleague, address):
    receipt = permit(clerk)

    page = visit(colleague, **address)

    assert not page.exception
    assert receipts(page) == [receipt.number]
    assert dict(page.query_params) == {}


def test_of_a_link_to_another_unit_it_is_said_and_the_own_unit_shown(visit, clerk, colleague):
    receipt = permit(clerk)

    page = visit(colleague, unit="420500", kind="hk_macau_permit")

    assert not page.exception
    assert [error.value for error in page.error] == [sentence("not_your_unit")["zh"]]
    assert receipts(page) == [receipt.number]
    assert dict(page.query_params) == {"kind": "hk_macau_permit"}


def test_a_filter_chosen_in_the_drawer_stands_in_the_address(visit, clerk, colleague):
    permit(clerk)
    french = applications.enter(PASSPORT, by=clerk, at=now())
    page = visit(colleague)

    in_dialog(page, "筛选", "应用", lambda page: page.selectbox[1].set_value("passport"))

    assert receipts(page) == [french.number]
    assert dict(page.query_params) == {"kind": "passport"}


def test_a_queue_chosen_above_the_table_stands_in_the_address(visit, clerk, colleague):
    asked = permit(clerk)
    permit(clerk, 1)
    applications.ask(asked.id, ["address", "contact"], by=colleague, at=now())
    page = visit(colleague)

    page.segmented_control(key="queue shown").set_value("asked").run()

    assert receipts(page) == [asked.number]
    assert dict(page.query_params) == {"show": "asked"}


def test_a_claim_is_named_with_its_end_and_greys_a_colleagues_buttons(visit, clerk, colleague):
    receipt = permit(clerk)

    press(select(visit(colleague), 0), "认领")
    mine = visit(colleague)
    open_at(mine, receipt.id)
    theirs = open_at(visit(reviewer("third")), receipt.id)

    assert "由我认领" in said(mine)
    assert "colleague" in said(theirs)
    assert button(theirs, "通过").disabled
    press(open_at(visit(colleague), receipt.id), "释放")
    assert acts()[-2:] == ["claimed", "released"]


def test_a_supervisor_takes_over_and_hands_on_to_another_unit(visit, clerk, colleague, supervisor):
    receipt = permit(clerk)
    applications.claim(receipt.id, by=colleague, at=now())
    page = open_at(visit(supervisor), receipt.id)

    press(page, "接管")
    in_dialog(page, "移交", "移交", lambda page: page.selectbox[-1].set_value("420102"))

    assert rows("SELECT unit, claimed_by FROM application") == [("420102", None)]
    assert "transferred" in acts()


def test_a_supervisor_is_told_why_they_do_not_decide_and_is_offered_nothing_of_the_counter(visit, clerk, supervisor):
    receipt = permit(clerk)

    page = open_at(visit(supervisor), receipt.id)

    assert button(page, "通过").disabled
    assert "暂不可用：您的角色没有此项权限。" in said(page)
    assert "撤回…" not in [one.label for one in page.button]


def test_many_are_approved_only_of_what_waits(visit, clerk, colleague):
    receipt = permit(clerk)
    applications.refuse(receipt.id, ["not_in_hubei"], by=colleague, at=now())

    page = visit(colleague, show="closed")

    assert receipts(page) == [receipt.number]
    assert not [one for one in page.button if one.key == "approve many"]


def test_a_note_is_kept_and_read_with_its_author(visit, clerk, colleague):
    receipt = permit(clerk)
    page = open_at(visit(colleague), receipt.id)

    in_dialog(page, "备注", "保存备注", lambda page: page.text_area[0].set_value("电话已核实"))

    assert "“电话已核实” colleague" in said(page)


def test_several_reasons_are_asked_for_at_once(visit, clerk, colleague):
    receipt = permit(clerk)
    page = open_at(visit(colleague), receipt.id)

    in_dialog(page, "退回补正", "退回补正", lambda page: page.multiselect[0].set_value(["photo_unclear", "address"]))

    assert states() == ["asked"]
    assert rows("SELECT reasons FROM application") == [('["photo_unclear", "address"]',)]


def test_a_decision_is_taken_back_where_it_was_made_and_the_application_is_open_again(visit, clerk, colleague):
    receipt = permit(clerk)
    permit(clerk, 1)
    page = press(open_at(visit(colleague), receipt.id), "通过")
    assert states() == ["approved", "waiting"]

    undo = next(one for one in page.button if one.key == "undo last")
    undo.click().run()

    assert not page.exception
    assert states() == ["waiting", "waiting"]
    assert receipt.number in said(page)
    assert acts()[-1] == "undone"


def test_the_offer_to_undo_ends_after_ten_minutes(visit, clerk, colleague, monkeypatch):
    receipt = permit(clerk)
    page = press(open_at(visit(colleague), receipt.id), "通过")
    later = now() + timedelta(minutes=10)
    for place in ("hbcore.services.clock.now", "hbcore.ui.application_acts.now", "hbcore.ui.application_decided.now"):
        monkeypatch.setattr(place, lambda: later)

    page.run()

    assert not [one for one in page.button if one.key == "undo last"]


def test_an_applicant_withdraws_at_the_counter(visit, clerk, colleague):
    receipt = permit(clerk)

    in_dialog(open_at(visit(colleague), receipt.id), "撤回", "申领人撤回")

    assert states() == ["withdrawn"]


def test_a_revocation_waits_for_a_second_look_and_is_confirmed_there(visit, links, clerk, colleague):
    receipt = permit(clerk)
    applications.approve(receipt.id, by=colleague, at=now())
    page = open_at(visit(colleague), receipt.id)
    in_dialog(page, "撤销通过", "提请", lambda page: page.selectbox[-1].set_value("not_in_hubei"))
    assert states() == ["approved"]

    own = visit(colleague, on=SECOND_LOOKS)
    other = visit(reviewer("second"), on=SECOND_LOOKS)
    assert [one.label for one in own.button] == ["撤回提请"]
    assert receipt.number in said(other)
    assert "不在鄂居留" in said(other)
    assert links[-1] == ("Applications", "打开申领", {"application": str(receipt.id)})
    press(other, "确认")

    assert states() == ["revoked"]
    assert "暂无待复核事项。" in said(other)


def test_a_second_look_that_says_no_changes_nothing(visit, links, clerk, colleague):
    receipt = permit(clerk)
    applications.approve(receipt.id, by=colleague, at=now())
    applications.propose_undo(receipt.id, by=clerk, at=now())

    page = visit(colleague, on=SECOND_LOOKS)
    page.selectbox[0].set_value("not_justified").run()
    press(page, "驳回")

    assert states() == ["approved"]
    assert acts()[-1] == "proposal_declined"


def test_later_than_ten_minutes_an_undo_is_proposed(visit, clerk, colleague):
    receipt = permit(clerk)
    applications.approve(receipt.id, by=colleague, at=now() - timedelta(minutes=11))

    in_dialog(open_at(visit(colleague), receipt.id), "提请撤销", "提请")

    assert states() == ["approved"]
    assert acts()[-1] == "undo_proposed"


def test_many_are_approved_and_each_that_is_not_is_named_with_its_reason(visit, clerk, colleague):
    permit(clerk)
    permit(clerk, 1)
    held = permit(clerk, 2)
    applications.claim(held.id, by=clerk, at=now())
    page = visit(colleague)

    in_dialog(page, "全选可通过（2）", "通过 2 件")

    assert states() == ["approved", "approved", "waiting"]
    assert acts()[-1] == "approved_many"
    stopped = [table.value for table in page.dataframe if "原因" in table.value.columns]
    assert list(stopped[0]["回执号"]) == [held.number]
    press(page, "知道了")
    assert not [table for table in page.dataframe if "原因" in table.value.columns]


def test_what_is_to_be_looked_at_is_left_out_of_many_and_named(visit, clerk, colleague):
    permit(clerk)
    declared = permit(clerk, 1, symptoms="yes")
    page = visit(colleague)

    in_dialog(page, "全选可通过（1）", "通过 1 件")

    assert states() == ["approved", "waiting"]
    (stopped,) = [table.value for table in page.dataframe if "原因" in table.value.columns]
    assert [tuple(row) for row in stopped.itertuples(index=False)] == [(declared.number, "有申报")]


def test_each_check_stands_on_the_card_with_sign_word_and_both_sides(visit, clerk, colleague):
    line = "护照号码,国籍,姓名,出生日期\nC50078212,法国,MARTIN ANNA,1988-12-03\n"
    filings.import_filings(IncomingFile(line.encode(), "filings.csv"), by=clerk, at=now())
    applications.enter(replace(PASSPORT, symptoms="yes"), by=clerk, at=now())

    page = select(visit(colleague), 0)

    assert "✕ 不通过 · 公安备案：与公安备案不一致" in said(page)
    assert "✓ 通过 · 证件号码：格式符合（此类证件无校验位）" in said(page)
    assert "! 需人工看 · 健康申报：申报有症状或接触史" in said(page)
    assert "– 不适用 · 证件照片：该渠道不收照片" in said(page)
    (sides,) = [table.value for table in page.dataframe if "对照" in table.value.columns]
    assert [tuple(row) for row in sides.itertuples(index=False)] == [("出生日期", "1988-03-12", "1988-12-03")]
    (queue,) = [table.value for table in page.dataframe if "核验" in table.value.columns]
    assert list(queue["核验"]) == ["✓–✕✓✓✓✓!–– 备案不一致；有申报"]


def test_who_is_related_says_so_and_the_buttons_grey(visit, clerk, colleague):
    receipt = permit(clerk)

    page = in_dialog(open_at(visit(colleague), receipt.id), "亲属回避", "我与申领人有亲属关系")

    assert all(button(page, label).disabled for label in ("通过", "退回补正", "不通过", "转复审"))
    assert sentence("relative_declared")["zh"] in said(page)
    assert acts()[-1] == "related"


def test_a_relative_finds_the_button_for_the_corrections_grey(visit, clerk, colleague):
    receipt = permit(clerk)
    applications.declare_related(receipt.id, by=colleague, at=now())
    applications.ask(receipt.id, ["address"], by=reviewer("second"), at=now())

    page = press(open_at(visit(colleague), receipt.id), "显示完整信息")

    assert button(page, "录入补正").disabled


def typed_in(label, text):
    return lambda page: next(one for one in page.text_input if one.label == label).set_value(text)


def test_a_name_put_right_goes_to_a_second_person(visit, clerk, colleague):
    receipt = permit(clerk)

    page = in_dialog(open_at(visit(colleague), receipt.id), "更正", "更正并转他人复审", typed_in("姓名", "CHAN TAI MING"))

    assert states() == ["second_review"]
    assert acts()[-1] == "application_corrected"
    assert not page.error


def test_what_cannot_be_read_is_said_beside_its_field(visit, clerk, colleague):
    receipt = permit(clerk)

    page = in_dialog(open_at(visit(colleague), receipt.id), "更正", "更正并转他人复审", typed_in("出生日期", "1988-13-45"))

    assert "✗ 出生日期：" in said(page)
    assert states() == ["waiting"]


def test_the_photos_are_shown_once_they_are_asked_for_which_is_a_look_up(visit, colleague):
    receipt = submit(replace(PERMIT_FORM, photo=picture()), at=now())
    page = open_at(visit(colleague), receipt.id)
    before = look_ups()
    assert "✓ 通过 · 证件照片：有证件照片" in said(page)
    assert not page.get("image")

    press(page, "查看照片")
    page.run()

    assert look_ups() == before + 1
    assert len(page.get("image")) == 1
    assert "证件照片 · " in said(page)


def alike(clerk):
    """One waits, and may be somebody whose application came before."""
    permit(clerk)
    draft = replace(PERMIT, document_number=NUMBERS[1], name="Tai-man Chan")
    return applications.enter(draft, by=clerk, at=now())


def test_who_the_applicant_may_be_is_said_with_reasons_and_the_way_to_their_card(visit, links, clerk, colleague):
    receipt = alike(clerk)

    page = open_at(visit(colleague), receipt.id)

    assert "! 需人工看 · 疑似重复：可能与在库人员是同一人" in said(page)
    assert "可能与 CHAN T*** M***（港澳居民来往内地通行证 H946****）是同一人：姓名相同、出生日期相同" in said(page)
    assert links[-1][:2] == ("Person", "打开此人")
    assert links[-1][2]["purpose"] == "application"


def test_told_apart_on_the_card_it_is_clean_and_nobody_is_asked_again(visit, links, clerk, colleague):
    receipt = alike(clerk)
    page = open_at(visit(colleague), receipt.id)

    press(page, "不是同一人")

    assert "✓ 通过 · 疑似重复：疑似同一人，已核实不是" in said(page)
    assert "不是同一人" not in [one.label for one in page.button]


def test_said_to_be_the_same_on_the_card_it_is_joined_by_another_persons_approval(visit, links, clerk, colleague):
    receipt = alike(clerk)
    page = open_at(visit(colleague), receipt.id)

    press(page, "是同一人")
    assert button(page, "通过").disabled
    assert "须由另一人通过并合并" in said(page)
    press(open_at(visit(reviewer("second")), receipt.id), "通过")

    assert rows("SELECT count(*) FROM person_join") == [(1,)]


def test_a_view_is_kept_and_opened_again(visit, clerk, colleague):
    permit(clerk)
    french = applications.enter(PASSPORT, by=clerk, at=now())
    page = visit(colleague, kind="passport")
    in_dialog(page, "视图", "保存", lambda page: page.text_input[0].set_value("护照"))

    page = visit(colleague)
    assert len(receipts(page)) == 2
    in_dialog(page, "视图", "打开")

    assert receipts(page) == [french.number]
    assert dict(page.query_params) == {"kind": "passport"}


def test_the_handover_sheet_names_what_was_done_and_masks_names(visit, clerk, colleague):
    receipt = permit(clerk)
    waits = permit(clerk, 1)
    applications.approve(receipt.id, by=colleague, at=now())
    applications.claim(waits.id, by=colleague, at=now())

    page = in_dialog(visit(colleague), "交班", "生成交班单")

    sheet = next(code.value for code in page.code if receipt.number in code.value)
    assert waits.number in sheet
    assert "已通过" in sheet
    assert "CHAN TAI MAN" not in sheet


def test_what_follows_an_ended_application_leads_back_to_it(visit, clerk, colleague):
    old = permit(clerk)
    applications.refuse(old.id, ["not_in_hubei"], by=colleague, at=now())
    new = applications.enter(PERMIT, by=clerk, at=now())
    page = open_at(visit(colleague), new.id)
    assert old.number in said(page)

    press(page, "打开")

    assert "不在鄂居留" in said(page)


def test_a_foreign_certificate_is_read_on_an_application_and_kept_as_a_note_without_a_name(visit, clerk):
    receipt = permit(clerk)
    page = open_at(visit(clerk), receipt.id)

    box = next(one for one in page.text_input if one.placeholder == "以 HC1: 开头")
    box.set_value(signed()).run()
    assert "? 凭证未核验" in said(page)
    assert "持有人 Blödsinn Örjan，出生日期 1979-04-14" in said(page)
    press(page, "记入备注")

    (note,) = applications.one(receipt.id, by=clerk, at=now()).notes
    assert note.text.startswith("境外凭证：核酸 阴性")
    assert "Blödsinn" not in note.text
