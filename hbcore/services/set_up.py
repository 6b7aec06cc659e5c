"""A desk's first start: database, keys, units, policies, and the one-time code of the first administrator."""

import secrets
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from hbcore.domain.errors import Refused
from hbcore.domain.policy import shipped
from hbcore.domain.signing_in import READABLE
from hbcore.services import audit, people_found_alike, units
from hbcore.services.policies_published import digest_of
from hbcore.storage import code_keys
from hbcore.storage.engine import engine, sorts_by_bytes
from hbcore.storage.ids import new_id
from hbcore.storage.sealing import keyed_hash, keys_there, make_keys
from hbcore.storage.tables import Event, Person, PolicyRow, SetupCode, StaffRow, Upload
from hbcore.storage.upgrade import upgrade

GROUPS, LETTERS = 4, 5
MARKED_BY = 1_000
"""The mark of a demonstration is not looked for behind this event: strangers ask for it."""

IN_FORCE = ("hubei-2020-04",)
"""The shipped policies that are published from the start; the others wait for two people (model part 8)."""


def init(*, at: datetime) -> str | None:
    """Create or upgrade the desk; a fresh set-up code while there is no staff at all, voiding the one before, else None.

    :raises Refused: `keys_missing` for a desk at work: new keys would open nothing of what the old ones sealed;
        `database_sorts_by_language` for a PostgreSQL database whose collation is not C.
    """
    return _prepare(at, _no_staff)


def start(*, at: datetime) -> str | None:
    """What each start of the server does: `init`, but a set-up code that was printed before stays good and is not replaced."""
    return _prepare(at, lambda session: _no_staff(session) and session.exec(select(SetupCode.id).limit(1)).first() is None)


def _prepare(at: datetime, wants_code: Callable[[Session], bool]) -> str | None:
    if not sorts_by_bytes():
        raise Refused("database_sorts_by_language")
    upgrade()
    if not nobody_yet() and not keys_there():
        raise Refused("keys_missing")
    make_keys()
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        units.load_shipped(session)
        session.flush()
        _keep_policies(session, at)
        code_keys.make_missing(session.connection(), at)
        code = _fresh_code(session, at) if wants_code(session) else None
        session.flush()
    people_found_alike.fill()
    return code


def ready() -> bool:
    """Whether the database has its tables. Public: needs no permission."""
    return sa.inspect(engine()).has_table("staff")


def has_keys() -> bool:
    """Whether the desk's keys are there. Public: needs no permission."""
    return keys_there()


def nobody_yet() -> bool:
    """Whether the first administrator is still to be made. Public: needs no permission."""
    with Session(engine()) as session:
        return _no_staff(session)


def empty() -> bool:
    """Whether nobody and nothing is here: no account, no person, no upload. Public: needs no permission."""
    if not ready():
        return True
    with Session(engine()) as session:
        return all(session.exec(select(table.id).limit(1)).first() is None for table in (StaffRow, Person, Upload))


def is_demonstration() -> bool:
    """Whether the desk was filled with an invented province; its mark is one of the first events. Public: needs no permission."""
    first = (col(Event.act) == audit.Act.DEMONSTRATION) & (col(Event.seq) <= MARKED_BY)
    with Session(engine()) as session:
        return session.exec(select(Event.seq).where(first)).first() is not None


def _no_staff(session: Session) -> bool:
    return session.exec(select(StaffRow.id).limit(1)).first() is None


def _keep_policies(session: Session, at: datetime) -> None:
    kept = set(session.exec(select(PolicyRow.id)))
    for policy in shipped().values():
        if policy.id not in kept:
            session.add(_policy_row(policy.id, policy.applies_to, policy.valid_from, at))


def _policy_row(policy_id: str, scope: str, valid_from: datetime, at: datetime) -> PolicyRow:
    content = (units.SHIPPED.parent / "policies" / f"{policy_id}.json").read_text(encoding="utf-8")
    published = policy_id in IN_FORCE
    return PolicyRow(
        id=policy_id,
        scope=scope,
        content=content,
        digest=digest_of(content),
        valid_from=valid_from if published else None,
        published_at=at if published else None,
        recorded_at=at,
    )


def _fresh_code(session: Session, at: datetime) -> str:
    session.execute(sa.delete(SetupCode).where(col(SetupCode.used_at).is_(None)))
    code = "-".join("".join(secrets.choice(READABLE) for _ in range(LETTERS)) for _ in range(GROUPS))
    session.add(SetupCode(id=new_id(), code_hash=_hash(code), recorded_at=at))
    return code


def _hash(code: str) -> bytes:
    return keyed_hash("set-up code", "".join(character for character in code.upper() if character.isalnum()))


def use_code(session: Session, code: str, *, at: datetime) -> None:
    """Spend the set-up code in the transaction that makes the first administrator.

    :raises Refused: `already_set_up` when there is staff, `wrong_setup_code` for any other code.
    """
    if not _no_staff(session):
        raise Refused("already_set_up")
    fits = (col(SetupCode.code_hash) == _hash(code)) & col(SetupCode.used_at).is_(None)
    if session.connection().execute(sa.update(SetupCode).where(fits).values(used_at=at)).rowcount != 1:
        raise Refused("wrong_setup_code")
