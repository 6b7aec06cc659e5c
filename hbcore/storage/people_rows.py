"""People and their documents as rows: sealed on the way in, found by keyed hash, opened only when asked for."""

import json
import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sqlalchemy as sa

from hbcore.domain.documents import UNKNOWN_COUNTRY, Document
from hbcore.domain.names import name_key
from hbcore.domain.vocabulary import DocumentKind, Registration
from hbcore.storage import sealing
from hbcore.storage.ids import new_ids
from hbcore.storage.staging import add_missing, add_rows, order_of, staged
from hbcore.storage.tables import BIG, DocumentRow, LookUpNumber, Person

PERSONS: sa.Table = Person.__table__  # type: ignore[attr-defined]
DOCUMENTS: sa.Table = DocumentRow.__table__  # type: ignore[attr-defined]
LOOK_UP_NUMBERS: sa.Table = LookUpNumber.__table__  # type: ignore[attr-defined]

UNKNOWN_UNIT = ""
"""未知辖区: neither residence nor an institution's unit is known."""


@dataclass(frozen=True, slots=True)
class PersonText:
    """What a person's sealed blob says."""

    name: str
    documents: tuple[Document, ...]
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class NewPeople:
    """New people of one unit as columns of equal length. `recorded_at` in microseconds."""

    names: Sequence[str]
    name_keys: Sequence[str]
    kinds: Sequence[str]
    numbers: Sequence[str]
    countries: Sequence[str]
    phones: Sequence[str | None]
    document_keys: Sequence[bytes]
    unit: str
    unit_source: str
    recorded_at: int


def registration_at_first(kind: str) -> Registration:
    """A `resident_id` holder counts as approved by the provincial register; everyone else needs an application (model part 1)."""
    return Registration.APPROVED if kind == DocumentKind.RESIDENT_ID else Registration.NONE


def pack(text: PersonText) -> bytes:
    """The blob to be sealed."""
    documents = [(str(one.kind), one.number, one.country) for one in text.documents]
    return json.dumps([text.name, documents, text.phone], ensure_ascii=False, separators=(",", ":")).encode()


def _pack_new(new: "NewPeople") -> list[bytes]:
    """`pack` for a column of people with one document each: six times as fast, the same JSON.

    Kinds, normalised numbers and country codes are plain ASCII letters and digits.
    """
    quoted = json.encoder.encode_basestring
    return [
        f'[{quoted(name)},[["{kind}","{number}","{country}"]],{quoted(phone) if phone else "null"}]'.encode()
        for name, kind, number, country, phone in zip(new.names, new.kinds, new.numbers, new.countries, new.phones, strict=True)
    ]


def unpack(blob: bytes) -> PersonText:
    """The blob that was sealed."""
    name, documents, phone = json.loads(blob)
    return PersonText(name, tuple(Document(DocumentKind(kind), number, country) for kind, number, country in documents), phone)


def name_tokens(name_keys: Sequence[str]) -> list[bytes]:
    """A keyed hash of each normalised full name, to compare and find names without opening them."""
    return sealing.keyed_hashes("name", name_keys)


def add_people(connection: sa.Connection, new: NewPeople) -> range:
    """Add people with one document each; their ids, in the order given."""
    ids = new_ids(len(new.names))
    sealed = sealing.seal_many("person", "sealed", ids, _pack_new(new))
    numbers, tokens = _draw_look_up_numbers(connection, ids), name_tokens(new.name_keys)
    approved, at, version = DocumentKind.RESIDENT_ID.value, new.recorded_at, sealing.KEY_VERSION
    fixed = (new.unit, new.unit_source)
    add_rows(
        connection,
        PERSONS,
        (
            "id",
            "unit",
            "unit_source",
            "registration",
            "registered_at",
            "number",
            "name_token",
            "sealed",
            "key_version",
            "recorded_at",
        ),
        [
            (id_, *fixed, *(("approved", at) if kind == approved else ("none", None)), number, token, blob, version, at)
            for id_, kind, number, token, blob in zip(ids, new.kinds, numbers, tokens, sealed, strict=True)
        ],
    )
    source = "application" if new.unit_source == "residence" else "upload"
    rows = [(*row, at, source) for row in zip(new.document_keys, new.countries, ids, new.kinds, strict=True)]
    add_documents(connection, rows)
    return ids


def add_documents(connection: sa.Connection, rows: list[tuple[bytes, str, int, str, int, str]]) -> None:
    """Add documents as (key, country, person id, kind, when in microseconds, what it became known from)."""
    in_order = [rows[place] for place in order_of([key for key, *_ in rows])]
    add_rows(connection, DOCUMENTS, ("key", "country", "person_id", "kind", "recorded_at", "source"), in_order)


def _draw_look_up_numbers(connection: sa.Connection, ids: range) -> list[int]:
    """A free 11-digit number for each id, recorded; drawn again where one is taken."""
    numbers: dict[int, int] = {}
    missing = list(ids)
    while missing:
        drawn = np.frombuffer(secrets.token_bytes(8 * len(missing)), dtype=np.uint64) % np.uint64(10**11)
        order = np.argsort(drawn)
        rows = list(zip(drawn[order].tolist(), np.array(missing)[order].tolist(), strict=True))
        written = add_missing(connection, LOOK_UP_NUMBERS, ("number", "person_id"), rows)
        numbers.update(zip(missing, drawn.tolist(), strict=True))
        missing = [] if written == len(rows) else _not_written(connection, rows)
    return [numbers[person] for person in ids]


def _not_written(connection: sa.Connection, rows: list[tuple[int, int]]) -> list[int]:
    wanted = dict(rows)
    with staged(connection, BIG, wanted) as keys:
        stands = connection.execute(
            sa.select(LOOK_UP_NUMBERS.c.number, LOOK_UP_NUMBERS.c.person_id).join(keys, keys.c.key == LOOK_UP_NUMBERS.c.number)
        )
        owned = {(number, person) for number, person in stands}
    return [person for number, person in rows if (number, person) not in owned]


def owners_of(connection: sa.Connection, keys: Sequence[bytes]) -> dict[bytes, list[tuple[str, int]]]:
    """Who holds the documents with these keys: (issuing country, person id) for each, in one join."""
    owners: dict[bytes, list[tuple[str, int]]] = defaultdict(list)
    with staged(connection, sa.LargeBinary(), keys) as wanted:
        found = connection.execute(
            sa.select(DOCUMENTS.c.key, DOCUMENTS.c.country, DOCUMENTS.c.person_id).join(wanted, wanted.c.key == DOCUMENTS.c.key)
        )
        for key, country, person in found:
            owners[key].append((country, person))
    return owners


_OWNERS = sa.select(DOCUMENTS.c.country, DOCUMENTS.c.person_id).where(DOCUMENTS.c.key == sa.bindparam("key"))


def owners_of_one(connection: sa.Connection, key: bytes) -> list[tuple[str, int]]:
    """`owners_of` for one document: one index seek."""
    return [(country, person) for country, person in connection.execute(_OWNERS, {"key": key})]


def match(owners: Sequence[tuple[str, int]], country: str) -> tuple[int, ...]:
    """The people a document of this issuing country may belong to (model part 4): an unknown country on either side fits all."""
    exact = {person for owned, person in owners if owned == country}
    if exact and country != UNKNOWN_COUNTRY:
        return tuple(exact)
    return tuple({person for owned, person in owners if UNKNOWN_COUNTRY in (owned, country)})


def open_person(row: sa.Row[*tuple[Any, ...]]) -> PersonText:
    """What a person's row (`id`, `sealed`, `key_version`) seals."""
    return open_sealed(row.id, row.sealed, row.key_version)


def open_sealed(person_id: int, sealed: bytes, key_version: int) -> PersonText:
    """What the sealed column of this person's row says."""
    return unpack(sealing.unseal("person", "sealed", person_id, sealed, key_version))


def seal_person(person_id: int, text: PersonText) -> dict[str, object]:
    """The columns of a person row that hold `text`."""
    return {
        "sealed": sealing.seal("person", "sealed", person_id, pack(text)),
        "key_version": sealing.KEY_VERSION,
        "name_token": name_tokens((name_key(text.name),))[0],
    }


def with_document(text: PersonText, document: Document) -> PersonText:
    """`text` with one more document; a passport whose country becomes known replaces its unknown self."""
    known = tuple(
        one
        for one in text.documents
        if (one.kind, one.number) != (document.kind, document.number) or one.country not in (UNKNOWN_COUNTRY, document.country)
    )
    return replace(text, documents=(*known, document))
