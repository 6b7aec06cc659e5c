"""What lets the status page be shown again without typing: sealed and short-lived, in the page itself.

Where no script runs a cookie carries it, too, to the address of the live code alone.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from hbcore.domain.known import instant, micros
from hbcore.storage import sealing

LASTS = timedelta(hours=2)
LONGEST = 1_000
_PLACE = ("public page", "pass", 0)


@dataclass(frozen=True)
class Pass:
    """What somebody proved who they are with: a receipt, and its secret or the document's number."""

    receipt: str
    secret: str = ""
    document_number: str = ""


def sealed(shown: Pass, *, at: datetime) -> str:
    """A pass as a page carries it: nobody can read or change it, and it opens for two hours."""
    plain = json.dumps([micros(at), *astuple(shown)]).encode()
    return urlsafe_b64encode(sealing.seal(*_PLACE, plain)).decode()


def opened(text: str, *, at: datetime) -> tuple[Pass, datetime] | None:
    """The pass in `text` and when it was given; None for what is none, or is over."""
    try:
        plain = sealing.opened(*_PLACE, urlsafe_b64decode(text[:LONGEST].encode("ascii", "replace")))
    except NotBase64:
        return None
    if plain is None:
        return None
    given, receipt, secret, document_number = json.loads(plain)
    since = instant(given)
    return (Pass(receipt, secret, document_number), since) if since <= at < since + LASTS else None
