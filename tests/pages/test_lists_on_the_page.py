"""Lists on the Applications page: what they would do is seen before the commit, and is what the commit does."""

from pathlib import Path

import pytest

from hbcore.domain.headings import APPLICATIONS, FILINGS
from hbcore.domain.vocabulary import Role
from hbcore.sentences import sentence
from hbcore.services import applications
from hbcore.services.clock import now
from hbcore.ui.lab_report import COLUMN_WORDS
from tests.services.applying import PASSPORT, WUCHANG, WUHAN, acts, reviewer, rows
from tests.standing import staff

pytestmark = pytest.mark.usefixtures("database")

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def at_the_lists(page, sort="applications"):
    page.segmented_control(key="place").set_value("lists").run()
    return page.segmented_control(key="list sort").set_value(sort).run()


def drop(page, content, name="list.csv"):
    page.file_uploader[0].set_value((name, content, "text/csv"))
    page.run()
    assert not page.exception
    return page


def said(page):
    return "\n".join(one.value for kind in (page.text, page.error, page.success, page.info, page.caption) for one in kind)


def figures(page):
    return {one.label: one.value for one in page.metric}


def test_another_channels_file_is_seen_before_its_commit_and_then_waits_in_the_queue(visit):
    page = drop(at_the_lists(visit(reviewer("clerk"))), (EXAMPLES / "applications.csv").read_bytes())
    seen = figures(page)
    assert rows("SELECT count(*) FROM application") == [(0,)]

    next(one for one in page.button if one.label.startswith("提交")).click().run()

    assert not page.exception
    assert seen == figures(page) == {"新增": "4", "已有": "0", "待核实": "0", "未入库（需更正）": "0"}
    assert rows("SELECT state, count(*) FROM application GROUP BY state") == [("waiting", 4)]
    assert acts() == ["applications_previewed", "applications_imported"]
    assert [one.label for one in page.get("download_button")] == ["各行回执号"]


def test_a_filing_list_says_whose_codes_change_and_settles_what_waits(visit):
    clerk = reviewer("clerk")
    applications.enter(PASSPORT, by=clerk, at=now())
    page = drop(at_the_lists(visit(clerk), "filings"), (EXAMPLES / "filings.csv").read_bytes())
    assert rows("SELECT filing_check FROM application") == [("not_received",)]

    next(one for one in page.button if one.label.startswith("提交")).click().run()

    assert not page.exception
    assert rows("SELECT filing_check FROM application") == [("differs",)]


def test_rows_that_cannot_be_read_are_named_with_what_their_cells_say(visit):
    content = (
        "提交时间,证件类型,证件号码,姓名,所在区县,微信号\n2020-04-27 08:00,港澳居民来往内地通行证,H9468,CHAN TAI MAN,武昌区,x\n"
    )

    page = drop(at_the_lists(visit(reviewer("clerk"))), content.encode())

    assert "“微信号”" in said(page)
    (faults,) = [table.value for table in page.dataframe if "列" in table.value.columns]
    assert list(faults["列"]) == ["证件号码"]
    assert next(one for one in page.button if one.label.startswith("提交")).disabled


def test_the_same_file_again_is_said_to_be_held_already(visit):
    page = drop(at_the_lists(visit(reviewer("clerk"))), (EXAMPLES / "applications.csv").read_bytes())
    next(one for one in page.button if one.label.startswith("提交")).click().run()

    drop(page, (EXAMPLES / "applications.csv").read_bytes())

    assert "这份文件已提交过，批次号 B" in said(page)
    assert [one.label for one in page.get("download_button")] == ["各行回执号"]
    assert not [one for one in page.button if one.label.startswith("提交")]


def test_a_district_is_told_that_filings_come_to_the_prefecture(visit):
    page = drop(at_the_lists(visit(reviewer("clerk", WUCHANG)), "filings"), (EXAMPLES / "filings.csv").read_bytes())

    assert sentence("not_allowed_here")["zh"] in said(page)
    assert rows("SELECT count(*) FROM filing") == [(0,)]


def test_lists_are_offered_to_those_alone_who_may_take_them_in(visit):
    page = visit(staff(Role.SUPERVISOR, now(), name="supervisor", unit=WUHAN))

    assert not [one for one in page.segmented_control if one.key == "place"]


def test_every_column_of_a_list_has_its_words():
    words = {*FILINGS.words.values(), *APPLICATIONS.words.values()}

    assert words <= set(COLUMN_WORDS)
