"""What may be recorded of a person by hand, for how long, on what: one table, and what it refuses (model part 5)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hbcore.domain.documents import normal_number, why_bad
from hbcore.domain.policy_table import Policy
from hbcore.domain.vocabulary import DocumentKind, FactKind, RowCode

MOST_PEOPLE = 200
"""So many people a list may hold; more are refused."""

MANY_A_SHIFT = 50
"""From more people than this, proposed by one account in one shift for what makes yellow or red, an explicit yes is asked."""

MANY_A_DAY = 200
"""The same for all accounts of one unit on one day."""

AHEAD = timedelta(days=1)
"""A measure may be ordered today and begin tomorrow."""

NO_EXPOSURE = "-"
"""What an extension says of the exposure where it states none of its own."""

LONGEST_REFERENCE = 40
LONGEST_TEXT = 200
"""Characters of a case or evidence number, and of a reason or an exposure."""

_REFERENCE = re.compile(r"[\w 〔〕\[\]【】（）()/.·#-]*[0-9０-９][\w 〔〕\[\]【】（）()/.·#-]*")
_EIGHTEEN = re.compile(r"(?<![0-9])[0-9]{17}[0-9X](?![0-9])")


class Needed(StrEnum):
    """Whether something must be stated: never, of each of several people, or always."""

    NEVER = "never"
    OF_MANY = "of_many"
    ALWAYS = "always"

    def applies(self, *, many: bool) -> bool:
        """Whether it must be stated here."""
        return self is Needed.ALWAYS or (many and self is Needed.OF_MANY)


@dataclass(frozen=True)
class HandRule:
    """One kind by hand. `longest`: days from its beginning, None: it has no end of its own; `oldest`: days its beginning may lie
    back; whether it needs a case number and an exposure; `against`: whether it may make somebody yellow or red.
    """

    longest: int | None
    oldest: int
    case: Needed
    exposure: Needed
    against: bool


_N = Needed
_CASE = HandRule(None, 365, _N.ALWAYS, _N.NEVER, against=True)
_CONTACT = HandRule(14, 14, _N.ALWAYS, _N.ALWAYS, against=True)
_MEASURE = HandRule(14, 14, _N.OF_MANY, _N.OF_MANY, against=True)

BY_HAND: Mapping[FactKind, HandRule] = {
    FactKind.CONFIRMED: _CASE,
    FactKind.SUSPECTED: _CASE,
    FactKind.ASYMPTOMATIC: _CASE,
    FactKind.CLOSE_CONTACT: _CONTACT,
    FactKind.CONTACT_OF_CONTACT: _CONTACT,
    FactKind.CENTRAL_QUARANTINE: _MEASURE,
    FactKind.HOME_OBSERVATION: _MEASURE,
    FactKind.ARRIVAL: _MEASURE,
    FactKind.HIGH_RISK_AREA: _MEASURE,
    FactKind.MEDIUM_RISK_AREA: _MEASURE,
    FactKind.FEVER: _MEASURE,
    FactKind.RECOVERED: HandRule(14, 60, _N.OF_MANY, _N.NEVER, against=True),
    FactKind.RELEASED: HandRule(None, 60, _N.OF_MANY, _N.NEVER, against=False),
    FactKind.CASE_EXCLUDED: HandRule(None, 60, _N.OF_MANY, _N.NEVER, against=False),
    FactKind.POSITIVE_EXCLUDED: HandRule(None, 365, _N.OF_MANY, _N.NEVER, against=False),
    FactKind.TEST_EXEMPT: HandRule(90, 30, _N.OF_MANY, _N.NEVER, against=False),
}
"""`self_declared` is the applicant's own and nobody's to propose."""


@dataclass(frozen=True)
class Measure:
    """What is to be recorded of one person. `until_at` None where no end was stated."""

    kind: FactKind
    from_at: datetime
    until_at: datetime | None
    evidence: str
    exposure: str = ""


def with_end(measure: Measure, policy: Policy) -> datetime | None:
    """The end: the evidence's own, else as many days as the policy gives this kind, never more than a hand may; None: without."""
    rule = BY_HAND.get(measure.kind)
    if measure.until_at is not None or rule is None or rule.longest is None:
        return measure.until_at
    of_policy = policy.facts.get(measure.kind)
    days = min(rule.longest, of_policy.days) if of_policy and of_policy.days else rule.longest
    return measure.from_at + timedelta(days=days)


def ends_at(kind: FactKind, from_at: datetime, until_at: datetime | None, policy: Policy) -> datetime | None:
    """When a recorded fact ends: its own end, else the policy's days from its beginning; None: once another closes it."""
    rule = policy.facts.get(kind)
    if until_at is not None or rule is None or rule.days is None:
        return until_at
    return from_at + timedelta(days=rule.days)


def faults(measure: Measure, at: datetime, *, many: bool) -> dict[str, RowCode]:
    """What is wrong with which part of a measure proposed at `at`; nothing: it may be proposed.

    `many`: it is one of several people's.
    """
    rule = BY_HAND.get(measure.kind)
    if rule is None:
        return {"kind": RowCode.NOT_BY_HAND}
    found: dict[str, RowCode] = {}
    if why := _why_not_from(measure.from_at, rule, at):
        found["from"] = why
    elif why := _why_not_until(measure, rule, at):
        found["until"] = why
    if not measure.evidence:
        found["evidence_number"] = RowCode.MISSING
    elif not is_reference(measure.evidence):
        found["evidence_number"] = RowCode.NOT_A_REFERENCE
    if len(measure.exposure) > LONGEST_TEXT:
        found["exposure"] = RowCode.TOO_LONG
    elif not measure.exposure and rule.exposure.applies(many=many):
        found["exposure"] = RowCode.EXPOSURE_NEEDED
    return found


def needs_case(kind: FactKind, *, many: bool) -> bool:
    """Whether a case number is needed: for cases and contacts, and for several people whatever they are recorded as (S15)."""
    rule = BY_HAND.get(kind)
    return rule is not None and rule.case.applies(many=many)


def is_moment(kind: FactKind) -> bool:
    """Whether a kind only closes others from an instant on: from another instant it is another fact."""
    rule = BY_HAND.get(kind)
    return rule is not None and rule.longest is None and not rule.against


def is_reference(text: str) -> bool:
    """Whether a text may be the number of a paper or a case: short, on one line, with a digit, so that it is not a name alone.

    Nor may an identity number stand in it: papers' numbers are read without a look-up, and stand in events (S21).
    """
    return len(text) <= LONGEST_REFERENCE and _REFERENCE.fullmatch(text) is not None and not _names_somebody(text)


def _names_somebody(text: str) -> bool:
    return any(why_bad(DocumentKind.RESIDENT_ID, number) is None for number in _EIGHTEEN.findall(normal_number(text)))


def _why_not_from(from_at: datetime, rule: HandRule, at: datetime) -> RowCode | None:
    if from_at > at + AHEAD:
        return RowCode.BEGINS_TOO_LATE
    return RowCode.BEGAN_TOO_LONG_AGO if from_at < at - timedelta(days=rule.oldest + 1) else None


def _why_not_until(measure: Measure, rule: HandRule, at: datetime) -> RowCode | None:
    if measure.until_at is None:
        return None
    if rule.longest is None:
        return RowCode.HAS_NO_END
    if measure.until_at <= measure.from_at:
        return RowCode.ENDS_BEFORE_IT_BEGINS
    if measure.until_at > measure.from_at + timedelta(days=rule.longest):
        return RowCode.LASTS_TOO_LONG
    return RowCode.OVER_ALREADY if measure.until_at <= at else None
