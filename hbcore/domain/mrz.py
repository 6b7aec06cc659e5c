"""The machine-readable zone of a travel document (ICAO 9303 parts 3 to 6), read from what somebody typed or pasted.

Proof of nothing: names carry no check digit at all, and of the 1,584 ways to change one character in the second line of a
passport's zone 249 pass (tried). It saves typing; a person still compares it with the document.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

WEIGHTS = (7, 3, 1)
CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""A character's place is its value; the filler `<` counts 0."""

LAYOUTS = {(44, 44): "td3", (36, 36): "td2", (30, 30, 30): "td1"}
AHEAD = timedelta(days=366 * 50)
"""A document's expiry lies within 50 years of today; a birth never lies ahead."""


class ZonePart(StrEnum):
    """What has a check digit of its own."""

    NUMBER = "document_number"
    BIRTH = "birth_date"
    EXPIRY = "document_expires_on"
    WHOLE = "whole"


@dataclass(frozen=True)
class Zone:
    """What a zone says. `code` P: a passport. `issuer`, `nationality`: as printed (`D` is Germany). `failed`: the parts whose
    check digit does not fit."""

    code: str
    issuer: str
    number: str
    nationality: str
    name: str
    sex: str
    birth_on: date | None
    expires_on: date | None
    failed: tuple[ZonePart, ...]


def read_zone(text: str, on: date) -> Zone | None:
    """The zone in `text`, on the day `on`: TD3 (passports), TD2 or TD1 (cards), however its lines were broken.

    None where these are not 2 lines of 44 or 36 letters, or 3 of 30.
    """
    lines = _lines(text)
    if lines is None:
        return None
    parts = _card(*lines) if len(lines) == 3 else _two_lines(*lines)
    number, digit, rest = parts.number
    if digit == "<" and len(lines[1]) != 44:  # a longer number goes on in the optional part, its check digit behind it
        more = rest.partition("<")[0]
        number, digit = number + more[:-1], more[-1:]
    return Zone(
        code=lines[0][:2].strip("<"),
        issuer=_words(lines[0][2:5]),
        number=_words(number),
        nationality=_words(parts.nationality),
        name=_words(parts.names),
        sex=parts.sex,
        birth_on=_day(parts.birth, on, timedelta(0)),
        expires_on=_day(parts.expiry, on, AHEAD),
        failed=_failed(parts, number, digit, lines[1]),
    )


class _Parts(NamedTuple):
    """The parts of a zone: the number with its check digit and what follows it, dates with theirs; `whole` is checked at once."""

    number: tuple[str, str, str]
    birth: str
    sex: str
    expiry: str
    nationality: str
    names: str
    whole: str


def _two_lines(first: str, second: str) -> _Parts:
    personal = second[28:42] if len(second) == 44 else second[28:35]
    number = (second[:9], second[9], personal)
    whole = second[:10] + second[13:20] + second[21:-1]
    return _Parts(number, second[13:20], second[20], second[21:28], second[10:13], first[5:], whole)


def _card(first: str, second: str, third: str) -> _Parts:
    whole = first[5:] + second[:7] + second[8:15] + second[18:29]
    return _Parts((first[5:14], first[14], first[15:]), second[:7], second[7], second[8:15], second[15:18], third, whole)


def _failed(parts: _Parts, number: str, digit: str, second: str) -> tuple[ZonePart, ...]:
    fits = {
        ZonePart.NUMBER: check_digit(number) == digit,
        ZonePart.BIRTH: check_digit(parts.birth[:6]) == parts.birth[6],
        ZonePart.EXPIRY: check_digit(parts.expiry[:6]) == parts.expiry[6],
        ZonePart.WHOLE: check_digit(parts.whole) == second[-1]
        and (len(second) != 44 or _personal_fits(parts.number[2], second[42])),
    }
    return tuple(part for part, right in fits.items() if not right)


def check_digit(text: str) -> str:
    """The check digit of a part of a zone: weights 7, 3, 1, modulo 10 (ICAO 9303 part 3, 4.9)."""
    values = (max(CHARACTERS.find(letter), 0) for letter in text)
    return str(sum(value * WEIGHTS[place % 3] for place, value in enumerate(values)) % 10)


def _personal_fits(personal: str, digit: str) -> bool:
    """A passport's personal number: its digit may be a filler where there is none."""
    return digit == check_digit(personal) or (digit == "<" and not personal.strip("<"))


def _lines(text: str) -> list[str] | None:
    """The lines, also where they were pasted as one; None where this is no zone. Readers of print take << for «."""
    plain = unicodedata.normalize("NFKC", text).upper().replace("«", "<<")
    letters = re.sub(r"\s+", "", plain)
    if not re.fullmatch("[A-Z0-9<]+", letters, re.ASCII):
        return None
    sizes = next((sizes for sizes in LAYOUTS if sum(sizes) == len(letters)), None)
    return [letters[place * sizes[0] : (place + 1) * sizes[0]] for place in range(len(sizes))] if sizes else None


def _words(text: str) -> str:
    return " ".join(text.replace("<", " ").split())


def _day(text: str, on: date, ahead: timedelta) -> date | None:
    """Two digits of a year: of the two centuries the later that is not too far ahead. Unknown days (`<<`) are None."""
    if not text[:6].isdigit():
        return None
    for century in (2000, 1900):
        try:
            day = date(century + int(text[:2]), int(text[2:4]), int(text[4:6]))
        except ValueError:
            continue
        if day <= on + ahead:
            return day
    return None
