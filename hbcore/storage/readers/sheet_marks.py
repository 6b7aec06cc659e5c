"""What the parts of a packed workbook say and its reader does not tell: hidden rows, days counted from 1904."""

import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from posixpath import join, normpath
from zipfile import ZipFile

NAMING = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
"""The parts that say which part holds which sheet; calamine finds them also where their names have other capitals."""

_ATTRIBUTE = rb"""\s%s=["']([^"']*)["']"""
_SHEETS = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATIONS = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ROWS = re.compile(rb"<(?:\w+:)?row(\s[^>]*)>")
_ODS_ROWS = re.compile(rb"<table:table-row([\s/][^>]*)?>")
_ODS_TABLES = re.compile(rb"<table:table\s[^>]*>")


def hidden_in_xlsx(data: bytes, sheet: str) -> list[int]:
    """Rows from 1."""
    with ZipFile(BytesIO(data)) as archive:
        rows = _ROWS.findall(_read(archive, part_of(archive, sheet)))
    return [int(_of(row, b"r") or 0) for row in rows if _of(row, b"hidden") in ("1", "true")]


def from_1904(data: bytes) -> bool:
    """Whether an XLSX counts its days from 1904."""
    with ZipFile(BytesIO(data)) as archive:
        return re.search(rb"""\sdate1904=["'](?:1|true)["']""", _read(archive, NAMING[0])) is not None


def hidden_in_ods(data: bytes, sheet: str, rows: int) -> list[int]:
    """Rows from 1, up to `rows`: what is empty below may be said to be a million rows."""
    with ZipFile(BytesIO(data)) as archive:
        content = archive.read("content.xml")
    begins = next((one.end() for one in _ODS_TABLES.finditer(content) if _of(one[0], b"table:name") == sheet), len(content))
    ends = content.find(b"</table:table>", begins)
    return list(_hidden_of(_ODS_ROWS.findall(content[begins : ends if ends >= 0 else len(content)]), rows))


def _hidden_of(tags: list[bytes], rows: int) -> Iterator[int]:
    last = 0
    for row in tags:
        first, last = last + 1, last + int(_of(row, b"table:number-rows-repeated") or 1)
        if _of(row, b"table:visibility") in ("collapse", "filter"):
            yield from range(first, min(last, rows) + 1)


def part_of(archive: ZipFile, sheet: str) -> str:
    """The part that holds the sheet of this name."""
    sheets = _SHEETS.findall(_read(archive, NAMING[0]))
    relation = next((_of(one, rb"\w+:id") for one in sheets if _of(one, b"name") == sheet), None)
    relations = _RELATIONS.findall(_read(archive, NAMING[1]))
    target = next((_of(one, b"Target") for one in relations if _of(one, b"Id") == relation), None) or ""
    return target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))


def _read(archive: ZipFile, part: str) -> bytes:
    """A part, also where its name has other capitals; nothing where there is none."""
    names = archive.namelist()
    found = part if part in names else next((name for name in names if name.lower() == part.lower()), None)
    return archive.read(found) if found else b""


def _of(tag: bytes, name: bytes) -> str | None:
    found = re.search(_ATTRIBUTE % name, tag)
    return unescape(found[1].decode("utf-8", "replace")) if found else None
