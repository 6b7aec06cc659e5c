"""The district's page of notices: the clock, one opened and closed by two clicks, a fever proposed; what leads there."""

from datetime import datetime, time, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.temperatures import Done, Measured
from hbcore.domain.vocabulary import PROVINCE, SHANGHAI, Role
from hbcore.services import national_entries, retention, temperatures
from hbcore.services.clock import day_of, now
from hbcore.services.temperatures import Whose
from hbcore.ui import start
from tests.pages.reviewing import said
from tests.services.applying import look_ups
from tests.services.facting import number
from tests.standing import WUCHANG, person, staff

pytestmark = pytest.mark.usefixtures("database")

PAGE, GATE = "Temperatures", "武昌火车站东出站口"


@pytest.fixture
def clerk(database):
    return staff(Role.DISTRICT_STAFF, now(), name="clerk", unit=WUCHANG)


@pytest.fixture
def gate(database):
    return staff(Role.CHECKPOINT_STAFF, now(), name="gate", unit=WUCHANG)


@pytest.fixture
def notices(gate):
    """Zhang San's of today, a stranger's of yesterday; a normal reading and an entry on the national code."""
    at = now()
    midnight = datetime.combine(day_of(at), time(), SHANGHAI)
    person(number(0), at - timedelta(days=2))
    staff(Role.SUPERVISOR, at, name="above", unit="420100")
    twice = Measured(378, 376, (Done.REFERRED, Done.CALLED))
    known = temperatures.add(Whose(number(0)), twice, GATE, by=gate, at=max(at - timedelta(hours=1), midnight))
    stranger = temperatures.add(Whose("E12345678"), twice, GATE, by=gate, at=at - timedelta(hours=25))
    temperatures.add(Whose(), Measured(365), GATE, by=gate, at=at)
    national_entries.add(GATE, "en", by=gate, at=at)
    return known.id, stranger.id


def lines(page):
    return page.dataframe[0].value


def open_line(page, row):
    """Select a row of the table and draw again."""
    key = next(one.key for one in page.dataframe if one.key and one.key.startswith("notices "))
    page.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return page.run()


def test_the_oldest_notice_stands_first_with_its_clock_and_nobody_in_full(visit, links, clerk, notices):
    before = look_ups()

    page = visit(clerk, on=PAGE)

    assert not page.exception
    assert list(lines(page)["对象"]) == ["身份不明 E123****", f"张* 420106********{number(0)[-4:]}"]
    assert list(lines(page)["体温"]) == ["37.8 → 37.6 °C"] * 2
    assert list(lines(page)["卡口处置"]) == ["转送发热门诊 · 已联系社区"] * 2
    assert "待处置 2 条，其中超过 24 小时 1 条。" in said(page)
    assert look_ups() == before + 1


def test_a_notice_is_opened_by_a_click_and_closed_by_two(visit, links, clerk, notices):
    page = open_line(visit(clerk, on=PAGE), 1)
    assert "测温地点：武昌火车站东出站口 · 武昌区 · gate" in said(page)
    assert page.button(key=f"close {notices[0]}").disabled
    assert ("Person", "打开人员 →", {"person": links[-1][2]["person"], "purpose": "checkpoint"}) in links

    page.button_group(key=f"why close {notices[0]}").set_value("excluded").run()
    page.button(key=f"close {notices[0]}").click().run()

    assert not page.exception
    assert list(lines(page)["对象"]) == ["身份不明 E123****"]


def test_a_link_opens_a_notice_and_shows_what_was_typed_of_a_stranger(visit, links, clerk, notices):
    page = visit(clerk, on=PAGE, notice=str(notices[1]))

    assert "未查到本人：E12345678" in said(page)
    assert not [one for one in page.button if one.key and one.key.startswith("propose fever")]


def test_a_fever_is_tried_then_proposed_and_linked(visit, links, clerk, notices):
    page = open_line(visit(clerk, on=PAGE), 1)
    page.text_input(key=f"fever paper of {notices[0]}").set_value("门诊〔2020〕7号")
    page.text_input(key=f"fever why of {notices[0]}").set_value("发热门诊留观")

    page.button(key=f"try fever {notices[0]}").click().run()
    assert "确认后" in said(page)
    page.button(key=f"propose fever {notices[0]}").click().run()

    assert not page.exception
    assert list(lines(page)["对象"]) == ["身份不明 E123****"]
    settled = open_line(visit(clerk, on=PAGE, notices="settled"), 0)
    assert list(lines(settled)["剩余时间"]) == ["已提请发热管控"]
    (leads,) = [address for page_, _words, address in links if page_ == "Facts"]
    facts = visit(clerk, on="Facts", view="lists", list=leads["list"])
    assert {"notice": str(notices[0])} in [address for page_, _words, address in links if page_ == "Temperatures"]
    assert not facts.exception


def test_the_overview_counts_what_waits_and_leads_there(visit, links, clerk, notices):
    page = visit(clerk, on="Overview")

    assert ("体温异常待处置", "2") in [(one.label, one.value) for one in page.metric]
    assert ("Temperatures", "去处理 →", {}) in links


FIGURES = {"测温人次": "2", "复测异常": "1", "国家码通行": "1", "体温异常通知": "1", "待处置": "2", "其中超过 24 小时": "1"}


def test_the_daily_counts_say_what_gates_saw_and_every_number_opens_its_rows(visit, links, clerk, notices):
    page = visit(clerk, on="Daily_counts")
    shown = {one.label: one.value for one in page.metric}
    assert {label: shown[label] for label in FIGURES} == FIGURES

    opened = {}
    for figure in ("readings", "open", "national_code"):
        page = visit(clerk, on="Daily_counts")
        page.button(key=f"rows of gates {figure}").click().run()
        assert not page.exception
        opened[figure] = len(page.dataframe[-1].value)

    assert opened == {"readings": 2, "open": 2, "national_code": 1}


def test_an_alarm_leads_to_its_notice_for_who_may_settle_it(visit, links, clerk, notices):
    page = visit(clerk, on="Alarms", alarms="temperature_overdue")

    assert list(page.dataframe[0].value["对象"]) == ["身份不明"]
    assert ("Temperatures", "打开通知 →", {"notice": str(notices[1])}) in links


def test_a_supervisor_sees_the_alarm_and_no_way_to_the_page(visit, links, notices):
    above = staff(Role.SUPERVISOR, now(), name="wang", unit=PROVINCE)

    page = visit(above, on="Alarms", alarms="temperature_overdue")

    assert not page.exception
    assert [link for link in links if link[0] == "Temperatures"] == []


def drawer():
    from hbcore.domain.counting import GateFigure
    from hbcore.services.behind_figures import GatesWanted
    from hbcore.services.clock import day_of, now
    from hbcore.ui.opened_rows import show_rows_behind
    from hbcore.ui.start import start_page

    show_rows_behind(GatesWanted(day_of(now()), GateFigure.READINGS), "", start_page("Daily counts"))


def test_behind_the_number_of_a_day_whose_normal_readings_are_deleted_it_says_so(clerk, gate, monkeypatch):
    temperatures.add(Whose(), Measured(365), GATE, by=gate, at=now())
    temperatures.add(Whose(), Measured(378), GATE, by=gate, at=now())
    monkeypatch.setattr(start, "signed_in", lambda *, touch: clerk)
    gone = "当日正常体温记录已到期删除"
    before = AppTest.from_function(drawer, default_timeout=30).run()
    assert (len(before.dataframe[0].value), gone in said(before)) == (2, False)

    retention.delete_old(at=now() + timedelta(days=16))

    after = AppTest.from_function(drawer, default_timeout=30).run()
    assert not after.exception
    assert (len(after.dataframe[0].value), gone in said(after), "共 2" in said(after)) == (1, True, True)
