"""The rows behind a figure, a page at a time: results by way of the uploads that hold them, people by segments, applications.

Set-wide statements on person-scoped tables, as drilling down needs them (model part 9).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.domain.counting import OUTCOMES, PEOPLE, TUBES
from hbcore.storage.code_rows import HISTORY, MINUTE, SEGMENTS
from hbcore.storage.count_rows import COUNTS_AS
from hbcore.storage.instants import raw
from hbcore.storage.look_up_rows import APPLICATIONS, INSTITUTIONS
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.result_counts import TEST_COUNTS, UPLOAD_COUNTS
from hbcore.storage.result_rows import RESULTS
from hbcore.storage.tested_counts import TESTED_COUNTS
from hbcore.storage.upload_rows import UPLOADS

_DAY, _SHANGHAI = 86_400_000_000, 8 * 3_600_000_000
Row = sa.Row[*tuple[Any, ...]]

_ONE_OF = {
    PEOPLE: (RESULTS.c.person_id,),
    TUBES: (RESULTS.c.institution, RESULTS.c.sample_number, (raw(RESULTS.c.sampled_at) + _SHANGHAI) // _DAY),
}
"""What makes two results one person's, and what one tube's (model part 4: tube numbers restart daily)."""

_SEALED = (PERSONS.c.id, PERSONS.c.sealed, PERSONS.c.key_version)


@dataclass(frozen=True)
class Figure:
    """Which results a figure counts: those of an assay now valid (of these outcomes), and those ended in these ways.

    `different`: `people` or `tubes`, each once; None: every result.
    """

    units: Sequence[str]
    day_of: str
    day: int
    assay: str
    institution: str | None
    outcomes: Sequence[str]
    ended: Sequence[str]
    different: str | None


def total(connection: sa.Connection, figure: Figure) -> int:
    """How many results the figure counts, from its counters."""
    c = TEST_COUNTS.c
    of_outcome = sa.case((c.outcome.in_(list(figure.outcomes)), c.n), else_=0)
    counted = sum((c[how] for how in figure.ended), start=of_outcome)
    found = connection.execute(
        sa.select(sa.func.coalesce(sa.func.sum(counted), 0)).where(
            c.day_of == figure.day_of,
            c.day == figure.day,
            c.unit.in_(list(figure.units)),
            c.assay == figure.assay,
            *([c.institution == figure.institution] if figure.institution is not None else []),
        )
    )
    return int(found.scalar_one())


def total_tested(connection: sa.Connection, figure: Figure, unit: str, *, whole: bool) -> int:
    """How many different people or tubes the figure counts in `unit`; `whole`: with all below it."""
    c = TESTED_COUNTS.c
    found = connection.execute(
        sa.select(c[figure.different or PEOPLE]).where(
            c.day_of == figure.day_of,
            c.day == figure.day,
            c.unit == unit,
            c.whole == whole,
            c.institution == (figure.institution or ""),
            c.assay == figure.assay,
        )
    )
    return int(found.scalar() or 0)


def _counted(figure: Figure) -> list[sa.ColumnElement[bool]]:
    u, r = UPLOAD_COUNTS.c, RESULTS.c
    holding = sa.select(u.upload_id).where(
        u.day_of == figure.day_of,
        u.day == figure.day,
        u.unit.in_(list(figure.units)),
        u.assay == figure.assay,
        u.outcome.in_(list(OUTCOMES if figure.ended else figure.outcomes)),
    )
    begin, on_day = figure.day * _DAY - _SHANGHAI, raw(r[f"{figure.day_of}_at"])
    stands = sa.and_(r.ended_at.is_(None), r.outcome.in_(list(figure.outcomes)))
    return [
        r.upload_id.in_(holding),
        on_day >= begin,
        on_day < begin + _DAY,
        r.unit.in_(list(figure.units)),
        r.assay == figure.assay,
        sa.or_(stands, r.ended_how.in_(list(figure.ended))),
        *([r.institution == figure.institution] if figure.institution is not None else []),
    ]


def _page(figure: Figure, offset: int, limit: int) -> sa.Subquery:
    """The keys of one page, newest upload first, and how many results each stands for."""
    r = RESULTS.c
    key = (r.person_id, r.assay, raw(r.sampled_at).label("sampled"), r.id, r.upload_id)
    if figure.different is None:
        keys = sa.select(*key, sa.literal(1).label("together")).where(*_counted(figure)).subquery("counted")
        place: list[sa.ColumnElement[bool]] = []
    else:
        one = _ONE_OF[figure.different]
        ranked = (
            sa.func.count().over(partition_by=one).label("together"),
            sa.func.row_number().over(partition_by=one, order_by=r.id.desc()).label("place"),
        )
        keys = sa.select(*key, *ranked).where(*_counted(figure)).subquery("counted")
        place = [keys.c.place == 1]
    newest = (keys.c.upload_id.desc(), keys.c.id.desc())
    return sa.select(keys).where(*place).order_by(*newest).limit(limit).offset(offset).subquery("page")


def results(connection: sa.Connection, figure: Figure, *, offset: int, limit: int) -> Sequence[Row]:
    """The results the figure counts, newest upload first, each with its person's sealed row: only the page is joined."""
    r, page = RESULTS.c, _page(figure, offset, limit)
    shown = (r.outcome, r.single, r.sampled_at, r.reported_at, r.recorded_at, r.ended_how, r.sample_number, r.unit)
    institution = sa.func.coalesce(INSTITUTIONS.c.name, r.institution).label("institution")
    by_key = sa.and_(
        r.person_id == page.c.person_id,
        r.assay == page.c.assay,
        raw(r.sampled_at) == page.c.sampled,
        r.id == page.c.id,
    )
    found = connection.execute(
        sa.select(*shown, institution, UPLOADS.c.number.label("upload"), page.c.together, *_SEALED)
        .select_from(page)
        .join(RESULTS, by_key)
        .join(PERSONS, PERSONS.c.id == r.person_id)
        .outerjoin(INSTITUTIONS, INSTITUTIONS.c.code == r.institution)
        .outerjoin(UPLOADS, UPLOADS.c.id == r.upload_id)
        .order_by(r.upload_id.desc(), r.id.desc())
    )
    return found.all()


def people_of_colour(
    connection: sa.Connection, units: Collection[str], colour: str, *, minute: int, lived: bool, offset: int, limit: int
) -> Sequence[Row]:
    """The people whose code has a colour in a minute (since 1970), as the buckets count them, each with the sealed row.

    Instants in microseconds. `lived`: the minute lies in the past, so that history too can hold it. Who is not green now is
    found by an index of their own; the green in the order of their ids, page by page.
    """
    tables = (SEGMENTS, HISTORY) if lived else (SEGMENTS,)
    found = sa.union_all(*(_of_colour(table, list(units), colour, minute) for table in tables)).subquery("found")
    page = sa.select(found).order_by(found.c.person_id).limit(limit).offset(offset).subquery("page")
    shown = (page.c.unit, page.c.row, page.c.from_at, page.c.until_at)
    joined = sa.select(*shown, *_SEALED).join_from(page, PERSONS, PERSONS.c.id == page.c.person_id)
    return connection.execute(joined.order_by(page.c.person_id)).all()


def _of_colour(table: sa.Table, units: list[str], colour: str, minute: int) -> sa.Select[*tuple[Any, ...]]:
    c, ends = table.c, (minute + 1) * MINUTE  # a bucket counts whoever is of its colour at the end of its minute
    return sa.select(c.person_id, c.unit, c.row, raw(c.from_at).label("from_at"), raw(c.until_at).label("until_at")).where(
        c.unit.in_(units),
        c.colour == colour,
        *([] if colour == "green" else [c.colour != sa.literal_column("'green'")]),
        raw(c.from_at) < ends,
        sa.or_(c.until_at.is_(None), raw(c.until_at) >= ends),
    )


def applications(
    connection: sa.Connection,
    units: Collection[str],
    figure: str,
    of_day: Mapping[str, datetime],
    *,
    offset: int,
    limit: int,
) -> Sequence[Row]:
    """The applications that a figure counts, the newest first; `of_day`: `from_at`, `until_at`, `as_at`."""
    c = APPLICATIONS.c
    shown = (c.id, c.receipt, c.unit, c.document_kind, c.state, c.submitted_at, c.due_at, c.decided_at)
    statement = (
        sa.select(*shown)
        .where(c.unit.in_(list(units)), COUNTS_AS[figure])
        .order_by(c.submitted_at.desc(), c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return connection.execute(statement, of_day).all()
