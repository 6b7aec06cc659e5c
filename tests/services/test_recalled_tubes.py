"""A tube that comes in several files: in any order they give what one file gives; one that is taken back never came."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hbcore.domain.errors import Refused
from hbcore.domain.lab_held import SettleReason
from hbcore.domain.vocabulary import PROVINCE, Role
from hbcore.services import lab_imports, recalls, removals
from hbcore.services.acting import Staff
from hbcore.services.import_report import ImportReport
from tests import standing
from tests.services.applying import rows as stored
from tests.services.test_counters import counters_equal_a_scan
from tests.services.test_import_properties import _row, few, file
from tests.services.test_import_properties import desk as desk
from tests.services.test_recalls import HOUR, START, WHY, Uploading, differences, what_stands

ANSWERS = {"S1": "阴性", "S2": "可疑", "S3": "阳性"}
"""One tube has one result."""


@pytest.fixture
def second(desk: Uploading) -> Staff:
    return standing.staff(Role.SUPERVISOR, START, name="another", unit=PROVINCE)


def upload(desk: Uploading, tag: str, said: str, hours: int) -> ImportReport:
    """Rows as `0 S1 阴性 终审`: who, in which tube, what is said of it. As the preview has said."""
    cells = (one.split() for one in said.split(","))
    rows = [_row(int(who), 7, tube, "核酸", outcome, status, "") for who, tube, outcome, status in cells]
    desk.at = START + hours * HOUR
    seen = lab_imports.preview(file(rows, tag), by=desk.liaison, at=desk.at)
    done = lab_imports.commit(file(rows, tag), by=desk.liaison, at=desk.at, fingerprint=seen.fingerprint)
    assert (seen.rows, seen.codes, seen.problems) == (done.rows, done.codes, done.problems)
    return done


def what_is_valid(at: Any) -> dict[str, Any]:
    """What counts and decides, without what a result was before somebody came beside it."""
    stands = what_stands(at)
    results = Counter({one: n for one, n in stands["results"].items() if one[-4] is None})
    return {"results": results, **{name: stands[name] for name in ("chains", "tested", "codes")}}


def held() -> bool:
    return stored("SELECT count(*) FROM upload_row WHERE status = 'held'") != [(0,)]


def equals_never(desk: Uploading, files: list[str], place: int) -> None:
    at = START + 20 * HOUR
    desk.empty()
    numbers = [str(upload(desk, str(n), said, n).batch) for n, said in enumerate(files)]
    whole, comparable = what_stands(at), not held()
    said = recalls.preview(numbers[place], by=desk.liaison, at=at)
    done = desk.recall(numbers[place], at)
    left, desk.at = what_is_valid(at), at
    counters_equal_a_scan(desk)
    desk.put_back(numbers[place], at)
    again = what_stands(at)
    counters_equal_a_scan(desk)

    assert (done.status, done.changed) == ("recalled", said)
    assert differences(whole, again) == {}
    desk.empty()
    for n, one in enumerate(files):
        if n != place:
            upload(desk, str(n), one, n)
    if comparable and not held():
        assert differences(what_is_valid(at), left) == {}


TUBES = """
    0 S1 可疑 终审 | 1 S1 可疑 终审
    0 S2 可疑 终审, 1 S2 可疑 终审 | 0 S2 可疑 终审 | 1 S2 可疑 终审
    0 S1 可疑 终审 | 1 S1 可疑 终审 | 2 S1 可疑 终审
    0 S1 可疑 终审, 3 S1 可疑 终审 | 1 S1 可疑 终审
    0 S3 阳性 终审, 1 S3 阳性 终审 | 2 S3 阳性 终审
    0 S3 阳性 终审, 1 S3 阳性 终审 | 0 S3 阳性 终审
    0 S1 可疑 终审 | 0 S1 可疑 终审 | 1 S1 可疑 终审
    0 S1 可疑 终审 | 1 S1 可疑 终审 | 0 S1 可疑 终审
    0 S1 可疑 终审 | 1 S1 可疑 终审 | 0 S1 阴性 更正
    0 S1 可疑 终审 | 1 S1 可疑 终审 | 1 S1 可疑 作废
    0 S1 可疑 终审 | 1 S1 可疑 更正 | 2 S2 可疑 终审
"""


@pytest.mark.parametrize(("files", "place"), [(f, n) for f in TUBES.strip().splitlines() for n in range(f.count("|") + 1)])
def test_recalled_it_leaves_whoever_is_left_in_a_tube_as_if_it_had_never_come(files: str, place: int, desk: Uploading) -> None:
    equals_never(desk, [one.strip() for one in files.split("|")], place)


WHERE = some.sampled_from(sorted(ANSWERS))
LINES = some.builds(lambda who, tube: f"{who} {tube} {ANSWERS[tube]} 终审", some.integers(0, 3), WHERE)
FILES = some.lists(some.lists(LINES, min_size=1, max_size=4, unique=True).map(", ".join), min_size=2, max_size=4)


@few
@given(files=FILES, place=some.integers(0, 3))
def test_recalled_equals_never_whoever_shares_whose_tube(files: list[str], place: int, desk: Uploading) -> None:
    equals_never(desk, files, place % len(files))


@few
@given(lines=some.lists(LINES, min_size=2, max_size=9, unique=True), data=some.data())
def test_in_any_order_parts_of_shared_tubes_give_what_the_whole_file_gives(
    lines: list[str], data: Any, desk: Uploading, second: Staff
) -> None:
    parts: dict[int, list[str]] = {}
    for line in lines:
        parts.setdefault(data.draw(some.integers(0, 2)), []).append(line)
    desk.empty()
    for part in data.draw(some.permutations(sorted(parts))):
        upload(desk, f"part {part}", ",".join(parts[part]), 0)
        _taken_by_two(desk, second)
    in_parts = _whoever_said_it(desk)
    counters_equal_a_scan(desk)
    desk.empty()
    upload(desk, "whole", ",".join(lines), 0)

    assert differences(_whoever_said_it(desk), in_parts) == {}


def _taken_by_two(desk: Uploading, second: Staff) -> None:
    """What would take a positive of one's own away by putting somebody beside it."""
    for one in removals.waiting(by=desk.supervisor, at=desk.at):
        proposal = removals.propose(one.upload, one.row, True, SettleReason.LABORATORY_CONFIRMS, by=desk.supervisor, at=desk.at)
        removals.settle(proposal, by=second, at=desk.at)


def _whoever_said_it(desk: Uploading) -> dict[str, Any]:
    found = what_is_valid(desk.at)
    return {**found, "results": Counter(one[:-2] for one in found["results"].elements())}


def test_whose_positive_it_is_again_takes_two(desk: Uploading) -> None:
    first = str(upload(desk, "first", "0 S3 阳性 终审, 1 S3 阳性 终审", 0).batch)
    upload(desk, "second", "2 S3 阳性 终审", 1)

    done = recalls.recall(first, WHY, by=desk.liaison, at=START + 2 * HOUR)

    assert (done.status, done.changed.positives_back) == ("proposed", 1)
    assert dict(done.changed.codes)["yellow>red"] == 1


def test_it_is_not_put_back_beside_whoever_came_alone_into_its_tube_since(desk: Uploading) -> None:
    first = str(upload(desk, "first", "0 S1 可疑 终审", 0).batch)
    desk.recall(first, START + HOUR)
    upload(desk, "second", "1 S1 可疑 终审", 2)

    with pytest.raises(Refused, match="came_again"):
        desk.put_back(first, START + 3 * HOUR)
