"""A large file of tubes while somebody is joined, parted or renamed: each result is of whoever was registered in its tube."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hbcore.services import lab_finishing, lab_imports, lab_slices, sampling_imports
from hbcore.services.uploads import IncomingFile
from hbcore.storage import applying_rows, people_rows
from hbcore.storage.engine import engine
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.result_rows import RESULTS
from tests import standing
from tests.services.numbers import resident_number
from tests.services.sampling import tubes
from tests.services.test_counters import counters_equal_a_scan
from tests.services.test_joined_between_slices import MINUTE, all_decided, join, part, people_by_document
from tests.services.test_recalls import Uploading
from tests.standing import LAB

ALL = range(4)
NAMES = ("张甲", "张乙", "张丙", "张丁")
OWN = tuple(f"T{person}" for person in ALL)
SHARED = "T9"


@pytest.fixture
def desk(database: Path, monkeypatch: pytest.MonkeyPatch) -> Uploading:
    for name, size in {"AT_ONCE": 2, "TUBES_AT_ONCE": 2, "LEAST": 1, "MOST": 1}.items():
        monkeypatch.setattr(lab_slices, name, size)
    monkeypatch.setattr(applying_rows, "PART", 2)
    desk = Uploading()
    desk.empty()
    for person, name in enumerate(NAMES):
        standing.person(resident_number(person), desk.at, name=name)
    return desk


@pytest.fixture(params=[(), (SHARED,)], ids=["by document", "by tube"])
def shared(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """A tube that all are in: where several people stand in a row, a file is recorded by tube."""
    return request.param  # type: ignore[no-any-return]


def register(desk: Uploading, shared: Sequence[str]) -> None:
    """Each in a tube of their own, and all in these."""
    lines = [f"{NAMES[one]},{resident_number(one)},2022-11-08 07:40,{tube}" for one in ALL for tube in (OWN[one], *shared)]
    text = "\n".join(["姓名,身份证号,采样时间,试管编号", *lines])
    desk.at += MINUTE
    sampling_imports.commit(IncomingFile(text.encode(), "登记.csv", LAB), by=desk.liaison, at=desk.at)


def upload(
    desk: Uploading, shared: Sequence[str], monkeypatch: pytest.MonkeyPatch, between: Callable[[], object]
) -> Mapping[str, int]:
    """All tubes; `between` is called as soon as the file is accepted, before anything of it is recorded."""
    monkeypatch.setattr(lab_finishing, "finish", _between(between))
    file = tubes(*(f"{tube} 阴性" for tube in (*OWN, *shared)))
    report = lab_imports.commit(file, by=desk.liaison, at=desk.at + MINUTE)
    desk.at += 10 * MINUTE
    counters_equal_a_scan(desk)
    all_decided(desk)
    return report.rows


def _between(act: Callable[[], object]) -> Callable[..., None]:
    """Recording an accepted file to its end, after this."""
    finish = lab_finishing.finish

    def after(*given: Any) -> None:
        act()
        finish(*given)

    return after


def of_each() -> dict[int, list[str]]:
    """The tubes that each row of a person has a result of."""
    found: dict[int, list[str]] = {}
    with engine().connect() as connection:
        for person, tube in connection.execute(sa.select(RESULTS.c.person_id, RESULTS.c.sample_number)):
            found.setdefault(person, []).append(tube)
    return {person: sorted(tubes) for person, tubes in found.items()}


def test_of_two_who_are_parted_each_gets_the_results_of_their_own_tubes(
    desk: Uploading, shared: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    of = people_by_document()
    register(desk, shared)
    joined = join(desk, 0, 1)
    assert joined is not None

    rows = upload(desk, shared, monkeypatch, lambda: part(desk, joined))

    assert of_each() == {of[person]: [OWN[person], *shared] for person in ALL}
    assert (rows["recorded"], rows["held"]) == (len(OWN) + len(shared), 0)


def test_of_two_who_are_parted_whoever_shares_a_name_gets_no_result_of_the_other_s_tube(
    desk: Uploading, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = people_by_document()
    register(desk, ())
    joined = join(desk, 0, 1)
    assert joined is not None

    upload(desk, (), monkeypatch, lambda: (part(desk, joined), rename(of[1], NAMES[0])))

    assert of_each() == {of[person]: [OWN[person]] for person in ALL}


def test_of_two_who_are_joined_one_gets_the_results_of_both_whatever_they_were_called(
    desk: Uploading, shared: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    of = people_by_document()
    register(desk, shared)

    rows = upload(desk, shared, monkeypatch, lambda: join(desk, 0, 1))

    assert of_each() == {of[0]: [*OWN[:2], *shared], **{of[person]: [OWN[person], *shared] for person in ALL[2:]}}
    assert (rows["recorded"], rows["held"]) == (len(OWN) + len(shared), 0)


@pytest.mark.parametrize("becomes", ["one", "two"])
def test_a_tube_is_of_several_only_where_several_people_are_in_it_once_it_is_recorded(
    becomes: str, desk: Uploading, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = people_by_document()
    register(desk, ())
    lines = [f"{NAMES[one]},{resident_number(one)},2022-11-08 07:40,{SHARED}" for one in (0, 1)]
    text = "\n".join(["姓名,身份证号,采样时间,试管编号", *lines])
    sampling_imports.commit(IncomingFile(text.encode(), "两人.csv", LAB), by=desk.liaison, at=desk.at)
    joined = join(desk, 0, 1) if becomes == "two" else None
    monkeypatch.setattr(lab_finishing, "finish", _between(lambda: part(desk, joined) if joined else join(desk, 0, 1)))

    lab_imports.commit(tubes(f"{SHARED} 阳性", *(f"{tube} 阴性" for tube in OWN)), by=desk.liaison, at=desk.at + MINUTE)
    desk.at += 10 * MINUTE
    counters_equal_a_scan(desk)
    all_decided(desk)

    c = RESULTS.c
    with engine().connect() as connection:
        found = connection.execute(sa.select(c.person_id, c.outcome, c.single).where(c.sample_number == SHARED)).all()
    several = {(of[0], "pooled_positive", False), (of[1], "pooled_positive", False)}
    assert set(map(tuple, found)) == (several if becomes == "two" else {(of[0], "positive", True)})


def test_two_in_one_tube_who_were_joined_before_have_one_result_of_it(
    desk: Uploading, shared: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    of = people_by_document()
    register(desk, shared)
    join(desk, 0, 1)
    monkeypatch.setattr(lab_slices, "TUBES_AT_ONCE", 400)
    monkeypatch.setattr(lab_slices, "AT_ONCE", 4_000)

    rows = upload(desk, shared, monkeypatch, lambda: None)

    assert of_each() == {of[0]: [*OWN[:2], *shared], **{of[person]: [OWN[person], *shared] for person in ALL[2:]}}
    assert rows["recorded"] == len(OWN) + len(shared)


def test_no_row_of_a_file_without_names_is_held_for_a_name_that_was_put_right_meanwhile(
    desk: Uploading, shared: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    of = people_by_document()
    register(desk, shared)

    rows = upload(desk, shared, monkeypatch, lambda: rename(of[2], "李丙"))

    assert of_each() == {of[person]: [OWN[person], *shared] for person in ALL}
    assert rows["held"] == 0


def rename(person: int, name: str) -> None:
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        text = people_rows.texts_of(connection, [person])[person]
        sealed = people_rows.seal_person(person, replace(text, name=name))
        connection.execute(sa.update(PERSONS).where(PERSONS.c.id == person).values(**sealed))
