"""Public keys that codes are signed with: who may sign what and when, and whether a signature is one of theirs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hbcore.domain.cose import ES256, PS256
from hbcore.domain.dcc import StatementKind

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
SHORTEST_RSA, LONGEST_RSA = 2048, 8192
"""Bits of a modulus. Longer ones only cost time."""

CURVES: Mapping[str, ec.EllipticCurve] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}
"""Curves by the name that a JWK gives them. HCERT asks for P-256; ES256 says nothing of the curve (RFC 9053 part 2.1), and a
region of Spain has signed with P-384."""


@dataclass(frozen=True)
class SignerKey:
    """A key that is believed. `kids`: the ids that a code may name it by; empty where the key came without one.

    `states`: what it may sign; None for everything. `from_at`, `until_at`: its certificate's life, where it has one.
    `revoked_at`: since when nothing that it signed is believed, whatever date that bears: somebody else has it.
    """

    public: PublicKey
    kids: frozenset[bytes] = frozenset()
    states: frozenset[StatementKind] | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    country: str | None = None
    revoked_at: datetime | None = None

    @property
    def algorithm(self) -> int:
        """What it signs with: the kind of key decides, a code's header has only to agree."""
        return ES256 if isinstance(self.public, ec.EllipticCurvePublicKey) else PS256

    @property
    def der(self) -> bytes:
        """The key as SubjectPublicKeyInfo."""
        return self.public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def may_state(self, kinds: frozenset[StatementKind]) -> bool:
        """Whether it may sign all of these."""
        return self.states is None or kinds <= self.states

    def was_valid(self, issued: datetime, at: datetime) -> bool:
        """Whether it could sign then, and is believed at `at`."""
        begun = self.from_at is None or self.from_at <= issued
        return begun and (self.until_at is None or at <= self.until_at)

    def signed(self, content: bytes, signature: bytes) -> bool:
        """Whether this is its signature over these bytes."""
        try:
            if isinstance(self.public, rsa.RSAPublicKey):
                pss = padding.PSS(padding.MGF1(SHA256()), padding.PSS.DIGEST_LENGTH)
                self.public.verify(signature, content, pss, SHA256())
            else:
                self.public.verify(_two_numbers(signature, self.public.key_size), content, ec.ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True


def _two_numbers(signature: bytes, bits: int) -> bytes:
    """The two numbers of an ECDSA signature, each of so many bits, as DER.

    :raises InvalidSignature: a signature of another length.
    """
    half = bits // 8
    if len(signature) != 2 * half:
        raise InvalidSignature
    return encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))


def believed(key: object) -> PublicKey:
    """A key of a kind that we read: P-256, P-384, or RSA of 2,048 bits or more.

    :raises ValueError: any other.
    """
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in {curve.name for curve in CURVES.values()}:
        return key
    if isinstance(key, rsa.RSAPublicKey) and SHORTEST_RSA <= key.key_size <= LONGEST_RSA:
        return key
    raise ValueError("a key of another kind, or too short")


def named(keys: Iterable[SignerKey], kid: bytes | None) -> tuple[SignerKey, ...]:
    """Those of the keys that a code may mean: of this id or of none; all where the code names none (HCERT 3.3.2)."""
    return tuple(key for key in keys if kid is None or not key.kids or kid in key.kids)
