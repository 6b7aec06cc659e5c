"""A file whose headings and words were renamed at random and mapped back is read and judged as the one it was."""

from datetime import UTC, datetime

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from hbcore.domain.column_mapping import LISTS, read_mapping
from hbcore.domain.headings import LAB, heading_key
from hbcore.domain.lab_columns import Judged, judge
from hbcore.services.uploads import IncomingFile
from hbcore.storage.readers import Table
from tests.services.numbers import resident_number

AT = datetime(2022, 11, 10, 2, tzinfo=UTC)
COLUMNS = ("name", "document_kind", "document_number", "sampled_at", "sample_number", "assay", "outcome", "igg")
LINES = [
    ("张三", "居民身份证", resident_number(1), "2022-11-08 08:00", "S1", "核酸", "阴性", "1.2"),
    ("李四", "护照", "E12345678", "2022-11-08 08:00", "S2", "核酸", "阳性", "阴性"),
    ("王五", "驾照", "E12345679", "2022-11-08 08:00", "S3", "抗原", "可疑", "不明"),
    ("赵六", "护照", "E12345670", "2022-13-08", "S4", "心电图", "无效", "0.3"),
]
LETTERS = st.text(st.characters(categories=("Lu", "Ll", "Lo")), min_size=2, max_size=8)
WRITTEN = [written for of in LISTS.values() for written in of.written.values()]


def is_new(name: str) -> bool:
    """Whether the desk knows it neither as a heading nor as a word, and it stands in no cell of the file."""
    known = (*(of.known(name) for of in LISTS.values()), LAB.words.get(heading_key(name)))
    return bool(heading_key(name)) and not any(known) and all(name not in one for one in LINES)


MANY = len(COLUMNS) + len(WRITTEN)
names = st.lists(LETTERS.filter(is_new), min_size=MANY, max_size=MANY, unique_by=heading_key)


def read(lines: list[tuple[str, ...]], head: list[str], mapping: object) -> tuple[Table, Judged]:
    text = "\n".join("\t".join(one) for one in (tuple(head), *lines))
    table = IncomingFile(text.encode(), "a.tsv", mapping=read_mapping(mapping)).table(LAB)
    return table, judge(table.columns, table.rows, at=AT, institution_name="", found=table.problems)


@given(names, st.integers(0, len(COLUMNS)))
def test_what_was_renamed_and_mapped_back_is_judged_as_it_was(new, kept):
    """The first `kept` headings keep their names."""
    words = dict(zip(WRITTEN, new[len(COLUMNS) :], strict=True))
    head = [word if place < kept else new[place] for place, word in enumerate(COLUMNS)]
    renamed = [tuple(words.get(cell, cell) for cell in one) for one in LINES]
    lists = {name: {words[written]: word for word, written in of.written.items()} for name, of in LISTS.items()}
    mapping = {"headings": dict(zip(head[kept:], COLUMNS[kept:], strict=True)), **lists}

    table, judged = read(renamed, head, mapping)

    _, before = read(LINES, list(COLUMNS), {})
    assert judged.results.equals(before.results)
    assert (judged.problems, judged.read, judged.refused) == (before.problems, before.read, before.refused)
    came = {"".join(cells) for cells in zip(*(one.to_pylist() for one in table.other.values()), strict=True)}
    theirs = {"".join(cell for cell, was in zip(*pair, strict=True) if cell != was) for pair in zip(renamed, LINES, strict=True)}
    assert came == theirs, "their own words are kept"
    assert all(isinstance(column, pa.StringArray) for column in table.columns.values())
