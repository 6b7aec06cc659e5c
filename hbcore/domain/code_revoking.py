"""Why a single code is taken back before its time; a closed list, so that nothing personal is written down."""

from enum import StrEnum


class RevokeReason(StrEnum):
    """Never the state of somebody's health: that changes the colour, and the next code says so."""

    WRONG_PERSON = "wrong_person"
    LOST = "lost"
    COPIED = "copied"
    WRONG_STATEMENT = "wrong_statement"
    ON_REQUEST = "on_request"
