"""Single codes taken back, or all that one person has: proposed by one, confirmed by another; a new code undoes it."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.application_reasons import known_reasons
from hbcore.domain.code_revoking import RevokeReason
from hbcore.domain.errors import Refused
from hbcore.domain.issued_codes import CTI_BYTES
from hbcore.domain.known import instant, micros
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import audit, second_look
from hbcore.services.acting import Staff, acting
from hbcore.services.looked_up import subject_of
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import Proposal, Settled, What
from hbcore.storage import issued_code_rows, look_up_rows
from hbcore.storage.issued_code_rows import IssuedRow, RevokedRow


def propose(cti: str, reason: str, *, by: Staff, at: datetime) -> int:
    """Propose to take one code back, by its identity in hexadecimal; the proposal's id.

    :raises Refused: `unknown_code`, `code_over` for one that has expired or was taken back, `unknown_reason`,
        `already_proposed`, and those of `acting`.
    """
    with refusals_recorded(by, at, code_subject(cti)), acting(by, Permission.REVOKE_CODES, at) as session:
        row = _one(cti)
        _still_good(session, [row], at)
        return _put_down(session, What.REVOKE_CODE, code_subject(cti), row.person_id, reason, by=by, at=at)


def propose_all(person: int, reason: str, *, by: Staff, at: datetime) -> int:
    """Propose to take back every code that somebody has, where a card was given out wrongly; the proposal's id.

    Also those that were issued to a row which was joined to theirs since.

    :raises Refused: `code_over` where none is good any more, and those of `propose`.
    """
    with refusals_recorded(by, at, subject_of(person)), acting(by, Permission.REVOKE_CODES, at) as session:
        _still_good(session, _of_person(session, person, at), at)
        return _put_down(session, What.REVOKE_CODES, subject_of(person), person, reason, by=by, at=at)


def confirm(proposal_id: int, *, by: Staff, at: datetime) -> int:
    """The second person agrees: the code, or every code that the person has by now, is taken back; how many.

    :raises Refused: as `second_look.settle`; `code_over` where nothing is left to be taken back.
    """
    with (
        refusals_recorded(by, at, f"proposal {proposal_id}"),
        acting(by, Permission.CONFIRM_CODE_REVOCATIONS, at) as session,
    ):
        proposal = second_look.settle(session, proposal_id, Settled.CONFIRMED, by=by, at=at)
        rows = _meant(session, proposal, at)
        good = _still_good(session, rows, at)
        proposed_by = second_look.proposer(session, proposal_id)
        how = RevokedRow(b"", str(proposal.content["reason"]), proposed_by, by.id, micros(at))
        issued_code_rows.revoke(session.connection(), good, how)
        figures = {"reason": how.reason, "revoked": len(good)}
        audit.record(session, audit.Act.CODES_REVOKED, by=by, at=at, subject=_person_of(proposal), figures=figures)
    return len(good)


def code_subject(cti: str) -> str:
    """How proposals and events name a code: by its identity; what can be none is not written down."""
    try:
        identity = bytes.fromhex(cti)
    except ValueError:
        identity = b""
    return f"code {identity.hex()}" if len(identity) in CTI_BYTES.values() else "code"


def _put_down(session: Session, what: What, subject: str, person: int, reason: str, *, by: Staff, at: datetime) -> int:
    if not known_reasons([reason], RevokeReason):
        raise Refused("unknown_reason")
    content = {"reason": str(reason), "person": person}
    made = second_look.propose(session, what, subject, unit=by.unit or PROVINCE, content=content, by=by, at=at)
    figures = {"reason": str(reason)}
    audit.record(session, audit.Act.CODE_REVOCATION_PROPOSED, by=by, at=at, subject=subject, figures=figures)
    return made


def _meant(session: Session, proposal: Proposal, at: datetime) -> list[IssuedRow]:
    if proposal.what == What.REVOKE_CODE:
        return [_one(proposal.named)]
    if proposal.what == What.REVOKE_CODES:
        return _of_person(session, proposal.about, at)
    raise Refused("proposal_gone")


def _one(cti: str) -> IssuedRow:
    try:
        identity = bytes.fromhex(cti)
    except ValueError:
        raise Refused("unknown_code") from None
    with audit.look_ups_read() as access:
        row = issued_code_rows.one(access, identity)
    if row is None:
        raise Refused("unknown_code")
    return row


def _of_person(session: Session, person: int, at: datetime) -> list[IssuedRow]:
    ids = look_up_rows.all_of(session.connection(), person)
    with audit.look_ups_read() as access:
        return [row for one in ids for row in issued_code_rows.of_person(access, one, at)]


def _still_good(session: Session, rows: Sequence[IssuedRow], at: datetime) -> list[IssuedRow]:
    connection = session.connection()
    good = [
        row
        for row in rows
        if instant(row.expires_at) > at and issued_code_rows.revoked(connection, row.person_id, row.cti) is None
    ]
    if not good:
        raise Refused("code_over")
    return good


def _person_of(proposal: Proposal) -> str:
    return subject_of(int(str(proposal.content["person"])))
