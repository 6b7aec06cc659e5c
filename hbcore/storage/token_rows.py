"""Tokens of people who may turn out to be one: of names, and of birth dates with nationalities (model part 9)."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from hbcore.domain.likeness import Traits, token_texts
from hbcore.storage import sealing
from hbcore.storage.staging import add_missing
from hbcore.storage.tables import PersonToken

TOKENS: sa.Table = PersonToken.__table__  # type: ignore[attr-defined]


def tokens_of(one: Traits) -> list[bytes]:
    """The tokens of somebody."""
    return _hashed(sorted(token_texts(one)))


def add_tokens(connection: sa.Connection, people: Iterable[tuple[int, Traits]]) -> None:
    """Make people found by what is known of them; what is kept already stays."""
    texts = [(text, person) for person, known in people for text in token_texts(known)]
    if texts:
        hashed = _hashed([text for text, _ in texts])
        rows = sorted(set(zip(hashed, (person for _, person in texts), strict=True)))
        add_missing(connection, TOKENS, ("token", "person_id"), rows)


def _hashed(texts: Sequence[str]) -> list[bytes]:
    return sealing.keyed_hashes("likeness", texts)
