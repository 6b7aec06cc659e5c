"""A tube is shared whichever files its people come in: parts of a file give what the whole gives, and turn nobody red."""

from datetime import timedelta

import pytest

from hbcore.domain.lab_held import SettleReason
from hbcore.domain.vocabulary import Role
from hbcore.services import held_queue, held_settling
from hbcore.services.acting import Staff
from hbcore.services.held_settling import Settlement
from tests import standing
from tests.services.test_lab_conflicts import Rows, commit, liaison, stands, valid
from tests.services.test_lab_imports import AT
from tests.standing import WUCHANG

__all__ = ["liaison"]


def rows(text: str) -> Rows:
    return [(who, "P1", outcome, "终审") for who, outcome in (one.split() for one in text.split(",") if one.strip())]


PARTS = """
    0 阳性, 1 阳性             | 2 阳性 | pooled_positive pooled_positive pooled_positive
    0 阳性, 1 阳性             | 1 阳性 | pooled_positive pooled_positive
    0 可疑, 1 可疑, 2 可疑     | 1 可疑 | inconclusive inconclusive inconclusive
    0 阳性                     | 0 阳性 | positive
"""


@pytest.mark.parametrize("line", PARTS.strip().splitlines())
def test_who_comes_into_a_tube_with_a_later_file_shares_it(line: str, liaison: Staff) -> None:
    first, second, expected = (cell.strip() for cell in line.split("|"))

    commit(liaison, rows(first))
    report = commit(liaison, rows(second), name="later.csv", hours=1)

    assert report.problems == ()
    assert sorted(outcome for _, outcome in valid()) == expected.split()


DIFFERENT = """
    0 阴性           | 1 阳性 | negative
    0 阳性           | 1 阴性 | positive
    0 可疑, 1 可疑   | 2 阴性 | inconclusive inconclusive
    0 阳性, 1 阳性   | 2 可疑 | pooled_positive pooled_positive
"""


@pytest.mark.parametrize("line", DIFFERENT.strip().splitlines())
def test_a_tube_with_different_answers_in_two_files_has_one_result(line: str, liaison: Staff) -> None:
    first, second, expected = (cell.strip() for cell in line.split("|"))

    commit(liaison, rows(first))
    report = commit(liaison, rows(second), name="later.csv", hours=1)

    assert [(one.row, one.column, one.code) for one in report.problems] == [(2, "outcome", "contradicts")]
    assert sorted(outcome for _, outcome in valid()) == expected.split()


def test_what_is_taken_in_after_all_shares_its_tube(liaison: Staff) -> None:
    commit(liaison, rows("0 阴性"))
    commit(liaison, rows("1 阳性"), name="later.csv", hours=1)
    supervisor = standing.staff(Role.SUPERVISOR, AT, name="supervisor", unit=WUCHANG)
    (line,) = held_queue.listed(by=supervisor, at=AT + timedelta(hours=2)).lines

    what = Settlement(((line.upload, line.row),), True, SettleReason.LABORATORY_CONFIRMS)
    held_settling.settle(what, by=supervisor, at=AT + timedelta(hours=2))

    assert sorted(outcome for _, outcome in valid()) == ["negative", "pooled_positive"]


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
