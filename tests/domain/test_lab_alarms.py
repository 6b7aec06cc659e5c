"""What of a laboratory's file is far from its own past, or cannot be."""

import pyarrow as pa
import pytest

from hbcore.domain.alarms import AlarmKind
from hbcore.domain.lab_alarms import PAST, Sent, due_by, turnaround, unusual
from hbcore.domain.times import SECOND

# 14 uploads of 500 rows before: positives each, hours of turnaround. Then what comes, and what of it is unusual.
RULES = """
    before: positives, hours | comes: rows, positives, hours | unusual
    -------------------------+-------------------------------+------------
    1 6                      | 500 1 6                       |
    1 6                      | 500 4 6                       |
    1 6                      | 500 5 6                       | positivity
    0 6                      | 500 4 6                       |
    0 6                      | 500 5 6                       | positivity
    25 6                     | 500 2 6                       | positivity
    25 6                     | 500 12 6                      |
    1 6                      | 15 5 6                        | file_size
    1 6                      | 500 1 7                       |
    1 6                      | 500 1 9                       | turnaround
    1 6                      | 500 1 3                       | turnaround
    1 6                      | 2500 5 6                      |
    1 6                      | 2501 5 6                      | file_size
    1 6                      | 99 0 6                        | file_size
    1 6                      | 100 0 6                       |
"""


def sent(rows: int, positives: int, hours: int) -> Sent:
    return Sent(read=rows, tested=rows, positives=positives, turnaround=hours * 60)


@pytest.mark.parametrize("line", RULES.strip().splitlines()[2:])
def test_an_upload_is_set_against_the_institution_s_own_past(line: str) -> None:
    before, comes, expected = (cell.split() for cell in line.split("|"))
    positives, hours, rows, more, took = map(int, (*before, *comes))

    found = unusual(sent(rows, more, took), [sent(500, positives, hours)] * PAST)

    assert sorted(found) == expected


def test_people_of_one_tube_turn_positive_together_and_are_no_outbreak() -> None:
    past = [Sent(read=1000, tested=1000, positives=1)] * PAST

    one_tube, two_tubes = (Sent(read=1000, tested=1000, positives=n, pooled=n) for n in (10, 20))

    assert unusual(one_tube, past) == {}
    assert set(unusual(two_tubes, past)) == {AlarmKind.POSITIVITY}


def test_too_little_before_is_no_past() -> None:
    assert unusual(sent(5000, 400, 90), [sent(500, 1, 6)] * 4) == {}
    assert AlarmKind.POSITIVITY not in unusual(sent(100, 50, 6), [sent(20, 0, 6)] * 9)


def test_sizes_and_turnarounds_that_come_by_turns_are_usual() -> None:
    past = [sent(500, 1, 15), *[sent(20, 0, 6)] * 4] * 2

    assert unusual(sent(500, 1, 15), past) == {}
    assert set(unusual(sent(500, 1, 16), past)) == {AlarmKind.TURNAROUND}


def test_the_rows_that_were_left_of_a_file_before_are_no_small_file() -> None:
    past = [sent(500, 1, 6)] * 6

    again = [unusual(sent(12, 0, 6), [*past, Sent(read=500, left=left, tested=488, positives=1)]) for left in (11, 12)]

    assert [set(found) for found in again] == [{AlarmKind.FILE_SIZE}, set()]


@pytest.mark.parametrize(("rows", "out_of_order", "told"), [(100, 9, False), (100, 10, True), (200, 10, False), (200, 11, True)])
def test_many_rows_tested_before_they_were_sampled_are_an_alarm_by_themselves(rows: int, out_of_order: int, told: bool) -> None:
    assert (AlarmKind.OUT_OF_ORDER in unusual(Sent(read=rows, out_of_order=out_of_order), [])) is told


def test_one_tube_with_too_many_people_is_enough() -> None:
    assert set(unusual(Sent(read=21, too_full=21), [])) == {AlarmKind.TUBE_TOO_FULL}


def test_a_file_is_due_three_hours_after_the_usual_time_of_who_sends_on_most_days() -> None:
    assert due_by([600, 610, 620, 630]) is None
    assert due_by([600, 610, 620, 630, 1200]) == 620 + 180


def test_turnaround_is_the_median_of_lines_that_have_both_times() -> None:
    minutes = 60 * SECOND
    lines = pa.table({"sampled_at": [0, 0, 0, 0], "reported_at": [100 * minutes, None, 300 * minutes, 140 * minutes]})

    assert turnaround(lines) == 140
    assert turnaround(lines.slice(1, 1)) is None
