"""Large uploads: recalled or put back whole in one act, then carried out person by person in slices, gone on with after a stop.

A slice carries all that changes for its people, results, codes, counters and what the recall remembers, and the progress in one
transaction: whoever looks one of them up finds them as they were before or as they are after.
"""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.services import recalling
from hbcore.services.recalling import NOTHING, Changed
from hbcore.services.slicing import Said, Step, in_steps, said_to_nobody, writing
from hbcore.storage import applying_rows, recall_book, recall_rows, recalling_rows
from hbcore.storage.engine import engine
from hbcore.storage.recall_book import Row
from hbcore.storage.recall_rows import SampleOf

AT_ONCE = 4_000
"""People of an upload that is recalled or put back in the act itself."""

LEAST, MOST = 500, 8_000
"""People of a slice."""

_AT_ONCE_ELSEWHERE = timedelta(minutes=1)
"""So long before, an act may have begun that is done only now."""


@dataclass(frozen=True)
class Rehearsed:
    """What recalling a large upload changes, or putting it back; of whom, since when, and how all samples stood before."""

    changed: Changed
    people: Sequence[int]
    since: datetime
    stood: tuple[object, ...]


def rehearsed(upload: Row | None, at: datetime, said: Said = said_to_nobody) -> Rehearsed | None:
    """Each slice carried out and undone again, so that nobody waits longer than for one; None of an upload that is not large.

    :raises Refused: `still_applying`, `still_recalling`; `came_again` as `recalling.put_back`.
    """
    if upload is None:
        return None
    with engine().connect() as connection:
        book = recall_book.standing(connection, upload.id)
        people = recall_rows.people_of(connection, upload.id, book.id if book else None)
        if len(people) <= AT_ONCE:
            return None
        refuse_beside_any(connection, upload.institution)
        if book and recall_rows.repeats_what_is_gone(connection, upload.id):
            raise Refused("came_again")
        stood = recalling_rows.how_samples_stand(connection, upload.institution)
    changed = _tried(upload.id, book.id if book else recall_book.next_id(), people, at, said, back=book is not None)
    return Rehearsed(changed, people, at - _AT_ONCE_ELSEWHERE, stood)


def _tried(upload: int, recall: int, people: Sequence[int], at: datetime, said: Said, *, back: bool) -> Changed:
    changed, done = NOTHING, 0

    def step(size: int) -> Step | None:
        nonlocal changed, done
        part = people[done : done + size]
        if not part:
            return None
        with writing(kept=False) as session:
            began = perf_counter()
            changed += _carry_out(session, upload, recall, part, at, back=back, seen=changed.beside)
        done += len(part)
        return Step(done, len(people), len(part), perf_counter() - began)

    in_steps(step, said, least=LEAST, most=MOST)
    return changed


def at_once(session: Session, upload: int, recall: int, at: datetime, *, back: bool) -> Changed:
    """An upload that is not large, all its people in the act itself.

    :raises Refused: `came_again` as `recalling.put_back`.
    """
    connection = session.connection()
    if back and recall_rows.repeats_what_is_gone(connection, upload):
        raise Refused("came_again")
    people = recall_rows.people_of(connection, upload, recall)
    return _carry_out(session, upload, recall, people, at, back=back)


def _carry_out(
    session: Session,
    upload: int,
    recall: int,
    people: Sequence[int],
    at: datetime,
    *,
    back: bool,
    seen: Collection[SampleOf] = (),
) -> Changed:
    if back:
        return recalling.put_back(session, upload, recall, people, at)
    return recalling.take_back(session, upload, recall, people, at, seen)


def begin(session: Session, upload: Row, recall: int, tried: Rehearsed) -> None:
    """What was rehearsed is to be carried out, in the transaction and with the event of the act.

    :raises Refused: `recall_moved` where samples of the institution, or who they are of, are not as they were;
        `still_applying`, `still_recalling`.
    """
    connection = session.connection()
    refuse_beside_any(connection, upload.institution)
    moved = recalling_rows.moved_since(connection, tried.since)
    if recalling_rows.how_samples_stand(connection, upload.institution) != tried.stood or not moved.isdisjoint(tried.people):
        raise Refused("recall_moved")
    row = {"upload_id": upload.id, "institution": upload.institution, "recall_id": recall, "people": len(tried.people)}
    recalling_rows.begin(connection, row)


def refuse_beside_any(connection: sa.Connection, institution: str) -> None:
    """No two large uploads of an institution are in the middle of anything.

    :raises Refused: `still_applying`, `still_recalling`.
    """
    if any(applying_rows.unfinished(connection, [institution])):
        raise Refused("still_applying")
    refuse_beside(connection, institution)


def refuse_beside(connection: sa.Connection, institution: str) -> None:
    """Nothing else changes an institution's results while a large upload of it is recalled or put back.

    :raises Refused: `still_recalling`.
    """
    if any(recalling_rows.unfinished(connection, [institution])):
        raise Refused("still_recalling")


def refuse_to_move(connection: sa.Connection, people: Collection[int]) -> None:
    """Nor do results go from one of its people to another; nor while the samples of a large upload's are being put down.

    :raises Refused: `still_recalling`, `still_applying`.
    """
    if recalling_rows.any_touches(connection, people):
        raise Refused("still_recalling")
    if applying_rows.at_its_last(connection, people):
        raise Refused("still_applying")


def finish(upload: int, said: Said = said_to_nobody) -> None:
    """Go on to the last person of an upload; `said` hears each slice. Two that work at once share the work."""
    with engine().connect() as connection:
        row = recalling_rows.one(connection, upload)
        if row is None:
            return
        people = recall_rows.people_of(connection, upload, row.recall_id)
    in_steps(lambda size: _step(row, people, size), said, least=LEAST, most=MOST)


def finish_all(institutions: Collection[str] | None = None) -> None:
    """Go on with whatever is being recalled or put back: what a stopped process has left, or another does now."""
    with engine().connect() as connection:
        uploads_left = list(recalling_rows.unfinished(connection, institutions))
    for upload in uploads_left:
        finish(upload)


def _step(begun: recalling_rows.Row, people: Sequence[int], size: int) -> Step | None:
    with writing() as session:
        began, connection = perf_counter(), session.connection()
        row = recalling_rows.one(connection, begun.upload_id)
        if row is None or (row.recall_id, row.put_back_at) != (begun.recall_id, begun.put_back_at):
            return None
        first = bisect_right(people, row.last_person)
        part = people[first : first + size]
        back, done = row.put_back_at is not None, first + len(part)
        if part:
            _carry_out(session, row.upload_id, row.recall_id, part, row.put_back_at or row.recalled_at, back=back)
        if done < len(people):
            recalling_rows.gone_on(connection, row.upload_id, done=done, last_person=part[-1])
        else:
            recalling_rows.finished(connection, row.upload_id)
    return Step(done, len(people), len(part), perf_counter() - began)
