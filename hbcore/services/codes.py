"""The only room that changes a colour: whoever's facts or results changed is decided again, set-wise, in the same transaction."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, MutableSequence, Sequence
from datetime import datetime
from types import MappingProxyType

from sqlmodel import Session

from hbcore.domain.chains import Evidence, StretchOfEra, chains_over
from hbcore.domain.known import micros
from hbcore.domain.policy_eras import Era
from hbcore.domain.staying import Stays, staying
from hbcore.domain.vocabulary import Registration
from hbcore.services import audit, fingerprints
from hbcore.services.policies_published import PoliciesPublished
from hbcore.storage import latest_tests
from hbcore.storage.code_rows import SegmentRow, add_chains, cause_of, replace_chains, replaced_by, segments_of
from hbcore.storage.evidence_rows import evidence_of
from hbcore.storage.forgotten_rows import forgotten, forgotten_of, nothing_known, register_again
from hbcore.storage.staged_keys import staged
from hbcore.storage.tables import BIG

FactTuple = tuple[str, int, int | None]
"""A fact as `Evidence` holds it: kind, from, until, in microseconds."""

Staying = MutableSequence[tuple[Stays, ...]]


def decide_again(
    session: Session,
    people: Sequence[int],
    *,
    at: datetime,
    cause: int | Mapping[int, int],
    once: bool = False,
    stays: Staying | None = None,
) -> Counter[str]:
    """Decide these people again and store what changed; how many codes went from one colour to another (`none>green`).

    `stays`: takes of each person what is yellow or red at other times than before, later than `at`.
    `once`: who was decided for the same cause before is counted from what they had before that, and no longer as then (-1).
    Called inside the transaction that changed their results, facts or registration. `cause` is the id of the upload or
    application behind it, or of each person's. The stored chain is a cache of `decide`: equal chains are not written again.
    """
    at = max(at, audit.last_act_at(session) or at)  # it may have waited for the lock behind a later one: time goes one way
    with staged(session.connection(), BIG, people) as wanted:
        evidence = _known_again(session, evidence_of(session.connection(), wanted))
        old = segments_of(session.connection(), wanted)
        latest = {person: latest_tests.latest_of(known) for person, (_, known) in evidence.items()}
        latest_tests.keep(session.connection(), wanted, latest)
    fingerprints.note(session, "lives", lambda: ((one, evidence[one], old.get(one)) for one in sorted(evidence)))
    before = _before(session, old, micros(at), cause) if once and isinstance(cause, int) else {}
    return _decide(session, evidence, old, micros(at), cause, colours_before=before, stays=stays)


def _before(session: Session, old: Mapping[int, Sequence[SegmentRow]], at: int, cause: int) -> dict[int, str]:
    """The colours that people had before `cause`, of those whose code it has changed already."""
    begun = {
        person: running.from_at for person, chain in old.items() if (running := running_at(chain, at)) and running.cause == cause
    }
    if not begun:
        return {}
    with staged(session.connection(), BIG, begun) as wanted:
        lived = replaced_by(session.connection(), wanted, cause)
    colours = {}
    for person, since in begun.items():
        rows = lived.get(person, ())
        since = min([since, *(row.from_at for row in rows if row.cause == cause)])
        colours[person] = _colour(next((row for row in rows if row.until_at == since), None))
    return colours


def decide_first(
    session: Session,
    people: Sequence[int],
    lives: Sequence[int],
    different: Sequence[Evidence],
    unit: str | None,
    *,
    at: datetime,
    cause: int | Mapping[int, int],
) -> Counter[str]:
    """Decide people whom this transaction made, in the order of their ids; the answer and `cause` as `decide_again`'s.

    `lives`: the place of all that is known of each in `different`: most share theirs, and each is worked out once.
    `unit`: that of all of them; None where each life says it.
    """
    as_of = micros(max(at, audit.last_act_at(session) or at))
    evidence = {place: ((one.unit or "") if unit is None else unit, one) for place, one in enumerate(different)}
    behind = cause if isinstance(cause, int) else 0
    chains = {place: tuple(_rows(0, here, chain, behind, None)) for place, here, chain in _chains(session, evidence, as_of)}
    of_chain: Counter[tuple[SegmentRow, ...]] = Counter()
    for life, n in Counter(lives).items():
        of_chain[chains[life]] += n
    of_people = [chains[life] for life in lives]
    if not isinstance(cause, int):
        of_people = [_because(chain, cause[person]) for person, chain in zip(people, of_people, strict=True)]
    add_chains(session.connection(), people, of_people, of_chain, at=as_of)
    changes: Counter[str] = Counter()
    for chain, n in of_chain.items():
        changes[f"none>{_colour(running_at(chain, as_of))}"] += n
    return Counter({change: n for change, n in sorted(changes.items()) if change != "none>none"})


def forget(session: Session, people: Sequence[int], *, at: datetime, cause: int) -> Counter[str]:
    """End the chains of people of whom nothing is on record any more; how many codes of each colour ended (`green>none`).

    They are registered no more, as if nobody had told of them, until `decide_again` finds something on record.
    """
    begin = micros(max(at, audit.last_act_at(session) or at))
    with staged(session.connection(), BIG, people) as wanted:
        old = segments_of(session.connection(), wanted)
        forgotten(session.connection(), wanted)
        latest_tests.keep(session.connection(), wanted, {})
    replace_chains(session.connection(), old, {person: () for person in old}, at=begin, cause=cause)
    return Counter(f"{_colour(running)}>none" for chain in old.values() if (running := running_at(chain, begin)))


def _known_again(
    session: Session, evidence: dict[int, tuple[str, Evidence]], *, more: Collection[int] = (), stored: bool = True
) -> dict[int, tuple[str, Evidence]]:
    """The evidence; whoever had been forgotten and has something on record again is registered as before.

    `more`: who would have something.
    """
    connection = session.connection()
    unregistered = [person for person, (_, one) in evidence.items() if one.registration == Registration.NONE]
    back = forgotten_of(connection, unregistered) if unregistered else set()
    back -= nothing_known(connection, back.difference(more)) if back else set()
    for person in back:
        unit, one = evidence[person]
        evidence[person] = (unit, one._replace(registration=str(Registration.APPROVED)))
    if back and stored:
        register_again(connection, back)
    return evidence


def decide_by_policy(
    session: Session, people: Sequence[int], *, policy: str, at: datetime, counted_at: datetime, cause: int
) -> Counter[str]:
    """Decide these people as of `at` because `policy` is published; who has been decided by it meanwhile is left alone.

    The answer counts the codes that go from one colour to another at `counted_at`, when it is later than `at`.
    `at` may lie a little back: since then nothing was recorded of those who are left, or they would have been decided again.
    """
    with staged(session.connection(), BIG, people) as wanted:
        evidence = evidence_of(session.connection(), wanted)
        old = segments_of(session.connection(), wanted)
    for person, chain in old.items():
        if any(row.policy == policy for row in chain):
            del evidence[person]
    return _decide(session, evidence, old, micros(at), cause, counted_at=max(micros(at), micros(counted_at)))


def decide_without(
    session: Session,
    people: Sequence[int],
    *,
    policy: str,
    withdrawn_at: datetime,
    at: datetime,
    counted_at: datetime,
    cause: int,
) -> Counter[str]:
    """Decide these people again because `policy` was withdrawn before it began; the answer as `decide_by_policy`'s.

    Who still has it in their chain has not been decided since, and is as of `withdrawn_at`: they never lived under it. Of the
    others its rows may say nothing at all, and its time be a gap: they are decided as of `at`, as whoever was decided since.
    """
    with staged(session.connection(), BIG, people) as wanted:
        evidence = evidence_of(session.connection(), wanted)
        old = segments_of(session.connection(), wanted)
    under = {person for person, chain in old.items() if any(row.policy == policy for row in chain)}
    changed: Counter[str] = Counter()
    for as_of, which in ((micros(withdrawn_at), under), (micros(at), evidence.keys() - under)):
        chosen = {person: one for person, one in evidence.items() if person in which}
        changed += _decide(session, chosen, old, as_of, cause, counted_at=max(as_of, micros(counted_at)))
    return changed


def would_change(
    session: Session,
    people: Sequence[int],
    *,
    at: datetime,
    more: Mapping[int, Sequence[FactTuple]],
    less: Mapping[int, Sequence[FactTuple]] | None = None,
    counted_at: datetime | None = None,
    stays: Staying | None = None,
) -> Counter[str]:
    """What `decide_again` would answer if these people had `more` facts, and no longer `less` of theirs: nothing is written.

    `counted_at`: the codes that would be others then, when that is later than `at`.
    """
    at = max(at, audit.last_act_at(session) or at)
    with staged(session.connection(), BIG, people) as wanted:
        evidence = evidence_of(session.connection(), wanted)
        old = segments_of(session.connection(), wanted)
    for person, (unit, one) in evidence.items():
        facts = list(one.facts)
        for gone in (less or {}).get(person, ()):
            facts.remove(gone)
        evidence[person] = (unit, one._replace(facts=[*facts, *more.get(person, ())]))
    evidence = _known_again(session, evidence, more=more, stored=False)
    then = None if counted_at is None else max(micros(at), micros(counted_at))
    return _decide(session, evidence, old, micros(at), 0, counted_at=then, stored=False, stays=stays)


def _decide(
    session: Session,
    evidence: Mapping[int, tuple[str, Evidence]],
    old: Mapping[int, Sequence[SegmentRow]],
    at: int,
    cause: int | Mapping[int, int],
    *,
    counted_at: int | None = None,
    stored: bool = True,
    colours_before: Mapping[int, str] = MappingProxyType({}),
    stays: Staying | None = None,
) -> Counter[str]:
    then = at if counted_at is None else counted_at
    new: dict[int, Sequence[SegmentRow]] = {}
    changes: Counter[tuple[str, str]] = Counter()
    for person, unit, chain in _chains(session, evidence, at):
        before = old.get(person)
        if before is None:
            if first := _rows(person, unit, chain, cause_of(cause, person), None):
                new[person] = first
                _keep_staying(stays, (), first, at)
                changes["none", _colour(running_at(first, then))] += 1
            continue
        running = running_at(before, at)
        goes_on = running if chain and chain[0][0] == at else None  # a gap now: what comes later is no going on
        after = _rows(person, unit, chain, cause_of(cause, person), goes_on)
        if _differ(before, after, at):
            new[person] = after
            _keep_staying(stays, before, after, at)
            was = _colour(running_at(before, then))
            if first_was := colours_before.get(person):
                changes[first_was, was] -= 1
            changes[first_was or was, _colour(running_at(after, then))] += 1
    if stored:
        replace_chains(session.connection(), old, new, at=at, cause=cause)
    return Counter({f"{was}>{now}": n for (was, now), n in sorted(changes.items()) if was != now})


def _chains(
    session: Session, evidence: Mapping[int, tuple[str, Evidence]], at: int
) -> Iterator[tuple[int, str, list[StretchOfEra]]]:
    """Each person's unit and coming chain; people who live under the same policies are worked out together."""
    published = PoliciesPublished(session, at)
    together: dict[int, tuple[tuple[Era, ...], list[int]]] = {}
    for person, (unit, _) in evidence.items():
        eras = published.eras(unit)
        together.setdefault(id(eras), (eras, []))[1].append(person)
    fingerprints.note(session, "policies", published.asked)
    for eras, people in together.values():
        for person, chain in zip(people, chains_over(eras, [evidence[person][1] for person in people], at), strict=True):
            yield person, evidence[person][0], chain


def running_at(chain: Sequence[SegmentRow], at: int) -> SegmentRow | None:
    """The segment of a chain that runs at an instant in microseconds; None where there is no code."""
    for row in chain:
        if row.from_at <= at and (row.until_at is None or at < row.until_at):
            return row
    return None


def _keep_staying(stays: Staying | None, before: Sequence[SegmentRow], after: Sequence[SegmentRow], at: int) -> None:
    if stays is None:
        return
    old, new = ([(row.from_at, row.until_at, row.colour) for row in chain] for chain in (before, after))
    if found := staying(old, new, at):
        stays.append(found)


def _colour(running: SegmentRow | None) -> str:
    return running.colour if running else "none"


def _rows(person: int, unit: str, chain: Sequence[StretchOfEra], cause: int, goes_on: SegmentRow | None) -> list[SegmentRow]:
    rows = [SegmentRow(person, begin, end, row.colour.value, row.id, policy, unit, cause) for begin, end, row, policy in chain]
    if goes_on and (rows[0].row, rows[0].policy, unit) == (goes_on.row, goes_on.policy, goes_on.unit):
        rows[0] = rows[0]._replace(from_at=goes_on.from_at, cause=goes_on.cause)  # the same answer goes on: since stays
    return rows


def _because(chain: Sequence[SegmentRow], cause: int) -> tuple[SegmentRow, ...]:
    return tuple([row._replace(cause=cause) for row in chain])


def _differ(before: Sequence[SegmentRow], after: Sequence[SegmentRow], at: int) -> bool:
    ahead = [row for row in before if row.until_at is None or row.until_at > at]
    return len(ahead) != len(after) or any(one[:7] != other[:7] for one, other in zip(ahead, after, strict=True))
