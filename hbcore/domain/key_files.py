"""Public keys out of a file: certificates or keys as PEM or DER, JWK sets, the EU's list of signers."""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import unquote

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key
from cryptography.x509.oid import NameOID

from hbcore.domain.signer_keys import CURVES, PublicKey, SignerKey, believed
from hbcore.domain.signer_uses import stated_uses

MOST_KEYS = 20_000
KID_LENGTH = 8
"""Bytes of a certificate's SHA-256 that are its id (HCERT 3.3.2)."""

_PEM, _PEM_END = b"-----BEGIN ", b"-----END "


@dataclass(frozen=True)
class KeyFile:
    """The keys of a file, and how many entries of it were left out: keys of a kind or length that we do not believe in, or
    that are none (RFC 7517 part 5: a set's other keys are used all the same)."""

    keys: tuple[SignerKey, ...]
    left_out: int


def keys_of(content: bytes) -> KeyFile:
    """The keys of a file: a certificate or public key as PEM (several in a row), DER or DER in base64; a JWK or a set of
    them; the list of the EU's gateway, with or without the signature in its first line; a DID document, as WHO publishes keys.

    :raises ValueError: none of these, no key in it that we believe in, or more than 20,000.
    """
    bare = content.strip().removeprefix(b"\xef\xbb\xbf")
    if _PEM in bare:
        read = [_believed(partial(_of_pem, block)) for block in _pem_blocks(bare)]
    elif (at := _json_begins(bare)) is not None:
        read = [_believed(partial(_of_entry, entry)) for entry in _entries(bare[at:])]
    else:
        read = [_of_der(_der(content))]
    keys = tuple(key for key in read if key is not None)
    if not keys or len(read) > MOST_KEYS:
        raise ValueError("no key, or too many")
    return KeyFile(keys, len(read) - len(keys))


def of_certificate(certificate: x509.Certificate) -> SignerKey:
    """The key of a signer's certificate, known by the beginning of its fingerprint.

    A certificate that names none of the three uses may sign all of them (HCERT 3.4).

    :raises ValueError: a key that we do not believe in, or extensions that cannot be read.
    """
    countries = certificate.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
    return SignerKey(
        _loaded(lambda _: certificate.public_key(), b""),
        frozenset({certificate.fingerprint(SHA256())[:KID_LENGTH]}),
        stated_uses(certificate.tbs_certificate_bytes) or None,
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        str(countries[0].value) if countries else None,
    )


def public_key(der: bytes) -> PublicKey:
    """The key of these bytes, SubjectPublicKeyInfo.

    :raises ValueError: none, or one that we do not believe in.
    """
    return _loaded(load_der_public_key, der)


def _believed(read: Callable[[], SignerKey]) -> SignerKey | None:
    try:
        return read()
    except ValueError:
        return None


def _pem_blocks(text: bytes) -> Iterator[bytes]:
    for part in text.split(_PEM)[1:]:
        body, end, behind = part.partition(_PEM_END)
        if not end:
            raise ValueError("a block without its end")
        yield _PEM + body + _PEM_END + behind.splitlines()[0] + b"\n"


def _of_pem(block: bytes) -> SignerKey:
    if block.startswith(_PEM + b"CERTIFICATE"):
        return of_certificate(x509.load_pem_x509_certificate(block))
    return SignerKey(_loaded(load_pem_public_key, block))


def _of_der(content: bytes) -> SignerKey:
    try:
        certificate = x509.load_der_x509_certificate(content)
    except ValueError:
        return SignerKey(public_key(content))
    return of_certificate(certificate)


def _loaded(load: Callable[[bytes], object], content: bytes) -> PublicKey:
    try:
        return believed(load(content))
    except UnsupportedAlgorithm as error:
        raise ValueError("a key of another kind") from error


def _der(content: bytes) -> bytes:
    """Bytes that are DER, or base64 of it with any line ends."""
    if content[:1] == b"\x30":
        return content
    return _base64(b"".join(content.split()).decode("ascii", "replace"))


def _base64(text: str) -> bytes:
    """Base64 or base64url, padded or not.

    :raises ValueError: neither.
    """
    plain = text.translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def _json_begins(text: bytes) -> int | None:
    """Where JSON begins: at once, or behind a first line that is the signature of the German list, which is text.

    A key in DER may have the same two bytes in the middle, behind others that are none.
    """
    first, _end, rest = text.partition(b"\n")
    for at, part in ((0, text), (len(first) + 1, rest.lstrip())):
        if part[:1] in (b"{", b"[") and (not at or first.isascii()):
            return at
    return None


def _entries(text: bytes) -> Sequence[Mapping[str, object]]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("not JSON") from error
    if isinstance(read, dict):
        read = next((read[name] for name in ("keys", "certificates", "verificationMethod") if name in read), [read])
    if not isinstance(read, list) or not all(isinstance(one, dict) for one in read):
        raise ValueError("not a list of keys")
    return read


def _of_entry(entry: Mapping[str, object]) -> SignerKey:
    if "rawData" in entry:
        return _of_list(entry)
    return _of_method(entry) if "publicKeyJwk" in entry else _of_jwk(entry)


def _of_list(entry: Mapping[str, object]) -> SignerKey:
    """One line of the gateway's list; its own id goes before the fingerprint's, for that is what its country writes."""
    key = of_certificate(x509.load_der_x509_certificate(_base64(str(entry["rawData"]))))
    kids = frozenset({_base64(str(entry["kid"]))}) if entry.get("kid") else key.kids
    return replace(key, kids=kids, country=str(entry["country"]) if entry.get("country") else key.country)


def _of_method(entry: Mapping[str, object]) -> SignerKey:
    """One key of a DID document; where its JWK does not say, its id is the end of the method's, in base64."""
    jwk = entry["publicKeyJwk"]
    if not isinstance(jwk, dict):
        raise ValueError("a key that is none")
    _did, _sign, kid = str(entry.get("id", "")).partition("#")
    return _of_jwk({**jwk, "kid": jwk.get("kid") or unquote(kid)})


def _of_jwk(entry: Mapping[str, object]) -> SignerKey:
    """One JWK (RFC 7517) of a signing key; one with a certificate is known by that, too."""
    chain = entry.get("x5c")
    if isinstance(chain, list) and chain:
        key = of_certificate(x509.load_der_x509_certificate(_base64(str(chain[0]))))
    else:
        key = SignerKey(_jwk_key(entry))
    return replace(
        key,
        kids=key.kids | _kids(entry.get("kid")),
        from_at=_seconds(entry.get("nbf")) or key.from_at,
        until_at=_seconds(entry.get("exp")) or key.until_at,
        revoked_at=_revoked(entry.get("revoked")),
    )


def _jwk_key(entry: Mapping[str, object]) -> PublicKey:
    def number(field: str) -> int:
        return int.from_bytes(_base64(str(entry.get(field, ""))))

    if entry.get("kty") == "EC" and (curve := CURVES.get(str(entry.get("crv")))) is not None:
        return believed(ec.EllipticCurvePublicNumbers(number("x"), number("y"), curve).public_key())
    if entry.get("kty") == "RSA":
        return believed(rsa.RSAPublicNumbers(number("e"), number("n")).public_key())
    raise ValueError("a key of another kind")


def _revoked(said: object) -> datetime | None:
    """Since when a key is revoked, as the keys of OpenID Federation and of this desk say it; None for one that is not."""
    if said is None:
        return None
    at = _seconds(said.get("revoked_at")) if isinstance(said, dict) else None
    if at is None:
        raise ValueError("a revocation without its instant")
    return at


def _kids(kid: object) -> frozenset[bytes]:
    """The bytes that a code may name such a key by: what its text stands for in base64, or the text itself."""
    if not isinstance(kid, str) or not kid:
        return frozenset()
    try:
        return frozenset({kid.encode(), _base64(kid)})
    except ValueError:
        return frozenset({kid.encode()})


def _seconds(value: object) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("an instant that is no number")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError("an instant beyond the calendar") from error
