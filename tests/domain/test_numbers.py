"""Look-up numbers, receipts, and what a text in the search box may be."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hbcore.domain.numbers import (
    SECRET_ALPHABET,
    SECRET_LENGTH,
    as_receipt,
    is_look_up_number,
    look_up_number,
    receipt_number,
    receipt_secret,
    what_is,
)
from tests.domain.people_in_tables import lines

ELEVEN = st.text("0123456789", min_size=11, max_size=11)


def mod_11_10_by_hand(digits: str) -> int:
    """The recursion of ISO 7064 as the standard writes it."""
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return (11 - product) % 10


@given(ELEVEN)
def test_a_look_up_number_is_eleven_digits_and_their_check_digit(eleven: str) -> None:
    number = look_up_number(eleven)

    assert number == f"{eleven}{mod_11_10_by_hand(eleven)}"
    assert is_look_up_number(number)


@given(ELEVEN, st.integers(0, 11), st.integers(1, 9))
def test_one_mistyped_digit_never_makes_another_look_up_number(eleven: str, place: int, off: int) -> None:
    number = look_up_number(eleven)
    wrong = number[:place] + str((int(number[place]) + off) % 10) + number[place + 1 :]

    assert not is_look_up_number(wrong)


@pytest.mark.parametrize("digits", ["", "1234567890", "123456789012", "1234567890a", "１２３４５６７８９０１"])
def test_a_look_up_number_comes_from_eleven_ascii_digits_only(digits: str) -> None:
    with pytest.raises(ValueError, match="11 digits"):
        look_up_number(digits)


@given(st.dates(date(2020, 1, 1), date(2099, 12, 31)), st.integers(0, 99_999))
def test_a_receipt_names_its_day_and_reads_back(on: date, serial: int) -> None:
    receipt = receipt_number(on, serial)

    assert receipt == f"A{on:%y%m%d}-{serial:05}-{mod_11_10_by_hand(f'{on:%y%m%d}{serial:05}')}"
    assert as_receipt(receipt.lower().replace("-", " ")) == receipt


@pytest.mark.parametrize("serial", [-1, 100_000])
def test_a_day_holds_a_hundred_thousand_receipts(serial: int) -> None:
    with pytest.raises(ValueError, match="100,000"):
        receipt_number(date(2026, 11, 23), serial)


def test_a_secret_has_eight_characters_that_are_not_taken_for_one_another() -> None:
    secret = receipt_secret(range(SECRET_LENGTH))

    assert secret == SECRET_ALPHABET[:8]
    assert not set("01258BILOSVZ") & set(SECRET_ALPHABET)
    assert len(set(SECRET_ALPHABET)) == len(SECRET_ALPHABET) == 24


TEXTS = """
    typed                | may be
    ---------------------+----------------------------------------------------------------------------
    A261123-00042-1      | receipt A261123-00042-1, document A261123000421, sample A261123-00042-1
    a261123000421        | receipt A261123-00042-1, document A261123000421, sample a261123000421
    Ａ261123－00042－1    | receipt A261123-00042-1, document A261123000421, sample A261123-00042-1
    A261123-00042-7      | document A261123000427, sample A261123-00042-7
    123456789014         | look_up 123456789014, document 123456789014, sample 123456789014
    123 456 789 014      | look_up 123456789014, document 123456789014, sample 123 456 789 014
    123456789012         | document 123456789012, sample 123456789012
    11010519491231002x   | document 11010519491231002X, sample 11010519491231002x
    04217893(B)          | document 04217893B, sample 04217893(B)
    T-1                  | sample T-1
    张三                 | sample 张三
"""


@pytest.mark.parametrize(("typed", "may_be"), lines(TEXTS))
def test_a_text_is_read_as_all_it_may_be(typed: str, may_be: str) -> None:
    readings = what_is(typed)

    assert ", ".join(f"{reading.kind} {reading.text}" for reading in readings) == may_be


@pytest.mark.parametrize("text", ["", "  ", "a\u0000b", "x" * 65])
def test_what_cannot_be_a_number_is_nothing(text: str) -> None:
    assert what_is(text) == ()
