"""A row of a case or contact list: whose document, what name, and what is to be recorded; or all that is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from hbcore.domain.applicants import plain
from hbcore.domain.documents import Document, guess_kind, normal_number, read_document, read_kind
from hbcore.domain.errors import Refused
from hbcore.domain.fact_rules import Measure, faults, with_end
from hbcore.domain.fact_words import read_fact_kind
from hbcore.domain.known import instant
from hbcore.domain.names import clean_name, why_bad_name
from hbcore.domain.policy_table import Policy
from hbcore.domain.problems import RowProblem
from hbcore.domain.times import SHANGHAI_AHEAD, read_instant
from hbcore.domain.vocabulary import FactKind, RowCode
from hbcore.services import list_files
from hbcore.services.list_files import rows_of
from hbcore.storage.readers import Table


@dataclass(frozen=True)
class ReadRow:
    """A row as the spreadsheet numbers it. `measure` None where the row has faults: its kind may still be known."""

    row: int
    document: Document | None
    name: str
    measure: Measure | None
    kind: FactKind | None = None


def read_rows(table: Table, at: datetime, policy: Policy) -> tuple[list[ReadRow], list[RowProblem]]:
    """Every row, and every fault of every row."""
    many = len(table.rows) > 1
    rows, problems = [], list(table.problems)
    for row, cells in rows_of(table):
        found: dict[str, RowCode] = {}
        document, name = _document(cells, found), _name(cells, found)
        measure = _measure(cells, at, policy, many, found)
        problems += list_files.faults(row, found)
        rows.append(ReadRow(row, document, name, None if found else measure, read_fact_kind(plain(cells.get("kind", "")))))
    return rows, problems


def _document(cells: Mapping[str, str], found: dict[str, RowCode]) -> Document | None:
    number, word = cells.get("document_number", ""), cells.get("document_kind", "")
    if not plain(number):
        found["document_number"] = RowCode.MISSING
        return None
    try:
        kind = read_kind(word) if plain(word) else guess_kind(normal_number(number))
    except Refused:
        found["document_kind"] = RowCode.UNKNOWN_DOCUMENT_KIND
        return None
    try:
        return read_document(kind, number)
    except Refused as refused:
        found["document_number"] = RowCode(refused.code)
        return None


def _name(cells: Mapping[str, str], found: dict[str, RowCode]) -> str:
    if why := why_bad_name(cells.get("name", "")):
        found["name"] = why
    return clean_name(cells.get("name", ""))


def _measure(cells: Mapping[str, str], at: datetime, policy: Policy, many: bool, found: dict[str, RowCode]) -> Measure | None:
    word = plain(cells.get("kind", ""))
    kind = read_fact_kind(word)
    if kind is None:
        found["kind"] = RowCode.UNKNOWN_FACT if word else RowCode.MISSING
    from_at, until_at = _instant(cells, "from", found), _instant(cells, "until", found)
    if from_at is None:
        found.setdefault("from", RowCode.MISSING)
    if kind is None or from_at is None:
        return None
    texts = {"evidence": plain(cells.get("evidence_number", "")), "exposure": plain(cells.get("exposure", ""))}
    measure = Measure(kind, from_at, until_at, **texts)
    measure = replace(measure, until_at=with_end(measure, policy))
    for column, code in faults(measure, at, many=many).items():
        found.setdefault(column, code)
    return measure


def _instant(cells: Mapping[str, str], column: str, found: dict[str, RowCode]) -> datetime | None:
    """A time of Shanghai's clock; a day counts from 00:00."""
    text = cells.get(column, "")
    if not plain(text):
        return None
    read = read_instant(text)
    if read is None:
        found[column] = RowCode.NOT_A_DATE
        return None
    return instant(read[0] - SHANGHAI_AHEAD)
