"""The units: who serves where; offices and development zones are added, names are changed."""

import streamlit as st

from hbcore.services import settings, unit_keeping
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.unit_keeping import MAY_HOLD_OFFICES, UnitKept
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.form_limits import show_form_limits
from hbcore.ui.kept_days import show_days
from hbcore.ui.links import link
from hbcore.ui.mail_settings import show_mail
from hbcore.ui.start import start_page
from hbcore.ui.unit_names import forget_units, unit_name
from hbcore.ui.words import N_, _, language

LEVELS = {
    "province": N_("Province"),
    "prefecture": N_("Prefecture"),
    "group": N_("Group"),
    "county": N_("County or district"),
    "office": N_("Office or zone"),
}
WHY_NOT = {
    "none chosen": N_("Choose a unit in the table first."),
    "no office": N_("Offices stand below provinces, prefectures and counties."),
}
"""Why a button is grey."""

INDENT = {"province": "", "prefecture": "\u3000", "group": "\u3000", "county": "\u3000\u3000", "office": "\u3000\u3000\u3000"}


def add_office(above: UnitKept, staff: Staff) -> None:
    """An office or a development zone below a unit."""
    safe.text(
        _("Below {unit}. It gets a code of its own: {code} and two digits.").format(
            unit=above.unit.name(language()), code=f"{above.unit.code}-"
        )
    )
    name_zh, name_en = ask_names("", "")
    if st.button(_("Add the office"), type="primary"):
        with errors_shown():
            added = unit_keeping.add(above.unit.code, name_zh, name_en, by=staff, at=now())
            forget_units()
            say_after_rerun(_("Unit {code} added.").format(code=added.code))


def rename(kept: UnitKept, staff: Staff) -> None:
    """Other names for a unit."""
    safe.text(f"{kept.unit.code} · {kept.unit.name_zh} · {kept.unit.name_en}")
    name_zh, name_en = ask_names(kept.unit.name_zh, kept.unit.name_en)
    st.text(_("The new name stands everywhere from now on, also beside earlier figures. The code stays."))
    if st.button(_("Rename the unit"), type="primary"):
        with errors_shown():
            unit_keeping.rename(kept.unit.code, name_zh, name_en, by=staff, at=now())
            forget_units()
            say_after_rerun(_("Unit {code} renamed.").format(code=kept.unit.code))


def ask_names(zh: str, en: str) -> tuple[str, str]:
    """A name in each language."""
    name_zh = st.text_input(_("Chinese name"), zh, max_chars=40, autocomplete="off")
    name_en = st.text_input(
        _("English name"), en, max_chars=40, placeholder=_("As the Chinese name where empty"), autocomplete="off"
    )
    return name_zh, name_en


def change_hotline(number: str, staff: Staff) -> None:
    """Another telephone number."""
    st.text(_("It stands in the reasons of codes and below every person's card, from now on."))
    typed = st.text_input(_("Telephone number"), number, max_chars=30, autocomplete="off")
    if st.button(_("Change the hotline"), type="primary"):
        with errors_shown():
            kept = settings.change_hotline(typed, by=staff, at=now())
            say_after_rerun(_("The hotline is {number} from now on.").format(number=kept))


def show_hotline(staff: Staff) -> None:
    """Where people are told to ask."""
    number = settings.hotline_now(by=staff, at=now())
    with st.container(horizontal=True, vertical_alignment="center"):
        safe.text(_("Hotline for questions about a code: {number}").format(number=number))
        if st.button(_("Change…"), key="hotline"):
            st.dialog(_("Change the hotline"))(change_hotline)(number, staff)


def show_units(listed: list[UnitKept]) -> UnitKept | None:
    """The tree; the unit whose row is chosen."""
    rows = [
        {
            _("Unit"): INDENT[one.unit.level] + one.unit.name(language()),
            _("Code"): one.unit.code,
            _("Level"): _(LEVELS[one.unit.level]),
            _("Staff"): one.staff,
            _("Served by"): served(one),
        }
        for one in listed
    ]
    chosen = safe.chooser(rows, key="units")
    return listed[chosen] if chosen is not None else None


def served(one: UnitKept) -> str:
    """Whose staff serve a unit; nobody is marked."""
    if one.unit.level == "group":
        return "–"
    if one.served_by is None:
        return _("! nobody")
    return _("its own staff") if one.served_by == one.unit.code else unit_name(one.served_by)


def acts(chosen: UnitKept | None, staff: Staff) -> None:
    """What may be done with the chosen unit."""
    holds = chosen is not None and chosen.unit.level in MAY_HOLD_OFFICES
    if (
        st.button(
            _("Add an office below…"),
            disabled=not holds,
            help=None if holds else _(WHY_NOT["none chosen"]) if chosen is None else _(WHY_NOT["no office"]),
            type="primary",
        )
        and chosen
    ):
        st.dialog(_("Add an office"))(add_office)(chosen, staff)
    if st.button(_("Rename…"), disabled=chosen is None, help=None if chosen else _(WHY_NOT["none chosen"])) and chosen:
        st.dialog(_("Rename the unit"))(rename)(chosen, staff)
    if chosen is None:
        st.caption(_(WHY_NOT["none chosen"]))
    else:
        link("Staff", _("Its staff →"), unit=chosen.unit.code)


def show(staff: Staff) -> None:
    """The page."""
    listed = list(unit_keeping.kept(by=staff, at=now()))
    alone = sum(one.served_by is None and one.unit.level != "group" for one in listed)
    if alone:
        st.text(
            _("Units that nobody serves: {count} of {all}. Reviewers and supervisors serve their own unit and below.").format(
                count=alone, all=len(listed)
            )
        )
    above = st.container(horizontal=True, vertical_alignment="center")
    only = st.toggle(_("Only units that nobody serves"), key="alone")
    shown = [one for one in listed if not only or (one.served_by is None and one.unit.level != "group")]
    chosen = show_units(shown)
    with above:
        acts(chosen, staff)
    st.subheader(_("Settings of the desk"), anchor=False)
    show_hotline(staff)
    show_days(staff)
    show_form_limits(staff)
    show_mail(staff)


staff = start_page(_("Units"))
with errors_shown():
    show(staff)
