"""A small sum that a browser solves before it sends a form: no third party, nothing kept until it is solved."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from hbcore.domain.known import instant, micros
from hbcore.storage.sealing import keyed_hash

BITS = 16
"""Leading zero bits of SHA-256 over `challenge:number`: 65,000 tries in the mean, about a second on a cheap phone."""

LIFE = timedelta(hours=4)
"""So long somebody may take to fill in the form."""

LONGEST = 120


def challenge(at: datetime) -> str:
    """A challenge of this desk, dated: a page hands it out, and the script looks for a number that solves it.

    The proof is the challenge, a colon and the number in decimal digits.
    """
    dated = f"{micros(at):x}.{secrets.token_hex(8)}"
    return f"{dated}.{_signed(dated)}"


def solved(proof: str, at: datetime) -> tuple[bytes, datetime] | None:
    """The challenge's key and the end of its life, if `proof` solves one of ours that is not too old; None otherwise.

    That a proof is good for one form only is kept by whoever takes it.
    """
    given, _, number = proof.rpartition(":")
    dated, _, signed = given.rpartition(".")
    sound = len(proof) <= LONGEST and proof.isascii() and number.isdigit() and compare_digest(signed, _signed(dated))
    if not sound or int.from_bytes(sha256(proof.encode()).digest(), "big") >> (256 - BITS):
        return None
    begins = instant(int(dated.partition(".")[0], 16))
    return (keyed_hash("proof", given), begins + LIFE) if at < begins + LIFE else None


def _signed(dated: str) -> str:
    return keyed_hash("challenge", dated).hex()
