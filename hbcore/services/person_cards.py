"""What is shown of one person: read in the caller's transaction, decided anew, masked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from hbcore.domain.documents import masked_number
from hbcore.domain.known import FactSeen, Known, ResultSeen, instant, micros
from hbcore.domain.latest import latest_places, open_places
from hbcore.domain.names import masked_name
from hbcore.domain.numbers import look_up_number
from hbcore.domain.policy import Decision, Policy, Tried
from hbcore.domain.policy_eras import decide_over
from hbcore.domain.sentence import Sentence
from hbcore.domain.travel import NO_RESULT, Travel, sampled_after, travel
from hbcore.domain.vocabulary import Assay, Colour, DocumentKind, FactKind, Outcome, Registration
from hbcore.domain.why import RowTried, rows_tried
from hbcore.services.details import details
from hbcore.services.issued_codes import LiveCode
from hbcore.services.policies_published import eras_at
from hbcore.services.rechecks import on_result
from hbcore.services.settings import hotline
from hbcore.services.sought import NOTHING, SoughtText
from hbcore.storage import look_up_rows, recheck_rows
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
    `newest`: the newest act and look-up there were, where the card was read again. `live`: the code, signed, for who is shown it.
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
    live: LiveCode | None = None


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
