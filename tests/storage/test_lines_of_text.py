"""Lines of a delimited file: which are rows, how they are numbered, and the fast way as the careful one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hbcore.domain.headings import LAB
from hbcore.storage.readers import SHELL, read_table
from tests.storage.lines import HEADER, ROW, text


@pytest.mark.parametrize("more", ["", '"钱\n刚"' + ROW[2:]])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_what_excel_was_told_to_keep_as_text_is_that_text(more: str, encoding: str) -> None:
    row = '赵刚,="420102195209290272",2022-11-08 15:44:00,"=""00123""",阴性'

    table = read_table(text('="姓名",证件号码,采样时间,样本编号,检测结果', row, *filter(None, [more]), encoding=encoding), LAB)

    assert table.columns["name"][0].as_py() == "赵刚"
    assert table.columns["document_number"][0].as_py() == "420102195209290272"
    assert table.columns["sample_number"][0].as_py() == "00123"


LAYOUTS = [
    ("plain", [HEADER, ROW, ROW], [2, 3], 0),
    ("title rows", ["结果表", "2022年11月8日,,,,", HEADER, ROW], [4], 2),
    ("blank lines above", ["", ",,,,", HEADER, ROW], [4], 2),
    ("blank line in the middle", [HEADER, ROW, "", ROW], [2, 4], 1),
    ("a row of empty cells", [HEADER, ROW, ",,\u3000,,", ROW], [2, 4], 1),
    ("comments", ["## from the analyser", HEADER, ROW, "## end", ROW], [3, 5], 2),
    ("a comment that lists the columns", ["## 姓名,证件号码,采样时间", "## 列：姓名,证件号码,检测结果", HEADER, ROW], [4], 2),
    ("a comment below the headings", [HEADER, "## 姓名,证件号码,采样时间", ROW], [3], 1),
    ("a comment as wide as a row", [HEADER, "## a,b,c,d,e", ROW], [3], 1),
    ("a total", [HEADER, ROW, "合计,,,1,"], [2], 1),
    ("a short total", [HEADER, ROW, "总计：,1"], [2], 1),
    ("an English total", [HEADER, ROW, "Total,,,1,"], [2], 1),
    ("a total set wide", [HEADER, ROW, "合　计,,,1,"], [2], 1),
    ("blank lines at the end", [HEADER, ROW, ROW, "", ""], [2, 3], 2),
    ("a quoted line break", [HEADER, ROW.replace("赵刚", '"赵\n刚"'), ROW], [2, 3], 0),
    ("a quoted comma", [HEADER, ROW.replace("赵刚", '"赵,刚"'), ROW], [2, 3], 0),
    ("a quoted heading over two lines", [HEADER.replace("姓名", '"姓\n名"'), ROW, ROW], [2, 3], 0),
    ("empty cells beyond the header", [HEADER, ROW + ",,", ROW], [2, 3], 0),
]


@pytest.mark.parametrize(("why", "lines", "rows", "skipped"), LAYOUTS)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_rows_are_numbered_as_a_spreadsheet_shows_them(
    why: str, lines: list[str], rows: list[int], skipped: int, encoding: str
) -> None:
    table = read_table(text(*lines, encoding=encoding), LAB)

    assert (table.rows.tolist(), table.skipped, table.problems) == (rows, skipped, ()), why
    assert all(len(column) == len(rows) for column in table.columns.values())


def test_a_stray_carriage_return_beside_a_blank_line_shifts_no_number() -> None:
    table = read_table((HEADER + "\n" + ROW + "\r" + ROW + "\n\n" + ROW + "\n").encode(), LAB)

    assert (table.rows.tolist(), table.skipped) == ([2, 3, 5], 1)


def test_a_last_line_without_its_end_is_read() -> None:
    assert read_table(text(HEADER, ROW, ROW)[:-1], LAB).rows.tolist() == [2, 3]


def test_more_rows_than_one_block_or_batch_keep_their_numbers() -> None:
    plain, quoted = [ROW] * 110_000, [ROW] * 109_999 + ['"赵\n刚"' + ROW[2:]]

    for lines in (plain, quoted):
        table = read_table(text(HEADER, *lines), LAB, SHELL)
        assert (len(table.rows), table.rows[0], table.rows[-1]) == (110_000, 2, 110_001)


left_out = ["合计,,,,", "小 计：,,,,", "SubTotal,,,,", ",,,,", "## ,,,,"]
kept = [ROW, ROW.replace("赵刚", "钱"), "总,1,2,3,4"]


@given(st.lists(st.sampled_from([*kept, *left_out]), min_size=1))
def test_the_fast_way_and_the_careful_way_read_alike(lines: list[str]) -> None:
    careful = [*lines, '"赵\n刚"' + ROW[2:]]
    if not any(line[0] in "赵钱总" for line in lines):
        return

    fast, slow = read_table(text(HEADER, *lines), LAB), read_table(text(HEADER, *careful), LAB)

    assert fast.rows.tolist() == slow.rows.tolist()[:-1]
    assert fast.skipped == slow.skipped
    assert fast.columns["name"].to_pylist() == slow.columns["name"].to_pylist()[:-1]
