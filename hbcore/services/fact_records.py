"""The only room that makes a fact of two people's word, and that ends one: with whoever is concerned decided again."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.vocabulary import FactKind, FactSource
from hbcore.services import codes, second_look
from hbcore.services.fact_repeats import ACTS
from hbcore.storage import fact_rows
from hbcore.storage.ids import new_ids


@dataclass(frozen=True)
class NewFact:
    """A fact to record. `until_at` None: as long as the policy says. `follows`: the id of the fact it goes on from."""

    person: int
    kind: FactKind
    from_at: datetime
    until_at: datetime | None
    evidence: str
    follows: int | None = None


@dataclass(frozen=True)
class Hands:
    """The two people behind facts (their ids), how these came to the desk, and the list and case they belong to."""

    source: FactSource
    proposed_by: int
    confirmed_by: int
    case: str | None = None
    list_id: int | None = None


def record_fact(
    session: Session,
    person: int,
    kind: FactKind,
    from_at: datetime,
    until_at: datetime | None,
    *,
    source: FactSource,
    evidence: str,
    case: str | None = None,
    proposed_by: int,
    confirmed_by: int,
    at: datetime,
) -> int:
    """Record one fact that two people stand for and decide its person again, in the caller's transaction and with the
    caller's event; its id.

    :raises Refused: `own_proposal` where both hands are one.
    """
    hands = Hands(source, proposed_by, confirmed_by, case)
    made, _changes = record_facts(session, (NewFact(person, kind, from_at, until_at, evidence),), hands, at=at)
    return made[0]


def record_facts(
    session: Session, facts: Sequence[NewFact], hands: Hands, *, at: datetime, cause: int | None = None
) -> tuple[list[int], Counter[str]]:
    """Record facts and decide everybody concerned again, set-wise; their ids, and how many codes changed from what to what.

    `cause`: what code history names; else each person's own fact.

    :raises Refused: `own_proposal` where both hands are one.
    """
    ids = add_facts(session, facts, hands, at=at)
    people = [one.person for one in facts]
    causes: int | Mapping[int, int] = cause if cause is not None else dict(zip(people, ids, strict=True))
    return ids, codes.decide_again(session, people, at=at, cause=causes)


def add_facts(session: Session, facts: Sequence[NewFact], hands: Hands, *, at: datetime) -> list[int]:
    """Record facts without deciding anybody: whoever also ends others does that once, at the end; their ids.

    :raises Refused: `own_proposal` where both hands are one.
    """
    if hands.proposed_by == hands.confirmed_by:
        raise Refused("own_proposal")
    ids = list(new_ids(len(facts)))
    rows = [_row(id_, one, hands, micros(at)) for id_, one in zip(ids, facts, strict=True)]
    fact_rows.add_facts(session.connection(), rows)
    return ids


def _row(id_: int, one: NewFact, hands: Hands, at: int) -> fact_rows.AddedFact:
    return fact_rows.AddedFact(
        one.person,
        id_,
        str(one.kind),
        micros(one.from_at),
        None if one.until_at is None else micros(one.until_at),
        str(hands.source),
        one.evidence,
        hands.proposed_by,
        hands.confirmed_by,
        at,
        hands.list_id,
        hands.case,
        one.follows,
    )


def end_fact(
    session: Session, person: int, fact: int, *, evidence: str, proposed_by: int, confirmed_by: int, at: datetime
) -> None:
    """End a fact that stands, on a paper and by two people; what waits about it lapses. Deciding its person is the caller's.

    :raises Refused: `own_proposal` where both hands are one, `fact_gone` where it does not stand any more.
    """
    if proposed_by == confirmed_by:
        raise Refused("own_proposal")
    ended_by = {"end_evidence": evidence, "end_proposed_by": proposed_by, "end_confirmed_by": confirmed_by}
    if not fact_rows.end_fact(session.connection(), person, fact, at, ended_by):
        raise Refused("fact_gone")
    for what in ACTS:
        second_look.lapse(session, what, f"fact {fact}", at)
