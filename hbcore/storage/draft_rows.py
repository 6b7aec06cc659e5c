"""Drafts as rows: sealed, one for each account, place and subject."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from hbcore.domain.known import micros
from hbcore.storage import sealing
from hbcore.storage.staging import add_rows
from hbcore.storage.tables import SavedDraft

DRAFTS: sa.Table = SavedDraft.__table__  # type: ignore[attr-defined]
COLUMNS = ("staff_id", "place", "subject", "sealed", "key_version", "saved_at")
REPLACED = ("sealed", "key_version", "saved_at")

_c = DRAFTS.c
_ONE = sa.select(_c.sealed, _c.key_version, _c.saved_at).where(
    _c.staff_id == sa.bindparam("staff"), _c.place == sa.bindparam("place"), _c.subject == sa.bindparam("subject")
)


@dataclass(frozen=True)
class Key:
    """Whose draft, of what, about which row."""

    staff_id: int
    place: str
    subject: int

    @property
    def column(self) -> str:
        """What a draft is sealed to besides its account: it opens at its own place alone."""
        return f"{self.place} {self.subject}"


def keep(connection: sa.Connection, key: Key, fields: Mapping[str, str], at: datetime) -> None:
    """Put a draft down in place of the one before."""
    plain = json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()
    sealed = sealing.seal("saved_draft", key.column, key.staff_id, plain)
    row = (key.staff_id, key.place, key.subject, sealed, sealing.KEY_VERSION, micros(at))
    add_rows(connection, DRAFTS, COLUMNS, [row], replacing=REPLACED)


def one(connection: sa.Connection, key: Key) -> tuple[dict[str, str], datetime] | None:
    """The fields of a draft and when it was saved."""
    row = connection.execute(_ONE, {"staff": key.staff_id, "place": key.place, "subject": key.subject}).first()
    if row is None:
        return None
    fields: dict[str, str] = json.loads(
        sealing.unseal("saved_draft", key.column, key.staff_id, row.sealed, row.key_version).decode()
    )
    return fields, row.saved_at


def drop(connection: sa.Connection, key: Key) -> None:
    """Take a draft away, if there is one."""
    this = sa.and_(_c.staff_id == key.staff_id, _c.place == key.place, _c.subject == key.subject)
    connection.execute(sa.delete(DRAFTS).where(this))


def drop_older(connection: sa.Connection, before: datetime) -> None:
    """Take away everybody's drafts that were saved before an instant."""
    connection.execute(sa.delete(DRAFTS).where(_c.saved_at < before))
