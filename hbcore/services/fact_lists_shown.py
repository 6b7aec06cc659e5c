"""Lists of facts of one's own unit and below, and their people: what was put down together, by whom, and what became of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.documents import masked_number
from hbcore.domain.fact_rules import ends_at
from hbcore.domain.names import masked_name
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import FactKind
from hbcore.services import fact_held
from hbcore.services.acting import Staff, reading
from hbcore.services.fact_list_lines import without_a_fact
from hbcore.services.fact_lists import row_in_scope
from hbcore.services.facts import MOST, record_shown
from hbcore.services.policies_published import eras_at
from hbcore.services.second_look import What
from hbcore.services.temperature_notices import notice_of
from hbcore.storage import fact_list_rows, fact_rows, people_rows

LISTS_SHOWN = timedelta(days=30)


@dataclass(frozen=True)
class ListLine:
    """A list: what it is (`facts`, `end_fact`, `extend_fact`), and its state: `waiting`, `expired` or how it was settled."""

    id: int
    proposal_id: int
    what: What
    state: str
    kinds: Mapping[FactKind, int]
    people: int
    case: str | None
    unit: str
    burst: bool
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    own: bool


@dataclass(frozen=True)
class ListedPerson:
    """One person of a list, masked. `about`: the fact that is ended or extended, which ends at `was_until` (None: by another).

    `left_out`: it was confirmed without them.
    """

    person: int
    name: str
    number: str
    kind: FactKind
    from_at: datetime
    until_at: datetime | None
    evidence: str
    exposure: str
    about: int | None
    left_out: bool
    was_until: datetime | None = None


@dataclass(frozen=True)
class ListShown:
    """A list opened: why it was proposed, and its people. `notice`: the notice of an abnormal temperature on which it was
    proposed, and since when that is one. `held`: of whose file so many rows are held, that one may see (`fact_held`)."""

    line: ListLine
    reason: str
    people: tuple[ListedPerson, ...]
    notice: tuple[int, datetime] | None = None
    held: int = 0


def lists_now(*, by: Staff, at: datetime) -> tuple[ListLine, ...]:
    """The lists of the last thirty days of one's own unit and below, the newest first; nobody of them is named.

    :raises Refused: those of `reading`.
    """
    with reading(by, Permission.SEE_FACTS, at) as session:
        rows = fact_list_rows.recent(session.connection(), by.unit or "", at - LISTS_SHOWN, MOST)
        return tuple(_list(row, by, at) for row in rows)


def opened(list_id: int, *, by: Staff, at: datetime) -> ListShown:
    """A list of one's own unit and below, or one's own, with its people; one look-up event.

    :raises Refused: `unknown_list`, `not_your_unit`, `look_up_not_recorded`, and those of `reading`.
    """
    with reading(by, Permission.SEE_FACTS, at) as session:
        row = row_in_scope(session, list_id, by)
        left_out = without_a_fact(session, row)
        people = tuple(
            _listed(line, left_out, _old_end(session, line.about, at))
            for line in fact_list_rows.lines(session.connection(), list_id)
        )
        notice = notice_of(session, list_id)
        held = fact_held.how_many(session, row, by)
        shown = ListShown(_list(row, by, at), fact_list_rows.reason(row), people, notice, held)
    record_shown({one.person for one in people}, by, at, f"fact_list {list_id}", case=row.case_number)
    return shown


def _list(row: sa.Row[Any], by: Staff, at: datetime) -> ListLine:
    state = row.settled_how or ("waiting" if row.expires_at > at else "expired")
    return ListLine(
        row.id,
        row.proposal_id,
        What(row.what),
        state,
        {FactKind(kind): n for kind, n in json.loads(row.kinds).items()},
        row.people,
        row.case_number,
        row.unit,
        row.burst,
        row.proposed_by_name,
        row.proposed_at,
        row.expires_at,
        row.confirmed_by_name,
        row.confirmed_at,
        row.proposed_by == by.id,
    )


def _listed(row: sa.Row[Any], left_out: set[int], was_until: datetime | None) -> ListedPerson:
    text = people_rows.open_sealed(row.person_id, row.person_sealed, row.version)
    return ListedPerson(
        row.person_id,
        masked_name(text.name),
        masked_number(text.documents[-1]),
        FactKind(row.kind),
        row.from_at,
        row.until_at,
        row.evidence,
        fact_list_rows.exposure(row),
        row.about,
        row.person_id in left_out,
        was_until,
    )


def _old_end(session: Session, fact: int | None, at: datetime) -> datetime | None:
    row = None if fact is None else fact_rows.one(session.connection(), fact)
    if row is None:
        return None
    return ends_at(FactKind(row.kind), row.from_at, row.until_at, eras_at(session, row.unit, at)[0].policy)
