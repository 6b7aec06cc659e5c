"""The closed lists the whole desk speaks: colours, assays, outcomes, document kinds, states, purposes."""

from enum import StrEnum
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""Days are Asia/Shanghai days, whatever the machine's zone."""

PROVINCE = "420000"


class Colour(StrEnum):
    """What a person has now."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


class Assay(StrEnum):
    """What was looked for in a specimen."""

    NAAT = "naat"
    ANTIGEN = "antigen"
    IGG = "igg"
    IGM = "igm"


class Outcome(StrEnum):
    """What a laboratory found. `POOLED_POSITIVE`: a tube of several people; nobody's own positive."""

    NEGATIVE = "negative"
    POSITIVE = "positive"
    POOLED_POSITIVE = "pooled_positive"
    INCONCLUSIVE = "inconclusive"
    INVALID = "invalid"


class ResultStatus(StrEnum):
    """What the laboratory says of its own line (model part 7). `PRELIMINARY` is never recorded."""

    FINAL = "final"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    PRELIMINARY = "preliminary"


class DocumentKind(StrEnum):
    """Identity documents (domain part 2)."""

    RESIDENT_ID = "resident_id"
    HK_MACAU_PERMIT = "hk_macau_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    TAIWAN_SINGLE_PERMIT = "taiwan_single_permit"
    PASSPORT = "passport"
    FOREIGN_PR_CARD = "foreign_pr_card"
    HMT_RESIDENCE_PERMIT = "hmt_residence_permit"


class Registration(StrEnum):
    """State of a person's registration (model part 1). A `resident_id` holder counts as `APPROVED`."""

    NONE = "none"
    WAITING = "waiting"
    ASKED = "asked"
    MISMATCH = "mismatch"
    SECOND_REVIEW = "second_review"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class FactKind(StrEnum):
    """Dated statements about a person that a policy looks at (model part 5)."""

    CONFIRMED = "confirmed"
    SUSPECTED = "suspected"
    ASYMPTOMATIC = "asymptomatic"
    CLOSE_CONTACT = "close_contact"
    CONTACT_OF_CONTACT = "contact_of_contact"
    CENTRAL_QUARANTINE = "central_quarantine"
    HOME_OBSERVATION = "home_observation"
    ARRIVAL = "arrival"
    HIGH_RISK_AREA = "high_risk_area"
    MEDIUM_RISK_AREA = "medium_risk_area"
    FEVER = "fever"
    SELF_DECLARED = "self_declared"
    RECOVERED = "recovered"
    RELEASED = "released"
    CASE_EXCLUDED = "case_excluded"
    POSITIVE_EXCLUDED = "positive_excluded"
    TEST_EXEMPT = "test_exempt"


class FactSource(StrEnum):
    """How a fact came to the desk. `DECLARED` alone is nobody's hand but the applicant's own (model part 2)."""

    DECLARED = "declared on the application"
    DESK = "desk"
    CASE_LIST = "case_list"
    RECOLOURING = "recolouring"


class Role(StrEnum):
    """Who signs in (model part 3)."""

    DISTRICT_STAFF = "district_staff"
    LAB_LIAISON = "lab_liaison"
    SUPERVISOR = "supervisor"
    CHECKPOINT_STAFF = "checkpoint_staff"
    ADMINISTRATOR = "administrator"
    SECURITY_OFFICER = "security_officer"
    AUDITOR = "auditor"


class Theme(StrEnum):
    """How bright the desk is on somebody's screen; `SYSTEM`: as the machine is."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Purpose(StrEnum):
    """Why somebody is looked up (model part 3). `OUTBREAK_TRACING` needs a case number."""

    APPLICATION = "application"
    CODE_QUESTION = "code_question"
    CORRECT_RESULT = "correct_result"
    OWN_REQUEST = "own_request"
    CHECKPOINT = "checkpoint"
    COUNT_CHECK = "count_check"
    RECOLOURING = "recolouring"
    OUTBREAK_TRACING = "outbreak_tracing"


class FileKind(StrEnum):
    """As what a table leaves the desk; its name ends so."""

    CSV = "csv"
    XLSX = "xlsx"

    @property
    def mime(self) -> str:
        """Its media type."""
        return "text/csv" if self is FileKind.CSV else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FileCode(StrEnum):
    """Why a file as a whole is refused (contract, `results import`)."""

    EMPTY_FILE = "empty_file"
    NO_ROWS = "no_rows"
    NO_KNOWN_HEADINGS = "no_known_headings"
    TWO_HEADER_ROWS = "two_header_rows"
    UNKNOWN_ENCODING = "unknown_encoding"
    NOT_A_TABLE = "not_a_table"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_LARGE = "too_large"
    UNSAFE_WORKBOOK = "unsafe_workbook"
    INSTITUTION_SUSPENDED = "institution_suspended"
    OTHER_INSTITUTION = "other_institution"
    NOT_A_RESULT_MESSAGE = "not_a_result_message"
    ENCRYPTED_WORKBOOK = "encrypted_workbook"
    ARCHIVE = "archive"
    WPS_FORMAT = "wps_format"
    WORKBOOK_CUT = "workbook_cut"
    OLD_WORKBOOK_FULL = "old_workbook_full"
    WORKBOOK_TOO_HEAVY = "workbook_too_heavy"
    RESULTS_FILE = "results_file"
    REGISTRATION_FILE = "registration_file"


class NoteCode(StrEnum):
    """What a person must hear about a file that was read: of a workbook; and what was left out by name (model part 7)."""

    MORE_TABLES = "more_tables"
    OTHER_SHEETS = "other_sheets"
    HIDDEN_SHEETS = "hidden_sheets"
    HIDDEN_ROWS = "hidden_rows"
    CONTROL_WELLS = "control_wells"
    ENVIRONMENT = "environment"
    PHONES_DROPPED = "phones_dropped"
    HEADINGS_GONE = "headings_gone"
    HEADINGS_NEW = "headings_new"


class Encoding(StrEnum):
    """How a text file writes its characters: in the order in which a file without a mark is tried."""

    UTF8 = "utf-8"
    GB18030 = "gb18030"
    UTF16_LE = "utf-16-le"
    UTF16_BE = "utf-16-be"
    CP1252 = "cp1252"


class RowCode(StrEnum):
    """What is wrong with one cell or row. The last five hold a row, the others refuse it (contract)."""

    MISSING = "missing"
    NOT_A_DATE = "not_a_date"
    IN_THE_FUTURE = "in_the_future"
    TOO_OLD = "too_old"
    OUT_OF_ORDER = "out_of_order"
    BAD_CHECK_DIGIT = "bad_check_digit"
    BAD_DOCUMENT = "bad_document"
    UNKNOWN_DOCUMENT_KIND = "unknown_document_kind"
    DIGITS_LOST = "digits_lost"
    UNKNOWN_OUTCOME = "unknown_outcome"
    UNKNOWN_ASSAY = "unknown_assay"
    UNKNOWN_POOLING = "unknown_pooling"
    ASSAY_NOT_HANDLED = "assay_not_handled"
    NOT_FINAL = "not_final"
    BAD_NAME = "bad_name"
    TUBE_TOO_FULL = "tube_too_full"
    CELLS_BEYOND_HEADER = "cells_beyond_header"
    TOO_FEW_CELLS = "too_few_cells"
    UNCLOSED_QUOTE = "unclosed_quote"
    REPEATED_HEADINGS = "repeated_headings"
    CONTROL_CHARACTER = "control_character"
    MIXED_SCRIPT = "mixed_script"
    PLACEHOLDER = "placeholder"
    TUBE_NOT_REGISTERED = "tube_not_registered"
    OTHER_INSTITUTION = "other_institution"
    UNKNOWN_WORD = "unknown_word"
    UNKNOWN_COUNTRY = "unknown_country"
    UNKNOWN_UNIT = "unknown_unit"
    NOT_YOUR_UNIT = "not_your_unit"
    BAD_PHONE = "bad_phone"
    BAD_EMAIL = "bad_email"
    CONTACT_NEEDED = "contact_needed"
    RESIDENT_CHANNEL = "resident_channel"
    ALREADY_REGISTERED = "already_registered"
    DECLINED = "declined"
    NOT_BY_HAND = "not_by_hand"
    UNKNOWN_FACT = "unknown_fact"
    BEGINS_TOO_LATE = "begins_too_late"
    BEGAN_TOO_LONG_AGO = "began_too_long_ago"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    LASTS_TOO_LONG = "lasts_too_long"
    HAS_NO_END = "has_no_end"
    OVER_ALREADY = "over_already"
    EXPOSURE_NEEDED = "exposure_needed"
    NOT_A_REFERENCE = "not_a_reference"
    TOO_LONG = "too_long"
    TWICE_IN_LIST = "twice_in_list"
    NAME_DIFFERS = "name_differs"
    CONTRADICTS = "contradicts"
    WITHDRAWS_UNKNOWN = "withdraws_unknown"
    AMBIGUOUS_DOCUMENT = "ambiguous_document"
    SECOND_ACCOUNT_NEEDED = "second_account_needed"


HOLDS = frozenset(
    {
        RowCode.NAME_DIFFERS,
        RowCode.CONTRADICTS,
        RowCode.WITHDRAWS_UNKNOWN,
        RowCode.AMBIGUOUS_DOCUMENT,
        RowCode.SECOND_ACCOUNT_NEEDED,
    }
)
