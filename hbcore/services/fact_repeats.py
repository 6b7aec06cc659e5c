"""The same twice: what stands or waits of a person in a case is not proposed again, and of one fact one act waits at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.fact_rules import Measure, is_moment
from hbcore.domain.known import micros
from hbcore.domain.vocabulary import FactKind
from hbcore.services.policies_published import eras_at
from hbcore.services.second_look import What
from hbcore.storage import fact_list_rows, fact_rows, proposal_rows

Key = tuple[int, str, int]
"""Whose, of which kind, and from when in microseconds, where that makes another fact of it (0 else)."""

ACTS = (What.END_FACT, What.EXTEND_FACT)
"""What is proposed about a fact that stands."""


@dataclass(frozen=True)
class Held:
    """What stands and what waits of some people in one case."""

    standing: frozenset[Key]
    waiting: frozenset[Key]

    def why_not(self, person: int, measure: Measure) -> str | None:
        """`fact_on_record` or `fact_proposed_already`; None where it is new."""
        key = key_of(person, measure.kind, micros(measure.from_at))
        if key in self.standing:
            return "fact_on_record"
        return "fact_proposed_already" if key in self.waiting else None


@dataclass(frozen=True)
class WaitingAct:
    """An early end or an extension that waits for its second person, and who proposed it when."""

    what: What
    by: str
    since: datetime


def held_of(session: Session, people: Iterable[int], case: str | None, *, unit: str | None, at: datetime) -> Held:
    """What stands of these people in a case by the policy of `unit`, and what waits, in the caller's transaction."""
    connection, asked = session.connection(), list(people)
    rules = fact_rows.rules_of(eras_at(session, unit, at)[0].policy)
    standing = fact_rows.standing_of(connection, asked, case, at, rules)
    waiting = fact_list_rows.waiting_of(connection, asked, case, at)
    return Held(_keys(standing), _keys(waiting))


def waiting_acts(session: Session, facts: Sequence[int], at: datetime) -> dict[int, WaitingAct]:
    """The early ends and extensions of these facts that wait, by fact, in the caller's transaction."""
    subjects = {f"fact {fact}": fact for fact in facts}
    return {
        subjects[subject]: WaitingAct(what, row.full_name, row.proposed_at)
        for what in ACTS
        for subject, row in proposal_rows.open_by_subject(session.connection(), what, list(subjects), at).items()
    }


def _keys(found: Iterable[tuple[int, str, int]]) -> frozenset[Key]:
    return frozenset(key_of(person, FactKind(kind), begins) for person, kind, begins in found)


def key_of(person: int, kind: FactKind, begins: int) -> Key:
    """By what a fact of a case is the same as another."""
    return person, str(kind), begins if is_moment(kind) else 0
