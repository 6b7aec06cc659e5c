"""Whom a member of staff has looked up just now: what else is shown of that person belongs to the same look-up."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Purpose
from hbcore.services import audit
from hbcore.services.acting import Staff
from hbcore.storage.engine import access_engine
from hbcore.storage.look_up_event_rows import LookUpRow, about, figures_by, latest_by

LASTS = timedelta(hours=1)
"""For so long a look-up carries; then the person is looked up anew, with a purpose."""

OF_NO_LOOK_UP = frozenset({audit.Act.STATUS_LOOKED_UP, audit.Act.CODE_DRAWN_ANEW})
"""Events there that are no look-up by staff of its own: the holder's, and another code within the same look-up."""


@dataclass(frozen=True)
class LookUp:
    """Why somebody was looked up: the purpose, and the case where there is one."""

    purpose: Purpose
    case: str | None

    @property
    def figures(self) -> dict[str, object]:
        """The same as an event keeps it."""
        return {"purpose": str(self.purpose), "case": self.case}


def subject_of(person: int) -> str:
    """How events name a person: by our id."""
    return f"person {person}"


def look_up_of(person: int, *, by: Staff, at: datetime) -> LookUp:
    """The look-up of `person` by `by` that still carries, as the store of look-ups has it: no page is believed.

    :raises Refused: `look_up_first` where there is none within the hour.
    """
    with access_engine().connect() as connection:
        row = latest_by(connection, subject_of(person), audit.Act.PERSON_LOOKED_UP, by.id, at - LASTS)
    if row is None:
        raise Refused("look_up_first")
    figures = json.loads(row.figures)
    return LookUp(Purpose(figures["purpose"]), figures.get("case"))


def check_needed(person: int, *, by: Staff, at: datetime) -> None:
    """Whether `by` has checked the code of `person` at a gate within the hour: no page is believed.

    :raises Refused: `check_first` where they have not.
    """
    with access_engine().connect() as connection:
        if latest_by(connection, subject_of(person), audit.Act.CODE_CHECKED, by.id, at - LASTS) is None:
            raise Refused("check_first")


def look_ups_of(people: Sequence[int], applications: Sequence[int]) -> list[LookUpRow]:
    """Every look-up by staff of these people and of their applications; counted, never named."""
    subjects = [*map(subject_of, people), *(f"application {one}" for one in applications)]
    with access_engine().connect() as connection:
        return [row for row in about(connection, subjects) if row.act not in OF_NO_LOOK_UP]


def record(act: audit.Act, person: int, look_up: LookUp, *, by: Staff, at: datetime) -> None:
    """Write an event about a person, for the purpose they were looked up for.

    :raises Refused: `look_up_not_recorded`.
    """
    audit.record_look_up(act, by=by, at=at, subject=subject_of(person), figures=look_up.figures)


def pictures_opened(person: int, of: Mapping[str, int], staff: int) -> int:
    """How many pictures of one thing of `person` (as its event's figures name it) one of `staff` has had before them at once.

    No page is believed.
    """
    with access_engine().connect() as connection:
        found = figures_by(connection, subject_of(person), audit.Act.EVIDENCE_OPENED, staff)
    said = [json.loads(figures) for figures in found]
    return max((one["pictures"] for one in said if one.items() >= of.items()), default=0)
