"""The closed vocabulary of a policy's conditions: what each may say, and how a table is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from hbcore.domain.sentence import Sentence
from hbcore.domain.vocabulary import Assay, FactKind, Outcome, Registration

M = TypeVar("M", bound=StrEnum)


class Word(StrEnum):
    """The words a row may use. Nothing else can be asked of a person (codes part 1)."""

    FACT_IN_FORCE = "fact_in_force"
    OPEN_POSITIVE = "open_positive"
    OPEN_POOLED = "open_pooled"
    OPEN_ANTIGEN = "open_antigen"
    OPEN_IGM = "open_igm"
    LATEST_RESULT = "latest_result"
    SAMPLED = "sampled"
    REGISTRATION = "registration"
    RESIDENCE_WITHIN = "residence_within"
    ANY_OF = "any_of"


UNNAMED = Sentence("", "")

UNREGISTERED = (Registration.NONE, Registration.WITHDRAWN)
"""Without a registration only rows against the person count (model part 1)."""


@dataclass(frozen=True)
class Condition:
    """One condition. Fields that its word does not use are empty.

    `hours`: the age, counted from sampling or from a fact's beginning, must be less. `no_later`: a
    fact counts only while no nucleic-acid result of these outcomes was sampled after its beginning.
    `prefix`: unit codes beginning with it lie within. `of`: one of these conditions is enough.
    """

    word: Word
    kinds: tuple[FactKind, ...] = ()
    closed_by: tuple[FactKind, ...] = ()
    no_later: tuple[Outcome, ...] = ()
    assay: Assay = Assay.NAAT
    outcomes: tuple[Outcome, ...] = ()
    states: tuple[Registration, ...] = ()
    hours: int | None = None
    prefix: str = ""
    name: Sentence = UNNAMED
    of: tuple["Condition", ...] = ()


class BadTable(ValueError):
    """A policy's table says something the vocabulary does not hold. The argument is a fault's code."""


def read_sentence(value: object) -> Sentence:
    """A sentence from `{"zh": ..., "en": ...}`; both must be there and say something."""
    if not isinstance(value, Mapping) or set(value) != {"zh", "en"}:
        raise BadTable("sentence_missing")
    zh, en = value["zh"], value["en"]
    if not (isinstance(zh, str) and isinstance(en, str) and zh.strip() and en.strip()):
        raise BadTable("sentence_missing")
    return Sentence(zh, en)


def read_hours(value: object) -> int:
    """A whole number of hours (or days), 1 or more."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise BadTable("bad_number")
    return value


def read_members(of: type[M], value: object) -> tuple[M, ...]:
    """Members of a closed list in the order given, one or more, none of them unknown."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise BadTable("bad_list")
    return tuple(read_member(of, item) for item in value)


def read_member(of: type[M], value: object) -> M:
    """One member of a closed list."""
    try:
        return of(str(value))
    except ValueError:
        raise BadTable("unknown_word") from None


def read_condition(table: object) -> Condition:
    """One condition of a row's `when`. Raises BadTable."""
    if not isinstance(table, Mapping):
        raise BadTable("bad_condition")
    word = read_member(Word, table.get("is"))
    needed, allowed = FIELDS[word]
    given = set(table) - {"is"}
    if not needed <= given <= needed | allowed or given >= AGE_AND_LATER:
        raise BadTable("bad_condition")
    return Condition(word=word, **{_field(name): READERS[name](table[name]) for name in given})


def read_conditions(value: object) -> tuple[Condition, ...]:
    """A row's conditions, all of which must hold; none means that the row always does."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise BadTable("bad_condition")
    return tuple(read_condition(item) for item in value)


def _field(name: str) -> str:
    return {"within_hours": "hours", "unit": "prefix"}.get(name, name)


def _read_prefix(value: object) -> str:
    # 420100 is Wuhan and 4201.. all that lies in it: national codes fill up with pairs of zeros.
    if not (isinstance(value, str) and len(value) == 6 and value.isascii() and value.isdigit()):
        raise BadTable("bad_unit")
    return value[:2] if value.endswith("0000") else value[:4] if value.endswith("00") else value


READERS: Mapping[str, Callable[[object], Any]] = {
    "kinds": lambda value: read_members(FactKind, value),
    "closed_by": lambda value: read_members(FactKind, value),
    "no_later": lambda value: read_members(Outcome, value),
    "assay": lambda value: read_member(Assay, value),
    "outcomes": lambda value: read_members(Outcome, value),
    "states": lambda value: read_members(Registration, value),
    "within_hours": read_hours,
    "unit": _read_prefix,
    "name": read_sentence,
    "of": read_conditions,
}

NOTHING: frozenset[str] = frozenset()
AGE_AND_LATER = frozenset({"within_hours", "no_later"})
FIELDS: Mapping[Word, tuple[frozenset[str], frozenset[str]]] = {
    Word.FACT_IN_FORCE: (frozenset({"kinds"}), AGE_AND_LATER),
    Word.OPEN_POSITIVE: (frozenset({"closed_by"}), NOTHING),
    Word.OPEN_POOLED: (NOTHING, NOTHING),
    Word.OPEN_ANTIGEN: (NOTHING, NOTHING),
    Word.OPEN_IGM: (NOTHING, NOTHING),
    Word.LATEST_RESULT: (frozenset({"assay", "outcomes", "within_hours"}), NOTHING),
    Word.SAMPLED: (frozenset({"within_hours"}), NOTHING),
    Word.REGISTRATION: (frozenset({"states"}), NOTHING),
    Word.RESIDENCE_WITHIN: (frozenset({"unit", "name"}), NOTHING),
    Word.ANY_OF: (frozenset({"of"}), NOTHING),
}
"""What each word must say, and what it may say besides (of an age and what came later, one at most)."""
