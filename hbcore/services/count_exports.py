"""Counts leave the desk as a file: no formula in it, a mark that says who took it and when, an event with its digest."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from hbcore.domain.csv_cells import csv_bytes
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import FileKind as FileKind
from hbcore.services import audit
from hbcore.services.acting import Staff, acting
from hbcore.services.clock import day_of
from hbcore.services.daily_counts import scope_of
from hbcore.storage.writers.workbook import Row as Row
from hbcore.storage.writers.workbook import workbook_bytes


@dataclass(frozen=True)
class Sheet:
    """Counts of a unit as a table, in the words of who takes them; `last` is the last of its days. Nobody's name in it."""

    unit: str
    first: date
    last: date
    headings: Sequence[str]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Exported:
    """A file to hand over; `number` stands in its mark and in the event."""

    number: str
    name: str
    mime: str
    content: bytes


def export(sheet: Sheet, kind: FileKind, mark: str, *, by: Staff, at: datetime) -> Exported:
    """The counts as a file. `mark` says in words who takes it and when; `{number}` in it becomes the export's number.

    :raises Refused: `not_your_unit`, `unknown_unit`.
    """
    number = f"X{day_of(at):%y%m%d}-{secrets.token_hex(3).upper()}"
    stamped = mark.replace("{number}", number)
    with acting(by, Permission.SEE_COUNTS, at) as session:
        scope_of(session, sheet.unit, by)
        content = _written(sheet, kind, stamped)
        figures = {
            "number": number,
            "kind": str(kind),
            "first": sheet.first.isoformat(),
            "last": sheet.last.isoformat(),
            "rows": len(sheet.rows),
            "sha256": sha256(content).hexdigest(),
        }
        audit.record(session, audit.Act.COUNTS_EXPORTED, by=by, at=at, subject=f"unit {sheet.unit}", figures=figures)
    return Exported(number, f"{number}.{kind}", kind.mime, content)


def _written(sheet: Sheet, kind: FileKind, mark: str) -> bytes:
    if kind is FileKind.XLSX:
        return workbook_bytes(sheet.headings, sheet.rows, mark)
    return csv_bytes(sheet.headings, [*(tuple(map(str, row)) for row in sheet.rows), (), (mark,)])
