"""Accounts of staff: the first administrator, adding, disabling, checking a password."""

import unicodedata

from sqlmodel import Session, select

from hbcore.domain.errors import Refused
from hbcore.services.acting import Staff, read_staff
from hbcore.storage.engine import engine
from hbcore.storage.tables import StaffRow


def name_typed(name: str) -> str:
    """The form in which an account's name is kept and compared: NFKC, case-folded, without spaces around it."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def staff_named(name: str) -> Staff:
    """The active account `name`, acting by shell.

    :raises Refused: `unknown_staff`.
    """
    with Session(engine()) as session:
        staff_id = session.exec(select(StaffRow.id).where(StaffRow.name == name_typed(name))).first()
        found = read_staff(session, staff_id) if staff_id is not None else None
    if found is None:
        raise Refused("unknown_staff")
    return found
