"""Two chains of one person compared: what stays yellow or red until another instant."""

from datetime import datetime

import pytest

from hbcore.domain.known import micros
from hbcore.domain.staying import Stays, how_many_longer, staying
from hbcore.domain.vocabulary import SHANGHAI, Colour

RED, YELLOW, GREEN = Colour.RED, Colour.YELLOW, Colour.GREEN


def day(of_december: int) -> datetime:
    return datetime(2026, 12, of_december, tzinfo=SHANGHAI)


def chain(*ends: tuple[Colour, int]) -> list[tuple[int, int | None, str]]:
    """From 1 December: each colour until its day, and green after that."""
    begins = [1, *(end for _, end in ends)]
    held: list[tuple[int, int | None, str]] = [
        (micros(day(begin)), micros(day(end)), str(colour)) for begin, (colour, end) in zip(begins, ends, strict=False)
    ]
    return [*held, (micros(day(begins[-1])), None, str(GREEN))]


RED_2_YELLOW_9 = chain((RED, 2), (YELLOW, 9))
CASES = [
    (RED_2_YELLOW_9, chain((RED, 8), (YELLOW, 11)), [Stays(RED, day(2), day(8)), Stays(YELLOW, day(9), day(11))]),
    (RED_2_YELLOW_9, chain((RED, 8), (YELLOW, 9)), [Stays(RED, day(2), day(8))]),
    (chain((RED, 2)), chain((RED, 8)), [Stays(RED, day(2), day(8))]),
    (chain((YELLOW, 9)), chain((YELLOW, 5)), [Stays(YELLOW, day(9), day(5))]),
    (chain((YELLOW, 9)), chain((YELLOW, 4), (RED, 9)), [Stays(RED, None, day(9), day(4))]),
    (chain((YELLOW, 3)), chain((YELLOW, 3), (GREEN, 5), (YELLOW, 9)), [Stays(YELLOW, None, day(9), day(5))]),
    (
        chain((YELLOW, 9)),
        chain((YELLOW, 4), (GREEN, 6), (RED, 8)),
        [Stays(RED, None, day(8), day(6)), Stays(YELLOW, day(9), day(8))],
    ),
    (chain((YELLOW, 3), (GREEN, 5), (YELLOW, 9)), chain((YELLOW, 9)), [Stays(YELLOW, day(3), day(9))]),
    (chain((GREEN, 5), (YELLOW, 9)), chain((GREEN, 3), (YELLOW, 9)), [Stays(YELLOW, None, day(9), day(3))]),
    (chain((RED, 2)), chain((YELLOW, 9)), [Stays(YELLOW, day(2), day(9))]),
    (chain((YELLOW, 3), (GREEN, 5), (RED, 9)), chain((YELLOW, 3)), []),
    (chain((GREEN, 5)), [(micros(day(5)), None, str(YELLOW))], [Stays(YELLOW, None, None, day(5))]),
    (chain((GREEN, 9)), chain((YELLOW, 9)), []),
    (chain((GREEN, 9)), chain((RED, 4), (YELLOW, 9)), []),
    (chain((YELLOW, 9)), chain((RED, 9)), []),
    (RED_2_YELLOW_9, [(micros(day(1)), None, str(RED))], [Stays(RED, day(2), None), Stays(YELLOW, day(9), None)]),
]


@pytest.mark.parametrize(("before", "after", "found"), CASES)
def test_what_stays_yellow_or_red_until_another_instant(
    before: list[tuple[int, int | None, str]], after: list[tuple[int, int | None, str]], found: list[Stays]
) -> None:
    assert list(staying(before, after, micros(day(1)))) == found


def test_a_person_counts_once_however_many_colours_last_longer() -> None:
    longer, shorter = Stays(RED, day(2), day(8)), Stays(YELLOW, day(9), day(5))
    assert how_many_longer([(longer, longer), (shorter,), (shorter, longer)]) == 2
