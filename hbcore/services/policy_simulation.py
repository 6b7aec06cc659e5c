"""What a policy would do to the people there are: how many codes would turn, where, and which rows would decide."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.permissions import Permission
from hbcore.domain.policy import Policy
from hbcore.domain.vocabulary import PROVINCE
from hbcore.services import units
from hbcore.services.acting import Staff, reading
from hbcore.services.units import UnitSeen
from hbcore.storage import policy_rows, policy_sql

NONE = "none"
"""What stands for no code among colours."""

Turns = Mapping[tuple[str, str], int]
"""How many codes go from one colour to another; those that stay as they are, too."""


@dataclass(frozen=True)
class UnitSimulated:
    """The people of a unit right below the one asked about (or of that one itself), and how their colours would turn."""

    unit: str
    turns: Turns

    @property
    def people(self) -> int:
        """How many there are."""
        return sum(self.turns.values())

    @property
    def changes(self) -> dict[str, int]:
        """How many codes would go from one colour to another (`green>grey`)."""
        return _changes(self.turns)

    @property
    def turned(self) -> int:
        """How many would have another colour."""
        return sum(n for (was, now), n in self.turns.items() if was != now)


@dataclass(frozen=True)
class Simulated:
    """`policy` tried on everybody in `unit` as of `as_of`; nothing is changed. `rows`: how many each row would decide."""

    policy: str
    unit: str
    as_of: datetime
    turns: Turns
    rows: Mapping[str | None, int]
    units: tuple[UnitSimulated, ...]

    @property
    def people(self) -> int:
        """How many were decided."""
        return sum(self.turns.values())

    @property
    def changes(self) -> dict[str, int]:
        """How many codes would go from one colour to another, as an import's report says it (`green>grey`)."""
        return _changes(self.turns)


def _changes(turns: Turns) -> dict[str, int]:
    return {f"{was}>{now}": n for (was, now), n in sorted(turns.items()) if was != now}


def simulate(policy: Policy, *, unit: str | None = None, as_of: datetime | None = None, by: Staff, at: datetime) -> Simulated:
    """Try a policy on the real population: what each code says at `as_of` (None: now) beside what the policy would say then.

    Decided by the database with the very table (`policy_sql`). Only people where the policy applies, in `unit` (None: one's
    own) and below; those who live where a policy of a nearer scope holds are not concerned.

    :raises Refused: `not_your_unit`, `policy_elsewhere` where the policy does not apply in the unit, `unknown_unit`.
    """
    when = micros(as_of or at)
    with reading(by, Permission.KEEP_POLICIES, at) as session:
        known = units.all_units(session)
        asked = unit or by.unit or PROVINCE
        if asked not in known or policy.applies_to not in known:
            raise Refused("unknown_unit")
        if not units.lies_in(known, asked, by.unit or ""):
            raise Refused("not_your_unit")
        within = _narrower(known, asked, policy.applies_to)
        found = _changed(session, policy, within, when)
        for nearer in _nearer(session, known, policy.applies_to, within, when):
            found.subtract(_changed(session, policy, nearer, when))
    return _summed(policy, within, as_of or at, known, found)


def _narrower(known: Mapping[str, UnitSeen], asked: str, applies_to: str) -> str:
    if units.lies_in(known, asked, applies_to):
        return asked
    if units.lies_in(known, applies_to, asked):
        return applies_to
    raise Refused("policy_elsewhere")


Found = Counter[tuple[str, str, str | None, str]]
"""People by unit, colour now, row and colour under the policy."""


def _changed(session: Session, policy: Policy, within: str, at: int) -> Found:
    rows = session.connection().execute(policy_sql.changed(policy, at, within=None if within == PROVINCE else within))
    return Counter({(row.unit, row.was or NONE, row.row, row.colour or NONE): row.people for row in rows})


def _nearer(session: Session, known: Mapping[str, UnitSeen], applies_to: str, within: str, at: int) -> list[str]:
    """The scopes inside, the outermost alone, where another policy holds already."""
    rows = policy_rows.PUBLISHED.rows(session.connection(), {})
    scopes = {row.scope for row in rows if row.valid_from <= at and row.scope in known and row.scope != applies_to}
    inside = [scope for scope in scopes if units.lies_in(known, scope, applies_to) and units.lies_in(known, scope, within)]
    return [one for one in inside if not any(other != one and units.lies_in(known, one, other) for other in inside)]


def _summed(policy: Policy, within: str, as_of: datetime, known: Mapping[str, UnitSeen], found: Found) -> Simulated:
    turns: Counter[tuple[str, str]] = Counter()
    rows: Counter[str | None] = Counter()
    places: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for (unit, was, row, now), people in found.items():
        if people:
            turns[was, now] += people
            rows[row] += people
            places[_right_below(known, unit, within)][was, now] += people
    below = tuple(UnitSimulated(unit, dict(of_unit)) for unit, of_unit in sorted(places.items()))
    return Simulated(policy.id, within, as_of, dict(turns), dict(rows), below)


def _right_below(known: Mapping[str, UnitSeen], unit: str, whole: str) -> str:
    """The unit right below `whole` that somebody's unit lies in, a group's members for the group; `whole` where unknown."""
    if unit not in known or unit == whole:
        return whole
    here = unit
    while True:
        above = known[here].parent
        if above is None or above == whole or (known[above].level == units.GROUP and known[above].parent == whole):
            return here
        here = above
