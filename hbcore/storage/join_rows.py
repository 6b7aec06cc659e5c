"""Two rows of one person put together and taken apart again: set-wise, what was moved remembered by its ids."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.domain.documents import UNKNOWN_COUNTRY, Document
from hbcore.domain.known import instant, micros
from hbcore.storage import people_rows, sealing
from hbcore.storage.code_rows import SEGMENTS
from hbcore.storage.document_rows import keep_text
from hbcore.storage.instants import raw, shanghai_day
from hbcore.storage.look_up_rows import APPLICATIONS, FACTS
from hbcore.storage.people_rows import DOCUMENTS, LOOK_UP_NUMBERS, PERSONS, PersonText
from hbcore.storage.result_rows import RESULTS, SAMPLES
from hbcore.storage.sampling_rows import SAMPLINGS
from hbcore.storage.staging import add_rows
from hbcore.storage.tables import BIG, PersonJoin, PersonJoinMoved

JOINS: sa.Table = PersonJoin.__table__  # type: ignore[attr-defined]
MOVED: sa.Table = PersonJoinMoved.__table__  # type: ignore[attr-defined]

BY_ID: Mapping[str, tuple[sa.Table, sa.Column[Any]]] = {
    "result": (RESULTS, RESULTS.c.id),
    "fact": (FACTS, FACTS.c.id),
    "application": (APPLICATIONS, APPLICATIONS.c.id),
    "sampling": (SAMPLINGS, SAMPLINGS.c.id),
    "look_up_number": (LOOK_UP_NUMBERS, LOOK_UP_NUMBERS.c.number),
}
"""What moves with a person, remembered by its id. Documents are in the sealed text of either row, samples follow results."""

STANDS = ("registration", "registered_at", "application_id", "unit", "unit_source")
"""What of a person's row a joining may change."""


def person(connection: sa.Connection, person_id: int) -> sa.Row[Any] | None:
    """A person's row; None for an unknown id."""
    return connection.execute(sa.select(PERSONS).where(PERSONS.c.id == person_id)).first()


def standing(row: sa.Row[Any]) -> dict[str, object]:
    """`STANDS` of a row as JSON may hold it: instants in microseconds."""
    values = {name: getattr(row, name) for name in STANDS}
    return values | {"registered_at": micros(row.registered_at) if row.registered_at else None}


def set_standing(connection: sa.Connection, person_id: int, values: Mapping[str, object]) -> None:
    """Put `STANDS` (or some of it) into a row."""
    at = values.get("registered_at")
    given = {**values, **({"registered_at": instant(at) if isinstance(at, int) else None} if "registered_at" in values else {})}
    connection.execute(sa.update(PERSONS).where(PERSONS.c.id == person_id).values(**given))


def set_pointer(connection: sa.Connection, person_id: int, to: int | None) -> None:
    """Make a row the pointer to another, or a person of its own again."""
    connection.execute(sa.update(PERSONS).where(PERSONS.c.id == person_id).values(joined_to=to))


def move(connection: sa.Connection, join_id: int, joined: int, survivor: int) -> dict[str, int]:
    """Re-key all that is recorded of `joined` to `survivor`, and remember it; how much of each sort."""
    numbers = _sample_numbers(connection, joined)
    moved = {}
    for what, (table, id_) in BY_ID.items():
        theirs = table.c.person_id == joined
        rows = sa.select(sa.literal(join_id, BIG), sa.literal(what, sa.String()), id_).where(theirs)
        connection.execute(sa.insert(MOVED).from_select(["join_id", "what", "row_id"], rows))
        moved[what] = connection.execute(sa.update(table).where(theirs).values(person_id=survivor)).rowcount
    _follow_results(connection, (joined, survivor), numbers)
    return moved


def move_back(connection: sa.Connection, join_id: int, joined: int, survivor: int) -> dict[str, int]:
    """Give back what `move` remembered; how much of each sort."""
    moved = {}
    for what, (table, id_) in BY_ID.items():
        remembered = sa.select(MOVED.c.row_id).where(MOVED.c.join_id == join_id, MOVED.c.what == what)
        theirs = sa.and_(table.c.person_id == survivor, id_.in_(remembered))
        moved[what] = connection.execute(sa.update(table).where(theirs).values(person_id=joined)).rowcount
    _follow_results(connection, (joined, survivor), _sample_numbers(connection, joined))
    return moved


def _sample_numbers(connection: sa.Connection, person_id: int) -> set[str]:
    asked = sa.select(RESULTS.c.sample_number).where(RESULTS.c.person_id == person_id).distinct()
    return set(connection.execute(asked).scalars())


def _follow_results(connection: sa.Connection, people: Collection[int], numbers: Collection[str]) -> None:
    """Samples of these tubes and people anew from the results, each pointing to its newest."""
    connection.execute(sa.delete(SAMPLES).where(SAMPLES.c.sample_number.in_(numbers), SAMPLES.c.person_id.in_(people)))
    c = RESULTS.c
    columns = (c.sample_number, c.institution, c.assay, c.person_id, c.id, raw(c.sampled_at))
    theirs = (c.person_id.in_(people), c.sample_number.in_(numbers), sa.func.coalesce(c.ended_how, "") != "recalled")
    found = connection.execute(sa.select(*columns).where(*theirs).order_by(c.id))
    newest = {
        (number, shanghai_day(sampled_at), institution, assay, person_id): (id_, sampled_at)
        for number, institution, assay, person_id, id_, sampled_at in found
    }
    names = ("sample_number", "sampled_day", "institution", "assay", "person_id", "result_id", "sampled_at")
    add_rows(connection, SAMPLES, names, sorted((*key, *value) for key, value in newest.items()))


def give_documents(connection: sa.Connection, documents: Collection[Document], of: int, to: int) -> None:
    """Make documents find another row."""
    for one in documents:
        key = sealing.document_key(one.kind, one.number)
        theirs = (DOCUMENTS.c.key == key, DOCUMENTS.c.country == one.country, DOCUMENTS.c.person_id == of)
        connection.execute(sa.update(DOCUMENTS).where(*theirs).values(person_id=to))


def join_texts(connection: sa.Connection, survivor: sa.Row[Any], joined: sa.Row[Any]) -> None:
    """The survivor holds the documents of both; the joined row keeps its own text."""
    text, other = people_rows.open_person(survivor), people_rows.open_person(joined)
    give_documents(connection, other.documents, joined.id, survivor.id)
    both = PersonText(text.name, (*text.documents, *other.documents), text.phone)
    keep_text(connection, survivor.id, both)


def part_texts(connection: sa.Connection, survivor: sa.Row[Any], joined: sa.Row[Any]) -> None:
    """Each holds its own documents again; a country that became known meanwhile stays known."""
    text, other = people_rows.open_person(survivor), people_rows.open_person(joined)
    theirs = tuple(one for one in text.documents if any(_the_same(one, before) for before in other.documents))
    give_documents(connection, theirs, survivor.id, joined.id)
    keep_text(connection, survivor.id, PersonText(text.name, tuple(o for o in text.documents if o not in theirs), text.phone))
    keep_text(connection, joined.id, PersonText(other.name, theirs, other.phone))


def _the_same(now: Document, before: Document) -> bool:
    return (now.kind, now.number) == (before.kind, before.number) and before.country in (now.country, UNKNOWN_COUNTRY)


def add(connection: sa.Connection, values: Mapping[str, object], before: Mapping[str, object]) -> None:
    """Put a joining down."""
    connection.execute(JOINS.insert().values(**values, before=json.dumps(before, sort_keys=True)))


def one(connection: sa.Connection, join_id: int) -> sa.Row[Any] | None:
    """A joining."""
    return connection.execute(sa.select(JOINS).where(JOINS.c.id == join_id)).first()


def of_survivor(connection: sa.Connection, survivor: int) -> list[sa.Row[Any]]:
    """The joinings that still stand of a person, the newest first, with the joined row's sealed text."""
    asked = (
        sa.select(JOINS, PERSONS.c.sealed, PERSONS.c.key_version)
        .join(PERSONS, PERSONS.c.id == JOINS.c.joined_id)
        .where(JOINS.c.survivor_id == survivor, JOINS.c.parted_at.is_(None))
        .order_by(JOINS.c.id.desc())
    )
    return list(connection.execute(asked))


def end(connection: sa.Connection, join_id: int, by: int, at: datetime) -> bool:
    """End a joining that stands; False when somebody was faster."""
    still = sa.and_(JOINS.c.id == join_id, JOINS.c.parted_at.is_(None))
    return connection.execute(sa.update(JOINS).where(still).values(parted_by=by, parted_at=at)).rowcount == 1


def moved_applications(connection: sa.Connection, join_id: int) -> set[int]:
    """The applications that a joining moved."""
    asked = sa.select(MOVED.c.row_id).where(MOVED.c.join_id == join_id, MOVED.c.what == "application")
    return set(connection.execute(asked).scalars())


def came_since(connection: sa.Connection, survivor: int, since: datetime) -> int:
    """How many results, facts and applications of a person were recorded after an instant."""
    counted = 0
    for table in (RESULTS, FACTS, APPLICATIONS):
        later = (table.c.person_id == survivor, table.c.recorded_at > since)
        counted += connection.execute(sa.select(sa.func.count()).select_from(table).where(*later)).scalar_one()
    return counted


def colour_at(connection: sa.Connection, person_id: int, at: datetime) -> str | None:
    """The colour of the stored chain at an instant; None without a code."""
    c, now = SEGMENTS.c, micros(at)
    runs = (c.person_id == person_id, raw(c.from_at) <= now, sa.or_(c.until_at.is_(None), raw(c.until_at) > now))
    return connection.execute(sa.select(c.colour).where(*runs)).scalar()


def applications_of(connection: sa.Connection, person_id: int) -> list[sa.Row[Any]]:
    """The whole rows of a person's applications."""
    return list(connection.execute(sa.select(APPLICATIONS).where(APPLICATIONS.c.person_id == person_id)))


def application(connection: sa.Connection, application_id: int) -> sa.Row[Any] | None:
    """State, filing check and decision of one application."""
    c = APPLICATIONS.c
    asked = sa.select(c.state, c.filing_check, c.decided_at).where(c.id == application_id)
    found: sa.Row[Any] | None = connection.execute(asked).first()  # type: ignore[assignment]
    return found
