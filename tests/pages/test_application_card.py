"""The card of one application: its checks, who is related, what is put right, its photos, and who it may be."""

from dataclasses import replace

import pytest

from hbcore.sentences import sentence
from hbcore.services import applications, filings
from hbcore.services.clock import now
from hbcore.services.uploads import IncomingFile
from tests.pages.reviewing import NUMBERS, button, in_dialog, open_at, permit, press, said, select, states
from tests.services.applying import PASSPORT, PERMIT, acts, look_ups, reviewer, rows
from tests.services.strangers import PERMIT_FORM, picture, submit
from tests.signed_codes import signed

pytestmark = pytest.mark.usefixtures("database")


def test_a_note_is_kept_and_read_with_its_author(visit, clerk, colleague):
    receipt = permit(clerk)
    page = open_at(visit(colleague), receipt.id)

    in_dialog(page, "备注", "保存备注", lambda page: page.text_area[0].set_value("电话已核实"))

    assert "“电话已核实” colleague" in said(page)


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

    assert all(button(page, label).disabled for label in ("通过", "退回补正", "不通过", "转复审", "认领"))
    assert not [one.label for one in page.button if one.label.startswith("亲属回避")]
    assert sentence("relative_declared")["zh"] in said(page)
    assert acts()[-1] == "related"


def test_what_stands_against_undoing_is_said_of_it_as_its_button_is_called(visit, clerk, colleague):
    receipt = permit(clerk)
    applications.declare_related(receipt.id, by=colleague, at=now())
    applications.approve(receipt.id, by=reviewer("second"), at=now())

    page = open_at(visit(colleague), receipt.id)

    assert button(page, "提请撤销").disabled
    assert f"提请撤销和撤销通过暂不可用：{sentence('relative_declared')['zh']}" in said(page)


def test_a_relative_finds_the_button_for_the_corrections_grey(visit, clerk, colleague):
    receipt = permit(clerk)
    applications.declare_related(receipt.id, by=colleague, at=now())
    applications.ask(receipt.id, ["address"], by=reviewer("second"), at=now())

    page = press(open_at(visit(colleague), receipt.id), "显示完整信息")

    assert button(page, "录入补正").disabled
    assert sentence("relative_declared")["zh"] in [caption.value for caption in page.caption]


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
