"""Workbooks of each make, written for a test: the same sheets as XLSX, XLSM, XLS and ODS."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import openpyxl
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904

Cells = Sequence[object]

OPENED = "xmlns:{0}='urn:oasis:names:tc:opendocument:xmlns:{0}:1.0'"
SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True)
class Sheet:
    """Rows from 1; `gone`: the hidden ones among them."""

    name: str
    rows: Sequence[Cells]
    hidden: bool = False
    gone: Sequence[int] = field(default_factory=tuple)


def xlsx(*sheets: Sheet, from_1904: bool = False) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    if from_1904:
        book.epoch = CALENDAR_MAC_1904
    for one in sheets:
        sheet = book.create_sheet(one.name)
        sheet.sheet_state = "hidden" if one.hidden else "visible"
        for row in one.rows:
            sheet.append(list(row))
        for row in one.gone:
            sheet.row_dimensions[row].hidden = True
    return _saved(book)


def workbook(*rows: Cells) -> bytes:
    """An XLSX of one sheet."""
    return xlsx(Sheet("结果", rows))


def repacked(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """An XLSX with these parts in place of its own, or beside them."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *parts}:
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return made.getvalue()


def xlsm(*sheets: Sheet, from_1904: bool = False) -> bytes:
    plain, made = io.BytesIO(xlsx(*sheets, from_1904=from_1904)), io.BytesIO()
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            macros = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
            usual = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
            new.writestr(name, old.read(name).replace(usual, macros))
    return made.getvalue()


def xls(*sheets: Sheet, from_1904: bool = False) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = from_1904
    general = xlwt.easyxf()
    styles = {datetime: xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm"), date: xlwt.easyxf(num_format_str="yyyy-mm-dd")}
    for one in sheets:
        sheet = book.add_sheet(one.name)
        sheet.visibility = int(one.hidden)
        for place, row in enumerate(one.rows):
            for column, cell in enumerate(row):
                sheet.write(place, column, cell, styles.get(type(cell), general))
        for place in one.gone:
            sheet.row(place - 1).hidden = True
    return _saved(book)


def ods(*sheets: Sheet, more: str = "") -> bytes:
    """`more`: of the manifest."""
    styles = "".join(
        f"<style:style style:name='s{place}' style:family='table'><style:table-properties table:display="
        f"'{'false' if one.hidden else 'true'}'/></style:style>"
        for place, one in enumerate(sheets)
    )
    tables = "".join(_ods_table(one, f"s{place}") for place, one in enumerate(sheets))
    names = " ".join(OPENED.format(name) for name in ("office", "table", "text", "style"))
    content = (
        f"<?xml version='1.0' encoding='UTF-8'?><office:document-content {names} office:version='1.2'><office:automatic-styles>"
        f"{styles}</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = f"<manifest:manifest {OPENED.format('manifest')}>{more}</manifest:manifest>"
    return packed({"mimetype": SPREADSHEET, "content.xml": content, "META-INF/manifest.xml": manifest})


def packed(parts: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()


def with_content(data: bytes, change: Callable[[str], str]) -> bytes:
    """An ODS whose sheets are written otherwise."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    return packed({**parts, "content.xml": change(parts["content.xml"])})


MAKES: dict[str, Callable[..., bytes]] = {"xlsx": xlsx, "xlsm": xlsm, "xls": xls, "ods": ods}


def _ods_table(sheet: Sheet, style: str) -> str:
    rows = "".join(
        f"<table:table-row{' table:visibility=' + repr('collapse') if place in sheet.gone else ''}>"
        f"{''.join(map(_ods_cell, row))}</table:table-row>"
        for place, row in enumerate(sheet.rows, start=1)
    )
    below = "<table:table-row table:number-rows-repeated='1048000'><table:table-cell table:number-columns-repeated='9'/>"
    return f"<table:table table:name='{sheet.name}' table:style-name='{style}'>{rows}{below}</table:table-row></table:table>"


def _ods_cell(cell: object) -> str:
    if isinstance(cell, date):
        return f"<table:table-cell office:value-type='date' office:date-value='{cell.isoformat()}'/>"
    if isinstance(cell, int | float):
        return f"<table:table-cell office:value-type='float' office:value='{cell}'/>"
    return f"<table:table-cell office:value-type='string'><text:p>{cell}</text:p></table:table-cell>"


def _saved(book: openpyxl.Workbook | xlwt.Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
