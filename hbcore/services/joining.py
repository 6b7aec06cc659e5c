"""Two rows that are one person: compared side by side, joined by two people, parted again by two people."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.applications import ApplicationState, FilingCheck, registration_of
from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Registration
from hbcore.services import audit, codes, recall_slices, second_look
from hbcore.services.acting import Staff, acting
from hbcore.services.looked_up import subject_of
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import Settled, What
from hbcore.storage import join_rows, proposal_rows
from hbcore.storage.ids import new_id
from hbcore.storage.result_counts import moved as counted_where_they_belong

NOBODY: Mapping[str, object] = {"registration": str(Registration.NONE), "registered_at": None, "application_id": None}
"""How the registration of a row stands that is only a pointer: with nothing recorded it has no code."""


@dataclass(frozen=True)
class Joined:
    """What a joining did: whose row stands on, and how much of each sort was moved to it."""

    id: int
    survivor: int
    moved: Mapping[str, int]


@dataclass(frozen=True)
class Parted:
    """What a parting did. `stayed`: what was recorded since the joining stays with the survivor."""

    survivor: int
    joined: int
    moved: Mapping[str, int]
    stayed: int


def join(proposal_id: int, *, by: Staff, at: datetime) -> Joined:
    """Confirm a joining and do it: everything of the second row is the first's from now on, both are decided again.

    The second row stays as a pointer; by its numbers the survivor is found. One transaction, one event.

    :raises Refused: those of `second_look.settle`; `unknown_person`, `already_joined` where that came in between.
    """
    with refusals_recorded(by, at, f"proposal {proposal_id}"), acting(by, Permission.SECOND_REVIEW, at) as session:
        proposal = second_look.settle(session, proposal_id, Settled.CONFIRMED, by=by, at=at, what=What.JOIN)
        row = proposal_rows.one(session.connection(), proposal_id)
        proposed_by = row.proposed_by if row else 0
        done, changes = carry_out(session, proposal.about, int(str(proposal.content["joined"])), proposed_by, by=by, at=at)
        figures = {"join": done.id, "joined": proposal.content["joined"], **done.moved, "codes": changes}
        audit.record(session, audit.Act.PEOPLE_JOINED, by=by, at=at, subject=subject_of(done.survivor), figures=figures)
    return done


def part(proposal_id: int, *, by: Staff, at: datetime) -> Parted:
    """Confirm a parting and do it: what the joining moved goes back, what came in since stays; both are decided again.

    :raises Refused: those of `second_look.settle`; `not_joined`, `part_later_first` where that came in between.
    """
    with refusals_recorded(by, at, f"proposal {proposal_id}"), acting(by, Permission.SECOND_REVIEW, at) as session:
        proposal = second_look.settle(session, proposal_id, Settled.CONFIRMED, by=by, at=at, what=What.PART)
        done, changes = undo(session, int(str(proposal.content["join"])), by=by, at=at)
        figures = {"join": proposal.content["join"], "joined": done.joined, **done.moved, "stayed": done.stayed, "codes": changes}
        audit.record(session, audit.Act.PEOPLE_PARTED, by=by, at=at, subject=subject_of(done.survivor), figures=figures)
    return done


def carry_out(
    session: Session, survivor_id: int, joined_id: int, proposed_by: int, *, by: Staff, at: datetime
) -> tuple[Joined, Mapping[str, int]]:
    """Join, in the caller's transaction; what was done and which codes changed.

    :raises Refused: `unknown_person`, `already_joined`; `still_recalling`, `still_applying` as `recall_slices.refuse_to_move`.
    """
    connection, join_id = session.connection(), new_id()
    recall_slices.refuse_to_move(connection, (survivor_id, joined_id))
    survivor, joined = own_row(connection, survivor_id), own_row(connection, joined_id)
    before = {"survivor": join_rows.standing(survivor), "joined": join_rows.standing(joined)}
    values = {"id": join_id, "survivor_id": survivor_id, "joined_id": joined_id}
    by_whom = {"proposed_by": proposed_by, "joined_by": by.id, "joined_at": at}
    join_rows.add(connection, {**values, **by_whom}, before)
    with counted_where_they_belong(connection, (survivor_id, joined_id)):
        moved = join_rows.move(connection, join_id, joined_id, survivor_id)
    join_rows.join_texts(connection, survivor, joined)
    join_rows.set_standing(connection, survivor_id, _of_both(before["survivor"], before["joined"]))
    join_rows.set_standing(connection, joined_id, NOBODY)
    join_rows.set_pointer(connection, joined_id, survivor_id)
    changes = codes.decide_again(session, [survivor_id, joined_id], at=at, cause=join_id)
    return Joined(join_id, survivor_id, moved), changes


def undo(session: Session, join_id: int, *, by: Staff, at: datetime) -> tuple[Parted, Mapping[str, int]]:
    """Part, in the caller's transaction; what was done and which codes changed.

    :raises Refused: `not_joined`, `part_later_first`; `still_recalling`, `still_applying` as `carry_out`.
    """
    connection = session.connection()
    row = standing_join(connection, join_id)
    recall_slices.refuse_to_move(connection, (row.survivor_id, row.joined_id))
    if not join_rows.end(connection, join_id, by.id, at):
        raise Refused("not_joined")
    survivor, joined = own_row(connection, row.survivor_id, "part_later_first"), join_rows.person(connection, row.joined_id)
    if joined is None:
        raise Refused("unknown_person")
    with counted_where_they_belong(connection, (survivor.id, joined.id)):
        moved = join_rows.move_back(connection, join_id, joined.id, survivor.id)
    join_rows.part_texts(connection, survivor, joined)
    _stand_apart(connection, row, survivor)
    join_rows.set_pointer(connection, joined.id, None)
    stayed = join_rows.came_since(connection, survivor.id, row.joined_at)
    changes = codes.decide_again(session, [survivor.id, joined.id], at=at, cause=join_id)
    return Parted(survivor.id, joined.id, moved, stayed), changes


def own_row(connection: sa.Connection, person: int, why_not: str = "already_joined") -> sa.Row[Any]:
    """The row of somebody who is nobody's pointer.

    :raises Refused: `unknown_person`, `why_not`.
    """
    row = join_rows.person(connection, person)
    if row is None:
        raise Refused("unknown_person")
    if row.joined_to is not None:
        raise Refused(why_not)
    return row


def standing_join(connection: sa.Connection, join_id: int) -> sa.Row[Any]:
    """A joining that stands.

    :raises Refused: `not_joined`.
    """
    row = join_rows.one(connection, join_id)
    if row is None or row.parted_at is not None:
        raise Refused("not_joined")
    return row


def _of_both(first: Mapping[str, object], second: Mapping[str, object]) -> dict[str, object]:
    """Registration and unit of one person made of two: the better registration, and where they live before where a test was."""
    registered = second if _better_registered(second, first) else first
    lives = second if first["unit_source"] != "residence" and second["unit_source"] == "residence" else first
    return {name: registered[name] for name in NOBODY} | {name: lives[name] for name in ("unit", "unit_source")}


def _better_registered(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    if other["registration"] == Registration.APPROVED or one["registration"] == Registration.NONE:
        return False
    return one["registration"] == Registration.APPROVED or other["registration"] == Registration.NONE


def _stand_apart(connection: sa.Connection, row: sa.Row[Any], survivor: sa.Row[Any]) -> None:
    """Registration and unit of each as they were, or as their own applications stand by now."""
    before: Mapping[str, Mapping[str, Any]] = json.loads(row.before)
    was, theirs = before["survivor"], before["joined"]
    now, both = join_rows.standing(survivor), _of_both(was, theirs)
    came_from_them = now["application_id"] in join_rows.moved_applications(connection, row.id)
    as_joined = all(now[name] == both[name] for name in NOBODY)
    joined_now = {name: now[name] for name in NOBODY} if came_from_them else _registered_now(connection, theirs)
    join_rows.set_standing(connection, row.joined_id, joined_now)
    if came_from_them or as_joined:
        join_rows.set_standing(connection, survivor.id, _registered_now(connection, was))
    if (now["unit"], now["unit_source"]) == (both["unit"], both["unit_source"]):
        join_rows.set_standing(connection, survivor.id, {name: was[name] for name in ("unit", "unit_source")})


def _registered_now(connection: sa.Connection, before: Mapping[str, Any]) -> dict[str, object]:
    """The registration as it was kept, or as its application stands by now."""
    kept = {name: before[name] for name in NOBODY}
    found = join_rows.application(connection, before["application_id"]) if before["application_id"] else None
    if found is None:
        return kept
    registration = registration_of(ApplicationState(found.state), FilingCheck(found.filing_check))
    if registration == before["registration"]:
        return kept
    approved = registration is Registration.APPROVED and found.decided_at is not None
    return kept | {"registration": str(registration), "registered_at": micros(found.decided_at) if approved else None}
