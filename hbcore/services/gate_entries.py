"""What gates measured of one person, for their time-line: abnormal temperatures, and what became of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.temperatures import Closed, Done, ReadingState
from hbcore.storage import temperature_rows


@dataclass(frozen=True)
class TemperatureEntry:
    """A first reading that was abnormal, at its instant, in tenths of a degree Celsius. `second` None: none was taken, or it was
    taken back. `place`: of the gate, as staff there wrote it."""

    at: datetime
    first: int
    second: int | None
    second_at: datetime | None
    place: str
    done: tuple[Done, ...]
    state: ReadingState
    closed_for: Closed | None


def abnormal(session: Session, people: Sequence[int], at: datetime) -> Iterator[TemperatureEntry]:
    """Those of somebody and of rows joined to them, as they stand at `at`, in the transaction of who asks."""
    for person in people:
        for row in temperature_rows.abnormal_of(session.connection(), person, at):
            yield TemperatureEntry(
                row.recorded_at,
                row.first,
                row.second,
                row.second_at,
                temperature_rows.said_of(row).place,
                temperature_rows.done_of(row),
                ReadingState(row.state),
                Closed(row.closed_for) if row.closed_for else None,
            )
