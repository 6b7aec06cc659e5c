"""A table read by what a laboratory's headings and words mean, its own words kept beside ours so that nothing is lost."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from hbcore.domain.cells import clean
from hbcore.domain.column_mapping import ColumnMapping, in_our_words
from hbcore.storage.readers.table import Table


def as_it_came(heading: str) -> str:
    """The name of the column that holds a laboratory's own words where ours stand in their place."""
    return f"“{clean(heading)}”"


def in_words_of(table: Table, mapping: ColumnMapping) -> Table:
    """The table in our words; the cells that another word stands for by now are kept under `as_it_came`."""
    changed = in_our_words(table.columns, mapping)
    heading_of = {word: heading for heading, word in table.headings}
    theirs = {
        as_it_came(heading_of[word]): pc.if_else(pc.equal(cells, table.columns[word]), pa.scalar(""), table.columns[word])
        for word, cells in changed.items()
        if word in heading_of
    }
    return replace(table, columns={**table.columns, **changed}, other={**table.other, **theirs})
