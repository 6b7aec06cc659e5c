"""A large upload is recalled and put back person by person: as if at once, whatever stops it, and nobody waits for the whole."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.services import (
    lab_finishing,
    own_uploads,
    recall_seen,
    recall_slices,
    recalls,
    upload_changes,
)
from hbcore.services.slicing import Said
from hbcore.storage.code_rows import SEGMENTS
from hbcore.storage.engine import engine
from hbcore.storage.recall_rows import RECALL_SAMPLES
from hbcore.storage.result_rows import RESULTS
from tests.services.applying import acts, rows
from tests.services.counter_histories import HOUR
from tests.services.test_counters import counters_equal_a_scan
from tests.services.test_recalls import (
    CHAINS,
    WHY,
    Uploading,
    differences,
    equals_never,
    lone,
    proposal_of,
    what_stands,
)
from tests.standing import LAB


class Stopped(Exception):
    """The process is gone."""


@pytest.fixture
def desk(database: Path, monkeypatch: pytest.MonkeyPatch) -> Uploading:
    """What is large in life is a handful here: every upload, in slices of one person."""
    in_slices(monkeypatch)
    return Uploading()


def in_slices(monkeypatch: pytest.MonkeyPatch, at_once: int = 0) -> None:
    for name, size in {"AT_ONCE": at_once, "LEAST": 1, "MOST": 1}.items():
        monkeypatch.setattr(recall_slices, name, size)


def stop_after(slices: int, then: Callable[[], object] = lambda: None) -> Said:
    left = iter(range(slices))

    def said(_done: int, _people: int) -> None:
        if next(left, None) is None:
            then()
            raise Stopped

    return said


def four(desk: Uploading, place: int = 0, outcome: str = "阴性") -> str:
    return desk.upload(place, LAB, [lone(person, outcome) for person in range(4)])


def stopped_in_the_middle(desk: Uploading, number: str) -> None:
    """Two people are done when the process is gone."""
    with pytest.raises(Stopped):
        recalls.recall(number, WHY, by=desk.liaison, at=desk.at, said=stop_after(1))
    assert rows("SELECT done, people FROM recalling") == [(2, 4)]


@pytest.mark.parametrize(("files", "place"), [(files, n) for files in CHAINS for n in range(len(files))])
def test_in_slices_recalled_as_if_it_had_never_come_and_put_back_as_if_never_recalled(
    files: Any, place: int, desk: Uploading
) -> None:
    equals_never(desk, files, place)
    assert rows("SELECT count(*) FROM recalling") == [(0,)]


def recalled_and_put_back(desk: Uploading) -> list[Any]:
    """An upload that corrected, repeated and withdrew what others said, recalled and put back: what was said, and what stood."""
    desk.empty()
    desk.upload(0, LAB, [lone(0), lone(1), lone(2)])
    number = desk.upload(1, LAB, [lone(0, "可疑", "更正"), lone(1), lone(2, status="作废"), lone(3)])
    desk.upload(2, LAB, [lone(3), lone(3, "可疑", "更正")])
    at = desk.at + 3 * HOUR
    said = [recalls.preview(number, by=desk.liaison, at=at)]
    said.append(recalls.recall(number, WHY, by=desk.liaison, at=at).changed)
    stood = [what_stands(at)]
    said.append(recalls.preview(number, by=desk.liaison, at=at))
    said.append(recalls.put_back(number, by=desk.liaison, at=at).changed)
    return [*said, *stood, what_stands(at)]


def test_slices_do_what_is_done_at_once_and_the_preview_says_so(desk: Uploading, monkeypatch: pytest.MonkeyPatch) -> None:
    of_slices = recalled_and_put_back(desk)
    monkeypatch.setattr(recall_slices, "AT_ONCE", 100)

    assert recalled_and_put_back(desk) == of_slices
    assert of_slices[0] == of_slices[1]
    assert of_slices[2] == of_slices[3]
    assert of_slices[0].results > 0 < of_slices[0].back


@pytest.mark.parametrize("slices", range(4))
def test_what_is_stopped_is_finished_by_the_next_start_as_if_nothing_had_been(slices: int, desk: Uploading) -> None:
    before = what_stands(desk.at)
    number = four(desk)
    there = what_stands(desk.at)

    with pytest.raises(Stopped):
        recalls.recall(number, WHY, by=desk.liaison, at=desk.at, said=stop_after(slices))
    lab_finishing.finish_all()
    gone = what_stands(desk.at)
    with pytest.raises(Stopped):
        recalls.put_back(number, by=desk.liaison, at=desk.at, said=stop_after(slices))
    lab_finishing.finish_all()

    assert differences(gone, before) == {}
    assert differences(what_stands(desk.at), there) == {}
    assert rows("SELECT count(*) FROM recalling") == [(0,)]
    assert [acts().count(act) for act in ("upload_recalled", "upload_put_back")] == [1, 1]


def test_between_slices_everybody_is_as_before_or_as_after_and_all_counts_are_right(desk: Uploading) -> None:
    number = four(desk)
    seen = []

    def looked(done: int, people: int) -> None:
        counters_equal_a_scan(desk)
        with engine().connect() as connection:
            stands = set(connection.execute(sa.select(RESULTS.c.person_id).where(RESULTS.c.ended_at.is_(None))).scalars())
            coloured = set(connection.execute(sa.select(SEGMENTS.c.person_id)).scalars())
        assert stands == coloured
        seen.append((done, people, len(stands)))

    recalls.recall(number, WHY, by=desk.liaison, at=desk.at, said=looked)
    assert seen == [(1, 4, 3), (2, 4, 2), (3, 4, 1), (4, 4, 0)]
    recalls.put_back(number, by=desk.liaison, at=desk.at, said=looked)

    assert seen[4:] == [(1, 4, 1), (2, 4, 2), (3, 4, 3), (4, 4, 4)]


def test_two_that_finish_share_the_work(desk: Uploading) -> None:
    number = four(desk)
    upload, heard = standing_of(desk, number).upload, []

    def other(done: int, people: int) -> None:
        heard.append(done)
        if done == 1:
            recall_slices.finish(upload, lambda done, _people: heard.append(done))

    recalls.recall(number, WHY, by=desk.liaison, at=desk.at, said=other)

    assert heard == [1, 2, 3, 4]
    assert rows("SELECT count(*) FROM result WHERE ended_how = 'recalled'") == [(4,)]


def standing_of(desk: Uploading, number: str) -> recall_seen.Standing:
    return recall_seen.standing(number, by=desk.second, at=desk.at)


def test_where_a_positive_goes_it_is_proposed_before_anything_is_done_and_the_second_person_carries_it_out(
    desk: Uploading,
) -> None:
    number = desk.upload(0, LAB, [lone(0, "阳性"), lone(1)])
    before = what_stands(desk.at)

    first = recalls.recall(number, WHY, by=desk.liaison, at=desk.at)

    assert (first.status, first.changed.positives_gone) == ("proposed", 1)
    assert differences(before, what_stands(desk.at)) == {}
    assert rows("SELECT count(*) FROM recalling") == [(0,)]
    with pytest.raises(Refused, match="own_proposal"):
        recalls.confirm(proposal_of(desk, number), by=desk.liaison, at=desk.at)
    heard: list[tuple[int, int]] = []
    done = recalls.confirm(
        proposal_of(desk, number), by=desk.second, at=desk.at, said=lambda done, people: heard.append((done, people))
    )
    assert (done.status, done.changed, heard) == ("recalled", first.changed, [(1, 2), (2, 2)])
    assert rows("SELECT ended_how, count(*) FROM result GROUP BY ended_how") == [("recalled", 2)]


def test_it_is_shown_with_how_far_it_has_come(desk: Uploading) -> None:
    number = four(desk)
    stopped_in_the_middle(desk, number)

    assert (standing_of(desk, number).status, standing_of(desk, number).so_far) == ("recalling", (2, 4, False))
    seen = own_uploads.listed(by=desk.liaison, at=desk.at)
    assert ([line.so_far for line in seen.lines], seen.moving) == ([(2, 4, False)], True)
    assert lab_finishing.still_recalling(by=desk.liaison, at=desk.at) == {number: (2, 4, False)}
    assert [one.so_far for one in upload_changes.listed(by=desk.supervisor, at=desk.at)] == [(2, 4, False)]
    lab_finishing.finish_all()
    after = own_uploads.listed(by=desk.liaison, at=desk.at, before=seen)
    assert ([(line.so_far, line.recalled) for line in after.lines], after.moving) == ([(None, True)], False)
    with pytest.raises(Stopped):
        recalls.put_back(number, by=desk.liaison, at=desk.at, said=stop_after(0))
    assert standing_of(desk, number).so_far == (1, 4, True)


def test_what_a_closed_page_left_is_finished_at_once_and_what_moves_is_left_to_who_works_on_it(desk: Uploading) -> None:
    number = four(desk)
    lab_finishing.WANTED.clear()
    stopped_in_the_middle(desk, number)
    assert lab_finishing.WANTED.is_set()

    moved = {upload: done - 1 for upload, done in lab_finishing.finish_left({}).items()}
    left = lab_finishing.finish_left(moved)

    assert list(left.values()) == [2]
    assert lab_finishing.finish_left(left) == {}
    assert rows("SELECT count(*) FROM result WHERE ended_how = 'recalled'") == [(4,)]


def test_what_recalls_remembered_before_is_found_by_whose_it_is(desk: Uploading) -> None:
    recalled_and_put_back(desk)
    upgrading = import_module("hbcore.storage.migrations.versions.0041_recalled_in_slices")
    of = sa.literal_column(upgrading.PERSON[engine().dialect.name])

    with engine().connect() as connection:
        found = connection.execute(sa.select(RECALL_SAMPLES.c.person_id, of)).all()

    assert len(found) == 3
    assert [one for one, other in found if one != other] == []
