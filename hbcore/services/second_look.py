"""What takes two people: one proposes, another confirms or declines; the only room that knows two people."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from hbcore.domain.application_reasons import known_reasons
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission, may
from hbcore.domain.vocabulary import Role
from hbcore.services import audit, units
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.refusals import refusals_recorded
from hbcore.storage import proposal_rows
from hbcore.storage.ids import new_id

LASTS = timedelta(days=3)
"""A proposal that nobody settled by then is void."""

DECLINED_FOR = "declined_for"
"""Why it was declined, in what a proposal holds and in its event."""


class What(StrEnum):
    """The acts that take two people."""

    REVOKE = "revoke"
    UNDO = "undo"
    JOIN = "join"
    PART = "part"
    DECLARED = "declared"
    FACTS = "facts"
    END_FACT = "end_fact"
    EXTEND_FACT = "extend_fact"
    RECOLOUR = "recolour"
    PUBLISH = "publish"
    WITHDRAW_POLICY = "withdraw_policy"
    RELEASE_POSITIVES = "release_positives"
    REMOVE_POSITIVE = "remove_positive"
    RECALL = "recall"
    PUT_BACK = "put_back"
    EXPORT = "export"
    OUTSIDE_RESULT = "outside_result"
    REVOKE_CODE = "revoke_code"
    REVOKE_CODES = "revoke_codes"
    REVOKE_KEY = "revoke_key"
    CERTIFICATES = "certificates"


CONFIRMS: Mapping[What, Permission] = {
    What.FACTS: Permission.CONFIRM_FACTS,
    What.END_FACT: Permission.CONFIRM_FACTS,
    What.EXTEND_FACT: Permission.CONFIRM_FACTS,
    What.RECOLOUR: Permission.CONFIRM_FACTS,
    What.OUTSIDE_RESULT: Permission.RECOLOUR,
    What.PUBLISH: Permission.KEEP_POLICIES,
    What.WITHDRAW_POLICY: Permission.KEEP_POLICIES,
    What.EXPORT: Permission.EXPORT_EVENTS,
    What.RELEASE_POSITIVES: Permission.RELEASE_POSITIVES,
    What.REMOVE_POSITIVE: Permission.SETTLE_HELD,
    What.RECALL: Permission.CONFIRM_RECALLS,
    What.PUT_BACK: Permission.CONFIRM_RECALLS,
    What.REVOKE_CODE: Permission.CONFIRM_CODE_REVOCATIONS,
    What.REVOKE_CODES: Permission.CONFIRM_CODE_REVOCATIONS,
    What.REVOKE_KEY: Permission.KEEP_CODE_KEYS,
}
"""What the second person must be allowed to do; being one at all (`SECOND_REVIEW`) for the rest."""


LASTS_LONGER: Mapping[What, timedelta] = {What.DECLARED: timedelta(days=14)}
"""Nobody can propose again what an application says, and it would count for so long (model part 5): it waits as long."""

OF_THE_DESK = frozenset({What.EXPORT, What.REVOKE_KEY})
"""Events and keys are the whole desk's: who keeps them, auditors and administrators, has no unit."""


class DeclineReason(StrEnum):
    """Why the second person says no; a closed list, so that nothing personal is written down."""

    WRONG_PERSON = "wrong_person"
    EVIDENCE_MISSING = "evidence_missing"
    WRONG_DATES = "wrong_dates"
    NOT_JUSTIFIED = "not_justified"
    OTHER_UNIT = "other_unit"


class Settled(StrEnum):
    """How a proposal ended. Who made it may withdraw it; only another may confirm or decline it."""

    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Proposal:
    """An act between its first and its second person. `content`: our ids and codes. `own`: proposed by who asks.

    `unit`: where the second person works, or above; `from_unit`: where the first one does.
    """

    id: int
    what: What
    subject: str
    unit: str
    content: Mapping[str, object]
    proposed_by: str
    from_unit: str | None
    proposed_at: datetime
    expires_at: datetime
    own: bool

    @property
    def named(self) -> str:
        """What its subject names (`17…` of `application 17…`)."""
        return self.subject.rpartition(" ")[2]

    @property
    def about(self) -> int:
        """Our id in its subject, where that is a row of ours."""
        return int(self.named) if self.named.isdigit() else 0


def propose(
    session: Session, what: What, subject: str, *, unit: str, content: Mapping[str, object], by: Staff, at: datetime
) -> int:
    """Put an act down for a second person, in the caller's transaction and with the caller's event; its id.

    `subject` names the row by our id; `unit` is where the second person works, or above: `units.level_above` for what a
    level above confirms (model part 3).

    :raises Refused: `already_proposed` while the same waits for its second person.
    """
    connection = session.connection()
    proposal_rows.end_expired(connection, what, subject, at)
    if proposal_rows.is_waiting(connection, what, subject):
        raise Refused("already_proposed")
    expires = at + LASTS_LONGER.get(what, LASTS)
    values = {"what": what, "subject": subject, "unit": unit, "proposed_by": by.id, "proposed_at": at, "expires_at": expires}
    proposal_id = new_id()
    proposal_rows.add(connection, {"id": proposal_id, **values}, content)
    return proposal_id


def settle(
    session: Session,
    proposal_id: int,
    how: Settled,
    *,
    by: Staff,
    at: datetime,
    what: What | None = None,
    reason: str | None = None,
) -> Proposal:
    """Confirm, decline or withdraw; of two who press together one loses. Whoever confirms names `what` and then does it.

    `reason`: why it is declined, kept for who proposed it.

    :raises Refused: `proposal_gone` (settled, expired, of another sort or unknown), `not_allowed` and `not_your_unit` for who
        may not be its second person, `own_proposal` for confirming or declining one's own, `not_own_proposal` for
        withdrawing another's, `unknown_reason`.
    """
    connection = session.connection()
    row = proposal_rows.one(connection, proposal_id)
    if row is None or row.what != (what or row.what):
        raise Refused("proposal_gone")
    if why_not := _why_not(session, row, how, by):
        raise Refused(why_not)
    if not proposal_rows.settle(connection, proposal_id, how, by.id, at):
        raise Refused("proposal_gone")
    if reason is not None:
        if not known_reasons([reason], DeclineReason):
            raise Refused("unknown_reason")
        proposal_rows.change_content(connection, row, {**json.loads(row.content), DECLINED_FOR: reason})
    return as_seen(row, by)


def proposer(session: Session, proposal_id: int) -> int:
    """The id of who proposed it, in the caller's transaction.

    :raises Refused: `proposal_gone` for an unknown one.
    """
    row = proposal_rows.one(session.connection(), proposal_id)
    if row is None:
        raise Refused("proposal_gone")
    return int(row.proposed_by)


def about(session: Session, proposal_id: int, what: What) -> int:
    """The id of the row that a proposal of this sort is about, before anybody settles it.

    :raises Refused: `proposal_gone` for an unknown one or one of another sort.
    """
    row = proposal_rows.one(session.connection(), proposal_id)
    if row is None or row.what != what:
        raise Refused("proposal_gone")
    return int(row.subject.rpartition(" ")[2])


def lapse(session: Session, what: What, subject: str, at: datetime) -> None:
    """What a proposal was about has ended otherwise: it counts as withdrawn by who made it, in the caller's transaction."""
    proposal_rows.lapse(session.connection(), what, subject, at)


def _why_not(session: Session, row: proposal_rows.Row, how: Settled, by: Staff) -> str | None:
    own = row.proposed_by == by.id
    if how == Settled.WITHDRAWN:
        return None if own else "not_own_proposal"
    if not may(by.role, confirms(What(row.what))):
        return "not_allowed"
    if not _in_scope(session, row, by):
        return "not_your_unit"
    return "own_proposal" if own else None


def _in_scope(session: Session, row: proposal_rows.Row, by: Staff) -> bool:
    """Whether it lies in one's own unit or below; a liaison has no unit, but institutions, one of which it must name."""
    if by.role == Role.LAB_LIAISON:
        return json.loads(row.content).get("institution") in by.institutions
    if row.what in OF_THE_DESK:
        return True
    return row.unit in units.units_below(session, by.unit or "")


def confirms(what: What) -> Permission:
    """What the second person for an act must be allowed to do."""
    return CONFIRMS.get(what, Permission.SECOND_REVIEW)


def waiting(*, by: Staff, at: datetime) -> tuple[Proposal, ...]:
    """What waits for `by` as its second person in one's own unit and below, and all that they proposed; the oldest first."""
    with reading(by, Permission.SECOND_REVIEW, at) as session:
        return tuple(
            as_seen(row, by) for row in proposal_rows.waiting(session.connection(), by.id, by.unit or "", _sorts(by), at)
        )


def count_in(session: Session, by: Staff, at: datetime) -> int:
    """How many proposals of others wait for `by` or a colleague, in the caller's transaction."""
    return proposal_rows.count_waiting_for(session.connection(), by.id, by.unit or "", _sorts(by), at)


def _sorts(by: Staff) -> list[str]:
    """The sorts of acts for which `by` may be the second person."""
    return [str(what) for what in What if may(by.role, confirms(what))]


def decline(proposal_id: int, reason: str | None = None, *, by: Staff, at: datetime) -> None:
    """The second person says no, for a reason of the list: nothing is done.

    :raises Refused: as `settle`.
    """
    _end(proposal_id, Settled.DECLINED, audit.Act.PROPOSAL_DECLINED, reason, by=by, at=at)


def withdraw(proposal_id: int, *, by: Staff, at: datetime) -> None:
    """The first person thinks again: nothing is done.

    :raises Refused: as `settle`.
    """
    _end(proposal_id, Settled.WITHDRAWN, audit.Act.PROPOSAL_WITHDRAWN, None, by=by, at=at)


def _end(proposal_id: int, how: Settled, act: audit.Act, reason: str | None, *, by: Staff, at: datetime) -> None:
    with refusals_recorded(by, at, f"proposal {proposal_id}"), acting(by, Permission.SECOND_REVIEW, at) as session:
        ended = settle(session, proposal_id, how, by=by, at=at, reason=reason)
        figures = {"what": ended.what} | declined_for(reason)
        audit.record(session, act, by=by, at=at, subject=ended.subject, figures=figures)


def declined_for(reason: str | None) -> dict[str, str]:
    """Why it was declined, as a figure of the event that says so; none where it was withdrawn or no reason was asked for."""
    return {DECLINED_FOR: reason} if reason else {}


def as_seen(row: proposal_rows.Row, reader: Staff) -> Proposal:
    """A proposal's row as it is shown to somebody."""
    return Proposal(
        row.id,
        What(row.what),
        row.subject,
        row.unit,
        json.loads(row.content),
        row.full_name,
        row.proposer_unit,
        row.proposed_at,
        row.expires_at,
        row.proposed_by == reader.id,
    )
