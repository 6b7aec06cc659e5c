"""What an administrator changes of an account that is there: its role and place, its password, whether it is open."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.signing_in import name_typed
from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, audit, passwords, sessions
from hbcore.services.acting import Staff, acting
from hbcore.services.passwords import OneTimePassword
from hbcore.services.refusals import refusals_recorded
from hbcore.storage.tables import StaffInstitution, StaffRow


def change(name: str, role: Role, unit: str | None = None, institutions: Sequence[str] = (), *, by: Staff, at: datetime) -> None:
    """Give the account `name` another role, unit or institutions; its sessions end (S01).

    :raises Refused: `unknown_staff`, `nothing_changed`, `last_administrator`, and those of `accounts.check_scope`.
    """
    with refusals_recorded(by, at, "staff"), acting(by, Permission.KEEP_STAFF, at) as session:
        row = accounts.active_row(session, name)
        before = _placed(session, row)
        after = {"role": str(role), "unit": unit or "", "institutions": sorted(set(institutions))}
        if before == after:
            raise Refused("nothing_changed")
        if role != Role.ADMINISTRATOR:
            accounts.keep_an_administrator(session, row)
        accounts.check_scope(session, role, unit, institutions)
        row.role, row.unit = role, unit
        session.add(row)
        session.execute(sa.delete(StaffInstitution).where(col(StaffInstitution.staff_id) == row.id))
        session.add_all(StaffInstitution(staff_id=row.id, institution=code) for code in sorted(set(institutions)))
        sessions.end_all_of(session, row.id, at=at)
        figures = {"before": before, "after": after}
        audit.record(session, audit.Act.STAFF_CHANGED, by=by, at=at, subject=f"staff {row.id}", figures=figures)


def enable(name: str, *, by: Staff, at: datetime) -> OneTimePassword:
    """Open a disabled account again, with a one-time password: the old one may be known to others by now.

    :raises Refused: `unknown_staff`, `not_disabled`, and those of `accounts.check_scope` where its place is gone.
    """
    made = passwords.one_time(at=at)
    kept = passwords.hashed(passwords.one_time_typed(made.text))
    with acting(by, Permission.KEEP_STAFF, at) as session:
        row = session.exec(select(StaffRow).where(StaffRow.name == name_typed(name))).first()
        if row is None:
            raise Refused("unknown_staff")
        if row.disabled_at is None:
            raise Refused("not_disabled")
        row.disabled_at = None
        _give(row, kept, made)
        session.add(row)
        audit.record(session, audit.Act.STAFF_ENABLED, by=by, at=at, subject=f"staff {row.id}")
    return made


def reset_password(name: str, *, by: Staff, at: datetime) -> OneTimePassword:
    """Replace the password of the account `name` by a one-time password and end its sessions.

    :raises Refused: `unknown_staff`; `own_account` for one's own at the desk, which is changed with the old password there.
    """
    made = passwords.one_time(at=at)
    kept = passwords.hashed(passwords.one_time_typed(made.text))
    with refusals_recorded(by, at, "staff"), acting(by, Permission.KEEP_STAFF, at) as session:
        row = accounts.active_row(session, name)
        if row.id == by.id and by.session is not None:
            raise Refused("own_account")
        _give(row, kept, made)
        session.add(row)
        sessions.end_all_of(session, row.id, at=at)
        audit.record(session, audit.Act.PASSWORD_RESET, by=by, at=at, subject=f"staff {row.id}")
    return made


def _give(row: StaffRow, kept: str, made: OneTimePassword) -> None:
    row.password, row.one_time_until, row.one_time_used_at = kept, made.until, None


def _placed(session: Session, row: StaffRow) -> dict[str, object]:
    theirs = session.exec(select(StaffInstitution.institution).where(StaffInstitution.staff_id == row.id))
    return {"role": row.role, "unit": row.unit or "", "institutions": sorted(theirs)}
