"""Recolouring requests as they are seen: the queue, one with its code before and after, and the answer to read out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.documents import masked_number
from hbcore.domain.errors import Refused
from hbcore.domain.known import FactSeen, Known, instant
from hbcore.domain.names import masked_name
from hbcore.domain.permissions import Permission, may
from hbcore.domain.policy_eras import decide_over
from hbcore.domain.recolouring import ANSWER_WITHIN, OPEN, RequestAct, RequestState, RequestView, why_not
from hbcore.domain.recolouring_grounds import RULES, AskFor, Ground, answer, missing
from hbcore.domain.sentence import Sentence, day_in_words
from hbcore.domain.vocabulary import Colour, Purpose, Role
from hbcore.services import audit, people, units
from hbcore.services.acting import Staff, reading
from hbcore.services.details import details
from hbcore.services.looked_up import LookUp, look_up_of, pictures_opened, record
from hbcore.services.policies_published import eras_at
from hbcore.services.settings import hotline
from hbcore.storage import look_up_rows, people_rows, proposal_rows, recolouring_rows
from hbcore.storage.recolouring_rows import Line, Row, Said

MENDED_HERE = ("reason_needed", "request_evidence_unopened")
"""What who may take a step puts right themselves."""

MOST = 200
"""So many lines of one list are shown."""


@dataclass(frozen=True)
class RequestLine:
    """A line of the queue, masked. `colour`: what the code was when the request was entered; `answer_by`: until when the person
    who was asked has time."""

    id: int
    person: int
    unit: str
    ground: Ground
    state: RequestState
    colour: Colour | None
    name: str
    number: str
    entered_at: datetime
    due_at: datetime | None
    answer_by: datetime | None
    own: bool


@dataclass(frozen=True)
class RequestsSeen:
    """What a page was told: the question, the newest act at the time, how many stand where, and the lines."""

    asked: tuple[object, ...]
    newest: int
    counts: Mapping[str, int]
    overdue: int
    lines: tuple[RequestLine, ...]


@dataclass(frozen=True)
class CodeThen:
    """A code as it is or would be, its row and of which policy, its sentence; colour None: none."""

    colour: Colour | None
    row: str | None
    policy: str
    reason: Sentence
    until: datetime | None


@dataclass(frozen=True)
class RequestStep:
    """What somebody did with a request."""

    act: RequestAct
    by: str
    at: datetime
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """One request. `found`: the row that decided the code when it was entered, and of which policy.

    `now` and `then`: the code without and with what confirming would record; equal where nothing is recorded by hand, `then`
    None as long as the date is missing from which the paper holds.
    `why_not`: for each step the code of what stands against it for who asks. `proposal`: what waits for the level above.
    """

    line: RequestLine
    found: tuple[str, str] | None
    dated_at: datetime | None
    evidence: str
    said: str
    reasons: tuple[str, ...]
    missing: tuple[AskFor, ...]
    now: CodeThen
    then: CodeThen | None
    images: int
    steps: tuple[RequestStep, ...]
    why_not: Mapping[RequestAct, str | None]
    proposal: int | None
    answer: tuple[Sentence, ...]


def seen_now(show: str, *, whole: bool = True, by: Staff, at: datetime, before: RequestsSeen | None = None) -> RequestsSeen:
    """Counts and lines of one's own unit (`whole`: and below); `before` again while nothing was done since.

    `show`: `entered`, `reviewed`, `overdue`, `asked` or `ended`.
    """
    asked = (by, show, whole, at.replace(second=0, microsecond=0))
    with reading(by, Permission.RECOLOUR, at) as session:
        newest = audit.newest(session)
        if before is not None and (before.asked, before.newest) == (asked, newest):
            return before
        counts, overdue = counts_in(session, by, at, whole=whole)
        rows = recolouring_rows.lines(session.connection(), show, by.unit or "", at, whole=whole, limit=MOST)
    return RequestsSeen(asked, newest, counts, overdue, tuple(_line(row, by) for row in rows))


def counts_in(session: Session, by: Staff, at: datetime, *, whole: bool = True) -> tuple[dict[str, int], int]:
    """How many stand in each open state, and how many are with us beyond the 48 hours, in the caller's transaction."""
    counted = recolouring_rows.counts(session.connection(), by.unit or "", at, whole=whole)
    counts = {str(state): counted[state].n if state in counted else 0 for state in OPEN}
    return counts, sum(one.overdue for one in counted.values())


def of_person(person: int, *, by: Staff, at: datetime) -> tuple[tuple[int, Ground, RequestState, datetime], ...]:
    """The requests of somebody looked up within the hour: id, ground, state, when entered; part of that look-up.

    :raises Refused: `look_up_first`.
    """
    with reading(by, Permission.RECOLOUR, at) as session:
        look_up_of(person, by=by, at=at)
        rows = recolouring_rows.of_person(session.connection(), person, at)
    return tuple((row.id, Ground(row.ground), RequestState(row.state), row.entered_at) for row in rows)


def one(request: int, *, by: Staff, at: datetime) -> Request:
    """One request of one's own unit and below, the person masked; opening it is a look-up of that person, on record first.

    :raises Refused: `unknown_request`, `not_your_unit`, `look_up_not_recorded`.
    """
    with reading(by, Permission.RECOLOUR, at) as session:
        row = row_in_scope(session, request, by, at)
        found = request_in(session, row, by, at)
    record(audit.Act.PERSON_LOOKED_UP, row.person_id, LookUp(Purpose.RECOLOURING, None), by=by, at=at)
    return found


def row_in_scope(session: Session, request: int, by: Staff, at: datetime) -> Row:
    """The row of a request of one's own unit and below.

    :raises Refused: `unknown_request`, `not_your_unit`.
    """
    row: Row | None = recolouring_rows.one(session.connection(), request, at)
    if row is None:
        raise Refused("unknown_request")
    if row.unit not in units.units_below(session, by.unit or ""):
        raise Refused("not_your_unit")
    return row


def codes_of(session: Session, row: Row, at: datetime) -> tuple[CodeThen, CodeThen | None, Known]:
    """The code now, the code with what confirming would record, and what is known of the person without it.

    The second is None where it can't be told: a fact would be recorded, and from when it holds is not known.
    """
    now, known = code_of(session, row.person_id, at)
    fact = RULES[Ground(row.ground)].fact
    if fact is None:
        return now, now, known
    if row.dated_at is None:
        return now, None, known
    then, _ = code_of(session, row.person_id, at, added=FactSeen(fact, row.dated_at))
    return now, then, known


def code_of(session: Session, person: int, at: datetime, *, added: FactSeen | None = None) -> tuple[CodeThen, Known]:
    """What the policy in force says of somebody at `at`, were `added` on record; and what is known without it."""
    standing = look_up_rows.pointed_to(session.connection(), person)
    read = look_up_rows.read_person(session.connection(), standing.id if standing else person, at)
    known = people.known_of(read)
    asked = replace(known, facts=(*known.facts, added)) if added else known
    said = details(read.row.filing_fields, read.row.reasons, hotline(session))
    eras = eras_at(session, known.unit, at)
    decision = decide_over(eras, asked, at, details=said)
    return CodeThen(decision.colour, decision.row, eras[0].policy.id, decision.reason, decision.until), known


def view_of(
    row: Row,
    steps: Sequence[Row],
    said: Said,
    images: int,
    seen: tuple[CodeThen, CodeThen | None, Known],
    at: datetime,
    *,
    opened: int,
) -> RequestView:
    """What a step looks at; `steps`: those it has taken; `opened`: how many of its pictures who asks has opened."""
    now, then, known = seen
    ground, state = Ground(row.ground), RequestState(row.state)
    lacking = missing(ground, images=images, evidence=said.evidence, dated_at=row.dated_at, results=known.results, at=at)
    reviewer = row.reviewed_by if state != RequestState.ENTERED else None
    answered = frozenset(step.by_id for step in steps if step.act == RequestAct.ANSWER)
    return RequestView(
        state, row.entered_by, reviewer, row.asked_at, answered, lacking, now.colour, (then or now).colour, images > opened
    )


def may_take(act: RequestAct, state: RequestState, role: Role) -> bool:
    """Whether a role may take a step: what comes after the county's review takes who may confirm."""
    above = act in (RequestAct.CONFIRM, RequestAct.SEND_BACK) or (act, state) == (RequestAct.REFUSE, RequestState.REVIEWED)
    return may(role, Permission.CONFIRM_FACTS if above else Permission.RECOLOUR)


def request_in(session: Session, row: Row, by: Staff, at: datetime, *, opened: int | None = None) -> Request:
    """A request as `by` sees it; `opened`: how many of its pictures they have before them, None: as it is on record."""
    connection = session.connection()
    said, seen = recolouring_rows.said_in(row), codes_of(session, row, at)
    images = recolouring_rows.image_ids(connection, row.person_id, row.id)
    steps = recolouring_rows.steps_of(connection, row.person_id, row.id)
    opened = pictures_opened(row.person_id, {"request": row.id}, by.id) if opened is None else opened
    view = view_of(row, steps, said, len(images), seen, at, opened=opened)
    reasons = tuple(json.loads(row.reasons)) or (view.missing if view.state == RequestState.ASKED else ())
    spoken = view.missing if view.state == RequestState.ENTERED else reasons
    waits = row.proposal_id if view.state == RequestState.REVIEWED else None
    unit, line = units.unit(session, row.unit), _line_of(session, row, by)
    before = day_in_words(line.answer_by, seen_from=at) if line.answer_by else None
    whom = Sentence(unit.name_zh, unit.name_en)
    return Request(
        line=line,
        found=(row.row, row.policy) if row.row else None,
        dated_at=row.dated_at,
        evidence=said.evidence,
        said=said.said,
        reasons=reasons,
        missing=view.missing,
        now=seen[0],
        then=seen[1],
        images=len(images),
        steps=tuple(RequestStep(RequestAct(one.act), one.full_name, one.at, tuple(json.loads(one.reasons))) for one in steps),
        why_not={act: _why_not(session, view, act, row, by, at) for act in RequestAct if act != RequestAct.ENTER},
        proposal=waits,
        answer=answer(view.state, Ground(row.ground), spoken, whom, hotline(session), before=before),
    )


def _why_not(session: Session, view: RequestView, act: RequestAct, row: Row, by: Staff, at: datetime) -> str | None:
    """`why_not` for a button: a reason is chosen after it is pressed, so that it is still missing greys nothing."""
    if not may_take(act, view.state, by.role):
        return "request_with_level_above" if view.state == RequestState.REVIEWED else "not_allowed"
    found = why_not(view, act, by.id, at)
    if found in (None, *MENDED_HERE) and view.state == RequestState.REVIEWED and act != RequestAct.WITHDRAW:
        waits = proposal_rows.one(session.connection(), row.proposal_id)
        above = waits and waits.unit in units.units_below(session, by.unit or "")
        found = found if above else "request_with_level_above"
    return None if found == "reason_needed" else found


def _line_of(session: Session, row: Row, by: Staff) -> RequestLine:
    person = look_up_rows.read_person(session.connection(), row.person_id, row.entered_at).row
    names = (row.id, row.person_id, row.unit, row.ground, row.colour, row.entered_by, row.entered_at, row.due_at, row.asked_at)
    return _line(Line(*names, row.state, person.sealed, person.key_version), by)


def _line(row: Line, by: Staff) -> RequestLine:
    text = people_rows.open_sealed(row.person_id, row.sealed, row.key_version)
    return RequestLine(
        row.id,
        row.person_id,
        row.unit,
        Ground(row.ground),
        RequestState(row.state),
        Colour(row.colour) if row.colour else None,
        masked_name(text.name),
        masked_number(text.documents[-1]),
        _instant(row.entered_at),
        _instant(row.due_at) if row.due_at is not None else None,
        _instant(row.asked_at) + ANSWER_WITHIN if row.asked_at is not None and row.state == RequestState.ASKED else None,
        row.entered_by == by.id,
    )


def _instant(value: datetime | int) -> datetime:
    return instant(value) if isinstance(value, int) else value
