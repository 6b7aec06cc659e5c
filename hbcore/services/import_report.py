"""What an import answers: the same figures for a preview, its commit and the same file again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hbcore.domain.problems import Note, RowProblem
from hbcore.domain.vocabulary import NoteCode, RowCode
from hbcore.storage.applying_rows import HowFar


@dataclass(frozen=True)
class ImportReport:
    """The answer of `results import` (contract). `status`: `preview`, `applying` (accepted, not recorded to its last line),
    `committed` or `already_committed`.

    `rows`: read = recorded + already_held + held + refused; skipped apart; corrected and withdrawn within recorded, `WAITING`,
    where there are any, within already_held.
    `outcomes` counts results now valid; `codes` people by change of colour (`none>green`). `receipts` of applications, by row.
    `fingerprint`: of a preview, what it stood on.
    `notes`: what a person must hear about a workbook that was read. `headings`: as they stand in the file, each with the name of
    its column; none of uploads before they were kept. `turnaround`: of a laboratory's file the median from sampling to report, in
    minutes; `over_full`: its rows that stand in tubes which hold too many people with what earlier files said of them.
    """

    batch: str | None
    status: str
    sha256: str
    format: Mapping[str, object]
    rows: Mapping[str, int]
    outcomes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    problems: tuple[RowProblem, ...] = ()
    codes: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    receipts: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    fingerprint: str = ""
    headings: tuple[tuple[str, str], ...] = ()
    turnaround: int | None = None
    over_full: int = 0


WAITING = "waiting"
"""Of the rows that are held already those that are not recorded either: an earlier upload holds them for a person's eyes."""

NOW = "now"
"""In a stored report: the figures that two people changed since, by taking held rows in or turning them down."""


def to_json(report: ImportReport) -> str:
    """The report as it is stored with its upload."""
    notes = [(note.code, note.values) for note in report.notes]
    told = {"codes": report.codes, "receipts": report.receipts, "notes": notes, "headings": report.headings}
    once = {"format": report.format, "turnaround": report.turnaround, "over_full": report.over_full}
    return json.dumps({**once, **_changing(report), **told}, ensure_ascii=False)


def with_now(stored: str, now: ImportReport) -> str:
    """The stored report with its figures as they are by now beside those of the first run."""
    return json.dumps({**json.loads(stored), NOW: _changing(now)}, ensure_ascii=False)


def _changing(report: ImportReport) -> dict[str, object]:
    problems = [(one.row, one.column, one.code) for one in report.problems]
    return {"rows": report.rows, "outcomes": report.outcomes, "problems": problems}


def repeated(batch: str, sha256: str, stored: str) -> ImportReport:
    """The first run's figures, for the same file again."""
    kept = json.loads(stored)
    kept.pop(NOW, None)
    return _report(batch, sha256, kept)


def as_it_stands(batch: str, sha256: str, stored: str) -> ImportReport:
    """The figures as they are by now: rows that two people settled since count where they are."""
    kept = json.loads(stored)
    return _report(batch, sha256, kept | kept.pop(NOW, {}))


def applying(report: ImportReport, how_far: HowFar) -> ImportReport:
    """The report of an upload that is not recorded to its last line: its figures so far."""
    so_far = {**how_far.figures, "rows": {**report.rows, **how_far.figures.get("rows", {})}}
    return replace(report, status="applying", **so_far)


def _report(batch: str, sha256: str, kept: dict[str, Any]) -> ImportReport:
    problems = tuple(RowProblem(row, column, RowCode(code)) for row, column, code in kept.pop("problems"))
    notes = tuple(Note(NoteCode(code), values) for code, values in kept.pop("notes", ()))
    headings = tuple((heading, word) for heading, word in kept.pop("headings", ()))
    return ImportReport(batch, "already_committed", sha256, problems=problems, notes=notes, headings=headings, **kept)


def as_preview(report: ImportReport, fingerprint: str = "") -> ImportReport:
    """What a dry run shows: every figure of the commit, no batch; `fingerprint`: what it stood on."""
    return replace(report, batch=None, status="preview", fingerprint=fingerprint)
