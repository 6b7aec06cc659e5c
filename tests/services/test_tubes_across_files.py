"""A tube is shared whichever files its people come in: parts of a file give what the whole gives, and turn nobody red."""

import pytest

from hbcore.services.acting import Staff
from tests.services.test_lab_conflicts import Rows, commit, liaison, stands, valid

__all__ = ["liaison"]


def rows(text: str) -> Rows:
    return [(who, "P1", outcome, "终审") for who, outcome in (one.split() for one in text.split(",") if one.strip())]


PARTS = """
    0 阳性, 1 阳性             | 2 阳性 | pooled_positive pooled_positive pooled_positive
    0 阳性, 1 阳性             | 1 阳性 | pooled_positive pooled_positive
    0 可疑, 1 可疑, 2 可疑     | 1 可疑 | inconclusive inconclusive inconclusive
    0 阴性                     | 1 阳性 | negative pooled_positive
    0 阳性                     | 0 阳性 | positive
"""


@pytest.mark.parametrize("line", PARTS.strip().splitlines())
def test_who_comes_into_a_tube_with_a_later_file_shares_it(line: str, liaison: Staff) -> None:
    first, second, expected = (cell.strip() for cell in line.split("|"))

    commit(liaison, rows(first))
    report = commit(liaison, rows(second), name="later.csv", hours=1)

    assert report.problems == ()
    assert sorted(outcome for _, outcome in valid()) == expected.split()


def test_a_row_of_a_shared_tube_sent_again_alone_is_held_already(liaison: Staff) -> None:
    commit(liaison, rows("0 阳性, 1 阳性"))

    report = commit(liaison, rows("1 阳性"), name="again.csv", hours=1)

    assert (report.rows["already_held"], report.rows["held"], report.rows["recorded"]) == (1, 0, 0)


def test_nobody_turns_red_by_a_tube_that_others_stand_in(liaison: Staff) -> None:
    commit(liaison, rows("0 阳性, 1 阳性"))
    commit(liaison, rows("2 阳性"), name="later.csv", hours=1)

    assert {colour for _, colour, _ in stands()["codes"]} == {"yellow"}


def test_a_correction_says_itself_whose_the_specimen_was(liaison: Staff) -> None:
    commit(liaison, rows("0 可疑, 1 可疑"))
    commit(liaison, [("0", "P1", "阳性", "更正")], name="later.csv", hours=1)

    assert sorted(outcome for _, outcome in valid()) == ["inconclusive", "positive"]
