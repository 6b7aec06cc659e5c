"""Workbooks (XLSX, XLSM, XLS, ODS) to columns: looked through first, then read by a child with limits on memory and time."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa

from hbcore.domain.errors import FileRefused
from hbcore.domain.headings import Headings
from hbcore.domain.problems import Note, RowProblem
from hbcore.domain.vocabulary import FileCode, NoteCode, RowCode
from hbcore.storage.readers.archive import Packed, look_through
from hbcore.storage.readers.table import Header, Limits, Read, Table, TableFormat, made_table

OLD_KIND = Packed("xls", hides=True)

_CHILD = (sys.executable, "-m", "hbcore.storage.readers.child")
_ROOT = Path(__file__).parents[3]
_KEPT = ("PATH", "SYSTEMROOT")
"""Of the environment: a child that reads strangers' files hears nothing of keys and databases."""


def read_workbook(data: bytes, headings: Headings, limits: Limits, packed: bool = True) -> Table:
    """FileRefused: those of `look_through` (where it is `packed`, not an XLS) and `read_sheets`; `workbook_too_heavy`."""
    said, kind = _said(data, limits, packed, {"words": dict(headings.words)})
    return _table(said, kind, headings)


def first_rows_of_workbook(data: bytes, limits: Limits, packed: bool = True) -> list[list[str]]:
    """The rows at the top of its longest visible sheet; FileRefused as of `read_workbook`."""
    said, _ = _said(data, limits, packed, {"words": None})
    rows: list[list[str]] = _answer(said)["rows"]
    return rows


def _said(data: bytes, limits: Limits, packed: bool, what: Mapping[str, object]) -> tuple[bytes, Packed]:
    """What the child answers; `what` it is asked besides. The child loads its libraries while the archive is looked through."""
    with _started() as child:
        try:
            kind = look_through(data, limits) if packed else OLD_KIND
            asked = {"packed": asdict(kind), "limits": asdict(limits), **what}
            said, _ = child.communicate(json.dumps(asked).encode() + b"\n" + data, limits.seconds)
        except subprocess.TimeoutExpired:
            raise FileRefused(FileCode.WORKBOOK_TOO_HEAVY) from None
        finally:
            child.kill()
    if child.returncode:
        # Killed by a limit, or given up by the reader's library: what it said of that stays unread.
        raise FileRefused(FileCode.WORKBOOK_TOO_HEAVY if child.returncode < 0 else FileCode.WORKBOOK_CUT)
    return said, kind


def _started() -> subprocess.Popen[bytes]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return subprocess.Popen(  # noqa: S603
        _CHILD, cwd=_ROOT, env=kept, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def _answer(said: bytes) -> Mapping[str, Any]:
    """The line that comes first."""
    answer: Mapping[str, Any] = json.loads(said[: said.index(b"\n")])
    if "refused" in answer:
        raise FileRefused(FileCode(answer["refused"]), **answer["values"])
    return answer


def _table(said: bytes, kind: Packed, headings: Headings) -> Table:
    answer = _answer(said)
    rows, *cells = pa.ipc.open_stream(pa.py_buffer(said).slice(said.index(b"\n") + 1)).read_next_batch().columns
    header = Header(answer["header"]["row"], tuple(answer["header"]["cells"]), answer["header"]["places"])
    problems = (RowProblem(one["row"], one["column"], RowCode(one["code"])) for one in answer["problems"])
    notes = (Note(NoteCode(one["code"]), one["values"]) for one in answer["notes"])
    read = Read(cells, rows.to_numpy(), answer["skipped"], tuple(problems), tuple(notes))
    return made_table(TableFormat(kind.kind, None, None, answer["sheet"], header.row), header, read, headings)
