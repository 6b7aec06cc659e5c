"""The supervisor's figures on their page: tables, the sentence about who waits longer, numbers that open rows, the address."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from hbcore.services import applications
from hbcore.services.clock import now
from hbcore.ui.count_table import HALF_A_PHONE
from tests.pages.reviewing import said
from tests.services.applying import JIANGAN, PASSPORT, PERMIT, WUCHANG, look_ups, reviewer

pytestmark = pytest.mark.usefixtures("database")

PAGE = "Application_figures"
H = timedelta(hours=1)


@pytest.fixture
def decided(database):
    """Forty permits decided within a minute, twenty passports within three hours; one waits in Jiang'an."""
    clerk, first, at = reviewer("clerk"), reviewer("first"), now() - timedelta(minutes=5)
    for place in range(40):
        permit = replace(PERMIT, document_number=f"H{10_000_000 + place}")
        applications.approve(applications.enter(permit, by=clerk, at=at - H).id, by=first, at=at)
    for place in range(20):
        passport = replace(PASSPORT, document_number=f"C{50_078_212 + place}")
        applications.refuse(applications.enter(passport, by=clerk, at=at - 4 * H).id, ["filing_not_found"], by=first, at=at)
    applications.enter(replace(PERMIT, document_number="H20000000", unit=JIANGAN), by=clerk, at=at)


def table(page, heading):
    return next(one.value for one in page.dataframe if heading in one.value.columns)


def open_cell(page, name, row, column):
    """Click a cell. AppTest draws the drawer in the same run."""
    page.session_state[f"{name} 0"] = {"selection": {"rows": [], "columns": [], "cells": [[row, column]]}}
    return page.run()


def test_the_tables_say_who_waits_and_who_waits_longer(visit, links, supervisor, decided):
    page = visit(supervisor, on=PAGE, days="1")

    assert not page.exception
    units = table(page, "等候不足 6 小时").set_index("辖区")
    assert units.loc["江岸区", "等候不足 6 小时"] == 1
    assert (units.loc["武昌区", "办结"], units.loc["武昌区", "24 小时内办结（%）"]) == (60, 100.0)
    kinds = table(page, "证件类型")
    assert list(kinds["与全部相比"]) == ["与其他相当", "等候明显偏长"]
    assert "! 护照等候明显偏长：中位 4 小时，全部申领中位 1 小时。请查明原因。" in said(page)
    assert list(table(page, "未通过原因")["件数"]) == [20]
    assert list(table(page, "审核员")["办结"]) == [60]


def test_names_leave_half_of_a_phone_to_the_figures(visit, links, supervisor, decided):
    page = visit(supervisor, on=PAGE, days="1")

    names = [
        json.loads(one.proto.columns)[heading]
        for one in page.dataframe
        for heading in ("辖区", "证件类型")
        if heading in one.value
    ]

    assert [(one["pinned"], one["width"] <= HALF_A_PHONE) for one in names] == [(True, True)] * 2


def test_a_number_opens_its_applications_and_that_is_recorded(visit, links, supervisor, decided):
    page = visit(supervisor, on=PAGE, days="1")
    before = look_ups()

    page = open_cell(page, "figures kinds", 1, "办结")

    assert not page.exception
    assert len(table(page, "回执号")) == 20
    assert look_ups() == before + 1


def test_the_address_names_unit_and_days_and_a_unit_opens_by_its_name(visit, links, supervisor, decided):
    page = visit(supervisor, on=PAGE, days="1", unit=WUCHANG)
    assert list(table(page, "等候不足 6 小时")["辖区"]) == ["武昌区"]

    page = visit(supervisor, on=PAGE, days="1")
    row = list(table(page, "等候不足 6 小时")["辖区"]).index("江岸区")
    page = open_cell(page, "figures units", row, "辖区")

    assert list(table(page, "等候不足 6 小时")["辖区"]) == ["江岸区"]
    assert page.query_params["unit"] == JIANGAN


def test_the_figures_are_taken_as_a_file_that_says_by_whom(visit, links, supervisor, decided):
    page = visit(supervisor, on=PAGE, days="1")

    page.button(key="export csv").click().run()

    assert not page.exception
    assert page.session_state["counts made into a file"][1].name.endswith(".csv")
    assert "supervisor" in page.session_state["counts made into a file"][1].content.decode("utf-8-sig")


def test_the_overview_says_how_many_were_decided_in_time_today_and_leads_to_the_figures(visit, links, supervisor, decided):
    page = visit(supervisor, on="Overview")

    assert "今日办结 60 件，24 小时内办结率 100.0%。" in said(page)
    assert ("Application_figures", "办理快慢与均衡 →", {"days": "1"}) in links


@pytest.mark.parametrize("on", [PAGE, "Daily_counts"])
def test_a_county_opened_from_its_prefecture_has_one_way_up(visit, links, supervisor, on):
    page = visit(supervisor, on=on, unit=WUCHANG)

    assert [one.label for one in page.button if one.label.startswith("↑")] == ["↑ 武汉市"]
    assert not page.error


def test_where_nothing_was_decided_that_is_said(visit, links, supervisor):
    page = visit(supervisor, on=PAGE)

    assert "所选日期内没有办结的申领。" in said(page)
    assert "办结 0 件" not in said(page)
