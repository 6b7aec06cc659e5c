"""Numbers of identity documents by columns: the same answers as `documents`, for whole files."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hbcore.domain.calendar_days import Whole, days_of
from hbcore.domain.cells import (
    CAPITALS,
    DIGITS,
    Cells,
    Codes,
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

_A_TO_D, _F_TO_Z = (0x41, 0x44), (0x46, 0x5A)
_BAD = NUMBER_OF[RowCode.BAD_DOCUMENT]
_WEIGHTS = [pow(2, 17 - place, 11) for place in range(18)]


def read_kinds(words: pa.StringArray) -> Codes:
    """A column of words as places in `KINDS`, `UNREADABLE_KIND` or `NO_KIND`."""
    return coded(words, _place_of_kind)


def check_numbers(kinds: Codes, numbers: pa.StringArray) -> tuple[Codes, pa.StringArray, Codes]:
    """Kinds (guessed where `NO_KIND`), numbers as matched, and what is wrong (numbers of `NUMBER_OF`), by columns.

    Of rows with a fault, and of those of an `UNREADABLE_KIND`, the number stays as it was normalised.
    """
    lettered = ~only_of(cells_of(numbers), DIGITS)
    made = rewritten(numbers, _not_within(numbers, lettered, DIGITS, CAPITALS), normal_number)
    kinds = _guessed(kinds, made)
    cells = cells_of(made)
    wrong = _never_a_number(cells, lettered)
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


def _not_within(text: pa.StringArray, where: Mask, *ranges: tuple[int, int]) -> Mask:
    """Those of `where` that are not `only_of` the ranges."""
    made = where.copy()
    made[where] = ~only_of(cells_of(text.filter(pa.array(where))), *ranges)
    return made


def _never_a_number(cells: Cells, lettered: Mask) -> Codes:
    """`why_no_number` by columns: only short numbers and those with a 0 or X in front or an E can be any of it."""
    odd = cells.lengths < 5
    long = np.flatnonzero(~odd)
    first = cells.byte(0, long)
    odd[long[(first == 0x30) | (first == 0x58)]] = True
    odd |= _not_within(cells.text, lettered, DIGITS, _A_TO_D, _F_TO_Z)
    return coded_where(cells.text, odd, lambda number: NUMBER_OF[why] if (why := why_no_number(number)) else 0)


def _check_kind(cells: Cells, here: Mask, kind: DocumentKind) -> Codes:
    """What is wrong with the numbers of `here`, all of `kind`; 0 elsewhere."""
    text = cells.text if here.all() else cells.text.filter(pa.array(here))
    own = cells_of(text)
    # Of a resident identity card every form is one of 18, and they are looked at digit by digit.
    shaped = own.lengths == 18
    if kind is not DocumentKind.RESIDENT_ID:
        shaped = as_mask(pc.match_substring_regex(text, rf"\A(?:{FORMS[kind]})\z"))
    wrong = np.where(shaped, 0, _BAD).astype(np.int8)
    if kind in EIGHTEEN:
        rows = np.flatnonzero(shaped & (own.lengths == 18))
        for part, columns in own.runs(18, rows):
            wrong[rows[part]] = _check_eighteen(columns)
    return spread(here, wrong)


def _check_eighteen(columns: npt.NDArray[np.uint8]) -> Codes:
    """17 digits and a digit or X, MOD 11-2 (ISO 7064), a real birth date. `columns`: a line a place, all digits or capitals."""
    digits = columns - np.uint8(0x30)
    digits[17][columns[17] == 0x58] = 10
    shaped = (digits[:17].max(axis=0) < 10) & (digits[17] < 11)
    # At most 255 * 101 where they are no digits.
    total = np.zeros(digits.shape[1], np.int16)
    for digit, weight in zip(digits.astype(np.int16), _WEIGHTS, strict=True):
        total += digit * np.int16(weight)
    year, month, day = (_whole(digits[first:last]) for first, last in ((6, 10), (10, 12), (12, 14)))
    _, born = days_of(year, month, day)
    return np.select([~shaped, total % 11 != 1, ~born], [_BAD, NUMBER_OF[RowCode.BAD_CHECK_DIGIT], _BAD], 0).astype(np.int8)


def _whole(digits: npt.NDArray[np.uint8]) -> Whole:
    value = np.zeros(digits.shape[1], np.int32)
    for digit in digits:
        value = value * 10 + digit
    return value


def _kept(numbers: pa.StringArray, here: Mask, kind: DocumentKind) -> pa.StringArray:
    if kind not in LIFELONG or not here.any():
        return numbers
    where = pa.array(here)
    return pc.replace_with_mask(numbers, where, pc.utf8_slice_codeunits(numbers.filter(where), 0, LIFELONG[kind]))
