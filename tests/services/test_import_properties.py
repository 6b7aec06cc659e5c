"""Whatever a file is like: its rows add up, its preview says what it does, its parts give the whole, taken back it never came."""

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from hbcore.services import lab_imports, lab_slices, own_uploads, preview_quota, recall_slices
from hbcore.services.uploads import IncomingFile
from hbcore.storage import applying_rows
from tests.services.numbers import resident_number
from tests.services.test_recalls import FILES, Uploading, differences, equals_never, what_stands
from tests.standing import LAB

EXAMPLES = int(os.environ.get("HBCORE_TEST_IMPORTS", "12"))
MINUTE = timedelta(minutes=1)
HEADINGS = ("姓名", "身份证号", "采样时间", "样本编号", "检测项目", "检测结果", "结果状态", "采样方式", "科室")
few = settings(
    max_examples=EXAMPLES, phases=[Phase.generate, Phase.shrink], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
Row = tuple[str, ...]


@pytest.fixture(params=["at_once", "in_slices"])
def desk(database: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Uploading:
    if request.param == "in_slices":
        for name, size in {"AT_ONCE": 2, "TUBES_AT_ONCE": 2, "LEAST": 2, "MOST": 2}.items():
            monkeypatch.setattr(lab_slices, name, size)
        monkeypatch.setattr(applying_rows, "PART", 4)
        for name, size in {"AT_ONCE": 0, "LEAST": 1, "MOST": 1}.items():
            monkeypatch.setattr(recall_slices, name, size)
    monkeypatch.setattr(preview_quota, "refuse_too_many", lambda *_given, **_more: None)  # a run in full looks more often
    return Uploading()


def file(rows: list[Row], tag: str) -> IncomingFile:
    text = StringIO()
    lines = csv.writer(text)
    lines.writerow(HEADINGS)
    lines.writerows(rows)
    return IncomingFile(f"## {tag}\n{text.getvalue()}".encode(), f"{tag}.csv", LAB)


def _row(person: int, day: int, tube: str, assay: str, outcome: str, status: str, method: str) -> Row:
    return (f"张{'甲乙丙丁'[person]}", resident_number(person), f"2022-11-0{day} 08:00", tube, assay, outcome, status, method, "")


ROWS = some.builds(
    _row,
    some.integers(0, 3),
    some.sampled_from((7, 7, 8)),
    some.sampled_from(("S1", "S2", "S3")),
    some.sampled_from(("核酸", "核酸", "IgG抗体")),
    some.sampled_from(("阴性", "阴性", "可疑", "阳性")),
    some.sampled_from(("终审", "终审", "更正", "作废")),
    some.sampled_from(("单采", "10混1", "")),
)
SLIPS = {
    0: ("", "xxx", "测试"),
    1: ("", "123", "420106199001011232"),
    2: ("", "2022-13-08", "2999-01-01 08:00"),
    3: ("", "无"),
    4: ("甲流", "?"),
    5: ("", "阴牲", "待检"),
    6: ("初步", "?"),
    7: ("5混2",),
}
"""Cells that nobody can take, by column."""


@contextmanager
def nothing_moves(at: Any) -> Iterator[None]:
    before = what_stands(at)
    yield
    assert differences(before, what_stands(at)) == {}


@some.composite
def any_rows(draw: some.DrawFn) -> list[Row]:
    """Rows, some of them with a slip or two."""
    rows = draw(some.lists(ROWS, min_size=1, max_size=9))
    return [
        _slipped(row, draw(some.dictionaries(some.sampled_from(sorted(SLIPS)), some.integers(0, 2), max_size=2))) for row in rows
    ]


def _slipped(row: Row, slips: dict[int, int]) -> Row:
    cells = list(row)
    for column, which in slips.items():
        cells[column] = SLIPS[column][which % len(SLIPS[column])]
    return tuple(cells)


@few
@given(before=some.lists(ROWS, max_size=4), rows=any_rows())
def test_every_row_counts_once_and_a_preview_says_what_its_commit_does(
    before: list[Row], rows: list[Row], desk: Uploading
) -> None:
    desk.empty()
    if before:
        lab_imports.commit(file(before, "before"), by=desk.liaison, at=desk.at)
    at = desk.at + MINUTE

    with nothing_moves(at):
        seen = lab_imports.preview(file(rows, "rows"), by=desk.liaison, at=at)
    done = lab_imports.commit(file(rows, "rows"), by=desk.liaison, at=at, fingerprint=seen.fingerprint)

    of = done.rows
    assert of["read"] == of["recorded"] + of["already_held"] + of["held"] + of["refused"] == len(rows)
    assert len({one.row for one in done.problems}) == of["held"] + of["refused"]
    same = {"batch": None, "status": "", "seconds": 0.0, "fingerprint": ""}
    assert replace(seen, **same) == replace(done, **same)  # type: ignore[arg-type]


CLEAN = some.lists(
    some.tuples(some.integers(0, 3), some.sampled_from((7, 8)), some.sampled_from(("阴性", "阴性", "可疑", "阳性"))),
    min_size=1,
    max_size=9,
)
KEY = 8
"""The column by which a row is known again: no cell of it is ever wrong."""


@few
@given(rows=CLEAN, data=some.data())
def test_in_any_order_its_parts_put_right_give_what_the_clean_file_gives(
    rows: list[tuple[int, int, str]], data: Any, desk: Uploading
) -> None:
    clean = [
        (*_row(who, day, f"S{place}", "核酸", outcome, "终审", "单采")[:KEY], f"K{place}")
        for place, (who, day, outcome) in enumerate(rows)
    ]
    slips = some.dictionaries(some.sampled_from(sorted(SLIPS)), some.integers(0, 2), max_size=2)
    parts: dict[int, list[Row]] = {}
    for row in clean:
        parts.setdefault(data.draw(some.integers(0, 2)), []).append(_slipped(row, data.draw(slips)))
    desk.empty()

    for part in data.draw(some.permutations(sorted(parts))):
        _upload_and_put_right(desk, file(parts[part], f"part {part}"), {row[KEY]: row for row in clean})
    in_parts = what_counts(desk)
    desk.empty()
    lab_imports.commit(file(clean, "clean"), by=desk.liaison, at=desk.at)

    assert differences(what_counts(desk), in_parts) == {}


def _upload_and_put_right(desk: Uploading, part: IncomingFile, clean: dict[str, Row]) -> None:
    number = str(lab_imports.commit(part, by=desk.liaison, at=desk.at).batch)
    first, *wrong = csv.reader(
        StringIO(own_uploads.problem_file(number, "zh", by=desk.liaison, at=desk.at).content.decode("utf-8-sig"))
    )
    if wrong:
        assert first[1:] == list(HEADINGS)  # what is wrong comes first
        right = [clean[cells[KEY]] for _, *cells in wrong]
        again = lab_imports.commit(file(right, f"{part.name} again"), by=desk.liaison, at=desk.at)
        assert again.rows["recorded"] == len(wrong)


def what_counts(desk: Uploading) -> dict[str, Any]:
    """What stands, whichever upload it came with."""
    stands = what_stands(desk.at)
    results: dict[Any, int] = {}
    for (*result, _upload, _ended_by), n in stands["results"].items():
        results[tuple(result)] = results.get(tuple(result), 0) + n
    return {**stands, "results": results}


@few
@given(files=FILES, place=some.integers(0, 4))
def test_recalled_equals_never_also_in_slices(files: Any, place: int, desk: Uploading) -> None:
    equals_never(desk, files, place % len(files))
