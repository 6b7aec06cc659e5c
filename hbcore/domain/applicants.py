"""What an applicant states on the form: the closed lists, and the values once they were read."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hbcore.domain.documents import Document

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?|(\d{4})(\d{2})(\d{2})", re.ASCII)


class Sex(StrEnum):
    """As passports state it (ICAO 9303: M, F, or neither)."""

    FEMALE = "female"
    MALE = "male"
    UNSPECIFIED = "unspecified"


class Channel(StrEnum):
    """Where an application was submitted."""

    COUNTER = "counter"
    FILE = "file"
    ONLINE = "online"


class PhotoKind(StrEnum):
    """What a picture on the public form shows."""

    DOCUMENT = "document"
    ENTRY = "entry"


@dataclass(frozen=True)
class Draft:
    """An application as typed; an empty text is an empty field. `unit` is a unit code."""

    document_kind: str = ""
    document_number: str = ""
    country: str = ""
    name: str = ""
    birth_date: str = ""
    sex: str = ""
    nationality: str = ""
    phone: str = ""
    email: str = ""
    unit: str = ""
    address: str = ""
    entry_date: str = ""
    symptoms: str = ""
    contact: str = ""
    channel_receipt: str = ""


@dataclass(frozen=True, slots=True)
class Applicant:
    """What was stated. Optional values are None where a channel did not ask: staff may then ask for them (model part 2)."""

    name: str
    document: Document
    birth_on: date | None = None
    sex: Sex | None = None
    nationality: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    entry_on: date | None = None
    symptoms: bool | None = None
    contact: bool | None = None
    channel_receipt: str | None = None
    document_expires_on: date | None = None
    guardian_name: str | None = None
    guardian_phone: str | None = None
    guardian_relation: str | None = None

    @property
    def declares(self) -> bool:
        """Whether symptoms or a contact within 14 days were declared: it never blocks approval, it is a fact (model part 2)."""
        return bool(self.symptoms or self.contact)


SEX_WORDS = {
    "男": Sex.MALE,
    "m": Sex.MALE,
    "男性": Sex.MALE,
    "1": Sex.MALE,
    "女": Sex.FEMALE,
    "f": Sex.FEMALE,
    "女性": Sex.FEMALE,
}
SEX_WORDS |= {"2": Sex.FEMALE, "x": Sex.UNSPECIFIED, "<": Sex.UNSPECIFIED, "9": Sex.UNSPECIFIED, "0": Sex.UNSPECIFIED}
YES = frozenset({"yes", "y", "true", "1", "是", "有"})
NO = frozenset({"no", "n", "false", "0", "否", "无", "没有"})


def read_sex(text: str) -> Sex | None:
    """Our word, a passport's letter, GB/T 2261.1's digit or the Chinese word; None for anything else."""
    word = plain(text).casefold()
    return SEX_WORDS.get(word) or (Sex(word) if word in list(Sex) else None)


def read_yes(text: str) -> bool | None:
    """A yes or no in either language; None for anything else."""
    word = plain(text).casefold()
    return True if word in YES else False if word in NO else None


def read_day(text: str) -> date | None:
    """A day as people write it (1988-03-12, 1988/3/12, 19880312, 1988年3月12日); None where it is none."""
    found = _DAY.fullmatch(plain(text))
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def plain(text: str) -> str:
    """`text` in NFKC with single blanks and none around it."""
    return " ".join(unicodedata.normalize("NFKC", text).split())
