"""What was typed on an application, field by field, and every fault in it at once, so that nothing typed is lost."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import phonenumbers

from hbcore.domain.applicants import Applicant, Sex, plain, read_day, read_sex, read_yes
from hbcore.domain.applicants import Draft as Draft
from hbcore.domain.documents import UNKNOWN_COUNTRY, Document, read_document, read_kind
from hbcore.domain.errors import Refused
from hbcore.domain.names import clean_name, why_bad_name
from hbcore.domain.vocabulary import DocumentKind, RowCode
from hbcore.services.countries import read_country

T = TypeVar("T")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
OLDEST = date(1900, 1, 1)

REQUIRED_AT_COUNTER = frozenset(
    {"birth_date", "sex", "nationality", "phone_or_email", "address", "entry_date", "symptoms", "contact"}
)
"""Beside document, name and unit, which every channel needs. Another channel may leave these out: staff then ask for them."""

REQUIRED_OF_CHANNELS: frozenset[str] = frozenset()


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field."""

    field: str
    code: RowCode


class DraftRefused(Refused):
    """A draft with faults: all of them. The codes are `RowCode`s, each with its sentence."""

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__("draft_has_problems", count=len(problems))
        self.problems = problems


class _Reader:
    """Reads field after field and keeps what is wrong."""

    def __init__(self, draft: Draft, on: date, required: Collection[str]) -> None:
        self.draft, self.on, self.required = draft, on, required
        self.problems: list[FieldProblem] = []

    def fault(self, field: str, code: RowCode) -> None:
        self.problems.append(FieldProblem(field, code))

    def read(self, field: str, reader: Callable[[str], T | None], code: RowCode) -> T | None:
        """The field's value; None where it is empty, or wrong and noted as `code`."""
        text = plain(getattr(self.draft, field))
        if not text:
            if field in self.required:
                self.fault(field, RowCode.MISSING)
            return None
        value = reader(text)
        if value is None:
            self.fault(field, code)
        return value

    def day(self, field: str) -> date | None:
        """A day from 1900 to today."""
        day = self.read(field, read_day, RowCode.NOT_A_DATE)
        if day is not None and not OLDEST <= day <= self.on:
            self.fault(field, RowCode.IN_THE_FUTURE if day > self.on else RowCode.NOT_A_DATE)
        return day

    def name(self) -> str:
        """The name as we keep it."""
        if why := why_bad_name(self.draft.name):
            self.fault("name", why)
        return clean_name(self.draft.name)

    def document(self) -> Document | None:
        """The document; a passport needs its issuing country, a resident identity card is not for this channel."""
        kind = self._kind()
        country = self.read("country", read_country, RowCode.UNKNOWN_COUNTRY)
        if kind is DocumentKind.PASSPORT and country is None and not plain(self.draft.country):
            self.fault("country", RowCode.MISSING)
        if not plain(self.draft.document_number):
            self.fault("document_number", RowCode.MISSING)
            return None
        if kind is None:
            return None
        try:
            issuer = country if kind is DocumentKind.PASSPORT else None
            return read_document(kind, self.draft.document_number, issuer or UNKNOWN_COUNTRY)
        except Refused as refused:
            self.fault("document_number", RowCode(refused.code))
            return None

    def _kind(self) -> DocumentKind | None:
        if not plain(self.draft.document_kind):
            self.fault("document_kind", RowCode.MISSING)
            return None
        try:
            kind = read_kind(self.draft.document_kind)
        except Refused:
            self.fault("document_kind", RowCode.UNKNOWN_DOCUMENT_KIND)
            return None
        if kind is DocumentKind.RESIDENT_ID:
            self.fault("document_kind", RowCode.RESIDENT_CHANNEL)
            return None
        return kind

    def reachable(self) -> tuple[str | None, str | None]:
        """Phone and e-mail, of which one is enough; never a mainland number by force (domain part 1)."""
        phone = self.read("phone", read_phone, RowCode.BAD_PHONE)
        email = self.read("email", read_email, RowCode.BAD_EMAIL)
        empty = not plain(self.draft.phone) and not plain(self.draft.email)
        if empty and "phone_or_email" in self.required:
            self.fault("phone", RowCode.CONTACT_NEEDED)
        return phone, email


def read_phone(text: str) -> str | None:
    """The number in E.164 form, of any country; a number without + is taken as a mainland one. None where it is none."""
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def read_email(text: str) -> str | None:
    """The address as typed; None where it is none. Whether it exists only a letter can tell."""
    return text if len(text) <= 254 and _EMAIL.fullmatch(text) else None


def read_draft(draft: Draft, on: date, required: Collection[str] = REQUIRED_AT_COUNTER) -> Applicant:
    """The values of `draft`, read on the day `on`.

    :raises DraftRefused: with every fault of every field. The unit is checked where the units are known.
    """
    applicant, problems = examine(draft, on, required)
    if applicant is None:
        raise DraftRefused(problems)
    return applicant


def examine(draft: Draft, on: date, required: Collection[str]) -> tuple[Applicant | None, tuple[FieldProblem, ...]]:
    """`read_draft` as a value: the applicant, or None and what is wrong."""
    reader = _Reader(draft, on, required)
    document, name = reader.document(), reader.name()
    if draft.document_kind != DocumentKind.PASSPORT:
        # Only a passport has an entry stamp that must be seen; permit holders may have come from elsewhere in the country.
        reader.required = frozenset(required) - {"entry_date"}
    values = _values(reader)
    if not plain(draft.unit):
        reader.fault("unit", RowCode.MISSING)
    if reader.problems or document is None:
        return None, tuple(reader.problems)
    return Applicant(name=name, document=document, **values), ()


def _values(reader: _Reader) -> dict[str, Any]:
    phone, email = reader.reachable()
    sex: Sex | None = reader.read("sex", read_sex, RowCode.UNKNOWN_WORD)
    return {
        "birth_on": reader.day("birth_date"),
        "sex": sex,
        "nationality": reader.read("nationality", read_country, RowCode.UNKNOWN_COUNTRY),
        "phone": phone,
        "email": email,
        "address": reader.read("address", _address, RowCode.CONTROL_CHARACTER),
        "entry_on": reader.day("entry_date"),
        "symptoms": reader.read("symptoms", read_yes, RowCode.UNKNOWN_WORD),
        "contact": reader.read("contact", read_yes, RowCode.UNKNOWN_WORD),
        "channel_receipt": plain(reader.draft.channel_receipt) or None,
    }


def _address(text: str) -> str | None:
    return text if text.isprintable() else None
