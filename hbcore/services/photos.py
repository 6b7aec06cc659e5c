"""Pictures of document and entry stamp that applicants send: drawn anew, sealed, shown to who decides, deleted later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore

from sqlmodel import Session

from hbcore.domain.applicants import PhotoKind
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.public_form import PublicForm
from hbcore.services import audit, units
from hbcore.services.acting import Staff, reading
from hbcore.services.application_entry import in_scope
from hbcore.services.settings import Kept, days
from hbcore.storage import photo_rows
from hbcore.storage.engine import engine
from hbcore.storage.readers.pictures import drawn_anew

LONGEST_SIDE = 1_600
"""Pixels: enough to read a passport's page."""

AT_ONCE = 200
"""Applications whose pictures are deleted in one act."""

FIELDS = {PhotoKind.DOCUMENT: "photo", PhotoKind.ENTRY: "entry_photo"}
"""The field of the public form in which a picture of each kind comes."""

# Each picture takes up to 100 MB while it is decoded: strangers must not be able to ask for twenty at once (S33).
_turn = BoundedSemaphore(2)


@dataclass(frozen=True)
class Photo:
    """A picture as the desk drew it: a JPEG."""

    kind: PhotoKind
    content: bytes
    added_at: datetime


def drawn(form: PublicForm) -> Mapping[PhotoKind, bytes]:
    """The pictures of a form as JPEGs of our own, from their pixels alone (S29).

    :raises Refused: a code of `drawn_anew`; `field` names the form's field.
    """
    return {kind: drawn_one(field, content) for kind, field, content in sent_with(form)}


def sent_with(form: PublicForm) -> list[tuple[PhotoKind, str, bytes]]:
    """The pictures that came with a form, each with its field, as they came."""
    fields = {field: getattr(form, field) for field in FIELDS.values()}
    return [(kind, field, fields[field]) for kind, field in FIELDS.items() if fields[field] is not None]


def drawn_one(field: str, content: bytes) -> bytes:
    """One picture of a form's `field`, drawn anew.

    :raises Refused: as `drawn`.
    """
    try:
        with _turn:
            return drawn_anew(None, content, longest=LONGEST_SIDE)
    except Refused as refused:
        raise Refused(refused.code, **{**refused.values, "field": field}) from refused


def photo_of(application_id: int, *, by: Staff, at: datetime) -> tuple[Photo, ...]:
    """The pictures of an application, for who may see it; one look-up event, written before anything is handed out.

    :raises Refused: `unknown_application`, `not_your_unit`, `look_up_not_recorded`, and those of `reading`.
    """
    with reading(by, Permission.SEE_APPLICATIONS, at) as session:
        connection = session.connection()
        in_scope(connection, application_id, units.units_below(session, by.unit or ""))
        found = tuple(Photo(*one) for one in photo_rows.photos_of(connection, application_id))
    figures = {"pictures": len(found)}
    audit.record_look_up(audit.Act.PHOTOS_OPENED, by=by, at=at, subject=f"application {application_id}", figures=figures)
    return found


def delete_old(*, at: datetime) -> int:
    """Delete the pictures of applications that ended so many days ago as the setting says; how many. The clock does it."""
    deleted = 0
    while gone := _delete_some(at):
        deleted += gone
    return deleted


def _delete_some(at: datetime) -> int:
    with engine().connect() as connection, Session(connection) as session:
        before = at - timedelta(days=days(session, Kept.PHOTOS))
        if not photo_rows.ended_before(connection, before, 1):
            return 0
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        ended = photo_rows.ended_before(connection, before, AT_ONCE)
        gone = photo_rows.delete(connection, ended)
        figures = {"pictures": gone, "applications": len(ended)}
        audit.record(session, audit.Act.PHOTOS_DELETED, by=None, at=at, subject="applications", figures=figures)
    return gone
