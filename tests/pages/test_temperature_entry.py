"""The thermometer at a gate as Streamlit runs it: keys, a second reading with what was done, one check one temperature, undo."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import Role
from hbcore.services import audit, national_entries
from hbcore.services.clock import now
from hbcore.storage.engine import engine
from hbcore.storage.national_rows import ENTRIES
from hbcore.storage.temperature_rows import TEMPERATURES
from hbcore.ui import start
from tests.pages.reviewing import said
from tests.services.facting import number
from tests.standing import WUCHANG, person, staff

pytestmark = pytest.mark.usefixtures("database")

GATE = "武昌火车站东出站口"


def thermometer():
    import streamlit as st

    from hbcore.ui.start import start_page
    from hbcore.ui.temperature_entry import Checked, show_entry

    there = start_page("Checkpoint")
    checked = st.session_state.get("checked")
    show_entry("武昌火车站东出站口", Checked(*checked) if checked else None, there)


@pytest.fixture
def gate(database, monkeypatch):
    there = staff(Role.CHECKPOINT_STAFF, now(), name="gate", unit=WUCHANG)
    monkeypatch.setattr(start, "signed_in", lambda *, touch: there)
    return there


def opened(checked=None, by=None):
    if checked and by:
        audit.record_look_up(audit.Act.CODE_CHECKED, by=by, at=now(), subject=f"person {checked[0]}")
    page = AppTest.from_function(thermometer, default_timeout=30)
    page.session_state["checked"] = checked
    return page.run()


def press(page, *keys):
    for key in keys:
        page = page.button(key=f"key {key}").click().run()
        assert not page.exception
    return page


def rows(table=TEMPERATURES):
    with engine().connect() as connection:
        return list(connection.execute(sa.select(table).order_by(table.c.id)))


def test_three_keys_and_record_are_a_reading_of_who_was_checked_last_once(gate):
    held = person(number(0), now())
    page = opened((held, now()), by=gate)
    assert re.search(r"测温：\d\d:\d\d:\d\d 查验的人员", said(page))

    page = press(page, "3", "6", "5", "enter")

    (row,) = rows()
    assert (row.person_id, row.first, row.state) == (held, 365, "normal")
    assert page.text_input(key="temperature typed").value == ""
    assert "测温：未查验人员" in said(page)  # the next in the line is another
    press(page, "3", "6", "6", "enter")
    assert rows()[1].person_id == rows()[1].id


def test_who_was_checked_five_minutes_ago_has_gone_through_and_the_reading_is_of_nobody_known(gate):
    held = person(number(0), now())
    stands = opened((held, now() - timedelta(minutes=4)), by=gate)
    assert "查验的人员" in said(stands)

    gone = opened((held, now() - timedelta(minutes=5, seconds=1)), by=gate)
    assert "测温：未查验人员" in said(gone)
    press(gone, "3", "6", "5", "enter")

    assert [row.person_id == row.id for row in rows()] == [True]


def test_of_somebody_who_was_not_checked_nothing_is_recorded_by_our_id(gate):
    page = press(opened((person(number(0), now()), now())), "3", "6", "5", "enter")

    assert "重新查验" in page.error[0].value
    assert rows() == []


def test_the_point_comes_by_itself_and_a_wrong_key_is_deleted(gate):
    page = press(opened(), "3", "7", "5")
    assert page.text_input(key="temperature typed").value == "37.5"

    page = press(page, "delete", "delete", "6", "6")

    assert page.text_input(key="temperature typed").value == "36.6"


def test_a_keyboard_may_leave_the_point_out_too(gate):
    page = opened()
    page.text_input(key="temperature typed").set_value("364").run()

    press(page, "enter")

    assert [row.first for row in rows()] == [364]


def test_an_abnormal_one_waits_beside_the_gate_while_others_pass_then_its_second_says_what_was_done(gate):
    held = person(number(0), now())
    page = press(opened((held, now()), by=gate), "3", "7", "6", "enter")
    press(page, "3", "6", "4", "enter")
    first, _other = rows()
    assert "张* · " in said(page)

    page = page.button(key=f"second of {first.id}").click().run()
    assert "复测：张*，首测 37.6 °C" in said(page)
    page = press(page, "3", "7", "5", "enter")
    assert [one.value for one in page.error] == ["复测仍异常，请选择已采取的处置：转送发热门诊、劝返或已联系社区。"]
    page.button_group(key=f"done about {first.id}").set_value(["referred", "called"]).run()
    press(page, "enter")

    (row, _other) = rows()
    assert (row.state, row.second, row.done) == ("open", 375, '["referred", "called"]')


@pytest.mark.parametrize(("keys", "words"), [(("9", "8", "6"), "30.0"), ((), "这不是体温")])
def test_what_is_no_temperature_is_refused_and_stays_to_be_put_right(gate, keys, words):
    page = press(opened(), *keys, "enter")

    assert words in page.error[0].value
    assert rows() == []


def test_the_last_entry_is_taken_back(gate):
    page = press(opened(), "3", "6", "4", "enter")

    page = page.button(key="take back").click().run()

    assert [row.state for row in rows()] == ["undone"]
    assert not [one for one in page.button if one.key == "take back"]


def test_an_entry_on_the_national_code_shows_where_to_apply_and_is_recorded(gate):
    page = opened()
    page = page.button(key="national code").click().run()
    assert any(one.value.endswith("/apply?lang=zh") for one in page.code)

    national_entries.add(GATE, "ko", by=gate, at=now())  # a button inside a dialog is the browser's

    assert [row.language for row in rows(ENTRIES)] == ["ko"]


def test_a_role_that_takes_no_temperatures_is_told(database, monkeypatch):
    there = staff(Role.AUDITOR, now(), name="auditor")
    monkeypatch.setattr(start, "signed_in", lambda *, touch: there)

    page = opened()

    assert page.error[0].value
