"""Public keys that codes are signed with: who may sign what and when, and whether a signature is one of theirs."""

from collections.abc import Iterable
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

_HALF = 32
"""Bytes of each of the two numbers of an ES256 signature."""


@dataclass(frozen=True)
class SignerKey:
    """A key that is believed. `kids`: the ids that a code may name it by; empty where the key came without one.

    `states`: what it may sign; None for everything. `from_at`, `until_at`: its certificate's life, where it has one.
    """

    public: PublicKey
    kids: frozenset[bytes] = frozenset()
    states: frozenset[StatementKind] | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    country: str | None = None

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
            elif len(signature) == 2 * _HALF:
                numbers = int.from_bytes(signature[:_HALF]), int.from_bytes(signature[_HALF:])
                self.public.verify(encode_dss_signature(*numbers), content, ec.ECDSA(SHA256()))
            else:
                return False
        except InvalidSignature:
            return False
        return True


def believed(key: object) -> PublicKey:
    """A key of a kind that we read: P-256, or RSA of 2,048 bits or more.

    :raises ValueError: any other.
    """
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    if isinstance(key, rsa.RSAPublicKey) and SHORTEST_RSA <= key.key_size <= LONGEST_RSA:
        return key
    raise ValueError("a key of another kind, or too short")


def named(keys: Iterable[SignerKey], kid: bytes | None) -> tuple[SignerKey, ...]:
    """Those of the keys that a code may mean: of this id or of none; all where the code names none (HCERT 3.3.2)."""
    return tuple(key for key in keys if kid is None or not key.kids or kid in key.kids)
