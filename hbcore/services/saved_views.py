"""Views of the queue that somebody keeps: addresses without personal data, under names of their own."""

import re
from dataclasses import dataclass
from datetime import datetime

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.services import audit
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.refusals import refusals_recorded
from hbcore.storage import saved_view_rows

LONGEST_NAME = 40
MOST_VIEWS = 20
_ADDRESS = re.compile(r"(?:[a-z_]{1,20}=[A-Za-z0-9_]{1,20}(?:&(?!$)|$)){0,12}")
"""Short words of our own: no name and no document number would fit a view's purpose, and none is put there."""


@dataclass(frozen=True)
class SavedView:
    """A view: what its owner calls it, and the part of the address after `?`."""

    id: int
    name: str
    address: str


def views(*, by: Staff, at: datetime) -> tuple[SavedView, ...]:
    """One's own views, the oldest first."""
    with reading(by, Permission.SEE_APPLICATIONS, at) as session:
        return tuple(SavedView(*row) for row in saved_view_rows.views_of(session.connection(), by.id))


def keep_view(name: str, address: str, *, by: Staff, at: datetime) -> SavedView:
    """Keep an address under a name.

    :raises Refused: `bad_view_name`, `bad_view_address`, `view_name_taken`, `too_many_views`.
    """
    called = name.strip()
    with refusals_recorded(by, at, "saved view"), acting(by, Permission.SEE_APPLICATIONS, at) as session:
        held = saved_view_rows.views_of(session.connection(), by.id)
        if not 0 < len(called) <= LONGEST_NAME or "\n" in called:
            raise Refused("bad_view_name", most=LONGEST_NAME)
        if not _ADDRESS.fullmatch(address):
            raise Refused("bad_view_address")
        if called in {kept for _, kept, _ in held}:
            raise Refused("view_name_taken")
        if len(held) >= MOST_VIEWS:
            raise Refused("too_many_views", most=MOST_VIEWS)
        id_ = saved_view_rows.add_view(session.connection(), by.id, called, address, at)
        audit.record(session, audit.Act.VIEW_KEPT, by=by, at=at, subject=f"view {id_}", figures={"address": address})
    return SavedView(id_, called, address)


def drop_view(view_id: int, *, by: Staff, at: datetime) -> None:
    """Forget one of one's own views.

    :raises Refused: `unknown_view`.
    """
    with refusals_recorded(by, at, "saved view"), acting(by, Permission.SEE_APPLICATIONS, at) as session:
        if not saved_view_rows.drop_view(session.connection(), by.id, view_id):
            raise Refused("unknown_view")
        audit.record(session, audit.Act.VIEW_DROPPED, by=by, at=at, subject=f"view {view_id}")
