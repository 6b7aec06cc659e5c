"""What is made ready beside the writing of a large file: nothing is lost by it, nothing recorded twice, no thread stays."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Barrier
from threading import enumerate as threads
from typing import Any

import pytest

from hbcore.domain.vocabulary import Role
from hbcore.services import lab_ahead, lab_imports, lab_slices
from hbcore.services.acting import Staff
from hbcore.services.lab_staging import Staged
from hbcore.services.slicing import writing
from hbcore.storage import applying_rows
from tests import standing
from tests.services.test_lab_imports import EXPECTED
from tests.services.test_lab_slices import AT, Stopped, at_once, counters, people, scalar, stop_after, wipe


class FullDisk(Exception):
    """Something goes wrong in a thread."""


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AT_ONCE", "LEAST", "MOST"):
        monkeypatch.setattr(lab_slices, name, 2)
    monkeypatch.setattr(applying_rows, "PART", 4)


@pytest.fixture
def liaison(database: Path) -> Staff:
    standing.institution(AT, EXPECTED["institution"], EXPECTED["institution_name"])
    return standing.staff(Role.LAB_LIAISON, AT, institutions=[EXPECTED["institution"]])


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    before = set(threads())
    yield
    assert set(threads()) <= before


def failing(turn: int, done: Callable[..., Any]) -> Callable[..., Any]:
    """What does as before, but for one turn."""
    turns = count()

    def do(*given: Any, **more: Any) -> Any:
        if next(turns) == turn:
            raise FullDisk
        return done(*given, **more)

    return do


def begun(rows: int, by: Staff) -> int:
    """An upload of which a first slice is recorded."""
    with pytest.raises(Stopped):
        lab_imports.commit(people(rows), by=by, at=AT, said=stop_after(0))
    return int(str(scalar("SELECT upload_id FROM applying")))


def test_what_goes_wrong_while_a_slice_is_made_ready_is_told_and_the_upload_is_gone_on_with(
    liaison: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as once:
        once.setattr(lab_ahead, "prepare", failing(2, lab_ahead.prepare))
        with pytest.raises(FullDisk):
            lab_imports.commit(people(11), by=liaison, at=AT)
    assert (scalar("SELECT done FROM applying"), scalar("SELECT count(*) FROM result")) == (4, 4)

    lab_slices.finish_all()

    assert scalar("SELECT count(*) FROM result") == 11
    assert scalar("SELECT count(*) FROM applying") == scalar("SELECT count(*) FROM staged_part") == 0


def test_what_was_made_ready_is_left_where_somebody_else_has_recorded_it(liaison: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = begun(13, liaison)
    others = iter((0, 1))  # the other records one slice, then two

    def other_goes_on(_done: int, _lines: int) -> None:
        slices = next(others, None)
        if slices is not None:
            with pytest.raises(Stopped):
                lab_slices.finish(upload, stop_after(slices))

    lab_slices.finish(upload, other_goes_on)

    assert next(others, None) is None
    in_turns = counters()
    wipe()
    at_once(monkeypatch)
    lab_imports.commit(people(13), by=liaison, at=AT)
    assert counters() == in_turns


def test_who_finds_nothing_staged_any_more_since_somebody_else_has_finished_ends_too(
    liaison: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload, lines = begun(7, liaison), Staged.lines

    def too_late(*given: Any) -> Any:
        monkeypatch.setattr(Staged, "lines", lines)
        lab_slices.finish(upload)
        return lines(*given)

    monkeypatch.setattr(Staged, "lines", too_late)

    lab_slices.finish(upload)

    assert scalar("SELECT count(*) FROM result") == 7


def test_staged_lines_that_are_missing_are_told(liaison: Staff) -> None:
    upload = begun(7, liaison)
    with writing() as session:
        while applying_rows.forget_part(session.connection(), upload):
            pass

    with pytest.raises(LookupError):
        lab_slices.finish(upload)


def test_two_that_finish_an_upload_at_once_record_each_line_once(liaison: Staff) -> None:
    upload = begun(41, liaison)
    both = Barrier(2)

    def finish(_turn: int) -> None:
        both.wait(30)
        lab_slices.finish(upload)

    with ThreadPoolExecutor(2) as racing:
        list(racing.map(finish, range(2)))

    assert scalar("SELECT count(*) FROM result") == scalar("SELECT count(DISTINCT sample_number) FROM result") == 41
    assert scalar("SELECT count(*) FROM person") == scalar("SELECT count(*) FROM sample") == 41
    again = lab_imports.commit(people(41), by=liaison, at=AT)
    assert (again.status, again.rows["recorded"], again.codes) == ("already_committed", 41, {"none>green": 41})


@pytest.mark.parametrize("turn", [0, 3, 6])
def test_a_part_that_cannot_be_kept_is_told_and_nothing_of_the_file_stays(
    turn: int, liaison: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as once:
        once.setattr(applying_rows, "stage", failing(turn, applying_rows.stage))
        with pytest.raises(FullDisk):
            lab_imports.commit(people(11), by=liaison, at=AT)
    assert scalar("SELECT count(*) FROM staged_part") == scalar("SELECT count(*) FROM upload") == 0

    assert lab_imports.commit(people(11), by=liaison, at=AT).rows["recorded"] == 11
