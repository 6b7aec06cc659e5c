"""Policies made up for tests: rows put together by hand, and whole tables drawn from the vocabulary."""

import random
from collections.abc import Callable, Sequence
from typing import Any

from hbcore.domain.conditions import read_conditions
from hbcore.domain.errors import Refused
from hbcore.domain.policy import Policy, Row, load_policy
from hbcore.domain.policy_table import parts
from hbcore.domain.sentence import Sentence
from hbcore.domain.vocabulary import Assay, Colour, FactKind, Outcome, Registration
from hbcore.domain.wanted import wanted


def row(id_: str, when: Sequence[object], *, against: bool = True, colour: str = "yellow") -> dict[str, Any]:
    """One row as a table has it."""
    return {"id": id_, "colour": colour, "against": against, "zh": "说明", "en": "A sentence", "when": list(when)}


def table(rows: Sequence[dict[str, Any]], facts: dict[str, object] | None = None) -> dict[str, Any]:
    """A policy of these rows; without `facts` every kind lasts until it is closed, and nothing closes any."""
    return {
        "id": "made-up",
        "version": 1,
        "applies_to": "420000",
        "valid_from": "2020-04-25T00:00:00+08:00",
        "no_code": {"zh": "无码", "en": "No code"},
        "travel": {"hours": 48, "ground": "naat_negative_48h", "igg": False},
        "notes": [],
        "facts": facts if facts is not None else {str(kind): {"days": None, "closed_by": []} for kind in FactKind},
        "rows": list(rows),
    }


HOURS = (1, 24, 48, 72, 168, 336)
DAYS = (None, 1, 3, 7, 10, 14)
UNITS = ("420000", "420100", "420106", "420900")


def drawn_policy(drawn: random.Random, rows: int = 12) -> Policy:
    """A valid policy of about so many rows, drawn from the whole vocabulary."""
    facts = {str(kind): _rule(drawn) for kind in FactKind}
    lines = [_row(drawn, place) for place in range(rows)]
    while True:
        try:
            return load_policy(table([*lines, row("last", [], against=drawn.random() < 0.3, colour="grey")], facts))
        except Refused as refused:
            del lines[int(str(refused.values["row"])) - 1]  # one that would never decide


def drawn_condition(drawn: random.Random, *, deep: bool = False) -> dict[str, Any]:
    """One condition; a `deep` one is no any_of."""
    words = [word for word in WORDS if not (deep and word == "any_of")]
    word = drawn.choice(words)
    return {"is": word, **WORDS[word](drawn)}


def _rule(drawn: random.Random) -> dict[str, Any]:
    return {"days": drawn.choice(DAYS), "closed_by": _some(drawn, FactKind, most=2) if drawn.random() < 0.5 else []}


def _row(drawn: random.Random, place: int) -> dict[str, Any]:
    when = [drawn_condition(drawn) for _ in range(drawn.choice((1, 1, 2, 3)))]
    return row(f"row-{place}", when, against=drawn.random() < 0.5, colour=drawn.choice(list(Colour)))


def _some(drawn: random.Random, of: Sequence[Any] | Any, most: int = 4) -> list[str]:
    return [str(one) for one in drawn.sample(list(of), drawn.randint(1, min(most, len(list(of)))))]


def _fact(drawn: random.Random) -> dict[str, Any]:
    more = drawn.choice(("", "", "within_hours", "no_later"))
    asked: dict[str, Any] = {"kinds": _some(drawn, FactKind, most=6)}
    return asked | (
        {"within_hours": drawn.choice(HOURS)} if more == "within_hours" else {"no_later": _some(drawn, Outcome)} if more else {}
    )


def _latest(drawn: random.Random) -> dict[str, Any]:
    return {"assay": str(drawn.choice(list(Assay))), "outcomes": _some(drawn, Outcome), "within_hours": drawn.choice(HOURS)}


WORDS: dict[str, Callable[[random.Random], dict[str, Any]]] = {
    "fact_in_force": _fact,
    "open_positive": lambda drawn: {"closed_by": _some(drawn, FactKind)},
    "open_pooled": lambda drawn: {},
    "open_antigen": lambda drawn: {},
    "open_igm": lambda drawn: {},
    "latest_result": _latest,
    "sampled": lambda drawn: {"within_hours": drawn.choice(HOURS)},
    "registration": lambda drawn: {"states": _some(drawn, Registration, most=9)},
    "residence_within": lambda drawn: {"unit": drawn.choice(UNITS), "name": {"zh": "某地", "en": "somewhere"}},
    "any_of": lambda drawn: {"of": [drawn_condition(drawn, deep=True) for _ in range(drawn.randint(1, 3))]},
}

SAID = Sentence("说明", "A sentence")
LAST = Row("last", Colour.GREY, SAID, (), against=True, parts=())


def drawn_row(drawn: random.Random, place: int) -> Row:
    """A row as it is read, whether or not a table may have it."""
    when = read_conditions([drawn_condition(drawn) for _ in range(drawn.choice((1, 1, 2)))])
    each = tuple((part, wanted(part)) for part in parts(when))
    return Row(f"row-{place}", drawn.choice(list(Colour)), SAID, when, drawn.random() < 0.5, each)
