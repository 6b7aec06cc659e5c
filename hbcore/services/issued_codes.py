"""The codes that the desk signs: entered in the register with the look-up that shows them, signed after."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.issued_codes import CTI_BYTES, DRAWN_ANEW, CodeKind, Life, life, status_claims, still_serves
from hbcore.domain.known import instant, micros
from hbcore.domain.vocabulary import Colour
from hbcore.services import audit
from hbcore.storage import code_keys, issued_code_rows
from hbcore.storage.issued_code_rows import IssuedRow


class Decided(Protocol):
    """What a live code says, and until when that holds: a card's code."""

    @property
    def colour(self) -> Colour:
        """The colour now."""

    @property
    def policy(self) -> str:
        """By which policy."""

    @property
    def row(self) -> str:
        """By which of its rows; kept in the register, never in the code."""

    @property
    def until(self) -> datetime | None:
        """When that changes if nothing else happens."""


@dataclass(frozen=True)
class LiveCode:
    """A live code as it is shown. `cti`: its identity; its text is another one each time it is signed."""

    text: str
    cti: bytes
    issued_at: datetime
    expires_at: datetime

    @property
    def drawn_anew_at(self) -> datetime:
        """From then on whoever shows it should ask again: another code is made. Not before it was made itself."""
        return max(self.issued_at, self.expires_at - DRAWN_ANEW)


@dataclass(frozen=True)
class Means:
    """What the desk's database says before a code of one person is issued: the key that signs, and what was taken back."""

    key: bytes | None
    revoked: frozenset[bytes]


def means(session: Session, person: int, kind: CodeKind = CodeKind.STATUS, *, at: datetime) -> Means:
    """The key that signs now and the person's codes that were taken back, in the caller's transaction."""
    connection = session.connection()
    return Means(code_keys.signs_now(connection, kind), issued_code_rows.revoked_of(connection, person, at))


def standing(access: sa.Connection, person: int, code: Decided | None, by_means: Means, *, at: datetime) -> IssuedRow | None:
    """A code that was issued before, says what would be said now, and has time left."""
    if code is None:
        return None
    for row in issued_code_rows.of_person(access, person, at):
        same = (row.colour, row.policy, row.row, row.key_id) == (str(code.colour), code.policy, code.row, by_means.key)
        if same and row.cti not in by_means.revoked and still_serves(_life(row), at, code.until):
            return row
    return None


def kept(person: int, code: Decided | None, by_means: Means, *, at: datetime) -> IssuedRow | None:
    """`standing` for who shows again what was shown within a look-up: reads only."""
    with audit.look_ups_read() as access:
        return standing(access, person, code, by_means, at=at)


def enter(
    connection: sa.Connection, person: int, code: Decided | None, by_means: Means, *, look_up: int, by: int | None, at: datetime
) -> IssuedRow | None:
    """The register's row of a live code: the one that still serves, else a new one, in the transaction of the look-up's event.

    `look_up`: the number of that event; `by`: our id of who is shown it, None for the holder. None where there is no colour, no
    key, or less than a second to live.
    """
    serves = standing(connection, person, code, by_means, at=at)
    lasts = life(CodeKind.STATUS, at, code.until) if code else None
    if serves or code is None or lasts is None or by_means.key is None:
        return serves
    row = IssuedRow(
        cti=secrets.token_bytes(CTI_BYTES[CodeKind.STATUS]),
        kind=str(CodeKind.STATUS),
        person_id=person,
        colour=str(code.colour),
        policy=code.policy,
        row=code.row,
        result_id=None,
        issued_at=micros(lasts.issued_at),
        expires_at=micros(lasts.expires_at),
        key_id=by_means.key,
        issued_by=by,
        look_up=look_up,
    )
    issued_code_rows.add(connection, row)
    return row


def signed(row: IssuedRow | None) -> LiveCode | None:
    """The text of a code that stands in the register: call it once that is committed, so that nothing is signed without."""
    if row is None or row.colour is None or row.policy is None:
        return None
    lasts = _life(row)
    claims = status_claims(Colour(row.colour), row.policy, lasts, row.cti)
    return LiveCode(code_keys.signed(row.key_id, claims), row.cti, lasts.issued_at, lasts.expires_at)


def _life(row: IssuedRow) -> Life:
    return Life(instant(row.issued_at), instant(row.expires_at))
