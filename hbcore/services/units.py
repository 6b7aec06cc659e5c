"""Units: Hubei's province, prefectures and counties, shipped in the package."""

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col, select

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import PROVINCE
from hbcore.storage.engine import engine
from hbcore.storage.staged_keys import staged
from hbcore.storage.tables import StaffRow, Unit

SHIPPED = Path(__file__).parents[1] / "data" / "hubei_units.csv"
GROUP = "group"
"""429000 only gathers Xiantao, Qianjiang, Tianmen and Shennongjia: nobody works there."""


UNITS: sa.Table = Unit.__table__  # type: ignore[attr-defined]
_ALL = sa.select(*(UNITS.c[name] for name in ("code", "name_zh", "name_en", "parent", "level"))).order_by(UNITS.c.code)


@dataclass(frozen=True)
class UnitSeen:
    """A unit: its national code, names, the unit above and its level."""

    code: str
    name_zh: str
    name_en: str
    parent: str | None
    level: str

    def name(self, language: str) -> str:
        """Its name in `zh` or `en`."""
        return self.name_zh if language == "zh" else self.name_en


def load_shipped(session: Session) -> None:
    """Add the shipped units that are not in the table yet; those there stay as they are."""
    known = set(session.exec(select(Unit.code)))
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        missing = [{**row, "parent": row["parent"] or None} for row in csv.DictReader(file) if row["code"] not in known]
    if missing:
        session.execute(sa.insert(Unit), missing)


def listed() -> tuple[UnitSeen, ...]:
    """All units by code. Public knowledge: needs no permission."""
    with Session(engine()) as session:
        rows = session.exec(select(Unit).order_by(Unit.code)).all()
    return tuple(UnitSeen(row.code, row.name_zh, row.name_en, row.parent, row.level) for row in rows)


def all_units(session: Session) -> dict[str, UnitSeen]:
    """Every unit by its code, in the caller's transaction."""
    rows = session.connection().execute(_ALL)
    return {code: UnitSeen(code, name_zh, name_en, parent, level) for code, name_zh, name_en, parent, level in rows}


def lies_in(known: Mapping[str, UnitSeen], code: str, whole: str) -> bool:
    """Whether a unit is `whole` or lies below it."""
    above: str | None = code
    while above is not None and above != whole:
        above = known[above].parent
    return above == whole


def unit(session: Session, code: str) -> UnitSeen:
    """The unit `code`.

    :raises Refused: `unknown_unit`.
    """
    row = session.get(Unit, code)
    if row is None:
        raise Refused("unknown_unit")
    return UnitSeen(row.code, row.name_zh, row.name_en, row.parent, row.level)


def levels(session: Session, codes: Collection[str]) -> dict[str, str]:
    """The level of each of these units, without those that are none."""
    with staged(session.connection(), sa.String(), codes) as wanted:
        found = session.connection().execute(sa.select(col(Unit.code), col(Unit.level)).join(wanted, wanted.c.key == Unit.code))
        return {code: level for code, level in found}


def units_below(session: Session, code: str) -> frozenset[str]:
    """`code` and every unit below it: the scope of somebody who works there. Empty for an unknown code."""
    below = sa.select(col(Unit.code)).where(col(Unit.code) == code).cte(recursive=True)
    below = below.union_all(sa.select(col(Unit.code)).join(below, col(Unit.parent) == below.c.code))
    return frozenset(session.execute(sa.select(below.c.code)).scalars())


def level_above(session: Session, code: str) -> str:
    """Where a second person for `code` sits: the nearest prefecture or province above that has staff (model part 3).

    The province for the province itself and where nobody nearer is found.
    """
    above = unit(session, code).parent
    while above is not None:
        here = unit(session, above)
        if here.level in ("prefecture", "province") and _has_staff(session, above):
            return above
        above = here.parent
    return PROVINCE


def _has_staff(session: Session, code: str) -> bool:
    active = select(StaffRow.id).where(StaffRow.unit == code, col(StaffRow.disabled_at).is_(None))
    return session.exec(active.limit(1)).first() is not None
