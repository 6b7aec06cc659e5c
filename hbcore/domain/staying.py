"""How long a code stays yellow or red: two chains of one person, compared from an instant on."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from hbcore.domain.known import instant
from hbcore.domain.spans import FOREVER
from hbcore.domain.vocabulary import Colour

Coloured = tuple[int, int | None, str]
"""Begin, end (None: no end in sight) and colour; instants in microseconds."""

_RED = frozenset({Colour.RED.value})
_LEVELS = ((Colour.RED, _RED), (Colour.YELLOW, _RED | {Colour.YELLOW.value}))
"""Who is red is no better than yellow: yellow ends when both are over."""


class Stays(NamedTuple):
    """Until when a code stays yellow or red, and until when it would have; None: no end in sight."""

    colour: Colour
    was: datetime | None
    until: datetime | None

    @property
    def longer(self) -> bool:
        """Whether that is against the person."""
        return self.was is not None and (self.until is None or self.until > self.was)


def staying(before: Sequence[Coloured], after: Sequence[Coloured], at: int) -> tuple[Stays, ...]:
    """What is yellow or red at `at` in both chains, in time order, and ends at another instant; the running colour first."""
    found: list[tuple[Colour, int, int]] = []
    for colour, level in _LEVELS:
        was, until = _run(before, level, at), _run(after, level, at)
        if was > at and until > at and was != until and (was, until) not in [ends[1:] for ends in found]:
            found.append((colour, was, until))
    return tuple(Stays(colour, _seen(was), _seen(until)) for colour, was, until in found)


def how_many_longer(stays: Iterable[Sequence[Stays]]) -> int:
    """Of how many people a code stays yellow or red for longer."""
    return sum(any(one.longer for one in of_person) for of_person in stays)


def _run(chain: Sequence[Coloured], level: frozenset[str], at: int) -> int:
    """The end of what runs at `at` without a gap in these colours; `at` where nothing does."""
    end = at
    for begin, until, colour in chain:
        if begin <= end and colour in level:
            end = max(end, FOREVER if until is None else until)
    return end


def _seen(at: int) -> datetime | None:
    return None if at >= FOREVER else instant(at)
