"""The daily report as an act: a day's figures of a unit, confirmed by name; a later version is a correction 更正."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.counting import Figures, day_span, gross
from hbcore.domain.daily_report import Content, Difference, differences
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.services import audit
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.daily_counts import FIRST_DAY, Scope, check_day, count_day_of, day_number, scope_of
from hbcore.services.refusals import refusals_recorded
from hbcore.services.units import UnitSeen
from hbcore.storage import report_rows

LISTED = 14
"""Days that are listed."""


@dataclass(frozen=True)
class InstitutionDay:
    """An institution on the day. `uploaded` with `n` 0 is a zero report 零报告; not uploaded is no report at all.

    `n`: results recorded for people of the unit. Institutions of the unit are all there; those elsewhere if `n` is not 0.
    """

    code: str
    name: str
    uploaded: bool
    n: int


@dataclass(frozen=True)
class Report:
    """A version of a day's report, or, with `version` 0, what confirming would say now.

    `changed`: against the version before it, of what is not confirmed yet against the newest.
    """

    unit: UnitSeen
    on: date
    version: int
    as_at: datetime
    content: Content
    confirmed_by: str
    confirmed_at: datetime | None
    changed: tuple[Difference, ...]

    @property
    def seen(self) -> str:
        """A name for these figures: by it they alone are confirmed."""
        return _name_of(self.content)

    @property
    def figures(self) -> Figures:
        """The figures as they were counted."""
        return Figures(**self.content["figures"])

    @property
    def institutions(self) -> tuple[InstitutionDay, ...]:
        """Who uploaded, who reported zero, who has not uploaded."""
        return tuple(InstitutionDay(**one) for one in self.content["institutions"])

    @property
    def is_correction(self) -> bool:
        """Whether a version stood before it."""
        return self.version > 1


@dataclass(frozen=True)
class DayReport:
    """What stands of a day, the newest version first, and what confirming would say now."""

    now: Report
    versions: tuple[Report, ...]

    @property
    def why_not(self) -> str | None:
        """Why there is nothing to confirm, as a refusal's code."""
        return "report_unchanged" if self.versions and self.versions[0].seen == self.now.seen else None


@dataclass(frozen=True)
class ReportedDay:
    """A day and its newest version; 0: nobody has confirmed anything, which is no zero."""

    on: date
    version: int
    confirmed_by: str
    confirmed_at: datetime | None


def day_report(on: date, *, unit: str | None = None, by: Staff, at: datetime) -> DayReport:
    """Every version of the report of `on` (an Asia/Shanghai day), and what it would say now.

    :raises Refused: as `count_day`.
    """
    check_day(on, at)
    with reading(by, Permission.SEE_COUNTS, at) as session:
        return _day_report(session, on, scope_of(session, unit, by), at)


def confirm(on: date, *, seen: str, unit: str | None = None, by: Staff, at: datetime) -> Report:
    """Confirm a day's figures by name: version 1, or the next version, a correction.

    :raises Refused: `figures_moved_on` where they are no longer those of `seen`, `report_unchanged` where the newest version
        says the same, and those of `count_day`.
    """
    check_day(on, at)
    with refusals_recorded(by, at, f"report {unit or by.unit} {on}"), acting(by, Permission.REPORT_COUNTS, at) as session:
        scope = scope_of(session, unit, by)
        day = _day_report(session, on, scope, at)
        if day.now.seen != seen:
            raise Refused("figures_moved_on")
        if day.why_not:
            raise Refused(day.why_not)
        version = len(day.versions) + 1
        report_rows.add(session.connection(), (scope.whole.code, day_number(on), version), day.now.content, by.id, at)
        figures = {"version": version, "sha256": seen, "corrected": len(day.now.changed)}
        audit.record(session, audit.Act.DAY_REPORTED, by=by, at=at, subject=f"report {scope.whole.code} {on}", figures=figures)
    return Report(scope.whole, on, version, day.now.as_at, day.now.content, by.full_name, at, day.now.changed)


def reported_days(until: date, *, unit: str | None = None, by: Staff, at: datetime) -> tuple[ReportedDay, ...]:
    """The 14 days up to `until`, the newest first, each with its newest version or none.

    :raises Refused: as `count_day`.
    """
    check_day(until, at)
    with reading(by, Permission.SEE_COUNTS, at) as session:
        scope, last = scope_of(session, unit, by), day_number(until)
        found = report_rows.newest(session.connection(), scope.whole.code, last - LISTED + 1, last)
    none = (0, "", None)
    return tuple(ReportedDay(until - timedelta(days=back), *found.get(last - back, none)) for back in range(LISTED))


def _day_report(session: Session, on: date, scope: Scope, at: datetime) -> DayReport:
    versions = _versions(session.connection(), scope.whole, on)
    as_at, content = _content(session, on, scope, at)
    changed = differences(versions[0].content, content) if versions else ()
    return DayReport(Report(scope.whole, on, 0, as_at, content, "", None, changed), versions)


def _content(session: Session, on: date, scope: Scope, at: datetime) -> tuple[datetime, Content]:
    counts = count_day_of(session, on, scope, by_institution=True, at=at)
    tested = {row.code: sum(map(gross, row.figures.results.values())) for row in counts.rows}
    figures = counts.figures
    names = {row.code: row.name.zh for row in counts.rows}
    return counts.as_at, {
        "as_at": counts.as_at.isoformat(),
        "figures": asdict(figures),
        "institutions": _institutions(session.connection(), on, scope, tested, names),
    }


def _institutions(
    connection: sa.Connection, on: date, scope: Scope, tested: Mapping[str, int], names: Mapping[str, str]
) -> list[dict[str, object]]:
    here = report_rows.institutions(connection, scope.counted)
    uploaded = report_rows.uploading(connection, list(here), *day_span(on)) | tested.keys()
    everybody = {**here, **names}
    return [
        {"code": code, "name": everybody[code], "uploaded": code in uploaded, "n": tested.get(code, 0)}
        for code in sorted(everybody)
    ]


def _versions(connection: sa.Connection, unit: UnitSeen, on: date) -> tuple[Report, ...]:
    rows = report_rows.versions(connection, unit.code, day_number(on))
    contents = {row.version: json.loads(row.content) for row in rows}
    return tuple(
        Report(
            unit,
            FIRST_DAY + timedelta(days=row.day),
            row.version,
            datetime.fromisoformat(contents[row.version]["as_at"]),
            contents[row.version],
            row.full_name,
            row.confirmed_at,
            differences(contents[row.version - 1], contents[row.version]) if row.version > 1 else (),
        )
        for row in rows
    )


def _name_of(content: Content) -> str:
    compared = {name: part for name, part in content.items() if name != "as_at"}
    return sha256(json.dumps(compared, sort_keys=True).encode()).hexdigest()
