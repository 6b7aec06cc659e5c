"""What is read at a gate: how a code was read, and what the text that came of it is."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from hbcore.domain.errors import Refused
from hbcore.domain.numbers import is_look_up_number

LONGEST = 4_096
"""Characters of a QR code at the most: a longer text came from no code."""

SIGNED = "HC1:"
_SIGNS = str.maketrans({"。": ".", "、": "/", "¥": "$", "·": "*", "—": "-", "…": "", "‐": "-", "−": "-"})
"""What a Chinese input method makes of the signs in a signed code, where NFKC does not undo it."""

_BLANKS = re.compile(r"[\s()-]+")
_LETTER = re.compile(r"[A-Za-z]")
_SWALLOWED = 12
"""A signed code without its letters is still longer than this; so is no number that somebody types."""


class Way(StrEnum):
    """How a code was read."""

    CAMERA = "camera"
    WEDGE = "wedge"
    DIGITS = "digits"


class Travel(StrEnum):
    """On what a journey to work or school is accepted, without its ground (model part 8)."""

    CODE = "code"
    PAPER = "paper"
    NO = "no"


@dataclass(frozen=True)
class Presented:
    """What was presented: a signed text to be checked, or the 12 digits of a look-up number; one of the two."""

    signed: str | None = None
    number: str | None = None


def presented(text: str) -> Presented:
    """What a text read at a gate is: full-width characters, small letters and blanks as what they stand for.

    A signed text that an input method has changed in ways that can be undone is put right: base45 knows capitals alone, and
    the signature tells whether it is right.

    :raises Refused: `nothing_read`, `wrong_check_digit` for 12 digits that are no look-up number, `input_method` for what is
        left of a signed text whose letters were swallowed, `not_a_code` for anything else.
    """
    plain, signed = _plain(text), signed_text(text)
    if not plain:
        raise Refused("nothing_read")
    if signed is not None:
        return Presented(signed=signed)
    bare = _BLANKS.sub("", plain)
    if is_look_up_number(bare):
        return Presented(number=bare)
    raise Refused(_why_not(plain, bare))


def signed_text(text: str) -> str | None:
    """A signed code, put right as far as it can be; None for a text that is none."""
    plain = _plain(text).upper()
    return plain if len(plain) <= LONGEST and plain.startswith(SIGNED) else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[: LONGEST + 1]).translate(_SIGNS).strip()


def _why_not(plain: str, bare: str) -> str:
    if len(bare) == _SWALLOWED and bare.isascii() and bare.isdigit():
        return "wrong_check_digit"
    damaged = not bare.isascii() or not (_LETTER.search(bare) or bare.isdigit())
    return "input_method" if len(plain) > _SWALLOWED and damaged else "not_a_code"
