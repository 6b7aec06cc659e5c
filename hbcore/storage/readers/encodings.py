"""Bytes to UTF-8: strict UTF-8 with or without a mark, else GB18030 as its 2022 edition maps it."""

import codecs
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hbcore.domain.cells import cells_of
from hbcore.domain.errors import FileRefused
from hbcore.domain.vocabulary import FileCode

UTF8, GB18030 = "utf-8", "gb18030"

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


@dataclass(frozen=True)
class Text:
    """A file's bytes without a mark, in their own encoding: `utf-8`, checked, or `gb18030`, checked when decoded.

    Both write line ends, quotes, comma, tab and semicolon as ASCII does, and nothing else with those bytes.
    """

    raw: bytes
    encoding: str

    def utf8(self) -> bytes:
        """The whole text; FileRefused(`unknown_encoding`) where it is none."""
        return self.raw if self.encoding == UTF8 else _from_gb18030(self.raw)

    def head(self, size: int) -> str:
        """The beginning, whatever it holds."""
        return self.raw[:size].decode(self.encoding, errors="replace")


def as_text(data: bytes) -> Text:
    """FileRefused(`unknown_encoding`) where a file is full of NUL characters (UTF-16, binary); a few are their cells' fault."""
    if data.count(b"\0") > len(data) // 20:
        raise FileRefused(FileCode.UNKNOWN_ENCODING)
    body = data.removeprefix(codecs.BOM_UTF8)
    return Text(body, UTF8) if _is_utf8(body) else Text(data, GB18030)


def transcoded(cells: pa.BinaryArray) -> pa.StringArray:
    """A column of GB18030 cells without line breaks: each distinct cell is decoded once, all of them in one go."""
    if cells_of(cells).bytes.max(initial=0) < 0x80:
        return cells.cast(pa.string())
    distinct = cells.dictionary_encode()
    decoded = _from_gb18030(b"\n".join(distinct.dictionary.to_pylist()))
    return pa.array(decoded.decode().split("\n"), pa.string()).take(distinct.indices)


def _is_utf8(data: bytes) -> bool:
    """Arrow's check: a tenth of the time of decoding, and nothing is copied."""
    places = pa.py_buffer(np.array([0, len(data)], np.int64))
    try:
        pa.LargeStringArray.from_buffers(1, places, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _from_gb18030(data: bytes) -> bytes:
    """A slice at a time, so that a large file is never held as a string."""
    decoder = codecs.getincrementaldecoder("gb18030")()
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
