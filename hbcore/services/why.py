"""Why is this code as it is? The very results, facts and application its row rests on, what would change it, whom to ask."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.applications import ApplicationState
from hbcore.domain.deeds import deeds
from hbcore.domain.errors import Refused
from hbcore.domain.known import Known, instant
from hbcore.domain.permissions import Permission
from hbcore.domain.policy import reason_of
from hbcore.domain.policy_eras import Era, decide_over
from hbcore.domain.policy_table import Policy, Row
from hbcore.domain.sentence import Sentence, same
from hbcore.domain.vocabulary import Assay, Colour, FactKind, FactSource, Outcome
from hbcore.domain.why import EndsBy, RestsOn, comes_next, fact_end, rests_on
from hbcore.services.acting import Staff, reading
from hbcore.services.details import details
from hbcore.services.looked_up import look_up_of
from hbcore.services.people import known_of
from hbcore.services.policies_published import eras_at
from hbcore.services.settings import HOTLINE
from hbcore.services.units import UnitSeen, all_units, lies_in
from hbcore.storage import look_up_rows, why_rows
from hbcore.storage.look_up_rows import PersonRead
from hbcore.storage.why_rows import ApplicationRow, FactRow, ResultRow


@dataclass(frozen=True)
class Hand:
    """Who proposed or confirmed. `name` None: somebody outside the asker's own unit and below, told by the unit alone."""

    name: str | None
    unit: Sentence | None


@dataclass(frozen=True)
class ApplicationGround:
    """An application. `opens`: it lies in the asker's own unit or below, who may open it."""

    id: int
    receipt: str
    unit: Sentence | None
    state: ApplicationState
    channel: str
    submitted_at: datetime
    decided_at: datetime | None
    opens: bool


@dataclass(frozen=True)
class FactGround:
    """A fact the code rests on. `until_at` None: nothing ends it yet; else `ends_by` says what set the end.

    `office`: the unit that holds it, None where only its source is known. `case`: the case or list it came with, if any.
    `application`: the one on which the person declared it.
    """

    kind: FactKind
    source: FactSource
    evidence: str
    from_at: datetime
    until_at: datetime | None
    ends_by: EndsBy | None
    recorded_at: datetime
    office: Sentence | None
    proposed_by: Hand | None
    confirmed_by: Hand | None
    application: ApplicationGround | None
    case: str | None


@dataclass(frozen=True)
class ResultGround:
    """A result the code rests on, with the number of the upload it came in."""

    assay: Assay
    outcome: Outcome
    single: bool
    sampled_at: datetime
    tested_at: datetime | None
    reported_at: datetime | None
    recorded_at: datetime
    institution: str
    sample_number: str
    sampling_site: str | None
    upload: str | None


@dataclass(frozen=True)
class CodeThen:
    """A code that would be: its row's number and sentence; colour None: no code, and `reason` says why."""

    colour: Colour | None
    number: int | None
    reason: Sentence


@dataclass(frozen=True)
class Change:
    """What would change the code. `said` None: time alone, at `at`. `then` None: that depends. `goes_on`: the same row holds."""

    said: Sentence | None
    at: datetime | None
    then: CodeThen | None
    goes_on: bool


@dataclass(frozen=True)
class Why:
    """All that a code rests on. `registration`: its row holds by the registration; `application`: the one behind that, if any.

    `residence`: the unit by which it holds. `offices`: units and institutions to ask, besides the hotline.
    """

    results: tuple[ResultGround, ...]
    facts: tuple[FactGround, ...]
    registration: bool
    application: ApplicationGround | None
    residence: Sentence | None
    changes: tuple[Change, ...]
    offices: tuple[Sentence, ...]
    hotline: str


@dataclass(frozen=True)
class _Seen:
    """What is read once for all grounds: the units, in which of them the asker works, the person's applications by receipt."""

    units: Mapping[str, UnitSeen]
    works_in: str
    applications: Mapping[str, ApplicationRow]

    def hand(self, name: str | None, unit: str | None) -> Hand | None:
        return Hand(name if self._sees_into(unit) else None, self.unit(unit)) if name else None

    def unit(self, code: str | None) -> Sentence | None:
        found = self.units.get(code or "")
        return Sentence(found.name_zh, found.name_en) if found else None

    def application(self, row: ApplicationRow | None) -> ApplicationGround | None:
        if row is None:
            return None
        times = (instant(row.submitted_at), _instant(row.decided_at))
        state, unit = ApplicationState(row.state), self.unit(row.unit)
        return ApplicationGround(row.id, row.receipt, unit, state, row.channel, *times, self._sees_into(row.unit))

    def _sees_into(self, unit: str | None) -> bool:
        """Whether a unit is the asker's own or lies below it."""
        return unit in self.units and lies_in(self.units, unit or "", self.works_in)


def why(person: int, *, by: Staff, at: datetime) -> Why:
    """What the code of somebody looked up within the hour rests on, as it is at `at`: part of that look-up, no event of its own.

    :raises Refused: `look_up_first`, `joined_meanwhile` where the row points to another by now, and those of `reading`.
    """
    with reading(by, Permission.LOOK_UP_PEOPLE, at) as session:
        look_up_of(person, by=by, at=at)
        connection = session.connection()
        found = look_up_rows.pointed_to(connection, person)
        if found is None or found.id != person:
            raise Refused("joined_meanwhile")
        read = look_up_rows.read_person(connection, person, at)
        known = known_of(read)
        eras = eras_at(session, known.unit, at)
        policy = eras[0].policy
        rests = rests_on(policy, known, at)
        seen = _seen(session, person, by)
        facts = tuple(_facts(connection, policy, known, rests, read, seen))
        results = tuple(_results(connection, rests, read))
    behind = next((one for one in seen.applications.values() if one.behind), None)
    application = seen.application(behind) if rests.registration or rests.row is None else None
    return Why(
        results,
        facts,
        rests.registration,
        application,
        seen.unit(read.row.unit) if rests.residence else None,
        tuple(_changes(eras, known, rests.row, read, at)),
        tuple(dict.fromkeys(_offices(results, facts, application, seen.unit(read.row.unit)))),
        HOTLINE,
    )


def _seen(session: Session, person: int, by: Staff) -> _Seen:
    applications = {row.receipt: row for row in why_rows.applications(session.connection(), person)}
    return _Seen(all_units(session), by.unit or "", applications)


def _results(connection: sa.Connection, rests: RestsOn, read: PersonRead) -> Iterator[ResultGround]:
    if rests.results:
        rows = why_rows.results(connection, read.row.id)
        yield from (_result(rows[place]) for place in rests.results)


def _result(row: ResultRow) -> ResultGround:
    return ResultGround(
        Assay(row.assay),
        Outcome(row.outcome),
        bool(row.single),
        instant(row.sampled_at),
        _instant(row.tested_at),
        _instant(row.reported_at),
        instant(row.recorded_at),
        row.institution,
        row.sample_number,
        row.sampling_site,
        row.upload,
    )


def _facts(
    connection: sa.Connection, policy: Policy, known: Known, rests: RestsOn, read: PersonRead, seen: _Seen
) -> Iterator[FactGround]:
    rows = why_rows.facts(connection, read.row.id) if rests.facts else []
    for place in rests.facts:
        row, (until, ends_by) = rows[place], fact_end(policy, known, place)
        application = seen.application(seen.applications.get(row.evidence))
        yield FactGround(
            FactKind(row.kind),
            FactSource(row.source),
            row.evidence,
            instant(row.from_at),
            until,
            ends_by,
            instant(row.recorded_at),
            _office(row, application, seen),
            seen.hand(row.proposer, row.proposer_unit),
            seen.hand(row.confirmer, row.confirmer_unit),
            application,
            row.case_number,
        )


def _office(row: FactRow, application: ApplicationGround | None, seen: _Seen) -> Sentence | None:
    """The unit that proposed a fact knows the person; else the one that confirmed it, or works on what was declared."""
    return seen.unit(row.proposer_unit) or seen.unit(row.confirmer_unit) or (application.unit if application else None)


def _changes(eras: Sequence[Era], known: Known, row: Row | None, read: PersonRead, at: datetime) -> Iterator[Change]:
    policy, said = eras[0].policy, details(read.row.filing_fields, read.row.reasons)

    def code(by: Policy, then: Row | None, known_then: Known, from_at: datetime) -> CodeThen:
        if then is None:
            return CodeThen(None, None, by.no_code)
        reason = reason_of(by, then.id, known_then, from_at, details=said)
        return CodeThen(then.colour, 1 + by.rows.index(then), reason)

    following = comes_next(eras, known, decide_over(eras, known, at).until)
    if following:
        yield Change(None, following.at, code(following.policy, following.row, known, following.at), goes_on=False)
    for deed in deeds(policy, known, at, details=said):
        then = code(policy, deed.row, deed.known, deed.at) if deed.known else None
        yield Change(deed.said, None, then, then is not None and deed.row is row)


def _offices(
    results: Sequence[ResultGround], facts: Sequence[FactGround], application: ApplicationGround | None, unit: Sentence | None
) -> Iterator[Sentence]:
    """Who holds the facts, who tested, who decides; the person's own unit for a result, and for a fact that nobody holds."""
    yield from (one.office for one in facts if one.office)
    yield from (same(one.institution) for one in results)
    if application and application.unit:
        yield application.unit
    if unit and (results or any(one.office is None for one in facts)):
        yield unit


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else instant(micros)
