"""The columns of a laboratory's file as it is read: each heading with a few of its cells, and the words nobody knows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from hbcore.domain.cells import clean, empty_column
from hbcore.domain.column_mapping import (
    LEFT_OUT,
    LISTS,
    WORDS,
    ColumnMapping,
    headings_with,
    missing_words,
    unknown_words,
)
from hbcore.domain.errors import Refused
from hbcore.domain.headings import ADDED, LAB, Headings, heading_key, match_headings
from hbcore.domain.permissions import Permission
from hbcore.services import column_mappings
from hbcore.services.acting import Staff, reading
from hbcore.services.uploads import IncomingFile
from hbcore.storage.readers import Table
from hbcore.storage.readers.mapped import as_it_came

SAMPLES = 3
LOOKED_AT = 500
"""Rows in which cells are looked for."""


@dataclass(frozen=True)
class ColumnSeen:
    """One column: its heading, up to `SAMPLES` of its cells that differ, what it is read as (empty: not read)."""

    heading: str
    samples: tuple[str, ...]
    word: str

    @property
    def known(self) -> bool:
        """Whether the desk knows the heading by itself."""
        return heading_key(self.heading) in LAB.words


@dataclass(frozen=True)
class FileSeen:
    """`words`: of each list the file's words that nobody knows, with their rows. `rows`: the file's first rows where it was not
    read as a table; row `header` (from 1) is taken for its headings."""

    mapping: ColumnMapping
    columns: tuple[ColumnSeen, ...]
    words: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    rows: tuple[tuple[str, ...], ...] = ()
    header: int = 0

    @property
    def missing(self) -> tuple[str, ...]:
        """Our words for what the file must have besides."""
        return missing_words({column.word for column in self.columns if column.word})


def seen(file: IncomingFile, header: int = 0, *, by: Staff, at: datetime) -> FileSeen:
    """The columns of a file in its sender's hands; where it is not read as a table, of row `header`.

    `header` 0: the row with the most headings that are known, and of those the fullest.

    :raises FileRefused: a file that cannot be read at all.
    """
    with reading(by, Permission.IMPORT_RESULTS, at) as session:
        mapping = column_mappings.held(session, file.institution, by)
    try:
        table = replace(file, mapping=mapping).table(LAB)
    except Refused:
        return _of_rows(file.first_rows(), header, mapping)
    words = {name: unknown_words(table.columns, name) for name in LISTS}
    columns = [ColumnSeen(heading, _samples(table, heading, word), word) for heading, word in table.headings]
    return FileSeen(mapping, _shown(columns), words)


def unread(headings: Sequence[tuple[str, str]], mapping: ColumnMapping) -> list[str]:
    """The headings of a file that are not read and of which nobody has said so."""
    unsaid = (heading for heading, word in headings if word not in WORDS and heading_key(heading) not in mapping.by_key)
    return [heading for heading in unsaid if heading_key(heading) and heading not in ADDED.values()]


def left_over(headings: Sequence[tuple[str, str]], known: Headings) -> list[str]:
    """The headings of a list that are not read."""
    words = set(known.words.values())
    return [heading for heading, word in headings if word not in words and heading_key(heading)]


def _shown(columns: Iterable[ColumnSeen]) -> tuple[ColumnSeen, ...]:
    """One of each heading, none that is blank or ours; what is read as no word of ours is not read."""
    by_key = {heading_key(one.heading): one for one in columns if one.heading not in ADDED.values()}
    return tuple(replace(one, word=one.word if one.word in WORDS else LEFT_OUT) for key, one in by_key.items() if key)


def _samples(table: Table, heading: str, word: str) -> tuple[str, ...]:
    """As they came, though ours stand in their place."""
    read = table.columns.get(word, table.other.get(word))
    if read is None:
        return ()
    cells = read.slice(0, LOOKED_AT).to_pylist()
    theirs = table.other.get(as_it_came(heading), empty_column(len(read))).slice(0, LOOKED_AT).to_pylist()
    return _different(came or cell for came, cell in zip(theirs, cells, strict=True))


def _different(cells: Iterable[str]) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys(filter(None, map(clean, cells))), SAMPLES))


def _of_rows(rows: Sequence[Sequence[str]], header: int, mapping: ColumnMapping) -> FileSeen:
    """The first rows as they stand, one of them taken for the headings."""
    shown = tuple(tuple(map(clean, row)) for row in rows)
    table = headings_with(mapping)
    if not shown:
        return FileSeen(mapping, ())
    if not 0 < header <= len(shown):
        header = 1 + max(range(len(shown)), key=lambda row: (len(match_headings(shown[row], table)), sum(map(bool, shown[row]))))
    words, below = table.words, shown[header:]
    columns: list[ColumnSeen] = []
    for place, heading in enumerate(shown[header - 1]):
        samples = _different(row[place] for row in below if place < len(row))
        columns.append(ColumnSeen(heading, samples, words.get(heading_key(heading), LEFT_OUT)))
    return FileSeen(mapping, _shown(columns), {}, shown, header)
