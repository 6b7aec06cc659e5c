"""Large uploads that are still being recorded: how far they have come, and what finishes those that nobody goes on with."""

from collections.abc import Mapping
from datetime import datetime
from threading import Event

from hbcore.domain.permissions import Permission
from hbcore.services import lab_slices, lab_staging
from hbcore.services.acting import Staff, reading
from hbcore.storage import applying_rows, upload_list_rows
from hbcore.storage.applying_rows import HowFar as HowFar
from hbcore.storage.engine import engine
from hbcore.trouble import log_trouble

LOOKED_FOR_EVERY = 20.0
"""Seconds after which an upload that has not moved is gone on with: whoever recorded it was stopped."""

Left = Mapping[int, int]
"""Uploads that are not recorded to their last line, and how many lines of each are."""

WANTED = Event()
"""Set when recording was left in the middle in this process, as by a page that was closed."""


def still_applying(*, by: Staff, at: datetime) -> Mapping[str, HowFar]:
    """The uploads of one's own institutions that are not recorded to their last line, by number."""
    with reading(by, Permission.IMPORT_RESULTS, at) as session:
        found = applying_rows.how_far(session.connection(), by.institutions)
        numbers = upload_list_rows.numbers(session.connection(), list(found))
        return {numbers[upload]: how_far for upload, how_far in found.items()}


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
            lab_slices.finish(upload)
    return _left()


def _left() -> Left:
    with engine().connect() as connection:
        return {upload: found.done for upload, found in applying_rows.how_far(connection).items()}
