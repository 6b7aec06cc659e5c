"""Rows that were already held: kept, so that recalling the upload they repeat loses nothing that a later one said as well."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.domain.tube_columns import of_tube
from hbcore.domain.vocabulary import Outcome, ResultStatus
from hbcore.storage.instants import raw
from hbcore.storage.result_rows import SHARED_AT_ONCE, ResultLine, Uploaded
from hbcore.storage.staged_keys import staged
from hbcore.storage.staging import add_missing, add_rows, run_many
from hbcore.storage.tables import BIG, ResultAgain
from hbcore.storage.upload_rows import UPLOADS

AGAIN: sa.Table = ResultAgain.__table__  # type: ignore[attr-defined]


class AgainRow(NamedTuple):
    """The result that a row would be by itself; what is not here is as in the result it repeats. Instants in microseconds."""

    result_id: int
    upload_id: int
    id: int
    sampled_at: int
    single: bool  # as its own file has it
    tested_at: int | None
    reported_at: int | None
    recorded_at: int
    sampling_site: str | None
    unit: str
    corrects: bool

    def as_result(self, of: ResultLine) -> ResultLine:
        """The result by itself, `of` being the one it repeats; it has not ended. Of a tube that was shared it is so still."""
        own = {name: getattr(self, name) for name in AgainRow._fields if name in ResultLine._fields}
        one = of._replace(**own, ended_at=None, ended_how=None, ended_by=None, shared=None)
        if self.single and not of.single:
            return one._replace(single=False, shared=SHARED_AT_ONCE)
        return one._replace(outcome=of_tube(Outcome(of.outcome), self.single))


def keep(
    connection: sa.Connection,
    lines: Mapping[str, Sequence[Any]],
    again: Sequence[tuple[int, ResultLine]],
    ids: Sequence[int],
    units: Mapping[int, str],
    upload: Uploaded,
) -> None:
    """Keep lines of an upload that say what a result of another one says; of several about one result the first. `lines` as their
    file has them.

    `ids`: what the results would be called if they were recorded.
    """
    firsts = {held.id: (id_, line, held) for (line, held), id_ in zip(reversed(again), reversed(ids), strict=True)}
    rows = [
        AgainRow(
            held.id,
            upload.id,
            id_,
            lines["sampled_at"][line],
            lines["single"][line],
            lines["tested_at"][line],
            lines["reported_at"][line],
            upload.at,
            lines["sampling_site"][line],
            units[held.person_id],
            lines["status"][line] == ResultStatus.CORRECTED,
        )
        for id_, line, held in firsts.values()
        if held.upload_id != upload.id and lines["status"][line] != ResultStatus.WITHDRAWN
    ]
    if rows:
        add_missing(connection, AGAIN, AgainRow._fields, sorted(rows))


def of_results(connection: sa.Connection, results: Collection[int], recalled: int) -> list[AgainRow]:
    """What later uploads that stand said again of these results, and the one that is being recalled; in the order they came."""
    columns = [raw(AGAIN.c[name]) for name in AgainRow._fields]
    with staged(connection, BIG, results) as wanted:
        asked = (
            sa.select(*columns)
            .select_from(wanted)
            .join(AGAIN, AGAIN.c.result_id == wanted.c.key)
            .join(UPLOADS, UPLOADS.c.id == AGAIN.c.upload_id)
            .where(sa.or_(UPLOADS.c.status == "committed", UPLOADS.c.id == recalled))
            .order_by(AGAIN.c.id)
        )
        return [AgainRow(*row) for row in connection.execute(asked)]


def put(connection: sa.Connection, rows: Collection[AgainRow]) -> None:
    """Put rows there."""
    add_rows(connection, AGAIN, AgainRow._fields, sorted(rows))


_REPEAT = (
    sa.update(AGAIN)
    .where(AGAIN.c.result_id == sa.bindparam("was", type_=sa.BigInteger))
    .values(result_id=sa.bindparam("now", type_=sa.BigInteger))
)


def repeat(connection: sa.Connection, now: Mapping[int, int]) -> None:
    """What repeats these results repeats those that took their places."""
    run_many(connection, _REPEAT, ("now", "was"), [(one, was) for was, one in sorted(now.items())])


_TAKE = sa.delete(AGAIN).where(
    AGAIN.c.result_id == sa.bindparam("result", type_=sa.BigInteger),
    AGAIN.c.upload_id == sa.bindparam("upload", type_=sa.BigInteger),
)


def take(connection: sa.Connection, rows: Collection[AgainRow]) -> None:
    """Take rows away."""
    if rows:
        run_many(connection, _TAKE, ("result", "upload"), sorted((row.result_id, row.upload_id) for row in rows))
