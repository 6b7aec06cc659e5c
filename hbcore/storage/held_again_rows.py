"""Rows of an upload that another one holds: kept beside the rows that are held, and among those once the other is recalled."""

import json
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from hbcore.domain.problems import RowProblem
from hbcore.domain.vocabulary import RowCode
from hbcore.storage.held_rows import HeldRow, opened
from hbcore.storage.staged_keys import staged
from hbcore.storage.staging import add_rows, run_many
from hbcore.storage.tables import BIG, HeldAgain
from hbcore.storage.upload_rows import KEPT, ROWS, UPLOADS, KeptRow, stored

AGAIN: sa.Table = HeldAgain.__table__  # type: ignore[attr-defined]

_a, _u, _r = AGAIN.c, UPLOADS.c, ROWS.c
_HOLDER = UPLOADS.alias("holder")
_MOVED = [name for name in KEPT if name != "status"]
_AROUND = (
    sa.select(AGAIN, (_HOLDER.c.status == "committed").label("holder_stands"))
    .join(UPLOADS, sa.and_(_u.id == _a.upload_id, _u.status == "committed"))
    .join(_HOLDER, _HOLDER.c.id == _a.held_by)
    .where(sa.or_(_a.held_by == sa.bindparam("upload"), _a.upload_id == sa.bindparam("upload")))
    .order_by(_a.upload_id, _a.row_number)
)

Row = sa.Row[Any]


def keep(
    connection: sa.Connection, upload: int, rows: Collection[KeptRow], keys: Mapping[int, bytes], held_by: Mapping[int, int]
) -> None:
    """Keep rows of an upload: the keys of their documents, and which other upload holds each of them."""
    made = []
    for row in sorted(rows, key=lambda row: row.row):
        cells = {**dict(zip(KEPT, stored(upload, row), strict=True)), "document_key": keys[row.row]}
        made.append((*map(cells.__getitem__, _MOVED), held_by[row.row], False))
    add_rows(connection, AGAIN, [*_MOVED, "held_by", "stands"], made)


def around(connection: sa.Connection, upload: int) -> list[Row]:
    """Rows that repeat one of an upload, and its own that repeat another's; of uploads that stand, those that came first first.

    `holder_stands`: whether the upload that holds it does; `stands`: whether it is held for its own.
    """
    return list(connection.execute(_AROUND, {"upload": upload}))


def as_held(row: Row) -> HeldRow:
    """A row opened, as it would be held."""
    return opened(row.upload_id, row)


def problem_of(row: Row) -> RowProblem:
    """What would hold it."""
    [(column, code), *_more] = json.loads(row.problems)
    return RowProblem(row.row_number, column, RowCode(code))


_POINT = (
    sa.update(AGAIN)
    .where(_a.upload_id == sa.bindparam("upload", type_=BIG), _a.row_number == sa.bindparam("row", type_=sa.Integer))
    .values(held_by=sa.bindparam("by", type_=BIG))
)


def point(connection: sa.Connection, upload: int, held_by: Mapping[int, int]) -> None:
    """These rows are held by other uploads than before."""
    if held_by:
        run_many(connection, _POINT, ("by", "upload", "row"), [(by, upload, row) for row, by in sorted(held_by.items())])


def stand(connection: sa.Connection, upload: int, rows: Collection[int]) -> None:
    """These rows are held for their own upload."""
    with staged(connection, BIG, rows) as wanted:
        here = sa.select(*(_a[name] for name in _MOVED), sa.literal("held")).join(wanted, wanted.c.key == _a.row_number)
        connection.execute(sa.insert(ROWS).from_select([*_MOVED, "status"], here.where(_a.upload_id == upload)))
        _set_standing(connection, upload, wanted, stands=True)


def step_back(connection: sa.Connection, upload: int, rows: Collection[int]) -> set[int]:
    """These rows are held by another upload again; which of them. Whatever was settled meanwhile is kept no longer."""
    with staged(connection, BIG, rows) as wanted:
        these = sa.and_(_r.upload_id == upload, _r.held_for.is_not(None), _r.row_number.in_(sa.select(wanted.c.key)))
        gone = set(connection.execute(sa.select(_r.row_number).where(these)).scalars())
        connection.execute(sa.delete(ROWS).where(these))
    with staged(connection, BIG, gone) as wanted:
        _set_standing(connection, upload, wanted, stands=False)
    with staged(connection, BIG, set(rows) - gone) as wanted:
        connection.execute(sa.delete(AGAIN).where(_a.upload_id == upload, _a.row_number.in_(sa.select(wanted.c.key))))
    return gone


def _set_standing(connection: sa.Connection, upload: int, wanted: sa.FromClause, *, stands: bool) -> None:
    these = sa.and_(_a.upload_id == upload, _a.row_number.in_(sa.select(wanted.c.key)))
    connection.execute(sa.update(AGAIN).where(these).values(stands=stands))
