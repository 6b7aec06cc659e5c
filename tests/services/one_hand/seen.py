"""What stands on a desk, and a book of who did what, kept by the test alone: nothing in it was asked of a service."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

OUTSIDE = "outside_hubei"
"""Stands where a result names its institution."""


@dataclass
class Book:
    """Who did what, as the test saw it happen; nothing in it was asked of a service."""

    uploads: dict[int, tuple[int, str, datetime]] = field(default_factory=dict)
    """By upload: the account, the institution, when."""
    released: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """By upload: everybody whose release was carried out."""
    typed: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """By receipt: who entered, brought or answered it last: what it says is theirs."""
    approved: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """By receipt: who approved it, or confirmed what it declares."""
    proposed: dict[int, int] = field(default_factory=dict)
    """By proposal: whose it is."""
    confirmed: dict[int, int] = field(default_factory=dict)
    """By proposal: who confirmed it."""
    entered: dict[int, int] = field(default_factory=dict)
    """By recolouring request: who entered it."""
    looked_at: set[tuple[int, int]] = field(default_factory=set)
    """Recolouring requests and results from outside Hubei, and who opened the photos of each."""
    concerns: dict[int, str] = field(default_factory=dict)
    """By proposal about somebody's colour or result: the unit that the person was under."""
    inside: dict[int, frozenset[tuple[str, int]]] = field(default_factory=dict)
    """By upload of tubes: who was registered in which tube when it came."""
    added: set[tuple[int, int]] = field(default_factory=set)
    """Whom a document was added to, and by whom."""
    secrets: dict[str, str] = field(default_factory=dict)
    """By receipt: the secret that came with it."""
    lists: dict[int, "Handed"] = field(default_factory=dict)
    """By list of facts that came as a file: who handed it in."""
    begins: dict[str, int] = field(default_factory=dict)
    """By policy: from when on whoever published it last said that it holds."""
    at_once: Counter[tuple[int, datetime]] = field(default_factory=Counter)
    """By account and shift: positives that stood at once."""


@dataclass(frozen=True)
class Handed:
    """Who handed a list in, and the unit they worked in."""

    by: int
    unit: str


@dataclass(frozen=True)
class PolicySeen:
    """A policy that was published here: from when on it holds, by whose two hands and which proposal it was published, the same
    of its withdrawal if it was withdrawn, and how many stretches of coming codes it decides."""

    begins: int | None
    published_by: tuple[int, int]
    published: int | None
    withdrawn_by: tuple[int, int] | None
    withdrawn: int | None
    codes: int


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
    institution: str
    tube: str


@dataclass(frozen=True)
class FactSeen:
    """A fact on record; ended or not. `proposal`: with which it came, None for what an applicant declared."""

    person: int
    kind: str
    evidence: str
    ended: bool
    proposed_by: int | None
    confirmed_by: int | None
    end_proposed_by: int | None
    end_confirmed_by: int | None
    follows: int | None
    proposal: int | None


@dataclass(frozen=True)
class Request:
    """A recolouring request that was confirmed; by whose hands."""

    proposal: int
    entered_by: int
    reviewed_by: int
    decided_by: int


@dataclass(frozen=True)
class Picture:
    """What stands: valid results, all facts, each person's coming chain of colours, with the row that each comes from.

    `requests`: recolouring requests that were confirmed. `outside`: by result from outside Hubei, with which proposal it came.
    """

    results: dict[int, ResultSeen] = field(default_factory=dict)
    facts: dict[int, FactSeen] = field(default_factory=dict)
    chains: Sequence[tuple[int, str, str, int, int | None]] = ()
    requests: dict[int, Request] = field(default_factory=dict)
    outside: dict[int, int] = field(default_factory=dict)
    policies: dict[str, PolicySeen] = field(default_factory=dict)

    def colours(self, now: int) -> dict[int, tuple[str, str]]:
        """By person: the colour at an instant (microseconds) and its row, if nothing is done until then."""
        return {
            person: (colour, row)
            for person, colour, row, begins, ends in self.chains
            if begins <= now and (ends is None or ends > now)
        }


def micros(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def shift(at: datetime) -> datetime:
    """The shift of an instant by the test's own reckoning: half days from 08:00 in Shanghai, which is midnight UTC."""
    return at.replace(hour=at.hour // 12 * 12, minute=0, second=0, microsecond=0)


def counts(result: ResultSeen) -> bool:
    """A positive of somebody's own specimen, by a laboratory of ours."""
    return (result.outcome, result.institution != OUTSIDE) == ("positive", True) and result.assay in ("naat", "antigen")
