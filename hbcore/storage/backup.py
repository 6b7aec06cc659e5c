"""The embedded database and its store of look-ups copied into one file while the desk works, and put back from it.

The keys are not in it (S41): whoever finds a copy can read nobody, and whoever restores one needs the folder `keys` beside it.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile

from cryptography.exceptions import InvalidTag

from hbcore.domain.errors import Refused
from hbcore.storage import sealing
from hbcore.storage.engine import access_engine, engine

STEP = 4_096
"""Pages of 4 kB copied before it is said how far it has come."""

SAID = "manifest.json"
FORMAT = 1
MOST_SAID = 10_000
"""Bytes of what a copy says of itself."""

Told = Callable[[float], object]
"""Hears how much is done, 0 to 1."""


@dataclass(frozen=True)
class Manifest:
    """What a copy says of itself. `made_at` with its zone; `stores`: the SHA-256 of each; `lock`: by what its keys are known."""

    made_at: str
    revisions: Mapping[str, str]
    stores: Mapping[str, str]
    lock: str
    format: int = FORMAT


def embedded() -> bool:
    """Whether the desk's data lies in files of its own; else their server copies them."""
    return engine().dialect.name == "sqlite"


def stores() -> dict[str, Path]:
    """The files that hold all data but the keys, by what they are called in a copy."""
    return {name: Path(str(one.url.database)) for name, one in zip(REVISIONS, (engine(), access_engine()), strict=True)}


def folder() -> Path:
    """Where both lie."""
    return next(iter(stores().values())).parent


def write(to: Path, made_at: str, told: Told) -> str:
    """Copy both stores as they are at one moment each into the new file `to`; its SHA-256. Nobody has to wait meanwhile.

    :raises FileExistsError: where there is something already. :raises OSError: where it can't be written.
    """
    with TemporaryDirectory(dir=to.parent, prefix=f".{to.name}.") as folder:
        copies = {name: Path(folder) / name for name in stores()}
        for place, (name, source) in enumerate(stores().items()):
            _copy(source, copies[name], lambda share, place=place: told((place + share) / len(copies)))  # type: ignore[misc]
        said = Manifest(
            made_at, {name: _revision(name, copy) for name, copy in copies.items()}, dict(_digests(copies)), _lock(made_at)
        )
        draft = Path(folder) / to.name
        with ZipFile(draft, "x") as packed:
            packed.writestr(SAID, json.dumps(asdict(said), indent=2))
            for name, copy in copies.items():
                packed.write(copy, name)
        _onto_disk(draft)
        os.link(draft, to)  # whole or not at all, and never over another
    sealing.keep_names(to.parent)
    return _digest(to)


def _copy(source: Path, to: Path, told: Told) -> None:
    def progress(_status: int, left: int, pages: int) -> None:
        told(1 - left / max(pages, 1))

    with closing(sqlite3.connect(source, isolation_level=None)) as live, closing(sqlite3.connect(to)) as copy:
        # One picture for the whole copy: without it each write of somebody else would begin it anew.
        live.execute("BEGIN").execute("SELECT count(*) FROM sqlite_master").fetchall()
        live.backup(copy, pages=STEP, progress=progress, sleep=0.001)
        copy.execute("PRAGMA journal_mode=DELETE")  # all of it is in this one file


def _digests(copies: Mapping[str, Path]) -> Iterator[tuple[str, str]]:
    return ((name, _digest(copy)) for name, copy in copies.items())


def _digest(file: Path) -> str:
    with file.open("rb") as read:
        return file_digest(read, "sha256").hexdigest()


REVISIONS = {
    "desk.db": "SELECT version_num FROM migrations_version",
    "look_ups.db": "SELECT version_num FROM access_migrations_version",
}


def _revision(name: str, store: Path) -> str:
    """How new the shape of a store is, by its last migration."""
    with closing(sqlite3.connect(store)) as connection:
        try:
            return str(connection.execute(REVISIONS[name]).fetchone()[0])
        except sqlite3.DatabaseError as error:
            raise Refused("not_a_backup") from error


def _lock(made_at: str) -> str:
    """What opens only under the keys of this desk: the moment, sealed, and its keyed hash."""
    moment = made_at.encode()
    return (sealing.keyed_hash("backup", made_at) + sealing.seal("backup", "made_at", 0, moment)).hex()


def _opens(said: Manifest) -> bool:
    lock = bytes.fromhex(said.lock)
    try:
        opened = sealing.unseal("backup", "made_at", 0, lock[sealing.TOKEN :], sealing.KEY_VERSION)
    except InvalidTag:
        return False
    return (opened, lock[: sealing.TOKEN]) == (said.made_at.encode(), sealing.keyed_hash("backup", said.made_at))


def _onto_disk(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())


@contextmanager
def opened(file: Path) -> Iterator[tuple[Manifest, Mapping[str, Path]]]:
    """What a copy says of itself, and its stores unpacked beside ours, checked; gone when the block ends.

    :raises Refused: `not_a_backup`, `backup_of_other_keys`. :raises OSError: where there is no room.
    """
    try:
        with ZipFile(file) as packed, TemporaryDirectory(dir=folder(), prefix=".restore-") as beside:
            said = _manifest(packed)
            if not _opens(said):
                raise Refused("backup_of_other_keys")
            unpacked = {name: Path(packed.extract(name, beside)) for name in stores()}
            if not all(_as_said(said, name, place) for name, place in unpacked.items()):
                raise Refused("not_a_backup")
            yield said, unpacked
    except (BadZipFile, KeyError) as error:
        raise Refused("not_a_backup") from error


def _manifest(packed: ZipFile) -> Manifest:
    try:
        if packed.getinfo(SAID).file_size > MOST_SAID:
            raise Refused("not_a_backup")
        said = Manifest(**json.loads(packed.read(SAID)))
        bytes.fromhex(said.lock)
    except (ValueError, TypeError) as error:
        raise Refused("not_a_backup") from error
    if said.format != FORMAT:
        raise Refused("not_a_backup")
    return said


def _as_said(said: Manifest, name: str, store: Path) -> bool:
    """Whether an unpacked store is the one that was copied, on the disk by now."""
    _onto_disk(store)
    return _digest(store) == said.stores.get(name) and _revision(name, store) == said.revisions.get(name)


def put_in_place(unpacked: Mapping[str, Path], aside: Path) -> None:
    """Put stores where ours are; what lay there is kept in the new folder `aside`.

    :raises Refused: `database_in_use` where somebody has one of ours open.
    """
    engine().dispose()
    access_engine().dispose()
    ours = {name: place for name, place in stores().items() if place.exists()}
    with ExitStack() as held:
        for place in ours.values():
            held.enter_context(_alone(place))
        if ours:
            aside.mkdir(mode=0o700)
        for place in ours.values():
            place.rename(aside / place.name)
        for name, place in stores().items():
            unpacked[name].rename(place)
    sealing.keep_names(folder())


@contextmanager
def _alone(store: Path) -> Iterator[None]:
    """Nobody else has this store open, nor can; all of it is in its one file."""
    with closing(sqlite3.connect(store, isolation_level=None, timeout=0)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("PRAGMA journal_mode=DELETE").fetchall()
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise Refused("database_in_use") from error
        yield
