"""Foreign signers' keys: a list is previewed, imported as a whole and ended; what is gone from it is trusted no longer."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.known import instant, micros
from hbcore.domain.permissions import Permission
from hbcore.services import audit
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.code_checking import trusted_keys
from hbcore.storage import trust_rows
from hbcore.storage.trust_rows import SourceRow, TrustedRow

LONGEST_NAME = 40


@dataclass(frozen=True)
class TrustChange:
    """What importing a file does to the list of its name: keys that come, go and stay; `expired`: certificates in it that are
    over already; `left_out`: entries that are no keys that we believe in. `countries`: keys of each, in the file; "" where it
    does not say. `digest`: of the file, SHA-256."""

    source: str
    added: int
    ended: int
    same: int
    expired: int
    left_out: int
    countries: Mapping[str, int]
    digest: str


@dataclass(frozen=True)
class TrustedSource:
    """A list that stands: how many keys of which country, and when it was imported last."""

    source: str
    country: str
    keys: int
    imported_at: datetime


def listed(*, by: Staff, at: datetime) -> tuple[TrustedSource, ...]:
    """The lists that stand, by name and country."""
    with reading(by, Permission.KEEP_TRUST, at) as session:
        return tuple(map(_seen, trust_rows.sources(session.connection())))


def preview(source: str, content: bytes, *, by: Staff, at: datetime) -> TrustChange:
    """What importing this file would do.

    :raises Refused: `no_keys_in_file`, `trust_name_needed`.
    """
    with reading(by, Permission.KEEP_TRUST, at) as session:
        return _change(session.connection(), source, content, at)[0]


def bring_in(source: str, content: bytes, *, by: Staff, at: datetime) -> TrustChange:
    """Import a file as the whole list of this name.

    :raises Refused: as `preview`.
    """
    with acting(by, Permission.KEEP_TRUST, at) as session:
        connection = session.connection()
        change, added, ended = _change(connection, source, content, at)
        trust_rows.end(connection, ended, by=by.id, at=at)
        trust_rows.add(connection, added, by=by.id, at=at)
        figures = {"added": change.added, "ended": change.ended, "same": change.same, "digest": change.digest}
        audit.record(session, audit.Act.TRUST_IMPORTED, by=by, at=at, subject=f"trust {change.source}", figures=figures)
    return change


def end(source: str, *, by: Staff, at: datetime) -> int:
    """Trust no key of a list any more. How many there were.

    :raises Refused: `unknown_trust`.
    """
    with acting(by, Permission.KEEP_TRUST, at) as session:
        standing = trust_rows.standing(session.connection(), source)
        if not standing:
            raise Refused("unknown_trust")
        trust_rows.end(session.connection(), standing, by=by.id, at=at)
        ended = len({row.public for row in standing})
        audit.record(session, audit.Act.TRUST_ENDED, by=by, at=at, subject=f"trust {source}", figures={"ended": ended})
    return ended


def _change(
    connection: sa.Connection, source: str, content: bytes, at: datetime
) -> tuple[TrustChange, set[TrustedRow], set[TrustedRow]]:
    """What a file does, the rows that come, and those that go."""
    name = source.strip()[:LONGEST_NAME]
    if not name:
        raise Refused("trust_name_needed")
    read = trusted_keys(content)
    wanted, standing = trust_rows.rows_of(name, read.keys), trust_rows.standing(connection, name)
    change = TrustChange(
        name,
        _keys(wanted - standing),
        _keys(standing - wanted),
        _keys(wanted & standing),
        _keys({row for row in wanted if row.until_at is not None and row.until_at < micros(at)}),
        read.left_out,
        Counter(row.country or "" for row in {row.public: row for row in wanted}.values()),
        sha256(content).hexdigest(),
    )
    return change, wanted - standing, standing - wanted


def _keys(rows: set[TrustedRow]) -> int:
    return len({row.public for row in rows})


def _seen(row: SourceRow) -> TrustedSource:
    return TrustedSource(row.source, row.country or "", row.keys, instant(row.imported_at))
