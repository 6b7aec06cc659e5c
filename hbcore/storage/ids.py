"""Ids made by us: rising with time, so that new rows go to the end of an index; never handed out by a database."""

import secrets
import threading
import time

_BITS = 12
_lock = threading.Lock()
_last = 0


def new_ids(count: int) -> range:
    """`count` fresh ids in a row, below 2**63: microseconds since 1970 shifted by 12 bits, with a random start."""
    global _last
    with _lock:
        first = max((time.time_ns() // 1000) << _BITS | secrets.randbelow(1 << _BITS), _last + 1)
        _last = first + count
    return range(first, first + count)


def id_at(instant: int) -> int:
    """The least id that an instant (microseconds since 1970) may have."""
    return instant << _BITS


def new_id() -> int:
    """One fresh id."""
    return new_ids(1)[0]
