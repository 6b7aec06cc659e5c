"""Rows that wait for a person's eyes, by whose they are: what comes in meanwhile is seen beside them."""

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.domain.vocabulary import RowCode
from hbcore.storage.people_rows import DOCUMENTS
from hbcore.storage.staged_keys import staged
from hbcore.storage.upload_rows import ROWS, UPLOADS

_u, _r = UPLOADS.c, ROWS.c
_WAITING = (
    sa.select(_u.id, _r.row_number, _r.document_key, DOCUMENTS.c.person_id)
    .join_from(ROWS, UPLOADS, _u.id == _r.upload_id)
    .outerjoin(DOCUMENTS, DOCUMENTS.c.key == _r.document_key)
    .where(_r.held_for.in_(sa.bindparam("kinds", expanding=True)), _r.document_key.isnot(None))
    .where(_u.institution == sa.bindparam("institution"), _u.status == "committed", _r.upload_id != sa.bindparam("but"))
)

_OF_DOCUMENTS = (
    sa.select(_u.id, _r.row_number)
    .join_from(ROWS, UPLOADS, _u.id == _r.upload_id)
    .where(_r.held_for.isnot(None), _u.institution == sa.bindparam("institution"), _u.status == "committed")
    .where(_u.kind == "results", _r.upload_id != sa.bindparam("but"))
)


class WaitingRow(NamedTuple):
    """A held row, the key of its document, and who holds that where somebody does."""

    upload: int
    row: int
    key: bytes
    person: int | None


def waiting(connection: sa.Connection, institution: str, kinds: Collection[RowCode], *, but: int = 0) -> list[WaitingRow]:
    """Rows, in no order, of an institution's uploads that are held for one of these, without those of the upload `but`.

    A document of several people is several times among them. Nearly always there are none, which is one step in an index.
    """
    asked = {"kinds": sorted(map(str, kinds)), "institution": institution, "but": but}
    return list(map(WaitingRow._make, connection.execute(_WAITING, asked)))


def of_documents(connection: sa.Connection, institution: str, keys: Collection[bytes], *, but: int) -> dict[int, set[int]]:
    """The rows of these documents that an institution's uploads hold for whatever it is, by upload, without those of `but`."""
    found: dict[int, set[int]] = {}
    with staged(connection, sa.LargeBinary(), keys) as wanted:
        asked = _OF_DOCUMENTS.join(wanted, wanted.c.key == _r.document_key)
        for upload, row in connection.execute(asked, {"institution": institution, "but": but}):
            found.setdefault(upload, set()).add(row)
    return found
