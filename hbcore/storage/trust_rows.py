"""The keys of foreign signers as rows: those that stand, by the id that a code names, and what an import changes."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa

from hbcore.domain.dcc import StatementKind
from hbcore.domain.key_files import public_key
from hbcore.domain.known import instant, micros
from hbcore.domain.signer_keys import PublicKey, SignerKey
from hbcore.storage.ids import new_id
from hbcore.storage.instants import raw
from hbcore.storage.prepared import Prepared
from hbcore.storage.tables import TrustedKey

TRUSTED: sa.Table = TrustedKey.__table__  # type: ignore[attr-defined]
WITHOUT_AN_ID = b""

_c = TRUSTED.c


class TrustedRow(NamedTuple):
    """A key under one id; instants in microseconds."""

    source: str
    kid: bytes
    public: bytes
    states: str | None
    country: str | None
    from_at: int | None
    until_at: int | None


class SourceRow(NamedTuple):
    """What stands of one list; the last import in microseconds."""

    source: str
    country: str | None
    keys: int
    imported_at: int


_STANDING = _c.ended_at.is_(None)
_KEY = (_c.source, _c.kid, _c.public, _c.states, _c.country, raw(_c.from_at), raw(_c.until_at))
_MEANT = sa.or_(_c.kid == sa.bindparam("kid", type_=sa.LargeBinary()), _c.kid == WITHOUT_AN_ID)
_NAMED = Prepared(sa.select(*_KEY).where(_STANDING, _MEANT), TrustedRow)


def named(connection: sa.Connection, kid: bytes | None) -> Iterator[SignerKey]:
    """The standing keys that a code may mean by this id; those that came without an id may be meant by any."""
    for row in _NAMED.rows(connection, {"kid": kid or WITHOUT_AN_ID}):
        yield signer(row)


def standing(connection: sa.Connection, source: str) -> set[TrustedRow]:
    """The keys that stand of one list."""
    found = connection.execute(sa.select(*_KEY).where(_STANDING, _c.source == source))
    return {TrustedRow(*row)._replace(kid=bytes(row.kid), public=bytes(row.public)) for row in found}


def sources(connection: sa.Connection) -> list[SourceRow]:
    """How many keys stand of each list and country, by name."""
    counted = (_c.source, _c.country, sa.func.count(sa.distinct(_c.public)), sa.func.max(raw(_c.imported_at)))
    read = sa.select(*counted).where(_STANDING).group_by(_c.source, _c.country).order_by(_c.source, _c.country)
    return [SourceRow(*row) for row in connection.execute(read)]


def add(connection: sa.Connection, rows: Iterable[TrustedRow], *, by: int, at: datetime) -> None:
    """From now on these are trusted."""
    values = [{**row._asdict(), "id": new_id(), "imported_by": by, "imported_at": micros(at)} for row in rows]
    if values:
        columns = {name: sa.bindparam(name, type_=raw(_c[name]).type) for name in values[0]}
        connection.execute(TRUSTED.insert().values(columns), values)


def end(connection: sa.Connection, rows: Iterable[TrustedRow], *, by: int, at: datetime) -> None:
    """These are trusted no longer."""
    values = [{"which_source": row.source, "which_kid": row.kid, "which_public": row.public} for row in rows]
    which = (
        _c.source == sa.bindparam("which_source"),
        _c.kid == sa.bindparam("which_kid"),
        _c.public == sa.bindparam("which_public"),
    )
    if values:
        connection.execute(sa.update(TRUSTED).where(_STANDING, *which).values(ended_by=by, ended_at=at), values)


def rows_of(source: str, keys: Iterable[SignerKey]) -> set[TrustedRow]:
    """The rows that these keys are, one for each id; none for a revoked one, which is trusted by nobody."""
    return {
        TrustedRow(
            source,
            kid,
            key.der,
            None if key.states is None else "".join(sorted(key.states)),
            key.country,
            micros(key.from_at) if key.from_at else None,
            micros(key.until_at) if key.until_at else None,
        )
        for key in keys
        if key.revoked_at is None
        for kid in key.kids or {WITHOUT_AN_ID}
    }


def signer(row: TrustedRow) -> SignerKey:
    """The key of a row."""
    kid = bytes(row.kid)
    return SignerKey(
        _loaded(bytes(row.public)),
        frozenset({kid} if kid else ()),
        None if row.states is None else frozenset(StatementKind(one) for one in row.states),
        instant(row.from_at) if row.from_at is not None else None,
        instant(row.until_at) if row.until_at is not None else None,
        row.country,
    )


@lru_cache(maxsize=4096)
def _loaded(der: bytes) -> PublicKey:
    return public_key(der)
