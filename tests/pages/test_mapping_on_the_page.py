"""A laboratory's own headings and codes, matched on the page: cells beside each, remembered, and read again at once."""

from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import Role
from hbcore.services import column_mappings, lab_imports
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.uploads import IncomingFile
from hbcore.ui import start
from hbcore.ui.words import LANGUAGE
from tests import standing
from tests.services.numbers import resident_number
from tests.standing import LAB
from tests.storage.workbooks import Sheet, xlsx

PAGE = str(Path(__file__).parents[2] / "pages" / "Lab_results.py")
KNOWN = "姓名,身份证号,采样时间,管码,判读,床号"
STRANGE = "甲,乙,丙,丁,戊,己"


@pytest.fixture
def liaison(database: Path, monkeypatch: pytest.MonkeyPatch) -> Staff:
    standing.institution(now())
    there = standing.staff(Role.LAB_LIAISON, now(), institutions=[LAB])
    monkeypatch.setattr(start, "signed_in", lambda *, touch: there)
    return there


def table(head: str = KNOWN, title: str = "") -> list[list[str]]:
    sampled = f"{now() - timedelta(days=2):%Y-%m-%d %H:%M}"
    lines = [f"张三,{resident_number(n)},{sampled},S{n},{'N' if n < 3 else '阴性'},{n}床" for n in range(1, 5)]
    return [one.split(",") for one in (*([title] if title else []), head, *lines)]


def written(rows: list[list[str]]) -> bytes:
    return "\n".join(map(",".join, rows)).encode("utf-8-sig")


def dropped(content: bytes, name: str = "file.csv") -> AppTest:
    shown = AppTest.from_file(PAGE, default_timeout=30).run()
    shown.file_uploader[0].set_value((name, content, "text/csv"))
    return shown.run()


def said(shown: AppTest) -> str:
    kinds = (shown.text, shown.error, shown.success, shown.warning, shown.caption, shown.info)
    return "\n".join(element.value for kind in kinds for element in kind)


def figures(shown: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in shown.metric}


def choose(shown: AppTest, **words: str) -> AppTest:
    for heading, word in words.items():
        next(one for one in shown.selectbox if one.label == heading).set_value(word)
    return press(shown, "为本机构保存")


def press(shown: AppTest, label: str) -> AppTest:
    return next(one for one in shown.button if one.label.startswith(label)).click().run()


def test_what_is_not_known_is_matched_beside_its_cells_remembered_and_committed(liaison: Staff) -> None:
    shown = dropped(written(table()))
    assert "未读取的列：“管码” · “判读” · “床号”" in said(shown)
    assert "以下项目尚无对应的列：样本编号 · 检测结果" in said(shown)
    assert {"管码", "S1 · S2 · S3", "床号", "1床 · 2床 · 3床"} <= {one.value for one in shown.text}

    shown = choose(shown, 管码="sample_number", 判读="outcome")
    assert not shown.exception
    assert figures(shown)["新增"] == "2"
    assert {"“N”", "2 行"} <= {one.value for one in shown.text}
    shown = choose(shown, N="negative")
    assert figures(shown)["新增"] == "4"
    assert "未读取的列" not in said(shown), "of what was left out somebody has said so"
    shown = press(shown, "提交")

    assert not shown.exception
    kept = column_mappings.remembered(LAB, by=liaison, at=now())
    assert kept.headings == {"管码": "sample_number", "判读": "outcome", "床号": ""}
    assert kept.outcomes == {"N": "negative"}
    again = lab_imports.preview(IncomingFile(written(table()) + b"\n", "b.csv", LAB), by=liaison, at=now())
    assert again.rows["already_held"] == 4


@pytest.mark.parametrize("make", [written, lambda rows: xlsx(Sheet("结果", rows))], ids=["csv", "xlsx"])
def test_a_file_without_a_known_heading_shows_its_rows_and_lets_the_heading_row_be_chosen(liaison: Staff, make) -> None:
    rows = table(STRANGE)
    title = [f"武昌{n}" for n in range(7)]
    width = 7
    rows = [[*one, *[""] * (width - len(one))] for one in (title, *rows)]
    shown = dropped(make(rows), "file.csv" if make is written else "file.xlsx")
    assert "没有找到可识别的表头" in said(shown)
    header = next(one for one in shown.selectbox if one.label == "表头所在行")
    assert header.value == 1, "the fullest row is offered"

    shown = header.set_value(2).run()
    assert {"甲", "张三"} <= {one.value for one in shown.text}
    shown = choose(shown, 甲="name", 乙="document_number", 丙="sampled_at", 丁="sample_number", 戊="outcome")

    assert not shown.exception
    assert figures(shown)["新增"] == "2"


def test_two_columns_for_one_are_refused_and_put_right(liaison: Staff) -> None:
    shown = choose(dropped(written(table())), 管码="sample_number", 判读="sample_number")
    assert "有两列对应到同一项：“管码” · “判读”" in said(shown)

    shown = choose(shown, 判读="outcome")

    assert figures(shown)["新增"] == "2"


def test_a_layout_that_has_drifted_is_warned_of_above_the_figures(liaison: Staff) -> None:
    shown = press(choose(choose(dropped(written(table())), 管码="sample_number", 判读="outcome"), N="negative"), "提交")
    assert not shown.exception

    shown = dropped(written(table(KNOWN.replace("床号", "病区"))))

    warned = [one.value for one in shown.warning]
    assert any("缺失：“床号”" in one for one in warned)
    assert any("未读取：“病区”" in one for one in warned)


def test_what_is_chosen_and_not_saved_is_kept_in_another_language_and_beside_more_columns(liaison: Staff) -> None:
    shown = dropped(written([*table(), [*table()[1][:4], "N", "床"]]))
    next(one for one in shown.selectbox if one.label == "判读").set_value("outcome").run()
    shown.session_state[LANGUAGE] = "en"
    shown.run()
    next(one for one in shown.selectbox if one.label == "管码").set_value("sample_number").run()
    shown.session_state[LANGUAGE] = "zh"
    shown.run()
    shown = shown.checkbox[0].set_value(True).run()

    chosen = {one.label: one.value for one in shown.selectbox}
    assert (chosen["判读"], chosen["管码"], chosen["床号"], chosen["姓名"]) == ("outcome", "sample_number", "", "name")
    press(shown, "为本机构保存")
    assert column_mappings.remembered(LAB, by=liaison, at=now()).headings["判读"] == "outcome"


def test_a_known_file_asks_nothing_and_shows_all_its_columns_when_asked(liaison: Staff) -> None:
    head = "姓名,身份证号,采样时间,样本编号,检测结果,性别"
    shown = dropped(written([head.split(","), *([*one[:4], "阴性", "男"] for one in table()[1:])]))
    assert shown.toggle[0].value is False
    assert "未读取的列" not in said(shown)

    shown = shown.toggle[0].set_value(True).run()
    assert "此文件的列和代码均已识别" in said(shown)
    shown = shown.checkbox[0].set_value(True).run()

    assert [one.value for one in shown.selectbox if one.label in ("姓名", "检测结果")] == ["name", "outcome"]


def test_a_file_that_cannot_be_opened_says_that_columns_come_later(liaison: Staff) -> None:
    shown = dropped(b"<html>")

    assert not shown.exception
    assert "文件能够打开后，才能设定列对应" in said(shown)


def test_what_was_said_of_another_sort_of_file_stays(liaison: Staff) -> None:
    column_mappings.remember(LAB, {"headings": {"抗体判读": "igg"}, "outcomes": {"R": "positive"}}, by=liaison, at=now())

    choose(dropped(written(table())), 管码="sample_number", 判读="outcome")

    kept = column_mappings.remembered(LAB, by=liaison, at=now())
    assert kept.headings == {"抗体判读": "igg", "管码": "sample_number", "判读": "outcome", "床号": ""}
    assert kept.outcomes == {"R": "positive"}
