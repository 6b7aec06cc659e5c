"""A key that somebody else has: proposed by one who keeps keys and confirmed by another, nothing of it is believed any more."""

from datetime import datetime

from sqlmodel import Session

from hbcore.domain.application_reasons import known_reasons
from hbcore.domain.code_revoking import KeyRevokeReason
from hbcore.domain.errors import Refused
from hbcore.domain.issued_codes import KID_BYTES, CodeKind
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import audit, code_keys_kept, second_look
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import Proposal, Settled, What
from hbcore.storage import code_keys, proposal_rows
from hbcore.storage.code_keys import KeyRow, RevokedKeyRow


def propose(kid: str, reason: str, *, by: Staff, at: datetime) -> int:
    """Propose to revoke a key, by its name in hexadecimal; the proposal's id.

    :raises Refused: `unknown_code_key`, `key_revoked` for one that is already, `unknown_reason`, `already_proposed`, and those of
        `acting`.
    """
    subject = key_subject(kid)
    with refusals_recorded(by, at, subject), acting(by, Permission.KEEP_CODE_KEYS, at) as session:
        _standing(session, kid)
        if not known_reasons([reason], KeyRevokeReason):
            raise Refused("unknown_reason")
        content = {"reason": str(reason)}
        made = second_look.propose(session, What.REVOKE_KEY, subject, unit=PROVINCE, content=content, by=by, at=at)
        audit.record(session, audit.Act.CODE_KEY_REVOCATION_PROPOSED, by=by, at=at, subject=subject, figures=content)
    return made


def settle(proposal_id: int, how: Settled, reason: str | None = None, *, by: Staff, at: datetime) -> None:
    """Confirm, decline for a reason of the list, or withdraw one.

    Confirmed, every code under the key is refused at once, by its name; where it signs now, a new key follows it, and whoever
    looks at a card or a status page gets a code that the new one has signed.

    :raises Refused: as `second_look.settle`; `key_revoked`.
    """
    with refusals_recorded(by, at, f"proposal {proposal_id}"), acting(by, Permission.KEEP_CODE_KEYS, at) as session:
        proposal = second_look.settle(session, proposal_id, how, by=by, at=at, what=What.REVOKE_KEY, reason=reason)
        if how == Settled.CONFIRMED:
            _revoke(session, proposal, second_look.proposer(session, proposal_id), by=by, at=at)
            return
        act = audit.Act.PROPOSAL_DECLINED if how == Settled.DECLINED else audit.Act.PROPOSAL_WITHDRAWN
        figures = {"what": str(proposal.what)} | second_look.declined_for(reason)
        audit.record(session, act, by=by, at=at, subject=proposal.subject, figures=figures)


def waiting(*, by: Staff, at: datetime) -> tuple[Proposal, ...]:
    """The proposals that wait: those of others, and one's own."""
    with reading(by, Permission.KEEP_CODE_KEYS, at) as session:
        rows = proposal_rows.waiting(session.connection(), by.id, PROVINCE, [str(What.REVOKE_KEY)], at)
        return tuple(second_look.as_seen(row, by) for row in rows if row.what == What.REVOKE_KEY)


def count_in(session: Session, by: Staff, at: datetime) -> int:
    """How many of others wait for `by`, in the caller's transaction."""
    return proposal_rows.count_waiting_for(session.connection(), by.id, PROVINCE, [str(What.REVOKE_KEY)], at)


def revoke(kid: str, reason: str, *, by: Staff, at: datetime) -> bool:
    """For who has nothing but the key's name: the first call proposes, the same by another carries it out. Whether it is done.

    :raises Refused: as `propose` and `settle`.
    """
    theirs = [one for one in waiting(by=by, at=at) if not one.own and one.subject == key_subject(kid)]
    if not theirs:
        propose(kid, reason, by=by, at=at)
        return False
    settle(theirs[0].id, Settled.CONFIRMED, by=by, at=at)
    return True


def key_subject(kid: str) -> str:
    """How proposals and events name a key, in whichever letters its name was typed; what can be none is not written down."""
    name = _name(kid)
    return f"key {name.hex()}" if len(name) in KID_BYTES.values() else "key"


def _revoke(session: Session, proposal: Proposal, proposed_by: int, *, by: Staff, at: datetime) -> None:
    row, connection, reason = _standing(session, proposal.named), session.connection(), str(proposal.content["reason"])
    code_keys.revoke(connection, RevokedKeyRow(bytes(row.kid), reason, proposed_by, by.id, at))
    figures = {"reason": reason, "use": row.use}
    audit.record(session, audit.Act.CODE_KEY_REVOKED, by=by, at=at, subject=proposal.subject, figures=figures)
    if row.signs_until is None:
        code_keys_kept.rotate_in(session, CodeKind(row.use), by=by, at=at)


def _standing(session: Session, kid: str) -> KeyRow:
    row = code_keys.one(session.connection(), _name(kid))
    if row is None:
        raise Refused("unknown_code_key")
    if row.revoked_at is not None:
        raise Refused("key_revoked")
    return row


def _name(kid: str) -> bytes:
    """The bytes of a key's name; nothing for what is not hexadecimal."""
    try:
        return bytes.fromhex(kid)
    except ValueError:
        return b""
