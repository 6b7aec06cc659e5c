"""The counters of different people and tubes with a valid result, by day, unit with and without what lies below, and institution.

A person or tube counts once in each key, so a key cannot be added up from others: each is kept by asking, in the transaction
that changes results, whose first valid result of the day this was, and whose last.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import repeat
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.domain.outside_results import OUTSIDE
from hbcore.domain.vocabulary import PROVINCE
from hbcore.storage.instants import DAY, SHANGHAI, raw, raw_day, shanghai_day
from hbcore.storage.people_rows import UNKNOWN_UNIT
from hbcore.storage.result_rows import RESULTS, SAMPLES, ResultLine, Uploaded, are_new_tubes
from hbcore.storage.staged_keys import staged
from hbcore.storage.staging import add_up
from hbcore.storage.tables import BIG, TestedCount, Unit

TESTED_COUNTS: sa.Table = TestedCount.__table__  # type: ignore[attr-defined]
UNITS: sa.Table = Unit.__table__  # type: ignore[attr-defined]

KEY = ("day_of", "day", "unit", "whole", "institution", "assay")
Entity = tuple[object, ...]
"""A person or a tube, and the assay: every counter is of one assay."""


class Key(NamedTuple):
    """Where a person or tube counts once; the fields are the table's."""

    day_of: str
    day: int
    unit: str
    whole: bool
    institution: str
    assay: str


class Alike(NamedTuple):
    """What of a result decides where its person and tube count; days since 1970."""

    unit: str
    institution: str
    assay: str
    recorded: int
    sampled: int
    reported: int | None

    def days(self) -> Iterator[tuple[str, int]]:
        """The days it counts on, by what they are the day of."""
        for day_of, day in (("recorded", self.recorded), ("sampled", self.sampled), ("reported", self.reported)):
            if day is not None:
                yield day_of, day


Standing = Mapping[Entity, Collection[Alike]]
"""The valid results of each person or tube."""


def count_tested(
    connection: sa.Connection,
    added: Mapping[str, Sequence[Any]],
    upload: Uploaded,
    alike: Counter[Alike],
    *,
    ended: Sequence[ResultLine],
    new_people: Collection[int],
    own_tubes: bool,
) -> None:
    """Count the people and tubes of an upload, before its results are added and those it ends are ended.

    `alike`: how many valid results it adds of each sort. `new_people`: who had nothing before, so that the database is not
    asked about them; `own_tubes`: nor about the tubes, which are new.
    """
    people, tubes = set(added["person_id"]), set(added["sample_number"])
    known = people.union(line.person_id for line in ended).difference(new_people)
    with_people = people_standing(connection, known, _near({*alike, *map(alike_of, ended)})) if known else {}
    asked = () if own_tubes else tubes.union(line.sample_number for line in ended)
    days = {*added["sampled_day"], *(shanghai_day(line.sampled_at) for line in ended)}
    in_tubes = tubes_standing(connection, upload.institution, asked, days)
    lines = len(added["assay"])
    # Mostly each line is a person and a tube of its own: then they count as the results do.
    plain_people = len(people) == lines and not with_people
    plain_tubes = len(tubes) == lines and not in_tubes
    came = [] if plain_people and plain_tubes else _valid(added, upload)
    gone = [alike_of(line) for line in ended]
    by_person = (
        alike
        if plain_people
        else _changes(_people(added), came, [(line.person_id, line.assay) for line in ended], gone, with_people)
    )
    by_tube = alike if plain_tubes else _changes(_tubes(added), came, [_tube(line) for line in ended], gone, in_tubes)
    add_groups(connection, by_person, by_tube)


def _people(added: Mapping[str, Sequence[Any]]) -> list[Entity]:
    return list(zip(added["person_id"], added["assay"], strict=True))


def _tubes(added: Mapping[str, Sequence[Any]]) -> list[Entity]:
    return list(zip(added["sample_number"], added["sampled_day"], added["assay"], strict=True))


def _tube(line: ResultLine) -> Entity:
    return line.sample_number, shanghai_day(line.sampled_at), line.assay


@contextmanager
def moved(connection: sa.Connection, people: Collection[int]) -> Iterator[None]:
    """Put around whatever changes to whom results belong among these people: afterwards each counts once where they now do.

    Tubes and results count as before: a result keeps the unit it was counted under.
    """
    before = people_standing(connection, people)
    yield
    after = people_standing(connection, people)
    by_person = Counter(map(frozenset, after.values()))
    by_person.subtract(map(frozenset, before.values()))
    add_groups(connection, by_person, Counter())


def reported_days(added: Mapping[str, Sequence[Any]]) -> list[int | None]:
    """The day each added result was reported on, where that is known."""
    return [None if at is None else shanghai_day(at) for at in added["reported_at"]]


def alike_of(line: ResultLine) -> Alike:
    """A stored result as it counts."""
    reported = None if line.reported_at is None else shanghai_day(line.reported_at)
    return Alike(line.unit, line.institution, line.assay, shanghai_day(line.recorded_at), shanghai_day(line.sampled_at), reported)


def _valid(added: Mapping[str, Sequence[Any]], upload: Uploaded) -> list[Alike | None]:
    """Each added result as it counts; None for one that the upload itself ended."""
    before = (added["unit"], repeat(upload.institution), added["assay"], repeat(shanghai_day(upload.at)))
    came = map(Alike._make, zip(*before, added["sampled_day"], reported_days(added), strict=False))
    return [None if how else one for one, how in zip(came, added["ended_how"], strict=True)]


Groups = Counter[Alike] | Counter[frozenset[Alike]]
"""How many people or tubes more (or fewer) have exactly these valid results: one, or several together."""


def _changes(
    entities: Sequence[Entity],
    came: Sequence[Alike | None],
    ended: Sequence[Entity],
    gone: Sequence[Alike],
    standing: Standing,
) -> Counter[frozenset[Alike]]:
    crowded = {*standing, *ended, *(entity for entity, n in Counter(entities).items() if n > 1)}
    after: dict[Entity, Counter[Alike]] = {entity: Counter(standing.get(entity, ())) for entity in crowded}
    lone: Counter[Alike] = Counter()
    groups: Counter[frozenset[Alike]] = Counter()
    groups.subtract(frozenset(before) for before in after.values())
    for entity, one in zip(entities, came, strict=True):
        if one is not None:
            after.get(entity, lone)[one] += 1
    for entity, one in zip(ended, gone, strict=True):
        after[entity][one] -= 1
    groups.update(frozenset(+left) for left in after.values())
    groups.update({frozenset((one,)): n for one, n in lone.items()})
    return groups


def _near(alike: Collection[Alike]) -> sa.ColumnElement[bool]:
    """Stored results that share a day with one of these, at least nearly: no other can make a difference."""
    days: dict[str, list[int]] = defaultdict(list)
    for one in alike:
        for day_of, day in one.days():
            days[day_of].append(day)
    spans = [
        (raw(RESULTS.c[f"{day_of}_at"]), min(of) * DAY - SHANGHAI, (max(of) + 1) * DAY - SHANGHAI) for day_of, of in days.items()
    ]
    return sa.or_(sa.false(), *(sa.and_(at >= begin, at < end) for at, begin, end in spans))


ALIKE: tuple[sa.ColumnElement[Any], ...] = (
    RESULTS.c.unit,
    RESULTS.c.institution,
    RESULTS.c.assay,
    *(raw_day(RESULTS.c[name]) for name in ("recorded_at", "sampled_at", "reported_at")),
)
"""`Alike` of results, as columns."""


def people_standing(connection: sa.Connection, people: Collection[int], near: sa.ColumnElement[bool] | None = None) -> Standing:
    """The valid results of these people as they count; `near`: of these alone. Those from outside Hubei count nowhere."""
    standing: dict[Entity, list[Alike]] = defaultdict(list)
    with staged(connection, BIG, people) as wanted:
        found = connection.execute(
            sa.select(RESULTS.c.person_id, *ALIKE)
            .select_from(wanted)
            .join(RESULTS, wanted.c.key == RESULTS.c.person_id)
            .where(RESULTS.c.ended_at.is_(None), RESULTS.c.institution != OUTSIDE, sa.true() if near is None else near)
        ).all()
    for person, *row in found:
        one = Alike(*row)
        standing[person, one.assay].append(one)
    return standing


def tubes_standing(
    connection: sa.Connection, institution: str, numbers: Collection[str], days: Collection[int] | None = None
) -> Standing:
    """The valid results in tubes of these numbers of one institution; of two joined, both of theirs. `days`: of these alone."""
    standing: dict[Entity, list[Alike]] = defaultdict(list)
    if not numbers or are_new_tubes(connection, min(numbers), max(numbers)):
        return standing
    s = SAMPLES.c
    begins = sa.cast(s.sampled_day, BIG) * DAY - SHANGHAI
    with staged(connection, sa.String(), numbers) as wanted:
        found = connection.execute(
            sa.select(s.sample_number, s.sampled_day, *ALIKE)
            .select_from(wanted)
            .join(SAMPLES, (s.sample_number == wanted.c.key) & (s.institution == institution))
            .join(
                RESULTS,
                (RESULTS.c.person_id == s.person_id)
                & (RESULTS.c.assay == s.assay)
                & raw(RESULTS.c.sampled_at).between(begins, begins + DAY - 1),
            )
            .where(RESULTS.c.sample_number == s.sample_number, RESULTS.c.institution == institution, RESULTS.c.ended_at.is_(None))
            .where(sa.true() if days is None else s.sampled_day.in_(days))
        ).all()
    for number, day, *row in found:
        one = Alike(*row)
        standing[number, day, one.assay].append(one)
    return standing


def add_groups(connection: sa.Connection, by_person: Groups, by_tube: Groups) -> None:
    """Add groups to the counters of every key they count in."""
    keys_of = _keys(connection)
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for place, groups in enumerate((by_person, by_tube)):
        for group, n in groups.items():
            if n:
                for key in keys_of((group,) if isinstance(group, Alike) else group):
                    sums[key][place] += n
    rows = [(*key, *sums[key]) for key in sorted(sums) if any(sums[key])]
    add_up(connection, TESTED_COUNTS, KEY, ("people", "tubes"), rows)


def _keys(connection: sa.Connection) -> Callable[[Iterable[Alike]], set[Key]]:
    """Where somebody with certain results counts: in each unit and in all it lies in, at each institution and at any."""
    parents = {row.code: row.parent for row in connection.execute(sa.select(UNITS.c.code, UNITS.c.parent))}

    def whole(unit: str) -> Iterator[str]:
        above: str | None = unit if unit != UNKNOWN_UNIT else PROVINCE  # nobody's unit lies in the province alone
        while above:
            yield above
            above = parents.get(above)

    def keys_of(group: Iterable[Alike]) -> set[Key]:
        return {
            Key(day_of, day, unit, is_whole, institution, one.assay)
            for one in group
            for day_of, day in one.days()
            for unit, is_whole in ((one.unit, False), *((above, True) for above in whole(one.unit)))
            for institution in (one.institution, "")
        }

    return keys_of
