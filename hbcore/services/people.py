"""Looking one person up: whose the text is, what they have now and why; one look-up event before anything is shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from hbcore.domain.documents import masked_number
from hbcore.domain.errors import Refused
from hbcore.domain.known import FactSeen, Known, ResultSeen, instant, micros
from hbcore.domain.latest import latest_places, open_places
from hbcore.domain.names import masked_name
from hbcore.domain.numbers import look_up_number
from hbcore.domain.permissions import Permission
from hbcore.domain.policy import Decision, Policy, Tried
from hbcore.domain.policy_eras import decide_over
from hbcore.domain.sentence import Sentence
from hbcore.domain.travel import NO_RESULT, Travel, refuse_too_far, sampled_after, travel
from hbcore.domain.vocabulary import Assay, Colour, DocumentKind, FactKind, Outcome, Purpose, Registration
from hbcore.domain.why import RowTried, rows_tried
from hbcore.services import audit, units
from hbcore.services.acting import Staff, reading
from hbcore.services.details import details
from hbcore.services.looked_up import LookUp, look_up_of, subject_of
from hbcore.services.policies_published import eras_at
from hbcore.services.purposes import case_number
from hbcore.services.rechecks import on_result
from hbcore.services.refusals import refusals_recorded
from hbcore.services.settings import hotline
from hbcore.services.sought import NOTHING, SoughtText, sought
from hbcore.storage import look_up_rows, proposal_rows, recheck_rows
from hbcore.storage.instants import shanghai_day
from hbcore.storage.look_up_rows import LivedRow, PersonRead, PersonRow, ResultRow
from hbcore.storage.people_rows import PersonText

AWAITED_FOR = timedelta(days=7)
"""For so long a sampling without a result stands on the card."""

_ASSAYS = {str(word): word for word in Assay}
_OUTCOMES = {str(word): word for word in Outcome}


@dataclass(frozen=True)
class ResultShown:
    """One result on the card; the institution by its name. `recheck_since`: it is marked for a second look, because the
    institution is suspended since then."""

    assay: Assay
    outcome: Outcome
    sampled_at: datetime
    tested_at: datetime | None
    reported_at: datetime | None
    institution: str
    single: bool
    recheck_since: datetime | None = None


@dataclass(frozen=True)
class SamplingShown:
    """A registered sampling whose tube's result has not come."""

    sampled_at: datetime
    site: str | None
    sample_number: str


@dataclass(frozen=True)
class CodeShown:
    """The code now. `number`: which line of the policy `row` is; `since` None where the stored chain does not tell."""

    colour: Colour
    policy: str
    row: str
    number: int
    reason: Sentence
    since: datetime | None
    until: datetime | None
    tried: tuple[Tried, ...]


@dataclass(frozen=True)
class PersonCard:
    """What is shown of one person, masked. `id`: ours. `place`: which of their documents. `code` None: `code_reason` says why.

    `awaited`: the newest sampling of the last days without a result. `rows`: what was tried. `arrival`: what `travel` was asked
    for; `sampled_after`: where no result counts, when one must be.
    `newest`: the newest act and look-up there were, where the card was read again.
    """

    id: int
    place: int
    name: str
    document_kind: DocumentKind
    document_number: str
    look_up: str
    unit: Sentence | None
    registration: Registration
    registered_at: datetime | None
    code: CodeShown | None
    code_reason: Sentence | None
    latest: Mapping[Assay, ResultShown]
    awaited: SamplingShown | None
    open_positives: tuple[ResultShown, ...]
    rows: tuple[RowTried, ...]
    travel: Travel
    arrival: datetime
    sampled_after: datetime | None
    newest: tuple[int, int] | None = None


def find(
    text: str,
    *,
    purpose: Purpose,
    case: str | None = None,
    arrival: datetime | None = None,
    by: Staff,
    at: datetime,
) -> PersonCard | None:
    """The card of the one person whose receipt, look-up number, document or sample `text` is; None where there is nobody.

    Exact identifiers are found province-wide (model part 3). The colour is what `decide` says at `at`, not the stored chain
    (model part 8); `arrival` is when the travel verdict is asked for (None: now). Exactly one look-up event is written, and
    before anything is handed out (S16); an event that finds nobody holds no trace of the text.

    :raises Refused: `case_needed`, `several_people`, `arrival_too_far`, `look_up_not_recorded`, and those of `reading`.
    """
    case = case_number(purpose, case)
    refuse_too_far(arrival, at)
    wanted = sought(text)
    with reading(by, Permission.LOOK_UP_PEOPLE, at) as session:
        found = tuple(look_up_rows.people_sought(session.connection(), wanted.rows))
        card = card_of(session, found[0], wanted, arrival, at=at) if len(found) == 1 else None
    act, subject = (audit.Act.PERSON_LOOKED_UP, subject_of(found[0])) if card else (audit.Act.NOBODY_FOUND, "")
    audit.record_look_up(act, by=by, at=at, subject=subject, figures=LookUp(purpose, case).figures)
    if len(found) > 1:
        raise Refused("several_people")
    return card


def open_by_id(person: int, *, purpose: Purpose, case: str | None = None, by: Staff, at: datetime) -> PersonCard:
    """The card of somebody in a list of one's own unit, by our id; one look-up event, as `find`.

    An id is no identifier that the person gave: beyond one's own unit and those below it opens nobody (model part 3) but whom
    a proposal is about that waits there for its second person. Of somebody joined to another it opens that other.

    :raises Refused: `unknown_person`, `not_your_unit`, `case_needed`, `look_up_not_recorded`, and those of `reading`.
    """
    case = case_number(purpose, case)
    with refusals_recorded(by, at, subject_of(person)), reading(by, Permission.LOOK_UP_PEOPLE, at) as session:
        found = look_up_rows.pointed_to(session.connection(), person)
        if found is None:
            raise Refused("unknown_person")
        own = found.unit in units.units_below(session, by.unit or "")
        if not own and not proposal_rows.waits_about(session.connection(), subject_of(found.id), by.unit or "", at):
            raise Refused("not_your_unit")
        card = card_of(session, found.id, at=at)
    audit.record_look_up(
        audit.Act.PERSON_LOOKED_UP, by=by, at=at, subject=subject_of(found.id), figures=LookUp(purpose, case).figures
    )
    return card


def again(person: int, *, place: int | None = None, arrival: datetime | None = None, by: Staff, at: datetime) -> PersonCard:
    """The card of somebody looked up within the hour, as it is now: the same look-up, no event of its own.

    `place`: the document that was shown.

    :raises Refused: `look_up_first`, `joined_meanwhile` where the row points to another by now, `arrival_too_far`, and those of
        `reading`.
    """
    refuse_too_far(arrival, at)
    with reading(by, Permission.LOOK_UP_PEOPLE, at) as session:
        look_up_of(person, by=by, at=at)
        found = look_up_rows.pointed_to(session.connection(), person)
        if found is None or found.id != person:
            raise Refused("joined_meanwhile")
        card = card_of(session, person, place if place is not None else NOTHING, arrival, at=at)
        return replace(card, newest=(audit.newest(session), audit.newest_look_up()))


def card_of(
    session: Session,
    person: int,
    wanted: SoughtText | int = NOTHING,
    arrival: datetime | None = None,
    *,
    at: datetime,
    for_staff: bool = True,
) -> PersonCard:
    """A person's card in the transaction of who sees to permission and event; `for_staff`: with the marks for a second look."""
    read = look_up_rows.read_person(session.connection(), person, at)
    text = look_up_rows.opened(read.row)
    place = _told(text, wanted)
    document = text.documents[place]
    known = known_of(read)
    eras = eras_at(session, known.unit, at)
    policy = eras[0].policy
    decision = decide_over(eras, known, at, details=details(read.row.filing_fields, read.row.reasons, hotline(session)))
    latest, marks = latest_places(known.results, at), recheck_rows.open_marks(session.connection()) if for_staff else []
    arrives = arrival or at
    then = next((era for era in reversed(eras) if era.from_at <= micros(arrives)), eras[0]).policy.travel
    verdict = travel(policy, known, at, arrival=arrival, then=then)
    return PersonCard(
        id=read.row.id,
        place=place,
        name=masked_name(text.name),
        document_kind=document.kind,
        document_number=masked_number(document),
        look_up=look_up_number(f"{read.row.number:011}"),
        unit=known.unit_name,
        registration=known.registration,
        registered_at=_registered_at(read.row),
        code=_code(policy, decision, read, look_up_rows.lived(session.connection(), person)),
        code_reason=None if decision.colour else decision.reason,
        latest={assay: _shown(read.results[latest[assay]], marks) for assay in Assay if assay in latest},
        awaited=_awaited(read, at),
        open_positives=tuple(_shown(read.results[place], marks) for place in open_places(policy, known, at)),
        rows=rows_tried(policy, decision),
        travel=verdict,
        arrival=arrives,
        sampled_after=sampled_after(then, arrives) if verdict.missing == NO_RESULT else None,
    )


def _told(text: PersonText, wanted: SoughtText | int) -> int:
    """The place, of several documents, of the one that was asked for, else of the newest."""
    newest = len(text.documents) - 1
    if isinstance(wanted, int):
        return min(wanted, newest)
    asked = [place for place, one in enumerate(text.documents) if (one.kind, one.number) in wanted.documents]
    return asked[-1] if asked else newest


def known_of(read: PersonRead) -> Known:
    """What the policy may look at; institutions and the unit by name, because reasons name them."""
    return Known(
        Registration(read.row.registration),
        read.row.unit,
        tuple(
            ResultSeen(_ASSAYS[one.assay], _OUTCOMES[one.outcome], instant(one.sampled_at), bool(one.single), one.institution)
            for one in read.results
        ),
        tuple(FactSeen(FactKind(one.kind), instant(one.from_at), _instant(one.until_at)) for one in read.facts),
        tuple(instant(one.sampled_at) for one in read.samplings),
        unit_name=Sentence(read.row.unit_zh, read.row.unit_en or "") if read.row.unit_zh else None,
    )


def _awaited(read: PersonRead, at: datetime) -> SamplingShown | None:
    """Older ones are no news: a result that late is asked for by `missing`."""
    recent = [one for one in read.samplings if one.awaited and one.sampled_at > micros(at - AWAITED_FOR)]
    return SamplingShown(instant(recent[-1].sampled_at), recent[-1].site, recent[-1].sample_number) if recent else None


def _code(policy: Policy, decision: Decision, read: PersonRead, lived: Iterable[LivedRow]) -> CodeShown | None:
    if decision.colour is None or decision.row is None:
        return None
    same = (read.row.row, read.row.policy) == (decision.row, policy.id)
    return CodeShown(
        colour=decision.colour,
        policy=policy.id,
        row=decision.row,
        number=1 + [row.id for row in policy.rows].index(decision.row),
        reason=decision.reason,
        since=_instant(_since(read.row.since, decision, lived)) if same else None,
        until=decision.until,
        tried=decision.tried,
    )


def _since(begins: int | None, decision: Decision, lived: Iterable[LivedRow]) -> int | None:
    """Since when the row has answered without a gap: another policy in which it stands again does not begin it anew."""
    for row in lived:
        if (row.row, row.colour, row.until_at) != (decision.row, decision.colour, begins):
            break
        begins = row.from_at
    return begins


def _registered_at(row: PersonRow) -> datetime | None:
    """Since when the registration stands as it does: approved, else decided, asked back or submitted."""
    return _instant(row.registered_at or row.decided_at or row.asked_at or row.submitted_at)


def _shown(one: ResultRow, marks: Sequence[recheck_rows.Row]) -> ResultShown:
    return ResultShown(
        _ASSAYS[one.assay],
        _OUTCOMES[one.outcome],
        instant(one.sampled_at),
        _instant(one.tested_at),
        _instant(one.reported_at),
        one.institution,
        bool(one.single),
        on_result(marks, one.institution, shanghai_day(one.sampled_at)),
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else instant(micros)
