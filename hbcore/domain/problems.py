"""What is wrong with the rows of a file: one problem per cell, every row counted once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hbcore.domain.vocabulary import NoteCode, RowCode

Mask = npt.NDArray[np.bool_]

ROW_CODES: tuple[RowCode, ...] = tuple(RowCode)
NUMBER_OF: Mapping[RowCode, int] = {code: number for number, code in enumerate(ROW_CODES, start=1)}
"""A code as a small number, for whole columns of answers; 0 is "nothing wrong"."""


@dataclass(frozen=True)
class RowProblem:
    """`row` as the spreadsheet numbers it (first line 1); `column` our word, None for the row as a whole."""

    row: int
    column: str | None
    code: RowCode


@dataclass(frozen=True)
class Note:
    """Something about a file that is no fault and that a person must hear of; `values` fill its sentence."""

    code: NoteCode
    values: Mapping[str, str]


MOST_RUNS = 40
"""So many runs of rows stand in a note."""


def left_out(found: Mapping[NoteCode, npt.NDArray[np.int32]]) -> tuple[Note, ...]:
    """A note for each code that has rows of the file: how many, and which."""
    return tuple(
        Note(code, {"n": str(len(rows)), "rows": row_ranges(rows.tolist(), MOST_RUNS)})
        for code, rows in found.items()
        if len(rows)
    )


class Faults:
    """What was found so far. The first fault of a cell stands; a fault of the whole row silences its cells."""

    def __init__(self, rows: npt.NDArray[np.int32], found: Iterable[RowProblem] = ()) -> None:
        self._rows = rows
        self._by_cell: dict[int, dict[str | None, RowCode]] = {}
        self.refused: Mask = np.zeros(len(rows), np.bool_)
        for problem in found:
            place = int(np.searchsorted(rows, problem.row))
            if place < len(rows) and rows[place] == problem.row:
                self._note(place, problem.column, problem.code)

    def beside(self) -> "Faults":
        """An empty one of the same rows, for what is looked at meanwhile."""
        return Faults(self._rows)

    def take_in(self, others: "Faults") -> None:
        """What others have found, as if it had been found now."""
        for place, cells in others._by_cell.items():
            for column, code in cells.items():
                self._note(place, column, code)

    def add(self, where: Mask, column: str | None, code: RowCode) -> None:
        """Every row of `where` has `code` in `column`."""
        for place in np.flatnonzero(where).tolist():
            self._note(place, column, code)

    def add_numbered(self, numbers: npt.NDArray[np.int8], column: str) -> None:
        """`numbers` has a number of `NUMBER_OF` for each row, 0 where nothing is wrong."""
        for place in np.flatnonzero(numbers).tolist():
            self._note(place, column, ROW_CODES[int(numbers[place]) - 1])

    def _note(self, place: int, column: str | None, code: RowCode) -> None:
        self._by_cell.setdefault(place, {}).setdefault(column, code)
        self.refused[place] = True

    def problems(self) -> tuple[RowProblem, ...]:
        """All faults of all refused rows, by row, within a row in the order in which they were found."""
        return tuple(
            RowProblem(int(self._rows[place]), column, code)
            for place in sorted(self._by_cell)
            for column, code in self._of_row(place)
        )

    def _of_row(self, place: int) -> list[tuple[str | None, RowCode]]:
        cells = self._by_cell[place]
        return [(None, cells[None])] if None in cells else list(cells.items())


def row_ranges(rows: Iterable[int], most: int | None = None) -> str:
    """Row numbers with runs drawn together: `17, 20-22, 40`; `most`: of so many runs, an ellipsis for the others."""
    runs: list[list[int]] = []
    for row in sorted(set(rows)):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    told = [str(first) if first == last else f"{first}-{last}" for first, last in runs[:most]]
    return ", ".join(told if len(told) == len(runs) else [*told, "…"])
