"""An old workbook's records (XLS), walked from end to end: what is cut, full, hidden or locked ([MS-XLS])."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from hbcore.domain.errors import FileRefused
from hbcore.domain.vocabulary import FileCode
from hbcore.storage.readers.compound import workbook_stream

MOST_ROWS = 65_536
"""An XLS ends here: whoever wrote a sheet that is full may have dropped what came after (15,841 cases in England in 2020)."""

_BEGIN, _END = 0x0809, 0x000A
_LOCKED, _SHEET, _DATES, _ROW = 0x002F, 0x0085, 0x0022, 0x0208
_CELLS = frozenset({0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E})
_HIDDEN = 0x20


@dataclass(frozen=True)
class OldBook:
    """Where each sheet's records begin, in the order of the sheets; whether days are counted from 1904."""

    records: bytes
    sheets: tuple[int, ...]
    from_1904: bool


def old_book(data: bytes) -> OldBook:
    """FileRefused: `wps_format`, `workbook_cut`, `encrypted_workbook`."""
    records = workbook_stream(data)
    sheets, from_1904 = [], False
    for kind, place in _walk(records, 0):
        if kind == _LOCKED:
            raise FileRefused(FileCode.ENCRYPTED_WORKBOOK)
        if kind == _SHEET:
            sheets.append(int(struct.unpack_from("<I", records, place)[0]))
        elif kind == _DATES:
            from_1904 = records[place] == 1
    return OldBook(records, tuple(sheets), from_1904)


def check_whole(book: OldBook, sheet: int, rows: int) -> list[int]:
    """The hidden rows of a sheet, from 1, once it is sure that its `rows` that were read are all there are.

    FileRefused: `workbook_cut`, `old_workbook_full`.
    """
    last, hidden = -1, []
    for kind, place in _walk(book.records, book.sheets[sheet]):
        if kind in _CELLS:
            last = max(last, int.from_bytes(book.records[place : place + 2], "little"))
        elif kind == _ROW:
            row, flags = struct.unpack_from("<H10xH", book.records, place)
            hidden += [row + 1] if flags & _HIDDEN else []
    if last + 1 >= MOST_ROWS:
        raise FileRefused(FileCode.OLD_WORKBOOK_FULL)
    if last >= rows:
        raise FileRefused(FileCode.WORKBOOK_CUT)
    return hidden


def _walk(records: bytes, place: int) -> Iterator[tuple[int, int]]:
    """Kind and place of each record from a beginning to its end; charts in between have an end of their own."""
    deep = 0
    try:
        while True:
            kind, length = struct.unpack_from("<HH", records, place)
            deep += (kind == _BEGIN) - (kind == _END)
            if not kind or deep < 0 or place + 4 + length > len(records):
                raise FileRefused(FileCode.WORKBOOK_CUT)
            yield kind, place + 4
            if not deep:
                return
            place += 4 + length
    except struct.error:
        raise FileRefused(FileCode.WORKBOOK_CUT) from None
