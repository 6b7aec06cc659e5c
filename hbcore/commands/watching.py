"""A watched folder: files that have arrived whole are imported once and moved aside with their report."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import FileCode
from hbcore.sentences import sentence
from hbcore.services.uploads import SHELL_BYTES, IncomingFile

DONE, REFUSED = "done", "refused"
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
"""How names of files end that are still being written."""

REPORT = ".report.json"
LONGEST_NAME = 255
"""Bytes that file systems take for a name."""

FOR_WHO_ACTS = frozenset(
    (
        "unknown_staff",
        "not_allowed",
        "authority_changed",
        "password_change_needed",
        "unknown_institution",
        "other_institution",
        "institution_suspended",
    )
)
"""Refusals that say nothing about the file: it stays where it is, and watching ends."""

Seen = Mapping[Path, tuple[int, int]]
"""Size in bytes and time of change in nanoseconds of each file there."""


@dataclass
class Told:
    """What came of the files so far."""

    taken: int = 0
    refused: int = 0
    batches: list[str] = field(default_factory=list)


def made_ready(folder: Path) -> Path:
    """The folder, with the two it moves files to.

    :raises Refused: `no_such_folder` when it is none or can't be written to.
    """
    try:
        for aside in (DONE, REFUSED):
            (folder / aside).mkdir(exist_ok=True)
    except OSError as error:
        raise Refused("no_such_folder") from error
    return folder


def look(folder: Path) -> Seen:
    """The files there now that may be taken: no links, nothing hidden, nothing that is named unfinished."""
    return dict(sorted(_files(folder)))


def _files(folder: Path) -> Iterator[tuple[Path, tuple[int, int]]]:
    for entry in os.scandir(folder):
        name = entry.name
        if name.startswith((".", "~$")) or name.lower().endswith(UNFINISHED) or not entry.is_file(follow_symlinks=False):
            continue
        try:
            found = entry.stat(follow_symlinks=False)
        except FileNotFoundError:  # another one has moved it meanwhile
            continue
        yield Path(entry.path), (found.st_size, found.st_mtime_ns)


def whole(before: Seen, now: Seen) -> list[Path]:
    """What has not changed between two looks."""
    return [path for path, size_and_time in now.items() if before.get(path) == size_and_time]


def take(path: Path, told: Told, commit: Callable[[Path], tuple[str, Mapping[str, object]]]) -> Refused | None:
    """Take one file in and move it aside with its report; why not, where it was refused.

    `commit` answers with the upload's number and the report. What was committed before a kill is committed already the next
    time, and is then moved. Whoever reads the report finds the file's name in it, because nothing else may hold it.

    :raises Refused: those that are about who acts; the file stays.
    """
    try:
        batch, report = commit(path)
    except Refused as refused:
        if refused.code in FOR_WHO_ACTS:
            raise
        if refused.code != "no_such_file":  # another one has moved it meanwhile
            told.refused += 1
            error = {"code": refused.code, "text": sentence(refused.code, refused.values)}
            _move(path, REFUSED, {"error": error})
        return refused
    told.taken += 1
    told.batches.append(batch)
    _move(path, DONE, report)
    return None


def read_whole(path: Path, institution: str) -> IncomingFile:
    """A file as it is there, without reading one that is larger than is taken.

    :raises Refused: `no_such_file`; `too_large`.
    """
    try:
        if path.stat().st_size > SHELL_BYTES:
            raise Refused(FileCode.TOO_LARGE, limit=SHELL_BYTES)
        return IncomingFile(path.read_bytes(), path.name, institution, by_shell=True)
    except OSError as error:
        raise Refused("no_such_file") from error


def _move(path: Path, aside: str, report: Mapping[str, object]) -> None:
    """The report first: a file that has moved always has one beside it."""
    to = _free(path.parent / aside / path.name)
    written = json.dumps({"file": path.name, **report}, ensure_ascii=False, indent=1)
    # A name that is no UTF-8 stands in the report as JSON has such bytes: \udcff.
    to.with_name(to.name + REPORT).write_text(written, encoding="utf-8", errors="backslashreplace")
    try:
        path.replace(to)
    except FileNotFoundError:
        return


def _free(wanted: Path) -> Path:
    """The place itself, or the first beside it that nothing holds. A long name is cut, because its report's is longer."""
    place, n = wanted.with_name(_cut(wanted, "")), 2
    while place.exists() or place.with_name(place.name + REPORT).exists():
        place, n = wanted.with_name(_cut(wanted, f"-{n}")), n + 1
    return place


def _cut(wanted: Path, number: str) -> str:
    end = os.fsencode(number + wanted.suffix)[: LONGEST_NAME // 2]
    stem = os.fsencode(wanted.stem)[: LONGEST_NAME - len(REPORT) - len(end)]
    return (stem + end).decode("utf-8", "surrogateescape")


@contextmanager
def ended_politely() -> Iterator[None]:
    """Being told to end (SIGTERM) is as Ctrl+C: what is being committed is undone, and taken at the next start."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def watched(
    folder: Path, every: float, once: bool, take_one: Callable[[Path], object], sleep: Callable[[float], None] = time.sleep
) -> None:
    """Take what has arrived whole, look after look; `once`: two looks, and what was whole by then."""
    before = look(folder)
    while True:
        sleep(every)
        now = look(folder)
        for path in whole(before, now):
            take_one(path)
        if once:
            return
        before = now
