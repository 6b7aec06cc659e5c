"""A policy: a dated decision table, read from data and never edited, only superseded."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from string import Formatter
from types import MappingProxyType

from hbcore.domain.conditions import (
    MOST_CONDITIONS,
    MOST_DAYS,
    MOST_VERSIONS,
    BadTable,
    Condition,
    Word,
    read_conditions,
    read_hours,
    read_id,
    read_member,
    read_members,
    read_number,
    read_sentence,
    shortly,
)
from hbcore.domain.errors import Refused
from hbcore.domain.policy_reach import unreached
from hbcore.domain.sentence import TABLES, Sentence
from hbcore.domain.vocabulary import Colour, FactKind
from hbcore.domain.wanted import wanted

VALUES = frozenset({"date", "until", "institution", "time", "fields", "reasons", "reason", "hotline"})
"""What a row's sentence may name."""

KEYS = frozenset({"id", "version", "applies_to", "valid_from", "rows", "facts", "travel", "no_code", "notes"})
"""What a table says, and nothing besides."""

MOST_ROWS = 60
MOST_NOTES = 20
LONGEST_GROUND = 40


@dataclass(frozen=True)
class Row:
    """One line: all of `when` must hold. `against`: it counts without a registration too (model part 1).

    `parts`: its conditions one by one, those of an `any_of` too, each with what it asks for in words.
    """

    id: str
    colour: Colour
    sentence: Sentence
    when: tuple[Condition, ...]
    against: bool
    parts: tuple[tuple[Condition, Sentence], ...]


@dataclass(frozen=True)
class FactRule:
    """How long a kind of fact holds: `days` at the longest (None: until closed), or until a later fact of `closed_by`."""

    days: int | None
    closed_by: tuple[FactKind, ...]


@dataclass(frozen=True)
class TravelRule:
    """A negative less than `hours` old at the arrival is the ground `ground`; `igg`: a past positive IgG is one too."""

    hours: int
    ground: str
    igg: bool


@dataclass(frozen=True)
class Policy:
    """A published or proposed table. It applies to the unit `applies_to` and all below it, from `valid_from` on.

    `prefixes`: the unit-code prefixes its rows ask for, its whole view of where somebody lives. `no_code`:
    what is said where there is no registration. `notes`: what the table rests on and can't express.
    """

    id: str
    version: int
    applies_to: str
    valid_from: datetime
    rows: tuple[Row, ...]
    facts: Mapping[FactKind, FactRule]
    travel: TravelRule
    no_code: Sentence
    notes: tuple[Sentence, ...]
    prefixes: frozenset[str]

    def row(self, row_id: str) -> Row:
        """The row of that id; KeyError where there is none."""
        for row in self.rows:
            if row.id == row_id:
                return row
        raise KeyError(row_id)


def parts(conditions: Sequence[Condition]) -> Iterator[Condition]:
    """Conditions one by one, an `any_of` as those it holds."""
    for condition in conditions:
        if condition.word is Word.ANY_OF:
            yield from parts(condition.of)
        else:
            yield condition


def load_policy(table: Mapping[str, object]) -> Policy:
    """A policy from its table (codes part 1, model part 8).

    Raises Refused("bad_policy", fault=, row=): a word outside the vocabulary (word=), a key that no table has
    (key=), a number above its limit (most=), a missing sentence, a repeated row id, a kind that rows ask for and
    `facts` does not name (kind=), a last row that does not catch everything, a row that never decides (by=: the
    number of the one that catches first). `row` is a number from 1, or `-` for the table as a whole.
    """
    where = "-"
    rows: list[Row] = []
    try:
        _check_keys(table)
        for number, line in enumerate(_sequence(table, "rows", MOST_ROWS), start=1):
            where = str(number)
            rows.append(_read_row(line))
        where = "-"
        _check_rows(rows)
        policy = _read_policy(table, tuple(rows))
        for number, row in enumerate(rows, start=1):
            where = str(number)
            _check_kinds(row, policy.facts)
        _check_reach(rows)
        return policy
    except BadTable as bad:
        raise Refused("bad_policy", fault=str(bad), row=where, **bad.values) from None


@cache
def shipped() -> Mapping[str, Policy]:
    """The policies that come with the desk, by id: `hubei-2020-04` and `wuhan-2022-09`."""
    files = sorted((TABLES / "policies").glob("*.json"))
    policies = [load_policy(json.loads(file.read_text(encoding="utf-8"))) for file in files]
    return MappingProxyType({policy.id: policy for policy in policies})


def _check_keys(table: Mapping[str, object]) -> None:
    for key in table:
        if key not in KEYS:
            raise BadTable("unknown_key", key=shortly(key))


def _check_kinds(row: Row, facts: Mapping[FactKind, FactRule]) -> None:
    for part, _ in row.parts:
        for kind in part.kinds:
            if kind not in facts:
                raise BadTable("kind_without_length", kind=str(kind))


def _read_policy(table: Mapping[str, object], rows: tuple[Row, ...]) -> Policy:
    return Policy(
        id=_id(table),
        version=read_number(table.get("version"), MOST_VERSIONS),
        applies_to=_text(table, "applies_to"),
        valid_from=_instant(table, "valid_from"),
        rows=rows,
        facts=MappingProxyType(_read_facts(table.get("facts"))),
        travel=_read_travel(table.get("travel")),
        no_code=read_sentence(table.get("no_code")),
        notes=tuple(read_sentence(note) for note in _sequence(table, "notes", MOST_NOTES)),
        prefixes=frozenset(part.prefix for row in rows for part, _ in row.parts if part.prefix),
    )


def _read_row(line: object) -> Row:
    if not isinstance(line, Mapping) or set(line) != {"id", "colour", "against", "zh", "en", "when"}:
        raise BadTable("bad_row")
    sentence = read_sentence({"zh": line["zh"], "en": line["en"]})
    _check_values(sentence)
    if not isinstance(line["against"], bool):
        raise BadTable("bad_row")
    when = read_conditions(line["when"])
    if len(tuple(parts(when))) > MOST_CONDITIONS:
        raise BadTable("too_many", most=str(MOST_CONDITIONS))
    return Row(
        id=_id(line),
        colour=read_member(Colour, line["colour"]),
        sentence=sentence,
        when=when,
        against=line["against"],
        parts=tuple((part, wanted(part)) for part in parts(when)),
    )


def _check_values(sentence: Sentence) -> None:
    zh, en = ({part[1:] for part in _parsed(text) if part[1] is not None} for text in (sentence.zh, sentence.en))
    # No format, no conversion, no attribute: a sentence may name a value and do nothing with it.
    if zh != en or not zh <= {(name, "", None) for name in VALUES}:
        raise BadTable("bad_values")


def _parsed(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return list(Formatter().parse(text))
    except ValueError:
        raise BadTable("bad_values") from None


def _check_rows(rows: Sequence[Row]) -> None:
    if not rows:
        raise BadTable("last_row_must_catch_all")
    if rows[-1].when:
        raise _bad("last_row_must_catch_all", len(rows))
    ids = [row.id for row in rows]
    for number, id_ in enumerate(ids, start=1):
        if id_ in ids[: number - 1]:
            raise _bad("row_repeated", number)


def _check_reach(rows: Sequence[Row]) -> None:
    never = unreached(rows)
    if never is not None and never.by is not None:
        raise _bad("row_never_reached", never.row, by=str(never.by))
    if never is not None:
        raise _bad("row_never_holds", never.row)


def _bad(fault: str, row: int, **more: str) -> Refused:
    return Refused("bad_policy", fault=fault, row=str(row), **more)


def _read_facts(value: object) -> dict[FactKind, FactRule]:
    if not isinstance(value, Mapping):
        raise BadTable("bad_facts")
    return {read_member(FactKind, kind): _read_fact_rule(rule) for kind, rule in value.items()}


def _read_fact_rule(rule: object) -> FactRule:
    if not isinstance(rule, Mapping) or set(rule) != {"days", "closed_by"}:
        raise BadTable("bad_facts")
    days = None if rule["days"] is None else read_number(rule["days"], MOST_DAYS)
    return FactRule(days, read_members(FactKind, rule["closed_by"]) if rule["closed_by"] else ())


def _read_travel(value: object) -> TravelRule:
    if not isinstance(value, Mapping) or set(value) != {"hours", "ground", "igg"} or not isinstance(value["igg"], bool):
        raise BadTable("bad_travel")
    ground = _text(value, "ground")
    if not (ground.isprintable() and len(ground) <= LONGEST_GROUND):
        raise BadTable("bad_travel")
    return TravelRule(read_hours(value["hours"]), ground, value["igg"])


def _sequence(table: Mapping[str, object], name: str, most: int) -> Sequence[object]:
    value = table.get(name)
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise BadTable(f"no_{name}")
    if len(value) > most:
        raise BadTable("too_many", most=str(most))
    return value


def _id(table: Mapping[str, object]) -> str:
    return read_id(_text(table, "id"))


def _text(table: Mapping[str, object], name: str) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadTable(f"no_{name}")
    return value


def _instant(table: Mapping[str, object], name: str) -> datetime:
    try:
        at = datetime.fromisoformat(_text(table, name))
    except ValueError:
        raise BadTable("not_an_instant") from None
    if at.tzinfo is None:
        raise BadTable("not_an_instant")
    return at
