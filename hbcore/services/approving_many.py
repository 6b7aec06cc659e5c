"""Approving many at once: only those of which nothing is to be looked at; the others are named with what stands against each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.application_checks import Found, not_clean
from hbcore.domain.applications import Act, ApplicationState
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Registration
from hbcore.services import audit, codes, declared, notices, units
from hbcore.services.acting import Staff, acting
from hbcore.services.application_checking import checked
from hbcore.services.application_queue import MOST
from hbcore.services.decisions import deciding_view, why_not
from hbcore.services.refusals import refusals_recorded
from hbcore.storage import application_rows, application_work_rows, registration_rows
from hbcore.storage.application_work_rows import NO_CLAIM, free_for, step_at

_WAITING, _APPROVED = ApplicationState.WAITING, ApplicationState.APPROVED


@dataclass(frozen=True)
class Stopped:
    """One that was not approved, and why: a refusal's code, and what its checks found that is to be looked at.

    The receipt is empty where it is not ours to name.
    """

    id: int
    receipt: str
    code: str
    findings: tuple[Found, ...] = ()


@dataclass(frozen=True)
class ManyApproved:
    """What was approved, by receipt, and what was not."""

    approved: tuple[str, ...]
    stopped: tuple[Stopped, ...]


def approve_many(
    ids: Sequence[int], *, by: Staff, at: datetime, told: Callable[[float], object] = lambda _share: None
) -> ManyApproved:
    """Approve the clean ones of `ids` in one act with one event; `told` hears how far it is, 0 to 1.

    What is to be looked at, what another person must see, what somebody else holds, what is decided already or lies elsewhere
    is left as it is.

    :raises Refused: `too_many_at_once`.
    """
    wanted = list(dict.fromkeys(ids))
    with refusals_recorded(by, at, "applications"), acting(by, Permission.DECIDE_APPLICATIONS, at) as session:
        if len(wanted) > MOST:
            raise Refused("too_many_at_once", most=MOST)
        scope = units.units_below(session, by.unit or "")
        rows = {row.id: row for row in application_rows.many_rows(session.connection(), wanted) if row.unit in scope}
        told(0.2)
        stopped = {one.id: one for one in _not_approved(session.connection(), list(rows.values()), by, at)}
        stopped |= {id_: Stopped(id_, "", "unknown_application") for id_ in wanted if id_ not in rows}
        told(0.5)
        passing = [row for row in rows.values() if row.id not in stopped]
        done = _approve(session, passing, by, at) if passing else []
        told(0.9)
        stopped |= {row.id: Stopped(row.id, row.receipt, "already_decided") for row in passing if row not in done}
        receipts = [row.receipt for row in done]
        figures = {"approved": len(done), "stopped": len(stopped), "receipts": receipts}
        audit.record(session, audit.Act.APPROVED_MANY, by=by, at=at, subject="applications", figures=figures)
    told(1.0)
    return ManyApproved(tuple(receipts), tuple(stopped[id_] for id_ in wanted if id_ in stopped))


def _not_approved(connection: sa.Connection, rows: list[sa.Row[Any]], by: Staff, at: datetime) -> Iterator[Stopped]:
    for row, seen in zip(rows, checked(connection, rows, at), strict=True):
        view = deciding_view(row, stopped=seen.stopped, at=at)
        # What is with a second person was stopped once: it is looked at one by one.
        second = view.state == ApplicationState.SECOND_REVIEW
        code = "with_second_person" if second else why_not(view, Act.APPROVE, by)
        if code or not seen.clean:
            yield Stopped(row.id, row.receipt, code or "check_to_look_at", not_clean(seen.findings))


def _approve(session: Session, rows: list[sa.Row[Any]], by: Staff, at: datetime) -> list[sa.Row[Any]]:
    connection = session.connection()
    values = {"state": _APPROVED, "reasons": "[]", "decided_by": by.id, "decided_at": at, **NO_CLAIM}
    changed = application_rows.set_state_of_many(connection, [row.id for row in rows], _WAITING, values, free_for(by.id, at))
    done = [row for row in rows if row.id in changed]
    steps = [step_at(row.id, Act.APPROVE, _WAITING, _APPROVED, row.unit, by.id, at) for row in done]
    application_work_rows.add_steps(connection, steps)
    notices.follow(session, [row.id for row in done], Act.APPROVE, at=at)
    registrations = [(row.person_id, row.id, Registration.APPROVED) for row in done]
    registration_rows.set_registrations(connection, registrations, at)
    declared.take_effect(session, done, by=by, at=at)
    causes = {row.person_id: row.id for row in done}
    codes.decide_again(session, sorted(causes), at=at, cause=causes)
    return done
