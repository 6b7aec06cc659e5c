"""Our keys as others read them: a JWK set (RFC 7517)."""

import base64
from datetime import datetime
from typing import cast

from cryptography.hazmat.primitives.asymmetric import ec

from hbcore.domain.issued_codes import CodeKind
from hbcore.domain.signer_keys import SignerKey

COORDINATE = 32
"""Bytes of a number of P-256 (RFC 7518 part 6.2.1)."""


def jwk(key: SignerKey, use: CodeKind) -> dict[str, object]:
    """One key of ours. `kid` in base64url, as codes name it; `nbf` and `exp` in seconds since 1970; `code`: what it signs.

    A revoked key says so as the keys of OpenID Federation do, and has ended then, for who does not know that word.
    """
    numbers = cast("ec.EllipticCurvePublicKey", key.public).public_numbers()
    (kid,) = key.kids
    dates = {"nbf": key.from_at, "exp": key.revoked_at or key.until_at}
    return {
        "kty": "EC",
        "crv": "P-256",
        "alg": "ES256",
        "use": "sig",
        "code": str(use),
        "kid": _base64url(kid),
        "x": _base64url(numbers.x.to_bytes(COORDINATE)),
        "y": _base64url(numbers.y.to_bytes(COORDINATE)),
        **{name: _seconds(at) for name, at in dates.items() if at is not None},
        **({"revoked": {"revoked_at": _seconds(key.revoked_at)}} if key.revoked_at is not None else {}),
    }


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
