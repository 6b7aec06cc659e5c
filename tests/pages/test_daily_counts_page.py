"""The daily counts as Streamlit runs them: the figures, a click that opens rows or a unit, days, the daily report."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import PROVINCE, FactKind, Outcome, Role
from hbcore.services import daily_reports, policy_publishing, publications
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of, now
from hbcore.storage.engine import access_engine
from hbcore.storage.tables import look_up_event
from hbcore.ui import start
from hbcore.ui.count_chart import INKS, bars_svg
from tests import standing
from tests.standing import LAB, WUCHANG, Sampled

ROOT = Path(__file__).parents[2]
NUMBERS = ("420106199001011231", "422801196007307804")
THIRD = "422801195806030309"


@pytest.fixture
def there(database: Path, links: list[object], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Staff]:
    """Sign somebody in; one institution, two people in Wuchang: one negative, one positive, of one tube."""
    standing.institution(now())
    for number, name, outcome in zip(NUMBERS, ("张三", "李四"), (Outcome.NEGATIVE, Outcome.POSITIVE), strict=True):
        standing.result(standing.person(number, now(), name=name), Sampled(outcome, now()), now())

    def sign_in(role: Role = Role.SUPERVISOR, unit: str = PROVINCE) -> Staff:
        staff = standing.staff(role, now(), name="赵敏", unit=unit)
        monkeypatch.setattr(start, "signed_in", lambda *, touch: staff)
        return staff

    return sign_in


def page(**address: str) -> AppTest:
    shown = AppTest.from_file(str(ROOT / "pages" / "Daily_counts.py"), default_timeout=30)
    for name, value in address.items():
        shown.query_params[name] = value
    shown.run()
    assert not shown.exception
    return shown


def click(shown: AppTest, table: str, row: int, heading: str, turn: int = 0) -> AppTest:
    """A click on a cell, as the browser reports it."""
    shown.session_state[f"{table} {turn}"] = {"selection": {"rows": [], "columns": [], "cells": [(row, heading)]}}
    shown.run()
    assert not shown.exception
    return shown


def look_ups() -> int:
    with access_engine().connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(look_up_event)).scalar_one())


def words(shown: AppTest) -> str:
    return "\n".join(one.value for kind in (shown.text, shown.code, shown.error) for one in kind)


def test_results_are_shown_net_and_gross_in_people_and_tubes(there):
    there()

    shown = page()

    by_assay, by_unit = (table.value for table in shown.dataframe)
    row = by_assay.set_index("检测项目").loc["核酸"]
    said = {name: row[name] for name in ("阴性", "阳性", "当前有效", "累计入库", "人数", "管数")}
    assert said == {"阴性": 1, "阳性": 1, "当前有效": 2, "累计入库": 2, "人数": 2, "管数": 1}
    assert {metric.label: metric.value for metric in shown.metric}["✓ 绿码"] == "1"
    assert list(by_unit["辖区"][:1]) == ["合计"]
    assert by_unit.set_index("辖区").loc["武汉市", ["核酸 阴性", "✗ 红"]].tolist() == [1, 1]


def test_a_click_on_a_number_opens_its_rows_once_and_masked(there, links):
    there()
    before = look_ups()

    shown = click(page(), "results", 0, "阳性")

    assert list(shown.dataframe[2].value["姓名"]) == ["李*"]
    assert "湖北省 · 核酸 阳性" in words(shown)
    assert look_ups() == before + 1
    shown.run()
    assert (len(shown.dataframe), look_ups()) == (2, before + 1)


def test_a_colour_and_a_figure_of_applications_open_their_rows(there):
    there()

    coloured, waiting = page(), page()
    coloured.button("rows of codes red").click().run()
    waiting.button("rows of applications submitted").click().run()

    assert list(coloured.dataframe[2].value["姓名"]) == ["李*"]
    assert "湖北省 · 收到申领" in words(waiting)


def test_the_choices_speak_the_language_that_was_chosen(there, monkeypatch):
    staff, shown = there(), page()
    monkeypatch.setattr(start, "signed_in", lambda *, touch: replace(staff, language="en"))
    shown.run()

    assert {one.label: one.options[0] for one in shown.selectbox}["Unit"] == "Hubei"
    assert not [one.key for one in shown.selectbox if not str(one.key).endswith(" en")]  # a browser keeps the old words of a key


def test_a_click_in_a_units_row_opens_that_units_rows(there):
    there()
    shown = page()
    row = list(shown.dataframe[1].value["辖区"]).index("武汉市")

    assert list(click(shown, "rows", row, "✗ 红").dataframe[2].value["姓名"]) == ["李*"]
    shown = page()
    other = list(shown.dataframe[1].value["辖区"]).index("宜昌市")
    assert "没有计入的记录" in words(click(shown, "rows", other, "✗ 红"))


def test_a_click_on_a_units_name_opens_the_unit_and_the_address_says_so(there):
    there()
    shown = page()
    row = list(shown.dataframe[1].value["辖区"]).index("武汉市")

    click(shown, "rows", row, "辖区")

    assert shown.query_params["unit"] == "420100"
    assert "武昌区" in list(shown.dataframe[1].value["辖区"])
    (up,) = (button for button in shown.button if "湖北省" in button.label)
    up.click().run()
    assert "unit" not in shown.query_params
    assert "武汉市" in list(shown.dataframe[1].value["辖区"])


def test_the_address_opens_a_unit_by_institution_on_another_day(there):
    there()
    yesterday = day_of(now()) - timedelta(days=1)

    shown = page(unit=WUCHANG, rows="institutions")
    assert list(shown.dataframe[1].value["检测机构"]) == ["合计", "武昌医学检验所"]
    assert list(click(shown, "rows", 1, "人数").dataframe[2].value["姓名"]) == ["李*", "张*"]

    shown = page(unit=WUCHANG, on=yesterday.isoformat())
    assert shown.dataframe[0].value.set_index("检测项目").loc["核酸", "当前有效"] == 0


@pytest.mark.parametrize("address", [{"unit": "420502"}, {"on": "2999-01-01"}, {"on": "x", "view": "<b>", "of": "never"}])
def test_an_address_that_means_nothing_here_shows_ones_own_today(there, address):
    there(Role.DISTRICT_STAFF, WUCHANG)

    shown = page(**address)

    assert shown.selectbox[0].value == WUCHANG
    assert shown.date_input[0].value == day_of(now())
    assert len(shown.dataframe) == 2


def test_what_the_rows_say_can_be_one_assay_in_full(there):
    there()
    shown = page()

    shown.segmented_control[1].set_value("naat").run()

    heads = list(shown.dataframe[1].value.columns)
    assert heads[:4] == ["辖区", "阴性", "阳性", "混检阳性"]
    assert heads[6:] == ["当前有效", "已更正", "已作废", "累计入库", "人数", "管数"]


def test_over_days_each_figure_has_its_bars_and_a_table_whose_numbers_open(there):
    there()
    shown = page(view="days")

    assert "核酸 当前有效：最高 2" in words(shown)
    assert len(shown.get("image")) == 3
    table = shown.dataframe[0].value
    assert (len(table), table["阳性"][0], table["✗ 红"][0]) == (14, 1, 1)

    assert list(click(shown, "days", 0, "阳性").dataframe[1].value["姓名"]) == ["李*"]


def test_a_span_in_the_address_is_shown_and_one_too_long_refused(there):
    there()
    today = day_of(now())

    shown = page(view="days", **{"from": (today - timedelta(days=2)).isoformat()})
    assert len(shown.dataframe[0].value) == 3

    shown = page(view="days", **{"from": (today - timedelta(days=200)).isoformat()})
    assert "最多" in words(shown)


def test_bars_say_their_numbers_and_days_in_letters_of_each_theme():
    for theme, (ink, *_others) in INKS.items():
        drawn = bars_svg([0, 1204, 3], ["11月21日", "11月22日", "11月23日"], theme)
        assert [said for said in ("1,204", ">3<", "11月21日", "11月23日", ink) if said not in drawn] == []
    assert "<script" not in drawn
    assert bars_svg([0], ["11月21日"], "dark").count("<rect") == 2


@pytest.mark.parametrize(("view", "heads", "rows"), [("day", 2 + 4 + 4 * 11 + 6 + 8, 1 + 14), ("days", 1 + 11 + 4 + 3, 14)])
def test_the_figures_are_prepared_as_a_file_that_is_offered_until_something_else_is_asked(there, view, heads, rows):
    there()
    shown = page(view=view)

    next(button for button in shown.button if button.label == "准备 CSV 文件").click().run()

    made = shown.session_state["counts made into a file"][1]
    lines = list(csv.reader(io.StringIO(made.content.decode("utf-8-sig"))))
    assert [len(line) for line in lines] == [heads] * (1 + rows) + [0, 1]
    assert "赵敏" in lines[-1][0]
    assert [one.proto.label for one in shown.get("download_button")] == [f"下载 {made.name}"]

    shown.selectbox[0].set_value("420100").run()
    assert [*shown.get("download_button")] == []


def test_the_report_says_what_would_be_confirmed_and_that_nothing_is_yet(there):
    standing.institution(now(), code="420106L02", name="洪山检验所")
    there()

    shown = page(view="report")

    (text,) = (one.value for one in shown.code)
    for said in ("日报", "核酸：有效 2 人次（2 人、1 管）", "未上传（不作零报告）：洪山检验所"):
        assert said in text
    assert "未上报不等于零报告" in words(shown)
    assert [(b.label, b.disabled) for b in shown.button] == [("确认日报…", False)]
    assert list(shown.dataframe[1].value["状态"][:1]) == ["未上报"]


def test_every_version_stands_there_with_its_text_and_what_was_corrected(there):
    by = there()
    today = day_of(now())
    daily_reports.confirm(today, seen=daily_reports.day_report(today, by=by, at=now()).now.seen, by=by, at=now())
    standing.fact(standing.person(THIRD, now()), FactKind.CONFIRMED, now(), now())

    shown = page(view="report")
    assert "与第 1 版相比，数据有变化" in words(shown)
    assert "红 1 → 2" in words(shown)
    assert [(b.label, b.disabled) for b in shown.button] == [("确认更正…", False)]
    daily_reports.confirm(today, seen=daily_reports.day_report(today, by=by, at=now()).now.seen, by=by, at=now())

    shown = page(view="report")
    texts = [one.value for one in shown.code]
    assert len(texts) == 3
    assert "更正，第 2 版" in texts[1]
    assert "确认人：赵敏" in texts[1]
    assert "更正" not in texts[2]
    assert [b.disabled for b in shown.button] == [True]


def test_a_reviewer_reads_the_report_and_is_told_why_not_to_confirm_it(there):
    there(Role.DISTRICT_STAFF, WUCHANG)

    (button,) = page(view="report").button

    assert (button.disabled, bool(button.help)) == (True, True)


def test_confirming_in_the_dialog_makes_a_version_under_ones_name(there):
    by = there()

    def dialog() -> None:
        from hbcore.services import daily_reports
        from hbcore.services.clock import day_of, now
        from hbcore.ui import report_shown, start

        staff = start.signed_in(touch=False)
        report_shown.confirm_report(daily_reports.day_report(day_of(now()), by=staff, at=now()).now, False, staff)

    shown = AppTest.from_function(dialog).run()
    assert "将以您的姓名确认：赵敏" in words(shown)

    shown.button[0].click().run()

    (made,) = daily_reports.day_report(day_of(now()), by=by, at=now()).versions
    assert (made.version, made.confirmed_by) == (1, "赵敏")


def test_the_institution_of_a_row_is_shown_letter_by_letter(there):
    standing.institution(now(), code="420106L03", name=":red[x] **b**")
    standing.result(
        standing.person(THIRD, now()), Sampled(Outcome.NEGATIVE, now(), institution="420106L03", sample_number="S9"), now()
    )
    there()
    shown = page(rows="institutions")

    click(shown, "rows", 2, "阴性")

    assert ":red[x] **b** · 核酸 阴性" in words(shown)
    assert LAB not in words(shown)


def test_while_a_policy_is_being_applied_the_counts_say_so(there):
    first, second = there(), standing.staff(Role.SUPERVISOR, now(), name="second", unit=PROVINCE)
    policy_publishing.propose_kept("wuhan-2022-09", by=second, at=now())
    policy_publishing.publish("wuhan-2022-09", valid_from=None, by=first, at=now())

    during = [bar.proto.text for bar in page().get("progress")]
    publications.apply_all()
    after = page().get("progress")

    assert "wuhan-2022-09：0 / 2 人" in "".join(during)
    assert len(after) == 0
