"""What a look-up must state beside its purpose."""

from hbcore.domain.applicants import plain
from hbcore.domain.errors import Refused
from hbcore.domain.fact_rules import is_reference
from hbcore.domain.vocabulary import Purpose


def case_number(purpose: Purpose, case: str | None) -> str | None:
    """The case a look-up is for, as its event keeps it; None where none is stated (model part 3).

    :raises Refused: `case_needed` for outbreak tracing without one; `not_a_reference`: a name would stand in the event (S21).
    """
    stated = plain(case or "") or None
    if purpose == Purpose.OUTBREAK_TRACING and stated is None:
        raise Refused("case_needed")
    if stated is not None and not is_reference(stated):
        raise Refused("not_a_reference")
    return stated
