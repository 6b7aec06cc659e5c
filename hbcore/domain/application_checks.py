"""The checks of an application: one table of what each may find, and whether it passes, is to be looked at, or stops."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hbcore.domain.applicants import Applicant
from hbcore.domain.applications import FilingCheck
from hbcore.domain.documents import EIGHTEEN, why_bad
from hbcore.domain.sentence import Sentence, shipped_words


class Verdict(StrEnum):
    """What a finding means for the decision. Only `PASS` and `NOT_NEEDED` are clean; `STOP` takes a second person."""

    PASS = "pass"  # noqa: S105 - no password
    LOOK = "look"
    STOP = "stop"
    NOT_NEEDED = "not_needed"


class Check(StrEnum):
    """What is checked, in the order in which it is shown."""

    DOCUMENT = "document"
    EXPIRY = "expiry"
    FILING = "filing"
    REGISTERED = "registered"
    NAME_HELD = "name_held"
    DUPLICATE = "duplicate"
    RESIDENCE = "residence"
    DECLARATION = "declaration"
    PHOTO = "photo"
    GUARDIAN = "guardian"


class Finding(StrEnum):
    """What a check found."""

    CHECK_DIGIT_RIGHT = "check_digit_right"
    FORM_RIGHT = "form_right"
    BIRTH_NOT_OF_NUMBER = "birth_not_of_number"
    NUMBER_BAD = "number_bad"
    VALID = "valid"
    EXPIRY_NOT_STATED = "expiry_not_stated"
    EXPIRES_SOON = "expires_soon"
    EXPIRED = "expired"
    FILING_AGREES = "filing_agrees"
    FILING_NOT_REQUIRED = "filing_not_required"
    FILING_NOT_RECEIVED = "filing_not_received"
    FILING_DIFFERS = "filing_differs"
    NOT_REGISTERED = "not_registered"
    REGISTERED_ELSEWHERE = "registered_elsewhere"
    NAME_AS_HELD = "name_as_held"
    OTHER_NAME_HELD = "other_name_held"
    NO_DUPLICATE = "no_duplicate"
    TOLD_APART = "told_apart"
    POSSIBLE_DUPLICATE = "possible_duplicate"
    SAID_SAME = "said_same"
    LIVES_HERE = "lives_here"
    ADDRESS_MISSING = "address_missing"
    ADDRESS_SHORT = "address_short"
    LIVES_ELSEWHERE = "lives_elsewhere"
    NOTHING_DECLARED = "nothing_declared"
    SOMETHING_DECLARED = "something_declared"
    DECLARATION_MISSING = "declaration_missing"
    PHOTO_THERE = "photo_there"
    PHOTO_NOT_ASKED = "photo_not_asked"
    PHOTO_MISSING = "photo_missing"
    OF_AGE = "of_age"
    GUARDIAN_NAMED = "guardian_named"
    GUARDIAN_MISSING = "guardian_missing"
    AGE_NOT_STATED = "age_not_stated"


_C, _F, _V = Check, Finding, Verdict
MATRIX: Mapping[Finding, tuple[Check, Verdict]] = {
    _F.CHECK_DIGIT_RIGHT: (_C.DOCUMENT, _V.PASS),
    _F.FORM_RIGHT: (_C.DOCUMENT, _V.PASS),
    _F.BIRTH_NOT_OF_NUMBER: (_C.DOCUMENT, _V.LOOK),
    _F.NUMBER_BAD: (_C.DOCUMENT, _V.STOP),
    _F.VALID: (_C.EXPIRY, _V.PASS),
    _F.EXPIRY_NOT_STATED: (_C.EXPIRY, _V.NOT_NEEDED),
    _F.EXPIRES_SOON: (_C.EXPIRY, _V.LOOK),
    _F.EXPIRED: (_C.EXPIRY, _V.STOP),
    _F.FILING_AGREES: (_C.FILING, _V.PASS),
    _F.FILING_NOT_REQUIRED: (_C.FILING, _V.NOT_NEEDED),
    _F.FILING_NOT_RECEIVED: (_C.FILING, _V.STOP),
    _F.FILING_DIFFERS: (_C.FILING, _V.STOP),
    _F.NOT_REGISTERED: (_C.REGISTERED, _V.PASS),
    _F.REGISTERED_ELSEWHERE: (_C.REGISTERED, _V.STOP),
    _F.NAME_AS_HELD: (_C.NAME_HELD, _V.PASS),
    _F.OTHER_NAME_HELD: (_C.NAME_HELD, _V.STOP),
    _F.NO_DUPLICATE: (_C.DUPLICATE, _V.PASS),
    _F.TOLD_APART: (_C.DUPLICATE, _V.PASS),
    _F.POSSIBLE_DUPLICATE: (_C.DUPLICATE, _V.LOOK),
    _F.SAID_SAME: (_C.DUPLICATE, _V.LOOK),
    _F.LIVES_HERE: (_C.RESIDENCE, _V.PASS),
    _F.ADDRESS_MISSING: (_C.RESIDENCE, _V.LOOK),
    _F.ADDRESS_SHORT: (_C.RESIDENCE, _V.LOOK),
    _F.LIVES_ELSEWHERE: (_C.RESIDENCE, _V.LOOK),
    _F.NOTHING_DECLARED: (_C.DECLARATION, _V.PASS),
    _F.SOMETHING_DECLARED: (_C.DECLARATION, _V.LOOK),
    _F.DECLARATION_MISSING: (_C.DECLARATION, _V.LOOK),
    _F.PHOTO_THERE: (_C.PHOTO, _V.PASS),
    _F.PHOTO_NOT_ASKED: (_C.PHOTO, _V.NOT_NEEDED),
    _F.PHOTO_MISSING: (_C.PHOTO, _V.LOOK),
    _F.OF_AGE: (_C.GUARDIAN, _V.NOT_NEEDED),
    _F.GUARDIAN_NAMED: (_C.GUARDIAN, _V.PASS),
    _F.GUARDIAN_MISSING: (_C.GUARDIAN, _V.LOOK),
    _F.AGE_NOT_STATED: (_C.GUARDIAN, _V.LOOK),
}
"""The one table: of what each check may find, what it means. A symptom never stops (model part 2)."""

CLEAN = (_V.PASS, _V.NOT_NEEDED)
EXPIRES_SOON_WITHIN = timedelta(days=30)
FULL_AGE = 18
SHORTEST_ADDRESS = 5
"""Characters: 人民路1号. Anything shorter cannot be gone to."""

WORDS = shipped_words("check_words.json")
CHECK_WORDS: Mapping[str, Sentence] = WORDS["checks"]
FINDING_WORDS: Mapping[str, Sentence] = WORDS["findings"]
SHORT_WORDS: Mapping[str, Sentence] = WORDS["short"]
"""Of what is not clean, as the narrow column of the queue says it."""
VERDICT_WORDS: Mapping[str, Sentence] = WORDS["verdicts"]


@dataclass(frozen=True)
class Pair:
    """Two values side by side: as the application has it, and what it was held against. `field`: one of `FIELD_WORDS`."""

    field: str
    stated: str
    other: str


@dataclass(frozen=True)
class Found:
    """What one check found, and the two values where there are two."""

    finding: Finding
    pairs: tuple[Pair, ...] = ()

    @property
    def check(self) -> Check:
        """The check that found it."""
        return MATRIX[self.finding][0]

    @property
    def verdict(self) -> Verdict:
        """What it means for the decision."""
        return MATRIX[self.finding][1]


@dataclass(frozen=True)
class Case:
    """What the checks look at, on the day of the decision.

    `differences`: from the filing, where they were read. `elsewhere`: the person has another application that stands.
    `held_name`: another name under which the document is held. `possible`: by name, who may be the same person; `told_apart`:
    somebody was, and is not; `said_same`: the applicant is said to be one of them. `lives_here`: the residence lies in the unit
    that decides, or below. `photo_asked`: the channel asks for one.
    """

    applicant: Applicant
    on: date
    filing: FilingCheck
    differences: tuple[Pair, ...] = ()
    elsewhere: bool = False
    held_name: Pair | None = None
    possible: tuple[Pair, ...] = ()
    told_apart: bool = False
    said_same: bool = False
    lives_here: bool = True
    photo_asked: bool = False
    photo: bool = False


def findings(case: Case) -> tuple[Found, ...]:
    """What every check found, in their order."""
    return tuple(CHECKS[check](case) for check in Check)


def clean(found: Sequence[Found]) -> bool:
    """Whether nothing is to be looked at: only such applications are approved many at once."""
    return all(one.verdict in CLEAN for one in found)


def stopped(found: Sequence[Found]) -> tuple[str, ...]:
    """The checks that stop the approval by one person, besides the filing, which has its own words."""
    return tuple(str(one.check) for one in found if one.verdict is Verdict.STOP and one.check is not Check.FILING)


def not_clean(found: Sequence[Found]) -> tuple[Found, ...]:
    """What is to be looked at, what stops first."""
    marked = [one for one in found if one.verdict not in CLEAN]
    return tuple(sorted(marked, key=lambda one: one.verdict is not Verdict.STOP))


def _document(case: Case) -> Found:
    kind, number, born = case.applicant.document.kind, case.applicant.document.number, case.applicant.birth_on
    if why_bad(kind, number):
        return Found(Finding.NUMBER_BAD)
    if len(number) != 18 or kind not in EIGHTEEN:
        return Found(Finding.FORM_RIGHT)
    of_number = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    if born is not None and str(born) != of_number:
        return Found(Finding.BIRTH_NOT_OF_NUMBER, (Pair("birth_date", str(born), of_number),))
    return Found(Finding.CHECK_DIGIT_RIGHT)


def _expiry(case: Case) -> Found:
    expires = case.applicant.document_expires_on
    if expires is None:
        return Found(Finding.EXPIRY_NOT_STATED)
    sides = (Pair("expires_on", str(expires), str(case.on)),)
    if expires < case.on:
        return Found(Finding.EXPIRED, sides)
    return Found(Finding.EXPIRES_SOON, sides) if expires < case.on + EXPIRES_SOON_WITHIN else Found(Finding.VALID)


_FILING = {
    FilingCheck.AGREES: Finding.FILING_AGREES,
    FilingCheck.NOT_REQUIRED: Finding.FILING_NOT_REQUIRED,
    FilingCheck.NOT_RECEIVED: Finding.FILING_NOT_RECEIVED,
    FilingCheck.DIFFERS: Finding.FILING_DIFFERS,
}


def _filing(case: Case) -> Found:
    return Found(_FILING[case.filing], case.differences if case.filing is FilingCheck.DIFFERS else ())


def _registered(case: Case) -> Found:
    return Found(Finding.REGISTERED_ELSEWHERE if case.elsewhere else Finding.NOT_REGISTERED)


def _name_held(case: Case) -> Found:
    return Found(Finding.OTHER_NAME_HELD, (case.held_name,)) if case.held_name else Found(Finding.NAME_AS_HELD)


def _duplicate(case: Case) -> Found:
    if case.said_same:
        return Found(Finding.SAID_SAME, case.possible)
    if case.possible:
        return Found(Finding.POSSIBLE_DUPLICATE, case.possible)
    return Found(Finding.TOLD_APART if case.told_apart else Finding.NO_DUPLICATE)


def _residence(case: Case) -> Found:
    if not case.lives_here:
        return Found(Finding.LIVES_ELSEWHERE)
    if not case.applicant.address:
        return Found(Finding.ADDRESS_MISSING)
    return Found(Finding.ADDRESS_SHORT if len(case.applicant.address) < SHORTEST_ADDRESS else Finding.LIVES_HERE)


def _declaration(case: Case) -> Found:
    if case.applicant.declares:
        return Found(Finding.SOMETHING_DECLARED)
    missing = None in (case.applicant.symptoms, case.applicant.contact)
    return Found(Finding.DECLARATION_MISSING if missing else Finding.NOTHING_DECLARED)


def _photo(case: Case) -> Found:
    if case.photo:
        return Found(Finding.PHOTO_THERE)
    return Found(Finding.PHOTO_MISSING if case.photo_asked else Finding.PHOTO_NOT_ASKED)


def _guardian(case: Case) -> Found:
    born = case.applicant.birth_on
    if case.applicant.guardian_name:
        return Found(Finding.GUARDIAN_NAMED)
    if born is None:
        return Found(Finding.AGE_NOT_STATED)
    return Found(Finding.OF_AGE if _age(born, case.on) >= FULL_AGE else Finding.GUARDIAN_MISSING)


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


CHECKS: Mapping[Check, Callable[[Case], Found]] = {
    Check.DOCUMENT: _document,
    Check.EXPIRY: _expiry,
    Check.FILING: _filing,
    Check.REGISTERED: _registered,
    Check.NAME_HELD: _name_held,
    Check.DUPLICATE: _duplicate,
    Check.RESIDENCE: _residence,
    Check.DECLARATION: _declaration,
    Check.PHOTO: _photo,
    Check.GUARDIAN: _guardian,
}
