"""What becomes of a laboratory's line, given what is held of that sample: every case a line of a table."""

import pytest

from hbcore.domain.lab_keeping import Fate, HeldResult, fate
from hbcore.domain.vocabulary import Outcome, ResultStatus

# What is held of the sample (ended: corrected or withdrawn before), what comes, what becomes of it.
FATES = """
    held                  | comes                     | becomes
    ----------------------+---------------------------+----------------------
    nothing               | final negative            | new
    nothing               | final positive            | new
    nothing               | corrected negative        | new
    nothing               | withdrawn negative        | withdraws_unknown
    negative              | final negative            | already_held
    negative              | corrected negative        | already_held
    negative              | final positive            | contradicts
    negative              | final inconclusive        | contradicts
    negative              | corrected positive        | corrects
    negative              | corrected invalid         | corrects
    negative              | withdrawn negative        | withdraws
    negative              | withdrawn positive        | withdraws
    inconclusive          | corrected negative        | corrects
    inconclusive          | withdrawn negative        | withdraws
    positive              | final positive            | already_held
    positive              | final negative            | contradicts
    positive              | corrected negative        | second_account_needed
    positive              | corrected inconclusive    | second_account_needed
    positive              | corrected invalid         | second_account_needed
    positive              | corrected pooled_positive | second_account_needed
    positive              | withdrawn positive        | second_account_needed
    positive              | withdrawn negative        | second_account_needed
    pooled_positive       | corrected positive        | corrects
    pooled_positive       | corrected negative        | second_account_needed
    pooled_positive       | corrected invalid         | second_account_needed
    pooled_positive       | withdrawn pooled_positive | second_account_needed
    negative, ended       | final negative            | contradicts
    negative, ended       | corrected negative        | corrects
    negative, ended       | withdrawn negative        | already_held
    positive, ended       | corrected negative        | corrects
    positive, ended       | withdrawn positive        | already_held
"""


def lines() -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in FATES.strip().splitlines()[2:]]


@pytest.mark.parametrize(("held", "comes", "becomes"), lines())
def test_what_becomes_of_a_line(held: str, comes: str, becomes: str) -> None:
    status, outcome = comes.split()
    before = None if held == "nothing" else HeldResult(held.removesuffix(", ended"), valid=not held.endswith("ended"))

    assert fate(ResultStatus(status), Outcome(outcome), before) == becomes


@pytest.mark.parametrize("was", [Outcome.POSITIVE, Outcome.POOLED_POSITIVE])
@pytest.mark.parametrize("now", Outcome)
@pytest.mark.parametrize("status", ResultStatus)
def test_no_single_line_takes_a_positive_away(was: Outcome, now: Outcome, status: ResultStatus) -> None:
    becomes = fate(status, now, HeldResult(was, valid=True))

    worse = (was, now) == (Outcome.POOLED_POSITIVE, Outcome.POSITIVE)
    assert becomes != Fate.WITHDRAWS
    assert becomes != Fate.CORRECTS or worse
