"""A foreign certificate as evidence: what it says, and whether a trusted key stands behind it. It is read, never kept."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from hbcore.domain import dcc
from hbcore.domain.code_chain import OF_EU, test_statement, walk
from hbcore.domain.code_verdicts import CodeStep, CodeVerdict
from hbcore.domain.dcc import StatementKind, TestStatement
from hbcore.domain.errors import Refused
from hbcore.domain.foreign_tests import ForeignTest, foreign_test
from hbcore.domain.hcert import PREFIX
from hbcore.domain.permissions import Permission
from hbcore.services.acting import Staff, reading
from hbcore.services.code_checking import judged
from hbcore.storage import trust_rows
from hbcore.storage.readers import scanned


class Standing(StrEnum):
    """Whether anybody stands behind a certificate."""

    TRUSTED = "trusted"
    UNVERIFIED = "unverified"


@dataclass(frozen=True)
class ForeignCertificate:
    """What a certificate says. `country`: whose key signed it, where it is trusted, else whom it names itself.

    `failed_step`: why it is unverified; `kind`: what it states, None for several things; `statement` and `test`: of a test, as
    written and in our words.
    """

    standing: Standing
    failed_step: CodeStep | None
    country: str
    expires_at: datetime | None
    kind: StatementKind | None
    statement: TestStatement | None
    test: ForeignTest | None


def read(text: str, *, by: Staff, at: datetime) -> ForeignCertificate:
    """What a certificate's text says, by the keys that stand on the lists. It is nothing of ours, so it is no look-up.

    :raises Refused: `certificate_invalid` for whatever is no certificate, or says it is signed by a known key and is not.
    """
    with reading(by, Permission.LOOK_UP_PEOPLE, at) as session:
        return read_in(session.connection(), text, at=at)


def text_in(picture: bytes) -> str | None:
    """The certificate's text in a photo of its paper; None where there is none. The photo is looked at and forgotten."""
    text = scanned.text_in(picture)
    return text if text is not None and text.startswith(PREFIX) else None


def read_in(connection: sa.Connection, text: str, *, at: datetime) -> ForeignCertificate:
    """As `read`, within the caller's transaction.

    :raises Refused: `certificate_invalid`.
    """
    walked = walk(text, lambda kid: trust_rows.named(connection, kid), at)
    checked = judged(walked)
    if walked.read is None or checked.verdict == CodeVerdict.INVALID:
        raise Refused("certificate_invalid")
    said = walked.read.hcert
    statement = test_statement(said)
    if statement is None and dcc.why_not(said.get(OF_EU)) is not None:
        raise Refused("certificate_invalid")
    trusted = checked.verdict == CodeVerdict.FOREIGN_VALID
    issuer = (checked.claims.issuer if checked.claims else None) or ""
    return ForeignCertificate(
        Standing.TRUSTED if trusted else Standing.UNVERIFIED,
        checked.failed_step,
        (walked.key.country if trusted and walked.key else None) or issuer,
        checked.claims.expires if checked.claims else None,
        StatementKind.TEST if statement else _other(dcc.kinds(said[OF_EU])),
        statement,
        foreign_test(statement) if statement else None,
    )


def _other(kinds: frozenset[StatementKind]) -> StatementKind | None:
    """What a certificate states that does not state one test alone; None for several things, as early releases have them."""
    (kind, *others) = kinds
    return None if others or kind is StatementKind.TEST else kind
