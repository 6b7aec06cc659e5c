"""Applications: states, transitions, reasons and the clock (model part 2)."""

from enum import StrEnum


class ApplicationState(StrEnum):
    """Where an application stands (model part 2)."""

    WAITING = "waiting"
    ASKED = "asked"
    SECOND_REVIEW = "second_review"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REVOKED = "revoked"


class FilingCheck(StrEnum):
    """What comparing an application with the public-security filing gave. Permits need no filing."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_RECEIVED = "not_received"
    NOT_REQUIRED = "not_required"
