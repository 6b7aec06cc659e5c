"""Judged lines of a laboratory file, by column: what Arrow holds becomes Python values only where somebody asks for them."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pyarrow as pa

from hbcore.domain.cells import Places
from hbcore.domain.lab_keeping import says_positive
from hbcore.storage.upload_rows import OfLines


class Lines(Mapping[str, list[Any]]):
    """A table of `lab_columns.SCHEMA`: each column as a list, made once when it is first read."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self._lists: dict[str, list[Any]] = {}

    def __getitem__(self, name: str) -> list[Any]:
        made = self._lists.get(name)
        if made is None:
            made = self._lists[name] = _listed(self.table.column(name))
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self.table.column_names)

    def __len__(self) -> int:
        return int(self.table.num_columns)

    @property
    def count(self) -> int:
        """How many lines there are."""
        return int(self.table.num_rows)

    def slice(self, first: int, count: int) -> "Lines":
        """So many lines from `first` on."""
        return Lines(self.table.slice(first, count))

    def but(self, columns: Mapping[str, list[Any]]) -> "Lines":
        """The same lines, which say this instead."""
        changed = Lines(self.table)
        changed._lists = {**self._lists, **columns}
        return changed

    def at(self, places: Places) -> "Lines":
        """These lines alone, in this order."""
        return Lines(self.table.take(pa.array(places)))


SHARED = "shared"
"""The column of lines of which some are of a tube of several only for whom other files put there before (`SHARED_AT_ONCE`)."""


def of_rows(lines: Lines, rows: Collection[int]) -> dict[int, OfLines]:
    """What the lines of these rows say."""
    found: dict[int, OfLines] = {}
    for line in [line for line, row in enumerate(lines["row"]) if row in rows]:
        row, said = lines["row"][line], (lines["status"][line], lines["assay"][line], lines["outcome"][line])
        positive = says_positive(*said) or (row in found and found[row].positive)
        found[row] = OfLines(lines["single"][line], positive)
    return found


def _listed(column: pa.ChunkedArray) -> list[Any]:
    """As `to_pylist`, in a third of its time where a column is all nulls, numbers, bytes of one length, or few words often."""
    if column.null_count == len(column):
        return [None] * len(column)
    if pa.types.is_dictionary(column.type):
        return [word for part in column.chunks for word in _words(part)]
    plain = pa.types.is_integer(column.type) or pa.types.is_fixed_size_binary(column.type)
    made: list[Any] = column.to_numpy().tolist() if plain and not column.null_count else column.to_pylist()
    return made


def _words(part: pa.DictionaryArray) -> Iterator[Any]:
    words = part.dictionary.to_pylist()
    if not part.null_count:
        return map(words.__getitem__, part.indices.to_numpy().tolist())
    return (None if place is None else words[place] for place in part.indices.to_pylist())
