"""Facts, their end and their extension as the second person sees, confirms and so carries them out (`fact_put_down`).

Nothing is in force and no code is touched before the second person confirms; what it will do is worked out by the very
function that will do it. Of a list, what no longer fits is left out: the second person confirms no more than was proposed.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.staying import Stays, how_many_longer
from hbcore.domain.vocabulary import FactSource
from hbcore.services import audit, codes, fact_records, second_look, units
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.fact_list_lines import lines_of
from hbcore.services.fact_put_down import Ahead, Line, effect
from hbcore.services.fact_records import Hands, NewFact
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import Settled, What
from hbcore.storage import fact_list_rows


@dataclass(frozen=True)
class Confirmed:
    """What was done, of how many and of how many not, and which codes changed; `stays` as `PutDown`'s."""

    list_id: int
    people: int
    changes: Mapping[str, int]
    left_out: int = 0
    stays: Sequence[Sequence[Stays]] = ()


@dataclass(frozen=True)
class EffectSeen:
    """What a page was told of a waiting list: which, in which minute, the newest act at the time, and whose codes change.

    `people`: of how many a fact arises, ends or goes on; `left_out`: of whom on it nothing, and why (`fact_list_lines`).
    """

    asked: tuple[object, ...]
    newest: int
    changes: Mapping[str, int]
    ahead: Ahead | None = None
    people: int = 0
    left_out: Mapping[int, str] = field(default_factory=dict)
    stays: Sequence[Sequence[Stays]] = ()


def effect_of(list_id: int, *, by: Staff, at: datetime, before: EffectSeen | None = None) -> EffectSeen:
    """Which codes would change if a waiting list were confirmed now: for who proposed it and who may confirm it.

    `before` again in the same minute while nothing was done since.

    :raises Refused: `unknown_list`, `not_your_unit`, and those of `reading`.
    """
    asked = (list_id, at.replace(second=0, microsecond=0))
    with reading(by, Permission.SEE_FACTS, at) as session:
        newest = audit.newest(session)
        if before is not None and (before.asked, before.newest) == (asked, newest):
            return before
        row = row_in_scope(session, list_id, by)
        lines = lines_of(session, row, at)
        changes, ahead, stays = effect(session, What(row.what), lines.fitting, at) if lines.fitting else ({}, None, ())
        return EffectSeen(asked, newest, changes, ahead, len(lines.fitting), lines.left_out, stays)


def confirm(proposal_id: int, *, left_out: Collection[int] = (), by: Staff, at: datetime) -> Confirmed:
    """The second person agrees: facts arise, end or go on, and everybody concerned is decided again. One act, one event.

    `left_out`: of whom on the list nothing is recorded, as `effect_of` has told: no others, and none of them after all.

    :raises Refused: as `second_look.settle`; `fact_gone` where the fact ended meanwhile, `facts_recorded_meanwhile` where
        others no longer fit than who is `left_out`, `nothing_left_on_list`.
    """
    subject = f"proposal {proposal_id}"
    with refusals_recorded(by, at, subject), acting(by, Permission.CONFIRM_FACTS, at) as session:
        proposal = second_look.settle(session, proposal_id, Settled.CONFIRMED, by=by, at=at)
        if proposal.what not in _ACTS:
            raise Refused("proposal_gone")
        list_id = int(str(proposal.content["list"]))
        row = fact_list_rows.one(session.connection(), list_id)
        if row is None:
            raise Refused("proposal_gone")
        lines = lines_of(session, row, at)
        _refuse_moved(lines.left_out, left_out)
        if not lines.fitting:
            raise Refused("nothing_left_on_list")
        _carry_out(session, row, lines.fitting, by, at)
        fact_list_rows.confirmed(session.connection(), list_id, by.id, at)
        stays: list[tuple[Stays, ...]] = []
        changes = codes.decide_again(session, [line.person for line in lines.fitting], at=at, cause=list_id, stays=stays)
        figures = {**proposal.content, "people": len(lines.fitting), "codes": dict(changes)}
        if longer := how_many_longer(stays):
            figures["longer"] = longer
        if left_out:
            kinds = Counter(str(line.measure.kind) for line in lines.fitting)
            figures |= {"kinds": dict(kinds), "left_out": dict(Counter(lines.left_out.values()))}
        audit.record(session, _ACTS[proposal.what], by=by, at=at, subject=proposal.subject, figures=figures)
    return Confirmed(list_id, len(lines.fitting), dict(changes), len(lines.left_out), stays)


def confirm_list(list_id: int, *, leave_out: int = 0, by: Staff, at: datetime) -> Confirmed:
    """`confirm` by the number of the list. `leave_out`: how many of it no longer fit, as the refusal without it says.

    :raises Refused: `unknown_list`, and those of `confirm`.
    """
    with reading(by, Permission.CONFIRM_FACTS, at) as session:
        row = fact_list_rows.one(session.connection(), list_id)
        if row is None:
            raise Refused("unknown_list")
        left_out = lines_of(session, row, at).left_out if leave_out else {}
        if len(left_out) != leave_out:
            raise Refused("facts_recorded_meanwhile", people=len(left_out))
    return confirm(row.proposal_id, left_out=left_out, by=by, at=at)


def row_in_scope(session: Session, list_id: int, by: Staff) -> sa.Row[Any]:
    """A list that was proposed in one's own unit or below, or by oneself.

    :raises Refused: `unknown_list`, `not_your_unit`.
    """
    row = fact_list_rows.one(session.connection(), list_id)
    if row is None:
        raise Refused("unknown_list")
    if row.proposed_by != by.id and row.unit not in units.units_below(session, by.unit or ""):
        raise Refused("not_your_unit")
    return row


def _refuse_moved(left_out: Mapping[int, str], told: Collection[int]) -> None:
    if left_out.keys() != set(told):
        raise Refused("facts_recorded_meanwhile", people=len(left_out))


def _carry_out(session: Session, row: sa.Row[Any], lines: Sequence[Line], by: Staff, at: datetime) -> None:
    for line in lines:
        if line.about is not None:
            ended = {"evidence": line.measure.evidence, "proposed_by": row.proposed_by, "confirmed_by": by.id}
            fact_records.end_fact(session, line.person, line.about, **ended, at=at)
    if row.what == What.END_FACT:
        return
    hands = Hands(FactSource(row.source), row.proposed_by, by.id, row.case_number, row.id)
    facts = [
        NewFact(line.person, line.measure.kind, line.measure.from_at, line.measure.until_at, line.measure.evidence, line.about)
        for line in lines
    ]
    fact_records.add_facts(session, facts, hands, at=at)


_ACTS = {
    What.FACTS: audit.Act.FACTS_CONFIRMED,
    What.END_FACT: audit.Act.FACT_ENDED,
    What.EXTEND_FACT: audit.Act.FACT_EXTENDED,
}
