"""Files as senders make them: laboratories' tables in several formats, filings and applications as CSV."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from hbcore.domain.vocabulary import SHANGHAI, DocumentKind
from hbcore.services.demo.places import Laboratory

Row = Mapping[str, str]
"""Cells by our word for the column."""

_CHINESE = {
    "name": "姓名",
    "document_kind": "证件类型",
    "document_number": "证件号码",
    "phone": "联系电话",
    "sampled_at": "采样时间",
    "tested_at": "检测时间",
    "reported_at": "报告时间",
    "sampling_site": "采样点",
    "testing_institution": "检测机构",
    "sample_number": "样本编号",
    "assay": "检测项目",
    "outcome": "检测结果",
    "igg": "IgG抗体",
    "igm": "IgM抗体",
    "pooling": "采样方式",
    "result_status": "结果状态",
}
_ENGLISH = {
    "name": "Name",
    "document_kind": "idType",
    "document_number": "ID No.",
    "sampled_at": "gatheringTime",
    "reported_at": "testing_result_date",
    "sample_number": "accession_number",
    "assay": "检测项目",
    "outcome": "test_result",
    "result_status": "test_result_status",
}
_ALWAYS = ("name", "document_kind", "document_number", "sampled_at", "sample_number", "assay", "outcome")
_K = DocumentKind
KIND_WORDS = {
    _K.RESIDENT_ID: "居民身份证",
    _K.PASSPORT: "外国护照",
    _K.HK_MACAU_PERMIT: "港澳居民来往内地通行证",
    _K.TAIWAN_PERMIT: "台湾居民来往大陆通行证",
    _K.TAIWAN_SINGLE_PERMIT: "一次性台胞证",
    _K.FOREIGN_PR_CARD: "外国人永久居留身份证",
    _K.HMT_RESIDENCE_PERMIT: "港澳台居民居住证",
}

FILING_HEADINGS = {
    "document_number": "护照号码",
    "country": "国籍",
    "name": "英文姓名",
    "birth_date": "出生日期",
    "sex": "性别",
    "entry_date": "入境日期",
    "address": "在鄂住址",
}
APPLICATION_HEADINGS = {
    "receipt": "受理编号",
    "submitted_at": "提交时间",
    "name": "姓名",
    "document_kind": "证件类型",
    "document_number": "证件号码",
    "country": "国籍",
    "birth_date": "出生日期",
    "sex": "性别",
    "phone": "联系电话",
    "email": "邮箱",
    "unit": "居住区县",
    "address": "住址",
    "entry_date": "入境日期",
    "symptoms": "症状",
    "contact": "接触史",
}


def laboratory_file(laboratory: Laboratory, on: date, part: int, rows: Sequence[Row]) -> tuple[str, bytes]:
    """The name and the bytes of an upload, in the laboratory's own style."""
    english = laboratory.style == "workbook_english"
    headings = _ENGLISH if english else _CHINESE
    used = [word for word in headings if word in _ALWAYS or any(word in row for row in rows)]
    table = [[headings[word] for word in used], *([row.get(word, "") for word in used] for row in rows)]
    stem = f"{laboratory.prefix}_{on:%Y%m%d}_{part}"
    if laboratory.style.startswith("workbook"):
        return f"{stem}.xlsx", workbook(table)
    if laboratory.style == "gb18030_title":
        title = [f"{laboratory.name}核酸检测结果明细表（{on:%Y-%m-%d}）", *[""] * (len(used) - 1)]
        total = ["合计", *[""] * (len(used) - 2), f"{len(rows)}"]
        return f"{stem}.csv", comma_separated([title, *table, total]).encode("gb18030")
    return f"{stem}.csv", comma_separated(table).encode("utf-8-sig" if laboratory.style == "utf8_bom" else "utf-8")


def list_file(headings: Mapping[str, str], rows: Sequence[Row]) -> bytes:
    """A list of filings or of applications as UTF-8."""
    return comma_separated([list(headings.values()), *([row.get(word, "") for word in headings] for row in rows)]).encode()


def local(at: datetime) -> str:
    """An instant as senders write it, of Shanghai's clock."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def comma_separated(table: Sequence[Sequence[str]]) -> str:
    """Rows as text, quoted where they must be."""
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(table)
    return text.getvalue()


def workbook(table: Sequence[Sequence[str]]) -> bytes:
    """One sheet of texts as Excel keeps them; the same rows give the same bytes."""
    lines = (f"<row>{''.join(map(_cell, row))}</row>" for row in table)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_NS}package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET}.worksheet+xml"/></Types>',
        "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{_NS}spreadsheetml/2006/main" xmlns:r="{_NS}officeDocument/2006/relationships">'
        '<sheets><sheet name="结果" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_NS}spreadsheetml/2006/main"><sheetData>{"".join(lines)}</sheetData>'
        "</worksheet>",
    }
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(ZipInfo(name), f'<?xml version="1.0" encoding="UTF-8"?>{text}', ZIP_DEFLATED)
    return packed.getvalue()


_NS = "http://schemas.openxmlformats.org/"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _relation(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{_NS}package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_NS}officeDocument/2006/relationships/{kind}" Target="{target}"/></Relationships>'
    )


def _cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
