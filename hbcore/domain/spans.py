"""Stretches of time as pairs of whole microseconds, start included and end left out."""

from collections.abc import Iterable

Span = tuple[int, int]
Spans = list[Span]

NEVER_BEGAN = -(2**62)
FOREVER = 2**62
ALWAYS: Spans = [(NEVER_BEGAN, FOREVER)]


def merged(spans: Iterable[Span]) -> Spans:
    """The same time in order, with what overlaps or touches made one."""
    out: Spans = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        elif start < end:
            out.append((start, end))
    return out


def overlap(some: Spans, others: Spans) -> Spans:
    """The time in both; each in order and without overlaps of its own, as `merged` gives them."""
    if some is ALWAYS:
        return others
    out: Spans = []
    i = j = 0
    while i < len(some) and j < len(others):
        start, end = max(some[i][0], others[j][0]), min(some[i][1], others[j][1])
        if start < end:
            out.append((start, end))
        if some[i][1] < others[j][1]:
            i += 1
        else:
            j += 1
    return out


def without(some: Spans, others: Spans) -> Spans:
    """The time in `some` that is not in `others`."""
    return overlap(some, outside(others))


def outside(spans: Spans) -> Spans:
    """All time that is not in `spans`."""
    edges = [NEVER_BEGAN, *(edge for span in spans for edge in span), FOREVER]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]
