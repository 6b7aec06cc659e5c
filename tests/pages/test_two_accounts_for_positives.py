"""Positives that wait for a second account, and rows that would take one away, as Streamlit shows them to who may settle them."""

from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from hbcore.domain.lab_held import SettleReason
from hbcore.domain.vocabulary import SHANGHAI, Role
from hbcore.services import lab_imports, releases, removals
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.uploads import IncomingFile
from hbcore.ui import start
from tests import standing
from tests.services.applying import look_ups, rows
from tests.services.numbers import resident_number
from tests.standing import LAB, WUCHANG

ROOT = Path(__file__).parents[2]
HEADINGS = "姓名,身份证号,采样时间,样本编号,检测结果,结果状态"


@pytest.fixture
def liaison(database: Path) -> Staff:
    standing.institution(now())
    return standing.staff(Role.LAB_LIAISON, now(), institutions=[LAB])


Line = tuple[int, str, str]


def file_of(*lines: Line) -> bytes:
    day = f"{(now() - timedelta(days=2)).astimezone(SHANGHAI):%Y-%m-%d} 09:00"
    return "\n".join(
        (HEADINGS, *(f"张三,{resident_number(who)},{day},S{who},{what},{word}" for who, what, word in lines))
    ).encode()


def upload(by: Staff, *lines: Line) -> None:
    lab_imports.commit(IncomingFile(file_of(*lines), "a.csv", LAB), by=by, at=now())


def drop(by: Staff, monkeypatch: pytest.MonkeyPatch, *lines: Line) -> tuple[AppTest, Button]:
    """The page with a file on it, and the button that commits it."""
    shown = page("Lab_results", by, monkeypatch)
    shown.file_uploader[0].set_value(("a.csv", file_of(*lines), "text/csv")).run()
    return shown, next(button for button in shown.button if button.label.startswith("提交"))


def page(name: str, by: Staff, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(start, "signed_in", lambda *, touch: by)
    return AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=20).run()


def press(shown: AppTest, label: str) -> AppTest:
    next(button for button in shown.button if button.label == label).click()
    return shown.run()


def said(shown: AppTest) -> str:
    return "\n".join(element.value for kind in (shown.text, shown.subheader, shown.error, shown.caption) for element in kind)


def reds() -> int:
    return len(rows("SELECT 1 FROM code_segment WHERE colour = 'red'"))


def test_a_liaison_sees_that_their_own_positives_wait_and_a_colleague_shows_and_releases_them(liaison, monkeypatch):
    upload(liaison, *((who, "阳性", "") for who in range(12)))
    colleague = standing.staff(Role.LAB_LIAISON, now(), name="colleague", institutions=[LAB])

    own = page("Lab_results", liaison, monkeypatch)
    assert "2 条阳性超出本班次上限" in said(own)
    assert not [button for button in own.button if button.label == "放行"]

    shown = press(page("Lab_results", colleague, monkeypatch), "显示这些行")
    assert look_ups() == 1
    assert list(shown.dataframe[0].value["样本编号"]) == ["S10", "S11"]
    assert list(shown.dataframe[0].value["姓名"]) == ["张*", "张*"]
    assert resident_number(10) not in str(shown.dataframe[0].value)
    shown = press(shown, "放行")
    assert not shown.exception
    assert reds() == 12
    assert "超出本班次上限" not in said(shown)


WAITING = (
    ((20, "阳性", ""), (21, "阳性", ""), (22, "阳性", "")),
    ((0, "阴性", "更正"), (1, "阴性", "更正"), (2, "阴性", "更正")),
    ((0, "阳性", "作废"), (1, "阳性", "作废"), (2, "阳性", "作废")),
)


@pytest.mark.parametrize("lines", WAITING)
def test_a_file_whose_rows_all_wait_for_a_second_person_is_committed_on_the_page(liaison, monkeypatch, lines):
    upload(liaison, *((who, "阳性", "") for who in range(10)))

    shown, commit = drop(liaison, monkeypatch, *lines)

    assert (commit.label, commit.disabled) == ("提交：新增 0 行 · 待第二人确认 3 行", False)
    commit.click().run()
    assert not shown.exception
    assert rows("SELECT status, count(*) FROM upload_row GROUP BY status") == [("held", 3)]


def test_what_was_committed_so_is_released_by_a_colleague(liaison, monkeypatch):
    upload(liaison, *((who, "阳性", "") for who in range(10)))
    drop(liaison, monkeypatch, *WAITING[0])[1].click().run()
    colleague = standing.staff(Role.LAB_LIAISON, now(), name="colleague", institutions=[LAB])

    shown = page("Lab_results", colleague, monkeypatch)
    assert next(one for one in shown.button if one.label == "放行").disabled
    shown = press(press(shown, "显示这些行"), "放行")

    assert not shown.exception
    assert reds() == 13


def test_a_file_says_what_is_new_and_what_is_only_held_and_one_that_does_nothing_is_not_committed(liaison, monkeypatch):
    upload(liaison, *((who, "阳性", "") for who in range(10)))

    mixed = drop(liaison, monkeypatch, (0, "阴性", ""), (30, "阴性", ""), (31, "阳性", ""))[1]
    plain = drop(liaison, monkeypatch, (30, "阴性", ""), (31, "阴性", ""))[1]
    nothing = drop(liaison, monkeypatch, (0, "阳性", ""))[1]

    assert mixed.label == "提交：新增 1 行 · 待第二人确认 1 行 · 待核实 1 行"
    assert (plain.label, plain.disabled) == ("提交 2 行", False)
    assert (nothing.label, nothing.disabled) == ("提交 0 行", True)


def test_a_supervisor_declines_them_under_second_looks(liaison, links, monkeypatch):
    upload(liaison, *((who, "阳性", "") for who in range(11)))
    supervisor = standing.staff(Role.SUPERVISOR, now(), name="supervisor", unit=WUCHANG)

    shown = page("Second_looks", supervisor, monkeypatch)
    assert next(one for one in shown.button if str(one.key).startswith("confirm ")).disabled
    shown = press(shown, "显示这些行")
    assert "放行后：1 人将转红码" in said(shown)
    assert reds() == 10
    next(box for box in shown.selectbox if str(box.key).startswith("why decline ")).set_value("wrong_person").run()
    shown = press(shown, next(button.label for button in shown.button if str(button.key).startswith("decline ")))

    assert not shown.exception
    assert (reds(), rows("SELECT status FROM upload_row")) == (10, [("refused",)])


def test_a_colleague_of_the_laboratory_declines_them_for_a_reason(liaison, monkeypatch):
    upload(liaison, *((who, "阳性", "") for who in range(11)))
    colleague = standing.staff(Role.LAB_LIAISON, now(), name="colleague", institutions=[LAB])

    shown = page("Lab_results", colleague, monkeypatch)
    assert next(one for one in shown.button if str(one.key).startswith("decline ")).disabled
    next(box for box in shown.selectbox if str(box.key).startswith("why decline ")).set_value("evidence_missing").run()
    shown = press(shown, next(button.label for button in shown.button if str(button.key).startswith("decline ")))

    assert not shown.exception
    assert rows("SELECT status FROM upload_row") == [("refused",)]
    ((figures,),) = rows("SELECT figures FROM event WHERE act = 'positives_declined'")
    assert "evidence_missing" in figures


def test_a_supervisor_opens_whoever_is_on_record_from_a_row_that_waits(liaison, links, monkeypatch):
    upload(liaison, (10, "阴性", ""))
    upload(liaison, *((who, "阳性", "") for who in range(10)), (10, "阳性", "更正"), (90, "阳性", ""))
    supervisor = standing.staff(Role.SUPERVISOR, now(), name="supervisor", unit=WUCHANG)
    (waiting,) = releases.waiting(by=supervisor, at=now())
    shown = press(page("Second_looks", supervisor, monkeypatch), "显示这些行")

    def choose(row: int) -> None:
        shown.session_state[f"rows of {waiting.upload}"] = {"selection": {"rows": [row], "columns": [], "cells": []}}
        shown.run()
        assert not shown.exception

    choose(1)
    assert "此号码名下尚无登记的人" in said(shown)
    assert not links
    choose(0)
    ((person,),) = rows("SELECT person_id FROM result WHERE outcome = 'negative'")
    assert [(name, address) for name, _, address in links] == [("Person", {"person": str(person)})]


def test_a_row_that_would_take_a_positive_away_is_listed_and_settled_under_second_looks(liaison, links, monkeypatch):
    upload(liaison, (0, "阳性", ""))
    upload(liaison, (0, "阴性", "更正"))
    reviewer = standing.staff(Role.DISTRICT_STAFF, now(), name="reviewer", unit=WUCHANG)
    supervisor = standing.staff(Role.SUPERVISOR, now(), name="supervisor", unit=WUCHANG)

    shown = page("Second_looks", reviewer, monkeypatch)
    assert list(shown.dataframe[0].value["文件所载"]) == ["阴性 更正"]
    (one,) = removals.waiting(by=reviewer, at=now())
    shown.session_state[f"removals {hash(((one.upload, one.row),))}"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    shown.run()
    assert shown.selectbox[0].placeholder == "请选择原因"
    shown.selectbox[0].select(SettleReason.LABORATORY_ERROR).run()
    shown = press(shown, "提请：撤下阳性")
    assert not shown.exception
    shown = page("Second_looks", supervisor, monkeypatch)
    assert "撤下其所涉阳性" in said(shown)
    assert "张*" not in said(shown)
    assert next(one for one in shown.button if str(one.key).startswith("confirm ")).disabled
    before = look_ups()
    shown = press(shown, "查看所涉人员和转码结果")
    assert look_ups() == before + 1
    assert "张*" in said(shown)
    assert "确认后：1 人将转绿码" in said(shown)
    assert reds() == 1
    shown = press(shown, next(button.label for button in shown.button if str(button.key).startswith("confirm ")))

    assert not shown.exception
    assert rows("SELECT DISTINCT colour FROM code_segment") == [("green",)]
