"""The check matrix by example: one case for each finding, as docs/applications.md shows it."""

from dataclasses import dataclass, replace
from datetime import date

from hbcore.domain.applicants import Applicant, Sex
from hbcore.domain.application_checks import Case, Finding, Pair
from hbcore.domain.applications import FilingCheck
from hbcore.domain.documents import Document
from hbcore.domain.vocabulary import DocumentKind

ON = date(2020, 4, 27)
PASSPORT = Document(DocumentKind.PASSPORT, "C50078212", "FRA")
RESIDENCE_PERMIT = Document(DocumentKind.HMT_RESIDENCE_PERMIT, "810000199001011011")
OTHER_DIGIT = replace(RESIDENCE_PERMIT, number="810000199001011012")
ANNA = Applicant(
    name="MARTIN ANNA",
    document=PASSPORT,
    birth_on=date(1988, 3, 12),
    sex=Sex.FEMALE,
    nationality="FRA",
    phone="+33612345678",
    address="武昌区中南路1号",
    symptoms=False,
    contact=False,
)
"""Everybody here is invented."""

CLEAN = Case(ANNA, ON, FilingCheck.AGREES)


@dataclass(frozen=True)
class Example:
    """A case in words and as the checks get it."""

    words: str
    case: Case


def stated(**values: object) -> Case:
    """Anna, with something stated otherwise."""
    return replace(CLEAN, applicant=replace(ANNA, **values))


def around(**values: object) -> Case:
    """Anna, with something else held or found."""
    return replace(CLEAN, **values)


_F = Finding
EXAMPLES: dict[Finding, Example] = {
    _F.CHECK_DIGIT_RIGHT: Example(
        "residence permit 810000199001011011, born 1990-01-01", stated(document=RESIDENCE_PERMIT, birth_on=date(1990, 1, 1))
    ),
    _F.FORM_RIGHT: Example("passport C50078212", CLEAN),
    _F.BIRTH_NOT_OF_NUMBER: Example("residence permit 810000199001011011, born 1990-10-01 as stated",
        stated(document=RESIDENCE_PERMIT, birth_on=date(1990, 10, 1))),
    _F.NUMBER_BAD: Example("residence permit 810000199001011012", stated(document=OTHER_DIGIT)),
    _F.VALID: Example("passport until 2020-05-27, decided on 2020-04-27", stated(document_expires_on=date(2020, 5, 27))),
    _F.EXPIRY_NOT_STATED: Example("passport without a date of expiry", CLEAN),
    _F.EXPIRES_SOON: Example("passport until 2020-05-26, decided on 2020-04-27", stated(document_expires_on=date(2020, 5, 26))),
    _F.EXPIRED: Example("passport until 2020-04-26, decided on 2020-04-27", stated(document_expires_on=date(2020, 4, 26))),
    _F.FILING_AGREES: Example("MARTIN ANNA applies, Anna Martin is filed", CLEAN),
    _F.FILING_NOT_REQUIRED: Example("a travel permit of Hong Kong", around(filing=FilingCheck.NOT_REQUIRED)),
    _F.FILING_NOT_RECEIVED: Example("no line of the list has the number", around(filing=FilingCheck.NOT_RECEIVED)),
    _F.FILING_DIFFERS: Example("born 1988-03-12 as stated, 1988-12-03 as filed",
        around(filing=FilingCheck.DIFFERS, differences=(Pair("birth_date", "1988-03-12", "1988-12-03"),))),
    _F.NOT_REGISTERED: Example("the first application of this document", CLEAN),
    _F.REGISTERED_ELSEWHERE: Example("approved already under an earlier passport", around(elsewhere=True)),
    _F.NAME_AS_HELD: Example("a laboratory's file has MARTIN Anna with this passport", CLEAN),
    _F.OTHER_NAME_HELD: Example("a laboratory's file has DUPONT LOUIS with this passport",
        around(held_name=Pair("name", "MARTIN A***", "DUPONT L***"))),
    _F.NO_DUPLICATE: Example("nobody of this name and birth date", CLEAN),
    _F.TOLD_APART: Example("a namesake born the same day, told apart by a colleague", around(told_apart=True)),
    _F.POSSIBLE_DUPLICATE: Example("Anna Martin of France, born 1988-03-12, held with passport C50078299",
        around(possible=(Pair("name", "MARTIN A***", "A*** MARTIN"),))),
    _F.SAID_SAME: Example("the same, said to be one person",
        around(possible=(Pair("name", "MARTIN A***", "A*** MARTIN"),), said_same=True)),
    _F.LIVES_HERE: Example("武昌区中南路1号, decided in 武昌区", CLEAN),
    _F.ADDRESS_MISSING: Example("another channel's file without an address", stated(address=None)),
    _F.ADDRESS_SHORT: Example("武昌", stated(address="武昌")),
    _F.LIVES_ELSEWHERE: Example("lives in 江岸区, decided in 武昌区", around(lives_here=False)),
    _F.NOTHING_DECLARED: Example("twice no", CLEAN),
    _F.SOMETHING_DECLARED: Example("a cough within 14 days", stated(symptoms=True)),
    _F.DECLARATION_MISSING: Example("the question about contacts left open", stated(contact=None)),
    _F.PHOTO_THERE: Example("the public form, with a photo", around(photo_asked=True, photo=True)),
    _F.PHOTO_NOT_ASKED: Example("entered at the counter", CLEAN),
    _F.PHOTO_MISSING: Example("the public form, without a photo", around(photo_asked=True)),
    _F.OF_AGE: Example("born 2002-04-27, decided on 2020-04-27", stated(birth_on=date(2002, 4, 27))),
    _F.GUARDIAN_NAMED: Example("born 2010-06-01, the mother named",
        stated(birth_on=date(2010, 6, 1), guardian_name="MARTIN CLAIRE")),
    _F.GUARDIAN_MISSING: Example("born 2002-04-28, nobody named", stated(birth_on=date(2002, 4, 28))),
    _F.AGE_NOT_STATED: Example("another channel's file without birth dates", stated(birth_on=None)),
}  # fmt: skip
