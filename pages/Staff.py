"""Accounts: who works here; adding somebody, changing, closing and opening accounts."""

import streamlit as st

from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, institutions
from hbcore.services.accounts import Account
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.institutions import InstitutionSeen
from hbcore.ui import safe, staff_acts
from hbcore.ui.errors import errors_shown
from hbcore.ui.start import start_page
from hbcore.ui.unit_names import choices_below, unit_choices
from hbcore.ui.words import N_, _, language, role_name, time_here

STATES = {"active": N_("Active"), "disabled": N_("Disabled"), "one_time": N_("One-time password")}


def state(account: Account) -> str:
    """The word of `STATES` for an account."""
    if account.disabled_at:
        return "disabled"
    return "one_time" if account.one_time_until else "active"


def ask_filters() -> tuple[str, Role | None, str | None, str | None]:
    """What the list is narrowed to; unit and state may stand in the address, so that other pages can link here."""
    spoken = language()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(_("Account or name"), max_chars=40, placeholder=_("Part of it"), key="sought", width=220)
        role = st.selectbox(_("Role"), list(Role), None, role_name, placeholder=_("All roles"), key=f"role {spoken}", width=200)
        units = unit_choices()
        asked = st.query_params.get("unit")
        place = list(units).index(asked) if asked in units else None
        unit = st.selectbox(
            _("Unit and below"),
            list(units),
            place,
            units.__getitem__,
            placeholder=_("All units"),
            key=f"in unit {spoken}",
            width=260,
        )
        stands = st.query_params.get("state")
        how = st.selectbox(
            _("State"),
            list(STATES),
            list(STATES).index(stands) if stands in STATES else None,
            lambda one: _(STATES[one]),
            placeholder=_("All"),
            key=f"state {spoken}",
            width=170,
        )
    return text.strip().casefold(), role, unit, how


def narrowed(held: tuple[Account, ...]) -> list[Account]:
    """The accounts that the filters leave."""
    text, role, unit, how = ask_filters()
    below = choices_below(unit) if unit else {}
    return [
        one
        for one in held
        if (not text or text in one.name or text in one.full_name.casefold())
        and (role is None or one.role == role)
        and (unit is None or one.unit in below)
        and (how is None or state(one) == how)
    ]


def first_of(names: list[str]) -> str:
    """The first name and how many more: a column holds one."""
    return f"{names[0]} +{len(names) - 1}" if len(names) > 1 else "".join(names)


def show_accounts(shown: list[Account], places: tuple[InstitutionSeen, ...]) -> Account | None:
    """The list; the account whose row is chosen."""
    units, named = unit_choices(), {one.code: one.name for one in places}
    rows = [
        {
            _("Account"): one.name,
            _("Name"): one.full_name,
            _("Role"): role_name(one.role),
            _("Unit"): units.get(one.unit or "", one.unit or ""),
            _("Institutions"): first_of([named.get(code, code) for code in one.institutions]),
            _("Second factor"): _("On") if one.second_factor else "–",
            _("Last sign-in"): time_here(one.signed_in_at) if one.signed_in_at else _("Never"),
            _("State"): _(STATES[state(one)]),
        }
        for one in shown
    ]
    chosen = safe.chooser(rows, key="accounts")
    return shown[chosen] if chosen is not None else None


def show(staff: Staff) -> None:
    """The page."""
    held = accounts.listed(by=staff, at=now())
    places = institutions.listed(by=staff, at=now())
    staff_acts.show_once()
    if len(held) == 1:
        st.info(_("You are alone here so far. Add the people who work at this desk; each gets an account of their own."))
    shown = narrowed(held)
    above = st.container(horizontal=True, vertical_alignment="center")
    account = None
    if shown:
        account = show_accounts(shown, places)
    else:
        st.info(_("No account fits these filters."))
    with above:
        if st.button(_("Add an account…"), type="primary"):
            st.dialog(_("Add an account"))(staff_acts.add)(staff, places)
        staff_acts.buttons(account, staff, places)


staff = start_page(_("Staff"))
with errors_shown():
    show(staff)
