"""Tokens of people who may turn out to be one: of names, and of birth dates with nationalities (model part 9)."""

from collections.abc import Iterable, Sequence
from itertools import islice

import sqlalchemy as sa

from hbcore.domain.likeness import Traits, token_texts
from hbcore.storage import sealing
from hbcore.storage.staging import add_missing
from hbcore.storage.tables import PersonToken

TOKENS: sa.Table = PersonToken.__table__  # type: ignore[attr-defined]


def tokens_of(people: Sequence[Traits]) -> list[list[bytes]]:
    """The tokens of each of these people."""
    texts = [sorted(token_texts(one)) for one in people]
    hashed = iter(_hashed([text for of_one in texts for text in of_one]))
    return [list(islice(hashed, len(of_one))) for of_one in texts]


def add_tokens(connection: sa.Connection, people: Iterable[tuple[int, Traits]]) -> None:
    """Make people found by what is known of them; what is kept already stays."""
    texts = [(text, person) for person, known in people for text in token_texts(known)]
    if texts:
        hashed = _hashed([text for text, _ in texts])
        rows = sorted(set(zip(hashed, (person for _, person in texts), strict=True)))
        add_missing(connection, TOKENS, ("token", "person_id"), rows)


def _hashed(texts: Sequence[str]) -> list[bytes]:
    return sealing.keyed_hashes("likeness", texts)
