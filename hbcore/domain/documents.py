"""Identity documents: kinds and their many names, numbers read, judged and masked."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from stdnum.iso7064 import mod_11_2

from hbcore.domain.calendar_days import FIRST_YEAR, LAST_YEAR
from hbcore.domain.cells import CONTROL, clean, word_key, words
from hbcore.domain.errors import Refused
from hbcore.domain.placeholders import is_placeholder
from hbcore.domain.vocabulary import DocumentKind, RowCode

UNKNOWN_COUNTRY = "XXX"
"""ICAO 9303's own word for an issuing country that is not stated."""

KINDS: tuple[DocumentKind, ...] = tuple(DocumentKind)
_K = DocumentKind
_ALIASES: dict[DocumentKind, str] = {
    _K.RESIDENT_ID: "身份证 居民身份证 二代身份证 中国居民身份证 中华人民共和国居民身份证 idcard 10 01 1",
    _K.HK_MACAU_PERMIT: "港澳居民来往内地通行证 港澳通行证 回乡证 港澳居民通行证 14 06 6",
    _K.TAIWAN_PERMIT: "台湾居民来往大陆通行证 台湾居民来往内地通行证 台湾通行证 台胞证 15 07 7",
    _K.TAIWAN_SINGLE_PERMIT: "台湾居民来往大陆一次性通行证 一次性台胞证 一次有效台胞证 一次性通行证 16",
    _K.PASSPORT: "护照 外国护照 普通护照 外籍护照 passport 20 03 2",
    _K.FOREIGN_PR_CARD: "外国人永久居留身份证 外国人永久居留证 永居证 外国人永居证 34",
    _K.HMT_RESIDENCE_PERMIT: "港澳台居民居住证 港澳居民居住证 台湾居民居住证",
}
"""Domain part 2, model part 7: gate systems (10 to 34), WS 364.3 (01 to 07), the sampling platform (1, 2).

"Other" (99, and 3 on the sampling platform) is no kind. 6 and 7 are 06 and 07 that a spreadsheet took for numbers."""

KIND_OF: dict[str, DocumentKind] = {word_key(alias): kind for kind, aliases in _ALIASES.items() for alias in words(aliases)} | {
    kind.value: kind for kind in KINDS
}

EIGHTEEN = (_K.RESIDENT_ID, _K.FOREIGN_PR_CARD, _K.HMT_RESIDENCE_PERMIT)
"""Kinds with an 18-digit form: 6 area, 8 birth date, 3 sequence, check by MOD 11-2 (GB 11643)."""

_EIGHTEEN = "[0-9]{17}[0-9X]"
FORMS: dict[DocumentKind, str] = {
    _K.RESIDENT_ID: _EIGHTEEN,
    _K.HK_MACAU_PERMIT: "[HM](?:[0-9]{8}|A[0-9]{7})(?:[0-9]{2})?",
    _K.TAIWAN_PERMIT: "[0-9]{8}(?:[0-9]{2})?[A-Z]?",
    _K.TAIWAN_SINGLE_PERMIT: "[A-Z0-9]{10,12}",
    _K.PASSPORT: "[A-Z0-9]{5,20}",
    _K.FOREIGN_PR_CARD: "[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]",
    _K.HMT_RESIDENCE_PERMIT: "8[123]0000[0-9]{11}[0-9X]",
}
_PATTERNS = {kind: re.compile(form, re.ASCII) for kind, form in FORMS.items()}
LIFELONG = {_K.HK_MACAU_PERMIT: 9, _K.TAIWAN_PERMIT: 8}
"""What comes after is the card's renewal, not the person: the key for matching stops here."""

_LAYOUT = re.compile("[\\s()\\[\\]\u3010\u3011\\-\u2010-\u2015\u2212]+|^'")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]{1,2}", re.ASCII)


@dataclass(frozen=True)
class Document:
    """`number` as it is matched: NFKC, upper-case, without layout, cut to what stays for life."""

    kind: DocumentKind
    number: str
    country: str = UNKNOWN_COUNTRY


def read_kind(word: str) -> DocumentKind:
    """The kind that a word or a sender's code means; Refused(`unknown_document_kind`)."""
    kind = KIND_OF.get(word_key(word))
    if kind is None:
        raise Refused(RowCode.UNKNOWN_DOCUMENT_KIND)
    return kind


def read_document(kind: DocumentKind, raw: str, country: str = UNKNOWN_COUNTRY) -> Document:
    """`raw` as a document of `kind`; Refused(a RowCode) where it is none. An unknown area code is no refusal."""
    number = normal_number(raw)
    if why := why_bad(kind, number):
        raise Refused(why)
    return Document(kind, number[: LIFELONG.get(kind)], country)


def normal_number(raw: str) -> str:
    """A number as it is matched, before it is judged: NFKC, upper-case, no blanks, brackets, hyphens."""
    return _LAYOUT.sub("", clean(raw)).upper()


def with_check_digit(seventeen: str) -> str:
    """17 digits and their check digit (GB 11643, ISO 7064 MOD 11-2)."""
    return seventeen + str(mod_11_2.calc_check_digit(seventeen))


def masked_number(document: Document) -> str:
    """What a screen shows first: `420106********1234`; other kinds at most four characters: `C0132****`."""
    number = document.number
    if len(number) == 18 and document.kind in EIGHTEEN:
        return f"{number[:6]}********{number[-4:]}"
    return masked_text(number)


def masked_text(text: str) -> str:
    """At most the first four characters of a text of no known kind, never more than half of it; of nothing, nothing."""
    return text and text[: min(4, len(text) // 2)] + "****"


def guess_kind(number: str) -> DocumentKind:
    """The kind of a normalised number in a file that states none: by shape, and by check digit for 18 digits."""
    if _PATTERNS[_K.RESIDENT_ID].fullmatch(number):
        return _guess_eighteen(number)
    for kind in (_K.HK_MACAU_PERMIT, _K.TAIWAN_PERMIT):
        if _PATTERNS[kind].fullmatch(number):
            return kind
    return _K.FOREIGN_PR_CARD if _PATTERNS[_K.FOREIGN_PR_CARD].fullmatch(number) else _K.PASSPORT


def document_of_row(kind: str | None, number: str | None) -> Document | None:
    """The document a row is about, as far as its two cells can be read: by the kind it states, else by the number's shape."""
    if not number:
        return None
    for likely in (KIND_OF.get(word_key(kind or "")), guess_kind(normal_number(number))):
        try:
            if likely:
                return read_document(likely, number)
        except Refused:
            continue
    return None


def _guess_eighteen(number: str) -> DocumentKind:
    if why_bad(_K.HMT_RESIDENCE_PERMIT, number) is None:
        return _K.HMT_RESIDENCE_PERMIT
    sound = number[0] == "9" and why_bad(_K.FOREIGN_PR_CARD, number) is None
    return _K.FOREIGN_PR_CARD if sound else _K.RESIDENT_ID


def why_bad(kind: DocumentKind, number: str) -> RowCode | None:
    """What is wrong with a normalised number of a kind, None where nothing is."""
    if why := why_no_number(number):
        return why
    if not _PATTERNS[kind].fullmatch(number):
        return RowCode.BAD_DOCUMENT
    if len(number) == 18 and kind in EIGHTEEN:
        return _why_bad_eighteen(number)
    return None


def _why_bad_eighteen(number: str) -> RowCode | None:
    if not mod_11_2.is_valid(number):
        return RowCode.BAD_CHECK_DIGIT
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    try:
        date(year, month, day)
    except ValueError:
        return RowCode.BAD_DOCUMENT
    return None if FIRST_YEAR <= year <= LAST_YEAR else RowCode.BAD_DOCUMENT


def why_no_number(number: str) -> RowCode | None:
    """What is wrong with a number whatever its kind. Order matters: the first that holds says most."""
    checks: tuple[tuple[RowCode, Callable[[str], object]], ...] = (
        (RowCode.MISSING, lambda cell: not cell),
        (RowCode.CONTROL_CHARACTER, CONTROL.search),
        (RowCode.PLACEHOLDER, is_placeholder),
        (RowCode.DIGITS_LOST, _SCIENTIFIC.fullmatch),
        (RowCode.MIXED_SCRIPT, _has_foreign_letter),
        (RowCode.BAD_DOCUMENT, lambda cell: not (cell.isascii() and cell.isalnum())),
    )
    return next((code for code, holds in checks if holds(number)), None)


def _has_foreign_letter(number: str) -> bool:
    """A letter of another alphabet passes for a Latin one: Cyrillic Х, Greek Χ (NFKC leaves both alone)."""
    return any(not letter.isascii() and unicodedata.category(letter) in ("Lu", "Ll", "Lt") for letter in number)
