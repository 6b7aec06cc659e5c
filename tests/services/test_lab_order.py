"""In which order a large file is recorded: by document, or by tube where the lines of a tube would stand in many slices."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from io import StringIO
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from hbcore.bench.lab_file import INSTITUTION, lab_csv
from hbcore.domain.headings import LAB
from hbcore.domain.lab_columns import judge
from hbcore.services import lab_order
from hbcore.services.lab_lines import Lines
from hbcore.services.lab_order import Ordered, in_order, slices
from hbcore.services.lab_prepared import KEY
from hbcore.storage.readers import SHELL, read_table

AT = datetime(2022, 11, 9, tzinfo=UTC)


def ordered(tubes: Sequence[str], *, people: int | None = None) -> Ordered:
    """A line for each tube, of so many people in turn (one each)."""
    headings, *rows = csv.reader(StringIO(lab_csv(people or len(tubes)).decode()))
    tube, assay = headings.index("样本编号"), headings.index("检测项目")
    lines = [[*rows[line % len(rows)]] for line in range(len(tubes))]
    for line, cells in enumerate(lines):
        cells[tube] = tubes[line]
        cells[assay] = "新冠病毒核酸" if line < len(rows) else "新冠病毒抗原"
    text = StringIO()
    csv.writer(text).writerows([headings, *lines])
    table = read_table(text.getvalue().encode(), LAB, SHELL)
    judged = judge(table.columns, table.rows, at=AT, institution_name=INSTITUTION[1], found=table.problems)
    assert judged.results.num_rows == len(tubes)
    return in_order(Lines(judged.results))


def parted(order: Ordered, column: str) -> int:
    """How often what has one value in `column` does not stand together."""
    values = order.slice(0, order.count)[column]
    return len([*groupby(values)]) - len(set(values))


def test_who_shares_a_tube_stands_together_and_in_no_two_slices(database: Path) -> None:
    order = ordered([f"T{line % 10}" for line in range(60)])

    parts = [set(part["sample_number"]) for part in slices(order, 4)]

    assert parted(order, "sample_number") == 0
    assert len(parts) == 10
    assert all(one.isdisjoint(other) for one, other in pairwise(parts))
    assert order.of_documents


def test_whoever_has_a_tube_alone_stands_by_document(database: Path) -> None:
    order = ordered([f"T{line}" for line in range(60)])

    assert order.slice(0, 60)[KEY] == sorted(order.slice(0, 60)[KEY])


def test_who_stands_in_two_tubes_is_not_parted_for_them(database: Path) -> None:
    order = ordered([f"T{line % 7}" for line in range(60)], people=30)

    assert parted(order, KEY) == 0
    assert parted(order, "sample_number") > 0


def test_who_has_two_lines_of_one_tube_stands_in_it(database: Path) -> None:
    order = ordered([f"T{line % 10}" for line in range(60)], people=30)

    assert parted(order, "sample_number") == 0


def test_a_number_that_was_never_one_of_a_tube_does_not_make_one_slice_of_a_file(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab_order, "MOST_TOGETHER", 5)

    assert [part.count for part in slices(ordered(["0"] * 30), 10)] == [10, 10, 10]
