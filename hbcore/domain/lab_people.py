"""Who the rows of a laboratory file are about: names, documents, phones, and rows that are about nobody."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hbcore.domain.cells import (
    DIGITS,
    Codes,
    as_mask,
    begins,
    cells_of,
    clean,
    coded_where,
    empty_column,
    only_of,
    rewritten,
    words_of,
)
from hbcore.domain.document_columns import NO_KIND, UNREADABLE_KIND, check_numbers, read_kinds
from hbcore.domain.documents import KINDS, UNKNOWN_COUNTRY
from hbcore.domain.names import check_names, clean_names, name_keys, odd_names
from hbcore.domain.placeholders import NO_PERSON_BEGINS, is_control_well, is_environment, is_placeholder
from hbcore.domain.problems import Faults, Mask
from hbcore.domain.vocabulary import NoteCode, RowCode

Columns = Mapping[str, pa.StringArray]
"""By our word, one cell a row, no nulls."""

_PHONE = re.compile(r"\+?[0-9]{5,15}", re.ASCII)
_PHONE_LAYOUT = re.compile(r"[\s()\-\u2010-\u2015]+")
_MAINLAND = re.compile(r"(?:\+|00)?86(1[0-9]{10})", re.ASCII)


@dataclass(frozen=True)
class People:
    """One a row. What a refused row says of its person is not to be relied on, but it tells people apart."""

    name: pa.StringArray
    key: pa.StringArray
    kind: Codes
    number: pa.StringArray
    phone: pa.StringArray
    phone_dropped: Mask

    def kind_words(self) -> pa.DictionaryArray:
        """Our words for the kinds."""
        return words_of([*KINDS, ""], np.minimum(self.kind, len(KINDS)))

    def country(self) -> pa.DictionaryArray:
        """Laboratories do not state who issued a document."""
        return words_of([UNKNOWN_COUNTRY], np.zeros(len(self.name), np.int8))


def read_people(columns: Mapping[str, pa.StringArray], rows: int, faults: Faults) -> People:
    """Names and documents, with what is wrong with them. Phones that cannot be read are dropped (model part 7)."""
    names = _names(columns, rows)
    odd = odd_names(names)
    numbers = columns.get("document_number", empty_column(rows))
    kinds = np.full(rows, NO_KIND, np.int8)
    if "document_kind" in columns:
        kinds = read_kinds(columns["document_kind"])
    kinds, normalised, wrong = check_numbers(kinds, numbers)
    faults.add_numbered(check_names(names, odd), "name")
    faults.add(kinds == UNREADABLE_KIND, "document_kind", RowCode.UNKNOWN_DOCUMENT_KIND)
    faults.add_numbered(wrong, "document_number")
    kept = clean_names(names, odd)
    phones = _phones(columns, rows)
    return People(kept, name_keys(kept, odd), kinds, normalised, phones, _dropped(columns, phones, rows))


@dataclass(frozen=True)
class Nobody:
    """Rows of no person (model part 7): control wells; surfaces, rooms and goods."""

    wells: Mask
    environment: Mask

    @property
    def rows(self) -> Mask:
        """All of them."""
        return self.wells | self.environment

    def noted(self, rows: npt.NDArray[np.int32]) -> dict[NoteCode, npt.NDArray[np.int32]]:
        """Their rows of the file, by what they are."""
        return {NoteCode.CONTROL_WELLS: rows[self.wells], NoteCode.ENVIRONMENT: rows[self.environment]}


def who_is_nobody(columns: Columns, rows: int) -> Nobody:
    """Told by name. A well with a person's number is that person's row."""
    empty = empty_column(rows)
    names, samples = columns.get("name", empty), columns.get("sample_number", empty)
    environment = coded_where(names, begins(names, *NO_PERSON_BEGINS), is_environment) > 0
    unnumbered = _unnumbered(columns.get("document_number", empty))
    wells = np.zeros(rows, np.bool_)
    for cells in (names, samples):
        wells |= coded_where(cells, unnumbered, is_control_well) > 0
    return Nobody(wells & ~environment, environment)


def without(nobody: Mask, columns: Columns, rows: npt.NDArray[np.int32]) -> tuple[Columns, npt.NDArray[np.int32]]:
    """The other rows."""
    if not nobody.any():
        return columns, rows
    kept = pa.array(~nobody)
    return {word: cells.filter(kept) for word, cells in columns.items()}, rows[~nobody]


def _names(columns: Mapping[str, pa.StringArray], rows: int) -> pa.StringArray:
    if "name" in columns:
        return columns["name"]
    parts = [columns[word] for word in ("last_name", "first_names") if word in columns]
    return pc.binary_join_element_wise(*parts, " ") if parts else empty_column(rows)


def _unnumbered(numbers: pa.StringArray) -> Mask:
    """Where no number is stated: nothing, a placeholder, or the well's own word again."""
    short = cells_of(numbers).lengths <= 12
    if not short.any():
        return short
    some = cells_of(numbers.filter(pa.array(short)))
    short[short] = ~(only_of(some, DIGITS) & (some.lengths > 4))
    return coded_where(numbers, short, _states_nothing) > 0


def _states_nothing(cell: str) -> bool:
    return not clean(cell) or is_placeholder(cell) or is_control_well(cell)


def _phones(columns: Mapping[str, pa.StringArray], rows: int) -> pa.StringArray:
    if "phone" not in columns:
        return pa.nulls(rows, pa.string())
    cells = cells_of(columns["phone"])
    return rewritten(cells.text, ~((cells.lengths == 11) & only_of(cells, DIGITS)), read_phone)


def _dropped(columns: Columns, phones: pa.StringArray, rows: int) -> Mask:
    """Where a phone is written that cannot be read."""
    lost = as_mask(phones.is_null())
    if "phone" not in columns or not lost.any():
        return np.zeros(rows, np.bool_)
    return coded_where(columns["phone"], lost, lambda cell: bool(clean(cell))) > 0


def read_phone(cell: str) -> str | None:
    """A phone's digits, a mainland number without its country code; None where it cannot be read.

    Never 11 digits by force: many holders have no mainland phone (domain part 1)."""
    digits = _PHONE_LAYOUT.sub("", clean(cell))
    if mainland := _MAINLAND.fullmatch(digits):
        return mainland[1]
    return digits if _PHONE.fullmatch(digits) else None
