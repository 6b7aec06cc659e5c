"""The list of own uploads as Streamlit runs it: what an address opens, what is shown at once and what on request."""

from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import Role
from hbcore.services import lab_imports, lab_slices, sampling_imports, upload_changes
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.uploads import IncomingFile
from hbcore.ui import start
from tests import standing
from tests.services.applying import look_ups, rows
from tests.services.numbers import resident_number
from tests.standing import LAB

ROOT = Path(__file__).parents[2]
HEADINGS = "姓名,身份证号,采样时间,样本编号,检测结果"


@pytest.fixture
def liaison(database: Path, monkeypatch: pytest.MonkeyPatch) -> Staff:
    standing.institution(now())
    there = standing.staff(Role.LAB_LIAISON, now(), institutions=[LAB])
    monkeypatch.setattr(start, "signed_in", lambda *, touch: there)
    return there


def upload(liaison: Staff, number: str, name: str, person: str = "李四") -> str:
    sampled = f"{now() - timedelta(days=2):%Y-%m-%d %H:%M}"
    text = f"{HEADINGS}\n{person},{number},{sampled},{name},阴性\n".encode()
    return str(lab_imports.commit(IncomingFile(text, name, LAB), by=liaison, at=now()).batch)


def page(**address: str) -> AppTest:
    shown = AppTest.from_file(str(ROOT / "pages" / "Lab_results.py"), default_timeout=20)
    for name, value in address.items():
        shown.query_params[name] = value
    return shown.run()


def said(shown: AppTest) -> str:
    """Everything on the screen that is text."""
    return "\n".join(element.value for kind in (shown.text, shown.subheader, shown.error, shown.caption) for element in kind)


def test_an_empty_list_says_what_to_do(liaison):
    shown = page()

    assert not shown.exception
    assert "还没有上传" in said(shown)


def test_an_address_lists_the_uploads_with_refused_rows(liaison):
    upload(liaison, "420106199001011231", "good.csv")
    bad = upload(liaison, "420106199001011232", "bad.csv")

    listed = {which: list(page(uploads=which).dataframe[0].value["批次号"]) for which in ("all", "refused")}

    assert len(listed["all"]) == 2
    assert listed["refused"] == [bad]


def test_an_address_opens_an_upload_and_its_rows_on_request_with_one_look_up(liaison):
    number = upload(liaison, "420106199001011232", "bad.csv", "**李四**")

    shown = page(upload=number)
    assert f"上传批次 {number}" in said(shown)
    assert "李四" not in str([frame.value.to_dict() for frame in shown.dataframe])
    assert look_ups() == 0
    next(one for one in shown.button if one.label == "显示这些行").click()
    shown.run()
    shown.run()

    assert shown.dataframe[-1].value["姓名"][0] == "**李四**"
    assert look_ups() == 1


def test_the_rows_can_be_taken_as_a_file(liaison):
    number = upload(liaison, "420106199001011232", "bad.csv")
    shown = page(upload=number)

    next(one for one in shown.button if one.label == "生成文件").click()
    shown.run()

    assert not shown.exception
    assert [one.label for one in shown.get("download_button")] == ["下载文件"]


def test_the_file_is_a_workbook_unless_a_csv_is_chosen(liaison):
    number = upload(liaison, "420106199001011232", "bad.csv")
    shown = page(upload=number)
    next(one for one in shown.button if one.label == "生成文件").click().run()
    assert shown.session_state["problem file"][1].kind == "xlsx"

    shown.session_state["kind of problem file"] = "csv"
    shown.run()

    assert not shown.exception
    assert list(shown.get("download_button")) == [], "the one that was made is of the other kind"
    next(one for one in shown.button if one.label == "生成文件").click().run()
    assert shown.session_state["problem file"][1].kind == "csv"


def test_a_selected_upload_stands_in_the_place_of_the_tables_with_the_way_back(liaison):
    upload(liaison, "420106199001011231", "good.csv")
    shown = page()
    numbers = tuple(shown.dataframe[0].value["批次号"])
    assert "没有待核实的行" in said(shown)
    shown.session_state[f"uploads {hash(numbers)}"] = {"selection": {"rows": [0], "columns": [], "cells": []}}

    shown.run()
    assert f"上传批次 {numbers[0]}" in said(shown)
    assert "没有待核实的行" not in said(shown)
    assert (shown.query_params["upload"], len(shown.file_uploader)) == (numbers[0], 1)
    next(one for one in shown.button if one.label == "返回全部批次和待核实行").click()
    shown.run()

    assert f"上传批次 {numbers[0]}" not in said(shown)
    assert ("upload" in shown.query_params, tuple(shown.dataframe[0].value["批次号"])) == (False, numbers)


def test_a_file_taken_in_before_stands_once_where_its_upload_is_open(liaison):
    sampled = f"{now() - timedelta(days=2):%Y-%m-%d %H:%M}"
    text = f"{HEADINGS}\n李四,420106199001011231,{sampled},T1,阴性\n".encode()
    number = str(lab_imports.commit(IncomingFile(text, "a.csv", LAB), by=liaison, at=now()).batch)
    shown = page(upload=number)

    shown.file_uploader[0].set_value(("a.csv", text, "text/csv"))
    shown.run()

    assert not shown.exception
    assert "该批次显示在上方" in said(shown)


def test_a_link_opens_an_upload_for_the_supervisor_however_old(liaison, monkeypatch):
    oldest = upload(liaison, "420106199001011231", "old.csv")
    newest = upload(liaison, "420106199001011231", "new.csv", "王五")
    there = standing.staff(Role.SUPERVISOR, now(), name="supervisor", unit="420100")
    monkeypatch.setattr(start, "signed_in", lambda *, touch: there)
    monkeypatch.setattr(upload_changes.listed, "__kwdefaults__", {"limit": 1})

    listed = {str(number) for frame in page().dataframe for number in frame.value.get("批次号", ())}
    assert f"上传批次 {oldest}" in said(page(upload=oldest))
    assert "没有这个批次" in said(page(upload="B20200101-000001"))
    assert newest in listed


def test_an_upload_that_is_not_there_says_so(liaison):
    assert "没有这个批次" in said(page(upload="B20200101-000001"))


def test_a_registration_of_samplings_is_previewed_committed_and_listed(liaison):
    sampled = f"{now() - timedelta(hours=2):%Y-%m-%d %H:%M}"
    text = f"姓名,身份证号,采样时间,试管编号,采样点\n李四,420106199001011231,{sampled},T1,东湖采样点\n".encode()

    shown = page(sort="samples")
    assert not shown.exception
    shown.file_uploader[0].set_value(("登记.csv", text, "text/csv"))
    shown.run()
    assert ("1 人 无码 → 绿" in said(shown), rows("SELECT count(*) FROM sampling")) == (True, [(0,)])
    next(button for button in shown.button if button.label == "提交 1 行").click().run()

    assert rows("SELECT sample_number, sampling_site, institution FROM sampling") == [("T1", "东湖采样点", LAB)]
    assert list(shown.dataframe[-1].value["文件内容"]) == ["采样登记"]
    opened = page(upload=str(rows("SELECT number FROM upload")[0][0]))
    assert not opened.exception
    assert "登记.csv" in said(opened)


def test_a_registration_under_another_name_says_what_to_do_before_and_after_it_is_committed(liaison):
    upload(liaison, "420106199001011231", "before.csv")
    sampled = f"{now() - timedelta(hours=2):%Y-%m-%d %H:%M}"
    text = f"姓名,身份证号,采样时间,试管编号,采样点\n王伟,420106199001011231,{sampled},T1,东湖采样点\n".encode()
    shown = page(sort="samples")

    shown.file_uploader[0].set_value(("登记.csv", text, "text/csv"))
    shown.run()
    sent = sampling_imports.commit(IncomingFile(text, "登记.csv", LAB), by=liaison, at=now())

    for one in (shown, page(upload=str(sent.batch))):
        assert "这条采样登记未录入" in str(one.dataframe[0].value["问题与处理办法"].tolist())


def test_a_large_upload_left_in_the_middle_is_shown_with_how_far_it_is_and_offers_no_recall(liaison, monkeypatch):
    monkeypatch.setattr(lab_slices, "AT_ONCE", 1)
    monkeypatch.setattr(lab_slices, "LEAST", 1)
    sampled = f"{now() - timedelta(days=2):%Y-%m-%d %H:%M}"
    lines = "".join(f"李四,{resident_number(place)},{sampled},T{place},阴性\n" for place in range(4))
    file = IncomingFile(f"{HEADINGS}\n{lines}".encode(), "large.csv", LAB)

    def closed(_done: int, _lines: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lab_imports.commit(file, by=liaison, at=now(), said=closed)
    number = str(rows("SELECT number FROM upload")[0][0])
    shown, opened = page(), page(upload=number)

    assert not shown.exception
    assert not opened.exception
    assert list(shown.dataframe[0].value["状态"]) == ["入库中 25%"]
    assert [bar.proto.text for bar in shown.get("progress")] == [
        f"批次 {number} 正在入库：1 / 4 行。离开本页也会继续，不会丢失。"
    ]
    assert "完成后方可整批撤回" in said(opened)
    assert "整批撤回…" not in [button.label for button in opened.button]
    lab_slices.finish_all()
    assert list(shown.run().dataframe[0].value["状态"]) == ["有效"]
