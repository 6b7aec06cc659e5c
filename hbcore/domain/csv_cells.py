"""Tables that leave the desk as CSV: what a spreadsheet would run as a formula leaves as text."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that spreadsheets calculate instead of showing."""

MADE_SAFE = f"^'([{''.join(map(re.escape, _RUNS))}])"
"""A cell that `safe_cell` or another desk made safe; the group is how it began before."""


def safe_cell(cell: str) -> str:
    """`cell` with an apostrophe before it where a spreadsheet would run it."""
    return f"'{cell}" if cell.startswith(_RUNS) else cell


def csv_bytes(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file in UTF-8 with the mark by which Excel knows it, every cell made safe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(safe_cell, headings))
    writer.writerows(map(safe_cell, row) for row in rows)
    return text.getvalue().encode("utf-8-sig")
