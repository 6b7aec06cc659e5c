"""Several lines of one file about one sample."""

from itertools import permutations

import pytest

from hbcore.domain.lab_conflicts import cannot_stand_beside, contradict, turn

RULES = """
    final negative                                                  | agree
    final negative, final negative                                  | agree
    final negative, final positive                                  | contradict
    final inconclusive, final negative                              | contradict
    final negative, corrected positive                              | agree
    final positive, corrected negative                              | agree
    final inconclusive, corrected negative, final negative          | agree
    final inconclusive, corrected negative, final positive          | contradict
    corrected negative, corrected negative                          | agree
    corrected negative, corrected positive                          | contradict
    final negative, withdrawn negative                              | agree
    withdrawn negative, withdrawn positive                          | agree
    corrected negative, withdrawn negative                          | contradict
    final negative, final positive, withdrawn positive              | contradict
"""


def said(cell: str) -> list[tuple[str, str]]:
    return [(status, outcome) for status, outcome in (one.split() for one in cell.split(","))]


@pytest.mark.parametrize("line", RULES.strip().splitlines())
def test_whether_lines_of_one_sample_contradict_each_other_in_any_order(line: str) -> None:
    lines, becomes = (cell.strip() for cell in line.split("|"))

    found = {contradict(order) for order in permutations(said(lines))}

    assert found == {becomes == "contradict"}


def test_first_answers_come_before_what_puts_them_right_and_what_says_the_same_after_it() -> None:
    lines = said("final negative, corrected negative, final inconclusive, withdrawn negative")

    assert [turn(one, lines) for one in lines] == [2, 1, 0, 1]


BESIDE = """
    final negative        | final positive                   | waits  | a positive waits for a second account
    final positive        | final positive                   | stands | it says the same
    corrected negative    | final positive                   | waits  | a correction takes no waiting positive away by one account
    corrected pooled_positive | final positive               | waits  |
    corrected positive    | final negative, final positive   | stands | the laboratory's word, and no positive goes
    corrected negative    | final negative, final positive   | waits  |
    final positive        | final negative, final positive   | waits  | nobody has said which of the two holds
    corrected negative    | final inconclusive               | stands |
    corrected negative    | final pooled_positive            | waits  |
    corrected positive    | final pooled_positive            | stands |
    corrected negative    | corrected inconclusive           | waits  | two last words
    corrected negative    | corrected negative               | stands |
    final negative        | withdrawn negative               | waits  | whether it is withdrawn is not settled
"""


@pytest.mark.parametrize("line", BESIDE.strip().splitlines())
def test_whether_a_line_can_stand_beside_rows_of_its_sample_that_wait(line: str) -> None:
    one, waiting, becomes, _why = (cell.strip() for cell in line.split("|"))

    assert cannot_stand_beside(said(one)[0], said(waiting)) == (becomes == "waits")
