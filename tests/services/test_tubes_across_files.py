"""A tube is shared whichever files its people come in: parts of a file give what the whole gives, and turn nobody red."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hbcore.domain.lab_held import SettleReason
from hbcore.domain.vocabulary import Role
from hbcore.services import held_effects, held_queue, held_settling, lab_imports, removals
from hbcore.services.acting import Staff
from hbcore.services.held_settling import Settlement
from tests import standing
from tests.services.applying import rows as stored
from tests.services.test_lab_conflicts import Rows, commit, liaison, stands, valid
from tests.services.test_lab_imports import AT, written
from tests.standing import WUCHANG

__all__ = ["liaison"]


def rows(text: str) -> Rows:
    return [(who, "P1", outcome, "终审") for who, outcome in (one.split() for one in text.split(",") if one.strip())]


PARTS = """
    0 阳性, 1 阳性             | 2 阳性 | pooled_positive pooled_positive pooled_positive
    0 阳性, 1 阳性             | 1 阳性 | pooled_positive pooled_positive
    0 可疑, 1 可疑, 2 可疑     | 1 可疑 | inconclusive inconclusive inconclusive
    0 阳性                     | 0 阳性 | positive
    0 阴性                     | 1 阴性 | negative negative
    0 可疑                     | 1 可疑, 2 可疑 | inconclusive inconclusive inconclusive
"""


@pytest.mark.parametrize("line", PARTS.strip().splitlines())
def test_who_comes_into_a_tube_with_a_later_file_shares_it(line: str, liaison: Staff) -> None:
    first, second, expected = (cell.strip() for cell in line.split("|"))

    commit(liaison, rows(first))
    report = commit(liaison, rows(second), name="later.csv", hours=1)

    assert report.problems == ()
    assert sorted(outcome for _, outcome in valid()) == expected.split()


def test_who_was_alone_in_a_tube_shares_it_with_who_comes_later_and_what_was_said_stays_history(liaison: Staff) -> None:
    commit(liaison, rows("0 可疑"))
    report = commit(liaison, rows("1 可疑"), name="later.csv", hours=1)
    commit(liaison, rows("2 可疑"), name="last.csv", hours=2)

    assert (report.rows["recorded"], report.rows["corrected"]) == (1, 0)
    first, *others = stored("SELECT outcome, single, ended_how, ended_at > recorded_at FROM result ORDER BY recorded_at, id")
    assert tuple(map(str, first)) in (("inconclusive", "1", "corrected", "1"), ("inconclusive", "True", "corrected", "True"))
    assert {(bool(single), ended_how) for _, single, ended_how, _ in others} == {(False, None)}
    assert counted("n, corrected") == [(3, 1)]


def counted(what: str) -> list[tuple[object, ...]]:
    return stored(f"SELECT {what} FROM test_count WHERE day_of = 'recorded'")  # noqa: S608


def test_the_preview_says_whose_codes_change_because_somebody_comes_into_their_tube(liaison: Staff) -> None:
    """A retest of one's own clears a tube's positive; it is nobody's own any more once somebody shares it."""
    first = written(("0", "P0", "阳性", "终审"), ("2", "P0", "阳性", "终审"))
    before = first.content.replace(b"2022-11-08", b"2022-11-07")
    lab_imports.commit(replace(first, content=before), by=liaison, at=AT)
    commit(liaison, rows("0 阴性"), name="retest.csv", hours=1)
    later = written(*rows("1 阴性"), name="later.csv")

    seen = lab_imports.preview(later, by=liaison, at=AT + timedelta(hours=2))
    done = lab_imports.commit(later, by=liaison, at=AT + timedelta(hours=2), fingerprint=seen.fingerprint)

    assert seen.codes == done.codes
    assert done.codes.get("green>yellow", 0) == 1


@pytest.mark.parametrize("second", ["1 阳性", "1 阳性, 2 阳性"])
def test_nobody_alone_takes_a_positive_of_one_s_own_by_putting_somebody_beside(second: str, liaison: Staff) -> None:
    commit(liaison, rows("0 阳性"))
    report = commit(liaison, rows(second), name="later.csv", hours=1)

    assert {(one.column, one.code) for one in report.problems} == {("sample_number", "second_account_needed")}
    assert (report.rows["held"], valid()) == (second.count("阳性"), [("P1", "positive")])


@pytest.mark.parametrize(("take", "stands"), [(True, ["pooled_positive", "pooled_positive"]), (False, ["positive"])])
def test_two_people_say_whether_somebody_is_beside_a_positive_whoever_they_are(
    take: bool, stands: list[str], liaison: Staff
) -> None:
    commit(liaison, rows("0 阳性"))
    commit(liaison, rows("1 阳性"), name="later.csv", hours=1)
    first, second = (standing.staff(Role.SUPERVISOR, AT, name=name, unit=WUCHANG) for name in ("first", "second"))
    (one,) = removals.waiting(by=first, at=AT + timedelta(hours=2))
    reason = SettleReason.LABORATORY_CONFIRMS if take else SettleReason.NOT_CONFIRMED
    proposal = removals.propose(one.upload, one.row, take, reason, by=first, at=AT + timedelta(hours=2))
    tried = held_effects.of_removal(one.upload, one.row, take, person=one.person, by=second, at=AT + timedelta(hours=3))

    removals.settle(proposal, by=second, at=AT + timedelta(hours=3))

    assert sorted(outcome for _, outcome in valid()) == stands
    assert tried.changes == ({"none>yellow": 1, "red>yellow": 1} if take else {})


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
