"""People who may be one as rows: found by their tokens, opened with their applications, told apart for good."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.domain.applicants import Applicant
from hbcore.domain.likeness import MOST_OPENED, Traits, traits
from hbcore.domain.vocabulary import DocumentKind
from hbcore.storage import application_text, people_rows, token_rows
from hbcore.storage.application_rows import APPLICATIONS
from hbcore.storage.people_rows import DOCUMENTS, PERSONS, PersonText
from hbcore.storage.prepared import Prepared
from hbcore.storage.staged_keys import staged
from hbcore.storage.tables import BIG, ToldApart
from hbcore.storage.token_rows import TOKENS, tokens_of

TOLD_APART: sa.Table = ToldApart.__table__  # type: ignore[attr-defined]

MOST_TOKENS = 4
"""An applicant has one name, and one birth date with at most three nationalities: stated, of the document, of its issuer."""


def seek(most: int) -> Prepared[int]:
    """The statement that finds so many people by tokens: who bears most of them first, then who came last."""
    wanted = [sa.bindparam(f"token{place}", type_=sa.LargeBinary()) for place in range(MOST_TOKENS)]
    person = TOKENS.c.person_id
    bear = sa.select(person).where(TOKENS.c.token.in_(wanted)).group_by(person)
    return Prepared(bear.order_by(sa.func.count().desc(), person.desc()).limit(most), int)


_BEARING = seek(MOST_OPENED)


class HeldTraits(NamedTuple):
    """A row of somebody held: whose pointer it may be, what is known of them, and the text to be shown of it."""

    person: int
    known: Traits
    text: PersonText


def bearing(connection: sa.Connection, people: Sequence[Traits]) -> list[set[int]]:
    """Of each of these people who bears one of their tokens: one index seek for each token.

    Of more than 500 those who bear most of them, and of these who came last: ids rise with time.
    """
    return [set(_BEARING.rows(connection, _asked(tokens))) for tokens in tokens_of(people)]


def _asked(tokens: Sequence[bytes]) -> dict[str, bytes | None]:
    return {f"token{place}": tokens[place] if place < len(tokens) else None for place in range(MOST_TOKENS)}


def held_traits(connection: sa.Connection, people: Collection[int]) -> dict[int, HeldTraits]:
    """What is known of these rows, by their texts and their applications."""
    if not people:
        return {}
    c, a = PERSONS.c, APPLICATIONS.c
    stated: dict[int, list[Applicant]] = {}
    with staged(connection, BIG, people) as wanted:
        texts = sa.select(c.id, c.sealed, c.key_version, c.joined_to).join(wanted, wanted.c.key == c.id)
        rows = list(connection.execute(texts))
        applied = sa.select(a.id, a.person_id, a.document_kind, a.sealed, a.key_version)
        theirs = list(connection.execute(applied.join(wanted, wanted.c.key == a.person_id)))
    for row, one in zip(theirs, application_text.opened_many(theirs), strict=True):
        stated.setdefault(row.person_id, []).append(one)
    opened = zip(rows, people_rows.open_people(rows), strict=True)
    return {row.id: HeldTraits(row.joined_to or row.id, _known(text, stated.get(row.id, ())), text) for row, text in opened}


def of_applicant(one: Applicant) -> Traits:
    """What an applicant states."""
    return traits((one.name,), (one.document,), (one.birth_on,), (one.nationality,), (one.phone,))


def _known(text: PersonText, stated: Sequence[Applicant]) -> Traits:
    if not stated:
        return traits((text.name,), text.documents, phones=(text.phone,))
    return traits(
        (text.name, *(one.name for one in stated)),
        text.documents,
        (one.birth_on for one in stated),
        (one.nationality for one in stated),
        (text.phone, *(one.phone for one in stated)),
    )


def told_apart(connection: sa.Connection, people: Collection[int]) -> set[tuple[int, int]]:
    """Pairs of people of whom somebody said that they are not one, as (one of these people, the other)."""
    c = TOLD_APART.c
    with staged(connection, BIG, people) as wanted:
        pairs = sa.select(c.person_id, c.other_id).join(wanted, wanted.c.key == c.person_id)
        return {(one, other) for one, other in connection.execute(pairs)}


def tell_apart(connection: sa.Connection, one: int, other: int, by: int, at: datetime) -> None:
    """Remember that two are not one, with each of them."""
    both = [{"person_id": person, "other_id": another, "by_id": by, "at": at} for person, another in ((one, other), (other, one))]
    connection.execute(TOLD_APART.insert(), both)


def fill_tokens(connection: sa.Connection, after: int, most: int) -> int | None:
    """Give tokens to so many people held before there were any, by their ids beyond `after`; the last one, None: all have."""
    c = PERSONS.c
    people: list[int] = list(connection.execute(sa.select(c.id).where(c.id > after).order_by(c.id).limit(most)).scalars())
    if not people:
        return None
    with staged(connection, BIG, people) as wanted:
        others = sa.select(DOCUMENTS.c.person_id).where(DOCUMENTS.c.kind != str(DocumentKind.RESIDENT_ID))
        found = others.join(wanted, wanted.c.key == DOCUMENTS.c.person_id).distinct()
        of_others = list(connection.execute(found).scalars())
    held = held_traits(connection, of_others)
    token_rows.add_tokens(connection, ((person, one.known) for person, one in held.items()))
    return people[-1]
