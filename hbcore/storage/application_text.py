"""What an applicant stated: the blob that is sealed in their application's row, and the way in and out of it."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

import sqlalchemy as sa

from hbcore.domain.applicants import Applicant, Sex
from hbcore.domain.documents import Document
from hbcore.domain.vocabulary import DocumentKind
from hbcore.storage import sealing

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


class SealedLine(Protocol):
    """A row that shows no more of an application than its name and document."""

    @property
    def id(self) -> int: ...
    @property
    def document_kind(self) -> str: ...
    @property
    def sealed(self) -> bytes: ...
    @property
    def key_version(self) -> int: ...


def name_and_document(row: SealedLine) -> tuple[str, Document]:
    """The name and document of one line, opened."""
    cells = json.loads(sealing.unseal("application", "sealed", row.id, row.sealed, row.key_version))
    return cells[0], Document(DocumentKind(row.document_kind), cells[1], cells[2])


def sealed_columns(application_id: int, applicant: Applicant) -> dict[str, object]:
    """The columns of an application row that hold `applicant`."""
    return {
        "document_kind": str(applicant.document.kind),
        "document_key": sealing.document_key(applicant.document.kind, applicant.document.number),
        "country": applicant.document.country,
        "sealed": sealing.seal("application", "sealed", application_id, pack(applicant)),
        "key_version": sealing.KEY_VERSION,
    }


def opened(row: "SealedLine | sa.Row[Any]") -> Applicant:
    """What an application row seals."""
    return unpack(row.document_kind, sealing.unseal("application", "sealed", row.id, row.sealed, row.key_version))


def opened_many(rows: Sequence["SealedLine | sa.Row[Any]"]) -> list[Applicant]:
    """`opened` of many rows."""
    blobs = sealing.unseal_many("application", "sealed", ((row.id, row.sealed, row.key_version) for row in rows))
    return [unpack(row.document_kind, blob) for row, blob in zip(rows, blobs, strict=True)]
