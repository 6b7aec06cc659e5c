"""One form, one answer: two taps at once, a refusal that is not kept, and a memory that forgets."""

import asyncio
import time
from datetime import timedelta

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.public_form import PublicForm
from hbcore.web.apply import asked, once
from hbcore.web.apply.once import LASTS, Once, key_of
from tests.services.applying import AT


class Act:
    """Counts how often it was done; answers with the count, after a moment."""

    def __init__(self) -> None:
        self.done = 0

    async def __call__(self) -> int:
        self.done += 1
        await asyncio.sleep(0)
        return self.done


def test_two_taps_at_once_are_one_act():
    act, kept = Act(), Once[int]()

    async def both() -> list[int]:
        return await asyncio.gather(*(kept.answer("form", act, at=AT) for _ in range(20)))

    assert asyncio.run(both()) == [1] * 20
    assert act.done == 1


def test_who_breaks_off_the_first_tap_does_not_break_off_the_act():
    act, kept = Act(), Once[int]()

    async def tapped_twice() -> int:
        first = asyncio.ensure_future(kept.answer("form", act, at=AT))
        await asyncio.sleep(0)
        first.cancel()
        return await kept.answer("form", act, at=AT)

    assert asyncio.run(tapped_twice()) == 1


def test_a_refusal_is_not_kept():
    kept = Once[int]()

    async def refused() -> int:
        raise Refused("duplicate")

    async def twice() -> int:
        with pytest.raises(Refused):
            await kept.answer("form", refused, at=AT)
        return await kept.answer("form", Act(), at=AT)

    assert asyncio.run(twice()) == 1


def test_an_answer_is_forgotten_after_ten_minutes_and_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(once, "MOST", 2)
    act, kept = Act(), Once[int]()

    async def asked(*keys: str) -> list[int]:
        return [await kept.answer(key, act, at=AT) for key in keys]

    async def later() -> int:
        return await kept.answer("d", act, at=AT + LASTS)

    assert asyncio.run(asked("a", "b", "c", "d", "a", "d")) == [1, 2, 3, 4, 5, 4]
    assert asyncio.run(later()) == 6
    assert timedelta(minutes=10) == LASTS


def test_a_key_stands_for_the_form_and_what_was_typed_but_not_for_photos_or_the_scripts_sum():
    same = {key_of("form", PublicForm(name="A", photo=photo, proof=proof)) for photo, proof in ((None, ""), (b"x", "1:2"))}
    others = {key_of("form", PublicForm(name="B")), key_of("other", PublicForm(name="A"))}

    assert len(same) == 1
    assert len(same | others) == 3


def test_a_flood_takes_no_more_than_its_lanes(monkeypatch):
    monkeypatch.setattr(asked, "LANES", asyncio.Semaphore(3))
    at_work, most = [], []

    def work() -> None:
        at_work.append(1)
        most.append(len(at_work))
        time.sleep(0.002)
        at_work.pop()

    async def flood() -> None:
        await asyncio.gather(*(asked.in_lane(work) for _ in range(30)))

    asyncio.run(flood())

    assert len(most) == 30
    assert max(most) <= 3
