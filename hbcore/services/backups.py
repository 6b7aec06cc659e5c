"""Backups of an embedded database while the desk works, and the way back (S38). On PostgreSQL its server's own do that."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.services import audit, sessions
from hbcore.services.acting import Staff, acting, reading
from hbcore.storage import backup, sealing, upgrade
from hbcore.storage.engine import engine


@dataclass(frozen=True)
class BackedUp:
    """A backup. `sha256`: of the whole file, as its event has it."""

    file: Path
    sha256: str
    size: int


@dataclass(frozen=True)
class Restored:
    """When the backup was made, and where what it replaced is kept (None: there was nothing)."""

    made_at: datetime
    aside: Path | None


def make(file: Path, *, by: Staff, at: datetime, told: Callable[[float], object] = lambda _share: None) -> BackedUp:
    """Copy everything but the keys into the new `file` while everybody works on; `told` hears how far it is, 0 to 1.

    :raises Refused: `backup_by_server` on PostgreSQL, `file_exists`, `file_not_written`, and those of `acting`.
    """
    with reading(by, Permission.BACK_UP, at):
        pass  # the copy takes a while, and no transaction of ours is to stay open so long
    if not backup.embedded():
        raise Refused("backup_by_server")
    try:
        digest = backup.write(file, at.isoformat(), told)
    except FileExistsError as error:
        raise Refused("file_exists") from error
    except OSError as error:
        raise Refused("file_not_written") from error
    with acting(by, Permission.BACK_UP, at) as session:
        audit.record(session, audit.Act.BACKED_UP, by=by, at=at, figures={"sha256": digest, "bytes": file.stat().st_size})
    return BackedUp(file, digest, file.stat().st_size)


def restore(file: Path, *, at: datetime) -> Restored:
    """Put back what a backup holds, in the shape that this desk needs; all sessions end. What it replaces is kept beside it.

    Asks for no account: there may be none yet, and whoever holds files and keys has no need to ask (model part 10).

    :raises Refused: `backup_by_server`, `keys_missing`, `no_such_file`, `not_a_backup`, `backup_of_other_keys`,
        `backup_of_newer_desk`, `database_in_use`; `home_unusable` where there is no room or nobody may write.
    """
    if not backup.embedded():
        raise Refused("backup_by_server")
    if not sealing.keys_there():
        raise Refused("keys_missing")
    if not file.is_file():
        raise Refused("no_such_file")
    aside = backup.folder() / f"replaced-{at:%Y%m%d-%H%M%S}"
    try:
        with backup.opened(file) as (said, unpacked):
            if any(said.revisions[name] > newest for name, newest in zip(unpacked, upgrade.newest(), strict=True)):
                raise Refused("backup_of_newer_desk")
            backup.put_in_place(unpacked, aside)
    except OSError as error:
        raise Refused("home_unusable") from error
    upgrade.upgrade()
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        sessions.end_everybodys(session, at=at)
        audit.record(session, audit.Act.RESTORED, by=None, at=at, figures={"made_at": said.made_at}, via="shell")
        session.flush()
    return Restored(datetime.fromisoformat(said.made_at), aside if aside.exists() else None)
