"""A file's word that takes a positive away is held; one proposes what becomes of it and another confirms, in one act."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.lab_held import SettleReason
from hbcore.domain.vocabulary import Role
from hbcore.services import held_effects, lab_imports, removals, second_look
from hbcore.services.acting import Staff
from hbcore.services.removals import Removal
from tests import standing
from tests.services.applying import acts, look_ups, refusals, rows
from tests.services.test_positives_of_a_shift import Line, file
from tests.standing import JIANGAN, LAB, WUCHANG

AT = datetime(2022, 11, 10, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
ERROR = SettleReason.LABORATORY_ERROR


@pytest.fixture
def liaison(database: Path) -> Staff:
    standing.institution(AT)
    return standing.staff(Role.LAB_LIAISON, AT, institutions=[LAB])


@pytest.fixture
def reviewer(liaison: Staff) -> Staff:
    return standing.staff(Role.DISTRICT_STAFF, AT, name="reviewer", unit=WUCHANG)


@pytest.fixture
def supervisor(liaison: Staff) -> Staff:
    return standing.staff(Role.SUPERVISOR, AT, name="supervisor", unit="420100")


def held(by: Staff, first: Line | list[Line], then: Line | list[Line]) -> None:
    """Two files, the second of which would take a positive of the first away."""
    for turn, lines in enumerate((first, then)):
        some = lines if isinstance(lines, list) else [lines]
        lab_imports.commit(file(*some, tag=str(turn)), by=by, at=AT + turn * HOUR / 60)


def the_one(by: Staff) -> Removal:
    (one,) = removals.waiting(by=by, at=AT + HOUR)
    return one


def settled(take: bool, reviewer: Staff, supervisor: Staff) -> object:
    one = the_one(reviewer)
    proposal = removals.propose(one.upload, one.row, take, ERROR, by=reviewer, at=AT + HOUR)
    return removals.settle(proposal, by=supervisor, at=AT + 2 * HOUR)


def standing_results() -> list[tuple[object, ...]]:
    return rows("SELECT outcome, single FROM result WHERE ended_at IS NULL ORDER BY person_id, recorded_at")


def colours() -> list[object]:
    return [colour for (colour,) in rows("SELECT colour FROM code_segment ORDER BY colour")]


TAKEN_AWAY = """
    阳性 | 阴性 更正 | red    | green  | corrected
    阳性 | 阳性 作废 | red    | green  | withdrawn
    阳性 | 可疑 更正 | red    | green  | corrected
"""


@pytest.mark.parametrize("line", TAKEN_AWAY.strip().splitlines())
def test_taken_in_by_two_the_positive_ends_with_its_history_and_everything_counts_once(
    line: str, liaison: Staff, reviewer: Staff, supervisor: Staff
) -> None:
    first, then, was, becomes, how = (cell.strip() for cell in line.split("|"))
    held(liaison, (0, first), (0, then))
    assert colours() == [was]

    settled(True, reviewer, supervisor)

    assert set(colours()) == {becomes}
    assert rows("SELECT outcome, ended_how, ended_by IS NOT NULL FROM result WHERE ended_at IS NOT NULL") == [
        ("positive", how, 1)
    ]
    assert acts()[-2:] == ["settling_proposed", "held_row_settled"]
    assert rows(f"SELECT n, {how} FROM test_count WHERE day_of = 'recorded' AND outcome = 'positive'") == [(0, 1)]  # noqa: S608
    assert rows("SELECT count(*) FROM upload_row") == [(0,)]
    assert removals.waiting(by=reviewer, at=AT + 3 * HOUR) == ()


def test_a_pooled_positive_is_taken_away_by_two_alone(liaison: Staff, reviewer: Staff, supervisor: Staff) -> None:
    tube = [(who, "阳性", "核酸", "T1") for who in (0, 1)]
    held(liaison, tube, [(0, "阴性 更正", "核酸", "T1"), (1, "阳性", "核酸", "T1")])
    assert colours() == ["yellow", "yellow"]

    settled(True, reviewer, supervisor)

    assert colours() == ["green", "yellow"]
    assert sorted(standing_results()) == [("negative", 0), ("pooled_positive", 0)]  # who shared the tube shares it still


@pytest.mark.parametrize("mate_first", [False, True])
def test_a_positive_made_pooled_stays_a_tube_of_several_when_it_is_judged_alone(
    mate_first: bool, liaison: Staff, reviewer: Staff, supervisor: Staff
) -> None:
    held(liaison, (0, "阳性", "核酸", "T1"), [(0, "阳性 更正", "核酸", "T1"), (1, "阳性 更正", "核酸", "T1")])
    assert colours() == ["red"]  # nor does anybody come beside a positive of one's own by one hand

    first, second = removals.waiting(by=reviewer, at=AT + HOUR)
    for one in (second, first) if mate_first else (first, second):
        proposal = removals.propose(one.upload, one.row, True, ERROR, by=reviewer, at=AT + HOUR)
        removals.settle(proposal, by=supervisor, at=AT + 2 * HOUR)

    assert colours() == ["yellow", "yellow"]
    assert standing_results() == [("pooled_positive", 0), ("pooled_positive", 0)]


def test_kept_ours_nothing_changes_and_the_row_counts_as_not_recorded(liaison: Staff, reviewer: Staff, supervisor: Staff) -> None:
    held(liaison, (0, "阳性"), (0, "阴性 更正"))

    assert settled(False, reviewer, supervisor) is None

    assert (colours(), standing_results(), acts()[-1]) == (["red"], [("positive", 1)], "held_row_settled")
    assert rows("SELECT status, problems, waits FROM upload_row") == [("refused", '[["result_status", "declined"]]', None)]


def test_who_may_propose_and_who_confirms(liaison: Staff, reviewer: Staff, supervisor: Staff) -> None:
    held(liaison, (0, "阳性"), (0, "阴性 更正"))
    one = the_one(supervisor)
    elsewhere = standing.staff(Role.SUPERVISOR, AT, name="elsewhere", unit=JIANGAN)
    colleague = standing.staff(Role.DISTRICT_STAFF, AT, name="colleague", unit=WUCHANG)
    for by, why in ((liaison, "not_allowed"), (elsewhere, "unknown_held_row")):
        with pytest.raises(Refused, match=why):
            removals.propose(one.upload, one.row, True, ERROR, by=by, at=AT)
    with pytest.raises(Refused, match="unknown_reason"):
        removals.propose(one.upload, one.row, True, "because", by=supervisor, at=AT)
    proposal = removals.propose(one.upload, one.row, True, ERROR, by=supervisor, at=AT)
    with pytest.raises(Refused, match="already_proposed"):
        removals.propose(one.upload, one.row, False, ERROR, by=reviewer, at=AT)

    for by, why in (
        (supervisor, "own_proposal"),
        (colleague, "not_allowed"),
        (liaison, "not_allowed"),
        (elsewhere, "not_your_unit"),
    ):
        with pytest.raises(Refused, match=why):
            removals.settle(proposal, by=by, at=AT)
    assert (colours(), len(refusals())) == (["red"], 8)
    assert removals.waiting(by=elsewhere, at=AT) == ()

    second = standing.staff(Role.SUPERVISOR, AT, name="second", unit=WUCHANG)
    assert [one.what for one in second_look.waiting(by=second, at=AT)] == ["remove_positive"]
    removals.settle(proposal, by=second, at=AT)
    assert colours() == ["green"]


def test_the_list_is_masked_and_a_look_up(liaison: Staff, reviewer: Staff) -> None:
    held(liaison, (0, "阳性"), (0, "阴性 更正"))

    one = the_one(reviewer)

    assert (one.name, one.sample, one.says, one.proposed) == ("张*", "S0", "阴性 更正", False)
    assert "*" in one.document
    assert look_ups() == 1
    removals.waiting(by=reviewer, at=AT + HOUR, before=[one])
    assert look_ups() == 1


def test_what_changed_in_between_is_not_taken_in(liaison: Staff, reviewer: Staff, supervisor: Staff) -> None:
    held(liaison, (0, "阳性"), (0, "阴性 更正"))
    lab_imports.commit(file((0, "可疑 更正"), tag="third"), by=liaison, at=AT + HOUR / 2)
    first, second = removals.waiting(by=reviewer, at=AT + HOUR)
    proposals = [removals.propose(one.upload, one.row, True, ERROR, by=reviewer, at=AT + HOUR) for one in (first, second)]
    removals.settle(proposals[0], by=supervisor, at=AT + HOUR)

    removals.settle(proposals[1], by=supervisor, at=AT + HOUR)  # a correction of the correction

    assert standing_results() == [("inconclusive", 1)]
    with pytest.raises(Refused, match="proposal_gone"):
        removals.settle(proposals[1], by=supervisor, at=AT + HOUR)


@pytest.mark.parametrize(("take", "changes"), [(True, {"red>green": 1}), (False, {})])
def test_what_settling_would_do_is_said_with_whose_it_is_and_nothing_is_done(take, changes, liaison, reviewer, supervisor):
    held(liaison, (0, "阳性"), (0, "阴性 更正"))
    one, before = the_one(reviewer), look_ups()

    tried = held_effects.of_removal(one.upload, one.row, take, by=supervisor, at=AT + HOUR)

    assert (tried.person, tried.name, tried.document, dict(tried.changes)) == (one.person, one.name, one.document, changes)
    assert (colours(), look_ups(), acts()[-1]) == (["red"], before + 1, "results_previewed")
    assert the_one(reviewer) == one


def test_nobody_of_another_unit_tries_it(liaison, reviewer):
    elsewhere = standing.staff(Role.SUPERVISOR, AT, name="elsewhere", unit=JIANGAN)
    held(liaison, (0, "阳性"), (0, "阴性 更正"))
    one = the_one(reviewer)

    with pytest.raises(Refused, match="unknown_held_row"):
        held_effects.of_removal(one.upload, one.row, True, by=elsewhere, at=AT + HOUR)
    with pytest.raises(Refused, match="not_your_unit"):
        held_effects.of_release(one.upload, by=elsewhere, at=AT + HOUR)
