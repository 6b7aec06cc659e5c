"""`bench lab-reading`: a laboratory file read and judged, beside what reading its bytes takes at the least (G1, G1b, G1c)."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO, StringIO
from time import perf_counter
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.csv

from hbcore.bench.lab_file import INSTITUTION, lab_csv
from hbcore.domain.headings import LAB
from hbcore.domain.lab_columns import judge
from hbcore.storage.readers import SHELL, read_table
from hbcore.storage.writers.workbook import workbook_bytes

AT = datetime(2022, 11, 9, tzinfo=UTC)
ROWS_OF_A_WORKBOOK = 100_000


def run(rows: int, times: int = 3) -> dict[str, object]:
    """Read and judge `rows` rows as UTF-8 and as GB18030, and a workbook of a tenth of them; the least of `times` runs each.

    `utf8_ratio` (G1): over pyarrow's parsing of the bytes as text; `gb18030_ratio` (G1b): over our UTF-8; `xlsx_ratio` (G1c):
    reading alone over inflating every part of the archive.
    """
    utf8 = lab_csv(rows)
    raw, ours = _least(times, lambda: _parsed(utf8)), _least(times, lambda: _judged(utf8))
    gb18030 = _least(times, lambda: _judged(utf8.decode().encode("gb18030")))
    book = _book(lab_csv(min(ROWS_OF_A_WORKBOOK, rows)))
    read, inflated = _least(times, lambda: read_table(book, LAB, SHELL)), _least(times, lambda: _inflated(book))
    return {
        "rows": rows,
        "raw_parse_seconds": round(raw, 3),
        "utf8_seconds": round(ours, 3),
        "utf8_ratio": round(ours / raw, 2),
        "gb18030_seconds": round(gb18030, 3),
        "gb18030_ratio": round(gb18030 / ours, 2),
        "xlsx_rows": min(ROWS_OF_A_WORKBOOK, rows),
        "inflate_seconds": round(inflated, 3),
        "xlsx_seconds": round(read, 3),
        "xlsx_ratio": round(read / inflated, 2),
    }


def _least(times: int, work: Callable[[], object]) -> float:
    taken = []
    for _turn in range(times):
        began = perf_counter()
        work()
        taken.append(perf_counter() - began)
    return min(taken)


def _parsed(content: bytes) -> pa.Table:
    options = pa.csv.ConvertOptions(default_column_type=pa.string(), strings_can_be_null=False)
    return pa.csv.read_csv(pa.BufferReader(content), convert_options=options)


def _judged(content: bytes) -> int:
    table = read_table(content, LAB, SHELL)
    return judge(table.columns, table.rows, at=AT, institution_name=INSTITUTION[1], found=table.problems).read


def _inflated(book: bytes) -> int:
    with ZipFile(BytesIO(book)) as archive:
        return sum(len(archive.read(part)) for part in archive.infolist())


def _book(content: bytes) -> bytes:
    headings, *rows = csv.reader(StringIO(content.decode()))
    return workbook_bytes(headings, rows, "")
