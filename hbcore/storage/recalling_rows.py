"""Large uploads between the act that recalls them or puts them back and its last person: how far they have come."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.storage.recall_book import RECALLS
from hbcore.storage.recall_rows import RECALL_SAMPLES
from hbcore.storage.result_rows import RESULTS
from hbcore.storage.tables import PersonJoin, Recalling
from hbcore.storage.upload_rows import ROWS, UPLOADS

RECALLING: sa.Table = Recalling.__table__  # type: ignore[attr-defined]
_JOINS: sa.Table = PersonJoin.__table__  # type: ignore[attr-defined]
_r, _u, _j = RECALLING.c, UPLOADS.c, _JOINS.c

Row = sa.Row[Any]


class SoFar(NamedTuple):
    """How far an upload has come: people who are done, of how many; `back`: it is put back, not recalled."""

    done: int
    people: int
    back: bool


def begin(connection: sa.Connection, row: dict[str, object]) -> None:
    """An upload is to be recalled or put back from its first person on."""
    connection.execute(RECALLING.insert().values(**row))


_OF_BOOK = sa.select(RECALLING, RECALLS.c.recalled_at, RECALLS.c.put_back_at).join(RECALLS, RECALLS.c.id == _r.recall_id)
_ONE = _OF_BOOK.where(_r.upload_id == sa.bindparam("upload"))


def one(connection: sa.Connection, upload: int) -> Row | None:
    """How far an upload has come, when it was recalled and, where it is put back, when that was; None where nothing is done."""
    return connection.execute(_ONE, {"upload": upload}).first()


def unfinished(connection: sa.Connection, institutions: Collection[str] | None = None) -> Iterator[int]:
    """The uploads that are being recalled or put back, the oldest first; `institutions`: theirs alone."""
    wanted = sa.select(_r.upload_id).order_by(_r.upload_id)
    if institutions is not None:
        wanted = wanted.where(_r.institution.in_(institutions))
    yield from connection.execute(wanted).scalars().all()


def so_far(connection: sa.Connection, institutions: Collection[str] | None = None) -> dict[int, SoFar]:
    """How far each of them has come."""
    wanted = _OF_BOOK if institutions is None else _OF_BOOK.where(_r.institution.in_(institutions))
    return {row.upload_id: of_row(row) for row in connection.execute(wanted)}


def of_row(row: Row) -> SoFar:
    """How far it has come, of `one`."""
    return SoFar(row.done, row.people, row.put_back_at is not None)


def any_touches(connection: sa.Connection, people: Collection[int]) -> bool:
    """Whether one of these people is among those of such an upload: their results must not move meanwhile."""
    theirs = sa.exists().where(
        RESULTS.c.person_id.in_(people), sa.or_(RESULTS.c.upload_id == _r.upload_id, RESULTS.c.ended_by == _r.upload_id)
    )
    kept = sa.exists().where(RECALL_SAMPLES.c.recall_id == _r.recall_id, RECALL_SAMPLES.c.person_id.in_(people))
    return connection.execute(sa.select(_r.upload_id).where(sa.or_(theirs, kept)).limit(1)).first() is not None


def how_samples_stand(connection: sa.Connection, institution: str) -> tuple[object, ...]:
    """What is another as soon as a result of an institution is recorded, ends or stands again by any act.

    Its uploads and the newest result of them, its rows that are held, its recalls and those that were undone.
    """
    of_upload = sa.select(sa.func.max(RESULTS.c.id)).where(RESULTS.c.upload_id == _u.id).scalar_subquery()
    theirs = (_u.institution == institution, _u.kind == "results")
    results = sa.select(sa.func.count(), sa.func.max(of_upload)).select_from(UPLOADS).where(*theirs)
    held = sa.select(sa.func.count()).select_from(ROWS).join(UPLOADS, _u.id == ROWS.c.upload_id)
    recalls = sa.select(sa.func.count(), sa.func.count(RECALLS.c.put_back_at)).join(UPLOADS, _u.id == RECALLS.c.upload_id)
    asked = (results, held.where(*theirs, ROWS.c.held_for.is_not(None)), recalls.where(*theirs))
    return tuple(n for one in asked for n in connection.execute(one).one())


def moved_since(connection: sa.Connection, at: datetime) -> set[int]:
    """Whoever was joined or parted since."""
    since = sa.or_(_j.joined_at >= at, _j.parted_at >= at)
    return {one for pair in connection.execute(sa.select(_j.survivor_id, _j.joined_id).where(since)) for one in pair}


def gone_on(connection: sa.Connection, upload: int, *, done: int, last_person: int) -> None:
    """So many people are done by now."""
    connection.execute(sa.update(RECALLING).where(_r.upload_id == upload).values(done=done, last_person=last_person))


def finished(connection: sa.Connection, upload: int) -> None:
    """All people are done."""
    connection.execute(sa.delete(RECALLING).where(_r.upload_id == upload))
