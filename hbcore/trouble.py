"""What goes to the log when something breaks: where and what kind, never values, so never personal data (S21, S45)."""

import logging
import traceback

log = logging.getLogger("hbcore")


def outline(error: BaseException) -> str:
    """The kind of an exception and the places it passed, without its message: messages quote what people typed."""
    passed = traceback.extract_tb(error.__traceback__)
    places = (f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in passed)
    return f"{type(error).__name__} at {' > '.join(places)}"


def log_trouble(error: BaseException) -> None:
    """Write an unexpected exception to the log."""
    log.error("%s", outline(error))
