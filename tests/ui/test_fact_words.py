"""What a proposal of facts does to codes, in words: whose turn, which last longer, which turn so later."""

from datetime import datetime

import pytest

from hbcore.domain.staying import Stays
from hbcore.domain.vocabulary import SHANGHAI, Colour
from hbcore.ui import words
from hbcore.ui.fact_words import changes_words

RED, YELLOW = Colour.RED, Colour.YELLOW


def day(of_december: int) -> datetime:
    return datetime(2026, 12, of_december, tzinfo=SHANGHAI)


LATER, LONGER, SHORTER = Stays(RED, None, day(9), day(4)), Stays(YELLOW, day(5), day(9)), Stays(YELLOW, day(9), day(5))
SAID = [
    ([(LATER,)], "1 人将于 12月4日 00:00 起转红码，至 12月9日 00:00"),
    ([(LATER,), (LATER, LONGER), (LONGER,)], "2 人稍后转红码 · 1 人黄码期限延长"),
    ([(SHORTER, LATER), (SHORTER,)], "1 人稍后转红码 · 1 人黄码期限缩短"),
]


@pytest.mark.parametrize(("stays", "said"), SAID)
def test_who_turns_yellow_or_red_later_is_told_before_whose_time_is_shorter(stays: list[tuple[Stays, ...]], said: str) -> None:
    words.speak("zh")

    assert changes_words({}, stays) == said
