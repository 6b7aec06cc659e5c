"""Facts about people, and the lists of them that wait for a second person."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.domain import vocabulary as v
from hbcore.domain.fact_rules import MOST_PEOPLE
from hbcore.storage.tables.columns import big, big_key, instant_at, one_of

_DECLARED = f"'{v.FactSource.DECLARED}'"
TWO_PEOPLE = (
    f"(source = {_DECLARED} AND kind = 'self_declared' AND proposed_by IS NULL AND confirmed_by IS NULL) OR "
    "(proposed_by IS NOT NULL AND confirmed_by IS NOT NULL AND proposed_by <> confirmed_by)"
)
"""A fact is the applicant's own statement, or two people's (S13, S14): there is no third way into the table."""

ENDED_BY_TWO = (
    f"ended_at IS NULL OR (source = {_DECLARED} AND end_proposed_by IS NULL AND end_confirmed_by IS NULL) OR "
    "(end_proposed_by IS NOT NULL AND end_confirmed_by IS NOT NULL AND end_proposed_by <> end_confirmed_by)"
)
"""It ends early by two people as well; the applicant answers for their own statement."""


class Fact(SQLModel, table=True):
    """A dated statement about a person that a policy looks at (管控记录). Never changed: it is ended, and another follows."""

    __table_args__ = (
        one_of("kind", v.FactKind),
        one_of("source", v.FactSource),
        sa.CheckConstraint(TWO_PEOPLE, name="two_people"),
        sa.CheckConstraint(ENDED_BY_TWO, name="ended_by_two"),
        sa.Index(
            "fact_standing", "until_at", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        ),
        sa.Index("fact_by_id", "id"),
    )
    person_id: int = big_key()
    id: int = big_key()
    kind: str
    from_at: datetime = instant_at()
    until_at: datetime | None = instant_at(default=None)
    source: str
    evidence: str
    proposed_by: int | None = big(default=None)
    confirmed_by: int | None = big(default=None)
    recorded_at: datetime = instant_at()
    ended_at: datetime | None = instant_at(default=None)
    list_id: int | None = big(default=None, description="the list it was proposed with")
    case_number: str | None = None
    follows: int | None = big(default=None, description="the fact it goes on from, on new evidence")
    end_evidence: str | None = Field(default=None, description="the number of the paper on which it was ended early")
    end_proposed_by: int | None = big(default=None)
    end_confirmed_by: int | None = big(default=None)


class FactList(SQLModel, table=True):
    """Facts, or the end or extension of one, proposed by one person: nothing before another confirms it.

    What waits, was declined or withdrawn is said by the proposal; a confirmed list has its second person here as well.
    `against`: how many may make somebody yellow or red.
    """

    __tablename__ = "fact_list"
    __table_args__ = (
        one_of("what", ("facts", "end_fact", "extend_fact")),
        one_of("source", ("desk", "case_list")),
        sa.CheckConstraint(f"people >= 1 AND people <= {MOST_PEOPLE}", name="not_too_many"),
        sa.CheckConstraint("people = 1 OR case_number IS NOT NULL", name="many_need_a_case"),
        sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_by_somebody"),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> proposed_by", name="two_people"),
        sa.Index("fact_list_by_time", "proposed_at"),
        sa.Index("fact_list_of_file", "digest"),
    )
    id: int = big_key()
    what: str
    source: str
    case_number: str | None = None
    unit: str = Field(foreign_key="unit.code", description="where it was proposed")
    kinds: str = Field(description="how many of each kind, as JSON")
    people: int
    against: int
    burst: bool = Field(description="more than is usual in a shift or a day: who proposed it was asked and said yes")
    digest: str | None = Field(default=None, description="SHA-256 of the file it came in")
    proposal_id: int = big()
    proposed_by: int = big()
    proposed_at: datetime = instant_at()
    confirmed_by: int | None = big(default=None)
    confirmed_at: datetime | None = instant_at(default=None)
    sealed: bytes = Field(description="the reason")
    key_version: int


class FactListLine(SQLModel, table=True):
    """One person of a list: the kind, from when to when, on which paper, and the exposure (sealed).

    Where the list ends or extends a fact: the fact that is meant, and (to end one) its own times.
    """

    __tablename__ = "fact_list_line"
    __table_args__ = (one_of("kind", v.FactKind), sa.Index("line_of_fact_list", "list_id"))
    person_id: int = big_key()
    list_id: int = big_key()
    id: int = big()
    kind: str
    from_at: datetime = instant_at()
    until_at: datetime | None = instant_at(default=None)
    evidence: str
    about: int | None = big(default=None, description="the fact that is ended or extended")
    sealed: bytes
    key_version: int


class FactListRow(SQLModel, table=True):
    """A row of a list's file that was held, not proposed: its cells sealed, so that it is found again, until somebody is done."""

    __tablename__ = "fact_list_row"
    __table_args__ = (
        one_of("held_for", ("name_differs", "ambiguous_document")),
        sa.CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name="done_by_somebody"),
    )
    list_id: int = big_key()
    row_number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    held_for: str
    sealed: bytes
    key_version: int
    done_at: datetime | None = instant_at(default=None)
    done_by: int | None = big(default=None)
