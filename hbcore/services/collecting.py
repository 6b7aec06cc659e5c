"""Work on very many rows with Python's cycle collector off: it would walk what can hold no cycle."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collecting() -> Iterator[None]:
    """Put the collector off: an import makes a million tuples without a cycle, and walking them took a third of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
