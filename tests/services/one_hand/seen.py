"""What stands on a desk, and a book of who did what, kept by the test alone: nothing in it was asked of a service."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass
class Book:
    """Who did what, as the test saw it happen; nothing in it was asked of a service."""

    uploads: dict[int, tuple[int, str, datetime]] = field(default_factory=dict)
    """By upload: the account, the institution, when."""
    released: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """By upload: everybody whose release was carried out."""
    typed: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """By receipt: who entered, brought or answered it."""
    approved: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """By receipt: who approved it, or confirmed what it declares."""
    proposed: dict[int, int] = field(default_factory=dict)
    """By proposal: whose it is."""
    confirmed: dict[int, int] = field(default_factory=dict)
    """By proposal: who confirmed it."""
    at_once: Counter[tuple[int, datetime]] = field(default_factory=Counter)
    """By account and shift: positives that stood at once."""


@dataclass(frozen=True)
class ResultSeen:
    """A result that is valid."""

    id: int
    person: int
    assay: str
    outcome: str
    single: bool
    sampled_at: int
    recorded_at: int
    upload: int


@dataclass(frozen=True)
class FactSeen:
    """A fact on record; ended or not."""

    person: int
    kind: str
    evidence: str
    ended: bool
    proposed_by: int | None
    confirmed_by: int | None
    end_proposed_by: int | None
    end_confirmed_by: int | None


@dataclass(frozen=True)
class Picture:
    """What stands: valid results, all facts, each person's colour and the row it comes from."""

    results: dict[int, ResultSeen]
    facts: dict[int, FactSeen]
    colours: dict[int, tuple[str, str]]


def micros(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def shift(at: datetime) -> datetime:
    """The shift of an instant by the test's own reckoning: half days from 08:00 in Shanghai, which is midnight UTC."""
    return at.replace(hour=at.hour // 12 * 12, minute=0, second=0, microsecond=0)


def counts(result: ResultSeen) -> bool:
    """A positive of somebody's own specimen."""
    return result.outcome == "positive" and result.assay in ("naat", "antigen")
