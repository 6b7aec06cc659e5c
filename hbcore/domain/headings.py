"""Headings of columns that senders use, as data, and our word for each (domain part 4)."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from hbcore.domain.cells import clean, word_key
from hbcore.domain.vocabulary import DocumentKind

_LAYOUT = str.maketrans("", "", "*_:#.、,\"'=")
_NOTE = re.compile(r"\((?:必填|选填|文本|24小时制|格式.*|.*[0-9]位|[ymdhs年月日时分秒/:.\-]+)\)\*?$", re.ASCII)
"""How to fill a column in. Any other note may change what it means: 检测结果（抗原） is no nucleic-acid result."""

ADDED = {"zh": "未入库原因与处理办法", "en": "What is wrong and what to do"}
"""The column that a laboratory gets its own file back with, by language; no column of its own."""

RESIDENT_HEADINGS = ("身份证号", "身份证号码", "身份证件号码", "居民身份证号", "居民身份证号码")
"""A number column so headed holds resident identity cards (model part 7)."""


@dataclass(frozen=True)
class Headings:
    """Which headings a file of one sort may have. Keys are as `heading_key` makes them.

    `implied`: a heading that also says what another column would: its key, that column, its cells.
    `own`: those whose word somebody has said for the sender's files.
    """

    words: Mapping[str, str]
    implied: Mapping[str, tuple[str, str]]
    own: frozenset[str] = frozenset()


def heading_key(cell: str) -> str:
    """A heading as it is compared: no blanks, marks or case, without a note such as （必填） or （yyyy-mm-dd）."""
    return _NOTE.sub("", word_key(cell)).translate(_LAYOUT)


def match_headings(cells: Sequence[str], table: Headings) -> dict[str, int]:
    """Our word and the place of its column; where two headings mean one word the first holds."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        word = table.words.get(heading_key(cell))
        if word is not None:
            found.setdefault(word, place)
    return found


def twice_named(cells: Sequence[str], table: Headings) -> tuple[str, ...]:
    """Two headings of one file for one word, where somebody has said one of them: which of the two holds nobody has said."""
    found: dict[str, list[str]] = {}
    for cell in cells:
        word = table.words.get(heading_key(cell))
        if word is not None:
            found.setdefault(word, []).append(cell)
    doubled = (of_word for of_word in found.values() if len(of_word) > 1)
    return next((tuple(map(clean, of_word)) for of_word in doubled if not table.own.isdisjoint(map(heading_key, of_word))), ())


def _headings(aliases: Mapping[str, str]) -> Headings:
    words = {heading_key(alias): word for word, line in aliases.items() for alias in [word, *line.split("|")] if alias.strip()}
    resident = ("document_kind", DocumentKind.RESIDENT_ID.value)
    return Headings(words, {heading_key(alias): resident for alias in RESIDENT_HEADINGS})


_NUMBER = "证件号码|证件号|证件编号|idCard|ID No.|ID number|" + "|".join(RESIDENT_HEADINGS)
_PERSON = {
    "document_kind": "证件类型|证件类别|证件种类|idType|ID type",
    "phone": "手机号|手机号码|手机|联系电话|联系方式|电话|电话号码|mobile|telephone",
    "sex": "性别|gender",
}

_SAMPLED = _PERSON | {
    "name": "姓名|受检者姓名|受检人姓名|受检人|受检者|被检者|被检者姓名|患者姓名|patient_name",
    "first_names": "patient_first_names|patient_first_name",
    "last_name": "patient_last_name",
    "document_number": _NUMBER,
    "age": "年龄",
    "nationality": "国籍|国家/地区|国籍(地区)",
    "sampled_at": "采样时间|采集时间|采样日期|采集日期|gatheringTime|specimen_collection_date",
    "sampling_site": "采样机构|采样点|采样单位|采样地点|采样点名称",
    "sample_number": "样本编号|样本号|标本编号|标本号|条码号|条形码|试管编号|试管号|管号|试管码|样本条码|accession_number",
    "pooling": "采样方式|单混检|混采方式|混检方式|采样类型",
}

SAMPLES = _headings(_SAMPLED)
"""Sampling registrations (采样登记): who was sampled into which tube, when and where (model part 6)."""

LAB = _headings(
    _SAMPLED
    | {
        "tested_at": "检测时间|检验时间|检测日期|检验日期",
        "reported_at": "报告时间|出报告时间|报告日期|testing_result_date",
        "testing_institution": "检测机构|检验机构|检测单位|检验单位|检测机构名称|testing_lab_name",
        "assay": "检测项目|检验项目|项目名称|检测项目名称",
        "outcome": "检测结果|检验结果|结果|核酸结果|核酸检测结果|test_result",
        "igg": "IgG抗体|IgG结果|IgG(S/CO)|IgG S/CO|新冠病毒IgG抗体|新型冠状病毒IgG抗体",
        "igm": "IgM抗体|IgM结果|IgM(S/CO)|IgM S/CO|新冠病毒IgM抗体|新型冠状病毒IgM抗体",
        "result_status": "结果状态|报告状态|test_result_status",
    }
)

OUTCOMES = frozenset({"outcome", "igg", "igm"})
"""The columns one of which a file of results must have."""


def is_registration(words: Collection[str]) -> bool:
    """Whether a file with columns of these words of ours is one of samplings: people, tubes, and nothing of a laboratory's."""
    sampled = {"name", "last_name", "document_number"}.intersection(words) and "sample_number" in words
    return bool(sampled) and not set(LAB.words.values()).difference(SAMPLES.words.values()).intersection(words)


FILINGS = _headings(
    {
        "document_number": "护照号码|护照号|证件号码|证件号|passport_number|passport no.",
        "country": "国籍|国家/地区|国家(地区)|国家或地区|国籍(地区)|签发国|nationality|issuing_country",
        "name": "姓名|英文姓名|外文姓名|证件姓名|full_name",
        "birth_date": "出生日期|出生年月日|date_of_birth",
        "sex": "性别|gender",
        "entry_date": "入境日期|入境时间|最近入境日期|date_of_entry",
        "address": "住址|现住址|在鄂住址|居住地址|住宿地址|residence",
    }
)

APPLICATIONS = _headings(
    _PERSON
    | {
        "receipt": "受理编号|受理号|申请编号|申请单号|申领编号|流水号|application_number",
        "submitted_at": "提交时间|申请时间|申领时间|提交日期|submission_time",
        "document_number": _NUMBER + "|护照号码|护照号|通行证号码",
        "country": "国籍|国家/地区|国家(地区)|国籍(地区)|nationality",
        "name": "姓名|申请人|申请人姓名|申领人|申领人姓名|full_name",
        "birth_date": "出生日期|出生年月日|date_of_birth",
        "email": "邮箱|电子邮箱|电子邮件|e-mail",
        "unit": "所在区县|所在地区|居住区县|现居地区|行政区划|行政区划代码|区划代码|district",
        "address": "住址|现住址|在鄂住址|居住地址|详细地址|residence",
        "entry_date": "入境日期|入境时间|date_of_entry",
        "symptoms": "症状|健康状况|是否有症状|健康申报|symptom",
        "contact": "接触史|是否接触病例|接触情况|contact_history",
    }
)

FACTS = _headings(
    {
        "document_kind": _PERSON["document_kind"],
        "document_number": _NUMBER + "|护照号码|护照号|通行证号码",
        "name": "姓名|被管控人姓名|人员姓名|接触者姓名|密接姓名|病例姓名|full_name",
        "kind": "管控类别|管控类型|人员类别|人员类型|类别|病例分类|诊断类型|measure",
        "from": "起始时间|起始日期|开始时间|开始日期|管控开始|管控开始日期|末次接触时间|末次接触日期|诊断日期|from_date",
        "until": "截止时间|截止日期|结束时间|结束日期|管控截止|管控截止日期|解除日期|until_date",
        "exposure": "暴露情况|暴露史|接触方式|接触情况|接触史|接触地点|exposure_history",
        "evidence_number": "依据文号|文号|依据编号|流调报告编号|流调编号|evidence",
    }
)
