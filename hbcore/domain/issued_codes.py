"""The codes that the desk signs: of which kinds, how long each lives, what it says (codes part 3)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from hbcore.domain.vocabulary import Colour


class CodeKind(StrEnum):
    """What a signed code is: the live code on a screen, or a test certificate on paper."""

    STATUS = "status"
    CERTIFICATE = "certificate"


LIVE_FOR: Mapping[CodeKind, timedelta] = {CodeKind.STATUS: timedelta(hours=1), CodeKind.CERTIFICATE: timedelta(days=30)}
"""The longest life of each kind; also how long a key is still believed after it has signed its last code."""

CTI_BYTES: Mapping[CodeKind, int] = {CodeKind.STATUS: 10, CodeKind.CERTIFICATE: 16}
"""So many random bytes are a code's identity. A live code is to fit a QR code of version 8 at level M: 221 characters."""

KID_BYTES: Mapping[CodeKind, int] = {CodeKind.STATUS: 4, CodeKind.CERTIFICATE: 8}
"""So many bytes of its SHA-256 are a key's name: eight as any reader of certificates expects it (HCERT 1.1.1 part 3.1), and as
few as tell the desk's own few keys apart for the live code that is read with them alone."""

DRAWN_ANEW = timedelta(minutes=5)
"""With less than this left a live code is drawn anew, so that nobody presents one that ends while they wait in line."""

ISSUER = "CN"
EXPIRES, ISSUED, CTI, ISSUED_BY, HCERT = 4, 6, 7, 1, -260
"""Keys of the claims (RFC 8392; HCERT 1.1.1 part 3.2)."""

OF_STATUS, OF_TEST, OF_OWN_TEST = -1, 1, -2
"""Keys below `HCERT`: negative ones are free to use (3.2.7.1), 1 is the digital COVID certificate of the EU. `OF_OWN_TEST`: a
statement of that shape about a test that the EU has no codes for: antibodies, inconclusive."""


class Life(NamedTuple):
    """From when until when a code is good, in whole seconds as its claims have them."""

    issued_at: datetime
    expires_at: datetime


def life(kind: CodeKind, at: datetime, until: datetime | None = None) -> Life | None:
    """How long a code made now is good: its kind's longest life, and never beyond `until`, when what it says may change.

    None with less than a second left: nothing can be said for so short a time.
    """
    issued = at.replace(microsecond=0)
    longest = issued + LIVE_FOR[kind]
    expires = min(longest, until.replace(microsecond=0)) if until else longest
    return Life(issued, expires) if expires > issued else None


def still_serves(standing: Life, at: datetime, until: datetime | None) -> bool:
    """Whether a code that was made before is shown again rather than a new one: not from the future, never beyond `until`,
    and with time enough left, unless a new one would end no later."""
    new = life(CodeKind.STATUS, at, until)
    if new is None or standing.issued_at > at or standing.expires_at <= at or standing.expires_at > new.expires_at:
        return False
    return standing.expires_at - at >= DRAWN_ANEW or standing.expires_at == new.expires_at


def status_claims(colour: Colour, policy: str, lasts: Life, cti: bytes) -> dict[int, object]:
    """What a live code says: a colour by a policy for a while. No name, no number, and not for what reason."""
    return {**_dated(lasts, cti), HCERT: {OF_STATUS: [str(colour), policy]}}


def certificate_claims(statement: Mapping[str, object], lasts: Life, cti: bytes, below: int = OF_TEST) -> dict[int, object]:
    """What a test certificate says: a test statement of the schema of digital COVID certificates, `below` which key."""
    return {ISSUED_BY: ISSUER, **_dated(lasts, cti), HCERT: {below: dict(statement)}}


def _dated(lasts: Life, cti: bytes) -> dict[int, object]:
    return {EXPIRES: int(lasts.expires_at.timestamp()), ISSUED: int(lasts.issued_at.timestamp()), CTI: cti}
