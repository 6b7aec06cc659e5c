"""Numbers, shares, days and lengths of time are written as each language writes them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hbcore.ui import locale_words
from hbcore.ui.locale_words import day_here, duration_here, left_here, list_here, number_here, percent_here, weekday_here
from hbcore.ui.words import _spoken

NOW = datetime(2026, 11, 23, 1, 40, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(locale_words, "now", lambda: NOW)


@pytest.fixture
def speaking():
    token = _spoken.set(None)
    yield _spoken.set
    _spoken.reset(token)


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_numbers_have_groups_and_shares_one_decimal_and_nothing_is_a_dash(speaking, spoken):
    speaking(spoken)

    assert [number_here(n) for n in (98201, -1204, 0, None)] == ["98,201", "-1,204", "0", "–"]
    assert [percent_here(1, 8), percent_here(0.5), percent_here(3, 0), percent_here(None)] == ["12.5%", "50.0%", "–", "–"]


LENGTHS = """
    minutes | zh                | en
    --------+-------------------+--------------------
    192     | 还剩 3 小时 12 分 | 3 h 12 min left
    65      | 还剩 1 小时 05 分 | 1 h 05 min left
    0       | 还剩 0 分         | 0 min left
    -20     | 已超时 20 分      | overdue by 20 min
    -6100   | 已超时 4 天       | overdue by 4 days
    72000   | 还剩 50 天        | 50 days left
"""


@pytest.mark.parametrize("line", LENGTHS.strip().splitlines()[2:])
def test_what_is_left_is_said_in_words(speaking, line):
    minutes, zh, en = (cell.strip() for cell in line.split("|"))
    left = timedelta(minutes=int(minutes))

    speaking("zh")
    assert left_here(left) == zh
    speaking("en")
    assert left_here(left) == en
    assert duration_here(left) == duration_here(-left)


def test_a_day_has_its_weekday_where_asked_and_its_year_where_it_is_another(speaking):
    late = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)  # the 23rd in Shanghai

    speaking("zh")
    assert (day_here(late, weekday=True), day_here(date(2026, 11, 9))) == ("11月23日 周一", "11月9日")
    assert "2020" in day_here(date(2020, 4, 25))
    assert list_here(["甲", "乙", "丙"]) == "甲、乙和丙"
    speaking("en")
    assert (day_here(late, weekday=True), day_here(date(2026, 11, 9))) == ("Mon 23 Nov", "9 Nov")
    assert weekday_here(late) == "Mon"
    assert list_here(["a", "b", "c"]) == "a, b and c"
