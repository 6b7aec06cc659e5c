"""Long columns are judged piece by piece: every cell gets the answer that it gets alone."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

import numpy as np
import pyarrow as pa
import pytest

from hbcore.domain.cells import DIGITS, PRINTABLE, begins, cells_of, only_of
from hbcore.domain.document_columns import NO_KIND, check_numbers
from hbcore.domain.documents import KINDS, guess_kind, normal_number, why_bad
from hbcore.domain.problems import ROW_CODES
from hbcore.domain.times import SHANGHAI_AHEAD, read_instant, read_instants
from hbcore.domain.tubes import numbered
from hbcore.domain.vocabulary import DocumentKind

ROWS = 100_000
"""More than one piece of each kind."""


def drawn(cells: list[str]) -> list[str]:
    """`ROWS` of these cells, as if drawn by lot."""
    return [cells[sha256(str(row).encode()).digest()[0] % len(cells)] for row in range(ROWS)]


def misread(cells: Sequence[str], made: Sequence[object], right: Mapping[str, object]) -> set[str]:
    """The cells that got another answer than the right one."""
    return {cell for cell, one in zip(cells, made, strict=True) if one != right[cell]}


@pytest.mark.parametrize(
    "ranges", [(DIGITS,), (PRINTABLE,), (DIGITS, (0xE4, 0xE9), (0x80, 0xBF))], ids=["digits", "plain", "names"]
)
def test_every_strange_byte_of_a_long_column_is_found(ranges: tuple[tuple[int, int], ...]) -> None:
    cells = drawn(["20221108", "", "2022 1108", "赵钱孙李", "x" * 40, "8"])
    right = {cell: all(any(low <= byte <= high for low, high in ranges) for byte in cell.encode()) for cell in cells}

    assert misread(cells, only_of(cells_of(pa.array(cells)), *ranges).tolist(), right) == set()


def test_how_cells_begin() -> None:
    cells = ["物表", "玩具", "外环境", "外", "", "T1", "t1", "é", "x物"]

    assert begins(pa.array(cells), "物", "外", "T").tolist() == [cell.startswith(("物", "外", "T")) for cell in cells]


@pytest.mark.parametrize("kind", [None, DocumentKind.RESIDENT_ID])
def test_numbers_of_a_long_column_are_judged_as_each_alone(kind: DocumentKind | None) -> None:
    sound = ["420102195209290272", "42060219891216739X", "H12884299", "C01234567", "911124198108030024"]
    slips = ["420102195209290273", "42060219891216739A", "4206021989121673X9", "420602198913321673", "E12345678"]
    cells = drawn(
        [
            *sound,
            *slips,
            "1E17",
            "replaceMe",
            "00000000",
            "X1234567",
            "xxx",
            "４２０１０２１９５２０９２９０２７２",
            "42010219520929027",
            "",
        ]
    )

    _, made, wrong = check_numbers(np.full(ROWS, NO_KIND if kind is None else KINDS.index(kind), np.int8), pa.array(cells))

    alone = {cell: why_bad(kind or guess_kind(normal_number(cell)), normal_number(cell)) for cell in set(cells)}
    assert misread(cells, [ROW_CODES[number - 1] if number else None for number in wrong.tolist()], alone) == set()
    assert {one for cell, one in zip(cells, made.to_pylist(), strict=True) if cell[0:1] == "４"} == {"420102195209290272"}


def test_times_of_a_long_column_are_read_as_each_alone() -> None:
    cells = drawn(
        ["2022-11-08 09:33:00", "2022/11/08T09:33", "2022.11.08", "2022-11-08 09:60:00", "2022-13-08", "9:33", "", "44873.5"]
    )

    read = read_instants(pa.array(cells))

    alone = {cell: (found[0] - SHANGHAI_AHEAD, found[1]) if (found := read_instant(cell)) else None for cell in cells}
    made = zip(read.given.tolist(), read.at.tolist(), read.whole_day.tolist(), strict=True)
    assert misread(cells, [(at, whole_day) if given else None for given, at, whole_day in made], alone) == set()
    assert misread(cells, read.unreadable.tolist(), {cell: bool(cell) and alone[cell] is None for cell in alone}) == set()


@pytest.mark.parametrize(
    "cells",
    [
        ["L00100000001", "L00100000002", "L00100000003"],
        ["L0010000-1-00000000", "L0010000-2-00000000", "L0010000-1-00000000"],
        ["L00100000001", "L00100000002", "L00100000001"],
        ["L1", "L2", "L1"],
        [],
    ],
    ids=["all differ", "differ in the middle", "twice", "short", "none"],
)
def test_equal_cells_and_no_others_have_equal_numbers(cells: list[str]) -> None:
    numbers = numbered(pa.array(cells, pa.string())).tolist()

    assert [[one == other for other in numbers] for one in numbers] == [[one == other for other in cells] for one in cells]
    assert sorted(set(numbers)) == list(range(len(set(cells))))
