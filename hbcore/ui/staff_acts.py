"""Dialogs on the page of staff: each names whom it concerns and what will happen."""

from collections.abc import Callable, Sequence

import streamlit as st

from hbcore.domain.vocabulary import Role
from hbcore.services import account_changes, accounts, second_factor
from hbcore.services.accounts import Account, NewAccount
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.institutions import InstitutionSeen
from hbcore.services.passwords import OneTimePassword
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.unit_picker import pick_unit
from hbcore.ui.words import N_, _, language, role_name, time_here

PLACED = (Role.DISTRICT_STAFF, Role.SUPERVISOR, Role.CHECKPOINT_STAFF)
MADE = "one-time password to show once"

DOES = {
    Role.DISTRICT_STAFF: N_("Decides on applications, enters them at the counter, looks people up in the own unit and below."),
    Role.LAB_LIAISON: N_("Uploads the results of the own testing institutions; sees no colours and no names we hold."),
    Role.SUPERVISOR: N_("Sees counts and queues, is the second person for what takes two, in the own unit and below."),
    Role.CHECKPOINT_STAFF: N_("Checks codes at a gate; never sees a medical reason."),
    Role.ADMINISTRATOR: N_("Keeps accounts, units and institutions; sees no person."),
    Role.SECURITY_OFFICER: N_("Keeps reasons, quotas and alarms; sees no person."),
    Role.AUDITOR: N_("Reads and verifies the events; sees no person."),
}


def keep_to_show(name: str, made: OneTimePassword) -> None:
    """Show a one-time password once, after the next run."""
    st.session_state[MADE] = (name, made)
    st.rerun()


def show_once() -> None:
    """The one-time password that was just made."""
    if kept := st.session_state.pop(MADE, None):
        st.dialog(_("One-time password"))(_hand_over)(*kept)


def _hand_over(name: str, made: OneTimePassword) -> None:
    safe.text(_("For account {name}. Hand it over in person or by phone; it is shown only now.").format(name=name))
    st.code(made.text, language=None)
    safe.text(_("Good for one sign-in until {time}; then an own password is chosen.").format(time=time_here(made.until)))


def ask_role(start: Role | None, key: str) -> Role:
    """A role, and what it does."""
    # Keyed by language: a choice keeps the words it was first drawn with.
    index = list(Role).index(start) if start else 0
    role = st.selectbox(_("Role"), list(Role), index, format_func=role_name, key=f"{key} role {language()}") or Role.AUDITOR
    st.caption(_(DOES[role]))
    return role


def ask_place(
    role: Role, places: Sequence[InstitutionSeen], key: str, unit: str | None = None, works_for: Sequence[str] = ()
) -> tuple[str | None, tuple[str, ...]]:
    """Where somebody of this role works: a unit, or institutions."""
    if role == Role.LAB_LIAISON:
        listed = {one.code: one.name for one in places if one.suspended_at is None or one.code in works_for}
        if not listed:
            st.info(_("There is no testing institution yet. Add one first."))
        chosen = st.multiselect(
            _("Institutions"),
            list(listed),
            list(works_for),
            listed.__getitem__,
            key=f"{key} institutions",
            placeholder=_("Choose testing institutions"),
        )
        return None, tuple(chosen)
    return (pick_unit(f"{key} unit", unit), ()) if role in PLACED else (None, ())


def add(staff: Staff, places: Sequence[InstitutionSeen]) -> None:
    """A new account; its first password is made by the desk."""
    role = ask_role(None, "new")
    name = st.text_input(_("Account"), max_chars=40, placeholder=_("What is typed to sign in"), autocomplete="off")
    full_name = st.text_input(_("Name"), max_chars=40, placeholder=_("As colleagues know them"), autocomplete="off")
    unit, works_for = ask_place(role, places, "new")
    if st.button(_("Add the account"), type="primary"):
        with errors_shown():
            new = NewAccount(name, role, unit, works_for, full_name)
            keep_to_show(name, accounts.add_with_one_time_password(new, by=staff, at=now()))


def change(account: Account, staff: Staff, places: Sequence[InstitutionSeen]) -> None:
    """Another role or place."""
    _who(account)
    role = ask_role(account.role, f"change {account.id}")
    unit, works_for = ask_place(role, places, f"change {account.id}", account.unit, account.institutions)
    st.text(_("Its holder is signed out and works in the new place from the next sign-in on."))
    if st.button(_("Change the account"), type="primary"):
        with errors_shown():
            account_changes.change(account.name, role, unit, works_for, by=staff, at=now())
            say_after_rerun(_("Account {name} changed.").format(name=account.name))


def disable(account: Account, staff: Staff) -> None:
    """Close an account: its holder is signed out at once."""
    _who(account)
    st.text(_("Its holder is signed out at once and can't sign in any more. What they did stays on record."))
    if st.button(_("Disable the account"), type="primary"):
        with errors_shown():
            accounts.disable_staff(account.name, by=staff, at=now())
            say_after_rerun(_("Account {name} disabled.").format(name=account.name))


def enable(account: Account, staff: Staff) -> None:
    """Open a closed account again."""
    _who(account)
    st.text(_("The account opens again with its role and place, and with a one-time password instead of the old one."))
    if st.button(_("Enable the account"), type="primary"):
        with errors_shown():
            keep_to_show(account.name, account_changes.enable(account.name, by=staff, at=now()))


def reset_password(account: Account, staff: Staff) -> None:
    """A one-time password instead of a forgotten one."""
    _who(account)
    st.text(_("Its holder is signed out. The old password opens nothing any more; a one-time password is made."))
    if st.button(_("Make a one-time password"), type="primary"):
        with errors_shown():
            keep_to_show(account.name, account_changes.reset_password(account.name, by=staff, at=now()))


def reset_second_factor(account: Account, staff: Staff) -> None:
    """Take off the second factor of somebody who has lost it."""
    _who(account)
    st.text(_("Its holder is signed out and signs in with the password alone until a new second factor is set up."))
    if st.button(_("Take off the second factor"), type="primary"):
        with errors_shown():
            second_factor.reset(account.name, by=staff, at=now())
            say_after_rerun(_("Account {name} has no second factor now.").format(name=account.name))


def _who(account: Account) -> None:
    safe.text(f"{account.name} · {account.full_name} · {role_name(account.role)}")


def buttons(account: Account | None, staff: Staff, places: Sequence[InstitutionSeen]) -> None:
    """What may be done with the chosen account; the dialogs say what will happen."""
    for act, (words, title) in ACTS.items():
        fits = account is not None and FITS[act](account)
        if (
            st.button(
                _(words),
                disabled=not fits,
                help=None if fits else _(CHOOSE_FIRST) if account is None else _(UNFIT[act]),
                key=act,
            )
            and account is not None
        ):
            more = (places,) if act == "change" else ()
            st.dialog(_(title))(DIALOGS[act])(account, staff, *more)
    if account is None:
        st.caption(_(CHOOSE_FIRST))


ACTS = {
    "change": (N_("Change…"), N_("Change the account")),
    "reset password": (N_("Reset password…"), N_("Reset the password")),
    "second factor": (N_("Second factor…"), N_("Take off the second factor")),
    "disable": (N_("Disable…"), N_("Disable the account")),
    "enable": (N_("Enable…"), N_("Enable the account")),
}
CHOOSE_FIRST = N_("Choose an account in the table first.")
_CLOSED = N_("This account is disabled.")
UNFIT = {
    "change": _CLOSED,
    "reset password": _CLOSED,
    "second factor": N_("This account has no second factor."),
    "disable": _CLOSED,
    "enable": N_("This account is active."),
}
"""Why a button is grey."""

FITS: dict[str, Callable[[Account], bool]] = {
    "change": lambda one: one.disabled_at is None,
    "reset password": lambda one: one.disabled_at is None,
    "second factor": lambda one: one.second_factor and one.disabled_at is None,
    "disable": lambda one: one.disabled_at is None,
    "enable": lambda one: one.disabled_at is not None,
}
DIALOGS: dict[str, Callable[..., None]] = {
    "change": change,
    "reset password": reset_password,
    "second factor": reset_second_factor,
    "disable": disable,
    "enable": enable,
}
