"""The second factor: one-time codes of an application on somebody's phone, and recovery codes for when it is lost (S06)."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

import pyotp
import sqlalchemy as sa
from sqlmodel import Session, col, select

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.signing_in import READABLE
from hbcore.services import accounts, audit, own_account, passwords, sessions
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.refusals import refusals_recorded
from hbcore.storage.sealing import KEY_VERSION, keyed_hash, seal, unseal
from hbcore.storage.tables import RecoveryCode, SecondFactor

STEP = 30
"""Seconds that a code stands for (RFC 6238); the one before and the one after are taken too, as clocks differ."""

RECOVERY_CODES, RECOVERY_LETTERS = 10, 10
LONGEST_CODE = 40
ISSUER = "Hubei health code desk"
CONFIRMING = "second factor"
"""Where tries at confirming count: apart from those at signing in."""


@dataclass(frozen=True)
class Secret:
    """What an application needs to make codes: as letters to type, and as the address that its camera reads."""

    letters: str
    address: str


@dataclass(frozen=True)
class Guard:
    """How one's own second factor stands: `confirmed_at` None while being set up, and then the secret is shown."""

    confirmed_at: datetime | None
    secret: Secret | None
    codes_left: int


def own(*, by: Staff, at: datetime) -> Guard | None:
    """The second factor of `by`; None where there is none."""
    with reading(by, Permission.KEEP_OWN_ACCOUNT, at) as session:
        row = session.get(SecondFactor, by.id)
        if row is None:
            return None
        unused = select(RecoveryCode.code_hash).where(RecoveryCode.staff_id == by.id, col(RecoveryCode.used_at).is_(None))
        shown = None if row.confirmed_at else _secret(_letters(row), by.name)
        return Guard(row.confirmed_at, shown, len(session.exec(unused).all()))


def begin(password: str, *, by: Staff, at: datetime) -> None:
    """Make a secret for one's own account; it guards nothing until a code of it has confirmed it.

    :raises Refused: `wrong_password`, `too_many_tries`; `second_factor_on` where there is one already.
    """
    own_account.check_password(password, by=by, at=at)
    with acting(by, Permission.KEEP_OWN_ACCOUNT, at) as session:
        row = session.get(SecondFactor, by.id)
        if row is not None and row.confirmed_at is not None:
            raise Refused("second_factor_on")
        _remove(session, by.id)
        sealed = seal("second_factor", "sealed", by.id, pyotp.random_base32().encode())
        session.add(SecondFactor(staff_id=by.id, sealed=sealed, key_version=KEY_VERSION, last_step=0, recorded_at=at))
        audit.record(session, audit.Act.SECOND_FACTOR_BEGUN, by=by, at=at, subject=f"staff {by.id}")


def confirm(code: str, *, by: Staff, at: datetime) -> tuple[str, ...]:
    """Ask for codes from now on; the recovery codes, which are shown this once. Other sessions end.

    :raises Refused: `wrong_code`, `too_many_tries`; `second_factor_not_begun`, `second_factor_on`.
    """
    made = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    with refusals_recorded(by, at, f"staff {by.id}"):
        attempt = passwords.begin_attempt(by.name, place=CONFIRMING, at=at)
        if attempt is None:
            raise Refused("too_many_tries")
        with acting(by, Permission.KEEP_OWN_ACCOUNT, at) as session:
            row = session.get(SecondFactor, by.id)
            if row is None or row.confirmed_at is not None:
                raise Refused("second_factor_on" if row else "second_factor_not_begun")
            if not _takes(session, row, code, at):
                raise Refused("wrong_code")
            row.confirmed_at = at
            session.add(row)
            session.add_all(RecoveryCode(staff_id=by.id, code_hash=_hash(by.id, one)) for one in made)
            passwords.attempt_succeeded(session, attempt)
            sessions.end_all_of(session, by.id, at=at, but=by.session)
            audit.record(session, audit.Act.SECOND_FACTOR_ON, by=by, at=at, subject=f"staff {by.id}")
    return made


def turn_off(password: str, *, by: Staff, at: datetime) -> None:
    """Ask for no more codes, or give up setting them up.

    :raises Refused: `wrong_password`, `too_many_tries`, `second_factor_not_begun`.
    """
    own_account.check_password(password, by=by, at=at)
    with acting(by, Permission.KEEP_OWN_ACCOUNT, at) as session:
        if not _remove(session, by.id):
            raise Refused("second_factor_not_begun")
        audit.record(session, audit.Act.SECOND_FACTOR_OFF, by=by, at=at, subject=f"staff {by.id}")


def reset(name: str, *, by: Staff, at: datetime) -> None:
    """Take the second factor from the account `name`, whose holder has lost it, and end its sessions.

    :raises Refused: `unknown_staff`, `second_factor_not_begun`; `own_account` for one's own at the desk.
    """
    with refusals_recorded(by, at, "staff"), acting(by, Permission.KEEP_STAFF, at) as session:
        row = accounts.active_row(session, name)
        if row.id == by.id and by.session is not None:
            raise Refused("own_account")
        if not _remove(session, row.id):
            raise Refused("second_factor_not_begun")
        sessions.end_all_of(session, row.id, at=at)
        audit.record(session, audit.Act.SECOND_FACTOR_RESET, by=by, at=at, subject=f"staff {row.id}")


def enter(step: str, code: str, *, at: datetime) -> str:
    """The ticket for a sign-in whose password was right, once a code is too. The same words and work whatever is wrong with it.

    :raises Refused: `wrong_code`, also for one used before; `too_many_tries` after five of those within 15 minutes, from
        anywhere; `sign_in_again` after five minutes.
    """
    staff_id = sessions.half_signed_in(step, at=at)
    if staff_id is None:
        raise Refused("sign_in_again")
    attempt = passwords.begin_attempt(f"staff {staff_id}", place=CONFIRMING, at=at)
    if attempt is None:
        raise Refused("too_many_tries")
    with sessions.half_way(step, at=at) as session:
        row = session.get(SecondFactor, staff_id) if session else None
        ticket = None
        if session is not None and row is not None and _takes(session, row, code, at):
            passwords.attempt_succeeded(session, attempt)
            ticket = sessions.step_taken(session, step, staff_id, at=at)
    if ticket is None:
        audit.record_alone(audit.Act.SIGN_IN_FAILED, by=None, at=at, subject=f"staff {staff_id}", figures={"why": "wrong_code"})
        raise Refused("wrong_code")
    return ticket


def _takes(session: Session, row: SecondFactor, code: str, at: datetime) -> bool:
    """Whether `code` is one of now or an unused recovery code, and spend it: of two at once, one is taken."""
    typed = "".join(character for character in code[:LONGEST_CODE].upper() if character.isalnum())
    totp, now_step = pyotp.TOTP(_letters(row)), int(at.timestamp()) // STEP
    near = range(now_step - 1, now_step + 2)
    fits = [step for step in near if compare_digest(totp.generate_otp(step).encode(), typed.encode()) and step > row.last_step]
    mine, connection = col(SecondFactor.staff_id) == row.staff_id, session.connection()
    newer = mine & (col(SecondFactor.last_step) < (fits[0] if fits else 0))
    by_step = connection.execute(sa.update(SecondFactor).where(newer).values(last_step=fits[0] if fits else 0)).rowcount
    spare = (col(RecoveryCode.staff_id) == row.staff_id) & (col(RecoveryCode.code_hash) == _hash(row.staff_id, typed))
    unused = spare & col(RecoveryCode.used_at).is_(None)
    by_recovery = connection.execute(sa.update(RecoveryCode).where(unused).values(used_at=at)).rowcount
    session.expire(row)
    return bool(by_step or by_recovery)


def _recovery_code() -> str:
    letters = "".join(secrets.choice(READABLE) for _ in range(RECOVERY_LETTERS))
    return f"{letters[:5]}-{letters[5:]}"


def _hash(staff_id: int, code: str) -> bytes:
    return keyed_hash("recovery code", f"{staff_id}|{code.replace('-', '')}")


def _letters(row: SecondFactor) -> str:
    return unseal("second_factor", "sealed", row.staff_id, row.sealed, row.key_version).decode()


def _secret(letters: str, name: str) -> Secret:
    return Secret(letters, pyotp.TOTP(letters).provisioning_uri(name=name, issuer_name=ISSUER))


def _remove(session: Session, staff_id: int) -> bool:
    session.execute(sa.delete(RecoveryCode).where(col(RecoveryCode.staff_id) == staff_id))
    removed = session.connection().execute(sa.delete(SecondFactor).where(col(SecondFactor.staff_id) == staff_id)).rowcount
    session.expire_all()
    return bool(removed)
