"""Threads that want the same done at once: served together, each with its own answer."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

import pytest

from hbcore.services.together import Together


class Served:
    """Doubles numbers; the first time not before it is let go. Odd ones are refused, 13 breaks everything."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.begun, self.let_go = Event(), Event()

    def __call__(self, wanted: Sequence[int]) -> list[int | Exception]:
        self.calls.append(list(wanted))
        self.begun.set()
        assert self.let_go.wait(10)
        if 13 in wanted:
            raise ArithmeticError
        return [ValueError(one) if one % 2 else one * 2 for one in wanted]


def outcome(together: Together[int, int], wanted: int) -> int | type[Exception]:
    try:
        return together.do(wanted)
    except (ValueError, ArithmeticError) as error:
        return type(error)


def served(wanted: Sequence[int], most: int = 64) -> tuple[Served, list[int | type[Exception]]]:
    """The first is being served while the others come, one after the other."""
    act = Served()
    together = Together(act, most)
    with ThreadPoolExecutor(len(wanted)) as pool:
        answers = [pool.submit(outcome, together, wanted[0])]
        assert act.begun.wait(10)
        for place, one in enumerate(wanted[1:], 1):
            answers.append(pool.submit(outcome, together, one))
            while len(together._waiting) < place:
                sleep(0.001)
        act.let_go.set()
        return act, [answer.result() for answer in answers]


def test_who_comes_meanwhile_is_served_together_in_the_order_they_came():
    act, answers = served([2, 4, 6, 8])

    assert (act.calls, answers) == ([[2], [4, 6, 8]], [4, 8, 12, 16])


def test_each_has_their_own_refusal():
    assert served([2, 4, 5, 8])[1] == [4, 8, ValueError, 16]


def test_what_breaks_meets_all_who_were_served_together_and_nobody_after_them():
    act, answers = served([2, 13, 6, 8, 10], most=2)

    assert act.calls == [[2], [13, 6], [8, 10]]
    assert answers == [4, ArithmeticError, ArithmeticError, 16, 20]


def test_of_many_threads_each_is_answered_its_own():
    act = Served()
    act.let_go.set()
    together = Together(act, 7)

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(together.do, range(0, 2_000, 2)))

    assert answers == [one * 2 for one in range(0, 2_000, 2)]
    assert sorted(one for call in act.calls for one in call) == list(range(0, 2_000, 2))
    assert max(map(len, act.calls)) <= 7


def test_who_comes_later_alone_is_served_at_once():
    act, _ = served([2, 4])
    together = Together(act)

    with pytest.raises(ValueError, match="5"):
        together.do(5)
    assert together.do(6) == 12
