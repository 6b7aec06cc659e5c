"""The queue of held rows as Streamlit shows it to a supervisor and to the laboratory's liaison."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.lab_held import Answer
from hbcore.domain.vocabulary import Role, RowCode
from hbcore.services import held_queue
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.storage.engine import engine
from hbcore.ui import safe
from tests import standing
from tests.pages.test_two_accounts_for_positives import drop, liaison, press, said, upload
from tests.services.applying import acts, look_ups, rows
from tests.services.numbers import resident_number
from tests.standing import WUCHANG

__all__ = ["liaison"]  # a fixture


@pytest.fixture
def supervisor(liaison: Staff) -> Staff:
    return standing.staff(Role.SUPERVISOR, now(), name="supervisor", unit=WUCHANG)


@pytest.fixture
def held(liaison: Staff) -> None:
    """Three rows that say otherwise than we hold: one of them would take a positive away."""
    upload(liaison, (0, "阴性", ""), (1, "阴性", ""), (2, "阳性", ""))
    upload(liaison, (0, "阳性", ""), (1, "阳性", ""), (2, "阴性", ""))


def open_row(visit: Callable[..., AppTest], by: Staff, place: int = 0) -> AppTest:
    upload_id, row = rows("SELECT upload_id, row_number FROM upload_row WHERE status = 'held' ORDER BY row_number")[place]
    return visit(by, on="Lab_results", held="all", row=f"{upload_id}.{row}")


def cells(shown: AppTest) -> str:
    return "\n".join(table.value.to_csv() for table in shown.dataframe)


def beside(shown: AppTest) -> list[list[str]]:
    """What stands side by side: of each line its word and what either says, letter by letter."""
    texts = [one.value for one in shown.text]
    first = texts.index("文件所载") - 1
    return [texts[place : place + 3] for place in range(first, first + 3 * 11, 3)]


def test_the_rows_of_one_upload_are_listed_alone_and_all_again_by_a_button(visit, held, liaison, supervisor):
    upload(liaison, (0, "可疑", ""))
    (number,) = rows("SELECT number FROM upload ORDER BY id DESC LIMIT 1")[0]

    shown = visit(supervisor, on="Lab_results", held="all", of=number)

    assert not shown.exception
    assert f"只列出批次 {number} 的数据行。" in said(shown)
    assert list(shown.dataframe[0].value["批次号"]) == [number]
    shown = press(shown, "列出全部待核实数据行")
    assert len(shown.dataframe[0].value) == 4
    assert "只列出" not in said(shown)


def test_below_a_queue_longer_than_is_seen_at_once_it_says_that_one_scrolls(visit, held, supervisor, monkeypatch):
    whole = said(visit(supervisor, on="Lab_results", held="all"))
    monkeypatch.setattr(safe, "MANY_ROWS", 2)

    assert "可在表内滚动查看全部 3 条。" in said(visit(supervisor, on="Lab_results", held="all"))
    assert "滚动" not in whole


def test_a_supervisor_finds_the_queue_masked_and_opens_a_row_by_its_address(visit, links, held, supervisor):
    shown = open_row(visit, supervisor)

    assert not shown.exception
    assert "同一样本结果不一致" in cells(shown)
    assert resident_number(0) not in cells(shown)
    before = look_ups()
    shown = press(shown, "并排查看")
    assert look_ups() == before + 1
    lines = beside(shown)
    assert lines[0][1:] == ["文件所载", "系统已有"]
    assert ["检测结果 ≠", "阳性", "阴性"] in lines
    assert ["证件号码", *[f"{resident_number(0)[:6]}********{resident_number(0)[-4:]}"] * 2] in lines
    assert ("Person", {"purpose": "correct_result"}) in [
        (page, {key: value for key, value in address.items() if key == "purpose"}) for page, _label, address in links
    ]


def test_beside_a_row_stands_what_waits_for_a_second_account_and_one_alone_takes_nothing_in(visit, links, supervisor, liaison):
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE institution SET positives_a_shift = 0")
    upload(liaison, (0, "阳性", ""))
    upload(liaison, (0, "阴性", ""))
    waits, theirs = held_queue.listed(by=liaison, at=now()).lines
    assert (waits.held_for, theirs.held_for) == (RowCode.SECOND_ACCOUNT_NEEDED, RowCode.CONTRADICTS)

    opened = visit(supervisor, on="Lab_results", held="all", row=f"{theirs.upload}.{theirs.row}")
    shown = press(opened, "并排查看")

    lines = beside(shown)
    assert lines[0][1:] == ["文件所载", f"批次 {waits.number} 第 2 行（待核实）"]
    assert ["检测结果 ≠", "阴性", "阳性"] in lines
    shown.selectbox(key=f"settle why {theirs.upload} {theirs.row}").select("retested").run()
    shown = press(shown, "采用文件结果…")
    assert not shown.exception
    assert [one.label for one in shown.button if one.label.startswith("采用这")] == []
    assert rows("SELECT count(*) FROM result") == [(0,)]


def test_what_taking_theirs_changes_is_said_before_it_is_done(visit, links, held, supervisor):
    shown = press(open_row(visit, supervisor), "并排查看")
    shown.selectbox(key=next(box.key for box in shown.selectbox if box.label == "原因")).select("retested").run()

    shown = press(shown, "采用文件结果…")
    assert "1 人将转红码" in said(shown)
    shown = press(shown, "采用这 1 行")

    assert not shown.exception
    assert rows("SELECT outcome, ended_how FROM result WHERE ended_at IS NOT NULL") == [("negative", "corrected")]


def test_a_reason_that_speaks_for_one_answer_does_not_settle_the_other(visit, links, held, supervisor):
    shown = press(open_row(visit, supervisor), "并排查看")
    (reasons,) = (box for box in shown.selectbox if box.label == "原因")
    assert "同一人：姓名写法不同或已更名" not in reasons.options

    for reason, fits, other in (
        ("laboratory_confirms", "采用文件结果…", "提请：保留已有结果"),
        ("not_confirmed", "提请：保留已有结果", "采用文件结果…"),
    ):
        shown.selectbox(key=reasons.key).select(reason).run()
        buttons = {one.label: one for one in shown.button}
        assert (buttons[fits].disabled, buttons[other].disabled) == (False, True)
        assert buttons[other].help == "该原因与所选处理相反，请另选相符的原因。"


def test_why_nothing_can_be_done_yet_stands_below_the_buttons(visit, links, held, supervisor):
    shown = press(open_row(visit, supervisor), "并排查看")
    assert said(shown).count("请先选择原因。") == 1

    shown.selectbox(key=next(box.key for box in shown.selectbox if box.label == "原因")).select("retested").run()

    assert "请先选择原因。" not in said(shown)


def test_kept_by_mistake_it_is_put_back_at_once(visit, links, held, supervisor):
    shown = press(open_row(visit, supervisor, 2), "并排查看")
    shown.selectbox(key=next(box.key for box in shown.selectbox if box.label == "原因")).select("not_confirmed").run()

    shown = press(shown, "保留已有结果")
    assert rows("SELECT count(*) FROM upload_row WHERE held_for IS NULL") == [(1,)]
    press(shown, "把刚才那一行放回待核实队列")

    assert rows("SELECT count(*) FROM upload_row WHERE held_for IS NULL") == [(0,)]
    assert acts()[-2:] == ["held_rows_settled", "held_row_reopened"]


def test_where_a_positive_would_go_away_it_is_proposed_and_stands_under_second_looks(visit, links, held, supervisor):
    shown = press(open_row(visit, supervisor, 2), "并排查看")
    shown.selectbox(key=next(box.key for box in shown.selectbox if box.label == "原因")).select("retested").run()
    shown = press(shown, "采用文件结果…")
    assert "须两人办理" in said(shown)

    press(shown, "提请：撤下阳性")

    prefecture = standing.staff(Role.SUPERVISOR, now(), name="prefecture", unit="420100")
    looks = visit(prefecture, on="Second_looks")
    assert "一条阳性随之失效" in said(looks)


def test_a_positive_in_the_file_is_put_aside_by_another_person_under_second_looks(visit, links, held, supervisor):
    shown = press(open_row(visit, supervisor), "并排查看")
    shown.selectbox(key=next(box.key for box in shown.selectbox if box.label == "原因")).select("not_confirmed").run()
    assert "不予采用须由另一人" in said(shown)

    press(shown, "提请：保留已有结果")

    assert rows("SELECT count(*) FROM upload_row WHERE held_for IS NULL") == [(0,)]
    prefecture = standing.staff(Role.SUPERVISOR, now(), name="prefecture", unit="420100")
    assert "文件所载阳性不予采用" in said(visit(prefecture, on="Second_looks"))


def test_the_laboratory_is_asked_and_answers_on_the_same_page(visit, links, held, supervisor, liaison):
    shown = press(open_row(visit, supervisor), "并排查看")
    shown.text_area[0].set_value("以哪次为准？").run()
    press(shown, "询问检测机构")

    own = open_row(visit, liaison)
    assert "以哪次为准？" in said(own)
    assert "张三" not in cells(own)
    own = press(own, "并排查看")
    own.selectbox(key=next(box.key for box in own.selectbox if box.label == "您的答复")).select(str(Answer.FILE_IS_RIGHT)).run()
    press(own, "答复")

    assert "文件中的结果正确" in said(open_row(visit, supervisor))


def test_an_empty_queue_says_what_would_wait_there(visit, links, supervisor):
    shown = visit(supervisor, on="Lab_results")

    assert not shown.exception
    assert "没有待核实的行" in said(shown)
    assert not shown.file_uploader


def test_a_preview_that_has_moved_is_shown_anew_with_a_sentence_and_the_file_stays(liaison, monkeypatch):
    upload(liaison, (0, "阴性", ""))
    shown, commit = drop(liaison, monkeypatch, (1, "阴性", ""), (2, "阴性", ""))
    assert commit.label == "提交 2 行"
    upload(liaison, (1, "阴性", ""))

    shown = commit.click().run()
    assert "现按最新情况重新预览" in "".join(one.value for one in shown.warning)
    again = next(button for button in shown.button if button.label.startswith("提交"))
    assert (again.label, rows("SELECT count(*) FROM upload")) == ("提交 1 行", [(2,)])
    shown = again.click().run()

    assert not shown.exception
    assert rows("SELECT count(*) FROM upload") == [(3,)]


def test_a_fault_quotes_its_cell_and_one_that_is_chosen_opens_its_rows(liaison, monkeypatch):
    shown, _commit = drop(liaison, monkeypatch, (1, "阴 性？", ""), (2, "阴性", ""))

    (faults,) = (one.value for one in shown.dataframe if "单元格内容" in one.value)
    assert (list(faults["单元格内容"]), list(faults["行号"])) == (["“阴 性？”"], ["2"])
