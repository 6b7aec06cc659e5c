"""Base45 says every byte in one way and reads no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hbcore.domain import base45

RFC_9285 = [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")]


@pytest.mark.parametrize(("content", "text"), RFC_9285)
def test_the_examples_of_the_standard_hold(content: bytes, text: str) -> None:
    assert base45.encode(content) == text
    assert base45.decode(text) == content


@given(st.binary(max_size=600))
def test_what_was_written_is_read_again(content: bytes) -> None:
    text = base45.encode(content)

    assert base45.decode(text) == content
    assert set(text) <= set(base45.ALPHABET)


@given(st.text(base45.ALPHABET, max_size=9))
def test_a_text_that_is_read_is_the_one_that_would_be_written(text: str) -> None:
    try:
        content = base45.decode(text)
    except ValueError:
        return
    assert base45.encode(content) == text


@pytest.mark.parametrize(
    "text",
    ["bb8", "BB8\n", "BB8_", "BB8é", "B", "BB8B", ":::", "GGW0", "FGWB", ":::BB8", "5 ", "BB85 ", "A:", "BB8::", "０00"],
    ids=repr,
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base45"):
        base45.decode(text)


def test_the_largest_of_each_length_is_read() -> None:
    assert base45.decode("FGWU5") == b"\xff\xff\xff"
    assert base45.encode(b"\xff\xff\xff") == "FGWU5"
