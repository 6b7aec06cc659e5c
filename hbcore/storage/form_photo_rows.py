"""Pictures of forms that are not sent yet, as rows: found by the keyed hash of what tells their form from all others."""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from hbcore.domain.applicants import PhotoKind
from hbcore.storage import reach, sealing
from hbcore.storage.ids import new_id
from hbcore.storage.tables import FormPhoto

FORM_PHOTOS: sa.Table = FormPhoto.__table__  # type: ignore[attr-defined]

_p = FORM_PHOTOS.c
_OF_FORM = sa.select(_p.kind, _p.id, _p.sealed, _p.key_version).where(_p.form_key == sa.bindparam("form"))
_KINDS = sa.select(_p.kind).where(
    _p.form_key == sa.bindparam("form"), _p.added_at > sa.bindparam("after", type_=_p.added_at.type)
)
_ALL = sa.select(sa.func.count()).select_from(FORM_PHOTOS)
_ALL_CONFINED = sa.select(sa.func.hbcore_apply.form_photos(type_=sa.BigInteger))


def keep(connection: sa.Connection, form: bytes, pictures: Mapping[PhotoKind, bytes], at: datetime) -> None:
    """Keep pictures of a form, each instead of an earlier one of its kind."""
    reach.to_form(connection, form)
    for kind, content in pictures.items():
        connection.execute(sa.delete(FORM_PHOTOS).where(_p.form_key == form, _p.kind == str(kind)))
        id_ = new_id()
        sealed = sealing.seal("form_photo", "sealed", id_, content)
        values = {"form_key": form, "kind": str(kind), "id": id_, "added_at": at}
        connection.execute(FORM_PHOTOS.insert().values(**values, sealed=sealed, key_version=sealing.KEY_VERSION))


def kinds_of(connection: sa.Connection, form: bytes, after: datetime) -> frozenset[PhotoKind]:
    """Of which kinds a form has pictures that were added `after`."""
    reach.to_form(connection, form)
    return frozenset(map(PhotoKind, connection.execute(_KINDS, {"form": form, "after": after}).scalars()))


def photos_of(connection: sa.Connection, form: bytes, kinds: Collection[PhotoKind]) -> dict[PhotoKind, bytes]:
    """The pictures of a form of these kinds, opened."""
    reach.to_form(connection, form)
    return {
        PhotoKind(row.kind): sealing.unseal("form_photo", "sealed", row.id, row.sealed, row.key_version)
        for row in connection.execute(_OF_FORM, {"form": form})
        if row.kind in kinds
    }


def count(connection: sa.Connection) -> int:
    """How many pictures of forms are held in all."""
    return connection.execute(_ALL_CONFINED if reach.confined(connection) else _ALL).scalar_one()


def delete(connection: sa.Connection, forms: Collection[bytes]) -> None:
    """Delete the pictures of these forms."""
    for form in forms:
        reach.to_form(connection, form)
        connection.execute(sa.delete(FORM_PHOTOS).where(_p.form_key == form))


def delete_before(connection: sa.Connection, before: datetime) -> int:
    """Delete what was added before then; how many there were."""
    return connection.execute(sa.delete(FORM_PHOTOS).where(_p.added_at <= before)).rowcount


def any_before(connection: sa.Connection, before: datetime) -> bool:
    """Whether there is anything that was added before then."""
    return connection.execute(sa.select(_p.id).where(_p.added_at <= before).limit(1)).first() is not None
