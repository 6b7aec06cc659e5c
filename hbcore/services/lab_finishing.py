"""Large uploads that are still being recorded, recalled or put back: how far they have come, and what finishes them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from threading import Event

from hbcore.domain.permissions import Permission
from hbcore.services import lab_slices, lab_staging, recall_slices
from hbcore.services.acting import Staff, reading
from hbcore.services.slicing import Said, said_to_nobody
from hbcore.storage import applying_rows, recalling_rows, upload_list_rows
from hbcore.storage.applying_rows import HowFar as HowFar
from hbcore.storage.engine import engine
from hbcore.storage.recalling_rows import SoFar as SoFar
from hbcore.trouble import log_trouble

LOOKED_FOR_EVERY = 20.0
"""Seconds after which an upload that has not moved is gone on with: whoever recorded it was stopped."""

Left = Mapping[int, int]
"""Uploads that are in the middle of it, and how many lines or people of each are done."""

WANTED = Event()
"""Set when one was left in the middle in this process, as by a page that was closed."""


def still_applying(*, by: Staff, at: datetime) -> Mapping[str, HowFar]:
    """The uploads of one's own institutions that are not recorded to their last line, by number."""
    with reading(by, Permission.IMPORT_RESULTS, at) as session:
        found = applying_rows.how_far(session.connection(), by.institutions)
        numbers = upload_list_rows.numbers(session.connection(), list(found))
        return {numbers[upload]: how_far for upload, how_far in found.items()}


def still_recalling(*, by: Staff, at: datetime) -> Mapping[str, SoFar]:
    """The uploads of one's own institutions that are being recalled or put back, by number."""
    with reading(by, Permission.IMPORT_RESULTS, at) as session:
        found = recalling_rows.so_far(session.connection(), by.institutions)
        numbers = upload_list_rows.numbers(session.connection(), list(found))
        return {numbers[upload]: so_far for upload, so_far in found.items()}


def finish(upload: int, said: Said = said_to_nobody) -> None:
    """Go on with an upload to its end; `said` hears each slice. Left in the middle, the server goes on with it."""
    try:
        _finish(upload, said)
    except BaseException:  # a page that was closed, too
        WANTED.set()
        raise


def finish_all(institutions: Collection[str] | None = None) -> None:
    """Finish whatever is in the middle: what a stopped process has left, or another does now."""
    lab_slices.finish_all(institutions)
    recall_slices.finish_all(institutions)


def keep_finishing() -> None:
    """Finish what is left in the middle as long as the process runs, for a thread of the server: a start goes on with it."""
    before: Left | None = None
    while True:
        try:
            before = finish_left(before)
        except Exception as error:  # a full disk, say: tried again, and the pages go on meanwhile
            log_trouble(error)
        if WANTED.wait(LOOKED_FOR_EVERY):
            WANTED.clear()
            before = None


def finish_left(before: Left | None) -> Left:
    """Finish the uploads that have not moved since `before`, for somebody else goes on with the others; None: finish them all.

    What is left after that.
    """
    if before is None:
        lab_staging.forget_abandoned()
    for upload, done in _left().items():
        if before is None or before.get(upload) == done:
            _finish(upload, said_to_nobody)
    return _left()


def _finish(upload: int, said: Said) -> None:
    lab_slices.finish(upload, said)
    recall_slices.finish(upload, said)


def _left() -> Left:
    with engine().connect() as connection:
        recorded = {upload: one.done for upload, one in applying_rows.how_far(connection).items()}
        return recorded | {upload: one.done for upload, one in recalling_rows.so_far(connection).items()}
