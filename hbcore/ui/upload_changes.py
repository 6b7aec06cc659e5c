"""The uploads of a unit's institutions for its supervisor; of one that is opened, whose codes it changed, once asked for."""

from collections.abc import Sequence

import streamlit as st

from hbcore.domain.vocabulary import Purpose
from hbcore.services import upload_changes
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.upload_changes import MOST, UploadSeen, WhoTurned
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown
from hbcore.ui.lab_report import ROW_WORDS, change_words, listed_figures, row_words
from hbcore.ui.links import link_to_person
from hbcore.ui.locale_words import number_here
from hbcore.ui.recalls import show_standing
from hbcore.ui.recording_progress import state_words
from hbcore.ui.upload_opened import open_upload
from hbcore.ui.waiting import busy, first_read, nothing_here
from hbcore.ui.words import _, time_here

WHO = "who turned"


def show_unit_uploads(staff: Staff) -> None:
    """The newest uploads; one that is chosen is opened."""
    with first_read("uploads of the unit"):
        seen = upload_changes.listed(by=staff, at=now())
    st.subheader(_("Uploads"), anchor=False)
    if not seen:
        nothing_here(_("No upload yet."), _("What institutions of your unit and below upload stands here."))
        return
    figures = [*(_(text) for text in ROW_WORDS.values()), _("Codes that changed")]
    key = f"uploads of the unit {seen[0].number} {len(seen)}"
    place = safe.chooser([_line(one) for one in seen], key=key, grouped=figures)
    if len(seen) >= MOST:
        st.caption(_("The list holds the newest {n}; scroll in it to see them all.").format(n=MOST))
    if place is not None:
        open_upload(seen[place].number)


def _line(one: UploadSeen) -> dict[str, object]:
    figures = listed_figures(one.rows, recalled=one.recalled)
    named = {_("Upload"): one.number, _("When"): time_here(one.at), _("By"): one.by, _("Testing institution"): one.institution}
    state = {_("State"): state_words(one.how_far, one.so_far, recalled=one.recalled)}
    return {**named, **state, **figures, _("Codes that changed"): sum(one.codes.values())}


def show_unit_upload(number: str, staff: Staff) -> None:
    """One of them: where it stands, and whose codes it changed."""
    one = upload_changes.one(number, by=staff, at=now())
    with st.container(border=True):
        st.subheader(safe.inert(_("Upload {number}").format(number=one.number)), anchor=False)
        parts = (one.institution, time_here(one.at), one.by, state_words(one.how_far, one.so_far, recalled=one.recalled))
        safe.text(" · ".join(parts))
        words = row_words(recalled=one.recalled)
        safe.text(" · ".join(f"{_(text)} {number_here(one.rows[word])}" for word, text in words.items()))
        show_standing(one.number, staff)
        if not one.codes:
            st.text(_("It changed no code."))
            return
        st.text(_("Whose codes changed? The list is recorded as a look-up."))
        with st.container(horizontal=True):
            for change, n in one.codes.items():
                if st.button(safe.inert(change_words(change, n)), key=f"who {one.number} {change}"):
                    _open(one.number, change, staff)
        found: WhoTurned | None = st.session_state.get(WHO)
        if found and found.number == one.number:
            _show_people(found)


def _open(number: str, change: str, staff: Staff) -> None:
    with errors_shown(), busy(_("Opening the rows …")):
        st.session_state[WHO] = upload_changes.who(number, change, by=staff, at=now())


def _show_people(found: WhoTurned) -> None:
    if found.people:
        place = safe.chooser(_people(found), key=f"turned {found.number} {found.change}")
        if place is not None:
            link_to_person(_("Open the person →"), found.people[place].person, Purpose.CORRECT_RESULT)
    if found.in_unit > len(found.people):
        st.caption(_("The first {n} are shown.").format(n=number_here(len(found.people))))
    if found.elsewhere:
        st.caption(_("{n} more live in other units.").format(n=number_here(found.elsewhere)))


def _people(found: WhoTurned) -> Sequence[dict[str, object]]:
    return [{_("Name"): one.name, _("Document number"): one.document} for one in found.people]
