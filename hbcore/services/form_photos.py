"""Photos of a form that came back for its faults: held sealed until the form is sent, an hour at most, so that none is lost.

They are tied to what tells the form from all others, which only its page knows, and are shown to nobody. A form that is not sent
is nobody's application yet: holding its photos is no act and leaves no event; a network that sends too many is one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hbcore.domain.applicants import PhotoKind
from hbcore.domain.errors import Refused
from hbcore.domain.public_form import PublicForm
from hbcore.services import stranger_quotas
from hbcore.services.photos import FIELDS, drawn, drawn_one, sent_with
from hbcore.storage import form_photo_rows, sealing
from hbcore.storage.engine import engine

LASTS = timedelta(hours=1)
MOST = 1_000
"""Photos held in all, of some 300 kB each: a stranger must not be able to fill the disk (S33)."""


@dataclass(frozen=True)
class Held:
    """The photos of a form that comes back, by field: which are held, which are not, and what is wrong with which (codes)."""

    fields: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    faults: Mapping[str, str] = field(default_factory=dict)


def hold(form: PublicForm, *, address: str, at: datetime) -> Held:
    """Hold the photos that came with a form, drawn anew, each instead of an earlier one; what of them is held by now.

    Beyond the quota of a network, and beyond the room there is, they are not held (`lost`). The faults are codes of
    `photos.drawn`, and `photo_gone` for one that was held and is no longer.
    """
    sent = sent_with(form)
    if not (sent or form.held):
        return Held()
    pictures, faults = {}, {}
    if sent and stranger_quotas.may_hold(address, len(sent), at=at):
        for kind, name, content in sent:
            try:
                pictures[kind] = drawn_one(name, content)
            except Refused as refused:
                faults[name] = refused.code
    there, kept = _kept(key_of(form.once), pictures, at)
    new = {name for _, name, _ in sent}
    gone = form.held & set(FIELDS.values()) - there - new
    lost = new - kept - faults.keys()
    return Held(there - lost - faults.keys(), frozenset(lost), faults | dict.fromkeys(sorted(gone), "photo_gone"))


def pictures_of(form: PublicForm, *, at: datetime) -> Mapping[PhotoKind, bytes]:
    """The pictures of a form that is sent: drawn anew what came with it, and what is held of those that did not.

    :raises Refused: as `photos.drawn`, and `photo_gone` for one that is held no longer; `field` names it.
    """
    pictures = drawn(form)
    wanted = {kind: name for kind, name in FIELDS.items() if name in form.held and kind not in pictures}
    if not wanted:
        return pictures
    key = key_of(form.once)
    with engine().connect() as connection:
        there = form_photo_rows.kinds_of(connection, key, at - LASTS)
        found = form_photo_rows.photos_of(connection, key, wanted.keys() & there)
    for kind, name in wanted.items():
        if kind not in found:
            raise Refused("photo_gone", field=name)
    return {**found, **pictures}


def delete_over(*, at: datetime) -> int:
    """Delete what was held for an hour; how many. The clock does it."""
    with engine().connect() as connection:
        if not form_photo_rows.any_before(connection, at - LASTS):
            return 0
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        return form_photo_rows.delete_before(connection, at - LASTS)


def key_of(once: str) -> bytes:
    """The keyed hash by which a form's photos are found."""
    return sealing.keyed_hash("form photo", once)


def _kept(key: bytes, pictures: Mapping[PhotoKind, bytes], at: datetime) -> tuple[frozenset[str], frozenset[str]]:
    """The fields of all photos that are held of a form, and of those that now are, where there is room for them."""
    kept: frozenset[str] = frozenset()
    if pictures:
        with engine().connect().execution_options(writes=True) as connection, connection.begin():
            if form_photo_rows.count(connection) + len(pictures) <= MOST:
                form_photo_rows.keep(connection, key, pictures, at)
                kept = frozenset(FIELDS[kind] for kind in pictures)
    with engine().connect() as connection:
        return frozenset(FIELDS[kind] for kind in form_photo_rows.kinds_of(connection, key, at - LASTS)), kept
