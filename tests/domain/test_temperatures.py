"""What a thermometer may show, when it is abnormal, and what is asked for next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hbcore.domain.errors import Refused
from hbcore.domain.temperatures import (
    CLOSED_WORDS,
    DONE_WORDS,
    STATE_WORDS,
    Closed,
    Done,
    Measured,
    ReadingState,
    celsius,
    in_order,
    judged,
    read_celsius,
)

TYPED = """
    36.5    | 365
    37      | 370
    37.     | 370
    37.30   | 373
    ３７．３ | 373
    " 36.6 "| 366
    30.0    | 300
    45.0    | 450
    29.9    | temperature_out_of_range
    45.1    | temperature_out_of_range
    98.6    | temperature_out_of_range
    0       | temperature_out_of_range
    373     | temperature_out_of_range
    36.55   | one_decimal
    37,3    | not_a_temperature
    -36.5   | not_a_temperature
    3e1     | not_a_temperature
    nan     | not_a_temperature
    37.3C   | not_a_temperature
    ٣٧.٣    | not_a_temperature
    ""      | not_a_temperature
"""


@pytest.mark.parametrize("line", TYPED.strip().splitlines())
def test_what_is_typed_is_a_temperature_or_is_refused_with_what_is_wrong(line):
    typed, said = (cell.strip().strip('"') for cell in line.split("|"))

    try:
        read = str(read_celsius(typed))
    except Refused as refused:
        read = refused.code

    assert read == said


JUDGED = """
    first | second | done     | what it is
    365   |        |          | normal
    372   |        |          | normal
    373   |        |          | second_due
    373   | 372    |          | normal
    373   | 373    | called   | open
    401   | 389    | referred | open
    373   | 373    |          | done_needed
    373   | 372    | called   | done_not_needed
    373   |        | called   | done_not_needed
    365   | 366    |          | second_not_needed
    372   | 373    | called   | second_not_needed
    460   |        |          | temperature_out_of_range
    380   | 290    |          | temperature_out_of_range
"""


@pytest.mark.parametrize("line", JUDGED.strip().splitlines()[1:])
def test_abnormal_is_what_is_twice_abnormal(line):
    first, second, done, said = (cell.strip() for cell in line.split("|"))
    measured = Measured(int(first), int(second) if second else None, (Done(done),) if done else ())

    try:
        found = str(judged(measured))
    except Refused as refused:
        found = refused.code

    assert found == said


@given(st.integers(300, 450))
def test_a_temperature_is_read_as_it_is_written(tenths):
    assert read_celsius(celsius(tenths)) == tenths


@given(st.text())
def test_any_text_is_a_temperature_or_a_refusal(text):
    try:
        read = read_celsius(text)
    except Refused as refused:
        said, read = refused.code, 365
    else:
        said = "one_decimal"

    assert 300 <= read <= 450
    assert said in {"not_a_temperature", "one_decimal", "temperature_out_of_range"}


def test_what_was_done_is_kept_once_and_in_order():
    assert in_order(["called", "referred", "called"]) == (Done.REFERRED, Done.CALLED)


@pytest.mark.parametrize(("words", "codes"), [(DONE_WORDS, Done), (STATE_WORDS, ReadingState), (CLOSED_WORDS, Closed)])
def test_each_word_of_the_lists_is_said_in_both_languages(words, codes):
    assert set(words) == set(codes)
    assert all(one.zh and one.en for one in words.values())
