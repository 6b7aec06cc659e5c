"""Who is on duty in a unit, and when the level above may take its applications over."""

from enum import StrEnum

OVER_LEVELS = ("prefecture", "province")
"""Where somebody works who may take over from a unit below (model part 3: the level above)."""


class Duty(StrEnum):
    """Whether a unit's own reviewers are there."""

    ON_DUTY = "on_duty"
    NOBODY_SIGNED_IN = "nobody_signed_in"
    NO_REVIEWERS = "no_reviewers"


def duty(reviewers: int, signed_in: int) -> Duty:
    """On duty is a unit of which one active reviewer at least, its own or of an office below it, has a session that lives."""
    if signed_in:
        return Duty.ON_DUTY
    return Duty.NOBODY_SIGNED_IN if reviewers else Duty.NO_REVIEWERS


def why_not_take_over(level: str, *, lies_below: bool, is_own: bool, there: Duty) -> str | None:
    """Why somebody who works at a `level` may not take over from a unit; None where they may."""
    if level not in OVER_LEVELS:
        return "take_over_from_above"
    if is_own or not lies_below:
        return "not_your_unit"
    return "somebody_on_duty" if there == Duty.ON_DUTY else None
