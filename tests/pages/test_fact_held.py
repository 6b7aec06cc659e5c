"""Held rows of lists of facts as Streamlit runs them: a view of their own, a way from the list, an empty state."""

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import Role
from hbcore.services import fact_files, fact_held
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of, now
from hbcore.services.uploads import IncomingFile
from tests import standing
from tests.pages.test_facts_page import CASE, PAPER, Visit, clerk, number, press, said

HEADING = "证件类型,证件号码,姓名,管控类别,起始时间,截止时间,暴露情况,依据文号"
assert clerk


@pytest.fixture
def made(clerk: Staff) -> fact_files.FactFile:
    """A list of which the second row names the holder of its document otherwise."""
    rows = [f"居民身份证,{number(place)},{name},密接,{day_of(now())},,同住,{PAPER}" for place, name in ((0, "张三"), (1, "王五"))]
    content = "\n".join([HEADING, *rows]).encode()
    return fact_files.propose(IncomingFile(content, "名单.csv"), "流调判定", case=CASE, by=clerk, at=now())


def selected(shown: AppTest, by: Staff) -> AppTest:
    """The first row chosen."""
    key = f"held rows {hash(fact_held.seen_now(by=by, at=now()).lines)}"
    shown.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    return shown.run()


def test_where_no_row_is_held_it_says_which_would_stand_there(clerk: Staff, visit: Visit) -> None:
    shown = visit(clerk, on="Facts", view="held")

    assert not shown.exception
    assert "没有待核实的名单行" in said(shown)


def test_a_list_leads_to_its_held_rows_and_a_row_says_what_holds_it(
    clerk: Staff,
    made: fact_files.FactFile,
    visit: Visit,
) -> None:
    shown = press(visit(clerk, on="Facts", list=str(made.list_id)), "该名单待核实的行：1 →")

    assert not shown.exception
    assert list(shown.query_params) == ["held"]
    table = shown.dataframe[0].value
    assert list(table["对象"]) == [f"王* 420106********{number(1)[-4:]}"]
    assert 3 in table.values[0]
    shown = selected(shown, clerk)
    assert "同一病例下单独提请此人" in said(shown)
    assert "王五" not in said(shown)
    assert "没有待核实的名单行" in said(visit(clerk, on="Facts", held="17"))


def test_a_row_that_is_done_stands_there_no_more(
    clerk: Staff,
    made: fact_files.FactFile,
    visit: Visit,
) -> None:
    shown = press(selected(visit(clerk, on="Facts", view="held"), clerk), "标记已处理")

    assert not shown.exception
    assert "没有待核实的名单行" in said(shown)
    assert "待核实的行" not in " ".join(one.label for one in visit(clerk, on="Facts", list=str(made.list_id)).button)


def test_a_supervisor_above_sees_it_and_a_colleague_does_not(
    clerk: Staff,
    made: fact_files.FactFile,
    visit: Visit,
) -> None:
    above = standing.staff(Role.SUPERVISOR, now(), name="city", unit="420100")
    colleague = standing.staff(Role.DISTRICT_STAFF, now(), name="colleague", unit=clerk.unit)

    assert "共 1 行" in said(visit(above, on="Facts", view="held"))
    assert "没有待核实的名单行" in said(visit(colleague, on="Facts", view="held"))
    assert made.rows["held"] == 1
