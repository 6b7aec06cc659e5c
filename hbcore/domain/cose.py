"""COSE_Sign1 (RFC 9052): what was signed, by which key and how, and the signature."""

from dataclasses import dataclass

import cbor2

from hbcore.domain import cbor_reading
from hbcore.domain.cbor_reading import Plain

SIGN1, CWT = 18, 61
"""Tags: one signature; a web token around it (RFC 8392)."""

TAGS = ((), (SIGN1,), (CWT, SIGN1))
"""What may stand around the four parts. The outer tag alone is none: a web token's tag never comes without the inner one."""

ALGORITHM, CRITICAL, KEY_ID = 1, 2, 4
ES256, PS256 = -7, -37
ALGORITHMS = (ES256, PS256)


@dataclass(frozen=True)
class Sign1:
    """One signed message. `algorithm`: ES256 or PS256; `kid`: from the protected header, else from the other; None in neither."""

    protected: bytes
    algorithm: int
    kid: bytes | None
    payload: bytes
    signature: bytes

    @property
    def signed(self) -> bytes:
        """The bytes that the signature is over (RFC 9052 part 4.4)."""
        return cbor2.dumps(["Signature1", self.protected, b"", self.payload])


def sign1(tags: tuple[int, ...], item: Plain) -> Sign1:
    """The signed message that an item is.

    :raises ValueError: other tags or parts, an algorithm that we do not read, a header that says it must be understood.
    """
    if tags not in TAGS or not isinstance(item, list) or len(item) != 4:
        raise ValueError("not one signed message")
    protected, unprotected, payload, signature = item
    if not (isinstance(protected, bytes) and isinstance(payload, bytes) and isinstance(signature, bytes)):
        raise ValueError("a part of an unknown kind")
    inner, outer = _header(cbor_reading.read(protected) if protected else {}), _header(unprotected)
    if CRITICAL in inner or CRITICAL in outer:
        raise ValueError("a header that must be understood")
    algorithm, kid = inner.get(ALGORITHM, outer.get(ALGORITHM)), inner.get(KEY_ID, outer.get(KEY_ID))
    if algorithm not in ALGORITHMS or not isinstance(algorithm, int) or not (kid is None or isinstance(kid, bytes)):
        raise ValueError("an unknown algorithm or key")
    return Sign1(protected, algorithm, kid, payload, signature)


def _header(item: Plain) -> dict[int | str, Plain]:
    if not isinstance(item, dict):
        raise ValueError("a header that is no map")
    return item
