"""What happens when: everything of the demonstration is done in the order of its time, what follows from it too."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count

from hbcore.domain.vocabulary import SHANGHAI
from hbcore.services.clock import day_of

Deed = Callable[[datetime], None]
OPENS, CLOSES = time(8, 30), time(19, 30)
"""Office hours, Shanghai's clock."""


class Timeline:
    """Deeds by their time. A deed may put further ones down; what would come after `ends` never happens."""

    def __init__(self, begins: datetime, ends: datetime) -> None:
        self.begins, self.ends = begins, ends
        self._waiting: list[tuple[datetime, int, Deed]] = []
        self._order = count()

    def put(self, at: datetime, deed: Deed) -> None:
        """Do `deed` at `at`, in order with everything else."""
        heappush(self._waiting, (max(at, self.begins), next(self._order), deed))

    def run(self, new_day: Callable[[int], None]) -> None:
        """Do everything up to the end; each at an instant of its own. `new_day` is told the number of days gone by."""
        last, day = self.begins, day_of(self.begins)
        while self._waiting and self._waiting[0][0] <= self.ends:
            at, _, deed = heappop(self._waiting)
            last = max(at, last + timedelta(milliseconds=1))
            if last > self.ends:
                break
            if day_of(last) != day:
                day = day_of(last)
                new_day((day - day_of(self.begins)).days)
            deed(last)


def shanghai(at: datetime, hour: float, *, days: int = 0) -> datetime:
    """`hour` (8.5: half past eight) of the Shanghai day of `at`, or of one so many days later."""
    midnight = datetime.combine(day_of(at), time(), SHANGHAI)
    return midnight + timedelta(days=days, hours=hour)


def in_office(at: datetime) -> datetime:
    """`at`, or when the office opens next."""
    here = at.astimezone(SHANGHAI)
    if here.time() < OPENS:
        return datetime.combine(here.date(), OPENS, SHANGHAI)
    if here.time() > CLOSES:
        return datetime.combine(here.date() + timedelta(days=1), OPENS, SHANGHAI)
    return at
