"""Why an application is refused or sent back: closed lists, never for health, never free text alone (model part 2)."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from hbcore.domain.sentence import Sentence, shipped_words


class RefuseReason(StrEnum):
    """Why an application is not approved. `FALSE_INFORMATION` needs evidence and a second person."""

    NOT_IN_HUBEI = "not_in_hubei"
    RESIDENT_CHANNEL = "resident_channel"
    FILING_NOT_FOUND = "filing_not_found"
    FILING_DIFFERS = "filing_differs"
    DOCUMENT_INVALID = "document_invalid"
    DOCUMENT_EXPIRED = "document_expired"
    ALREADY_REGISTERED = "already_registered"
    DUPLICATE = "duplicate"
    FALSE_INFORMATION = "false_information"


class AskReason(StrEnum):
    """What an applicant is asked to put right; several at once."""

    PHOTO_MISSING = "photo_missing"
    PHOTO_UNCLEAR = "photo_unclear"
    ENTRY_RECORD = "entry_record"
    NAME_AS_DOCUMENT = "name_as_document"
    NUMBER_CHECK = "number_check"
    BIRTH_DATE_CHECK = "birth_date_check"
    NATIONALITY_CHECK = "nationality_check"
    DOCUMENT_KIND = "document_kind"
    ENTRY_PASSPORT = "entry_passport"
    FILING_NEEDED = "filing_needed"
    ADDRESS = "address"
    CONTACT = "contact"
    HEALTH_DECLARATION = "health_declaration"
    GUARDIAN = "guardian"


WORDS = shipped_words("application_words.json")
STATE_WORDS: Mapping[str, Sentence] = WORDS["states"]
FILING_CHECK_WORDS: Mapping[str, Sentence] = WORDS["filing_checks"]
FIELD_WORDS: Mapping[str, Sentence] = WORDS["fields"]
REFUSE_WORDS: Mapping[str, Sentence] = WORDS["refuse_reasons"]
ASK_WORDS: Mapping[str, Sentence] = WORDS["ask_reasons"]


def known_reasons(reasons: Sequence[str], of: type[StrEnum]) -> bool:
    """Whether every reason stands in the list."""
    return set(reasons) <= {str(member) for member in of}
