"""Rows that are counted and not read: blank lines, comments, totals (contract, `results import`)."""

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from hbcore.domain.cells import begins, cells_of, clean, coded, coded_where, word_key
from hbcore.domain.problems import Mask

COMMENT = "##"

_TOTALS = frozenset({"合计", "总计", "小计", "共计", "总数", "total", "subtotal", "sum"})
_TOTAL = re.compile(f"(?:{'|'.join(sorted(_TOTALS))}):?[0-9]*(?:人次|人|份|条|例|管|个)?:?", re.ASCII)
_TOTALS_BEGIN = (*(word[0] for word in _TOTALS), "T", "S")
_ODD_BEGINNINGS = (0xC2, 0xE2, 0xE3, 0xEF)
"""How blanks of other kinds, zero-width and full-width characters begin in UTF-8."""


def is_left_out(cells: Sequence[str]) -> bool:
    """Whether a row is blank, or its first cell that is not says that it is a comment or a total."""
    first = next((cell for cell in cells if clean(cell)), None)
    return first is None or _is_comment_or_total(first)


def is_comment(cells: Sequence[str]) -> bool:
    """Whether a row's first cell that is not blank begins a comment; what it lists of the columns is no header."""
    return next((cell for cell in cells if clean(cell)), "").startswith(COMMENT)


def left_out(columns: Sequence[pa.StringArray]) -> Mask:
    """`is_left_out` by columns: only rows whose first cell begins unlike a word or like a total's are looked at."""
    first = cells_of(columns[0])
    begun = np.flatnonzero(first.lengths > 0)
    byte = first.byte(0, begun)
    odd = first.lengths == 0
    odd[begun[(byte < 0x30) | np.isin(byte, _ODD_BEGINNINGS)]] = True
    made = coded_where(first.text, odd | begins(first.text, *_TOTALS_BEGIN), _is_comment_or_total) > 0
    rows = np.flatnonzero(odd)
    for column in columns:
        if not rows.size:
            break
        cells = column.take(pa.array(rows))
        made[rows[coded(cells, _is_comment_or_total) > 0]] = True
        rows = rows[coded(cells, lambda cell: not clean(cell)) > 0]
    made[rows] = True
    return made


def _is_comment_or_total(first: str) -> bool:
    return first.startswith(COMMENT) or _TOTAL.fullmatch(word_key(first)) is not None
