"""The page of events: words for every act, filters in the address, a page after another, a file."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import Role
from hbcore.services import audit
from hbcore.services.acting import Staff
from hbcore.services.audit import Act
from hbcore.services.clock import now
from hbcore.services.large_exports import ExportReason
from hbcore.ui import start
from tests import standing
from tests.services.applying import rows

ROOT = Path(__file__).parents[2]


@pytest.fixture
def auditor(database: Path, monkeypatch: pytest.MonkeyPatch) -> Staff:
    """An auditor before the screen, and sixty acts with one look-up."""
    by = standing.staff(Role.AUDITOR, now(), name="shen")
    administrator = standing.staff(Role.ADMINISTRATOR, now(), name="chen")
    began = now() - timedelta(hours=2)
    for minute in range(60):
        act = Act.REFUSED if minute % 10 else Act.STAFF_ADDED
        at = began + timedelta(minutes=minute)
        audit.record_alone(act, by=administrator, at=at, subject=f"staff {minute}", figures={"why": "not_allowed"})
    audit.record_look_up(Act.PERSON_LOOKED_UP, by=administrator, at=now(), subject="person 17", figures={"purpose": "x"})
    monkeypatch.setattr(start, "signed_in", lambda *, touch: by)
    return by


def page(**asked: str) -> AppTest:
    shown = AppTest.from_file(str(ROOT / "pages" / "Events.py"), default_timeout=30)
    shown.session_state[start.OWNER] = None
    for key, value in asked.items():
        shown.query_params[key] = value
    return shown.run()


def press(shown: AppTest, label: str) -> AppTest:
    next(button for button in shown.button if button.label == label).click()
    return shown.run()


def test_each_act_is_said_in_words_with_who_did_it_and_why_it_was_refused(auditor):
    shown = page()

    assert not shown.exception
    first = shown.dataframe[0].value.iloc[0]
    assert (first["序号"], first["操作"], first["账号"], first["角色"]) == (60, "被拒绝的操作", "chen", "系统管理员")
    assert (first["对象"], first["途径"]) == ("账号 59", "命令行")
    assert first["详情"] == "您的角色没有此项权限。"


def test_pages_follow_one_another_by_the_address(auditor):
    older = press(page(), "较早 →")

    assert older.query_params["before"] == "11"
    assert older.dataframe[0].value["序号"].tolist() == list(range(10, 0, -1))
    newer = press(older, "← 较新")
    assert newer.dataframe[0].value["序号"].tolist() == list(range(60, 10, -1))


def test_the_address_narrows_the_list_and_a_new_filter_begins_at_the_newest(auditor):
    shown = page(act="staff_added", staff=str(auditor.id), about="staff 50")
    assert shown.dataframe == [] or not len(shown.dataframe)

    shown = page(act="staff_added", about="staff 50")
    assert shown.dataframe[0].value["序号"].tolist() == [51]
    assert shown.text_input[0].value == "账号 50"

    narrowed = page(before="30")
    narrowed.selectbox[0].set_value("staff_added").run()
    assert narrowed.dataframe[0].value["序号"].tolist() == [51, 41, 31, 21, 11, 1]
    assert "before" not in narrowed.query_params
    assert narrowed.query_params["act"] == "staff_added"


def test_what_was_typed_is_kept_in_the_address_only_once_it_is_one_of_our_numbers(auditor):
    shown = page()
    shown.text_input[0].set_value("420106199001011231").run()

    assert "about" not in shown.query_params
    assert "没有符合条件的记录。" in [text.value for text in shown.text]
    shown.text_input[0].set_value("账号 7").run()
    assert shown.query_params["about"] == "staff 7"


@pytest.mark.parametrize(
    "asked", [{"act": "x"}, {"staff": "x"}, {"since": "yesterday"}, {"before": "-1"}, {"chain": "x"}, {"until": "2999-01-01"}]
)
def test_an_address_that_says_nothing_sensible_shows_the_newest(auditor, asked):
    shown = page(**asked)

    assert not shown.exception
    assert shown.dataframe[0].value["序号"].iloc[0] == 60


def test_look_ups_are_listed_apart(auditor):
    seen = page(chain="look_ups").dataframe[0].value

    assert (seen["操作"].tolist(), seen["对象"].tolist()) == (["查询人员"], ["人员 17"])


def test_the_chains_are_verified_and_a_broken_one_is_named(auditor):
    shown = press(page(), "校验事件链")
    assert "60" in shown.success[0].value
    assert "由 shen 校验：完整。" in "\n".join(text.value for text in page().text)

    with audit.engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(audit.EVENTS.update().where(audit.EVENTS.c.seq == 5).values(by_name="x"))
    shown = press(page(), "校验事件链")
    assert "5" in shown.error[0].value


def test_a_file_is_made_on_request_and_belongs_to_its_filter(auditor):
    shown = press(page(act="staff_added"), "生成文件")

    assert not shown.exception
    assert len(shown.get("download_button")) == 1
    shown.selectbox[0].set_value("refused").run()
    assert len(shown.get("download_button")) == 0


def test_a_large_file_is_proposed_here_confirmed_by_another_auditor_and_taken_once(database, visit, monkeypatch):
    monkeypatch.setattr("hbcore.services.events.ALONE", 0)
    first = standing.staff(Role.AUDITOR, now(), name="first")
    second = standing.staff(Role.AUDITOR, now(), name="second")
    for _ in range(2):
        audit.record_alone(Act.STAFF_ADDED, by=first, at=now(), subject=f"staff {second.id}")
    page = visit(first, on="Events", act="staff_added", about=f"staff {second.id}")
    page.selectbox[-1].set_value(ExportReason.ARCHIVE).run()
    press(page, "提请导出")
    other = visit(second, on="Events")

    assert any(re.fullmatch("2 条留痕文件 · .*归档.* · first 于 .+ 提请 · .+ 后失效", one.value) for one in other.text)
    assert "操作 · 新增账号 · 关于账号 second" in [one.value for one in other.text]
    press(other, "确认")
    told = visit(first, on="Events")
    assert any(re.fullmatch("另一审计员已确认：.+ 前可导出一次，共 2 条留痕。", one.value) for one in told.text)
    taken = press(told, "生成已确认的文件")

    assert not any(one.exception for one in (page, other, told, taken))
    assert [one.label for one in taken.get("download_button")] == ["下载已确认的文件"]
    assert not any("已确认：" in one.value for one in taken.text)
    assert [how for (how,) in rows("SELECT settled_how FROM proposal")] == ["confirmed"]
