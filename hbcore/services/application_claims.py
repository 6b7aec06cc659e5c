"""Who works on an application: claimed by one for 15 minutes, let go of, taken over, or handed to another unit."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.domain.applications import CLAIM_LASTS, CLAIMABLE, OPEN, Act, ApplicationState, state_at
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission, may
from hbcore.services import audit, units
from hbcore.services.acting import Staff, acting
from hbcore.services.application_entry import LEVELS_OF_RESIDENCE, in_scope
from hbcore.services.application_lines import Claim
from hbcore.services.decisions import claimed_by_other
from hbcore.services.refusals import refusals_recorded
from hbcore.storage import application_rows, application_work_rows
from hbcore.storage.application_work_rows import NO_CLAIM, step_at


def claim(application_id: int, *, by: Staff, at: datetime, take_over: bool = False) -> Claim:
    """Claim it for 15 minutes: nobody else decides on it meanwhile. `take_over`: from whoever holds it, for supervisors.

    :raises Refused: `unknown_application`, `not_your_unit`, `not_in_this_state`, `claimed_already`, `claimed_by_other`
        (`holder`, `until`), `not_allowed` for taking over.
    """
    subject, until = f"application {application_id}", at + CLAIM_LASTS
    with refusals_recorded(by, at, subject), acting(by, Permission.SECOND_REVIEW, at) as session:
        connection = session.connection()
        row = in_scope(connection, application_id, units.units_below(session, by.unit or ""))
        if take_over and not may(by.role, Permission.TRANSFER_APPLICATIONS):
            raise Refused("take_over_not_allowed")
        if by.id in application_rows.relatives_of(row):
            raise Refused("relative_declared")
        if not application_work_rows.claim(connection, application_id, by.id, at, until, take_over=take_over):
            raise _why_not_claimed(application_rows.application_row(connection, application_id), by)
        took_over = row.claimed_by is not None and row.claimed_by != by.id and row.claimed_until > at
        figures = {"receipt": row.receipt} | ({"taken_over_from": row.claimed_by} if took_over else {})
        audit.record(session, audit.Act.CLAIMED, by=by, at=at, subject=subject, figures=figures)
    return Claim(by.full_name, until, own=True)


def release(application_id: int, *, by: Staff, at: datetime) -> None:
    """Let go of one's own claim before it ends by itself.

    :raises Refused: `unknown_application`, `not_your_unit`, `not_claimed`.
    """
    subject = f"application {application_id}"
    with refusals_recorded(by, at, subject), acting(by, Permission.SECOND_REVIEW, at) as session:
        connection = session.connection()
        row = in_scope(connection, application_id, units.units_below(session, by.unit or ""))
        if not application_work_rows.release(connection, application_id, by.id, at):
            raise Refused("not_claimed")
        audit.record(session, audit.Act.RELEASED, by=by, at=at, subject=subject, figures={"receipt": row.receipt})


def declare_related(application_id: int, *, by: Staff, at: datetime) -> None:
    """Say that one is related to the applicant: from then on others decide, one's own claim ends. It is not taken back.

    :raises Refused: `unknown_application`, `not_your_unit`, `not_in_this_state`, `already_said`.
    """
    subject = f"application {application_id}"
    with refusals_recorded(by, at, subject), acting(by, Permission.SECOND_REVIEW, at) as session:
        connection = session.connection()
        row = in_scope(connection, application_id, units.units_below(session, by.unit or ""))
        if state_at(ApplicationState(row.state), row.asked_at, at) not in OPEN:
            raise Refused("not_in_this_state")
        relatives = application_rows.relatives_of(row)
        if by.id in relatives:
            raise Refused("already_said")
        application_rows.set_relatives(connection, application_id, relatives | {by.id})
        application_work_rows.release(connection, application_id, by.id, at)
        audit.record(session, audit.Act.RELATED, by=by, at=at, subject=subject, figures={"receipt": row.receipt})


def transfer(application_id: int, unit: str, *, by: Staff, at: datetime) -> None:
    """Hand an open application to another unit of the province; a claim on it ends. Where the person lives stays as stated.

    :raises Refused: `unknown_application`, `not_your_unit`, `unknown_unit`, `same_unit`, `not_in_this_state`,
        `already_decided`.
    """
    subject = f"application {application_id}"
    with refusals_recorded(by, at, subject), acting(by, Permission.TRANSFER_APPLICATIONS, at) as session:
        connection = session.connection()
        row = in_scope(connection, application_id, units.units_below(session, by.unit or ""))
        state = state_at(ApplicationState(row.state), row.asked_at, at)
        if state not in OPEN:
            raise Refused("not_in_this_state")
        if units.unit(session, unit).level not in LEVELS_OF_RESIDENCE:
            raise Refused("unknown_unit")
        if unit == row.unit:
            raise Refused("same_unit")
        if not application_rows.change_state(connection, application_id, state, {"unit": unit, **NO_CLAIM}):
            raise Refused("already_decided")
        step = step_at(application_id, Act.TRANSFER, row.unit, unit, row.unit, by.id, at)
        application_work_rows.add_steps(connection, [step])
        figures = {"receipt": row.receipt, "from": row.unit, "to": unit}
        audit.record(session, audit.Act.TRANSFERRED, by=by, at=at, subject=subject, figures=figures)


def _why_not_claimed(row: sa.Row[Any] | None, by: Staff) -> Refused:
    if row is None or row.state not in {str(state) for state in CLAIMABLE}:
        return Refused("not_in_this_state")
    return Refused("claimed_already") if row.claimed_by == by.id else claimed_by_other(row)
