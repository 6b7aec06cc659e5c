"""For how many days photos, normal temperatures and expired codes are kept, and how that is changed."""

from dataclasses import dataclass

import streamlit as st

from hbcore.services import settings
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.settings import DAYS, Kept
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.words import N_, _


@dataclass(frozen=True)
class Words:
    """How long it is kept, what a change is called, what else is to be known, what the number is."""

    said: str
    title: str
    more: str
    days: str


WORDS = {
    Kept.PHOTOS: Words(
        N_("Applicants' photos are deleted so many days after the decision: {days}"),
        N_("Days until applicants' photos are deleted"),
        N_("Photos of documents and entry stamps are deleted for good. 0: with the decision."),
        N_("Days after the decision"),
    ),
    Kept.READINGS: Words(
        N_("Normal temperatures at gates are deleted after so many days: {days}"),
        N_("Days until normal temperatures are deleted"),
        N_("Deleted for good, the night after. What was abnormal stays, and so do the counts of past days."),
        N_("Days after the reading"),
    ),
    Kept.CODES: Words(
        N_("Codes leave the register so many days after they expired: {days}"),
        N_("Days until expired codes leave the register"),
        N_("Such a code still reads as expired, but no longer says whose it was. Logs are kept 184 days by law."),
        N_("Days after it expired"),
    ),
}


def show_days(staff: Staff) -> None:
    """A line and a button for each."""
    for kept, days in settings.days_now(by=staff, at=now()).items():
        with st.container(horizontal=True, vertical_alignment="center"):
            safe.text(_(WORDS[kept].said).format(days=days))
            if st.button(_("Change…"), key=str(kept)):
                st.dialog(_(WORDS[kept].title))(_change)(kept, days, staff)


def _change(kept: Kept, days: int, staff: Staff) -> None:
    allowed = DAYS[kept]
    st.text(_(WORDS[kept].more))
    typed = st.number_input(_(WORDS[kept].days), allowed.least, allowed.most, days)
    if st.button(_("Change the days"), type="primary"):
        with errors_shown():
            settings.change_days(kept, int(typed), by=staff, at=now())
            say_after_rerun(_("Changed: it counts from now on."))
