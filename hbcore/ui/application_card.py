"""One application on the right: who, the clock, the checks, what differs, and what was stated once it is asked for."""

from datetime import datetime

import streamlit as st

from hbcore.domain.applicants import Applicant, Sex
from hbcore.domain.application_checks import Pair
from hbcore.services.applications import ApplicationView
from hbcore.ui import safe
from hbcore.ui.application_words import (
    country,
    field_name,
    found_words,
    moment,
    reason_name,
    remaining_in_words,
    state_name,
    step_in_words,
    words_of,
)
from hbcore.ui.notice_words import in_words
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import N_, _

SEXES = {Sex.FEMALE: N_("Female"), Sex.MALE: N_("Male"), Sex.UNSPECIFIED: N_("Not stated on the document")}


def show_application(view: ApplicationView, at: datetime) -> None:
    """One application, masked: who, the clock, the checks."""
    line = view.line
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        safe.text(line.receipt)
        safe.text(" · ".join(part for part in (state_name(line.state), remaining_in_words(line, at)) if part))
    with st.container(gap=None):
        safe.text(" · ".join((line.name, *words_of(line.kind, line.country), line.number)))
        safe.text(f"{unit_name(line.unit)} · {_('submitted')} {moment(line.submitted_at, at)}")
    with st.container(gap="xsmall"):
        _show_checks(view)
    show_history(view, at)


def show_history(view: ApplicationView, at: datetime) -> None:
    """What happened to it, what the applicant was told of it, and what colleagues noted."""
    if not view.steps and not view.notes and not view.notices:
        return
    with st.container(gap=None):
        for step in view.steps:
            safe.text(f"· {step_in_words(step, at)}")
        for notice in view.notices:
            safe.text(f"@ {in_words(notice, at)}")
        for note in view.notes:
            safe.text(f"“{note.text}” {note.by} · {moment(note.at, at)}")


def _show_checks(view: ApplicationView) -> None:
    line = view.line
    for found in line.findings:
        safe.text(found_words(found))
        if found.pairs:
            safe.table([_side_by_side(pair) for pair in found.pairs], key=f"sides {found.check} {line.id}")
    if view.changed_by_staff:
        safe.text(f"! {_('Staff changed name or number: a second person decides')}")
    if line.remind:
        safe.text(f"! {_('No answer for three days: remind the applicant')}")
    if line.answered:
        safe.text(f"i {_('The applicant has answered')}")
    if view.reasons:
        safe.text("i " + _("Reasons: {reasons}").format(reasons=_("; ").join(map(reason_name, view.reasons))))


def _side_by_side(pair: Pair) -> dict[str, str]:
    return {_("Field"): field_name(pair.field), _("Application"): pair.stated, _("Held against"): pair.other}


def show_stated(one: Applicant) -> None:
    """What the applicant stated, in full: only after it was asked for, which is a look-up of its own."""
    stated = {
        _("Name"): one.name,
        _("Document number"): one.document.number,
        _("Birth date"): str(one.birth_on or ""),
        _("Sex"): _(SEXES[one.sex]) if one.sex else "",
        _("Nationality or region"): country(one.nationality),
        _("Phone"): one.phone or "",
        _("E-mail"): one.email or "",
        _("Address in Hubei"): one.address or "",
        _("Entry date"): str(one.entry_on or ""),
        _("The channel's receipt"): one.channel_receipt or "",
    }
    safe.table([{_("Field"): field, _("Stated"): value} for field, value in stated.items() if value])
