"""The server's clock: the one place that asks what time it is (S22)."""

from datetime import UTC, date, datetime

from hbcore.domain.vocabulary import SHANGHAI


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def day_of(at: datetime) -> date:
    """The Asia/Shanghai day of an instant, whatever the machine's zone (S39)."""
    return at.astimezone(SHANGHAI).date()
