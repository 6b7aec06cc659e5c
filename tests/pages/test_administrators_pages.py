"""The pages of accounts, units and institutions, one's own account, and the form of whoever has a one-time password."""

from dataclasses import replace
from pathlib import Path

import pyotp
import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import Role, Theme
from hbcore.services import accounts, institutions, second_factor, sessions, settings
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.ui import start
from tests import standing
from tests.standing import JIANGAN, LAB, WUCHANG

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"


def before_the_screen(monkeypatch: pytest.MonkeyPatch, name: str, password: str = PASSWORD) -> Staff:
    """Sign in and sit before every page from now on, as whoever the session says at each run."""
    secret = sessions.trade(str(sessions.sign_in(name, password, place="test", at=now())), at=now())
    monkeypatch.setattr(start, "signed_in", lambda *, touch: sessions.holder(secret, at=now(), touch=touch))
    holder = sessions.holder(secret, at=now(), touch=False)
    assert holder
    return holder


@pytest.fixture
def administrator(database: Path, monkeypatch: pytest.MonkeyPatch) -> Staff:
    """An administrator before the screen, a laboratory, and a reviewer whose name is markdown."""
    standing.institution(now())
    root = standing.staff(Role.ADMINISTRATOR, now(), name="root")
    accounts.add_staff(NewAccount("chen", Role.ADMINISTRATOR), PASSWORD, by=root, at=now())
    reviewer = NewAccount("li.jing", Role.DISTRICT_STAFF, WUCHANG, full_name=":green-badge[李静]")
    accounts.add_staff(reviewer, PASSWORD, by=root, at=now())
    return before_the_screen(monkeypatch, "chen")


def page(name: str, **asked: str) -> AppTest:
    shown = AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=30)
    there = start.signed_in(touch=False)
    shown.session_state[start.OWNER] = there.session if there else None
    for key, value in asked.items():
        shown.query_params[key] = value
    return shown.run()


def said(shown: AppTest) -> str:
    kinds = (shown.text, shown.subheader, shown.info, shown.warning, shown.error, shown.header, shown.caption, shown.code)
    return "\n".join(element.value for kind in kinds for element in kind)


def choose(shown: AppTest, table: str, row: int) -> AppTest:
    shown.session_state[table] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return shown.run()


def press(shown: AppTest, label: str) -> AppTest:
    next(button for button in shown.button if button.label == label).click()
    return shown.run()


def grey(shown: AppTest) -> dict[str, bool]:
    return {button.label: button.disabled for button in shown.button}


def test_the_list_of_staff_says_who_works_where_and_how_they_come_in(administrator):
    shown = page("Staff")

    assert not shown.exception
    table = shown.dataframe[0].value.set_index("账号")
    assert table.loc["li.jing", "姓名"] == ":green-badge[李静]"
    assert (table.loc["li.jing", "角色"], table.loc["li.jing", "最近登录"], table.loc["li.jing", "动态口令"]) == (
        "审核员",
        "从未",
        "–",
    )
    assert table.loc["chen", "最近登录"] != "从未"


def test_nothing_can_be_done_before_an_account_is_chosen(administrator):
    shown = page("Staff")

    assert {label: off for label, off in grey(shown).items() if label != "新增账号…"} == dict.fromkeys(
        ("变更…", "重置密码…", "动态口令…", "停用…", "启用…"), True
    )
    assert "请先在表中选择账号。" in said(shown)
    chosen = choose(shown, "accounts", 1)
    assert "请先在表中选择账号。" not in said(chosen)
    assert {label for label, off in grey(chosen).items() if not off} == {"新增账号…", "变更…", "重置密码…", "停用…"}


def test_the_unit_in_the_address_narrows_the_list(administrator):
    assert page("Staff", unit="420100").dataframe[0].value["账号"].tolist() == ["li.jing"]
    assert "没有符合条件的账号。" in said(page("Staff", unit=JIANGAN))


def test_the_units_stand_as_a_tree_and_those_nobody_serves_are_marked(administrator):
    shown = page("Units")

    assert not shown.exception
    table = shown.dataframe[0].value.set_index("代码")
    assert table.loc[WUCHANG, "辖区"] == "\u3000\u3000武昌区"
    assert (table.loc[WUCHANG, "负责单位"], table.loc[JIANGAN, "负责单位"]) == ("本级人员", "! 无人")
    assert table.loc[WUCHANG, "人员账号"] == 1


def test_what_the_public_form_takes_is_said_and_changed(administrator):
    shown = page("Units")
    assert "网上申领上限：同一网络每小时 30 件、每天 120 件，同一证件每天 5 次；同时待审 20,000 件。" in said(shown)

    shown.button(key="form limits").click().run()
    (field,) = shown.number_input
    assert (field.label, field.value) == ("同一网络每小时", 30)
    field.set_value(300)
    shown.button(key="form limits").click()  # AppTest runs the whole page
    press(shown, "修改上限")

    assert "同一网络每小时 300 件" in said(page("Units"))


def test_for_how_long_gates_records_are_kept_is_said_and_changed_within_the_law(administrator):
    shown = page("Units")
    assert [
        words for words in ("保留天数：7", "正常体温记录保留天数：14", "登记簿中保留天数：184") if words not in said(shown)
    ] == []

    shown.button(key="code_days").click().run()

    (field,) = shown.number_input
    assert (field.min, field.value) == (184, 184)
    field.set_value(365)
    shown.button(key="code_days").click()  # AppTest runs the whole page
    press(shown, "修改天数")
    assert settings.days_now(by=administrator, at=now())[settings.Kept.CODES] == 365
    assert "登记簿中保留天数：365" in said(page("Units"))


def test_the_institutions_say_who_uploads_and_when_they_last_did(administrator):
    institutions.suspend(LAB, "资质到期", by=administrator, at=now())

    shown = page("Institutions")
    chosen = choose(shown, "institutions", 0)

    assert not chosen.exception
    row = chosen.dataframe[0].value.iloc[0]
    assert (row["联络员"], row["最近上传"], row["状态"], row["原因"]) == (
        "! 无",
        "从未",
        "已暂停",
        "资质到期",
    )
    assert "恢复…" in grey(chosen)


@pytest.fixture
def reviewer(administrator: Staff, monkeypatch: pytest.MonkeyPatch) -> Staff:
    return before_the_screen(monkeypatch, "li.jing")


def test_the_own_account_shows_its_sessions_and_its_sign_ins(reviewer):
    other = sessions.trade(str(sessions.sign_in("li.jing", PASSWORD, place="elsewhere", at=now())), at=now())

    shown = page("Account")
    assert not shown.exception
    assert said(shown).count("登录 · 最近操作") == 2
    assert said(shown).count("当前会话") == 1
    press(shown, "结束")

    assert sessions.holder(other, at=now(), touch=False) is None
    assert page("Account").dataframe[0].value["结果"].tolist() == ["✓ 已登录", "✓ 已登录"]


def test_theme_and_language_are_kept_with_the_account(reviewer):
    shown = page("Account")
    shown.segmented_control[1].set_value(Theme.DARK).run() if hasattr(shown, "segmented_control") else shown.button_group[
        1
    ].set_value([Theme.DARK]).run()

    assert accounts.staff_named("li.jing").theme == Theme.DARK


def test_a_language_chosen_in_the_header_is_not_taken_back_by_the_page(reviewer):
    shown = page("Account")
    accounts.choose_language("en", by=reviewer, at=now())

    shown.run()

    assert not shown.exception
    assert accounts.staff_named("li.jing").language == "en"
    assert shown.subheader[0].value == "Language and theme"


def test_the_password_is_changed_with_the_old_one(reviewer):
    shown = page("Account")
    for field, typed in zip(shown.text_input, (PASSWORD, "湖北健康码管理台的密码", "湖北健康码管理台的密码"), strict=False):
        field.set_value(typed)
    press(shown, "修改密码")

    assert sessions.sign_in("li.jing", "湖北健康码管理台的密码", place="test", at=now())


def test_the_second_factor_is_set_up_by_its_picture_and_a_code(reviewer):
    shown = page("Account")
    shown.text_input(key="second factor password").set_value(PASSWORD)
    press(shown, "启用")
    letters = next(code.value for code in shown.code)

    shown.text_input[-1].set_value(pyotp.TOTP(letters).at(now()))
    press(shown, "确认")

    assert not shown.exception
    guard = second_factor.own(by=reviewer, at=now())
    assert guard.confirmed_at
    assert guard.codes_left == 10
    assert letters not in said(page("Account"))


def test_whoever_has_a_one_time_password_is_let_to_no_page(administrator, monkeypatch):
    made = accounts.add_with_one_time_password(NewAccount("wu", Role.AUDITOR), by=administrator, at=now())
    there = before_the_screen(monkeypatch, "wu", made.text)
    form = AppTest.from_function(own_form, default_timeout=30)
    form.session_state["there"] = replace(there)

    form.run()
    for field in form.text_input:
        field.set_value(PASSWORD)
    press(form, "保存密码")

    assert not form.exception
    assert sessions.sign_in("wu", PASSWORD, place="test", at=now())


def own_form() -> None:
    import streamlit as st

    from hbcore.ui import own_password

    own_password.show(st.session_state["there"])


def test_each_institution_has_its_limit_of_positives_and_a_dialog_to_set_it(administrator):
    institutions.set_limit(LAB, 3, by=administrator, at=now())

    shown = choose(page("Institutions"), "institutions", 0)
    assert list(shown.dataframe[0].value["每班阳性上限"]) == [3]
    next(button for button in shown.button if button.label == "阳性上限…").click().run()

    assert not shown.exception
    assert (shown.number_input[0].value, shown.number_input[0].max) == (3, 1_000)
