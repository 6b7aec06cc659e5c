"""What happens once when the server starts."""

import gc
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pkgutil import iter_modules
from threading import Thread

from hbcore.services import lab_finishing, outbox, publications, set_up
from hbcore.services.clock import now
from hbcore.trouble import log_trouble
from hbcore.web.file_addresses import keep_file_addresses
from hbcore.words import LANGUAGES, both, catalogue

NOT_BEFORE_A_RUN = {"hbcore.ui.menu", "hbcore.ui.router", "hbcore.ui.strangers"}
"""The main script, and who declares a component: known only to a server that runs."""

CODE = "Set-up code of the first administrator, good for one use: {code}"


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Bring the desk up to date, say the set-up code on the very first start, and put what stays out of the collector's way."""
    os.umask(0o077)
    code = set_up.start(at=now())
    if code is not None:
        for text in both(CODE, {"code": code}).values():
            print(text, file=sys.stderr, flush=True)
    keep_file_addresses()
    _settle()
    Thread(target=publications.keep_applying, name="publications", daemon=True).start()
    Thread(target=lab_finishing.keep_finishing, name="uploads", daemon=True).start()
    Thread(target=outbox.keep_sending, name="notices", daemon=True).start()
    yield


def _settle() -> None:
    """Load what pages will need and freeze it.

    The collector walks all that is not frozen, and everybody waits meanwhile: the libraries and every room of ours are loaded
    before. That Streamlit asks for it after each run besides is switched off in `.streamlit/config.toml`.
    """
    for library in ("pandas", "pyarrow", "sqlalchemy", "sqlmodel"):
        import_module(library)
    for package in ("hbcore.services", "hbcore.ui"):
        for room in iter_modules(import_module(package).__path__, f"{package}."):
            if room.name not in NOT_BEFORE_A_RUN:
                import_module(room.name)
    for language in LANGUAGES:
        catalogue(language)
    gc.collect()
    gc.freeze()


def on_script_error(error: Exception) -> bool:
    """Log what broke a page, without what people typed; the page itself says a general sentence."""
    log_trouble(error)
    return False
