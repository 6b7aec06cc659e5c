"""Sheets of plain cells are read by columns; calamine gives the same of every one of them, and reads all others."""

import io
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from hbcore.storage.readers.grids import Grid, TypedGrid
from hbcore.storage.readers.plain_grid import plain_grid
from tests.storage.mutated import EXAMPLES, changed, changes
from tests.storage.workbooks import packed

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STRINGS = "<si><t>姓名</t></si><si><t xml:space='preserve'> 赵 </t></si>".replace("'", '"')
STRINGS += '<si><t>钱&amp;芳</t><phoneticPr fontId="1" type="noConversion"/></si><si><t></t></si>'
STYLES = '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="49"/></cellXfs>'


BOOK_RELATIONS = "xl/_rels/workbook.xml.rels"


def book(
    rows: str,
    *,
    strings: str = STRINGS,
    styles: str = STYLES,
    beside: str = "",
    declared: str = "UTF-8",
    relations: str = BOOK_RELATIONS,
) -> bytes:
    """An XLSX of one sheet, 结果, with these rows as XML."""
    first = f'<?xml version="1.0" encoding="{declared}" standalone="yes"?>'
    main = f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
    relation = f'<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    sheet = f'<dimension ref="A1:C9"/>{beside}<sheetData>{rows}</sheetData>'
    sheets = '<sheets><sheet name="结果" sheetId="1" r:id="r1"/></sheets>'
    return packed(
        {
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}">{main}</Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{sheets}</workbook>',
            relations: f'<Relationships xmlns="{PACKAGE}">{relation}</Relationships>',
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
            "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
            "xl/worksheets/sheet1.xml": f'{first}\n<worksheet xmlns="{MAIN}">{sheet}</worksheet>',
        }
    )


def by_calamine(data: bytes, sheet: str = "结果") -> TypedGrid:
    return TypedGrid(CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet).to_python(skip_empty_area=False))


def said(grid: Grid) -> tuple[object, ...]:
    """All that a grid says."""
    width = len(grid.head(1)[0]) if len(grid) else 0
    first = min(1, len(grid))
    columns = [column.to_pylist() for column in grid.columns(first, [])] if len(grid) else []
    days = [column.to_pylist() for column in grid.columns(first, range(width))] if len(grid) else []
    return len(grid), grid.head(3), columns, days, [grid.numbers(place, first) for place in range(width)]


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def value(place: str, said: str, more: str = "") -> str:
    return f'<c r="{place}"{more}><v>{said}</v></c>'


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


SHARED, STYLED = ' t="s"', ' s="2" t="s"'
PLAIN = {
    "text within": row(1, cell("A1", "姓名"), cell("B1", "结果")) + row(2, cell("A2", "赵"), cell("B2", "阴性")),
    "shared text": row(1, value("A1", "0", SHARED), value("B1", "1", STYLED), value("C1", "2", ' t="s" s="2"')),
    "an empty shared text": row(1, value("A1", "0", SHARED)) + row(2, value("B2", "3", SHARED)),
    "numbers": row(1, value("A1", "12345678"), value("B1", "420102195209290272", ' s="2"'), value("C1", "-1.5E-7", ' t="n"'))
    + row(2, value("A2", "1E+17", ' s="0"'), value("B2", "44873.5"), value("C2", "0.1")),
    "the text of a formula": row(1, value("A1", " x &lt;&quot;&apos;&gt; ", ' t="str"')),
    "gaps": f'<row r="2" spans="1:3">{cell("B2", "x")}<c r="C2" s="1"/></row><row r="4"/>{row(7)}{row(9, cell("A9", "y"))}',
    "nothing in the last rows and columns": row(1, cell("A1", "x"), '<c r="F1"/>') + row(5, '<c r="A5" s="1"></c>'),
    "no text in a text": row(1, cell("A1", "x"), cell("C1", "")) + row(3, '<c r="A3" t="inlineStr"><is><t/></is></c>'),
    "blanks": row(1, "\n" + cell("A1", "x\n y")) + "\n" + row(2, "\n", cell("A2", "\u3000é\u00a0")) + "\n",
    "blanks kept": row(1, '<c r="A1" t="inlineStr"><is><t xml:space="preserve"> x </t></is></c>'),
    "a long cell before a short one": row(
        1, '<c r="A1" s="2" t="inlineStr"><is><t xml:space="preserve">x</t></is></c>', '<c r="B1"/>'
    ),
    "an ampersand": row(1, cell("A1", "A&amp;B &amp;lt; &gt;")),
    "two letters": row(1, cell("Z1", "z"), cell("AA1", "aa")) + row(3_000, cell("AB3000", "y")),
    "a tag's end in a text": row(1, cell("A1", "a>b/>")),
}


@pytest.mark.parametrize("rows", PLAIN.values(), ids=list(PLAIN))
def test_plain_cells_are_read_as_calamine_reads_them(rows: str) -> None:
    data = book(rows)

    grid = plain_grid(data, "结果")

    assert grid is not None
    assert said(grid) == said(by_calamine(data))


OTHERS = {
    "a day": row(1, value("A1", "44873", ' s="1"')),
    "a style that is not there": row(1, value("A1", "44873", ' s="9"')),
    "a truth": row(1, value("A1", "1", ' t="b"')),
    "an error": row(1, value("A1", "#N/A", ' t="e"')),
    "a formula": row(1, '<c r="A1"><f>1+1</f><v>2</v></c>'),
    "rich text": row(1, '<c r="A1" t="inlineStr"><is><r><t>x</t></r><r><t>y</t></r></is></c>'),
    "no number": row(1, value("A1", "x")),
    "a shared text that is not there": row(1, value("A1", "4", SHARED)),
    "no place": row(1, '<c t="s"><v>0</v></c>'),
    "a place in another row": row(1, cell("A2", "x")),
    "one place twice": row(1, cell("A1", "x"), cell("A1", "y")),
    "rows backwards": row(2, cell("A2", "x")) + row(1, cell("A1", "y")),
    "a comment in a text": row(1, cell("A1", "x<!-- y -->z")),
    "a comment around a row": f"<!--{row(1, cell('A1', 'x'))}-->{row(2, cell('A2', 'y'))}",
    "characters as they are": row(1, cell("A1", "<![CDATA[x<y]]>")),
    "a reference": row(1, cell("A1", "&#65;")),
    "an escape": row(1, cell("A1", "_x000D_")),
    "an old end of line": row(1, cell("A1", "x"), cell("B1", "y\r\nz")),
    "blanks that do not count": row(1, cell("A1", "x "), cell("B1", "\ty")),
    "a quote of the other kind": "<row r='1'><c r='A1'><v>1</v></c></row>",
    "one type twice": row(1, value("A1", "0", ' t="s" t="s"')),
    "no rows": "",
    "no rows but a blank": "\n",
}


@pytest.mark.parametrize("rows", OTHERS.values(), ids=list(OTHERS))
def test_what_is_not_plain_is_left_to_calamine(rows: str) -> None:
    assert plain_grid(book(rows), "结果") is None


ONE = PLAIN["shared text"]
NUMBER = row(1, value("A1", "44873", ' s="0"'))
OWN_FORMAT = '<numFmts count="1"><numFmt numFmtId="0" formatCode="yyyy-mm-dd"/></numFmts>'


@pytest.mark.parametrize(
    "data",
    {
        "rich shared text": book(ONE, strings="<si><r><t>x</t></r></si><si><t>y</t></si><si><t>z</t></si>"),
        "a comment among them": book(ONE, strings="<si><t>x</t></si><!--<si><t>y</t></si>--><si><t>y</t></si><si><t>z</t></si>"),
        "too few": book(ONE, strings="<si><t>x</t></si>"),
        "blanks that do not count": book(ONE, strings="<si><t>x</t></si><si><t>y </t></si><si><t>z</t></si>"),
        "a comment above": book(ONE, beside="<!--<sheetData>-->"),
        "two tables": book(ONE, beside="<sheetData/>"),
        "another encoding": book(ONE, declared="GBK"),
        "days by a format of its own": book(NUMBER, styles=OWN_FORMAT + STYLES),
        "a comment among the styles": book(NUMBER, styles=STYLES.replace("<xf", '<!--<xf numFmtId="0"/>--><xf', 1)),
        "parts by another name": book(NUMBER, relations=BOOK_RELATIONS.replace("workbook", "Workbook")),
    }.items(),
    ids=lambda one: one[0],
)
def test_a_sheet_with_something_else_around_it_is_left_to_calamine(data: tuple[str, bytes]) -> None:
    assert plain_grid(data[1], "结果") is None


def test_a_sheet_of_many_pieces_is_read_as_calamine_reads_it() -> None:
    rows = "".join(
        row(at, value(f"A{at}", str(at % 4), SHARED), cell(f"B{at}", f"x{at}") if at % 3 else "", value(f"C{at}", str(at * at)))
        for at in range(1, 40_000)
    )
    data = book(rows)

    grid = plain_grid(data, "结果")

    assert grid is not None
    assert said(grid) == said(by_calamine(data))


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(" \t\n&<>'\"_=赵"), max_size=12)
kinds = st.none() | texts | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans()
kinds |= st.datetimes(datetime(2020, 1, 1), datetime(2023, 1, 1))  # noqa: DTZ001 - a spreadsheet's times have no zone


@settings(max_examples=EXAMPLES * 4, deadline=None)
@given(st.lists(st.lists(kinds | texts, max_size=4), min_size=1, max_size=6), st.booleans())
def test_whatever_a_spreadsheet_holds_both_say_the_same(rows: list[list[object]], write_only: bool) -> None:
    made, file = openpyxl.Workbook(write_only=write_only), io.BytesIO()
    sheet = made.create_sheet("结果")
    for cells in rows:
        sheet.append([f"x{one}" if isinstance(one, str) else one for one in cells])
    made.save(file)

    grid = plain_grid(file.getvalue(), "结果")

    if grid is not None:
        assert said(grid) == said(by_calamine(file.getvalue()))


@settings(max_examples=EXAMPLES * 20, deadline=None)
@given(st.sampled_from(list(PLAIN.values())), st.lists(changes, min_size=1, max_size=2))
def test_damaged_rows_are_read_as_calamine_reads_them_or_left_to_it(
    rows: str, damage: list[tuple[str, float, int, bytes]]
) -> None:
    raw = rows.encode()
    for change in damage:
        raw = changed(raw, change)
    if b"\0" in raw:
        return
    data = book(raw.decode(errors="replace"))

    grid = plain_grid(data, "结果")

    if grid is not None:
        assert said(grid) == said(by_calamine(data))
