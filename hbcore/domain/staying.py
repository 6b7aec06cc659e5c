"""How long a code is yellow or red: two coming chains of one person, compared at every moment from an instant on."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from hbcore.domain.known import instant
from hbcore.domain.spans import FOREVER, Spans, merged, without
from hbcore.domain.vocabulary import Colour

Coloured = tuple[int, int | None, str]
"""Begin, end (None: no end in sight) and colour; instants in microseconds."""

_RED = frozenset({Colour.RED.value})
_LEVELS = ((Colour.RED, _RED), (Colour.YELLOW, _RED | {Colour.YELLOW.value}))
"""Who is red is no better than yellow: yellow ends when both are over."""


class Stays(NamedTuple):
    """Until when a code is yellow or red, and until when it would have been; None: no end in sight.

    `begins`: it does not go on but turns so then, and without it would not: there is no `was`.
    """

    colour: Colour
    was: datetime | None
    until: datetime | None
    begins: datetime | None = None

    @property
    def longer(self) -> bool:
        """Whether that is against the person."""
        if self.begins is not None:
            return True
        return self.was is not None and (self.until is None or self.until > self.was)


def staying(before: Sequence[Coloured], after: Sequence[Coloured], at: int) -> tuple[Stays, ...]:
    """When the worse of the two chains is not the same, later than `at`: what goes on longer or less long, what turns so later.

    Red first; of one stretch the worse colour alone. What turns at `at` itself is no matter of how long.
    """
    found: list[Stays] = []
    for colour, level in _LEVELS:
        for stays in _of_level(colour, _time_in(level, before, at), _time_in(level, after, at), at):
            if stays[1:] not in [one[1:] for one in found]:
                found.append(stays)
    return tuple(found)


def how_many_longer(stays: Iterable[Sequence[Stays]]) -> int:
    """Of how many people a code is yellow or red for longer, or turns so later."""
    return sum(any(one.longer for one in of_person) for of_person in stays)


def _of_level(colour: Colour, before: Spans, after: Spans, at: int) -> Iterator[Stays]:
    ends_before, ends_after = ({end for _, end in time} for time in (before, after))
    for begin, _ in without(after, before):
        until = next(end for start, end in after if start <= begin < end)
        if begin in ends_before:
            yield Stays(colour, _seen(begin), _seen(until))
        elif begin > at:
            yield Stays(colour, None, _seen(until), instant(begin))
    for begin, end in without(before, after):
        if begin in ends_after and end in ends_before:
            yield Stays(colour, _seen(end), _seen(begin))


def _time_in(level: frozenset[str], chain: Sequence[Coloured], at: int) -> Spans:
    """The time from `at` on in which a chain has one of these colours."""
    spans = [(max(begin, at), FOREVER if until is None else until) for begin, until, colour in chain if colour in level]
    return merged([(begin, end) for begin, end in spans if begin < end])


def _seen(at: int) -> datetime | None:
    return None if at >= FOREVER else instant(at)
