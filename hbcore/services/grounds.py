"""The results, facts and application that a code rests on, each with who stands behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.alarms import RETESTED_WITHIN, VERIFIED_WITHIN
from hbcore.domain.applications import ApplicationState
from hbcore.domain.known import Known, instant
from hbcore.domain.policy_table import Policy
from hbcore.domain.sentence import Sentence
from hbcore.domain.vocabulary import Assay, FactKind, FactSource, Outcome
from hbcore.domain.why import EndsBy, RestsOn, fact_end
from hbcore.services.acting import Staff
from hbcore.services.second_look import What
from hbcore.services.units import UnitSeen, all_units, lies_in
from hbcore.storage import why_rows
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
class FactWaiting:
    """A fact that is proposed, or its early end or extension: it waits for its second person and counts for nothing yet."""

    what: What
    kind: FactKind
    since: datetime
    office: Sentence | None


@dataclass(frozen=True)
class Check:
    """A positive waits to be verified, a pooled one to be retested: by when, and who in the district has taken that on."""

    due_at: datetime
    taken_by: Hand | None
    taken_at: datetime | None


@dataclass(frozen=True)
class ResultGround:
    """A result the code rests on, with the number of the upload it came in. `check`: of a nucleic-acid positive."""

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
    check: Check | None


@dataclass(frozen=True)
class Behind:
    """What is read once for all grounds: the units, in which of them the asker works, the person's applications by receipt."""

    units: Mapping[str, UnitSeen]
    works_in: str
    applications: Mapping[str, ApplicationRow]

    def hand(self, name: str | None, unit: str | None) -> Hand | None:
        """Somebody by their full name, where the asker sees into their unit, and by the unit."""
        return Hand(name if self._sees_into(unit) else None, self.unit(unit)) if name else None

    def unit(self, code: str | None) -> Sentence | None:
        """A unit by its name."""
        found = self.units.get(code or "")
        return Sentence(found.name_zh, found.name_en) if found else None

    def application(self, row: ApplicationRow | None) -> ApplicationGround | None:
        """An application as a ground."""
        if row is None:
            return None
        times = (instant(row.submitted_at), _instant(row.decided_at))
        state, unit = ApplicationState(row.state), self.unit(row.unit)
        return ApplicationGround(row.id, row.receipt, unit, state, row.channel, *times, self._sees_into(row.unit))

    def _sees_into(self, unit: str | None) -> bool:
        """Whether a unit is the asker's own or lies below it."""
        return unit in self.units and lies_in(self.units, unit or "", self.works_in)


def behind(session: Session, person: int, by: Staff) -> Behind:
    """What grounds are told with, in the caller's transaction."""
    applications = {row.receipt: row for row in why_rows.applications(session.connection(), person)}
    return Behind(all_units(session), by.unit or "", applications)


def result_grounds(connection: sa.Connection, rests: RestsOn, read: PersonRead, seen: Behind) -> Iterator[ResultGround]:
    rows = why_rows.results(connection, read.row.id) if rests.results else []
    for row in (rows[place] for place in rests.results):
        yield _result(row, _check(connection, row, seen))


def _check(connection: sa.Connection, row: ResultRow, seen: Behind) -> Check | None:
    within = {Outcome.POSITIVE: VERIFIED_WITHIN, Outcome.POOLED_POSITIVE: RETESTED_WITHIN}.get(Outcome(row.outcome))
    if within is None or row.assay != Assay.NAAT:
        return None
    taken = why_rows.taken(connection, f"result {row.id}")
    due = instant(row.recorded_at) + within
    return Check(due, seen.hand(taken.full_name, taken.unit), instant(taken.seen_at)) if taken else Check(due, None, None)


def _result(row: ResultRow, check: Check | None) -> ResultGround:
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
        check,
    )


def fact_grounds(
    connection: sa.Connection, policy: Policy, known: Known, rests: RestsOn, read: PersonRead, seen: Behind
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


def facts_waiting(connection: sa.Connection, person: int, at: datetime, seen: Behind) -> Iterator[FactWaiting]:
    """What is proposed of the facts of a person and waits, each with the unit where it was proposed."""
    for row in why_rows.waiting(connection, person, at):
        yield FactWaiting(What(row.what), FactKind(row.kind), instant(row.proposed_at), seen.unit(row.unit))


def _office(row: FactRow, application: ApplicationGround | None, seen: Behind) -> Sentence | None:
    """The unit that proposed a fact knows the person; else the one that confirmed it, or works on what was declared."""
    return seen.unit(row.proposer_unit) or seen.unit(row.confirmer_unit) or (application.unit if application else None)


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else instant(micros)
