"""Held rows: what holds them, what may be done about each, and why (model parts 3, 6, 7)."""

from datetime import timedelta
from enum import StrEnum

from hbcore.domain.application_reasons import known_reasons
from hbcore.domain.vocabulary import RowCode

HELD_FOR = (
    RowCode.NAME_DIFFERS,
    RowCode.CONTRADICTS,
    RowCode.WITHDRAWS_UNKNOWN,
    RowCode.AMBIGUOUS_DOCUMENT,
    RowCode.SECOND_ACCOUNT_NEEDED,
)
"""The codes of `HOLDS` in the order of the queue."""

REOPENS = timedelta(minutes=10)
"""For so long whoever kept what we hold may put the row back into the queue alone."""


class Step(StrEnum):
    """What was done about a held row, one after the other."""

    ASKED = "asked"
    ANSWERED = "answered"
    KEPT = "kept"
    TAKEN = "taken"
    REOPENED = "reopened"


class Answer(StrEnum):
    """What the laboratory says when it is asked; a closed list, besides a note."""

    FILE_IS_RIGHT = "file_is_right"
    HELD_IS_RIGHT = "held_is_right"
    OTHER_PERSON = "other_person"
    NEW_FILE_COMES = "new_file_comes"


class SettleReason(StrEnum):
    """Why a held row is taken in, or what we hold is kept."""

    LABORATORY_ERROR = "laboratory_error"
    LABORATORY_CONFIRMS = "laboratory_confirms"
    SAME_PERSON = "same_person"
    OTHER_PERSON = "other_person"
    RETESTED = "retested"
    NOT_CONFIRMED = "not_confirmed"
    MISTAKEN_FILE = "mistaken_file"


def fitting(held_for: RowCode, take: bool) -> tuple[SettleReason, ...]:
    """The reasons that can be given for taking theirs, or for keeping ours: none that speaks for the other of the two.

    Where it was not clear whose a row is, theirs is taken because it is that person's, and kept out because it is not.
    """
    whose = held_for in (RowCode.NAME_DIFFERS, RowCode.AMBIGUOUS_DOCUMENT)
    of_whose = (SettleReason.SAME_PERSON,) if take else (SettleReason.OTHER_PERSON,)
    of_answer = (SettleReason.OTHER_PERSON, SettleReason.RETESTED)
    of_either = (SettleReason.LABORATORY_CONFIRMS,) if take else (SettleReason.NOT_CONFIRMED, SettleReason.MISTAKEN_FILE)
    return (SettleReason.LABORATORY_ERROR, *(of_whose if whose else of_answer), *of_either)


def why_not_reason(held_for: RowCode, take: bool, reason: str) -> str | None:
    """Why a reason may not be given for a settlement: a code, or None."""
    if not known_reasons([reason], SettleReason):
        return "unknown_reason"
    return None if reason in fitting(held_for, take) else "reason_speaks_against"


def why_not_settle(held_for: RowCode, take: bool, *, own_upload: bool, person_chosen: bool) -> str | None:
    """Why one person may not settle a row so: a code, or None. Whether a positive would go away is seen by trying.

    A second account for positives beyond the limit, and whatever the file's own word takes away, have two people of their own.
    """
    if own_upload:
        return "own_upload"
    if held_for == RowCode.SECOND_ACCOUNT_NEEDED:
        return "two_people_needed"
    if take and held_for == RowCode.WITHDRAWS_UNKNOWN:
        return "nothing_to_take"
    return "person_not_chosen" if take and held_for == RowCode.AMBIGUOUS_DOCUMENT and not person_chosen else None
