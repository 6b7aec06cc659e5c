"""A code that somebody shows, known again: by the desk's own keys, by the register, by what was taken back."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.code_chain import OF_STATUS, walk
from hbcore.domain.code_verdicts import CodeStep, CodeVerdict
from hbcore.domain.hcert import Claims
from hbcore.domain.issued_codes import CodeKind
from hbcore.domain.known import instant
from hbcore.domain.signer_keys import SignerKey
from hbcore.domain.vocabulary import Colour
from hbcore.services import audit, code_checking
from hbcore.services.code_checking import CodeChecked
from hbcore.services.code_keys_kept import believed
from hbcore.storage import issued_code_rows, look_up_rows, trust_rows
from hbcore.storage.engine import engine
from hbcore.storage.issued_code_rows import IssuedRow

BELIEVED = (CodeVerdict.REGISTERED, CodeVerdict.EXPIRED)
"""Verdicts on a signed code that still say whose it is; the colour is that of now. Nobody is shown for a code that was taken back
or never issued: it may be in anybody's hand."""


@dataclass(frozen=True)
class Revoked:
    """When and why a code was taken back."""

    at: datetime
    reason: str


@dataclass(frozen=True)
class IssuedCode:
    """What the register says of a code. `look_up`: the number of the event that showed it; `issued_by`: None for its holder."""

    cti: bytes
    kind: CodeKind
    person: int
    colour: Colour | None
    policy: str | None
    issued_at: datetime
    expires_at: datetime
    issued_by: int | None
    look_up: int
    revoked: Revoked | None


@dataclass(frozen=True)
class Presented:
    """A text that somebody shows: what it is, and what the register knows of it; `issued` None where the desk never issued it."""

    checked: CodeChecked
    issued: IssuedCode | None

    @property
    def verdict(self) -> CodeVerdict:
        """What it is."""
        return self.checked.verdict

    @property
    def person(self) -> int | None:
        """Whose it is, by our id."""
        return self.issued.person if self.issued else None

    @property
    def holder(self) -> int | None:
        """Whom it shows at a gate."""
        return self.person if self.verdict in BELIEVED else None

    @property
    def said(self) -> Colour | None:
        """The colour that was shown when it was made, which may not be the colour now."""
        return self.issued.colour if self.issued else None


def presented(session: Session, text: str, *, trust: tuple[SignerKey, ...] = (), at: datetime) -> Presented:
    """What a text is by the desk's own keys and its register, in the caller's transaction; the event is the caller's.

    `registered`: ours, good, and in the register as it says; `revoked`: taken back by two people, alone or with the key that
    signed it; `signed_not_registered`: our key signed it, but the desk never issued it so: somebody else has the key; `expired`:
    looked up as well. A code of another signer is judged by `trust` and by the keys that an administrator has imported.
    """
    walked = walk(text, lambda kid: believed(session, kid), at)
    checked = code_checking.judged(walked)
    nameless = checked.kid is None and checked.failed_step in (CodeStep.KEY_USAGE, CodeStep.SIGNATURE)
    if checked.verdict == CodeVerdict.NOT_OURS or nameless:
        return Presented(_of_others(session, text, trust, at), None)
    if checked.verdict == CodeVerdict.INVALID:
        return Presented(checked, None)
    issued = _as_issued(session, checked)
    if checked.verdict == CodeVerdict.REVOKED:
        return Presented(checked, issued)
    verdict = _verdict(checked, issued)
    failed = CodeStep.REGISTER if verdict in (CodeVerdict.SIGNED_NOT_REGISTERED, CodeVerdict.REVOKED) else checked.failed_step
    return Presented(replace(checked, verdict=verdict, failed_step=failed), issued)


def _of_others(session: Session, text: str, trust: tuple[SignerKey, ...], at: datetime) -> CodeChecked:
    listed = session.connection()
    return code_checking.judged(walk(text, lambda kid: (*trust, *trust_rows.named(listed, kid)), at))


def check_here(text: str, *, trust: tuple[SignerKey, ...] = (), at: datetime) -> CodeChecked:
    """`presented` for whoever asks on the shell. Public: needs no permission, and says nothing of whose a code is."""
    with engine().connect() as connection, Session(connection) as session:
        return presented(session, text, trust=trust, at=at).checked


def seen(session: Session, row: IssuedRow) -> IssuedCode:
    """A row of the register, with what was taken back; of somebody joined to another since, that other's."""
    found = look_up_rows.pointed_to(session.connection(), row.person_id)
    taken = issued_code_rows.revoked(session.connection(), row.person_id, row.cti)
    return IssuedCode(
        cti=row.cti,
        kind=CodeKind(row.kind),
        person=found.id if found else row.person_id,
        colour=Colour(row.colour) if row.colour else None,
        policy=row.policy,
        issued_at=instant(row.issued_at),
        expires_at=instant(row.expires_at),
        issued_by=row.issued_by,
        look_up=row.look_up,
        revoked=Revoked(instant(taken.revoked_at), taken.reason) if taken else None,
    )


def by_cti(session: Session, cti: bytes) -> IssuedCode | None:
    """The code of this identity; None where the desk has not issued it."""
    with audit.look_ups_read() as access:
        row = issued_code_rows.one(access, cti)
    return seen(session, row) if row else None


def of_person(session: Session, person: int, at: datetime) -> tuple[IssuedCode, ...]:
    """The codes of one person that have not expired, the one that lasts longest first; also of who was joined to them since."""
    ids = look_up_rows.all_of(session.connection(), person)
    with audit.look_ups_read() as access:
        rows = [row for one in ids for row in issued_code_rows.of_person(access, one, at)]
    rows.sort(key=lambda row: (row.expires_at, row.issued_at), reverse=True)
    return tuple(seen(session, row) for row in rows)


def _verdict(checked: CodeChecked, issued: IssuedCode | None) -> CodeVerdict:
    if issued is not None and issued.revoked:  # also after its end: nobody is shown for it
        return CodeVerdict.REVOKED
    if checked.verdict == CodeVerdict.EXPIRED:
        return CodeVerdict.EXPIRED
    return CodeVerdict.SIGNED_NOT_REGISTERED if issued is None else CodeVerdict.REGISTERED


def _as_issued(session: Session, checked: CodeChecked) -> IssuedCode | None:
    """The code in the register, where it says there what the text says, and was signed by the key of its kind."""
    claims = checked.claims
    with audit.look_ups_read() as access:
        row = issued_code_rows.one(access, claims.cti) if claims and claims.cti else None
    if claims is None or row is None or not _agrees(claims, checked.kid, row):
        return None
    return seen(session, row)


def _agrees(claims: Claims, kid: bytes | None, row: IssuedRow) -> bool:
    dates = (claims.issued, claims.expires) == (instant(row.issued_at), instant(row.expires_at))
    status = claims.hcert.get(OF_STATUS)
    says = [row.colour, row.policy] if row.kind == CodeKind.STATUS else None
    return dates and kid == row.key_id and status == says
