"""What identifies a person: everything revealed on a click, the documents over time, a renewed one added."""

import streamlit as st

from hbcore.domain.vocabulary import DocumentKind
from hbcore.services import identity
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.countries import country_codes
from hbcore.services.identity import AddedFor, HeldDocument, Revealed, Source
from hbcore.services.people import PersonCard
from hbcore.ui import safe
from hbcore.ui.application_words import country, kind_name, moment
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.person_shown import keep, kept
from hbcore.ui.words import N_, _

SOURCES = {
    Source.APPLICATION: N_("Application"),
    Source.UPLOAD: N_("Upload of results"),
    Source.STAFF: N_("Added by staff"),
}
REASONS = {
    AddedFor.RENEWED: N_("Renewed"),
    AddedFor.LOST: N_("Issued anew after a loss"),
    AddedFor.SECOND_DOCUMENT: N_("A second document, valid beside the first"),
}
KINDS = (DocumentKind.PASSPORT, *(kind for kind in DocumentKind if kind is not DocumentKind.PASSPORT))
REVEALED = "revealed"


def show_reveal(card: PersonCard, staff: Staff) -> None:
    """The button, until it is pressed."""
    if isinstance(kept(REVEALED), Revealed):
        return
    if st.button(
        _("Reveal"),
        key="reveal",
        help=_("Name, documents and phone in full, until another search. Recorded with the purpose of this search."),
    ):
        with errors_shown():
            keep(REVEALED, identity.reveal(card.id, by=staff, at=now()))
            st.rerun()


def show_revealed() -> None:
    """Name, documents and phone in full, once they were asked for."""
    revealed = kept(REVEALED)
    if isinstance(revealed, Revealed):
        with st.container(key="revealed", gap=None, border=True):
            safe.text(revealed.name)
            for one in revealed.documents:
                safe.text(" ".join(word for word in (kind_name(one.kind), one.number, country(one.country)) if word))
            safe.text(_("Phone {number}").format(number=revealed.phone) if revealed.phone else _("No phone on record"))


def show_documents(card: PersonCard, staff: Staff) -> None:
    """The documents, the newest first, and the form for another one."""
    at = now()
    with errors_shown():
        held = identity.documents(card.id, by=staff, at=at)
        safe.table([_line(one) for one in reversed(held)], key="documents")
    with st.expander(_("Add a renewed document")), st.form("add document", border=False):
        _form(card, staff)


def _line(one: HeldDocument) -> dict[str, str]:
    return {
        _("Number"): one.number,
        _("Kind"): kind_name(one.kind),
        _("Country or region"): country(one.country) or "–",
        _("Held since"): moment(one.held_since, now()) if one.held_since else _("not kept then"),
        _("Known from"): _(SOURCES[one.source]) if one.source else "–",
    }


def _form(card: PersonCard, staff: Staff) -> None:
    first, second = st.columns(2)
    kind = first.selectbox(_("Kind of document"), KINDS, 0, kind_name)
    number = second.text_input(_("Number of the new document"), max_chars=40, autocomplete="off")
    issuer = first.selectbox(
        _("Issuing country or region (passports)"), country_codes(), None, country, placeholder=_("Type to search")
    )
    reason = second.selectbox(_("Reason"), list(REASONS), None, _reason, placeholder=_("Why is it added?"))
    st.text(_("The old document stays: the person is found by both, and results under either are theirs."))
    if not st.form_submit_button(_("Add the document"), type="primary"):
        return
    if reason is None or not number.strip():
        st.warning(_("Type the number first.") if reason else _("Choose a reason first."))
        return
    with errors_shown():
        identity.add_document(card.id, kind, number, issuer or "", reason, by=staff, at=now())
        say_after_rerun(_("The document is added. The person is found by both numbers."))


def _reason(reason: AddedFor) -> str:
    return _(REASONS[reason])
