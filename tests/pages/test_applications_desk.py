"""The Applications page as a desk: what is shown stands in the address; claims, handing on, many at once, views, the handover."""

import pytest

from hbcore.sentences import sentence
from hbcore.services import applications
from hbcore.services.clock import now
from tests.pages.reviewing import button, in_dialog, open_at, permit, press, receipts, said, select, states
from tests.services.applying import PASSPORT, WUCHANG, acts, reviewer, rows

pytestmark = pytest.mark.usefixtures("database")


def test_the_address_says_what_is_shown_and_names_nobody(visit, clerk, colleague):
    hong_kong, french = permit(clerk), applications.enter(PASSPORT, by=clerk, at=now())

    page = visit(colleague, kind="passport", country="FRA", unit=WUCHANG)
    assert receipts(page) == [french.number]
    assert "法国" in said(page)
    press(page, "显示全部")

    assert receipts(page) == [hong_kong.number, french.number]
    assert dict(page.query_params) == {}


def test_a_line_says_how_urgent_it_is_and_its_receipt_before_what_may_be_cut_off_at_the_right(visit, clerk, colleague):
    permit(clerk)

    (queue,) = [table for table in visit(colleague).dataframe if "回执号" in table.value.columns]

    assert list(queue.value.columns) == ["剩余", "回执号", "姓名", "证件", "核验"]


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


def test_several_reasons_are_asked_for_at_once(visit, clerk, colleague):
    receipt = permit(clerk)
    page = open_at(visit(colleague), receipt.id)

    in_dialog(page, "退回补正", "退回补正", lambda page: page.multiselect[0].set_value(["photo_unclear", "address"]))

    assert states() == ["asked"]
    assert rows("SELECT reasons FROM application") == [('["photo_unclear", "address"]',)]


def test_an_applicant_withdraws_at_the_counter(visit, clerk, colleague):
    receipt = permit(clerk)

    in_dialog(open_at(visit(colleague), receipt.id), "撤回", "申领人撤回")

    assert states() == ["withdrawn"]


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
