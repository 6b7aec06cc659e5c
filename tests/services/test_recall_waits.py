"""While somebody's proposal to recall an upload waits for a second person, nothing that the upload holds is settled."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.lab_held import SettleReason
from hbcore.domain.vocabulary import Role, RowCode
from hbcore.services import held_effects, held_queue, held_settling, recall_seen, recalls, releases, removals, second_look
from hbcore.services.acting import Staff
from hbcore.services.held_settling import Settlement
from tests import standing
from tests.services.applying import refusals, rows
from tests.services.test_positives_of_a_shift import AT, HOUR, commit, positives
from tests.standing import LAB, WUCHANG

ERROR = SettleReason.LABORATORY_ERROR
THEN = AT + HOUR


class Desk:
    """An upload with positives beyond the limit of a shift, one row that takes a positive away and one that contradicts."""

    def __init__(self) -> None:
        standing.institution(AT)
        self.liaison = standing.staff(Role.LAB_LIAISON, AT, institutions=[LAB])
        self.colleague = standing.staff(Role.LAB_LIAISON, AT, name="colleague", institutions=[LAB])
        self.supervisor = standing.staff(Role.SUPERVISOR, AT, name="supervisor", unit=WUCHANG)
        self.other = standing.staff(Role.SUPERVISOR, AT, name="other", unit=WUCHANG)
        commit(self.colleague, (50, "阴性"), (51, "阳性"), (52, "阴性"), tag="before")
        waits = commit(self.liaison, *positives(0, 12), (50, "可疑"), (51, "阴性 更正"), (52, "可疑"))
        self.number = str(waits.batch)
        lines = held_queue.listed(by=self.supervisor, at=AT).lines
        self.upload = lines[0].upload
        self.contradicts, self.also = [one.row for one in lines if one.held_for == RowCode.CONTRADICTS]
        self.removes = next(one.row for one in lines if one.waits == "removal")
        (release,) = releases.waiting(by=self.colleague, at=AT)
        assert release.proposal
        self.release = release.proposal

    def settle(self, row: int, by: Staff) -> object:
        return held_settling.settle(Settlement(((self.upload, row),), False, ERROR), by=by, at=THEN)

    def propose(self) -> int:
        return removals.propose(self.upload, self.removes, True, ERROR, by=self.supervisor, at=THEN)


@pytest.fixture
def desk(database: Path) -> Desk:
    return Desk()


def what_is_held() -> list[tuple[object, ...]]:
    return rows("SELECT upload_id, row_number, status, waits, held_for FROM upload_row ORDER BY 1, 2")


def test_until_a_second_person_has_decided_nothing_of_it_is_released_removed_or_settled(desk: Desk) -> None:
    desk.settle(desk.also, desk.supervisor)
    proposed, before = desk.propose(), what_is_held()
    assert recalls.recall(desk.number, "wrong_file", by=desk.liaison, at=THEN).status == "proposed"
    acts: tuple[Callable[[], object], ...] = (
        lambda: releases.release(desk.release, by=desk.colleague, at=THEN),
        lambda: releases.decline(desk.release, by=desk.supervisor, at=THEN),
        lambda: releases.propose_again(desk.upload, by=desk.colleague, at=THEN),
        lambda: removals.settle(proposed, by=desk.other, at=THEN),
        desk.propose,
        lambda: desk.settle(desk.contradicts, desk.supervisor),
        lambda: held_settling.reopen(desk.upload, desk.also, by=desk.supervisor, at=THEN),
        lambda: held_effects.of_release(desk.upload, by=desk.colleague, at=THEN),
        lambda: held_effects.of_removal(desk.upload, desk.removes, True, by=desk.supervisor, at=THEN),
    )

    for act in acts:
        with pytest.raises(Refused, match="recall_waits"):
            act()

    assert what_is_held() == before
    assert refusals()[-1] == '{"why": "recall_waits"}'


def test_whoever_sees_what_waits_is_told_of_the_recall_until_it_is_decided(desk: Desk) -> None:
    proposed = desk.propose()

    def told(at: timedelta = HOUR) -> list[bool]:
        found = second_look.waiting(by=desk.other, at=AT + at)
        beside = recall_seen.waits_beside(found, by=desk.other, at=AT + at)
        return [
            any(one.recall_waits for one in releases.waiting(by=desk.colleague, at=AT + at)),
            any(one.recall_waits for one in removals.waiting(by=desk.supervisor, at=AT + at)),
            all(one.recall_waits for one in held_queue.listed(by=desk.supervisor, at=AT + at).lines),
            any(one.recall_waits for one in held_queue.listed(by=desk.liaison, at=AT + at).lines),
            {desk.release, proposed} <= beside,
        ]

    assert told() == [False] * 5
    recalls.recall(desk.number, "wrong_file", by=desk.liaison, at=THEN)
    assert told() == [True] * 5
    proposal = recall_seen.proposed_by_another(desk.number, by=desk.supervisor, at=THEN)
    assert proposal is not None
    recalls.decline(proposal, "not_justified", by=desk.supervisor, at=THEN)

    assert told() == [False] * 5
    assert releases.release(desk.release, by=desk.colleague, at=THEN).recorded == 2


def test_a_proposal_of_a_recall_that_nobody_settled_in_time_holds_nothing_up(desk: Desk) -> None:
    recalls.recall(desk.number, "wrong_file", by=desk.liaison, at=THEN)
    later = THEN + second_look.LASTS

    made = releases.propose_again(desk.upload, by=desk.colleague, at=later)

    assert releases.release(made, by=desk.supervisor, at=later).recorded == 2
