"""What leaves as CSV is text: no cell of it is run by a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hbcore.domain.csv_cells import csv_bytes, safe_cell


@pytest.mark.parametrize("cell", ["=1+1", "+852 9123 4567", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_a_formula_leaves_as_text(cell):
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "张三", "420106199001011231", "a=b", "'=1"])
def test_anything_else_leaves_as_it_is(cell):
    assert safe_cell(cell) == cell


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")), min_size=2, max_size=2)))
def test_what_is_written_is_read_again_cell_by_cell(rows):
    written = csv_bytes(("a", "b"), rows).decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(written, newline="")))[1:] == [list(map(safe_cell, row)) for row in rows]
