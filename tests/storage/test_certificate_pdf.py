"""The PDF of test certificates: read back, page by page; what people wrote stands there letter by letter or not at all."""

import re
import resource
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from hbcore.domain.errors import Refused
from hbcore.domain.sentence import Sentence, same
from hbcore.storage.writers.certificate import Line, Paper, certificates_pdf
from tests.codes_on_paper import code_on

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
CODE = "HC1:" + 52 * "6BF+70790"


def paper(name: str, code: str = CODE) -> Paper:
    one = Sentence("各地规定不同。", "Rules differ by place.")
    return Paper(
        desk=Sentence("湖北健康码管理台", "Hubei health code desk"),
        title=Sentence("核酸检测证明", "Nucleic-acid test certificate"),
        number="3F2A0B1C",
        lines=[Line(Sentence("姓名", "Name"), same(name))],
        assay=Sentence("新冠病毒核酸检测", "SARS-CoV-2 nucleic-acid test"),
        outcome=Sentence("阴性", "Negative"),
        code=code,
        described=Sentence("二维码", "QR code"),
        look_up=Sentence("查验号", "Look-up number"),
        digits="023 941 935 521",
        checking=[one],
        notes=[one],
    )


def pdf(*papers: Paper, first: str = "zh") -> bytes:
    return certificates_pdf(papers, first, "检测证明 Test certificate", "Hubei", AT)


def said(content: bytes, page: int = 0) -> str:
    return re.sub(r"\s", "", PdfReader(BytesIO(content)).pages[page].extract_text())


@pytest.mark.parametrize(
    "name",
    [
        *("䶮㛃", "李𠮷", "買買提·艾力", "Đặng Thị Ánh", "Ёлкин Пётр", "김철수"),
        *("#pagebreak()", "$x$ *b* _i_ \\ [y]", "@ref <a> `code` // end", "= H - x + y", "{{name}} {0} %s", '"];#panic("'),
    ],
)
def test_a_name_stands_on_paper_letter_by_letter(name):
    content = pdf(paper(name))

    assert re.sub(r"\s", "", name) in said(content)
    assert len(PdfReader(BytesIO(content)).pages) == 1


@pytest.mark.parametrize("name", ["张\ue000", "محمد علي", "王\U0003fffd", "赵\u200b六", "A\nB", "葛\U000e0100"])
def test_nothing_is_printed_with_a_gap_in_it(name):
    with pytest.raises(Refused, match="glyph_missing"):
        pdf(paper("张三"), paper(name))


def test_a_page_for_each_paper_with_its_own_code():
    content = pdf(paper("张三"), paper("李四", "HC1:" + 52 * "NCFOXN%TS"))

    assert len(PdfReader(BytesIO(content)).pages) == 2
    assert ("张三" in said(content, 0), "李四" in said(content, 1)) == (True, True)
    assert (code_on(content, 0), code_on(content, 1)) == (CODE, "HC1:" + 52 * "NCFOXN%TS")


@pytest.mark.parametrize(
    ("first", "language", "before", "after"), [("zh", "zh-CN", "姓名", "Name"), ("en", "en", "Name", "姓名")]
)
def test_either_language_may_come_first(first, language, before, after):
    content = pdf(paper("张三"), first=first)

    assert said(content).index(before) < said(content).index(after)
    assert PdfReader(BytesIO(content)).trailer["/Root"]["/Lang"] == language


def test_it_is_tagged_titled_and_says_which_standards_it_keeps():
    reader = PdfReader(BytesIO(pdf(paper("张三"))))
    root = reader.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "检测证明 Test certificate"
    described = root["/Metadata"].get_object().get_data().decode()
    assert "pdfuaid:part>1<" in described
    assert "pdfaid:part>2<" in described
    assert {"/H1", "/Figure"} <= {str(role) for role in roles(root["/StructTreeRoot"])}


def roles(node: DictionaryObject) -> list[object]:
    """The structure's roles, from the root down."""
    found, below = [node.get("/S")], node.get("/K", [])
    for one in below if isinstance(below, list) else [below]:
        inner = one.get_object()
        found += roles(inner) if isinstance(inner, DictionaryObject) else []
    return found


def test_its_fonts_are_in_it_and_only_what_is_used_of_them():
    content = pdf(paper("张三"))
    (page,) = PdfReader(BytesIO(content)).pages

    for font in page["/Resources"]["/Font"].values():
        (inner,) = font.get_object()["/DescendantFonts"]
        assert "+NotoSansCJK" in inner.get_object()["/BaseFont"].replace("-", "")
        assert {"/FontFile2", "/FontFile3"} & set(inner.get_object()["/FontDescriptor"])
    assert len(content) < 150_000


def test_the_same_paper_is_the_same_bytes():
    assert pdf(paper("张三")) == pdf(paper("张三"))
    assert pdf(paper("张三")) != pdf(paper("李四"))


def test_list_after_list_leaves_nothing_in_memory():
    def megabytes() -> float:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6

    grown = []
    for number in range(8):
        pdf(*(paper(f"张三 {number} {place}", CODE[:-6] + f"{number:02}{place:04}") for place in range(40)))
        grown.append(megabytes())

    assert grown[-1] - grown[1] < 40  # 0.35 MB a page would be 84
