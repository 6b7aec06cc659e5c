"""Accounts of staff: the first administrator, adding, disabling, finding."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.signing_in import name_typed, why_bad_full_name, why_bad_password, why_bad_staff_name
from hbcore.domain.vocabulary import Role, Theme
from hbcore.services import audit, passwords, sessions, set_up, units
from hbcore.services.acting import Staff, acting, read_staff, reading
from hbcore.services.passwords import OneTimePassword
from hbcore.storage.engine import engine
from hbcore.storage.ids import new_id
from hbcore.storage.tables import Institution, SecondFactor, StaffInstitution, StaffRow
from hbcore.words import LANGUAGES

NEEDS_UNIT = (Role.DISTRICT_STAFF, Role.SUPERVISOR)


@dataclass(frozen=True)
class Account:
    """An account as the list of staff shows it."""

    id: int
    name: str
    full_name: str
    role: Role
    unit: str | None
    institutions: tuple[str, ...]
    recorded_at: datetime
    disabled_at: datetime | None
    signed_in_at: datetime | None
    one_time_until: datetime | None
    second_factor: bool


@dataclass(frozen=True)
class NewAccount:
    """What the administrator says of a new account. `full_name`: as colleagues know them, `name` where empty."""

    name: str
    role: Role
    unit: str | None = None
    institutions: tuple[str, ...] = ()
    full_name: str = ""


def first_administrator(code: str, name: str, password: str, *, at: datetime) -> Staff:
    """Make the first account, an administrator's, with the set-up code; nobody can be asked for a permission yet.

    :raises Refused: `already_set_up`, `wrong_setup_code`, or what is wrong with name or password.
    """
    _check_words(name, password)
    kept = passwords.hashed(password)
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        set_up.use_code(session, code, at=at)
        staff_id = _insert(session, NewAccount(name, Role.ADMINISTRATOR), kept, by=None, at=at)
        audit.record(session, audit.Act.SET_UP, by=None, at=at, subject=f"staff {staff_id}")
        return _active(session, staff_id)


def add_staff(new: NewAccount, password: str, *, by: Staff, at: datetime) -> Staff:
    """Add an account.

    :raises Refused: `bad_staff_name`, `bad_full_name`, `password_too_short`, `password_too_long`, `password_too_common`,
        `name_taken`, `unit_needed`, `unknown_unit`, `unit_without_staff`, `institution_needed`, `institution_not_for_role`,
        `unknown_institution`.
    """
    _check_words(new.name, password, new.full_name)
    return _add(new, passwords.hashed(password), None, by=by, at=at)


def add_with_one_time_password(new: NewAccount, *, by: Staff, at: datetime) -> OneTimePassword:
    """Add an account whose holder signs in once with the password answered here, and then chooses one of their own.

    :raises Refused: as `add_staff`, but for what may be wrong with a password.
    """
    _check_names(new.name, new.full_name)
    made = passwords.one_time(at=at)
    _add(new, passwords.hashed(passwords.one_time_typed(made.text)), made.until, by=by, at=at)
    return made


def _add(new: NewAccount, kept: str, one_time_until: datetime | None, *, by: Staff, at: datetime) -> Staff:
    with acting(by, Permission.KEEP_STAFF, at) as session:
        check_scope(session, new.role, new.unit, new.institutions)
        staff_id = _insert(session, new, kept, one_time_until, by=by, at=at)
        figures = {"role": new.role, "unit": new.unit or "", "institutions": list(new.institutions)}
        audit.record(session, audit.Act.STAFF_ADDED, by=by, at=at, subject=f"staff {staff_id}", figures=figures)
        return _active(session, staff_id)


def disable_staff(name: str, *, by: Staff, at: datetime) -> None:
    """Close the account `name` and end its sessions at once.

    :raises Refused: `unknown_staff` (also when disabled already), `last_administrator`.
    """
    with acting(by, Permission.KEEP_STAFF, at) as session:
        row = active_row(session, name)
        keep_an_administrator(session, row)
        row.disabled_at = at
        session.add(row)
        sessions.end_all_of(session, row.id, at=at)
        audit.record(session, audit.Act.STAFF_DISABLED, by=by, at=at, subject=f"staff {row.id}")


def listed(*, by: Staff, at: datetime) -> tuple[Account, ...]:
    """All accounts: active ones first, by name."""
    with reading(by, Permission.KEEP_STAFF, at) as session:
        rows = session.exec(select(StaffRow).order_by(col(StaffRow.disabled_at).is_not(None), col(StaffRow.name))).all()
        theirs: dict[int, list[str]] = {}
        for link in session.exec(select(StaffInstitution)):
            theirs.setdefault(link.staff_id, []).append(link.institution)
        guarded = frozenset(session.exec(select(SecondFactor.staff_id).where(col(SecondFactor.confirmed_at).is_not(None))))
        return tuple(_account(row, theirs.get(row.id, ()), row.id in guarded) for row in rows)


def staff_named(name: str) -> Staff:
    """The active account `name`, acting by shell.

    :raises Refused: `unknown_staff`.
    """
    with Session(engine()) as session:
        row = _row(session, name)
        found = read_staff(session.connection(), row.id) if row is not None else None
    if found is None:
        raise Refused("unknown_staff")
    return found


def choose_language(language: str, *, by: Staff, at: datetime) -> None:
    """Keep the language in which the desk speaks to `by`.

    :raises Refused: `unknown_language`.
    """
    if language not in LANGUAGES:
        raise Refused("unknown_language")
    with acting(by, Permission.CHOOSE_LANGUAGE, at) as session:
        session.execute(sa.update(StaffRow).where(col(StaffRow.id) == by.id).values(language=language))
        audit.record(session, audit.Act.LANGUAGE_CHOSEN, by=by, at=at, subject=f"staff {by.id}", figures={"language": language})


def choose_theme(theme: Theme, *, by: Staff, at: datetime) -> None:
    """Keep how bright the desk is on the screens of `by`."""
    with acting(by, Permission.KEEP_OWN_ACCOUNT, at) as session:
        session.execute(sa.update(StaffRow).where(col(StaffRow.id) == by.id).values(theme=theme))
        audit.record(session, audit.Act.THEME_CHOSEN, by=by, at=at, subject=f"staff {by.id}", figures={"theme": theme})


def _check_words(name: str, password: str, full_name: str = "") -> None:
    _check_names(name, full_name)
    if why := why_bad_password(password, name):
        raise Refused(why)


def _check_names(name: str, full_name: str) -> None:
    if why := why_bad_staff_name(name) or why_bad_full_name(full_name):
        raise Refused(why)


def check_scope(session: Session, role: Role, unit: str | None, institutions: Sequence[str]) -> None:
    """Whether somebody of this role may work there, in the caller's transaction.

    :raises Refused: `unit_needed`, `unknown_unit`, `unit_without_staff`, `institution_needed`, `institution_not_for_role`,
        `unknown_institution`.
    """
    if role in NEEDS_UNIT and unit is None:
        raise Refused("unit_needed")
    if unit is not None and units.unit(session, unit).level == units.GROUP:
        raise Refused("unit_without_staff")
    if (role == Role.LAB_LIAISON) != bool(institutions):
        raise Refused("institution_not_for_role" if institutions else "institution_needed")
    if any(session.get(Institution, code) is None for code in institutions):
        raise Refused("unknown_institution")


def _insert(
    session: Session, new: NewAccount, kept: str, one_time_until: datetime | None = None, *, by: Staff | None, at: datetime
) -> int:
    name, staff_id = name_typed(new.name), new_id()
    if _row(session, name) is not None:
        raise Refused("name_taken")
    session.add(
        StaffRow(
            id=staff_id,
            name=name,
            full_name=new.full_name.strip() or new.name.strip(),
            role=new.role,
            unit=new.unit,
            password=kept,
            recorded_at=at,
            recorded_by=by.id if by else None,
            one_time_until=one_time_until,
        )
    )
    session.flush()
    session.add_all(StaffInstitution(staff_id=staff_id, institution=code) for code in sorted(set(new.institutions)))
    session.flush()
    return staff_id


def active_row(session: Session, name: str) -> StaffRow:
    """The active account `name`, in the caller's transaction.

    :raises Refused: `unknown_staff`.
    """
    row = _row(session, name)
    if row is None or row.disabled_at is not None:
        raise Refused("unknown_staff")
    return row


def keep_an_administrator(session: Session, leaving: StaffRow) -> None:
    """Whether somebody still keeps the accounts when `leaving` no longer does, in the caller's transaction.

    :raises Refused: `last_administrator`.
    """
    if leaving.role == Role.ADMINISTRATOR and _administrators(session) == 1:
        raise Refused("last_administrator")


def _row(session: Session, name: str) -> StaffRow | None:
    return session.exec(select(StaffRow).where(StaffRow.name == name_typed(name))).first()


def _active(session: Session, staff_id: int) -> Staff:
    staff = read_staff(session.connection(), staff_id)
    if staff is None:
        raise AssertionError("a new account is not there")
    return staff


def _administrators(session: Session) -> int:
    active = (col(StaffRow.role) == Role.ADMINISTRATOR) & col(StaffRow.disabled_at).is_(None)
    return int(session.execute(sa.select(sa.func.count()).select_from(StaffRow).where(active)).scalar_one())


def _account(row: StaffRow, institutions: Sequence[str], second_factor: bool) -> Account:
    return Account(
        row.id,
        row.name,
        row.full_name,
        Role(row.role),
        row.unit,
        tuple(sorted(institutions)),
        row.recorded_at,
        row.disabled_at,
        row.signed_in_at,
        row.one_time_until,
        second_factor,
    )
