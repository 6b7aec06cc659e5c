"""The shifts in which laboratories and counters work: from 08:00 and from 20:00, Asia/Shanghai."""

from datetime import UTC, datetime, time, timedelta

from hbcore.domain.vocabulary import SHANGHAI

DAY_BEGINS, NIGHT_BEGINS = time(8), time(20)

POSITIVES_A_SHIFT = 10
"""So many single-specimen positives of one account stand at once in one shift, unless its institution's own limit says
otherwise; further ones wait for a second account (model part 6)."""

MOST_A_SHIFT = 1_000
"""The highest limit an institution can be given."""


def shift_start(at: datetime) -> datetime:
    """When the shift that `at` lies in began, in UTC."""
    here = at.astimezone(SHANGHAI)
    if here.time() >= NIGHT_BEGINS:
        began = datetime.combine(here, NIGHT_BEGINS, SHANGHAI)
    elif here.time() >= DAY_BEGINS:
        began = datetime.combine(here, DAY_BEGINS, SHANGHAI)
    else:
        began = datetime.combine(here.date() - timedelta(days=1), NIGHT_BEGINS, SHANGHAI)
    return began.astimezone(UTC)
