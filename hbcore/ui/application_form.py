"""Typing an application in, at the counter or as an answer: what was typed stays, each fault stands under its field."""

from datetime import date

import streamlit as st

from hbcore.domain.applicants import Applicant, Sex
from hbcore.domain.vocabulary import PROVINCE, DocumentKind
from hbcore.services import applications
from hbcore.services.acting import Staff
from hbcore.services.applications import ApplicationView, Draft, DraftRefused, Receipt
from hbcore.services.clock import now
from hbcore.services.countries import country_codes
from hbcore.services.saved_drafts import Place
from hbcore.ui import safe
from hbcore.ui.application_card import SEXES
from hbcore.ui.application_words import country, kind_name, why
from hbcore.ui.drafted import KEPT_AFTER, drafted, entered, look_again
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.unit_names import choices_below
from hbcore.ui.words import N_, _

KINDS = tuple(kind for kind in DocumentKind if kind is not DocumentKind.RESIDENT_ID)
YES_NO = {"yes": N_("Yes"), "no": N_("No")}
FAULTS = "faults of the draft"
GIVEN = "receipt given"
ANSWERING = "answering"
PLACEHOLDER_DAY = "1988-03-12"
KEYS = tuple(f"draft {field}" for field in Draft.__dataclass_fields__)
"""The keys of the fields: what is typed in them is kept as a draft."""
CHOSEN = ("document_kind", "country", "sex", "nationality", "unit", "symptoms", "contact")
"""The fields in which one chooses."""


def show_form(staff: Staff) -> None:
    """The form, or the receipt of what it has just entered."""
    if (given := st.session_state.get(GIVEN)) is not None:
        _show_receipt(given)
        return
    answering: int | None = st.session_state.get(ANSWERING)
    if answering is not None and st.button(_("Leave the corrections"), type="tertiary"):
        _clear()
        st.rerun()
    # No form around the fields: it would hold back what was typed, and a draft could not be kept.
    blank = dict.fromkeys(map(_key, CHOSEN))
    with drafted(Place.APPLICATION, KEYS, staff, subject=answering or 0, blank=blank):
        _choose_kind()
        _fields(staff)
    if st.button(_("Enter the application") if answering is None else _("Enter the corrections"), type="primary"):
        _submit(staff, answering)


def begin_answer(view: ApplicationView) -> None:
    """Fill the form with what was stated, to type in what the applicant corrected."""
    if view.applicant is not None:
        _clear()
        for field, value in _typed(view.applicant, view.line.unit).items():
            st.session_state[_key(field)] = value
        st.session_state[ANSWERING] = view.line.id
        look_again(Place.APPLICATION, subject=view.line.id)


def _typed(one: Applicant, unit: str) -> dict[str, object]:
    def day(on: date | None) -> str:
        return on.isoformat() if on else ""

    def yes(said: bool | None) -> str | None:
        return None if said is None else "yes" if said else "no"

    issuer = one.document.country
    return {
        "document_kind": one.document.kind,
        "document_number": one.document.number,
        "country": issuer if issuer in country_codes() else None,
        "name": one.name,
        "birth_date": day(one.birth_on),
        "sex": one.sex,
        "nationality": one.nationality,
        "phone": one.phone or "",
        "email": one.email or "",
        "unit": unit,
        "address": one.address or "",
        "entry_date": day(one.entry_on),
        "symptoms": yes(one.symptoms),
        "contact": yes(one.contact),
    }


def _key(field: str) -> str:
    return f"draft {field}"


def _clear() -> None:
    for key in [str(key) for key in st.session_state if str(key).startswith("draft ")]:
        del st.session_state[key]
    look_again(Place.APPLICATION, subject=st.session_state.get(ANSWERING) or 0)
    for key in (FAULTS, ANSWERING):
        st.session_state.pop(key, None)


def _choose_kind() -> None:
    st.selectbox(
        _("Kind of document"),
        KINDS,
        None,
        kind_name,
        key=_key("document_kind"),
        help=_("Holders of a resident identity card use the residents' channel."),
        placeholder=_("Choose a kind of document"),
        persist_state="session",
    )
    _fault("document_kind")


def _fields(staff: Staff) -> None:
    passport = st.session_state.get(_key("document_kind")) == DocumentKind.PASSPORT
    left, right = st.columns(2, gap="medium")
    with left:
        _text("document_number", _("Document number"))
        if passport:
            _choice("country", _("Issuing country or region"), country_codes(), country)
        _text("name", _("Name as on the document"))
        _text("birth_date", _("Birth date"), PLACEHOLDER_DAY)
        _choice("sex", _("Sex"), tuple(Sex), lambda sex: _(SEXES[sex]))
        _choice("nationality", _("Nationality or region"), country_codes(), country)
    with right:
        _text("phone", _("Phone (any country)"), "+852 9123 4567")
        _text("email", _("or e-mail"), "name@example.org")
        _choose_unit(staff)
        _text("address", _("Address in Hubei"))
        if passport:
            _text("entry_date", _("Date of entry"), PLACEHOLDER_DAY)
        _yes_no("symptoms", _("Fever, cough or other symptoms within 14 days?"))
        _yes_no("contact", _("Contact with a case within 14 days?"))
        safe.text(_("A yes does not block approval. It goes on record and is looked into."))


def _text(field: str, label: str, placeholder: str = "") -> None:
    st.text_input(
        safe.inert(label),
        key=_key(field),
        placeholder=placeholder,
        max_chars=200,
        autocomplete="off",
        persist_state="session",
        live=KEPT_AFTER,
    )
    _fault(field)


def _choice(field: str, label: str, options: tuple[str, ...], words: object) -> None:
    named = words if callable(words) else str
    hint = _("Choose…")
    st.selectbox(safe.inert(label), options, None, named, key=_key(field), placeholder=hint, persist_state="session")
    _fault(field)


def _choose_unit(staff: Staff) -> None:
    choices = {code: name for code, name in choices_below(staff.unit or "").items() if code != PROVINCE}
    _choice("unit", _("Unit"), tuple(choices), choices.__getitem__)


def _yes_no(field: str, label: str) -> None:
    st.radio(
        safe.inert(label),
        tuple(YES_NO),
        None,
        format_func=lambda word: _(YES_NO[word]),
        key=_key(field),
        horizontal=True,
        persist_state="session",
    )
    _fault(field)


def _fault(field: str) -> None:
    code = st.session_state.get(FAULTS, {}).get(field)
    if code:
        safe.text(f"✗ {why(code)}")


def _submit(staff: Staff, answering: int | None) -> None:
    draft = Draft(**{field: str(st.session_state.get(_key(field)) or "") for field in Draft.__dataclass_fields__})
    with errors_shown():
        try:
            if answering is None:
                st.session_state[GIVEN] = applications.enter(draft, by=staff, at=now())
            else:
                applications.answer(answering, draft, by=staff, at=now())
        except DraftRefused as refused:
            st.session_state[FAULTS] = {problem.field: problem.code for problem in refused.problems}
            st.rerun()
        entered(Place.APPLICATION, staff, subject=answering or 0)
        _clear()
        if answering is None:
            st.rerun()
        say_after_rerun(_("The corrections are entered; the clock goes on."))


def _show_receipt(given: Receipt) -> None:
    with st.container(border=True, width=560):
        safe.text(_("The application is entered. A colleague decides on it."))
        left, right = st.columns(2)
        with left:
            safe.text(_("Receipt number"))
            st.code(given.number, language=None)
        with right:
            safe.text(_("Secret (shown this once)"))
            st.code(given.secret, language=None)
        safe.text(_("Write both down for the applicant: together they show how the application stands."))
        if st.button(_("Done, enter the next one"), type="primary"):
            st.session_state.pop(GIVEN)
            st.rerun()
