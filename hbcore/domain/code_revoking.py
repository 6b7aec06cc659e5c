"""Why a single code, or a key with all that it signed, is taken back before its time; closed lists: nothing personal in them."""

from enum import StrEnum


class RevokeReason(StrEnum):
    """Never the state of somebody's health: that changes the colour, and the next code says so."""

    WRONG_PERSON = "wrong_person"
    LOST = "lost"
    COPIED = "copied"
    WRONG_STATEMENT = "wrong_statement"
    ON_REQUEST = "on_request"


class KeyRevokeReason(StrEnum):
    """Why nothing that a key has signed is believed any more."""

    STOLEN = "stolen"
    EXPOSED = "exposed"
    FORGED = "forged"
