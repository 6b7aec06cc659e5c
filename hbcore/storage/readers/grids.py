"""The cells of one sheet, as a reader gives them: as text by columns, and which of them were kept as numbers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol

import pyarrow as pa

_DAYS_TO_1904 = 1_462
"""Between the two ways in which spreadsheets count days; only numbers that nobody formatted as dates show it."""
_NO_DAY = 100_000
"""A day's number has five digits: a longer one is a day or an instant written without marks, 20221108."""


class Grid(Protocol):
    """Rows from 0 with the blank ones above the first cell, as many as reach to the last cell; all have the same cells."""

    def __len__(self) -> int:
        """How many rows."""

    def head(self, rows: int) -> list[list[str]]:
        """The first rows as text."""

    def columns(self, first: int, from_1904: Collection[int]) -> list[pa.StringArray]:
        """Rows from `first` on as text; numbers in the columns `from_1904` count days from there."""

    def numbers(self, column: int, first: int) -> list[tuple[int, float]]:
        """Row and number of the cells of a column that are kept as numbers, from row `first` on."""


@dataclass(frozen=True)
class TypedGrid:
    """Cells as Python's values."""

    rows: Sequence[Sequence[object]]

    def __len__(self) -> int:
        """As `Grid` says, like all that follows."""
        return len(self.rows)

    def head(self, rows: int) -> list[list[str]]:
        """As text."""
        return [[text_of(cell) for cell in row] for row in self.rows[:rows]]

    def columns(self, first: int, from_1904: Collection[int]) -> list[pa.StringArray]:
        """As text."""
        columns: list[Sequence[object]] = list(zip(*self.rows[first:], strict=True)) or [()] * len(self.rows[0])
        for place in from_1904:
            columns[place] = [from_1900(cell) for cell in columns[place]]
        return [_texts(cells) for cells in columns]

    def numbers(self, column: int, first: int) -> list[tuple[int, float]]:
        """With their rows."""
        typed = (
            (row, cells[column]) for row, cells in enumerate(self.rows[first:], start=first) if type(cells[column]) is not str
        )
        return [(row, cell) for row, cell in typed if isinstance(cell, int | float) and not isinstance(cell, bool)]


def text_of(cell: object) -> str:
    """A typed cell as text: whole numbers without ".0", days without a time, times to the second."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def from_1900(cell: object) -> object:
    """A day counted from 1904 as one counted from 1900. An XLS keeps whole ones as whole numbers."""
    return cell + _DAYS_TO_1904 if type(cell) in (int, float) and cell < _NO_DAY else cell  # type: ignore[operator]


def _texts(cells: Sequence[object]) -> pa.StringArray:
    try:
        return pa.array(cells, pa.string())
    except pa.ArrowTypeError:
        return pa.array([text_of(cell) for cell in cells], pa.string())
