"""A dropped laboratory file as Streamlit runs the page: how it was read is said, and can be put right, before a commit."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import Encoding, FileCode, Role
from hbcore.sentences import sentence
from hbcore.services import accounts, institutions
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.ui import start
from hbcore.ui.lab_report import COLUMN_WORDS
from hbcore.ui.safe import inert
from tests import standing
from tests.services.numbers import resident_number
from tests.standing import LAB
from tests.storage.mutated import EXAMPLES, damaged_books, damaged_texts
from tests.storage.workbooks import Sheet, xls

PAGE = str(Path(__file__).parents[2] / "pages" / "Lab_results.py")
HEADINGS = "name,idType,idCard,nationality,gatheringTime,accession_number,test_result"


@pytest.fixture
def liaison(database: Path, monkeypatch: pytest.MonkeyPatch) -> Staff:
    standing.institution(now())
    there = standing.staff(Role.LAB_LIAISON, now(), institutions=[LAB])
    monkeypatch.setattr(start, "signed_in", lambda *, touch: there)
    return there


def western() -> bytes:
    """Two names whose letters GB18030 reads as Chinese ones."""
    sampled = f"{now() - timedelta(days=2):%Y-%m-%d %H:%M}"
    people = ("MÜLLER JÜRGEN,C1234567", "NUÑEZ JOSE,C7654321")
    rows = [
        f"{one.split(',')[0]},passport,{one.split(',')[1]},DEU,{sampled},S{place},negative" for place, one in enumerate(people)
    ]
    return "\n".join([HEADINGS, *rows, ""]).encode("cp1252")


def dropped(content: bytes, name: str = "file.csv") -> AppTest:
    shown = AppTest.from_file(PAGE, default_timeout=20).run()
    shown.file_uploader[0].set_value((name, content, "text/csv"))
    return shown.run()


def said(shown: AppTest) -> str:
    return "\n".join(element.value for kind in (shown.text, shown.error, shown.success, shown.warning) for element in kind)


def test_the_encoding_is_shown_beside_two_names_and_a_changed_one_is_what_is_committed(liaison):
    shown = dropped(western())
    assert "按 GB18030 / GBK 读取，姓名显示为：M躄LER" in said(shown)

    shown.selectbox[0].set_value(Encoding.CP1252)
    shown = shown.run()
    assert "按 Windows-1252 读取，姓名显示为：MÜLLER JÜRGEN · NUÑEZ JOSE" in said(shown)
    commit = next(one for one in shown.button if one.label.startswith("提交"))
    shown = commit.click().run()

    assert not shown.exception
    assert "CSV · CP1252" in said(shown)
    assert {metric.label: metric.value for metric in shown.metric}["新增"] == "2"


def test_choices_speak_the_language_that_was_chosen_and_the_encoding_stays(liaison, monkeypatch):
    shown = dropped(western().replace(b"accession_number", b"tube"))
    shown.selectbox[0].set_value(Encoding.CP1252)
    shown.run()
    accounts.choose_language("en", by=liaison, at=now())
    monkeypatch.setattr(start, "signed_in", lambda *, touch: replace(liaison, language="en"))
    shown.run()

    assert (shown.selectbox[0].value, shown.selectbox[0].options[0]) == (Encoding.CP1252, "Found automatically")
    assert "Read as Windows-1252" in said(shown)
    assert len(shown.selectbox) > 1
    assert not [one.key for one in shown.selectbox if not str(one.key).endswith(" en")]  # a browser keeps the old words of a key


def test_a_file_that_is_not_read_can_still_be_given_its_encoding(liaison):
    shown = dropped("姓名,身份证号\n李四,1\n".encode("cp949", "replace"))

    assert "文件未能读取" in said(shown)
    assert shown.selectbox[0].options[:2] == ["自动识别", "UTF-8"]


def lines(*people: str) -> bytes:
    sampled = f"{now() - timedelta(days=2):%Y-%m-%d %H:%M}"
    rows = (f"李四,{person},{sampled},S{place},阴性,13800138000" for place, person in enumerate(people))
    return "\n".join(["姓名,身份证号,采样时间,样本编号,检测结果,联系电话", *rows, ""]).encode()


def test_what_was_committed_stands_with_its_recall_and_the_file_of_its_problem_rows(liaison):
    content = lines("420106199001011231", "420106199001011232")  # once: the next minute's would be another file
    shown = dropped(content)
    assert "提交后可整批撤回。  \n1 行不入库：提交后可生成文件，改正后重新上传。" in [one.value for one in shown.caption]

    shown = next(one for one in shown.button if one.label == "提交 1 行").click().run()

    assert not shown.exception
    assert "已变化的健康码：1 人 无码 → 绿码" in said(shown)
    assert {"整批撤回…", "显示这些行", "生成文件"} <= {one.label for one in shown.button}
    again = dropped(content)
    assert "这份文件已提交过，批次号" in again.info[0].value
    assert {"整批撤回…", "显示这些行", "生成文件"} <= {one.label for one in again.button}


def test_a_file_of_which_nothing_would_be_recorded_says_so_beside_its_button(liaison):
    shown = dropped(lines("420106199001011232"))

    assert next(one for one in shown.button if one.label == "提交 0 行").disabled
    assert "这份文件没有可入库或待核实的行。" in [one.value for one in shown.caption]


def test_of_an_empty_file_nobody_says_that_its_columns_are_known_or_missing(liaison):
    shown = dropped(b"")

    assert "文件是空的" in said(shown)
    assert "文件未能读取" not in said(shown), "no letters are the reason"
    assert list(shown.selectbox) == []
    assert list(shown.warning) == []
    assert "此文件的列和代码均已识别。" not in [one.value for one in shown.caption]


def test_a_registration_among_results_is_sent_to_its_tab_and_not_called_known(liaison):
    sampled = f"{now() - timedelta(days=2):%Y-%m-%d %H:%M}"
    shown = dropped(f"姓名,身份证号,采样时间,样本编号\n李四,{resident_number(1)},{sampled},S1\n".encode())

    assert ["“采样登记”" in one.value for one in shown.error] == [True]
    assert "以下项目尚无对应的列：检测结果" in said(shown)
    assert "文件未能读取" not in said(shown), "no letters are the reason"
    assert "此文件的列和代码均已识别。" not in [one.value for one in shown.caption]


def test_a_number_that_two_rows_of_a_file_give_to_two_names_is_no_word_of_what_we_hold(liaison):
    sampled, number = f"{now() - timedelta(days=2):%Y-%m-%d %H:%M}", resident_number(1)
    rows = [f"{name},resident_id,{number},CHN,{sampled},S{place},negative" for place, name in enumerate(("李四", "王五"))]
    shown = dropped("\n".join([HEADINGS, *rows, ""]).encode())

    (fault,) = shown.dataframe[0].value["问题与处理办法"]
    assert "在系统中或本文件其他行登记的是另一姓名" in fault
    assert "由辖区统计主管对照证件核实" in fault


def test_the_rows_of_a_fault_have_our_words_above_every_column_we_know(liaison):
    shown = dropped(lines("420106199001011232"))
    assert list(shown.dataframe[0].value) == ["行数", "列", "问题与处理办法", "行号", "单元格内容"]

    cells = shown.session_state["cells of a preview"]

    assert {name for row in cells.values() for name in row} <= COLUMN_WORDS.keys()


def test_who_works_for_several_institutions_says_whose_file_comes_and_the_address_remembers(database, monkeypatch):
    for code, name in ((LAB, "武昌医学检验所"), ("420106L02", "东湖检验所")):
        standing.institution(now(), code, name)
    there = standing.staff(Role.LAB_LIAISON, now(), institutions=[LAB, "420106L02"])
    monkeypatch.setattr(start, "signed_in", lambda *, touch: there)

    shown = AppTest.from_file(PAGE, default_timeout=20).run()
    assert (shown.selectbox[0].value, list(shown.file_uploader)) == (None, [])
    shown = shown.selectbox[0].set_value(LAB).run()

    assert len(shown.file_uploader) == 1
    assert shown.query_params["institution"] == LAB


def test_what_of_a_workbook_is_not_read_is_said_before_a_commit(liaison):
    head = HEADINGS.split(",")
    one = ["MARTIN ANNA", "passport", "C1234567", "FRA", f"{now() - timedelta(days=2):%Y-%m-%d %H:%M}", "S1", "negative"]
    sheets = (Sheet("上午", [head, one]), Sheet("下午", [head, one, [*one[:5], "S2", "negative"]], gone=(3,)))

    shown = dropped(xls(*sheets, Sheet("旧", [head], hidden=True)), "results.xls")

    assert not shown.exception
    assert "只读取了工作表“下午”。另有工作表也带有可识别的表头，未读取：“上午”" in said(shown)
    assert "隐藏的工作表不读取：“旧”" in said(shown)
    assert "隐藏行与其他行一样读取：第 3 行" in said(shown)
    assert shown.selectbox.len == 0, "a workbook has no encoding"


@settings(max_examples=max(5, EXAMPLES // 5), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(damaged_texts, damaged_books))
@example(b"<html>")
def test_a_damaged_file_is_a_preview_or_one_of_our_sentences(liaison, data):
    shown = dropped(data)

    assert not shown.exception
    sentences = {inert(sentence(code)["zh"]) for code in FileCode}
    assert {error.value for error in shown.error} <= sentences


def test_a_liaison_of_a_suspended_institution_is_told_so_and_why(liaison):
    administrator = standing.staff(Role.ADMINISTRATOR, now(), name="administrator")
    institutions.suspend(LAB, "两次盲样不合格", by=administrator, at=now())

    shown = AppTest.from_file(PAGE, default_timeout=20).run()

    assert "起暂停，不再接收其上传。原因：两次盲样不合格" in said(shown)
    assert (list(shown.info), list(shown.file_uploader)) == ([], [])
