"""The testing institutions: added, renamed, moved, suspended for a reason and resumed."""

import streamlit as st

from hbcore.services import institutions
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.institutions import MOST_A_SHIFT, InstitutionKept, InstitutionSeen
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.start import start_page
from hbcore.ui.unit_names import unit_name
from hbcore.ui.unit_picker import pick_unit
from hbcore.ui.words import N_, _, time_here

WHY_NOT = {"none chosen": N_("Choose an institution in the table first.")}
"""Why a button is grey."""


def add(staff: Staff) -> None:
    """A new institution."""
    code = st.text_input(_("Institution code"), max_chars=32, placeholder=_("Capital letters and digits"), autocomplete="off")
    name = st.text_input(
        _("Institution name"), max_chars=80, placeholder=_("As its files and reports spell it"), autocomplete="off"
    )
    unit = pick_unit("new institution")
    if st.button(_("Add the institution"), type="primary"):
        with errors_shown():
            added = institutions.add(code, name, unit or "", by=staff, at=now())
            say_after_rerun(_("Institution {code} added.").format(code=added.code))


def change(one: InstitutionSeen, staff: Staff) -> None:
    """Another name or unit."""
    safe.text(f"{one.code} · {one.name}")
    name = st.text_input(_("Institution name"), one.name, max_chars=80, autocomplete="off", key=f"name {one.code}")
    unit = pick_unit(f"unit {one.code}", one.unit)
    st.text(_("Results recorded so far stay counted where they were; those to come count in the new unit."))
    if st.button(_("Change the institution"), type="primary"):
        with errors_shown():
            institutions.change(one.code, name, unit or "", by=staff, at=now())
            say_after_rerun(_("Institution {code} changed.").format(code=one.code))


def set_limit(one: InstitutionSeen, staff: Staff) -> None:
    """How many positives of one account stand by themselves."""
    safe.text(f"{one.code} · {one.name}")
    st.text(
        _(
            "So many nucleic-acid or antigen positives of one person's own specimen stand at once, for each account and shift"
            " (from 08:00 and from 20:00). Further ones wait for a second account."
        )
    )
    positives = st.number_input(
        _("Positives an account and shift"), 0, MOST_A_SHIFT, one.positives_a_shift, key=f"limit {one.code}"
    )
    if st.button(_("Set the limit"), type="primary"):
        with errors_shown():
            institutions.set_limit(one.code, int(positives), by=staff, at=now())
            say_after_rerun(_("Institution {code} changed.").format(code=one.code))


def suspend(one: InstitutionSeen, staff: Staff) -> None:
    """Take no more of its results."""
    safe.text(f"{one.code} · {one.name}")
    st.text(_("Its files are refused from now on. What is recorded stays; its liaisons keep their accounts."))
    reason = st.text_input(_("Reason"), max_chars=200, autocomplete="off", key=f"reason {one.code}")
    if st.button(_("Suspend the institution"), type="primary"):
        with errors_shown():
            institutions.suspend(one.code, reason, by=staff, at=now())
            say_after_rerun(_("Institution {code} suspended.").format(code=one.code))


def resume(one: InstitutionSeen, staff: Staff) -> None:
    """Take its results again."""
    safe.text(f"{one.code} · {one.name}")
    safe.text(
        _("Suspended since {time}: {reason}").format(time=time_here(one.suspended_at or now()), reason=one.suspended_reason)
    )
    st.text(_("Its files are taken again from now on."))
    if st.button(_("Resume the institution"), type="primary"):
        with errors_shown():
            institutions.resume(one.code, by=staff, at=now())
            say_after_rerun(_("Institution {code} resumed.").format(code=one.code))


def show_institutions(listed: tuple[InstitutionKept, ...]) -> InstitutionSeen | None:
    """The list; the institution whose row is chosen."""
    rows = [
        {
            _("Code"): one.seen.code,
            _("Institution"): one.seen.name,
            _("Unit"): unit_name(one.seen.unit),
            _("Liaisons"): ", ".join(one.liaisons) or _("! none"),
            _("Positives a shift"): one.seen.positives_a_shift,
            _("Last upload"): time_here(one.last_upload_at) if one.last_upload_at else _("Never"),
            _("State"): _("Suspended") if one.seen.suspended_at else _("Active"),
            _("Reason"): one.seen.suspended_reason or "",
        }
        for one in listed
    ]
    chosen = safe.chooser(rows, key="institutions")
    return listed[chosen].seen if chosen is not None else None


def acts(chosen: InstitutionSeen | None, staff: Staff) -> None:
    """What may be done, with the chosen one where one is needed."""
    if st.button(_("Add an institution…"), type="primary"):
        st.dialog(_("Add the institution"))(add)(staff)
    needs = {"disabled": chosen is None, "help": None if chosen else _(WHY_NOT["none chosen"])}
    if st.button(_("Change…"), **needs) and chosen:
        st.dialog(_("Change the institution"))(change)(chosen, staff)
    if st.button(_("Limit of positives…"), **needs) and chosen:
        st.dialog(_("Limit of positives"))(set_limit)(chosen, staff)
    if chosen is not None and chosen.suspended_at is not None:
        if st.button(_("Resume…")):
            st.dialog(_("Resume the institution"))(resume)(chosen, staff)
    elif st.button(_("Suspend…"), **needs) and chosen:
        st.dialog(_("Suspend the institution"))(suspend)(chosen, staff)


def show(staff: Staff) -> None:
    """The page."""
    listed = institutions.kept(by=staff, at=now())
    above = st.container(horizontal=True, vertical_alignment="center")
    chosen = None
    if listed:
        chosen = show_institutions(listed)
    else:
        st.info(_("There is no testing institution yet. Liaisons upload results for one."))
    with above:
        acts(chosen, staff)
        if listed and chosen is None:
            st.caption(_(WHY_NOT["none chosen"]))


staff = start_page(_("Institutions"))
with errors_shown():
    show(staff)
