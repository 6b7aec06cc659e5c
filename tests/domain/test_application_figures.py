"""How fast and how evenly applications are decided: medians, nine of ten, groups beside all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hbcore.domain.application_figures import NOTHING, Compared, DecidedColumns, Part, by_key, compare, decided_columns, whole

H = 3_600_000_000


def columns(hours: list[float]) -> DecidedColumns:
    ones = np.ones(len(hours), dtype=bool)
    return DecidedColumns(np.array(hours, dtype=float), ones, ones)


def test_hours_are_those_of_the_clock_and_the_end_itself_is_late():
    # decided 3 hours before, at, and 2 hours after the end of the 24
    found = decided_columns([21 * H, 24 * H, 26 * H], [24 * H] * 3, [True, False, True])

    assert found.hours.tolist() == [21.0, 24.0, 26.0]
    assert found.within.tolist() == [True, False, False]
    assert whole(found) == Part(decided=3, approved=2, within=1, median=24.0, ninetieth=26.0)


# hours                   | median | nine of ten within
FEW = [
    ([4.0], 4.0, 4.0),
    ([1.0, 2.0], 1.5, 2.0),
    ([9.0, 1.0, 5.0], 5.0, 9.0),
    ([float(n) for n in range(1, 11)], 5.5, 9.0),
    ([float(n) for n in range(1, 12)], 6.0, 10.0),
]


@pytest.mark.parametrize(("hours", "median", "ninetieth"), FEW)
def test_the_median_and_nine_of_ten(hours, median, ninetieth):
    part = whole(columns(hours))

    assert (part.median, part.ninetieth) == (median, ninetieth)


def test_of_nothing_there_is_no_median():
    assert whole(columns([])) == NOTHING
    assert by_key([], columns([])) == {}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 100), st.booleans()), min_size=1, max_size=60))
def test_parts_are_those_of_each_key_alone_and_add_up(rows):
    keys, hours, approved = zip(*rows, strict=True)
    all_of = DecidedColumns(np.array(hours), np.array(hours) < 24, np.array(approved))

    parts = by_key(keys, all_of)

    assert sum(part.decided for part in parts.values()) == whole(all_of).decided == len(rows)
    for key, part in parts.items():
        own = [place for place, one in enumerate(keys) if one == key]
        assert part == whole(DecidedColumns(all_of.hours[own], all_of.within[own], all_of.approved[own]))


# decided, median of the group | median of all | compared
GROUPS = [
    (4, 90.0, 2.0, Compared.TOO_FEW),
    (5, 90.0, 2.0, Compared.ALIKE),  # nobody is told before there are twenty
    (19, 90.0, 2.0, Compared.ALIKE),
    (20, 3.1, 2.0, Compared.FAR_LONGER),
    (20, 3.0, 2.0, Compared.ALIKE),
]


@pytest.mark.parametrize(("decided", "median", "of_all", "expected"), GROUPS)
def test_a_group_beside_all(decided, median, of_all, expected):
    assert compare(Part(decided=decided, median=median), Part(decided=100, median=of_all)) == expected
