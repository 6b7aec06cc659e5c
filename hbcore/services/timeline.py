"""One person over time: registrations, samplings, results, facts, codes, fevers at gates, how often looked up."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlmodel import Session

from hbcore.domain.applications import ApplicationState
from hbcore.domain.known import FactSeen, Known, ResultSeen, instant, micros
from hbcore.domain.permissions import Permission
from hbcore.domain.policy import reason_of
from hbcore.domain.sentence import Sentence
from hbcore.domain.vocabulary import SHANGHAI, Assay, Colour, FactKind, Outcome, Purpose, Registration
from hbcore.services import audit
from hbcore.services.acting import Staff, reading
from hbcore.services.details import details
from hbcore.services.gate_entries import TemperatureEntry, abnormal
from hbcore.services.looked_up import look_up_of, look_ups_of
from hbcore.services.people import PersonCard
from hbcore.services.policies_published import policies_named
from hbcore.services.settings import hotline
from hbcore.storage import timeline_rows
from hbcore.storage.look_up_event_rows import LookUpRow
from hbcore.storage.timeline_rows import ApplicationRow, CodeRow, FactRow, ResultRow, SamplingRow


class Step(StrEnum):
    """What became of an application at an instant."""

    SUBMITTED = "submitted"
    ASKED = "asked"
    DECIDED = "decided"


@dataclass(frozen=True)
class RegistrationEntry:
    """A step of an application. `state` and `reasons` only where it was decided or asked."""

    at: datetime
    step: Step
    receipt: str
    channel: str
    state: ApplicationState | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class ResultEntry:
    """A result, at the instant it was recorded. `ended_how`: corrected, withdrawn or recalled, by the upload `ended_by`."""

    at: datetime
    assay: Assay
    outcome: Outcome
    sampled_at: datetime
    tested_at: datetime | None
    reported_at: datetime | None
    institution: str
    upload: str | None
    ended_at: datetime | None
    ended_how: str | None
    ended_by: str | None


@dataclass(frozen=True)
class SamplingEntry:
    """A sampling registration, at the instant it was recorded. `awaited`: it stands, and the tube's result has not come.

    `ended_by`: the upload with a newer registration of the same.
    """

    at: datetime
    sampled_at: datetime
    sample_number: str
    site: str | None
    institution: str
    upload: str | None
    awaited: bool
    ended_at: datetime | None
    ended_by: str | None


@dataclass(frozen=True)
class FactEntry:
    """A fact, at the instant it was recorded."""

    at: datetime
    kind: FactKind
    from_at: datetime
    until_at: datetime | None
    source: str
    evidence: str
    ended_at: datetime | None


@dataclass(frozen=True)
class CodeEntry:
    """A stretch of the code from `at` on: why, and what made it so (an upload's number, an application's receipt, a joining)."""

    at: datetime
    until_at: datetime | None
    colour: Colour
    policy: str
    row: str
    reason: Sentence | None
    cause: tuple[str, str] | None


@dataclass(frozen=True)
class LookUpEntry:
    """How often the person was looked up on a day of Shanghai's, by purpose; `at`: the last time. Never by whom."""

    at: datetime
    by_purpose: tuple[tuple[Purpose, int], ...]


Entry = RegistrationEntry | ResultEntry | SamplingEntry | FactEntry | CodeEntry | TemperatureEntry | LookUpEntry


@dataclass(frozen=True)
class Timeline:
    """The entries, the newest first, and the number of look-ups in all.

    `asked`, `newest`: the question, and the newest act and look-up at the time.
    """

    entries: tuple[Entry, ...]
    look_ups: int
    asked: tuple[object, ...]
    newest: tuple[int, int]

    def holds(self, card: PersonCard, by: Staff, at: datetime) -> bool:
        """Whether it is still what `timeline` would answer whoever read `card` at `at`: nothing has been done since."""
        return (self.asked, self.newest) == (_asked(card.id, by, at), card.newest)


def _asked(person: int, by: Staff, at: datetime) -> tuple[object, ...]:
    return person, by, at.replace(second=0, microsecond=0)


def timeline(person: int, *, by: Staff, at: datetime) -> Timeline:
    """Everything recorded of somebody looked up within the hour, to `at`; what was corrected, withdrawn or ended is there too.

    It belongs to the look-up that opened the card: no event of its own. Codes, temperatures and look-ups of rows that were joined
    to this person are theirs.

    :raises Refused: `look_up_first`, and those of `reading`.
    """
    with reading(by, Permission.LOOK_UP_PEOPLE, at) as session:
        look_up_of(person, by=by, at=at)
        newest = (audit.newest(session), audit.newest_look_up())
        connection = session.connection()
        people = [person, *timeline_rows.joined_to(connection, person)]
        results, facts = timeline_rows.results(connection, person), timeline_rows.facts(connection, person)
        had = _Had(results, facts, timeline_rows.samplings(connection, person))
        applications = timeline_rows.applications(connection, person)
        lived = [row for row in timeline_rows.codes(connection, people) if row.from_at <= micros(at)]
        entries: list[Entry] = [*_codes(session, lived, had, applications), *abnormal(session, people, at)]
        looked_up = look_ups_of(people, [one.id for one in applications])
    entries += [entry for one in applications for entry in _registration(one)]
    entries += [*map(_result, had.results), *map(_sampling, had.samplings), *map(_fact, had.facts), *_look_ups(looked_up)]
    return Timeline(
        tuple(sorted(entries, key=lambda entry: entry.at, reverse=True)), len(looked_up), _asked(person, by, at), newest
    )


class _Had(NamedTuple):
    """All evidence there ever was, what has ended too."""

    results: Sequence[ResultRow]
    facts: Sequence[FactRow]
    samplings: Sequence[SamplingRow]


def _registration(one: ApplicationRow) -> Iterator[RegistrationEntry]:
    yield RegistrationEntry(instant(one.submitted_at), Step.SUBMITTED, one.receipt, one.channel)
    state, reasons = ApplicationState(one.state), tuple(json.loads(one.reasons))
    if one.asked_at is not None:
        yield RegistrationEntry(instant(one.asked_at), Step.ASKED, one.receipt, one.channel, ApplicationState.ASKED, reasons)
    if one.decided_at is not None:
        yield RegistrationEntry(instant(one.decided_at), Step.DECIDED, one.receipt, one.channel, state, reasons)


def _result(one: ResultRow) -> ResultEntry:
    return ResultEntry(
        instant(one.recorded_at),
        Assay(one.assay),
        Outcome(one.outcome),
        instant(one.sampled_at),
        _instant(one.tested_at),
        _instant(one.reported_at),
        one.institution,
        one.upload,
        _instant(one.ended_at),
        one.ended_how,
        one.ended_by,
    )


def _sampling(one: SamplingRow) -> SamplingEntry:
    return SamplingEntry(
        instant(one.recorded_at),
        instant(one.sampled_at),
        one.sample_number,
        one.site,
        one.institution,
        one.upload,
        bool(one.awaited) and one.ended_at is None,
        _instant(one.ended_at),
        one.ended_by,
    )


def _fact(one: FactRow) -> FactEntry:
    times = (instant(one.from_at), _instant(one.until_at))
    return FactEntry(instant(one.recorded_at), FactKind(one.kind), *times, one.source, one.evidence, _instant(one.ended_at))


def _codes(
    session: Session,
    lived: Sequence[CodeRow],
    had: _Had,
    applications: Sequence[ApplicationRow],
) -> Iterator[CodeEntry]:
    policies = policies_named(session, {row.policy for row in lived})
    causes = timeline_rows.causes(session.connection(), {row.cause for row in lived})
    newest = max(applications, key=lambda one: one.submitted_at, default=None)
    said = details(newest and newest.filing_fields, newest and newest.reasons, hotline(session))
    for row in lived:
        policy = policies.get(row.policy)
        reason = None
        if policy and row.row in {one.id for one in policy.rows}:
            reason = reason_of(policy, row.row, _known(row, had), instant(row.from_at), details=said)
        times = (instant(row.from_at), _instant(row.until_at))
        yield CodeEntry(*times, Colour(row.colour), row.policy, row.row, reason, causes.get(row.cause))


def _known(code: CodeRow, had: _Had) -> Known:
    """What was known when a stretch of the code began; the registration then is not kept and plays no part in its sentence."""

    def then(recorded_at: int, ended_at: int | None) -> bool:
        return recorded_at <= code.from_at and (ended_at is None or code.from_at < ended_at)

    return Known(
        Registration.NONE,
        code.unit,
        tuple(
            ResultSeen(Assay(one.assay), Outcome(one.outcome), instant(one.sampled_at), bool(one.single), one.institution)
            for one in had.results
            if then(one.recorded_at, one.ended_at)
        ),
        tuple(
            FactSeen(FactKind(one.kind), instant(one.from_at), _instant(one.until_at))
            for one in had.facts
            if then(one.recorded_at, one.ended_at)
        ),
        tuple(instant(one.sampled_at) for one in had.samplings if then(one.recorded_at, one.ended_at)),
    )


def _look_ups(rows: Iterable[LookUpRow]) -> Iterator[LookUpEntry]:
    days: dict[object, list[LookUpRow]] = {}
    for row in rows:
        days.setdefault(instant(row.at).astimezone(SHANGHAI).date(), []).append(row)
    for of_day in days.values():
        purposes = Counter(json.loads(row.figures).get("purpose") for row in of_day)
        known = tuple((purpose, purposes[purpose]) for purpose in Purpose if purposes[purpose])
        yield LookUpEntry(instant(of_day[-1].at), known)


def _instant(at: int | None) -> datetime | None:
    return None if at is None else instant(at)
