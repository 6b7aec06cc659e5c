"""Which hosts are ours: a page of another site must not speak to the desk in somebody's name (security S11)."""

import os
import socket
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

LOCAL = ("localhost",)


@lru_cache(maxsize=8)
def _named(setting: str) -> frozenset[str]:
    listed = {host.strip().lower() for host in setting.split(",") if host.strip()}
    return frozenset(listed | {socket.gethostname().lower(), *LOCAL})


def ours(host: str | None) -> bool:
    """Whether a `Host` header names this desk: an address, the machine's own name, or a name in `HBCORE_HOSTS`.

    A foreign name that was made to point here (DNS rebinding) is refused; a plain address cannot be made to.
    """
    try:
        split = urlsplit(f"//{host or ''}")
        name = (split.hostname or "").rstrip(".")
        _port = split.port
    except ValueError:
        return False
    if not name or split.username is not None or split.path:
        return False
    return _is_address(name) or name in _named(os.environ.get("HBCORE_HOSTS", ""))


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def same_origin(origin: str | None, host: str | None) -> bool:
    """Whether a request with this `Origin` comes from our own pages; one without comes from no page at all."""
    return origin is None or urlsplit(origin).netloc.lower() == (host or "").lower()
