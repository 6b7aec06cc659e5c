"""Temperatures taken at gates, entries on the national code, and what gates counted on a day."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.domain.counting import COUNTED_AT_GATES
from hbcore.domain.temperatures import ABNORMAL, COLDEST, HOTTEST, Closed, ReadingState
from hbcore.storage.tables.columns import big, big_key, instant_at, key_part, one_of
from hbcore.storage.tables.counts import day_key

UNSETTLED = "state = 'open' OR state = 'proposed'"
NOTICE = "notice_at IS NOT NULL"
SETTLED = "settled_at IS NOT NULL"
LISTED = "list_id IS NOT NULL"
PASSING = f"first < {ABNORMAL}"
PLAUSIBLE = f"first >= {COLDEST} AND first <= {HOTTEST} AND (second IS NULL OR second >= {COLDEST} AND second <= {HOTTEST})"
TWICE = (
    "state = 'undone'"
    f" OR state = 'normal' AND (first < {ABNORMAL} AND second IS NULL OR second IS NOT NULL AND second < {ABNORMAL})"
    f" OR state = 'second_due' AND first >= {ABNORMAL} AND second IS NULL"
    f" OR ({UNSETTLED} OR state = 'closed') AND first >= {ABNORMAL}"
    f" AND second IS NOT NULL AND second >= {ABNORMAL} AND {NOTICE}"
)
"""A notice is abnormal twice, and nothing that is abnormal twice is less."""

BY_SOMEBODY = "(settled_at IS NULL) = (settled_by IS NULL) AND (settled_by IS NULL OR settled_by <> recorded_by)"
ENDS = (
    f"(state = 'closed' OR state = 'proposed') = ({SETTLED}) AND (state = 'closed') = (closed_for IS NOT NULL)"
    f" AND (state <> 'proposed' OR {LISTED} AND proposal_id IS NOT NULL) AND (state = 'undone') = (undone_at IS NOT NULL)"
)


def _index(name: str, columns: tuple[str, ...], where: str) -> sa.Index:
    return sa.Index(name, *columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


class Temperature(SQLModel, table=True):
    """One or two readings of somebody at a gate, and what became of them; never a colour by itself.

    `person_id`: whose; the row's own id where nobody is known. Place and what was typed are sealed: people write names.
    """

    __table_args__ = (
        one_of("state", ReadingState),
        sa.CheckConstraint(PLAUSIBLE, name="plausible"),
        sa.CheckConstraint(TWICE, name="twice_abnormal"),
        sa.CheckConstraint("(second IS NULL) = (second_at IS NULL)", name="second_at_some_time"),
        sa.CheckConstraint(BY_SOMEBODY, name="settled_by_another"),
        sa.CheckConstraint(ENDS, name="ends_somehow"),
        sa.CheckConstraint(" OR ".join(f"closed_for = '{one}'" for one in Closed), name="closed_for_known"),
        sa.Index("temperature_by_id", "id"),
        sa.Index("temperature_by_place", "place_unit", "recorded_at"),
        sa.Index("temperature_by_staff", "recorded_by", "recorded_at"),
        _index("temperature_unsettled", ("unit", "notice_at"), UNSETTLED),
        _index("temperature_noticed", ("notice_at", "unit"), NOTICE),
        _index("temperature_settled", ("settled_at", "unit"), SETTLED),
        _index("temperature_listed", ("list_id",), LISTED),
        _index("temperature_passing", ("recorded_at",), PASSING),
    )
    person_id: int = big_key()
    id: int = big_key()
    unit: str = Field(foreign_key="unit.code", description="whose district settles a notice")
    place_unit: str = Field(foreign_key="unit.code", description="where the gate stands")
    state: str
    first: int = Field(description="tenths of a degree Celsius")
    second: int | None = None
    done: str = Field(description="a JSON list: what was done at the gate")
    sealed: bytes = Field(description="the place, and what was typed where nobody was found")
    key_version: int
    recorded_by: int = big()
    recorded_at: datetime = instant_at(description="of the first reading")
    second_at: datetime | None = instant_at(default=None)
    notice_at: datetime | None = instant_at(default=None, description="of the second, where it is abnormal")
    settled_by: int | None = big(default=None)
    settled_at: datetime | None = instant_at(default=None)
    closed_for: str | None = None
    list_id: int | None = big(default=None, description="the list of facts that it was proposed with")
    proposal_id: int | None = big(default=None)
    undone_at: datetime | None = instant_at(default=None)


class NationalEntry(SQLModel, table=True):
    """Somebody came in on the national code that day (model part 8). Nothing of the person: when, where, and what was shown."""

    __tablename__ = "national_entry"
    __table_args__ = (
        sa.Index("national_entry_by_unit", "unit", "recorded_at"),
        sa.Index("national_entry_by_staff", "recorded_by", "recorded_at"),
    )
    id: int = big_key()
    unit: str = Field(foreign_key="unit.code")
    language: str = Field(description="in which the link to apply was shown")
    sealed: bytes = Field(description="the place")
    key_version: int
    recorded_by: int = big()
    recorded_at: datetime = instant_at()
    undone_at: datetime | None = instant_at(default=None)


class GateCount(SQLModel, table=True):
    """What the gates of a unit counted on a Shanghai day; kept with each reading and entry, and with each one taken back."""

    __tablename__ = "gate_count"
    __table_args__ = (one_of("figure", COUNTED_AT_GATES), {"sqlite_with_rowid": False})
    unit: str = key_part(foreign_key="unit.code")
    day: int = day_key()  # type: ignore[assignment]
    figure: str = key_part()
    n: int
