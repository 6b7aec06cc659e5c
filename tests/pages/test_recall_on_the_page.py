"""Recalling an upload on the page: what it changes is said before, a positive takes two, the list says what was recalled."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import Role
from hbcore.services import institutions, lab_finishing, lab_imports, recall_slices, recalls
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.uploads import IncomingFile
from hbcore.ui import start
from hbcore.ui.errors import SAID
from tests import standing
from tests.services.applying import rows
from tests.services.numbers import resident_number
from tests.standing import LAB, WUCHANG

ROOT = Path(__file__).parents[2]


class Desk:
    """Two liaisons and a supervisor; whoever is `here` looks at the page."""

    def __init__(self) -> None:
        standing.institution(now())
        self.first = standing.staff(Role.LAB_LIAISON, now(), name="first", institutions=[LAB])
        self.second = standing.staff(Role.LAB_LIAISON, now(), name="second", institutions=[LAB])
        self.supervisor = standing.staff(Role.SUPERVISOR, now(), name="supervisor", unit=WUCHANG)
        self.here: Staff = self.first

    def upload(self, outcome: str, people: int = 1) -> str:
        sampled = f"{now() - timedelta(days=2):%Y-%m-%d %H:%M}"
        lines = "".join(f"李四,{resident_number(place)},{sampled},S{place},{outcome}\n" for place in range(people))
        text = f"姓名,身份证号,采样时间,样本编号,检测结果\n{lines}".encode()
        return str(lab_imports.commit(IncomingFile(text, "a.csv", LAB), by=self.first, at=now()).batch)

    def page(self, name: str = "Lab_results", **address: str) -> AppTest:
        shown = AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=20)
        for word, value in address.items():
            shown.query_params[word] = value
        return shown.run()


@pytest.fixture
def desk(database: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk()
    monkeypatch.setattr(start, "signed_in", lambda *, touch: made.here)
    return made


def press(shown: AppTest, label: str) -> AppTest:
    next(one for one in shown.button if one.label == label).click()
    shown.run()
    assert not shown.exception
    return shown


def said(shown: AppTest) -> str:
    return "\n".join(element.value for kind in (shown.text, shown.subheader, shown.error, shown.caption) for element in kind)


def in_dialog(shown: AppTest, opener: str, done: str, filled: Callable[[AppTest], object] = lambda _shown: None) -> AppTest:
    """Open a dialog, fill it in and press its button. AppTest runs the whole page: the opening button is pressed with it."""
    press(shown, opener)
    filled(shown)
    press(shown, opener)
    next(one for one in shown.button if one.label == opener).click()
    return press(shown, done)


def recall(desk: Desk, number: str, button: str) -> AppTest:
    return in_dialog(
        desk.page(upload=number), "整批撤回…", button, lambda shown: shown.selectbox(key=f"why {number}").select_index(0)
    )


def test_an_upload_is_recalled_after_a_look_at_what_changes_and_put_back(desk: Desk) -> None:
    number = desk.upload("阴性")
    shown = press(desk.page(upload=number), "整批撤回…")
    assert "撤回 1 条结果" in said(shown)
    assert "请先选择原因。" in said(shown)
    assert rows("SELECT status FROM upload") == [("committed",)]

    recall(desk, number, f"撤回 {number}")

    shown = desk.page(upload=number)
    assert "上传了错误的文件" in said(shown)
    assert list(desk.page().dataframe[0].value["状态"]) == ["已撤回"]
    in_dialog(shown, "取消撤回…", f"恢复 {number}")
    assert rows("SELECT status FROM upload") == [("committed",)]


@pytest.mark.parametrize("role", [Role.LAB_LIAISON, Role.SUPERVISOR])
def test_a_recalled_upload_says_that_its_rows_are_held_no_more_until_it_is_put_back(role: Role, desk: Desk) -> None:
    desk.upload("阴性")
    number = desk.upload("可疑")
    seen_by = desk.first if role == Role.LAB_LIAISON else desk.supervisor

    def held() -> tuple[int, str]:
        desk.here = seen_by
        listed = next(table.value for table in desk.page().dataframe if "待核实" in table.value)
        shown = desk.page(upload=number)
        return int(listed["待核实"].tolist()[0]), said(shown) + str([(one.label, one.value) for one in shown.metric])

    before = held()
    desk.here = desk.first
    recall(desk, number, f"撤回 {number}")
    recalled = held()
    recalls.put_back(number, by=desk.first, at=now())

    assert before[0] == 1
    assert recalled[0] == 0
    assert "撤回前待核实" in recalled[1]
    assert "各行也不再待核实" in recalled[1]
    assert held() == before


def test_a_large_upload_left_in_the_middle_of_its_recall_is_shown_with_how_far_it_is_and_offers_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, size in {"AT_ONCE": 0, "LEAST": 1, "MOST": 1}.items():
        monkeypatch.setattr(recall_slices, name, size)
    number = desk.upload("阴性", people=4)

    def closed(_done: int, _people: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recalls.recall(number, "wrong_file", by=desk.first, at=now(), said=closed)
    shown, listed = desk.page(upload=number), desk.page()

    assert not shown.exception
    sentence = f"批次 {number} 正在撤回：1 / 4 人。离开本页也会继续，不会丢失。"
    assert list(listed.dataframe[0].value["状态"]) == ["撤回中 25%"]
    assert [bar.proto.text for bar in listed.get("progress")] == [sentence]
    assert sentence in said(shown)
    assert "取消撤回…" not in [button.label for button in shown.button]
    desk.here = desk.supervisor
    assert list(desk.page().dataframe[0].value["状态"]) == ["撤回中 25%"]
    desk.here = desk.first
    lab_finishing.finish_all()
    assert list(listed.run().dataframe[0].value["状态"]) == ["已撤回"]
    in_dialog(shown.run(), "取消撤回…", f"恢复 {number}")
    assert rows("SELECT count(*) FROM result WHERE ended_at IS NULL") == [(4,)]


def test_a_recall_proposed_of_what_was_just_committed_stands_once_among_what_waits(desk: Desk) -> None:
    sampled = f"{now() - timedelta(days=2):%Y-%m-%d %H:%M}"
    text = f"姓名,身份证号,采样时间,样本编号,检测结果\n李四,{resident_number(0)},{sampled},S0,阳性\n".encode()
    shown = desk.page()
    shown.file_uploader[0].set_value(("a.csv", text, "text/csv"))
    press(shown.run(), "提交 1 行")
    number = str(rows("SELECT number FROM upload")[0][0])
    recalls.recall(number, "wrong_file", by=desk.first, at=now())

    shown.run()

    assert not shown.exception
    assert f"上传批次 {number}" in said(shown)
    assert "系统出错" not in said(shown)
    assert [one.label for one in shown.button].count("撤回提请") == 1


def test_where_a_positive_goes_a_colleague_confirms_after_a_look(desk: Desk) -> None:
    number = desk.upload("阳性")
    recall(desk, number, "提请整批撤回")
    assert rows("SELECT status FROM upload") == [("committed",)]

    desk.here = desk.second
    shown = desk.page()
    assert next(one for one in shown.button if one.label == "确认").disabled
    assert "请先查看将发生的变化。" in said(shown)
    press(press(shown, "查看将发生的变化"), "确认")

    assert shown.session_state[SAID].startswith("已确认：撤回结果 1 条。1 人")
    assert rows("SELECT status FROM upload") == [("recalled",)]


def test_the_supervisor_finds_it_among_second_looks_and_confirms_it_there(desk: Desk) -> None:
    number = desk.upload("阳性")
    recall(desk, number, "提请整批撤回")

    desk.here = desk.supervisor
    shown = desk.page("Second_looks")
    assert number in said(shown)
    assert "请先查看将发生的变化。" in said(shown)
    press(press(shown, "查看将发生的变化"), "确认")

    assert shown.session_state[SAID].startswith("已确认：撤回结果 1 条。1 人")
    assert rows("SELECT status FROM upload") == [("recalled",)]
    assert list(desk.page().dataframe[0].value["状态"]) == ["已撤回"]


def test_the_supervisor_marks_a_suspended_institutions_results_and_lifts_the_mark(desk: Desk) -> None:
    desk.upload("阴性")
    administrator = standing.staff(Role.ADMINISTRATOR, now(), name="administrator")
    institutions.suspend(LAB, "两次盲样不合格", by=administrator, at=now())
    desk.here = desk.supervisor

    in_dialog(desk.page(), "标记待复核…", "标记")
    assert rows("SELECT results FROM recheck WHERE lifted_at IS NULL") == [(1,)]

    press(desk.page(), "取消标记")
    assert rows("SELECT count(*) FROM recheck WHERE lifted_at IS NULL") == [(0,)]


@pytest.mark.parametrize("here", ["second", "supervisor"])
def test_while_a_recall_waits_its_positives_offer_the_way_to_it_alone_and_there_it_is_decided(
    here: str, links, desk: Desk
) -> None:
    number = desk.upload("阳性", people=12)
    desk.here = getattr(desk, here)
    assert "放行" in [one.label for one in desk.page().button]
    desk.here = desk.first
    recall(desk, number, "提请整批撤回")
    desk.here = getattr(desk, here)

    for name in ["Lab_results", *["Second_looks"] * (here == "supervisor")]:
        shown = desk.page(name)
        assert not shown.exception
        assert "该批次已提请整批撤回，等待第二人决定" in said(shown)
        assert "放行" not in [one.label for one in shown.button]
    assert ("Lab_results", "打开该批次及其撤回提请 →", {"upload": number}) in links
    shown = desk.page(upload=number)
    press(press(shown, "查看将发生的变化"), "确认")

    assert rows("SELECT status FROM upload") == [("recalled",)]
