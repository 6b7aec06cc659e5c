"""The auditor's look at the chains of events: are they whole?"""

from datetime import datetime

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.services import audit
from hbcore.services.acting import Staff, reading
from hbcore.services.audit import ChainState


def verify(*, by: Staff, at: datetime) -> tuple[ChainState, ...]:
    """Read both chains from the first event to the last (S20); it takes the longer the more there are.

    :raises Refused: those of `reading`, where `by` is no auditor.
    """
    with reading(by, Permission.VERIFY_EVENTS, at):
        pass  # the chains are read by a connection of their own, so that the picture of this one is not held open
    return audit.verify()


def why_broken(state: ChainState) -> Refused | None:
    """The refusal `chain_broken` that says where; None for a whole chain."""
    return None if state.broken_at is None else Refused("chain_broken", chain=state.name, event=state.broken_at)
