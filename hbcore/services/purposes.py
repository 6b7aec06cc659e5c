"""What a look-up must state beside its purpose."""

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Purpose

LONGEST_CASE = 64


def case_number(purpose: Purpose, case: str | None) -> str | None:
    """The case a look-up is for, as its event keeps it; None where none is stated (model part 3).

    :raises Refused: `case_needed` for outbreak tracing without one.
    """
    stated = (case or "").strip()[:LONGEST_CASE] or None
    if purpose == Purpose.OUTBREAK_TRACING and stated is None:
        raise Refused("case_needed")
    return stated
