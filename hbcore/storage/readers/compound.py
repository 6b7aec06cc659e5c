"""Compound files, in which old workbooks (XLS) lie: their streams, whole or refused ([MS-CFB])."""

import struct

import numpy as np
import numpy.typing as npt

from hbcore.domain.errors import FileRefused
from hbcore.domain.vocabulary import FileCode

_LAST = 0xFFFFFFFA
"""This and above is no sector: the end of a chain, a free place."""
_HEADER, _IN_HEADER = 512, 109

Sectors = npt.NDArray[np.uint32]


def workbook_stream(data: bytes) -> bytes:
    """The records of an XLS. FileRefused: `wps_format` where there are none, `workbook_cut` where some are missing."""
    try:
        return _stream(data)
    except (struct.error, IndexError, ValueError, UnicodeError):
        raise FileRefused(FileCode.WORKBOOK_CUT) from None


def _stream(data: bytes) -> bytes:
    if len(data) < _HEADER:
        raise FileRefused(FileCode.WPS_FORMAT)
    size, small = 1 << _at("<H", data, 30), 1 << _at("<H", data, 32)
    if size not in (512, 4096) or small != 64:
        raise FileRefused(FileCode.WPS_FORMAT)
    sectors = _table(data, size)
    entries = _entries(_chained(data, sectors, _at("<I", data, 48), size, size))
    found = entries.get("workbook") or entries.get("book")
    root = entries.get("root entry")
    if found is None or root is None:
        raise FileRefused(FileCode.WPS_FORMAT)
    start, length = found
    if length >= _at("<I", data, 56):
        made = _chained(data, sectors, start, size, size)
    else:
        within = _chained(data, sectors, root[0], size, size)
        rooms = np.frombuffer(_chained(data, sectors, _at("<I", data, 60), size, size), "<u4")
        made = _chained(within, rooms, start, small, 0)
    if len(made) < length:
        raise FileRefused(FileCode.WORKBOOK_CUT)
    return made[:length]


def _at(form: str, data: bytes, place: int) -> int:
    return int(struct.unpack_from(form, data, place)[0])


def _table(data: bytes, size: int) -> Sectors:
    """Which sector follows which: its own sectors are named in the header and in a chain of further lists."""
    places = list(struct.unpack_from(f"<{_IN_HEADER}I", data, 76))
    further, left = _at("<I", data, 68), len(data) // size
    while further < _LAST and left:
        *more, further = struct.unpack_from(f"<{size // 4}I", data, (further + 1) * size)
        places += more
        left -= 1
    return np.concatenate(
        [np.frombuffer(data, "<u4", size // 4, (place + 1) * size) for place in places if place < _LAST]
        or [np.zeros(0, np.uint32)]
    )


def _chained(data: bytes, after: Sectors, first: int, size: int, header: int) -> bytes:
    parts: list[bytes] = []
    place = first
    while place < _LAST:
        parts.append(data[header + place * size : header + (place + 1) * size])
        if not parts[-1] or len(parts) > len(after):
            raise ValueError("a chain that leads out of the file, or round in it")
        place = int(after[place])
    return b"".join(parts)


def _entries(directory: bytes) -> dict[str, tuple[int, int]]:
    """Where each stream starts and how long it is, by its name in small letters."""
    made: dict[str, tuple[int, int]] = {}
    for place in range(0, len(directory) - 127, 128):
        letters = _at("<H", directory, place + 64)
        if 2 < letters <= 64:
            name = directory[place : place + letters - 2].decode("utf-16-le").lower()
            made.setdefault(name, (_at("<I", directory, place + 116), _at("<I", directory, place + 120)))
    return made
