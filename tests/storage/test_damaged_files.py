"""Damaged files of every format: a table or a refusal that has a sentence, never anything else."""

from hypothesis import event, example, given, settings

from hbcore.domain.errors import FileRefused
from hbcore.domain.headings import APPLICATIONS, FACTS, FILINGS, LAB
from hbcore.domain.vocabulary import Encoding, FileCode
from hbcore.sentences import SENTENCES
from hbcore.storage.readers import is_text, names_read_as, read_table
from tests.storage.mutated import BOOKS, EXAMPLES, TEXTS, damaged_books, damaged_texts


def known(code: str) -> str:
    """A code of the closed list that has a sentence."""
    assert FileCode(code) in SENTENCES
    return code


def end_of(data: bytes, **more: Encoding) -> str:
    """`read`, or why not."""
    try:
        table = read_table(data, LAB, **more)
    except FileRefused as refused:
        return known(refused.code)
    assert {len(column) for column in (*table.columns.values(), *table.other.values())} <= {len(table.rows)}
    assert all(column.validate(full=True) is None for column in table.columns.values())
    assert {problem.row for problem in table.problems} <= set(table.rows.tolist())
    return "read"


@settings(max_examples=EXAMPLES * 4, deadline=None)
@given(damaged_texts)
def test_a_damaged_text_is_read_or_refused_in_every_encoding(data: bytes) -> None:
    event(end_of(data))  # counted under `--hypothesis-show-statistics`

    for encoding in Encoding if is_text(data) else ():
        end_of(data, encoding=encoding)
        assert all(isinstance(name, str) for headings in (LAB, FACTS) for name in names_read_as(data, headings, encoding))


@settings(max_examples=EXAMPLES, deadline=None)
@given(damaged_books)
@example(BOOKS["xls"][:3_000] + bytes(1_100) + BOOKS["xls"][4_100:])
def test_a_damaged_workbook_is_read_or_refused(data: bytes) -> None:
    event(end_of(data))


def test_what_is_damaged_here_was_sound() -> None:
    for data in (*TEXTS.values(), *BOOKS.values()):
        assert end_of(data) == "read"
    for headings in (FILINGS, APPLICATIONS):
        assert read_table(TEXTS["UTF-8"], headings).rows.size == 3
