"""People held before there were tokens get theirs, a lot at a time, when the desk starts."""

from sqlmodel import Session

from hbcore.storage import likeness_rows
from hbcore.storage.engine import engine
from hbcore.storage.tables import Setting

AT_ONCE = 1_000
_NAME, _ALL = "people_found_alike", "all"
"""The setting that says how far it is: the id of the last person, or that all are done."""


def fill() -> None:
    """Give tokens to whoever has none, lot by lot; what was cut off is gone on with. Needs no permission."""
    while _lot():
        pass


def _lot() -> bool:
    """The next lot; whether there may be more."""
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        kept = session.get(Setting, _NAME)
        if kept is not None and kept.value == _ALL:
            return False
        last = likeness_rows.fill_tokens(connection, int(kept.value) if kept else 0, AT_ONCE)
        session.merge(Setting(name=_NAME, value=_ALL if last is None else str(last)))
        session.flush()
        return last is not None
