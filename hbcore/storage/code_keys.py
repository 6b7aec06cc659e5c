"""The keys that sign codes, ES256: private halves in the folder of keys, public ones and their dates as rows."""

import zlib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import cbor2
import sqlalchemy as sa
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from hbcore.domain import base45
from hbcore.domain.issued_codes import KID_BYTES, LIVE_FOR, CodeKind
from hbcore.storage.home import home
from hbcore.storage.instants import raw
from hbcore.storage.prepared import Prepared
from hbcore.storage.sealing import KEY, keep_key, keep_names
from hbcore.storage.tables import CodeKey, RevokedKey

KEYS: sa.Table = CodeKey.__table__  # type: ignore[attr-defined]
REVOKED: sa.Table = RevokedKey.__table__  # type: ignore[attr-defined]
PREFIX = "HC1:"
COSE_SIGN1 = 18
ALGORITHM, KEY_ID, ES256 = 1, 4, -7
"""Header parameters and algorithm of RFC 9052 and 9053."""

CURVE, NUMBER = ec.SECP256R1(), 32
"""A signature is two numbers of so many bytes."""

_c, _r = KEYS.c, REVOKED.c


class KeyRow(NamedTuple):
    """A key as it stands; instants in microseconds."""

    kid: bytes
    use: str
    public: bytes
    from_at: int
    signs_until: int | None
    until_at: int | None
    revoked_at: int | None


class RevokedKeyRow(NamedTuple):
    """A key that was revoked, and by whom."""

    kid: bytes
    reason: str
    proposed_by: int
    confirmed_by: int
    revoked_at: datetime


_COLUMNS = [*(raw(_c[name]) for name in KeyRow._fields[:-1]), raw(_r.revoked_at)]
_WITH = KEYS.outerjoin(REVOKED, _r.kid == _c.kid)
_SIGNS_NOW = Prepared(sa.select(_c.kid).where(_c.use == sa.bindparam("use"), _c.signs_until.is_(None)), bytes)
_ONE = Prepared(sa.select(*_COLUMNS).select_from(_WITH).where(_c.kid == sa.bindparam("kid", type_=sa.LargeBinary())), KeyRow)
_ALL = Prepared(sa.select(*_COLUMNS).select_from(_WITH).order_by(_c.from_at.desc(), _c.kid), KeyRow)


def signs_now(connection: sa.Connection, use: CodeKind) -> bytes | None:
    """The key that signs codes of this use; None where none does, or its private half is not in the folder."""
    kid = next(_SIGNS_NOW.rows(connection, {"use": str(use)}), None)
    return kid if kid is not None and _can_sign(kid) else None


def one(connection: sa.Connection, kid: bytes) -> KeyRow | None:
    """A key by its name."""
    return next(_ONE.rows(connection, {"kid": kid}), None)


def listed(connection: sa.Connection) -> list[KeyRow]:
    """Every key there ever was, the newest first."""
    return list(_ALL.rows(connection, {}))


def make_missing(connection: sa.Connection, at: datetime) -> None:
    """A first key of each use where none signs, or where the one that should has lost its private half.

    In the caller's write transaction: of two who start at once the second finds what the first has made.
    """
    for use in CodeKind:
        if signs_now(connection, use) is None:
            rotate(connection, use, at)


def rotate(connection: sa.Connection, use: CodeKind, at: datetime) -> bytes:
    """A new key signs from now on; the one before is believed until its last code has expired. The new key's name.

    It is said to begin with the second: so do the codes that it signs.
    """
    standing = sa.and_(_c.use == str(use), _c.signs_until.is_(None))
    connection.execute(sa.update(KEYS).where(standing).values(signs_until=at, until_at=at + LIVE_FOR[use]))
    private = ec.generate_private_key(CURVE)
    public = private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    kid = sha256(public).digest()[: KID_BYTES[use]]
    keep_key(_place(home(), kid), private.private_numbers().private_value.to_bytes(KEY))
    keep_names(home() / "keys")
    connection.execute(KEYS.insert().values(kid=kid, use=str(use), public=public, from_at=at.replace(microsecond=0)))
    return kid


def revoke(connection: sa.Connection, row: RevokedKeyRow) -> None:
    """Nothing of this key is believed any more."""
    connection.execute(REVOKED.insert().values(**row._asdict()))


def signed(kid: bytes, claims: Mapping[int, object]) -> str:
    """The text of a code: claims as CBOR, signed as COSE_Sign1, deflated, in base45, behind `HC1:`.

    :raises FileNotFoundError: the private half is not in the folder of keys.
    """
    protected = cbor2.dumps({ALGORITHM: ES256, KEY_ID: kid}, canonical=True)
    payload = cbor2.dumps(claims, canonical=True)
    to_sign = cbor2.dumps(["Signature1", protected, b"", payload])
    numbers = decode_dss_signature(_private(home(), kid).sign(to_sign, ec.ECDSA(hashes.SHA256())))
    signature = b"".join(number.to_bytes(NUMBER) for number in numbers)
    message = cbor2.dumps(cbor2.CBORTag(COSE_SIGN1, [protected, {}, payload, signature]))
    return PREFIX + base45.encode(zlib.compress(message, 9))


def _can_sign(kid: bytes) -> bool:
    try:
        _private(home(), kid)
    except FileNotFoundError:
        return False
    return True


def _place(folder: Path, kid: bytes) -> Path:
    return folder / "keys" / f"code-{kid.hex()}.key"


@lru_cache(maxsize=16)
def _private(folder: Path, kid: bytes) -> ec.EllipticCurvePrivateKey:
    secret = _place(folder, kid).read_bytes()
    if len(secret) != KEY:
        raise ValueError(f"code-{kid.hex()}.key is no key of {KEY} bytes")
    return ec.derive_private_key(int.from_bytes(secret), CURVE)
