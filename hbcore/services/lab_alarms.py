"""Alarms of laboratories' files: far from the institution's own past, impossible, not there, with rows held.

An upload's alarms end when it is taken back, and after `SHOWN` by themselves; that of a missing file with the file, or the day;
that of held rows once they are settled. The first are read from stored reports.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlmodel import Session

from hbcore.domain.alarms import OF_LABORATORIES, SETTLED_ROWS_WITHIN, AlarmKind
from hbcore.domain.known import instant, micros
from hbcore.domain.lab_alarms import DAYS, PAST, Sent, Unusual, due_by, unusual
from hbcore.domain.lab_keeping import POSITIVES
from hbcore.domain.permissions import Permission, may
from hbcore.domain.times import DAY, SECOND, SHANGHAI_AHEAD
from hbcore.domain.vocabulary import Assay, Outcome, RowCode
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of
from hbcore.storage import lab_alarm_rows
from hbcore.storage.lab_alarm_rows import HeldRows, InstitutionRow, SentRow

SHOWN = timedelta(hours=48)
"""An upload's alarms are shown for so long after it was recorded."""

MINUTE = 60 * SECOND
Found = Mapping[AlarmKind, Sequence[dict[str, Any]]]
"""What an alarm's line says, by kind."""


def found(session: Session, by: Staff, at: datetime) -> Found:
    """The alarms of the institutions of `by`'s unit and below; of a liaison's own."""
    connection = session.connection()
    unit = (by.unit or "") if may(by.role, Permission.LOOK_UP_PEOPLE) else None
    of = {row.code: row for row in lab_alarm_rows.institutions(connection, unit, by.institutions)}
    lines: dict[AlarmKind, list[dict[str, Any]]] = {kind: [] for kind in OF_LABORATORIES}
    recent = lab_alarm_rows.sent_since(connection, of, micros(at - SHOWN), micros(at))
    for code, sent in groupby(sorted(recent, key=lambda row: row.institution), key=lambda row: row.institution):
        for kind, line in _of_uploads(session, of[code], list(sent)):
            lines[kind].append(line)
    lines[AlarmKind.FILE_MISSING] = _missing(session, of, at)
    over = micros(at - SETTLED_ROWS_WITHIN)
    lines[AlarmKind.ROWS_HELD] = list(map(_held, lab_alarm_rows.held_before(connection, unit, by.institutions, over)))
    positive = lab_alarm_rows.held_before(connection, unit, by.institutions, micros(at) + 1, positive=True)
    lines[AlarmKind.POSITIVE_HELD] = list(map(_held, positive))
    return lines


def _of_uploads(session: Session, of: InstitutionRow, sent: Sequence[SentRow]) -> list[tuple[AlarmKind, dict[str, Any]]]:
    """What is unusual about an institution's last uploads, each set against those before it."""
    before = lab_alarm_rows.sent_before(session.connection(), of.code, sent[0].at, PAST)
    past, lines = [sent_of(row.report) for row in before], []
    for row in sent:
        one = sent_of(row.report)
        for kind, what in unusual(one, past).items():
            more = {"subject": f"upload {row.id}", "upload": row.number, "since": instant(row.at)}
            lines.append((kind, more | _line(of, what)))
        past.append(one)
    return lines


def _held(row: HeldRows) -> dict[str, Any]:
    what = {"subject": f"upload {row.id}", "upload": row.number, "since": instant(row.at)}
    return what | {"unit": row.unit, "institution": row.institution, "n": row.n}


def _line(of: InstitutionRow, what: Unusual) -> dict[str, Any]:
    return {"unit": of.unit, "institution": of.name, "n": what.n, "of": what.of, "usual": what.usual}


def sent_of(report: str) -> Sent:
    """A stored report's figures, as they were when the file came."""
    kept = json.loads(report)
    rows, naat = kept["rows"], kept["outcomes"].get(Assay.NAAT, {})
    codes = Counter(code for _row, _column, code in kept["problems"])
    return Sent(
        read=rows["read"],
        left=rows["held"] + rows["refused"],
        tested=sum(naat.values()),
        positives=sum(naat.get(outcome, 0) for outcome in POSITIVES),
        pooled=naat.get(Outcome.POOLED_POSITIVE, 0),
        out_of_order=codes[RowCode.OUT_OF_ORDER],
        too_full=codes[RowCode.TUBE_TOO_FULL] + kept.get("over_full", 0),
        turnaround=kept.get("turnaround"),
    )


def _missing(session: Session, of: Mapping[str, InstitutionRow], at: datetime) -> list[dict[str, Any]]:
    """Institutions that send a file on most days and have not today, though its usual time is over."""
    today = (micros(at) + SHANGHAI_AHEAD) // DAY
    since = (today - DAYS) * DAY - SHANGHAI_AHEAD
    lines = []
    for code, days in lab_alarm_rows.firsts(session.connection(), of, since, micros(at)).items():
        due = due_by([(first + SHANGHAI_AHEAD) % DAY // MINUTE for day, first in days.items() if day < today])
        if due is None or today in days:
            continue
        due_at = instant(today * DAY - SHANGHAI_AHEAD + due * MINUTE)
        if due_at < at:
            subject = f"institution {code} {day_of(at)}"
            lines.append({"subject": subject, "since": due_at, "due_at": due_at, **_line(of[code], Unusual(len(days), DAYS))})
    return lines
