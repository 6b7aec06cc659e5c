"""Codes signed for tests, step by step, so that a test can break any one of them."""

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from hbcore.domain import base45
from hbcore.domain.signer_keys import SignerKey

AT = datetime(2021, 6, 1, 12, tzinfo=UTC)
ISSUED, EXPIRES = AT - timedelta(hours=1), AT + timedelta(hours=23)
KID = bytes(range(8))
TEST = {
    "ver": "1.3.0",
    "dob": "1979-04-14",
    "nam": {"fn": "Blödsinn", "gn": "Örjan", "fnt": "BLOEDSINN", "gnt": "OERJAN"},
    "t": [
        {
            "tg": "840539006",
            "tt": "LP6464-4",
            "nm": "a test",
            "sc": "2021-05-31T08:00:00Z",
            "tr": "260415000",
            "tc": "Hall 3",
            "co": "SE",
            "is": "an agency",
            "ci": "URN:UVCI:01:SE:TEST/1#A",
        }
    ],
}
CLAIMS = {1: "SE", 4: int(EXPIRES.timestamp()), 6: int(ISSUED.timestamp()), -260: {1: TEST}}


@cache
def ec_key(number: int = 0) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def trusted(**changed: object) -> SignerKey:
    """The first key, as one that is believed."""
    return SignerKey(**{"public": ec_key().public_key(), "kids": frozenset({KID}), **changed})  # type: ignore[arg-type]


def signed(
    claims: object = CLAIMS,
    *,
    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None,
    protected: Mapping[object, object] | None = None,
    unprotected: object = None,
    tags: tuple[int, ...] = (18,),
) -> str:
    """A code's text; `tags`: the inner first."""
    return text_of(cose(claims, private=private, protected=protected, unprotected=unprotected, tags=tags))


def cose(
    claims: object = CLAIMS,
    *,
    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None,
    protected: Mapping[object, object] | None = None,
    unprotected: object = None,
    tags: tuple[int, ...] = (18,),
) -> bytes:
    private = private or ec_key()
    header = {1: -37 if isinstance(private, rsa.RSAPrivateKey) else -7, 4: KID} if protected is None else protected
    inner = cbor2.dumps(header) if header else b""
    payload = claims if isinstance(claims, bytes) else cbor2.dumps(claims)
    signature = _signature(private, cbor2.dumps(["Signature1", inner, b"", payload]))
    item: object = [inner, unprotected or {}, payload, signature]
    for tag in tags:
        item = cbor2.CBORTag(tag, item)
    return cbor2.dumps(item)


def text_of(content: bytes) -> str:
    return "HC1:" + base45.encode(zlib.compress(content))


def _signature(private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, content: bytes) -> bytes:
    if isinstance(private, rsa.RSAPrivateKey):
        return private.sign(content, padding.PSS(padding.MGF1(SHA256()), padding.PSS.DIGEST_LENGTH), SHA256())
    r, s = decode_dss_signature(private.sign(content, ec.ECDSA(SHA256())))
    half = private.key_size // 8
    return r.to_bytes(half) + s.to_bytes(half)
