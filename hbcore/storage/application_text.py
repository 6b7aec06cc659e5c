"""What an applicant stated, as the blob that is sealed in their application's row."""

import json
from datetime import date

from hbcore.domain.applicants import Applicant, Sex
from hbcore.domain.documents import Document
from hbcore.domain.vocabulary import DocumentKind

_FIRST = 13
"""Cells that every application has; what the public form asks besides comes after them."""


def pack(applicant: Applicant) -> bytes:
    """The blob to be sealed; its first three cells are what a line of the queue shows."""
    one = applicant
    days = [day.isoformat() if day else None for day in (one.birth_on, one.entry_on)]
    stated = (one.sex, one.nationality, one.phone, one.email, one.address, one.symptoms, one.contact, one.channel_receipt)
    guardian = (one.guardian_name, one.guardian_phone, one.guardian_relation)
    expires = one.document_expires_on.isoformat() if one.document_expires_on else None
    cells = (one.name, one.document.number, one.document.country, *days, *stated, expires, *guardian)
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode()


def unpack(kind: str, blob: bytes) -> Applicant:
    """The blob that was sealed, of an application with a document of this kind."""
    cells = json.loads(blob)
    name, number, country, birth, entry, sex, nationality, phone, email, address, symptoms, contact, receipt = cells[:_FIRST]
    expires, *guardian = cells[_FIRST:] or [None] * 4  # an application of before the public form
    return Applicant(
        name=name,
        document=Document(DocumentKind(kind), number, country),
        birth_on=date.fromisoformat(birth) if birth else None,
        entry_on=date.fromisoformat(entry) if entry else None,
        sex=Sex(sex) if sex else None,
        nationality=nationality,
        phone=phone,
        email=email,
        address=address,
        symptoms=symptoms,
        contact=contact,
        channel_receipt=receipt,
        document_expires_on=date.fromisoformat(expires) if expires else None,
        guardian_name=guardian[0],
        guardian_phone=guardian[1],
        guardian_relation=guardian[2],
    )
