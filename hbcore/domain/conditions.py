"""The closed vocabulary of a policy's conditions: what each may say, and how a table is read."""

import re
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

MOST_HOURS, MOST_DAYS, MOST_VERSIONS = 87_600, 3_650, 9_999
"""Ten years are the longest a table may speak of: instants that far off can still be reckoned with."""

LONGEST_SENTENCE = 300
MOST_CONDITIONS = 16
"""Characters of a sentence, and conditions of one row, those of an `any_of` one by one."""

_ID = re.compile(r"[a-z0-9-]{1,64}")

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
    """A policy's table says something the vocabulary does not hold: a fault's code, and what its sentence needs."""

    def __init__(self, fault: str, **values: str) -> None:
        super().__init__(fault)
        self.values = values


def shortly(value: object) -> str:
    """What a table said, short and printable, to be repeated in the sentence that refuses it."""
    return "".join(letter if letter.isprintable() else "�" for letter in str(value)[:40])


def read_id(value: object) -> str:
    """An id: it stands in addresses, file names and events."""
    if not (isinstance(value, str) and _ID.fullmatch(value)):
        raise BadTable("bad_id")
    return value


def read_sentence(value: object) -> Sentence:
    """A sentence from `{"zh": ..., "en": ...}`; both must be there and say something, printable, on one line."""
    if not isinstance(value, Mapping) or set(value) != {"zh", "en"}:
        raise BadTable("sentence_missing")
    zh, en = value["zh"], value["en"]
    if not (isinstance(zh, str) and isinstance(en, str) and zh.strip() and en.strip()):
        raise BadTable("sentence_missing")
    if not (zh.isprintable() and en.isprintable() and max(len(zh), len(en)) <= LONGEST_SENTENCE):
        raise BadTable("bad_sentence", most=str(LONGEST_SENTENCE))
    return Sentence(zh, en)


def read_number(value: object, most: int) -> int:
    """A whole number from 1 to `most`."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise BadTable("bad_number")
    if value > most:
        raise BadTable("number_too_large", most=str(most))
    return value


def read_hours(value: object) -> int:
    """Hours of an age."""
    return read_number(value, MOST_HOURS)


def read_members(of: type[M], value: object) -> tuple[M, ...]:
    """Members of a closed list in the order given, one or more, none of them unknown or named twice."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise BadTable("bad_list")
    members = tuple(read_member(of, item) for item in value)
    if len(set(members)) < len(members):
        raise BadTable("bad_list")
    return members


def read_member(of: type[M], value: object) -> M:
    """One member of a closed list."""
    try:
        return of(str(value))
    except ValueError:
        raise BadTable("unknown_word", word=shortly(value)) from None


def read_condition(table: object) -> Condition:
    """One condition of a row's `when`. Raises BadTable."""
    if not isinstance(table, Mapping):
        raise BadTable("bad_condition")
    unknown = [key for key in table if key != "is" and key not in READERS]
    if unknown:
        raise BadTable("unknown_key", key=shortly(unknown[0]))
    if "is" not in table:
        raise BadTable("bad_condition")
    word = read_member(Word, table["is"])
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


def _read_several(value: object) -> tuple[Condition, ...]:
    """What an `any_of` holds: conditions of one kind of depth, for one of several of several is one of all of them."""
    of = read_conditions(value)
    if not of or any(one.word is Word.ANY_OF for one in of):
        raise BadTable("bad_condition")
    return of


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
    "of": _read_several,
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
