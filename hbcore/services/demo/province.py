"""The desk that is being filled: who acts, when, and with which chances."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import count
from random import Random

from hbcore.domain.permissions import Permission
from hbcore.services import accounts, audit, institutions, units
from hbcore.services.acting import Staff, acting
from hbcore.services.demo.places import ACCOUNTS, FIRST, IMPORTS, LABORATORIES, REVIEWERS, REVIEWERS_OF_THE_PROVINCE
from hbcore.services.demo.specimens import Days
from hbcore.services.demo.timeline import Timeline


@dataclass
class Province:
    """What every deed needs. `seed`: the same one draws the same people, numbers and decisions."""

    seed: int
    timeline: Timeline
    staff: dict[str, Staff] = field(default_factory=dict)
    unit_names: dict[str, str] = field(default_factory=dict)

    @cached_property
    def days(self) -> Days:
        """The days gone by."""
        return Days(self.timeline, self.chance("days"))

    def chance(self, what: str) -> Random:
        """A stream of its own for each part, so that one can change without the others."""
        return Random(f"{self.seed} {what}")  # noqa: S311 - repeatable is the point

    def reviewers(self, unit: str) -> tuple[Staff, ...]:
        """Who works on the applications of a unit, who does so first in front."""
        return tuple(self.staff[name] for name in REVIEWERS.get(unit, REVIEWERS_OF_THE_PROVINCE))

    @property
    def imports(self) -> Staff:
        """Who takes in the lists that come to the province."""
        return self.staff[IMPORTS]


def set_up_desk(province: Province, code: str, password: str, at: datetime) -> None:
    """Accounts, institutions and the mark that this is a demonstration: one after the other, a minute apart."""
    minutes = (at + timedelta(minutes=n) for n in count())
    administrator = accounts.first_administrator(code, FIRST, password, at=next(minutes))
    province.staff[FIRST] = administrator
    _mark(province.seed, by=administrator, at=next(minutes))
    for one in LABORATORIES:
        institutions.add(one.code, one.name, one.unit, by=administrator, at=next(minutes))
    for new in ACCOUNTS:
        province.staff[new.name] = accounts.add_staff(new, password, by=administrator, at=next(minutes))
    province.unit_names = {unit.code: unit.name_zh for unit in units.listed()}


def _mark(seed: int, *, by: Staff, at: datetime) -> None:
    with acting(by, Permission.KEEP_STAFF, at) as session:
        audit.record(session, audit.Act.DEMONSTRATION, by=by, at=at, figures={"seed": seed})
