"""The auditor's look at the chains of events: are they whole? Each verification leaves an event of its own."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.services import audit
from hbcore.services.acting import Staff, reading
from hbcore.services.audit import ChainState


@dataclass(frozen=True)
class Verified:
    """A verification on record: its event, who asked when, how many events stood, and the first broken one of each chain."""

    seq: int
    at: datetime
    by: str
    events: Mapping[str, int]
    broken: Mapping[str, int]


def verify(*, by: Staff, at: datetime, told: Callable[[float], object] = lambda _share: None) -> tuple[ChainState, ...]:
    """Read both chains from the first event to the last (S20); `told` hears how far it is, 0 to 1.

    :raises Refused: those of `reading`, where `by` is no auditor.
    """
    with reading(by, Permission.VERIFY_EVENTS, at):
        pass  # the chains are read by a connection of their own, so that the picture of this one is not held open
    states = audit.verify(told)
    figures = {
        "events": {one.name: one.events for one in states},
        "broken": {one.name: one.broken_at for one in states if one.broken_at is not None},
    }
    audit.record_alone(audit.Act.CHAINS_VERIFIED, by=by, at=at, figures=figures)
    return states


def last_verified(session: Session) -> Verified | None:
    """The newest verification on record, in the caller's transaction; None where there is none yet."""
    row = audit.last_of(session, audit.Act.CHAINS_VERIFIED)
    if row is None:
        return None
    figures = json.loads(row.figures)
    return Verified(row.seq, row.at, row.by_name, figures["events"], figures["broken"])


def why_broken(state: ChainState) -> Refused | None:
    """The refusal `chain_broken` that says where; None for a whole chain."""
    return None if state.broken_at is None else Refused("chain_broken", chain=state.name, event=state.broken_at)
