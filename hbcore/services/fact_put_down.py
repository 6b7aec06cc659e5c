"""Facts of one or of many are proposed: what is put down, what it would change, and when an explicit yes is asked."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.applicants import plain
from hbcore.domain.errors import Refused, refuse_all
from hbcore.domain.fact_rules import BY_HAND, LONGEST_TEXT, MOST_PEOPLE, Measure, is_reference, needs_case
from hbcore.domain.known import micros
from hbcore.domain.staying import Stays, how_many_longer
from hbcore.domain.vocabulary import FactKind, FactSource
from hbcore.services import audit, codes, fact_bursts, second_look, units
from hbcore.services.acting import Staff
from hbcore.services.second_look import What
from hbcore.storage import fact_list_rows, fact_rows
from hbcore.storage.fact_list_rows import LineRow
from hbcore.storage.ids import new_id


@dataclass(frozen=True)
class Line:
    """One person of what is proposed. `about`: the fact that is ended (its own kind and times) or extended."""

    person: int
    measure: Measure
    about: int | None = None


@dataclass(frozen=True)
class Wanted:
    """What one person proposes. `sure`: asked about a burst, they said yes. `digest`: of the file it came in. `notice`: of an
    abnormal temperature, where it was proposed on one.
    """

    what: What
    lines: Sequence[Line]
    reason: str
    case: str | None = None
    sure: bool = False
    source: FactSource = FactSource.DESK
    digest: str | None = None
    notice: int | None = None


@dataclass(frozen=True)
class Ahead:
    """Whose codes will be others at `at`, when all that begins later has begun."""

    at: datetime
    changes: Mapping[str, int]


Told = tuple[dict[str, int], Ahead | None, Sequence[Sequence[Stays]]]


@dataclass(frozen=True)
class PutDown:
    """What waits for a second person, and what confirming it would do (`green>red`: how many): at once, and later.

    `stays`: of each person who is yellow or red at other times than without it, later on: what ends or turns so when.
    """

    list_id: int
    proposal_id: int
    people: int
    changes: Mapping[str, int]
    ahead: Ahead | None = None
    stays: Sequence[Sequence[Stays]] = ()


def stated_case(case: str | None) -> str | None:
    """The case number as it is kept: the same by full-width digits is the same case."""
    return plain(case or "") or None


def why_not_case(case: str | None, kinds: Sequence[FactKind], people: int) -> Refused | None:
    """`facts_need_a_case` for cases, contacts and more than one person; `not_a_reference`."""
    stated = stated_case(case)
    if stated is None and any(needs_case(kind, many=people > 1) for kind in kinds):
        return Refused("facts_need_a_case")
    return Refused("not_a_reference") if stated is not None and not is_reference(stated) else None


def why_not_many(people: int) -> Refused | None:
    """`too_many_people`."""
    return Refused("too_many_people", most=MOST_PEOPLE) if people > MOST_PEOPLE else None


def why_not_reason(reason: str) -> Refused | None:
    """Why it is proposed, in a few words: `reason_needed`, `reason_too_long`."""
    if not reason.strip():
        return Refused("reason_needed")
    return Refused("reason_too_long", most=LONGEST_TEXT) if len(reason.strip()) > LONGEST_TEXT else None


def put_down(session: Session, wanted: Wanted, *, by: Staff, at: datetime) -> PutDown:
    """Put it down for a second person of the level above, in the caller's transaction; one event with its figures.

    :raises Refused: `too_many_people`, `facts_need_a_case`, `not_a_reference`, `reason_needed`, `reason_too_long`,
        `burst_needs_a_case`, `burst_to_confirm`, `already_proposed`.
    """
    people, kinds = len(wanted.lines), Counter(str(line.measure.kind) for line in wanted.lines)
    no_case = why_not_case(wanted.case, [line.measure.kind for line in wanted.lines], people)
    refuse_all((no_case, why_not_many(people), why_not_reason(wanted.reason)))
    case = stated_case(wanted.case)
    changes, ahead, stays = effect(session, wanted.what, wanted.lines, at)
    longer = how_many_longer(stays)
    against = _against(wanted, ahead.changes if ahead else changes, longer)
    burst = fact_bursts.beyond_usual(session, against, by=by, at=at)
    # One by one they are no less a list (S15).
    if burst is not None and case is None and wanted.what is What.FACTS and wanted.notice is None:
        raise Refused("burst_needs_a_case", people=burst)
    if burst is not None and not wanted.sure:
        raise Refused("burst_to_confirm", people=burst)
    list_id = new_id()
    subject = f"fact_list {list_id}" if wanted.what is What.FACTS else f"fact {wanted.lines[0].about}"
    content: dict[str, object] = {"list": list_id, "people": people, "kinds": dict(kinds), "case": case}
    above = units.level_above(session, by.unit or "")
    proposal = second_look.propose(session, wanted.what, subject, unit=above, content=content, by=by, at=at)
    values = {"id": list_id, "what": str(wanted.what), "source": str(wanted.source), "case_number": case, "unit": by.unit}
    counts = {"people": people, "against": against, "burst": burst is not None, "digest": wanted.digest}
    hand = {"proposal_id": proposal, "proposed_by": by.id, "proposed_at": at}
    fact_list_rows.add(session.connection(), {**values, **counts, **hand}, kinds, wanted.reason.strip(), _rows(wanted.lines))
    more = {"notice": wanted.notice, "longer": longer}
    figures = {**content, "burst": burst, "codes": changes} | {name: n for name, n in more.items() if n}
    audit.record(session, _proposed_act(wanted.what, people, burst), by=by, at=at, subject=subject, figures=figures)
    return PutDown(list_id, proposal, people, changes, ahead, stays)


def _against(wanted: Wanted, changes: Mapping[str, int], longer: int) -> int:
    """How many it may make yellow or red: by their kind those of whom it is new; of a fact that ends or goes on, by the
    codes that turn, and those that are so for `longer`, each person once."""
    if wanted.what is What.FACTS:
        return sum(BY_HAND[line.measure.kind].against for line in wanted.lines)
    worse = (n for change, n in changes.items() if change.endswith((">yellow", ">red")) and not change.startswith("red>"))
    return min(len(wanted.lines), longer + sum(worse))


def effect(session: Session, what: What, lines: Sequence[Line], at: datetime) -> Told:
    """Which codes would change if it were confirmed at `at`: at once, and once all of it has begun; and of which
    people it is yellow or red at other times later. Nothing is written."""
    more: dict[int, list[codes.FactTuple]] = defaultdict(list)
    less: dict[int, list[codes.FactTuple]] = defaultdict(list)
    for line in lines:
        if what is not What.END_FACT:
            more[line.person].append(_seen(line.measure.kind, line.measure.from_at, line.measure.until_at))
        if line.about is not None:
            row = fact_rows.one(session.connection(), line.about)
            if row is not None and row.ended_at is None:
                less[line.person].append(_seen(FactKind(row.kind), row.from_at, row.until_at))
    people = [line.person for line in lines]
    stays: list[tuple[Stays, ...]] = []
    at_once = dict(codes.would_change(session, people, at=at, more=more, less=less, stays=stays))
    begun = max(line.measure.from_at for line in lines)
    if begun <= at:
        return at_once, None, stays
    later = codes.would_change(session, people, at=at, more=more, less=less, counted_at=begun)
    return at_once, Ahead(begun, dict(later)), stays


def _rows(lines: Sequence[Line]) -> list[LineRow]:
    return [
        LineRow(
            line.person,
            str(line.measure.kind),
            line.measure.from_at,
            line.measure.until_at,
            line.measure.evidence,
            line.measure.exposure,
            line.about,
        )
        for line in lines
    ]


def _seen(kind: FactKind, from_at: datetime, until_at: datetime | None) -> codes.FactTuple:
    return str(kind), micros(from_at), None if until_at is None else micros(until_at)


def _proposed_act(what: What, people: int, burst: int | None) -> audit.Act:
    """A list of several people, and one person more than usual, are acts of their own: the auditor is told (model part 5)."""
    if what is What.FACTS and people > 1:
        return audit.Act.FACT_LIST_PROPOSED
    if what is What.FACTS:
        return audit.Act.FACT_PROPOSED if burst is None else audit.Act.FACT_BURST_PROPOSED
    return audit.Act.FACT_END_PROPOSED if what is What.END_FACT else audit.Act.FACT_EXTENSION_PROPOSED
