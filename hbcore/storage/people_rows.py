"""People and their documents as rows: sealed on the way in, found by keyed hash, opened only when asked for."""

import json
import secrets
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from hbcore.domain.documents import UNKNOWN_COUNTRY, Document
from hbcore.domain.likeness import Traits, traits
from hbcore.domain.names import name_key
from hbcore.domain.vocabulary import DocumentKind, Registration
from hbcore.storage import reach, sealing
from hbcore.storage.ids import new_ids
from hbcore.storage.instants import raw_type
from hbcore.storage.staged_keys import order_of, staged
from hbcore.storage.staging import Into, add_missing, add_rows, add_to_each
from hbcore.storage.tables import BIG, DocumentRow, LookUpNumber, Person
from hbcore.storage.token_rows import add_tokens

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

    def of(self, places: Sequence[int]) -> "NewPeople":
        """Those at these places alone."""
        columns = ("names", "name_keys", "kinds", "numbers", "countries", "phones", "document_keys")
        chosen: dict[str, Any] = {name: _chosen(getattr(self, name), places) for name in columns}
        return replace(self, **chosen)


def _chosen(cells: Sequence[Any], places: Sequence[int]) -> Sequence[Any]:
    return cells if len(places) == len(cells) else [cells[place] for place in places]


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
    different = list(dict.fromkeys(name_keys))  # of many people some share a name
    return list(map(dict(zip(different, sealing.keyed_hashes("name", different), strict=True)).__getitem__, name_keys))


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is worked out of new people before anything is written: an id, a name token and a sealed blob each."""

    ids: Sequence[int]
    tokens: Sequence[bytes]
    blobs: Sequence[bytes]
    numbers: Sequence[int]

    def of(self, places: Sequence[int]) -> "Sealed":
        """Those at these places alone, which rise."""
        return Sealed(*(_chosen(cells, places) for cells in (self.ids, self.tokens, self.blobs, self.numbers)))


def seal_new(new: NewPeople, numbers: Sequence[int] | None = None) -> Sealed:
    """Fresh ids for new people, their names' tokens, their texts sealed under those ids, and numbers to try (`drawn_numbers`)."""
    ids = new_ids(len(new.names))
    blobs = sealing.seal_many("person", "sealed", ids, _pack_new(new))
    return Sealed(ids, name_tokens(new.name_keys), blobs, drawn_numbers(len(ids)).tolist() if numbers is None else numbers)


_ARRIVING = {
    "id": PERSONS.c.id.type,
    "registration": sa.String(),
    "registered_at": sa.BigInteger(),
    "number": BIG,
    "name_token": sa.LargeBinary(),
    "sealed": sa.LargeBinary(),
    "key": sa.LargeBinary(),
    "country": sa.String(),
    "kind": sa.String(),
}
_RAW = {column.name: raw_type(column) for column in PERSONS.columns}
"""The same each time, so that a statement for them is made and compiled once."""
_NOTHING: Mapping[str, Sequence[object]] = MappingProxyType({})


def add_people(
    connection: sa.Connection,
    new: NewPeople,
    sealed: Sealed | None = None,
    own: Mapping[str, Sequence[object]] = _NOTHING,
) -> Sequence[int]:
    """Add people with one document each; their ids, in the order given. `sealed`: as `seal_new` has made it of them before.

    `own`: columns of their rows in which each has a value of its own, instead of what `new` says for all.
    """
    made = sealed or seal_new(new)
    ids = made.ids
    at, version = new.recorded_at, sealing.KEY_VERSION
    first = {kind: str(registration_at_first(kind)) for kind in set(new.kinds)}
    registered = {kind: at if first[kind] == Registration.APPROVED else None for kind in first}
    numbers = _keep_look_up_numbers(connection, ids, list(made.numbers))
    by_kind = [list(map(of.__getitem__, new.kinds)) for of in (first, registered)]
    arriving = _ARRIVING if not own else {name: _RAW[name] for name in own if name not in _ARRIVING} | _ARRIVING
    cells = (ids, *by_kind, numbers, made.tokens, made.blobs, new.document_keys, new.countries, new.kinds)
    columns = {**dict(zip(_ARRIVING, cells, strict=True)), **own}
    rows = list(zip(*map(columns.__getitem__, arriving), strict=True))
    of_person = {name: name for name in arriving if name in PERSONS.c}
    fixed = {"unit": new.unit, "unit_source": new.unit_source, "key_version": version, "recorded_at": at}
    source = "application" if new.unit_source == "residence" else "upload"
    documents = {"key": "key", "country": "country", "person_id": "id", "kind": "kind"}
    add_tokens(connection, _found_alike(new, ids))
    add_to_each(
        connection,
        arriving,
        rows,
        [
            # Documents first: a confined role gives one to nobody who is held already (`docs/apply_role.sql`).
            Into(DOCUMENTS, documents, {"recorded_at": at, "source": source}, ["key"]),
            Into(PERSONS, of_person, {name: one for name, one in fixed.items() if name not in own}, ["id"]),
        ],
    )
    return ids


def _found_alike(new: NewPeople, ids: Sequence[int]) -> Iterator[tuple[int, Traits]]:
    """What is known of those who have no resident's card: an applicant may be one of them."""
    if set(new.kinds) == {str(DocumentKind.RESIDENT_ID)}:
        return
    cells = zip(ids, new.names, new.kinds, new.numbers, new.countries, new.phones, strict=True)
    for person, name, kind, number, country, phone in cells:
        if kind != DocumentKind.RESIDENT_ID:
            yield person, traits((name,), (Document(DocumentKind(kind), number, country),), phones=(phone,))


def add_documents(connection: sa.Connection, rows: list[tuple[bytes, str, int, str, int, str]]) -> None:
    """Add documents as (key, country, person id, kind, when in microseconds, what it became known from)."""
    in_order = [rows[place] for place in order_of([key for key, *_ in rows])]
    add_rows(connection, DOCUMENTS, ("key", "country", "person_id", "kind", "recorded_at", "source"), in_order)


_NUMBERS_AT_ONCE = 2_000
"""So many look-up numbers are put down at once: among ten million people one in five such lots meets a number that is taken."""


def drawn_numbers(count: int) -> npt.NDArray[np.uint64]:
    """So many 11-digit numbers drawn at random, in order: people recorded together lie side by side in the index."""
    return np.sort(np.frombuffer(secrets.token_bytes(8 * count), dtype=np.uint64) % np.uint64(10**11))


def _keep_look_up_numbers(connection: sa.Connection, ids: Sequence[int], numbers: list[int]) -> list[int]:
    """The look-up number of each id, recorded: the one drawn for it, or another where somebody has that."""
    for first in range(0, len(ids), _NUMBERS_AT_ONCE):
        part = slice(first, first + _NUMBERS_AT_ONCE)
        rows = list(zip(numbers[part], ids[part], strict=True))
        while rows and add_missing(connection, LOOK_UP_NUMBERS, ("number", "person_id"), rows) != len(rows):
            rows = _drawn_again(connection, rows, numbers, ids)
    return numbers


def _drawn_again(
    connection: sa.Connection, rows: list[tuple[int, int]], numbers: list[int], ids: Sequence[int]
) -> list[tuple[int, int]]:
    """Other numbers for those of `rows` whose number somebody else has, also put into `numbers` of all `ids`."""
    if reach.confined(connection):
        owned = reach.numbers_kept(connection, rows)
    else:
        with staged(connection, BIG, [number for number, _ in rows]) as keys:
            c = LOOK_UP_NUMBERS.c
            owned = set(map(tuple, connection.execute(sa.select(c.number, c.person_id).join(keys, keys.c.key == c.number))))
    missing = [person for number, person in rows if (number, person) not in owned]
    drawn = list(zip(drawn_numbers(len(missing)).tolist(), missing, strict=True))
    for number, person in drawn:
        numbers[bisect_left(ids, person)] = number
    return drawn


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


def open_people(rows: Sequence[sa.Row[*tuple[Any, ...]]]) -> list[PersonText]:
    """`open_person` of many rows."""
    return list(map(unpack, sealing.unseal_many("person", "sealed", ((row.id, row.sealed, row.key_version) for row in rows))))


def texts_of(connection: sa.Connection, people: Collection[int]) -> dict[int, PersonText]:
    """What the rows of these people seal."""
    columns = (PERSONS.c.id, PERSONS.c.sealed, PERSONS.c.key_version)
    with staged(connection, BIG, people) as wanted:
        found = list(connection.execute(sa.select(*columns).join(wanted, wanted.c.key == PERSONS.c.id)))
    return {row.id: text for row, text in zip(found, open_people(found), strict=True)}


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
