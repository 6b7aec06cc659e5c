"""How letters leave the desk: the mail server, who they come from, and where their readers look on. Without one none is sent."""

import json
import os
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlmodel import Session, col

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.services import audit
from hbcore.services.acting import Staff, acting, reading
from hbcore.storage.tables import Setting

PASSWORD, PASSWORD_FILE = "HBCORE_MAIL_PASSWORD", "HBCORE_MAIL_PASSWORD_FILE"
"""Where the password is read from when it is needed: the variable itself, or a file that the other one names."""

_NAME = "mail"
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?")
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
"""An address that a mail server takes without extensions; no blank and no line end can be in it."""


class Security(StrEnum):
    """How the way to the mail server is closed to others. `NONE`: for a server on the same machine or network, without a name."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True)
class MailSettings:
    """The mail server. `sender`: the address letters come from; `status_page`: where people look their application up."""

    host: str
    port: int
    security: Security
    sender: str
    status_page: str
    user: str = ""


def mail_settings(session: Session) -> MailSettings | None:
    """How letters leave; None: they do not, and the status page alone answers. Needs no permission."""
    kept = session.execute(sa.select(col(Setting.value)).where(col(Setting.name) == _NAME)).scalar()
    if not kept:
        return None
    values = json.loads(kept)
    return MailSettings(**{**values, "security": Security(values["security"])})


def mail_now(*, by: Staff, at: datetime) -> MailSettings | None:
    """`mail_settings` for who keeps the units.

    :raises Refused: those of `reading`.
    """
    with reading(by, Permission.KEEP_UNITS, at) as session:
        return mail_settings(session)


def change_mail(wanted: MailSettings | None, *, by: Staff, at: datetime) -> None:
    """Other settings from now on; None: letters are sent no more.

    :raises Refused: `bad_mail_server`, `bad_mail_address`, `bad_web_address`, `password_in_the_open` for a name without a closed
        way to the server, `nothing_changed`, and those of `acting`.
    """
    with acting(by, Permission.KEEP_UNITS, at) as session:
        before = mail_settings(session)
        if code := _why_not(wanted) if wanted else None:
            raise Refused(code)
        if wanted == before:
            raise Refused("nothing_changed")
        session.merge(Setting(name=_NAME, value=json.dumps(asdict(wanted)) if wanted else ""))
        figures = {"before": asdict(before) if before else {}, "after": asdict(wanted) if wanted else {}}
        audit.record(session, audit.Act.SETTING_CHANGED, by=by, at=at, subject=f"setting {_NAME}", figures=figures)


def _why_not(wanted: MailSettings) -> str | None:
    if not _HOST.fullmatch(wanted.host) or not 0 < wanted.port < 65536:
        return "bad_mail_server"
    if not ADDRESS.fullmatch(wanted.sender):
        return "bad_mail_address"
    page = urlsplit(wanted.status_page)
    if page.scheme not in ("http", "https") or not page.netloc or re.search(r"\s", wanted.status_page):
        return "bad_web_address"
    return "password_in_the_open" if wanted.user and wanted.security == Security.NONE else None


def password() -> str:
    """The mail server's password, from where the machine's keeper has put it; empty where there is none."""
    if file := os.environ.get(PASSWORD_FILE):
        return Path(file).read_text("utf-8").strip()
    return os.environ.get(PASSWORD, "")
