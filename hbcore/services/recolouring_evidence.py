"""The photos of a recolouring request and how to reach the person, opened on record: who goes on with it has seen them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hbcore.domain.permissions import Permission
from hbcore.domain.recolouring import RequestAct
from hbcore.domain.vocabulary import Purpose
from hbcore.services import audit
from hbcore.services.acting import Staff, reading
from hbcore.services.looked_up import LookUp, subject_of
from hbcore.services.recolouring_seen import request_in, row_in_scope
from hbcore.storage import recolouring_rows


@dataclass(frozen=True)
class Evidence:
    """What is shown only when it is asked for: how to reach the person, and the pictures, each a JPEG.

    `why_not`: what stands against each step now that they are opened.
    """

    contact: str
    pictures: tuple[bytes, ...]
    why_not: Mapping[RequestAct, str | None]


def evidence_of(request: int, *, by: Staff, at: datetime) -> Evidence:
    """The pictures of a request and how to reach the person: a look-up of its own, on record before it is handed out.

    :raises Refused: `unknown_request`, `not_your_unit`, `look_up_not_recorded`.
    """
    with reading(by, Permission.RECOLOUR, at) as session:
        row, connection = row_in_scope(session, request, by, at), session.connection()
        ids = recolouring_rows.image_ids(connection, row.person_id, row.id)
        found = [recolouring_rows.image(connection, row.person_id, row.id, one) for one in ids]
        contact = recolouring_rows.said_in(row).contact
        why = request_in(session, row, by, at, opened=len(ids)).why_not
    look_up = LookUp(Purpose.RECOLOURING, None)
    figures = {**look_up.figures, "request": row.id, "pictures": len(ids)}
    audit.record_look_up(audit.Act.EVIDENCE_OPENED, by=by, at=at, subject=subject_of(row.person_id), figures=figures)
    return Evidence(contact, tuple(one for one in found if one), why)
