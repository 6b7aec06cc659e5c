"""What a proposal of facts does to codes, in words: whose turn, which last longer, which turn so later; and what it did."""

from datetime import datetime

import pytest

from hbcore.domain.staying import Stays
from hbcore.domain.vocabulary import SHANGHAI, Colour
from hbcore.services.fact_lists import Confirmed
from hbcore.services.fact_proposing import Effect
from hbcore.services.fact_put_down import Ahead
from hbcore.services.second_look import What
from hbcore.ui import words
from hbcore.ui.fact_words import changes_words, confirmed_words, effect_words

RED, YELLOW = Colour.RED, Colour.YELLOW


def day(of_december: int) -> datetime:
    return datetime(2026, 12, of_december, tzinfo=SHANGHAI)


LATER, LONGER, SHORTER = Stays(RED, None, day(9), day(4)), Stays(YELLOW, day(5), day(9)), Stays(YELLOW, day(9), day(5))
DONE = Confirmed(1, 3, {"green>yellow": 2, "none>red": 1, "yellow>red": 1, "yellow>none": 1})
DID = [
    (What.FACTS, DONE, "已确认：登记管控记录 3 条。2 人已转黄码 · 2 人已转红码 · 1 人现无码"),
    (What.FACTS, Confirmed(1, 3, {}, left_out=2), "已确认：登记管控记录 3 条。2 人未登记 · 没有人的健康码变化。"),
    (What.END_FACT, Confirmed(1, 1, {"yellow>green": 1}), "已确认：解除管控 1 条。1 人已转绿码"),
    (
        What.EXTEND_FACT,
        Confirmed(1, 1, {}, stays=[(Stays(YELLOW, day(5), day(9)),)]),
        "已确认：延长管控 1 条。1 人黄码、红码延长或稍后转码",
    ),
]
SAID = [
    ([(LATER,)], "1 人将于 12月4日 00:00 起转红码，至 12月9日 00:00"),
    ([(Stays(RED, None, None, day(4)),)], "1 人将于 12月4日 00:00 起转红码，另行解除前有效"),
    ([(Stays(YELLOW, day(5), None),)], "1 人黄码延长，另行解除前有效（原至 12月5日 00:00）"),
    ([(Stays(YELLOW, None, day(5)),)], "1 人黄码提前至 12月5日 00:00 结束（原直至另行解除）"),
    ([(LATER,), (LATER, LONGER), (LONGER,)], "2 人稍后转红码 · 1 人黄码期限延长"),
    ([(SHORTER, LATER), (SHORTER,)], "1 人稍后转红码 · 1 人黄码期限缩短"),
]


@pytest.mark.parametrize(("stays", "said"), SAID)
def test_who_turns_yellow_or_red_later_is_told_before_whose_time_is_shorter(stays: list[tuple[Stays, ...]], said: str) -> None:
    words.speak("zh")

    assert changes_words({}, stays) == said


def test_of_one_person_what_begins_later_is_told_once_with_its_times_of_more_in_a_line_of_its_own() -> None:
    words.speak("zh")
    one = Effect(None, {}, Ahead(day(4), {"green>red": 1}), [(LATER,)])
    two = Effect(None, {}, Ahead(day(4), {"green>red": 2}), [(LATER,), (LATER,)])

    assert effect_words(one) == ["确认后：1 人将于 12月4日 00:00 起转红码，至 12月9日 00:00"]
    assert effect_words(two) == ["确认后：2 人稍后转红码", "全部开始执行后（12月4日 00:00）：2 人将转红码"]


@pytest.mark.parametrize(("what", "done", "said"), DID)
def test_a_confirmation_says_what_it_did_by_the_figures_of_its_event(what: What, done: Confirmed, said: str) -> None:
    words.speak("zh")

    assert confirmed_words(what, done) == said
