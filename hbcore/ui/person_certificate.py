"""A test certificate from a card: which result, which language first, what will stand on it, then the paper."""

from datetime import datetime

import streamlit as st

from hbcore.domain.permissions import Permission, may
from hbcore.services import certificates
from hbcore.services.acting import Staff
from hbcore.services.certificate_issuing import Printed, Wanted, choices, wanted_of
from hbcore.services.clock import now
from hbcore.services.people import PersonCard
from hbcore.ui import safe
from hbcore.ui.application_words import here, why
from hbcore.ui.errors import errors_shown
from hbcore.ui.person_shown import keep, kept
from hbcore.ui.person_words import result_line
from hbcore.ui.waiting import busy
from hbcore.ui.words import N_, _, language

PRINTED = "certificate printed"
ORDERS = {"zh": N_("Chinese first"), "en": N_("English first")}
PDF = "application/pdf"


def show_print(card: PersonCard, staff: Staff) -> None:
    """The button on a card; grey, with why, where there is nothing to certify."""
    if not may(staff.role, Permission.PRINT_CERTIFICATES):
        return
    nothing = not choices(card)
    pressed = st.button(
        _("Print certificate…"),
        key="print certificate",
        disabled=nothing,
        help=_("There is no result on record to certify.") if nothing else _("Recorded with the purpose of this search."),
    )
    if pressed:
        keep(PRINTED, None)
        st.dialog(_("Print a test certificate"), width="medium")(ask)(card, staff)


def ask(card: PersonCard, staff: Staff) -> None:
    """Which result and which language; then what will stand on the paper, masked here and in full there."""
    at, found = now(), choices(card)
    place = st.selectbox(
        _("Result"),
        range(len(found)),
        0,
        lambda one: safe.inert(result_line(found[one][0], at)),
        key="certificate result",
    )
    first = ask_order("certificate order")
    shown, refused = found[place or 0]
    if refused:
        st.warning(safe.inert(why(refused)))
        return
    wanted = wanted_of(shown)
    with errors_shown():
        for label, value in certificates.preview(card.id, wanted, place=card.place, by=staff, at=at):
            safe.text(_("{part}: {said}").format(part=here(label), said=here(value)))
        st.caption(_("On paper: name and number in full, both languages, a signed code, the 12 digits and how to check them."))
        _print(card, wanted, first, staff, at)


def _print(card: PersonCard, wanted: Wanted, first: str, staff: Staff, at: datetime) -> None:
    if st.button(_("Make the certificate"), type="primary", key="make certificate"):
        with busy(_("Signing and drawing …")):
            keep(
                PRINTED, (wanted, first, certificates.print_one(card.id, wanted, first=first, place=card.place, by=staff, at=at))
            )
    standing = kept(PRINTED)
    if isinstance(standing, tuple) and standing[:2] == (wanted, first):
        hand_over(standing[2])


def ask_order(key: str) -> str:
    """Which language comes first on the paper."""
    chosen = st.segmented_control(
        _("Languages on the paper"),
        list(ORDERS),
        default=language(),
        required=True,
        format_func=lambda one: _(ORDERS[one]),
        key=key,
    )
    return str(chosen or "zh")


def hand_over(printed: Printed) -> None:
    """The file, from this session alone: no address leads to it without one."""
    st.download_button(_("Download the PDF"), printed.content, printed.name, PDF, on_click="ignore", type="primary")
