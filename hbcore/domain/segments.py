"""The whole coming chain of a person's code: one stretch of time per row, worked out once, cut anywhere."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hbcore.domain.known import EPOCH, MICROSECOND, Known, instant, micros
from hbcore.domain.policy_table import Policy, Row
from hbcore.domain.seen import Seen, row_spans, see, seen_by, within
from hbcore.domain.spans import ALWAYS, FOREVER, NEVER_BEGAN, overlap, without
from hbcore.domain.vocabulary import Colour, Registration

UNREGISTERED = (Registration.NONE, Registration.WITHDRAWN)
"""Without a registration only rows against the person count (model part 1)."""

LIVES_KEPT = 50_000
"""How many different lives one call keeps by it: beyond that they hardly repeat and only fill memory."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch with one answer, `from_at` included, `until_at` left out (None: no end in sight)."""

    colour: Colour
    row: str
    from_at: datetime
    until_at: datetime | None


Piece = tuple[int, int, Row]
Life = list[Piece]
RelativeLife = list[tuple[timedelta | None, timedelta | None, Row]]


def life(policy: Policy, seen: Seen) -> Life:
    """Every stretch of a person's whole life in order, rows first come first served; a gap where there is no code."""
    registered = seen.registration not in UNREGISTERED
    free, pieces = ALWAYS, []
    for row in policy.rows:
        if not (registered or row.against):
            continue
        time = row_spans(row, seen)
        if time:
            pieces += [(start, end, row) for start, end in overlap(free, time)]
            free = without(free, time)
        if not free:
            break
    return sorted(pieces, key=_start)


def _start(piece: Piece) -> int:
    return piece[0]


def standing(policy: Policy, seen: Seen, at: int) -> tuple[Row | None, datetime | None]:
    """The row that holds at `at` (None: no code), and the instant at which that changes by itself (None: never)."""
    for start, end, row in life(policy, seen):
        if start > at:
            return None, instant(start)
        if at < end:
            return row, None if end == FOREVER else instant(end)
    return None, None


def row_at(policy: Policy, known: Known, at: datetime) -> Row | None:
    """The row that holds for a person at `at`; None where there is no code."""
    return standing(policy, seen_by(policy, known), micros(at))[0]


def segments(policy: Policy, known: Known, from_at: datetime) -> tuple[Segment, ...]:
    """The whole coming chain from `from_at` on, exact to the microsecond, if nothing else is recorded.

    Neighbours never share a row; a stretch without a code is a gap; empty where no code will come.
    Samples and facts dated later than `from_at` begin to count at their own instants. UTC.
    """
    return _cut(_relative(life(policy, seen_by(policy, known))), EPOCH, _in_utc(from_at))


def segments_of_many(policy: Policy, knowns: Sequence[Known], from_at: datetime) -> list[tuple[Segment, ...]]:
    """`segments` for each of many people, each different life worked out once.

    Ages are all that time changes, so a life shifted by an hour has its chain shifted by an hour:
    people whose evidence lies equally far apart share one chain.
    """
    begin = _in_utc(from_at)
    lives: dict[Hashable, RelativeLife] = {}
    insides = {unit: within(policy, unit) for unit in {known.unit for known in knowns}}
    out = []
    for known in knowns:
        inside = insides[known.unit]
        shape, origin = _shape(known, inside, begin)
        pieces = lives.get(shape)
        if pieces is None:
            pieces = _relative(life(policy, _seen_from(policy, known, inside, origin)))
            if len(lives) < LIVES_KEPT:
                lives[shape] = pieces
        out.append(_cut(pieces, origin, begin))
    return out


def _origin(known: Known, begin: datetime) -> datetime:
    """The earliest instant known of a person, in UTC."""
    instants = [result.sampled_at for result in known.results]
    if known.facts:
        instants += [fact.from_at for fact in known.facts]
    instants += known.samples
    return _in_utc(min(instants)) if instants else begin


def _in_utc(at: datetime) -> datetime:
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise TypeError("an instant needs a zone")
    return at.astimezone(UTC)


def _shape(known: Known, inside: tuple[str, ...], begin: datetime) -> tuple[Hashable, datetime]:
    """All that a life depends on, with instants counted from the earliest; and that one."""
    if len(known.results) == 1 and not known.facts and not known.samples:
        # Most people by far: nothing to count from but their one result.
        [seen] = known.results
        return (known.registration, inside, seen.assay, seen.outcome, seen.single), _in_utc(seen.sampled_at)
    origin = _origin(known, begin)
    results = tuple([(seen.assay, seen.outcome, seen.single, seen.sampled_at - origin) for seen in known.results])
    facts = tuple([(fact.kind, fact.from_at - origin, fact.until_at and fact.until_at - origin) for fact in known.facts])
    return (known.registration, inside, results, facts, tuple([at - origin for at in known.samples])), origin


def _seen_from(policy: Policy, known: Known, inside: tuple[str, ...], origin: datetime) -> Seen:
    results = [(seen.assay, seen.outcome, (seen.sampled_at - origin) // MICROSECOND, seen.single) for seen in known.results]
    facts = [
        (fact.kind, (fact.from_at - origin) // MICROSECOND, (fact.until_at - origin) // MICROSECOND if fact.until_at else None)
        for fact in known.facts
    ]
    return see(policy, known.registration, inside, results, facts, [(at - origin) // MICROSECOND for at in known.samples])


def _relative(pieces: Life) -> RelativeLife:
    return [(_offset(start), _offset(end), row) for start, end, row in pieces]


def _offset(edge: int) -> timedelta | None:
    return None if edge in (NEVER_BEGAN, FOREVER) else timedelta(microseconds=edge)


def _cut(pieces: RelativeLife, origin: datetime, from_at: datetime) -> tuple[Segment, ...]:
    """The pieces from `from_at` on, counted from `origin` (both UTC)."""
    out = []
    for start, end, row in pieces:
        until_at = None if end is None else origin + end
        if until_at is not None and until_at <= from_at:
            continue
        begun = from_at if start is None else max(from_at, origin + start)
        out.append(Segment(row.colour, row.id, begun, until_at))
    return tuple(out)
