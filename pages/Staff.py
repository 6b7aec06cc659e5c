"""Accounts: who works here, adding somebody, closing an account; the testing institutions liaisons work for."""

import streamlit as st

from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, institutions
from hbcore.services.accounts import Account, NewAccount
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.institutions import InstitutionSeen
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, refuse_unless_equal, say_after_rerun
from hbcore.ui.start import start_page
from hbcore.ui.unit_names import unit_choices
from hbcore.ui.words import _, language, role_name

PLACED = (Role.DISTRICT_STAFF, Role.SUPERVISOR, Role.CHECKPOINT_STAFF)


def show_accounts(held: tuple[Account, ...], units: dict[str, str]) -> None:
    """The list: active accounts first."""
    rows = [
        {
            _("Account"): account.name,
            _("Name"): account.full_name,
            _("Role"): role_name(account.role),
            _("Unit"): units.get(account.unit or "", ""),
            _("Institutions"): ", ".join(account.institutions),
            _("State"): _("Disabled") if account.disabled_at else _("Active"),
        }
        for account in held
    ]
    safe.table(rows, key="accounts")
    if len(held) == 1:
        st.info(_("You are alone here so far. Add the people who work at this desk; each gets an account of their own."))


def ask_account(role: Role, units: dict[str, str], listed: dict[str, str]) -> tuple[NewAccount, str, str] | None:
    """The form of one role; what was typed, once the button is pressed."""
    unit, works_for = None, []
    with st.form("new account", border=False):
        name = st.text_input(_("Account"), max_chars=40, placeholder=_("What is typed to sign in"), autocomplete="off")
        full_name = st.text_input(_("Name"), max_chars=40, placeholder=_("As colleagues know them"), autocomplete="off")
        if role in PLACED:
            unit = st.selectbox(_("Unit"), list(units), None, units.__getitem__, placeholder=_("Choose a unit"))
        if role == Role.LAB_LIAISON:
            places = _("Choose testing institutions")
            works_for = st.multiselect(_("Institutions"), list(listed), None, listed.__getitem__, placeholder=places)
        password = st.text_input(_("First password"), type="password", placeholder=_("10 characters or more"), autocomplete="off")
        again = st.text_input(_("Password once more"), type="password", autocomplete="off")
        pressed = st.form_submit_button(_("Add the account"), type="primary")
    return (NewAccount(name, role, unit, tuple(works_for), full_name), password, again) if pressed else None


def add(staff: Staff, units: dict[str, str], places: tuple[InstitutionSeen, ...]) -> None:
    """Add an account: the role first, as it decides what else is asked."""
    listed = {one.code: one.name for one in places if one.suspended_at is None}
    # Keyed by language: a choice keeps the words it was first drawn with.
    role = st.selectbox(_("Role"), list(Role), format_func=role_name, key=f"new role {language()}")
    if role == Role.LAB_LIAISON and not listed:
        st.info(_("There is no testing institution yet. Add one first."))
        return
    if typed := ask_account(role, units, listed):
        new, password, again = typed
        with errors_shown():
            refuse_unless_equal(password, again)
            added = accounts.add_staff(new, password, by=staff, at=now())
            say_after_rerun(_("Account {name} added.").format(name=added.name))


def confirm_disabling(account: Account, staff: Staff) -> None:
    """Ask before an account is closed: its holder is signed out at once."""
    st.text(_("Its holder is signed out at once and can't sign in any more. What they did stays on record."))
    safe.text(f"{account.name} · {account.full_name} · {role_name(account.role)}")
    if st.button(_("Disable the account"), type="primary"):
        with errors_shown():
            accounts.disable_staff(account.name, by=staff, at=now())
            say_after_rerun(_("Account {name} disabled.").format(name=account.name))


def disable(staff: Staff, held: tuple[Account, ...]) -> None:
    """Choose an account and close it."""
    active = {account.name: account for account in held if account.disabled_at is None}
    chosen = st.selectbox(_("Account"), list(active), None, placeholder=_("Choose an account"), key="to disable")
    if st.button(_("Disable…"), disabled=chosen is None, help=None if chosen else _("Choose an account first.")):
        st.dialog(_("Disable the account"))(confirm_disabling)(active[chosen], staff)


def keep_institutions(staff: Staff, units: dict[str, str], places: tuple[InstitutionSeen, ...]) -> None:
    """The testing institutions, and a form to add one."""
    if places:
        rows = [
            {
                _("Code"): one.code,
                _("Institution"): one.name,
                _("Unit"): units.get(one.unit, one.unit),
                _("State"): _("Suspended") if one.suspended_at else _("Active"),
            }
            for one in places
        ]
        safe.table(rows, key="institutions")
    else:
        st.info(_("There is no testing institution yet. Liaisons upload results for one."))
    with st.form("new institution", border=False):
        code = st.text_input(_("Institution code"), max_chars=32, placeholder=_("Capital letters and digits"), autocomplete="off")
        name = st.text_input(
            _("Institution name"), max_chars=80, placeholder=_("As its files and reports spell it"), autocomplete="off"
        )
        unit = st.selectbox(_("Unit"), list(units), None, units.__getitem__, placeholder=_("Choose a unit"))
        pressed = st.form_submit_button(_("Add the institution"), type="primary")
    if pressed:
        with errors_shown():
            added = institutions.add(code, name, unit or "", by=staff, at=now())
            say_after_rerun(_("Institution {code} added.").format(code=added.code))


staff = start_page(_("Staff"))
units = unit_choices()
held = accounts.listed(by=staff, at=now())
places = institutions.listed(by=staff, at=now())

show_accounts(held, units)
adding, closing, keeping = st.tabs([_("Add an account"), _("Close an account"), _("Testing institutions")])
with adding, st.container(width=560):
    add(staff, units, places)
with closing, st.container(width=560):
    disable(staff, held)
with keeping, st.container(width=720):
    keep_institutions(staff, units, places)
