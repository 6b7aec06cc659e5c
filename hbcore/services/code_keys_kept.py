"""The keys that sign codes: listed for who keeps them and for everybody who checks, and followed by new ones."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from hbcore.domain.dcc import StatementKind
from hbcore.domain.errors import Refused
from hbcore.domain.issued_codes import CodeKind
from hbcore.domain.key_files import keys_of
from hbcore.domain.key_sets import jwk
from hbcore.domain.known import instant
from hbcore.domain.permissions import Permission
from hbcore.domain.signer_keys import SignerKey
from hbcore.services import audit
from hbcore.services.acting import Staff, acting, reading
from hbcore.storage import code_keys
from hbcore.storage.code_keys import KeyRow
from hbcore.storage.engine import engine

PUBLISHED_FOR = timedelta(minutes=5)
"""For so long whoever checks may keep the key set: a new key's first code is known everywhere after that."""


@dataclass(frozen=True)
class KeySeen:
    """A key as who keeps it sees it. `signs_until`: None for the one that signs now; `until`: when its last code has expired;
    `revoked`: since when nothing of it is believed."""

    kid: str
    use: CodeKind
    since: datetime
    signs_until: datetime | None
    until: datetime | None
    revoked: datetime | None = None


def listed(*, by: Staff, at: datetime) -> tuple[KeySeen, ...]:
    """Every key there ever was, the newest first."""
    with reading(by, Permission.KEEP_CODE_KEYS, at) as session:
        return tuple(map(seen, code_keys.listed(session.connection())))


def rotate(use: CodeKind | str, *, by: Staff, at: datetime) -> KeySeen:
    """A new key signs from now on; the one before is believed until its last code has expired.

    :raises Refused: `unknown_key_use`, and those of `acting`.
    """
    with acting(by, Permission.KEEP_CODE_KEYS, at) as session:
        if use not in set(CodeKind):
            raise Refused("unknown_key_use")
        return rotate_in(session, CodeKind(use), by=by, at=at)


def rotate_in(session: Session, use: CodeKind, *, by: Staff, at: datetime) -> KeySeen:
    """`rotate` with its event, in the caller's transaction."""
    kid = code_keys.rotate(session.connection(), use, at)
    audit.record(session, audit.Act.CODE_KEY_ROTATED, by=by, at=at, subject=f"key {kid.hex()}", figures={"use": str(use)})
    row = code_keys.one(session.connection(), kid)
    if row is None:
        raise AssertionError("a key that was just made is there")
    return seen(row)


def believed(session: Session, kid: bytes | None) -> tuple[SignerKey, ...]:
    """The desk's own key of this name, else all of them, in the caller's transaction; each may sign its own use alone.

    Revoked ones are among them: a code of theirs is told by its name.
    """
    connection = session.connection()
    rows = code_keys.listed(connection) if kid is None else filter(None, [code_keys.one(connection, kid)])
    return tuple(map(_signer, rows))


def key_set(at: datetime) -> dict[str, object]:
    """The keys whose codes are still believed, as a JWK set for whoever checks, and those that were revoked, for as long as the
    desk stands: who has stolen one can date a code as they like. Public: needs no permission."""
    with engine().connect() as connection:
        rows = code_keys.listed(connection)
    standing = [row for row in rows if row.until_at is None or instant(row.until_at) > at or row.revoked_at is not None]
    return {"keys": [jwk(_signer(row), CodeKind(row.use)) for row in standing]}


def seen(row: KeyRow) -> KeySeen:
    """A key's row as who keeps it sees it."""
    dates = (instant(row.from_at), _instant(row.signs_until), _instant(row.until_at), _instant(row.revoked_at))
    return KeySeen(bytes(row.kid).hex(), CodeKind(row.use), *dates)


def _signer(row: KeyRow) -> SignerKey:
    states = frozenset({StatementKind.TEST}) if row.use == CodeKind.CERTIFICATE else frozenset()
    (key,) = keys_of(bytes(row.public)).keys
    return replace(
        key,
        kids=frozenset({bytes(row.kid)}),
        states=states,
        from_at=instant(row.from_at),
        until_at=_instant(row.until_at),
        revoked_at=_instant(row.revoked_at),
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else instant(micros)
