"""Drafts, staff and shortcuts that tests of applications share; everybody here is invented."""

from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa

from hbcore.domain.vocabulary import Role
from hbcore.services.acting import Staff
from hbcore.services.drafts import Draft
from hbcore.storage.engine import access_engine, engine
from tests.standing import staff

AT = datetime(2020, 4, 27, 1, 0, tzinfo=UTC)
WUHAN, WUCHANG, JIANGAN, YICHANG = "420100", "420106", "420102", "420500"

PERMIT = Draft(
    document_kind="hk_macau_permit",
    document_number="H94684388",
    name="CHAN TAI MAN",
    birth_date="1980-02-03",
    sex="male",
    nationality="HKG",
    phone="+852 9123 4567",
    unit=WUCHANG,
    address="武昌区中南路1号",
    symptoms="no",
    contact="no",
)
PASSPORT = replace(
    PERMIT,
    document_kind="passport",
    document_number="C50078212",
    country="FRA",
    name="MARTIN ANNA",
    birth_date="1988-03-12",
    nationality="FRA",
    entry_date="2020-02-11",
)


def reviewer(name: str, unit: str = WUHAN) -> Staff:
    """A reviewer who acts by shell."""
    return staff(Role.DISTRICT_STAFF, AT, name=name, unit=unit)


def rows(statement: str) -> list[tuple[object, ...]]:
    """What a statement of the test answers."""
    with engine().connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(statement))]


def acts() -> list[str]:
    """The acts on record, in order."""
    return [str(act) for (act,) in rows("SELECT act FROM event ORDER BY seq")]


def refusals() -> list[str]:
    """The refusals on record, in order."""
    return [str(figures) for (figures,) in rows("SELECT figures FROM event WHERE act = 'refused' ORDER BY seq")]


def look_ups() -> int:
    """How many look-ups are on record."""
    with access_engine().connect() as connection:
        return int(connection.execute(sa.text("SELECT count(*) FROM look_up_event")).scalar_one())
