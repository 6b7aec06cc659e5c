"""Codes that were signed, by which keys, and those taken back.

What was issued stands beside the look-ups: a card is shown, its look-up written down and its code issued at once, whoever
imports meanwhile. Keys and what is taken back stand in the desk's database: each is an act.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.domain.issued_codes import CodeKind
from hbcore.storage.instants import Instant
from hbcore.storage.tables.columns import BIG, big, big_key, instant_at, one_of
from hbcore.storage.tables.events import access

issued_code = sa.Table(
    "issued_code",
    access,
    sa.Column("cti", sa.LargeBinary, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("person_id", BIG, nullable=False),
    sa.Column("colour", sa.String),
    sa.Column("policy", sa.String),
    sa.Column("row", sa.String),
    sa.Column("result_id", BIG),
    sa.Column("issued_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("key_id", sa.LargeBinary, nullable=False),
    sa.Column("issued_by", BIG),
    sa.Column("look_up", BIG, nullable=False),
    sa.Column("mark", sa.LargeBinary, nullable=False),
    one_of("kind", CodeKind),
    sa.CheckConstraint("expires_at > issued_at", name="lives"),
    sa.CheckConstraint("(kind = 'status') = (colour IS NOT NULL)", name="status_has_colour"),
    sa.CheckConstraint("(kind = 'status') = (policy IS NOT NULL)", name="status_has_policy"),
    sa.CheckConstraint("(kind = 'certificate') = (result_id IS NOT NULL)", name="certificate_has_result"),
    sa.Index("issued_code_of_person", "person_id", "expires_at"),
    sa.Index("issued_code_by_age", "expires_at"),
    sqlite_with_rowid=False,
)
"""The register: nothing is signed without a row in it.

`row`: which row of the policy decided; it stays here and is never in the code. `look_up`: the number of the event that shows it;
`issued_by`: None for the holder's own page. `mark`: a keyed hash over the rest, so that a row written or copied past the desk is
none of ours.
"""


class CodeKey(SQLModel, table=True):
    """A key that signs codes of one use. The private half lies in the folder of keys, under the key's name.

    `signs_until`: None for the one that signs now; `until_at`: when its last code has expired and nobody needs to believe it.
    """

    __tablename__ = "code_key"
    __table_args__ = (
        one_of("use", CodeKind),
        sa.CheckConstraint("(signs_until IS NULL) = (until_at IS NULL)", name="ends_wholly"),
        sa.CheckConstraint("signs_until IS NULL OR signs_until >= from_at", name="not_ended_before"),
        sa.CheckConstraint("until_at IS NULL OR until_at >= signs_until", name="believed_to_the_last"),
        sa.Index(
            "code_key_now",
            "use",
            unique=True,
            sqlite_where=sa.text("signs_until IS NULL"),
            postgresql_where=sa.text("signs_until IS NULL"),
        ),
    )
    kid: bytes = Field(primary_key=True)
    use: str
    public: bytes = Field(description="SubjectPublicKeyInfo, DER")
    from_at: datetime = instant_at()
    signs_until: datetime | None = instant_at(default=None)
    until_at: datetime | None = instant_at(default=None)


class RevokedKey(SQLModel, table=True):
    """A key of which nothing is believed any more, by two people: whoever has stolen it can sign with any date."""

    __tablename__ = "revoked_key"
    __table_args__ = (sa.CheckConstraint("proposed_by <> confirmed_by", name="two_people"),)
    kid: bytes = Field(primary_key=True, foreign_key="code_key.kid")
    reason: str
    proposed_by: int = big()
    confirmed_by: int = big()
    revoked_at: datetime = instant_at()


class RevokedCode(SQLModel, table=True):
    """A code taken back before its time, by two people."""

    __tablename__ = "revoked_code"
    __table_args__ = (sa.CheckConstraint("proposed_by <> confirmed_by", name="two_people"), {"sqlite_with_rowid": False})
    person_id: int = big_key()
    cti: bytes = Field(primary_key=True)
    expires_at: datetime = instant_at()
    reason: str
    proposed_by: int = big()
    confirmed_by: int = big()
    revoked_at: datetime = instant_at()
