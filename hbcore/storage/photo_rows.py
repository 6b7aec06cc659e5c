"""Pictures that applicants sent, as rows; each is sealed to its place."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.domain.applicants import PhotoKind
from hbcore.domain.applications import OPEN
from hbcore.storage import sealing
from hbcore.storage.application_rows import APPLICATIONS, one_of_states
from hbcore.storage.ids import new_id
from hbcore.storage.staged_keys import staged
from hbcore.storage.tables import BIG, ApplicationPhoto

PHOTOS: sa.Table = ApplicationPhoto.__table__  # type: ignore[attr-defined]

_a, _p = APPLICATIONS.c, PHOTOS.c
_OF_ONE = sa.select(PHOTOS).where(_p.application_id == sa.bindparam("application", type_=BIG)).order_by(_p.kind)
_OLD = (
    sa.select(_p.application_id)
    .join(APPLICATIONS, _a.id == _p.application_id)
    .where(
        sa.not_(one_of_states(_a.state, OPEN)),
        # Nobody looks at what was withdrawn or has expired: its days count from what came before.
        sa.func.coalesce(_a.decided_at, _a.asked_at, _a.submitted_at) <= sa.bindparam("before", type_=_a.asked_at.type),
    )
    .distinct()
    .order_by(_p.application_id)
    .limit(sa.bindparam("most"))
)


class PhotoText(NamedTuple):
    """A picture, opened."""

    kind: PhotoKind
    content: bytes
    added_at: datetime


def keep(connection: sa.Connection, application_id: int, pictures: Mapping[PhotoKind, bytes], at: datetime) -> None:
    """Keep pictures of an application, each instead of an earlier one of its kind."""
    for kind, content in pictures.items():
        connection.execute(sa.delete(PHOTOS).where(_p.application_id == application_id, _p.kind == str(kind)))
        id_ = new_id()
        values = {"application_id": application_id, "id": id_, "kind": str(kind), "added_at": at}
        sealed = sealing.seal("application_photo", "sealed", id_, content)
        connection.execute(PHOTOS.insert().values(**values, sealed=sealed, key_version=sealing.KEY_VERSION))


def photos_of(connection: sa.Connection, application_id: int) -> list[PhotoText]:
    """The pictures of one application, opened."""
    rows = connection.execute(_OF_ONE, {"application": application_id})
    return [
        PhotoText(
            PhotoKind(row.kind),
            sealing.unseal("application_photo", "sealed", row.id, row.sealed, row.key_version),
            row.added_at,
        )
        for row in rows
    ]


def with_document(connection: sa.Connection, applications: Sequence[int]) -> set[int]:
    """Those that have a picture of the document."""
    with staged(connection, BIG, applications) as wanted:
        asked = sa.select(_p.application_id).join(wanted, wanted.c.key == _p.application_id)
        return set(connection.execute(asked.where(_p.kind == str(PhotoKind.DOCUMENT))).scalars())


def ended_before(connection: sa.Connection, before: datetime, most: int) -> list[int]:
    """Applications with pictures that were decided, or came to another end, before an instant; `most` at once."""
    return list(connection.execute(_OLD, {"before": before, "most": most}).scalars())


def delete(connection: sa.Connection, applications: Sequence[int]) -> int:
    """Delete the pictures of these applications; how many there were."""
    with staged(connection, BIG, applications) as wanted:
        gone = sa.delete(PHOTOS).where(_p.application_id.in_(sa.select(wanted.c.key)))
        return connection.execute(gone).rowcount
