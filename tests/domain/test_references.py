"""The number of a paper or a case: with a digit, and nobody's."""

import pytest

from hbcore.domain.documents import with_check_digit
from hbcore.domain.fact_rules import LONGEST_REFERENCE, is_reference

SOMEBODY = with_check_digit("42010619900101123")


@pytest.mark.parametrize(
    "text",
    [
        "武疾控流调〔2026〕17号",
        "WH-2020-1187",
        "2026/17",
        "4",
        f"{SOMEBODY[:-1]}{(int(SOMEBODY[-1], 16) + 1) % 10}",
        f"{SOMEBODY}00",
    ],
)
def test_a_papers_number_is_one(text):
    assert is_reference(text)


@pytest.mark.parametrize("text", ["张三", "", "1\n2", "1" * (LONGEST_REFERENCE + 1), "=1+1"])
def test_a_name_or_a_line_break_is_none(text):
    assert not is_reference(text)


@pytest.mark.parametrize(
    "text",
    [
        SOMEBODY,
        f"病例 {SOMEBODY}",
        f"{SOMEBODY[:6]} {SOMEBODY[6:14]} {SOMEBODY[14:]}",
        SOMEBODY.translate({48 + d: 0xFF10 + d for d in range(10)}),
    ],
)
def test_nobodys_identity_number_stands_in_one(text):
    assert not is_reference(text)
