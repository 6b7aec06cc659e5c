"""The fields of the public form: their labels, what was typed in them, and the machine-readable zone that fills them."""

import secrets
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from starlette.datastructures import FormData

from hbcore.domain.errors import Refused
from hbcore.domain.mrz import Zone, ZonePart, read_zone
from hbcore.domain.public_form import PublicForm
from hbcore.domain.vocabulary import DocumentKind
from hbcore.public_sentences import fault
from hbcore.public_words import P_, said
from hbcore.services import form_photos
from hbcore.services.countries import read_country
from hbcore.services.drafts import DraftRefused
from hbcore.services.form_photos import Held
from hbcore.trouble import log_trouble
from hbcore.web.apply.bodies import photo_of, text_of

LABELS = {
    "document_kind": P_("Kind of document"),
    "document_number": P_("Document number"),
    "country": P_("Issuing country or region"),
    "document_expires_on": P_("Valid until"),
    "photo": P_("Photo of the document"),
    "entry_photo": P_("Photo of the entry stamp"),
    "name": P_("Name"),
    "birth_date": P_("Date of birth"),
    "sex": P_("Sex"),
    "nationality": P_("Nationality or region"),
    "phone": P_("Phone"),
    "email": P_("E-mail"),
    "unit": P_("City and district"),
    "address": P_("Address"),
    "entry_date": P_("Date of entry into China"),
    "symptoms": P_("Have you had a fever, a cough or other symptoms in the last 14 days?"),
    "contact": P_("Have you been in contact with a confirmed or suspected case in the last 14 days?"),
    "guardian_name": P_("Guardian's name"),
    "guardian_phone": P_("Guardian's phone"),
    "guardian_relation": P_("Relation to the applicant"),
    "consent": P_("I agree, and what I have stated is true."),
}
"""In the order of the page, which is that of the list of faults too."""

PHOTOS = ("photo", "entry_photo")
TEXTS = tuple(one.name for one in fields(PublicForm) if one.name not in (*PHOTOS, "consent", "channel_receipt", "held", "once"))
CARRIED = "carried-"
SEX_OF_ZONE = {"F": "female", "M": "male", "<": "unspecified", "X": "unspecified"}
FIELD_OF = {"unknown_unit": "unit"}
"""Refusals that are about one field, though they do not say so."""

LONGEST = 500
"""Characters of a field that are looked at; what is longer is no answer to anything the form asks."""

FILLED = P_("Filled in below. Please compare each field with the document: this check finds many typing errors, not all.")
DIGITS_WRONG = P_(
    "Filled in below, but the check digits do not fit: at least one character is wrong. Please compare these: {fields}."
)
NO_ZONE = P_("These are not the lines of a document. They have 2 lines of 44 or 36 characters, or 3 lines of 30.")


def labels(language: str) -> dict[str, str]:
    """Each field's label in a language."""
    return {field: said(label, language) for field, label in LABELS.items()}


async def typed_in(form: FormData, before: str = "") -> PublicForm:
    """What was sent, as typed; nothing is judged here. `before`: what the names of its fields begin with."""
    typed: dict[str, Any] = {field: text_of(form, before + field)[:LONGEST] for field in TEXTS}
    photos: dict[str, Any] = {field: await photo_of(form, before + field) for field in PHOTOS}
    held = frozenset(PHOTOS).intersection(one for one in form.getlist(before + "held") if isinstance(one, str))
    once = text_of(form, before + "once")[:64] or new_once()
    return PublicForm(consent=bool(text_of(form, before + "consent")), once=once, held=held, **typed, **photos)


def carried(typed: PublicForm, held: Held) -> list[tuple[str, str]]:
    """The fields of a form that waits on another page until somebody has shown again whose it is; its photos are held."""
    texts = [(field, getattr(typed, field)) for field in (*TEXTS, "once")]
    return [(CARRIED + name, text) for name, text in [*texts, *(("held", field) for field in sorted(held.fields))]]


def new_once() -> str:
    """What tells a form from all others."""
    return secrets.token_urlsafe(16)


def hold_photos(typed: PublicForm, *, address: str, at: datetime) -> Held:
    """The photos of a form that comes back; where they cannot be held at all they are lost, and the page is still drawn."""
    try:
        return form_photos.hold(typed, address=address, at=at)
    except Exception as error:
        log_trouble(error)
        return Held(lost=frozenset(field for field in PHOTOS if getattr(typed, field)))


def with_faults(problems: dict[str, str], held: Held, language: str) -> dict[str, str]:
    """What is wrong with each field, also with the photos, in the order of the page."""
    found = problems | {field: fault(code, language) for field, code in held.faults.items()}
    return {field: found[field] for field in (*LABELS, *found) if field in found}


def problems_of(refused: Refused, form: PublicForm, language: str) -> dict[str, str]:
    """What is wrong with each field, in the order of the page; empty for a refusal that is about no field."""
    if isinstance(refused, DraftRefused):
        codes = {one.field: str(one.code) for one in refused.problems}
    else:
        field = FIELD_OF.get(refused.code) or str(refused.values.get("field", ""))
        codes = {field: refused.code} if field else {}
    found = {field: fault(code, language, field=field, kind=form.document_kind) for field, code in codes.items()}
    return {field: found[field] for field in (*LABELS, *found) if field in found}


def filled(form: PublicForm, text: str, language: str, on: date) -> tuple[PublicForm, str, bool]:
    """The form with what a zone says; what the person is told, and whether something is wrong."""
    zone = read_zone(text, on)
    if zone is None:
        return form, said(NO_ZONE, language), True
    stated = {field: value for field, value in _stated(zone).items() if value}
    form = replace(form, **stated)
    if not zone.failed:
        return form, said(FILLED, language), False
    doubted = [str(part) for part in ZonePart if part in zone.failed and part in LABELS] or list(stated)
    named = said(P_(", "), language).join(said(LABELS[field], language) for field in doubted)
    return form, said(DIGITS_WRONG, language, fields=named), True


def _stated(zone: Zone) -> dict[str, Any]:
    return {
        "document_kind": DocumentKind.PASSPORT.value if zone.code.startswith("P") else "",
        "document_number": zone.number,
        "country": read_country(zone.issuer) or "",
        "name": zone.name,
        "birth_date": str(zone.birth_on or ""),
        "sex": SEX_OF_ZONE.get(zone.sex, ""),
        "nationality": read_country(zone.nationality) or "",
        "document_expires_on": str(zone.expires_on or ""),
    }
