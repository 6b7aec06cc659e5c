"""What happens once when the server starts."""

import gc
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hbcore.services import set_up
from hbcore.services.clock import now
from hbcore.trouble import log_trouble
from hbcore.words import both

CODE = "Set-up code of the first administrator, good for one use: {code}"


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Bring the desk up to date, say the set-up code on the very first start, and put what stays out of the collector's way."""
    os.umask(0o077)
    code = set_up.start(at=now())
    if code is not None:
        for text in both(CODE, {"code": code}).values():
            print(text, file=sys.stderr, flush=True)
    _settle()
    yield


def _settle() -> None:
    """Load what pages will need and freeze it.

    Streamlit collects garbage after each run under the lock: with these modules frozen a rerun takes a quarter of the time.
    """
    import pandas  # noqa: F401
    import pyarrow  # noqa: F401
    import sqlalchemy  # noqa: F401
    import sqlmodel  # noqa: F401

    gc.collect()
    gc.freeze()


def on_script_error(error: Exception) -> bool:
    """Log what broke a page, without what people typed; the page itself says a general sentence."""
    log_trouble(error)
    return False
