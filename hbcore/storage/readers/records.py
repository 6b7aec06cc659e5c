"""Delimited text row by row, as a spreadsheet has it; a quotation mark that would swallow rows is a letter."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import islice

from hbcore.domain.errors import FileRefused
from hbcore.domain.vocabulary import FileCode

MOST_LINES = 100
"""Of one row: no real cell has so many line breaks."""

_LINE_END = re.compile(r"\r\n|\r|\n")


def records(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Rows: a quoted line break stays inside its row, a blank line is a row of no cells. FileRefused(`not_a_table`)."""
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error:
        raise FileRefused(FileCode.NOT_A_TABLE) from None


def records_below(lines: Iterable[str], delimiter: str, header: int, width: int) -> Iterator[tuple[list[str], bool]]:
    """The rows below row `header`, `width` cells wide, each with whether a quotation mark in it was taken as a letter."""
    coming = iter(lines)
    for _ in islice(records(coming, delimiter), header):
        pass
    yield from _Below(coming, delimiter, width).rows()


class _Below:
    """Lines with those put back first; `taken`: the lines of the row that is being read."""

    def __init__(self, lines: Iterator[str], delimiter: str, width: int) -> None:
        self.lines, self.delimiter, self.width = lines, delimiter, width
        self.taken: list[str] = []
        self.ahead: list[str] = []
        self.closed = True

    def rows(self) -> Iterator[tuple[list[str], bool]]:
        before: list[str] | None = None
        reading = records(self._feed(), self.delimiter)
        while (cells := next(reading, None)) is not None:
            swallowing = self._swallowing(cells) if len(self.taken) > 1 else None
            if swallowing is not None:
                before = _with_letter(before, [*cells[:swallowing], ""])
                self._put_back(swallowing)
                reading = records(self._feed(), self.delimiter)
                continue
            yield (cells, False) if before is None else (_with_letter(before, cells), True)
            before = None
            self.taken.clear()

    def _feed(self) -> Iterator[str]:
        """The lines, one by one; they end where a row has more of them than any real one."""
        while len(self.taken) <= MOST_LINES:
            line = self.ahead.pop() if self.ahead else next(self.lines, None)
            self.closed = line is not None
            if line is None:
                return
            self.taken.append(line)
            yield line
        self.closed = False

    def _swallowing(self, cells: Sequence[str]) -> int | None:
        """The first cell that holds whole rows, or the last one where its quotation mark is never closed."""
        for place, cell in enumerate(cells):
            if self._holds_rows(_LINE_END.split(cell)):
                return place
        return None if self.closed or not _LINE_END.search(cells[-1]) else len(cells) - 1

    def _holds_rows(self, lines: Sequence[str]) -> bool:
        """Whether a cell's line has as many delimiters as a row; or the rest of the first one with the beginning of the last."""
        most = max(self.width - 1, 2)
        whole = (lines[0] + lines[-1], *lines[1:-1]) if len(lines) > 1 else ()
        return any(line.count(self.delimiter) >= most for line in whole)

    def _put_back(self, place: int) -> None:
        """What stands behind the opening quotation mark of a cell is read again."""
        text = "".join(self.taken)
        cell = re.escape(self.delimiter)
        before = re.compile(rf'(?:(?:"(?:[^"]|"")*+"|(?!"))[^{cell}\r\n]*+{cell}){{{place}}}"').match(text)
        if before is None:
            raise FileRefused(FileCode.NOT_A_TABLE)
        self.ahead += reversed(list(StringIO(text[before.end() :], newline="")))
        self.taken.clear()


def _with_letter(before: Sequence[str] | None, cells: Sequence[str]) -> list[str]:
    """Cells behind those that were read already, of which the last begins with a quotation mark."""
    if before is None:
        return list(cells)
    return [*before[:-1], before[-1] + '"' + "".join(cells[:1]), *cells[1:]]
