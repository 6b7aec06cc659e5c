"""Positives that wait for a second account, and rows that would take one away, as Streamlit shows them to who may settle them."""

from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import SHANGHAI, Role
from hbcore.services import lab_imports, removals
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.removals import SettleReason
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


def upload(by: Staff, *lines: tuple[int, str, str]) -> None:
    day = f"{(now() - timedelta(days=2)).astimezone(SHANGHAI):%Y-%m-%d} 09:00"
    text = "\n".join((HEADINGS, *(f"张三,{resident_number(who)},{day},S{who},{what},{word}" for who, what, word in lines)))
    lab_imports.commit(IncomingFile(text.encode(), "a.csv", LAB), by=by, at=now())


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
    shown = press(shown, "放行")
    assert not shown.exception
    assert reds() == 12
    assert "超出本班次上限" not in said(shown)


def test_a_supervisor_declines_them_under_second_looks(liaison, links, monkeypatch):
    upload(liaison, *((who, "阳性", "") for who in range(11)))
    supervisor = standing.staff(Role.SUPERVISOR, now(), name="supervisor", unit=WUCHANG)

    shown = press(page("Second_looks", supervisor, monkeypatch), "显示这些行")
    shown = press(shown, next(button.label for button in shown.button if str(button.key).startswith("decline ")))

    assert not shown.exception
    assert (reds(), rows("SELECT status FROM upload_row")) == (10, [("refused",)])


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
    shown.selectbox[0].select(SettleReason.LABORATORY_ERROR).run()
    shown = press(shown, "提请：撤下阳性")
    assert not shown.exception
    shown = page("Second_looks", supervisor, monkeypatch)
    assert "撤下其所涉阳性" in said(shown)
    shown = press(shown, next(button.label for button in shown.button if str(button.key).startswith("confirm ")))

    assert not shown.exception
    assert rows("SELECT DISTINCT colour FROM code_segment") == [("green",)]
