"""Who may do what: the one table that menu, services, documentation and tests come from (model part 3)."""

from enum import StrEnum

from hbcore.domain.vocabulary import Role


class Permission(StrEnum):
    """One thing a member of staff may be allowed to do."""

    CHOOSE_LANGUAGE = "choose_language"
    CHOOSE_PASSWORD = "choose_password"  # noqa: S105 - the name of a permission
    KEEP_OWN_ACCOUNT = "keep_own_account"
    SEE_OVERVIEW = "see_overview"
    SEE_APPLICATIONS = "see_applications"
    ENTER_APPLICATIONS = "enter_applications"
    DECIDE_APPLICATIONS = "decide_applications"
    SECOND_REVIEW = "second_review"
    TRANSFER_APPLICATIONS = "transfer_applications"
    TAKE_OVER_APPLICATIONS = "take_over_applications"
    SEE_APPLICATION_FIGURES = "see_application_figures"
    IMPORT_SAMPLES = "import_samples"
    IMPORT_FILINGS = "import_filings"
    IMPORT_APPLICATIONS = "import_applications"
    IMPORT_RESULTS = "import_results"
    MAP_COLUMNS = "map_columns"
    SEE_UPLOADS = "see_uploads"
    RELEASE_POSITIVES = "release_positives"
    RECALL_UPLOADS = "recall_uploads"
    CONFIRM_RECALLS = "confirm_recalls"
    MARK_RESULTS = "mark_results"
    SETTLE_HELD = "settle_held"
    SEE_FACTS = "see_facts"
    PROPOSE_FACTS = "propose_facts"
    CONFIRM_FACTS = "confirm_facts"
    RECOLOUR = "recolour"
    SEE_POLICIES = "see_policies"
    KEEP_POLICIES = "keep_policies"
    CHECK_CODES = "check_codes"
    LOOK_UP_PEOPLE = "look_up_people"
    REVEAL_PEOPLE = "reveal_people"
    KEEP_PEOPLE = "keep_people"
    PRINT_CERTIFICATES = "print_certificates"
    SEE_COUNTS = "see_counts"
    REPORT_COUNTS = "report_counts"
    SEE_ALARMS = "see_alarms"
    KEEP_STAFF = "keep_staff"
    KEEP_INSTITUTIONS = "keep_institutions"
    KEEP_UNITS = "keep_units"
    KEEP_TRUST = "keep_trust"
    VERIFY_EVENTS = "verify_events"
    SEE_EVENTS = "see_events"
    EXPORT_EVENTS = "export_events"
    MAKE_CHECKPOINTS = "make_checkpoints"
    BACK_UP = "back_up"
    READ_CODES = "read_codes"
    REVOKE_CODES = "revoke_codes"
    CONFIRM_CODE_REVOCATIONS = "confirm_code_revocations"
    KEEP_CODE_KEYS = "keep_code_keys"
    RECORD_TEMPERATURES = "record_temperatures"
    SETTLE_TEMPERATURES = "settle_temperatures"


_P = Permission

BEFORE_OWN_PASSWORD = frozenset({_P.CHOOSE_LANGUAGE, _P.CHOOSE_PASSWORD})
"""All that somebody may do who signed in with a one-time password, until they have chosen one of their own."""

EVERYBODY = BEFORE_OWN_PASSWORD | {_P.KEEP_OWN_ACCOUNT, _P.SEE_OVERVIEW, _P.SEE_POLICIES}
"""What each role may do."""

OF_ROLE: dict[Role, frozenset[Permission]] = {
    Role.DISTRICT_STAFF: frozenset(
        {
            _P.SEE_APPLICATIONS,
            _P.ENTER_APPLICATIONS,
            _P.DECIDE_APPLICATIONS,
            _P.SECOND_REVIEW,
            _P.TAKE_OVER_APPLICATIONS,
            _P.IMPORT_SAMPLES,
            _P.IMPORT_FILINGS,
            _P.IMPORT_APPLICATIONS,
            _P.LOOK_UP_PEOPLE,
            _P.REVEAL_PEOPLE,
            _P.KEEP_PEOPLE,
            _P.PRINT_CERTIFICATES,
            _P.SEE_FACTS,
            _P.PROPOSE_FACTS,
            _P.RECOLOUR,
            _P.SEE_COUNTS,
            _P.SEE_ALARMS,
            _P.READ_CODES,
            _P.REVOKE_CODES,
            _P.SETTLE_TEMPERATURES,
        }
    ),
    Role.LAB_LIAISON: frozenset(
        {
            _P.IMPORT_RESULTS,
            _P.MAP_COLUMNS,
            _P.IMPORT_SAMPLES,
            _P.SEE_UPLOADS,
            _P.RELEASE_POSITIVES,
            _P.RECALL_UPLOADS,
            _P.CONFIRM_RECALLS,
            _P.SEE_ALARMS,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            _P.SEE_APPLICATIONS,
            _P.SECOND_REVIEW,
            _P.TRANSFER_APPLICATIONS,
            _P.TAKE_OVER_APPLICATIONS,
            _P.SEE_APPLICATION_FIGURES,
            _P.LOOK_UP_PEOPLE,
            _P.REVEAL_PEOPLE,
            _P.KEEP_PEOPLE,
            _P.SEE_UPLOADS,
            _P.RELEASE_POSITIVES,
            _P.CONFIRM_RECALLS,
            _P.MARK_RESULTS,
            _P.SETTLE_HELD,
            _P.SEE_FACTS,
            _P.PROPOSE_FACTS,
            _P.CONFIRM_FACTS,
            _P.RECOLOUR,
            _P.KEEP_POLICIES,
            _P.SEE_COUNTS,
            _P.REPORT_COUNTS,
            _P.SEE_ALARMS,
            _P.READ_CODES,
            _P.REVOKE_CODES,
            _P.CONFIRM_CODE_REVOCATIONS,
        }
    ),
    Role.CHECKPOINT_STAFF: frozenset({_P.CHECK_CODES, _P.RECORD_TEMPERATURES}),
    Role.ADMINISTRATOR: frozenset(
        {_P.KEEP_STAFF, _P.KEEP_INSTITUTIONS, _P.KEEP_UNITS, _P.KEEP_TRUST, _P.KEEP_CODE_KEYS, _P.BACK_UP}
    ),
    Role.SECURITY_OFFICER: frozenset(),
    Role.AUDITOR: frozenset({_P.VERIFY_EVENTS, _P.SEE_EVENTS, _P.EXPORT_EVENTS, _P.MAKE_CHECKPOINTS}),
}

ROLES = {role: EVERYBODY | own for role, own in OF_ROLE.items()}

PAGES: dict[str, Permission] = {
    "Overview": _P.SEE_OVERVIEW,
    "Applications": _P.SEE_APPLICATIONS,
    "Second_looks": _P.SECOND_REVIEW,
    "Facts": _P.SEE_FACTS,
    "Recolouring": _P.RECOLOUR,
    "Lab_results": _P.SEE_UPLOADS,
    "Person": _P.LOOK_UP_PEOPLE,
    "Codes": _P.READ_CODES,
    "Temperatures": _P.SETTLE_TEMPERATURES,
    "Checkpoint": _P.CHECK_CODES,
    "Alarms": _P.SEE_ALARMS,
    "Daily_counts": _P.SEE_COUNTS,
    "Application_figures": _P.SEE_APPLICATION_FIGURES,
    "Policies": _P.SEE_POLICIES,
    "Staff": _P.KEEP_STAFF,
    "Units": _P.KEEP_UNITS,
    "Institutions": _P.KEEP_INSTITUTIONS,
    "Code_keys": _P.KEEP_CODE_KEYS,
    "Trusted_signers": _P.KEEP_TRUST,
    "Events": _P.SEE_EVENTS,
    "Account": _P.KEEP_OWN_ACCOUNT,
    "Glossary": _P.SEE_OVERVIEW,
}
"""Each file in `pages/` and what its visitor must be allowed to do; a page without a line here is never shown."""

FIRST_PAGES = {Role.CHECKPOINT_STAFF: "Checkpoint"}
"""What a role sees first, at `/`, where that is not the first of `PAGES`: at a gate somebody stands in the line already."""


def may(role: Role, permission: Permission) -> bool:
    """Whether `role` holds `permission`."""
    return permission in ROLES[role]


def first_page(role: Role | None) -> str:
    """The page at `/`: of `role`, or of who is not signed in."""
    return FIRST_PAGES.get(role, next(iter(PAGES))) if role else next(iter(PAGES))


def pages_of(role: Role) -> list[str]:
    """The pages that `role` may see, in the order of the menu: its first page, then as in `PAGES`."""
    seen = [name for name, permission in PAGES.items() if may(role, permission)]
    return sorted(seen, key=lambda name: name != first_page(role))
