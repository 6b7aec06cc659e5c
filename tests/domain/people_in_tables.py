"""A person written as a line of a table: `naat positive 9d, confirmed 3d, lives 420106`; `9d` is nine days ago."""

import re
from datetime import UTC, datetime, timedelta
from typing import cast

from hbcore.domain.known import FactSeen, Known, ResultSeen
from hbcore.domain.vocabulary import Assay, FactKind, Outcome, Registration

NOW = datetime(2026, 11, 23, 1, 40, tzinfo=UTC)
"""23 November 2026, 09:40 in Wuhan."""


def lines(table: str) -> list[list[str]]:
    """The cells of each line below the heading and its rule."""
    rows = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return rows[2:]


def ago(text: str) -> datetime:
    match = re.fullmatch(r"(-?\d+)([dhs])(?: less 1s)?", text)
    assert match, text
    unit = {"d": "days", "h": "hours", "s": "seconds"}[match[2]]
    return NOW - timedelta(**{unit: int(match[1])}) + timedelta(seconds=text.endswith("less 1s"))


def person(registration: str, evidence: str) -> Known:
    """What is known of one person at NOW."""
    items = [item.strip() for item in evidence.split(",") if item.strip() not in ("", "nothing")]
    lives = [item.split()[1] for item in items if item.startswith("lives")]
    return Known(
        registration=_registration(registration),
        unit=lives[0] if lives else None,
        results=tuple(_result(item) for item in items if item.split()[0] in list(Assay)),
        facts=tuple(_fact(item) for item in items if item.split()[0] in list(FactKind)),
        samples=tuple(ago(item.removeprefix("sampled ")) for item in items if item.startswith("sampled")),
    )


def _registration(word: str) -> Registration:
    # A state of a later version is no member yet: the last row must catch it.
    return Registration(word) if word in list(Registration) else cast(Registration, word)


def _result(item: str) -> ResultSeen:
    assay, outcome, when = item.removesuffix(" shared").split(maxsplit=2)
    outcome = "pooled_positive" if outcome == "pooled" else outcome
    return ResultSeen(
        Assay(assay), Outcome(outcome), ago(when), single=not item.endswith("shared"), institution="宜昌第三检验中心"
    )


def _fact(item: str) -> FactSeen:
    kind, when = item.split(maxsplit=1)
    begun, _, ended = when.partition(" until ")
    return FactSeen(FactKind(kind), ago(begun), ago(ended) if ended else None)
