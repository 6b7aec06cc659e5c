"""Policies made up for tests: rows put together by hand, and whole tables drawn from the vocabulary."""

from collections.abc import Sequence
from typing import Any


def row(id_: str, when: Sequence[object], *, against: bool = True, colour: str = "yellow") -> dict[str, Any]:
    """One row as a table has it."""
    return {"id": id_, "colour": colour, "against": against, "zh": "说明", "en": "A sentence", "when": list(when)}


def table(rows: Sequence[dict[str, Any]], facts: dict[str, object] | None = None) -> dict[str, Any]:
    """A policy of these rows."""
    return {
        "id": "made-up",
        "version": 1,
        "applies_to": "420000",
        "valid_from": "2020-04-25T00:00:00+08:00",
        "no_code": {"zh": "无码", "en": "No code"},
        "travel": {"hours": 48, "ground": "naat_negative_48h", "igg": False},
        "notes": [],
        "facts": facts or {},
        "rows": list(rows),
    }
