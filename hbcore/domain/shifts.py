"""The shifts in which laboratories and counters work: from 08:00 and from 20:00, Asia/Shanghai."""

from datetime import UTC, datetime, time, timedelta

from hbcore.domain.vocabulary import SHANGHAI

DAY_BEGINS, NIGHT_BEGINS = time(8), time(20)


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
