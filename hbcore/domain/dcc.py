"""The EU's digital COVID certificate (schema 1.0.0 to 1.3.x): what it must hold, and what a test statement says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hbcore.domain.cbor_reading import Plain

LONGEST = 200
"""Characters of a field. The releases of the schema say 50 to 100."""


class StatementKind(StrEnum):
    """What a certificate states, by the key it has there."""

    TEST = "t"
    VACCINATION = "v"
    RECOVERY = "r"


ONE_KIND, ONE_STATEMENT = (1, 2), (1, 3)
"""From these releases of the schema on a certificate states events of one kind, and one event."""
NAMED_EVENT = (1, 2)
"""From this release on each event has an identifier: Liechtenstein's 1.1.0 have none."""

_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ].*)?", re.ASCII)
_BORN = re.compile(r"((19|20)\d\d(-(\d\d|XX)){0,2}([T ].*)?)?", re.ASCII | re.IGNORECASE)
"""Countries write a day or a month that nobody knows as 00 or XX."""
_VERSION = re.compile(r"\d+\.\d+\.\d+", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{0,10}", re.ASCII)

TEXTS: Mapping[StatementKind, frozenset[str]] = {
    StatementKind.TEST: frozenset({"tg", "tt", "tr", "is", "ci"}),
    StatementKind.VACCINATION: frozenset({"tg", "vp", "mp", "ma", "is", "ci"}),
    StatementKind.RECOVERY: frozenset({"tg", "is", "ci"}),
}
DATES: Mapping[StatementKind, frozenset[str]] = {
    StatementKind.TEST: frozenset({"sc"}),
    StatementKind.VACCINATION: frozenset({"dt"}),
    StatementKind.RECOVERY: frozenset({"fr", "df", "du"}),
}
COUNTS: Mapping[StatementKind, frozenset[str]] = {
    StatementKind.TEST: frozenset(),
    StatementKind.VACCINATION: frozenset({"dn", "sd"}),
    StatementKind.RECOVERY: frozenset(),
}
NAMES = ("fn", "gn", "fnt", "gnt")
MAYBE = frozenset({"nm", "ma", "tc", "dr"})
"""Texts of a test that not every release asks for: the test's name and maker, who sampled, when the result came."""


@dataclass(frozen=True)
class TestStatement:
    """One test. `name`, `given_name`: as written, else as transliterated; `born`: a date, a part of one or nothing.

    `assay`: LOINC; `result`: SNOMED CT; `sampled`: ISO 8601 as it stands there; `name_of_test`, `maker`, `site`: maybe empty.
    """

    name: str
    given_name: str
    born: str
    disease: str
    assay: str
    result: str
    sampled: str
    name_of_test: str
    maker: str
    site: str
    country: str
    issuer: str
    identifier: str


def kinds(statement: Plain) -> frozenset[StatementKind]:
    """What a certificate says it states; empty where it is none. Some countries write the other kinds as empty lists."""
    if not isinstance(statement, dict):
        return frozenset()
    return frozenset(kind for kind in StatementKind if statement.get(kind) not in (None, []))


def why_not(statement: Plain) -> str | None:
    """What a certificate lacks to be one by the release of the schema that it names; None when it holds.

    Statements of one kind from release 1.2.0 on, exactly one from 1.3.0 on; one that names no release is like the oldest. Texts
    may be empty and fields more than are known; dates may be more or less precise, for that is how countries write them.
    """
    if not isinstance(statement, dict):
        return "not a map"
    if (holder := _why_not_holder(statement)) is not None:
        return holder
    release, stated = _release(statement), kinds(statement)
    if not stated or (len(stated) > 1 and release >= ONE_KIND):
        return "not exactly one kind"
    entries = [(kind, entry) for kind in sorted(stated) for entry in _entries(statement, kind)]
    if {kind for kind, _ in entries} != stated or (len(entries) > 1 and release >= ONE_STATEMENT):
        return "not exactly one statement"
    return next((why for kind, entry in entries if (why := _why_not_entry(kind, entry, release)) is not None), None)


def test_statement(statement: Plain) -> TestStatement | None:
    """The one test of a certificate; None where it states something else, several tests, or does not hold."""
    if why_not(statement) is not None or not isinstance(statement, dict) or kinds(statement) != {StatementKind.TEST}:
        return None
    tests = _entries(statement, StatementKind.TEST)
    if len(tests) != 1:
        return None
    called, test = _texts(statement["nam"]), _texts(tests[0])
    return TestStatement(
        name=called.get("fn") or called.get("fnt", ""),
        given_name=called.get("gn") or called.get("gnt", ""),
        born=str(statement["dob"]),
        disease=test["tg"],
        assay=test["tt"],
        result=test["tr"],
        sampled=test["sc"],
        name_of_test=test.get("nm", ""),
        maker=test.get("ma", ""),
        site=test.get("tc", ""),
        country=test["co"],
        issuer=test["is"],
        identifier=test.get("ci", ""),
    )


def _entries(statement: Mapping[int | str, Plain], kind: StatementKind) -> list[dict[int | str, Plain]]:
    """What is stated of this kind; nothing where anything else is among it."""
    entries = statement.get(kind)
    if not isinstance(entries, list):
        return []
    maps = [entry for entry in entries if isinstance(entry, dict)]
    return maps if len(maps) == len(entries) else []


def _release(statement: Mapping[int | str, Plain]) -> tuple[int, ...]:
    """The release of the schema that a statement says it follows; nothing where it says none."""
    said = statement.get("ver")
    return tuple(int(part) for part in str(said).split(".")) if said is not None else ()


def _texts(value: Plain) -> dict[int | str, str]:
    return {field: inner for field, inner in value.items() if isinstance(inner, str)} if isinstance(value, dict) else {}


def _why_not_holder(statement: Mapping[int | str, Plain]) -> str | None:
    names = statement.get("nam")
    if statement.get("ver") is not None and not _fits(_VERSION, statement["ver"]):
        return "ver"
    if not _fits(_BORN, statement.get("dob")):
        return "dob"
    if not isinstance(names, dict) or not any(names.get(part) for part in NAMES):
        return "nam"
    return next((part for part in NAMES if not (names.get(part) is None or _is_text(names[part]))), None)


def _why_not_entry(kind: StatementKind, entry: Mapping[int | str, Plain], release: tuple[int, ...]) -> str | None:
    """The first field that is missing or of another kind."""
    held = {field: _is_text(entry.get(field)) for field in sorted(TEXTS[kind])}
    if "ci" not in entry and release < NAMED_EVENT:
        held["ci"] = True
    held |= {field: entry[field] is None or _is_text(entry[field]) for field in sorted(MAYBE - TEXTS[kind] & entry.keys())}
    held |= {field: _fits(_DATE, entry.get(field)) for field in sorted(DATES[kind])}
    held |= {field: _is_count(entry.get(field)) for field in sorted(COUNTS[kind])}
    held["co"] = _fits(_COUNTRY, entry.get("co"))
    return next((field for field, holds in held.items() if not holds), None)


def _fits(pattern: re.Pattern[str], value: Plain) -> bool:
    return isinstance(value, str) and _is_text(value) and pattern.fullmatch(value) is not None


def _is_text(value: Plain) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST


def _is_count(value: Plain) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 100
