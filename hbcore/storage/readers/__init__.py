"""Files as they arrive, told apart by their first bytes and read to columns of text."""

from hbcore.domain.errors import FileRefused
from hbcore.domain.headings import Headings
from hbcore.domain.vocabulary import Encoding, FileCode
from hbcore.storage.readers.delimited import first_rows_of_text, names_read_as, read_delimited
from hbcore.storage.readers.table import PAGE, SHELL, Limits, Table, TableFormat
from hbcore.storage.readers.workbook import first_rows_of_workbook, read_workbook

__all__ = ["PAGE", "SHELL", "SUFFIXES", "Limits", "Table", "TableFormat", "first_rows", "is_text", "names_read_as", "read_table"]

SUFFIXES = ("csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods")
"""How the names of files end that a person is offered; what a file is, its bytes say."""

_SMALL = 4_096
"""A longer file of blanks only is told by its having no headings."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ")
_NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"MIME-Version:", b"<")
_DOCUMENTS = tuple(name.encode("utf-16-le") for name in ("WordDocument", "PowerPoint Document"))


def read_table(data: bytes, headings: Headings, limits: Limits = PAGE, encoding: Encoding | None = None) -> Table:
    """A file as a table of the sort that `headings` describes, whatever its name; FileRefused where it can't be taken as a whole.

    `encoding`: of a text file, where a person says it; else it is found.
    """
    if len(data) > limits.bytes:
        raise FileRefused(FileCode.TOO_LARGE, limit=limits.bytes)
    if _is_empty(data):
        raise FileRefused(FileCode.EMPTY_FILE)
    if why := _why_not(data):
        raise FileRefused(why)
    if data.startswith((*_ZIP, _COMPOUND)):
        return read_workbook(data, headings, limits, packed=not data.startswith(_COMPOUND))
    return read_delimited(data, headings, limits, encoding)


def first_rows(data: bytes, limits: Limits = PAGE, encoding: Encoding | None = None) -> list[list[str]]:
    """The rows at the top of a file without known headings, as far down as headings may stand; FileRefused as `read_table`."""
    if len(data) > limits.bytes:
        raise FileRefused(FileCode.TOO_LARGE, limit=limits.bytes)
    if why := _why_not(data):
        raise FileRefused(why)
    if data.startswith((*_ZIP, _COMPOUND)):
        return first_rows_of_workbook(data, limits, packed=not data.startswith(_COMPOUND))
    return first_rows_of_text(data, encoding)


def is_text(data: bytes) -> bool:
    """Whether a file is read as text: only such a file has an encoding. Nothing has none."""
    return not _is_empty(data) and not data.startswith((*_ZIP, _COMPOUND)) and _why_not(data) is None


def _is_empty(data: bytes) -> bool:
    return len(data) < _SMALL and not data.strip(b"\xef\xbb\xbf\r\n\t ")


def _why_not(data: bytes) -> FileCode | None:
    """What a file is that is neither a workbook nor text."""
    if data.startswith(_COMPOUND):
        if _ENCRYPTED in data:
            return FileCode.ENCRYPTED_WORKBOOK
        return FileCode.NOT_A_TABLE if any(name in data for name in _DOCUMENTS) else None
    if data.startswith(_ARCHIVES):
        return FileCode.ARCHIVE
    return FileCode.NOT_A_TABLE if data.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(_NO_TABLES) else None
