"""Numbers of identity documents by columns: the same answers as `documents`, for whole files."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hbcore.domain.calendar_days import days_of
from hbcore.domain.cells import (
    CAPITALS,
    DIGITS,
    Cells,
    Codes,
    Places,
    as_mask,
    cells_of,
    clean,
    coded,
    coded_where,
    only_of,
    rewritten,
    spread,
    word_key,
)
from hbcore.domain.documents import EIGHTEEN, FORMS, KIND_OF, KINDS, LIFELONG, guess_kind, normal_number, why_no_number
from hbcore.domain.problems import NUMBER_OF, Mask
from hbcore.domain.vocabulary import DocumentKind, RowCode

UNREADABLE_KIND = len(KINDS)
"""Kinds by columns are places in `KINDS`; this one means: a word we do not know. `NO_KIND`: the cell is empty."""
NO_KIND = UNREADABLE_KIND + 1

_WEIGHTS = [pow(2, 17 - place, 11) for place in range(18)]


def read_kinds(words: pa.StringArray) -> Codes:
    """A column of words as places in `KINDS`, `UNREADABLE_KIND` or `NO_KIND`."""
    return coded(words, _place_of_kind)


def check_numbers(kinds: Codes, numbers: pa.StringArray) -> tuple[Codes, pa.StringArray, Codes]:
    """Kinds (guessed where `NO_KIND`), numbers as matched, and what is wrong (numbers of `NUMBER_OF`), by columns.

    Of rows with a fault, and of those of an `UNREADABLE_KIND`, the number stays as it was normalised.
    """
    made = rewritten(numbers, ~only_of(cells_of(numbers), DIGITS, CAPITALS), normal_number)
    kinds = _guessed(kinds, made)
    cells = cells_of(made)
    wrong = _never_a_number(cells)
    for place, kind in enumerate(KINDS):
        here = (kinds == place) & (wrong == 0)
        if here.any():
            wrong += _check_kind(cells, here, kind)
            made = _kept(made, here & (wrong == 0), kind)
    return kinds, made, wrong


def _place_of_kind(word: str) -> int:
    kind = KIND_OF.get(word_key(word))
    if kind is None:
        return UNREADABLE_KIND if clean(word) else NO_KIND
    return KINDS.index(kind)


def _guessed(kinds: Codes, numbers: pa.StringArray) -> Codes:
    unstated = kinds == NO_KIND
    guesses = coded_where(numbers, unstated, lambda number: KINDS.index(guess_kind(number)))
    return np.where(unstated, guesses, kinds)


def _never_a_number(cells: Cells) -> Codes:
    """`why_no_number` by columns: only short numbers and those with a 0 or X in front or an E can be any of it."""
    odd = ~only_of(cells, DIGITS, CAPITALS) | (cells.lengths < 5)
    long = np.flatnonzero(~odd)
    first = cells.byte(0, long)
    odd[long[(first == 0x30) | (first == 0x58) | _has_byte(cells, long, 0x45)]] = True
    return coded_where(cells.text, odd, lambda number: NUMBER_OF[why] if (why := why_no_number(number)) else 0)


def _has_byte(cells: Cells, rows: Places, byte: int) -> Mask:
    places = np.flatnonzero(cells.bytes == byte)
    having = np.zeros(len(cells.starts), np.bool_)
    having[np.searchsorted(cells.ends, places, side="right")] = True
    return having[rows]


def _check_kind(cells: Cells, here: Mask, kind: DocumentKind) -> Codes:
    """What is wrong with the numbers of `here`, all of `kind`; 0 elsewhere."""
    text = cells.text if here.all() else cells.text.filter(pa.array(here))
    own = cells_of(text)
    if kind is DocumentKind.RESIDENT_ID:
        shaped = (own.lengths == 18) & _seventeen_digits(own)
    else:
        shaped = as_mask(pc.match_substring_regex(text, rf"\A(?:{FORMS[kind]})\z"))
    wrong = np.where(shaped, 0, NUMBER_OF[RowCode.BAD_DOCUMENT]).astype(np.int8)
    if kind in EIGHTEEN:
        rows = np.flatnonzero(shaped & (own.lengths == 18))
        wrong[rows] = _check_eighteen(own, rows)
    return spread(here, wrong)


def _seventeen_digits(cells: Cells) -> Mask:
    """Where the only letter, if any, is the last byte and an X."""
    places = np.flatnonzero((cells.bytes - np.uint8(0x30)) > 9)
    owners = np.searchsorted(cells.ends, places, side="right")
    made = np.ones(len(cells.starts), np.bool_)
    made[owners[(places != cells.ends[owners] - 1) | (cells.bytes[places] != 0x58)]] = False
    return made


def _check_eighteen(cells: Cells, rows: Places) -> Codes:
    """MOD 11-2 (ISO 7064) and a real birth date; the rows have 17 digits and a digit or X."""
    digits = [column.astype(np.int16) - 0x30 for column in cells.run(18, rows).T]
    digits[17][digits[17] == 0x58 - 0x30] = 10
    total = np.zeros(len(rows), np.int16)
    for digit, weight in zip(digits, _WEIGHTS, strict=True):
        total += digit * np.int16(weight)
    year = digits[6] * np.int16(1000) + digits[7] * np.int16(100) + digits[8] * np.int16(10) + digits[9]
    _, born = days_of(year.astype(np.int32), digits[10] * 10 + digits[11], digits[12] * 10 + digits[13])
    bad_check = total % 11 != 1
    wrong = np.where(born, 0, NUMBER_OF[RowCode.BAD_DOCUMENT])
    return np.where(bad_check, NUMBER_OF[RowCode.BAD_CHECK_DIGIT], wrong).astype(np.int8)


def _kept(numbers: pa.StringArray, here: Mask, kind: DocumentKind) -> pa.StringArray:
    if kind not in LIFELONG or not here.any():
        return numbers
    where = pa.array(here)
    return pc.replace_with_mask(numbers, where, pc.utf8_slice_codeunits(numbers.filter(where), 0, LIFELONG[kind]))
