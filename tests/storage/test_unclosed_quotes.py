"""Quotation marks that are not closed swallow no rows; those around real line breaks and delimiters stay what they are."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hbcore.domain.headings import LAB
from hbcore.domain.problems import RowProblem
from hbcore.domain.vocabulary import RowCode
from hbcore.storage.readers import Table, read_table
from tests.storage.lines import HEADER, ROW, text

ROWS = [ROW.replace("L1", f"L{n}") for n in range(30)]


def unclosed(table: Table) -> list[int]:
    assert {problem.code for problem in table.problems} <= {RowCode.UNCLOSED_QUOTE}
    return [problem.row for problem in table.problems]


def with_quotes(**rows: str) -> list[str]:
    """The rows, some of them (by the row that a spreadsheet shows) written otherwise."""
    lines = list(ROWS)
    for row, line in rows.items():
        lines[int(row[1:]) - 2] = line
    return lines


STRAY = [
    ("never closed", with_quotes(r5='"' + ROW), [5]),
    ("never closed, in the last column", with_quotes(r5=ROW.replace("阴性", '"阴性')), [5]),
    ("never closed, in a tube's number", with_quotes(r5=ROW.replace("L1", '"L1')), [5]),
    ("closed in another row that has one too", with_quotes(r5='"' + ROW, r20='"' + ROW), [5, 20]),
    ("closed two rows later, in the same column", with_quotes(r5='"' + ROW, r7=ROW.replace("赵刚", '赵刚"')), [5]),
    ("closed in the next row, in the same column", with_quotes(r5='"' + ROW, r6=ROW.replace("赵刚", '赵刚"')), [5]),
    ("closed later, in an earlier column", with_quotes(r5=ROW.replace("L1", '"L1'), r9=ROW.replace("赵刚", '赵刚"')), [5]),
    ("behind a real line break", with_quotes(r5='"赵\n刚",' + ROW[3:].replace("L1", '"L1')), [5]),
    ("in the last row but one", with_quotes(r30='"' + ROW), [30]),
]


@pytest.mark.parametrize(("why", "lines", "stray"), STRAY, ids=[why for why, _, _ in STRAY])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_quotation_mark_that_is_not_closed_swallows_no_rows(
    why: str, lines: list[str], stray: list[int], end: str, encoding: str
) -> None:
    table = read_table(text(HEADER, *lines, end=end, encoding=encoding), LAB)

    assert table.rows.tolist() == list(range(2, 32))
    assert unclosed(table) == stray
    others = [name for row, name in enumerate(table.columns["name"].to_pylist(), start=2) if row not in stray]
    assert {name.strip('"') for name in others} == {"赵刚"}


def test_the_mark_stays_in_its_cell() -> None:
    table = read_table(text(HEADER, ROW, ROW.replace("L1", '"L1'), ROW), LAB)

    assert table.columns["name"].to_pylist() == ["赵刚"] * 3
    assert table.columns["document_number"].to_pylist() == ["420102195209290272"] * 3
    assert table.columns["sample_number"].to_pylist() == ["L1", '"L1', "L1"]


def test_a_mark_above_thousands_of_rows_is_a_letter_too() -> None:
    table = read_table(text(HEADER, '"' + ROW, *[ROW] * 20_000), LAB)

    assert (len(table.rows), table.problems) == (20_001, (RowProblem(2, None, RowCode.UNCLOSED_QUOTE),))


def test_line_breaks_that_are_meant_are_kept() -> None:
    address = '"武汉市, 武昌区\n中南路, 1 号\r\n""二楼""\n"'
    table = read_table(text(HEADER + ",住址", ROW + "," + address, ROW + ",x"), LAB)

    assert table.problems == ()
    assert table.other["住址"].to_pylist() == ['武汉市, 武昌区\n中南路, 1 号\r\n"二楼"\n', "x"]


cells = st.lists(st.text(st.sampled_from('a赵"\n,'), max_size=4).filter(lambda cell: cell.count(",") < 2), min_size=5, max_size=5)


@given(st.lists(cells, min_size=1, max_size=8))
def test_what_a_writer_quotes_as_it_should_is_read_as_it_was(written: list[list[str]]) -> None:
    written = [["赵", *row[1:]] for row in written]
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows([HEADER.split(","), *written])

    table = read_table(made.getvalue().encode(), LAB)

    assert table.problems == ()
    assert list(map(list, zip(*(column.to_pylist() for column in table.columns.values()), strict=True))) == written


@given(st.lists(st.text(st.sampled_from('a赵"\n\r,'), max_size=12), min_size=1, max_size=12))
def test_no_marks_around_them_swallow_sound_rows(lines: list[str]) -> None:
    table = read_table(text(HEADER, ROW, *lines, ROW, *lines, ROW), LAB)

    assert table.columns["sample_number"].to_pylist().count("L1") == 3
