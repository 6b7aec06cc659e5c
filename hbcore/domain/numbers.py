"""Numbers the desk gives out: look-up number, receipt and its secret; and what a text in the search box may be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stdnum.iso7064 import mod_11_10

from hbcore.domain.cells import clean

SECRET_ALPHABET = "34679ACDEFGHJKMNPQRTUWXY"  # noqa: S105 - an alphabet, no secret
"""Letters and digits that are not taken for one another (no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V)."""

SECRET_LENGTH = 8
LONGEST_SAMPLE = 64
SERIALS = 100_000
"""Receipts a day holds."""

_RECEIPT = re.compile(r"A(\d{6})-?(\d{5})-?(\d)", re.ASCII)
_DOCUMENT = re.compile(r"[A-Z0-9]{5,20}", re.ASCII)


class Sought(StrEnum):
    """What a text in the search box may be, in the order it is tried (model part 4)."""

    RECEIPT = "receipt"
    LOOK_UP = "look_up"
    DOCUMENT = "document"
    SAMPLE = "sample"


@dataclass(frozen=True)
class Candidate:
    """One reading of a text, with the text as that kind of number is written."""

    kind: Sought
    text: str


def look_up_number(eleven: str) -> str:
    """The 12-digit look-up number of 11 random digits: ISO 7064 MOD 11,10 behind them. Other input: ValueError."""
    if len(eleven) != 11 or not _digits(eleven):
        raise ValueError("a look-up number begins with 11 digits")
    return eleven + _check_digit(eleven)


def is_look_up_number(text: str) -> bool:
    """Whether these are 12 digits whose last is the check digit of the others."""
    return len(text) == 12 and _digits(text) and bool(mod_11_10.is_valid(text))


def receipt_number(on: date, serial: int) -> str:
    """A receipt such as `A261123-00042-7`: day, number within the day (0 to 99999), ISO 7064 MOD 11,10 over both."""
    if not 0 <= serial < SERIALS:
        raise ValueError("a day holds 100,000 receipts")
    day, number = f"{on:%y%m%d}", f"{serial:05}"
    return f"A{day}-{number}-{_check_digit(day + number)}"


def receipt_secret(choices: Sequence[int]) -> str:
    """The secret shown once beside a receipt, from 8 random numbers below `len(SECRET_ALPHABET)`."""
    if len(choices) != SECRET_LENGTH:
        raise ValueError("a secret has 8 characters")
    return "".join(SECRET_ALPHABET[choice] for choice in choices)


def as_receipt(text: str) -> str | None:
    """The receipt a text is, written as on paper; None where it is none or its check digit is wrong."""
    match = _RECEIPT.fullmatch(_plain(text))
    if match is None or not mod_11_10.is_valid("".join(match.groups())):
        return None
    return "A{}-{}-{}".format(*match.groups())


def what_is(text: str) -> tuple[Candidate, ...]:
    """What a text may be, likeliest first; empty where it is nothing we know.

    Full-width characters, blanks and small letters are read as what they stand for; a check digit that
    is wrong rules out a receipt or a look-up number, not a document. A sample number is anything short
    that can be printed, cleaned as the laboratories' cells are, its letters kept as they are.
    """
    plain = _plain(text)
    bare = re.sub(r"[-()]", "", plain)
    sample = clean(text)
    readings = (
        (Sought.RECEIPT, as_receipt(text)),
        (Sought.LOOK_UP, bare if is_look_up_number(bare) else None),
        (Sought.DOCUMENT, bare if _DOCUMENT.fullmatch(bare) else None),
        (Sought.SAMPLE, sample if sample.isprintable() and len(sample) <= LONGEST_SAMPLE else None),
    )
    return tuple(Candidate(kind, reading) for kind, reading in readings if reading)


def _plain(text: str) -> str:
    return "".join(clean(text).upper().split()).translate(_DASHES)


_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _check_digit(digits: str) -> str:
    return str(mod_11_10.calc_check_digit(digits))
