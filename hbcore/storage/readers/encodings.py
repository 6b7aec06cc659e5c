"""Bytes to text: by a mark, strict UTF-8, GB18030 as its 2022 edition maps it, plain UTF-16, Windows' Western code page."""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hbcore.domain.cells import cells_of
from hbcore.domain.errors import FileRefused
from hbcore.domain.vocabulary import Encoding, FileCode

HEAD = 1 << 18
"""Bytes that show what a file is and where its header stands."""

_SLICE = 1 << 20

_EDITION_2022 = {
    0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13, 0xE791: 0xFE14, 0xE792: 0xFE15, 0xE793: 0xFE16,
    0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19, 0xE7C7: 0x1E3F, 0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC,
    0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F,
    0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip
"""Python decodes A6D9, FE59 and their like to the private-use characters of the 2000 edition (performance part 1)."""

_PRIVATE_USE = (b"\xee\x9e", b"\xee\x9f", b"\xee\xa0", b"\xee\xa1")
"""How the characters of that table begin in UTF-8."""


_MARKS = {
    codecs.BOM_UTF8: Encoding.UTF8,
    codecs.BOM_UTF16_LE: Encoding.UTF16_LE,
    codecs.BOM_UTF16_BE: Encoding.UTF16_BE,
}
_CHINESE_IN_UTF8 = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")
_HIGH = re.compile(rb"[\x80-\xff]")
_NO_WESTERN_WORD = re.compile(rb"[\x80-\xff]{3}")


@dataclass(frozen=True)
class Text:
    """A text file without a mark. `encoding`: the file's. `raw`: GB18030, checked when decoded; all else is UTF-8 by now.

    Both write line ends, quotes, comma, tab and semicolon as ASCII does, and nothing else with those bytes.
    """

    raw: bytes
    encoding: Encoding

    @property
    def is_utf8(self) -> bool:
        """Whether the bytes need no decoding."""
        return self.encoding != Encoding.GB18030

    def utf8(self) -> bytes:
        """The whole text; FileRefused(`unknown_encoding`) where it is none."""
        return self.raw if self.is_utf8 else _decoded(self.raw, self.encoding)

    def head(self) -> str:
        """The beginning, whatever it holds."""
        return self.raw[:HEAD].decode("utf-8" if self.is_utf8 else self.encoding, errors="replace")


def guesses(data: bytes) -> Sequence[Encoding]:
    """The encodings that a file may have, the likeliest first; none where it is no text.

    UTF-8 with a broken letter would often pass as GB18030 (张三 as 寮犱笁), and GB18030 as Western letters: neither is offered.
    """
    if marked := [encoding for mark, encoding in _MARKS.items() if data.startswith(mark)]:
        return marked
    if b"\0" in data and data.count(b"\0") > len(data) // 20:
        return _by_nul(data)
    if is_utf8(data):
        return [Encoding.UTF8]
    first = _HIGH.search(data)
    head = data[first.start() : first.start() + HEAD] if first else b""
    if 3 * len(_CHINESE_IN_UTF8.findall(head)) > len(_HIGH.findall(head)) // 2:
        return []
    return [Encoding.GB18030] if _NO_WESTERN_WORD.search(data) else [Encoding.GB18030, Encoding.CP1252]


def as_text(data: bytes, encoding: Encoding, *, checked: bool = False) -> Text:
    """FileRefused(`unknown_encoding`) where `data` is not in `encoding`; GB18030 is found out later, when it is decoded.

    `checked`: `guesses` has named the encoding; of a file with a mark it takes the mark's word.
    """
    mark = next((mark for mark, marked in _MARKS.items() if marked == encoding), b"")
    body = data.removeprefix(mark)
    by_mark = len(body) < len(data)
    if encoding == Encoding.UTF8 and (by_mark or not checked) and not is_utf8(body):
        raise FileRefused(FileCode.UNKNOWN_ENCODING)
    as_it_is = encoding in (Encoding.UTF8, Encoding.GB18030)
    return Text(body if as_it_is else _decoded(body, encoding), encoding)


def _by_nul(data: bytes) -> Sequence[Encoding]:
    """UTF-16 without a mark, where its digits and commas show on which side the empty bytes stand."""
    empty = np.frombuffer(data, np.uint8) == 0
    first, second = int(empty[::2].sum()), int(empty[1::2].sum())
    if second > 10 * first:
        return [Encoding.UTF16_LE]
    return [Encoding.UTF16_BE] if first > 10 * second else []


def transcoded(cells: pa.BinaryArray) -> pa.StringArray:
    """A column of GB18030 cells without line breaks: each distinct cell is decoded once, all of them in one go."""
    if cells_of(cells).bytes.max(initial=0) < 0x80:
        return cells.cast(pa.string())
    distinct = cells.dictionary_encode()
    decoded = _decoded(b"\n".join(distinct.dictionary.to_pylist()), Encoding.GB18030)
    return pa.array(decoded.decode().split("\n"), pa.string()).take(distinct.indices)


def is_utf8(data: bytes | bytearray) -> bool:
    """Arrow's check: a tenth of the time of decoding, and nothing is copied."""
    places = pa.py_buffer(np.array([0, len(data)], np.int64))
    try:
        pa.LargeStringArray.from_buffers(1, places, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _decoded(data: bytes, encoding: Encoding) -> bytes:
    """As UTF-8, a slice at a time, so that a large file is never held as a string."""
    decoder = codecs.getincrementaldecoder(encoding)()
    slices = range(0, max(len(data), 1), _SLICE)
    try:
        made = b"".join(_encoded(decoder.decode(data[first : first + _SLICE], first + _SLICE >= len(data))) for first in slices)
    except UnicodeError:
        raise FileRefused(FileCode.UNKNOWN_ENCODING) from None
    return made


def _encoded(text: str) -> bytes:
    made = text.encode()
    if any(beginning in made for beginning in _PRIVATE_USE):
        made = text.translate(_EDITION_2022).encode()
    return made
