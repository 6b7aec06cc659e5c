"""Packed workbooks (XLSX, XLSM, ODS) looked through before anything opens them (security part 2, S30)."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

import pyarrow as pa
import pyarrow.compute as pc

from hbcore.domain.errors import FileRefused
from hbcore.domain.vocabulary import FileCode
from hbcore.storage.readers.table import Limits

MOST_PARTS = 1_000
MOST_RATIO = 100
"""A sheet of 100,000 different people shrinks to a tenth; a bomb to a thousandth."""
SMALL = 10_000_000
"""What inflates to no more needs no ratio: a few rows of one word shrink far."""
MOST_INFLATED = 40
"""Times the bytes that are taken at all."""

_WORKBOOK, _TYPES, _ODF, _ENCRYPTED_ODF = "xl/workbook.xml", "[Content_Types].xml", "mimetype", "encrypted-package"
_STYLES = "xl/styles.xml"
"""Here it says of formulas that they are hidden."""
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"

_FAR_CELL = ' r="(?:[A-Z]{3}|[A-Z]{1,2}[0-9]{7})'
"""A cell right of column ZZ or below row 999,999: one such cell makes a reader lay out millions of empty ones."""
_HIDING = {"ods": b"table:visibility=", "xlsx": b' hidden="', "xlsm": b' hidden="'}
_CHUNK = 1 << 20
_SEAM = 24


@dataclass(frozen=True)
class Packed:
    """What a safe archive holds: `xlsx`, `xlsm` or `ods`; whether some row or column in it may be hidden."""

    kind: str
    hides: bool


def look_through(data: bytes, limits: Limits) -> Packed:
    """FileRefused: `archive`, `not_a_table`, `encrypted_workbook`; `unsafe_workbook` for parts, ratio, size, a cell far out;
    `workbook_cut` for one that ends too early or is damaged.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or any(part.flag_bits & 1 for part in parts):
                raise FileRefused(FileCode.UNSAFE_WORKBOOK)
            kind = _kind(archive, {part.filename for part in parts})
            return Packed(kind, _check_inflated(archive, parts, len(data), limits, _HIDING[kind]))
    except (BadZipFile, EOFError, zlib.error) as error:
        # Parts that lie in one another are how a small file inflates without end.
        raise FileRefused(FileCode.UNSAFE_WORKBOOK if "Overlapped" in str(error) else FileCode.WORKBOOK_CUT) from None
    except (NotImplementedError, OSError, ValueError, RuntimeError):
        raise FileRefused(FileCode.UNSAFE_WORKBOOK) from None


def _kind(archive: ZipFile, names: set[str]) -> str:
    if _WORKBOOK in names:
        return "xlsm" if _TYPES in names and b"macroEnabled" in _beginning(archive, _TYPES) else "xlsx"
    if _ODF not in names:
        # A document of another program, or files that somebody packed together.
        raise FileRefused(FileCode.NOT_A_TABLE if _TYPES in names else FileCode.ARCHIVE)
    if not _beginning(archive, _ODF).startswith(_SPREADSHEET):
        raise FileRefused(FileCode.NOT_A_TABLE)
    manifest = "META-INF/manifest.xml"
    if _ENCRYPTED_ODF in names or (manifest in names and b"encryption-data" in _beginning(archive, manifest)):
        raise FileRefused(FileCode.ENCRYPTED_WORKBOOK)
    return "ods"


def _beginning(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        return file.read(_CHUNK)


def _check_inflated(archive: ZipFile, parts: Iterable[ZipInfo], size: int, limits: Limits, hiding: bytes) -> bool:
    """Whether `hiding` stands anywhere."""
    inflated, hides = 0, False
    for part in parts:
        for chunk in _chunks(archive, part):
            inflated += len(chunk)
            too_much = inflated > MOST_INFLATED * limits.bytes or (inflated > SMALL and inflated > MOST_RATIO * size)
            if too_much or _has_far_cell(chunk):
                raise FileRefused(FileCode.UNSAFE_WORKBOOK)
            hides = hides or (part.filename != _STYLES and hiding in chunk)
    return hides


def _has_far_cell(chunk: bytes) -> bool:
    """By Arrow's own expressions, which take less than half of Python's time: half of the look was this."""
    return bool(pc.match_substring_regex(pa.array([chunk], pa.binary()), _FAR_CELL)[0].as_py())


def _chunks(archive: ZipFile, part: ZipInfo) -> Iterator[bytes]:
    """Chunks overlap by more than what is looked for is long, or it could hide across the seam."""
    with archive.open(part) as file:
        before = b""
        while chunk := file.read(_CHUNK):
            yield before + chunk
            before = chunk[-_SEAM:]
