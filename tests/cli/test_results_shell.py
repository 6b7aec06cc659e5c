"""Files as laboratories really send them, through `results import`: what each gives, row by row (domain part 4, model part 7)."""

# ruff: noqa: E501 - a file's line and what it gives are one line of a table

import json
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from hbcore.cli import app
from hbcore.domain.vocabulary import Role
from hbcore.services.clock import now
from tests import standing
from tests.standing import LAB

HEADER = "姓名,证件类型,证件号码,采样时间,样本编号,检测项目,检测结果"
ZHAO, QIAN, SUN, LI, ZHOU, WU = (
    "赵刚,身份证,420102195209290272",
    "钱芳,身份证,422801196007307804",
    "孙俊,身份证,42060219891216739X",
    "李玉,身份证,422801195806030309",
    "周平,身份证,420106199001011231",
    "吴兰,身份证,420102199001010014",
)
AT = "2022-11-08 14:50"


@pytest.fixture(autouse=True)
def liaison(database: Path) -> None:
    standing.institution(now())
    standing.staff(Role.LAB_LIAISON, now(), name="lab", institutions=[LAB])


def file(*rows: str, header: str = HEADER) -> bytes:
    return "".join(f"{line}\n" for line in (header, *rows)).encode()


def sample(who: str = ZHAO, at: str = AT, number: str = "S1", assay: str = "核酸", outcome: str = "阴性") -> str:
    return f"{who},{at},{number},{assay},{outcome}"


def workbook(*rows: list[str]) -> bytes:
    book, kept = openpyxl.Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(kept)
    return kept.getvalue()


def each(*cells: dict[str, str]) -> bytes:
    """A file with a row for each, every one under a sample number of its own."""
    return file(*(sample(**({"number": f"S{place}"} | cell)) for place, cell in enumerate(cells)))


def imported(tmp_path: Path, content: bytes, *more: str, name: str = "file.csv") -> dict[str, object]:
    path = tmp_path / name
    path.write_bytes(content)
    result = CliRunner().invoke(app, ["results", "import", str(path), "--institution", LAB, "--by", "lab", "--json", *more])
    return json.loads(result.stdout)


def told(answer: dict) -> str:
    """The answer in a line: rows that are not 0 | outcomes | row, column and code of each problem."""
    if "error" in answer:
        return answer["error"]["code"]
    rows = " ".join(f"{word} {n}" for word, n in answer["rows"].items() if n and word != "read")
    outcomes = " ".join(f"{assay} {outcome} {n}" for assay, of in answer["outcomes"].items() for outcome, n in sorted(of.items()))
    problems = ", ".join(f"{one['row']} {one['column']} {one['code']}" for one in answer["problems"])
    return " | ".join((rows, outcomes, problems))


ONE = "recorded 1 | naat negative 1 | "
LAYOUTS = [
    ("tabulators", file(sample()).replace(b",", b"\t"), ONE),
    ("semicolons", file(sample()).replace(b",", b";"), ONE),
    ("bars", file(sample()).replace(b",", b"|"), ONE),
    ("bars in GB18030, a rare name", file(sample("陈䶮㛃•艾力,护照,E12345678")).decode().replace(",", "|").encode("gb18030"), ONE),
    ("lines that end in CR alone", file(sample()).replace(b"\n", b"\r"), ONE),
    ("a mark and CR LF", b"\xef\xbb\xbf" + file(sample()).replace(b"\n", b"\r\n"), ONE),
    ("two-character names in UTF-8", file(sample("张三,护照,E12345678")), ONE),
    ("UTF-16", file(sample()).decode().encode("utf-16"), ONE),
    ("a hint for a spreadsheet", b"sep=,\n" + file(sample()), "recorded 1 skipped 1 | naat negative 1 | "),
    ("a title, a blank line, a total", "武昌区核酸结果,,,,,,\n\n".encode() + file(sample(), "合计,,,,,,1"), "recorded 1 skipped 3 | naat negative 1 | "),
    ("totals with words around", file(sample(), "合计：1人,,,,,,", "总 计,,,,,,", "小计 1 份,,,,,,"), "recorded 1 skipped 3 | naat negative 1 | "),
    ("a total under an empty cell", file("1," + sample(), ",合计,,,,,,1", header="序号," + HEADER), "recorded 1 skipped 1 | naat negative 1 | "),
    ("a group row above the headings", "个人信息,,,采样,,检测,\n".encode() + file(sample()), "recorded 1 skipped 1 | naat negative 1 | "),
    ("the headings again in English", file("Name,idType,ID No.,gatheringTime,accession_number,,test_result", sample()), "two_header_rows"),
    ("one heading below merged cells", file(",,,,,,核酸结果", sample()), "two_header_rows"),
    ("headings with notes", file(sample(), header="姓名*,证件类型（必填）,证件号码(18位),采样时间(yyyy-mm-dd hh:mm),样本编号:,检测项目,检测结果"), ONE),
    ("a note that changes the meaning", file(sample(), header=HEADER + "（抗原）"), "refused 1 |  | 2 outcome missing"),
    ("a cell too many, a cell too few", file(sample() + ",x", "钱芳,身份证", sample(SUN, number="S3") + ",,"), "recorded 1 refused 2 | naat negative 1 | 2 None cells_beyond_header, 3 None too_few_cells"),
    ("only headings", file(), "no_rows"),
    ("only a total", file("合计,,,,,,0"), "no_rows"),
    ("an .xls that is HTML", b"<html><table><tr><td>x</td></tr></table></html>", "not_a_table"),
    ("a real .xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "wps_format"),
    ("a packed file", b"\x1f\x8b\x08" + bytes(20), "archive"),
    ("a workbook without a cell", workbook(), "empty_file"),
    ("a workbook of something else", workbook(["日期", "备注"]), "no_known_headings"),
    ("a workbook with its table one column in", workbook(["", *HEADER.split(",")], ["", *sample().split(",")], ["", "合计：1"]), "recorded 1 skipped 1 | naat negative 1 | "),
    ("a torn workbook", b"PK\x03\x04" + bytes(100), "workbook_cut"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "given"), LAYOUTS, ids=[case[0] for case in LAYOUTS])
def test_a_file_of_an_unusual_make(tmp_path, why, content, given):
    assert told(imported(tmp_path, content)) == given


WAYS_TO_WRITE_A_TIME = [
    "2022-11-09 14:00:00", "2022/11/9 14:00", "20221109", "2022年11月9日", "2022.11.9", "2022年11月9日14时05分", "2022-11-09T06:00:00.000Z",
    "20221109140000", "44874", "44874.5833333333", "2022/11/9 下午2:00", "  2022-11-09  ", "２０２２－１１－０９　１４：００", "2022-11-9 9:05",
]  # fmt: skip
TIMES = [
    ("11/9/2022", "not_a_date"),
    ("2022-02-30", "not_a_date"),
    ("2022-11-09 24:00", "not_a_date"),
    ("2022-11", "not_a_date"),
    ("0", "not_a_date"),
    ("", "missing"),
    ("2999-01-01", "in_the_future"),
    ("2019-12-31 23:59:59", "too_old"),
    ("43830", "too_old"),
]


def test_times_are_read_however_they_are_written(tmp_path):
    answer = imported(tmp_path, each(*({"at": at} for at in WAYS_TO_WRITE_A_TIME)))

    assert told(answer) == f"recorded {len(WAYS_TO_WRITE_A_TIME)} | naat negative {len(WAYS_TO_WRITE_A_TIME)} | "


def test_a_time_that_cannot_be_is_refused_with_its_reason(tmp_path):
    answer = imported(tmp_path, each(*({"at": at} for at, _ in TIMES)))

    assert [one["code"] for one in answer["problems"]] == [code for _, code in TIMES]


KINDS = [
    ("10", "420102195209290272"), ("14", "H12345678"), ("15", "12345678"), ("16", "AB12345678"), ("20", "E12345678"), ("34", "FRA110123456789"),
    ("01", "422801196007307804"), ("03", "E12345679"), ("06", "M12345678"), ("07", "12345679"), ("1", "42060219891216739X"), ("2", "E12345670"),
    ("回乡证", "H1234567900"), ("台胞证", "12345670(B)"), ("港澳居民居住证", "810000199001011011"), ("永居证", "CHN110123456789"),
]  # fmt: skip


def test_every_sender_s_code_for_a_kind_of_document_is_read(tmp_path):
    answer = imported(tmp_path, each(*({"who": f"赵刚,{kind},{number}"} for kind, number in KINDS)))

    assert told(answer) == f"recorded {len(KINDS)} | naat negative {len(KINDS)} | "


CELLS = [
    ("a Cyrillic letter in a permit", [{"who": "赵刚,港澳通行证,Н12345678"}], "refused 1 |  | 2 document_number mixed_script"),
    ("a Greek check letter", [{"who": "孙俊,身份证,42060219891216739Χ"}], "refused 1 |  | 2 document_number mixed_script"),
    ("full-width, non-breaking, zero-width", [{"who": "赵\u200b刚,身份证,４２０１０２\u00a019520929\u00a0０２７２", "outcome": "阴性（－）"}], ONE),
    ("a letter that turns the text round", [{"who": "赵\u202e刚,护照,E12345678"}], "refused 1 |  | 2 name control_character"),
    ("a bell in a number, a NUL in a name", [{"who": ZHAO + "\x07"}, {"who": "钱\0芳,护照,E12345678"}], "refused 2 |  | 2 document_number control_character, 3 name control_character"),
    ("digits lost on the way", [{"who": "赵刚,身份证,4.20102E+17"}], "refused 1 |  | 2 document_number digits_lost"),
    ("a lower-case x, an apostrophe", [{"who": "孙俊,身份证,'42060219891216739x"}], ONE),
    ("a wrong check digit", [{"who": "孙俊,身份证,420602198912167390"}], "refused 1 |  | 2 document_number bad_check_digit"),
    ("no kind of ours", [{"who": "赵刚,军官证,12345678"}], "refused 1 |  | 2 document_kind unknown_document_kind"),
    ("placeholders", [{"who": "xxx,身份证,420102195209290272"}, {"who": "赵刚,身份证,无"}, {"number": "N/A"}, {"who": "replaceMe,护照,E12345678"}], "refused 4 |  | 2 name placeholder, 3 document_number placeholder, 4 sample_number placeholder, 5 name placeholder"),
    ("masked or lost names", [{"who": "赵*,护照,E12345678"}, {"who": "赵?,护照,E12345679"}, {"who": "123,护照,E12345670"}], "refused 3 |  | 2 name bad_name, 3 name bad_name, 4 name bad_name"),
    ("influenza", [{"assay": "甲型流感病毒抗原"}, {"assay": "抗原", "who": QIAN}], "recorded 1 refused 1 | antigen negative 1 | 2 assay assay_not_handled"),
    ("an assay nobody knows, and none", [{"assay": "抽血"}, {"assay": ""}], "refused 2 |  | 2 assay unknown_assay, 3 assay missing"),
    ("an antibody's ratio", [{"assay": "IgG抗体", "outcome": "1.00"}, {"assay": "IgM抗体", "outcome": "0.99", "who": QIAN}], "recorded 2 | igg positive 1 igm negative 1 | "),
    ("outcomes in other words", [{"outcome": "260415000"}, {"outcome": "Not detected", "who": QIAN}, {"outcome": "阳 性(+)", "who": SUN}, {"outcome": "灰区", "who": LI}, {"outcome": "样本不合格", "who": ZHOU}], "recorded 5 | naat inconclusive 1 naat invalid 1 naat negative 2 naat positive 1 | "),
    ("no outcome at all", [{"outcome": "弱阳性"}, {"outcome": ""}, {"outcome": "待检"}], "refused 3 |  | 2 outcome unknown_outcome, 3 outcome missing, 4 outcome unknown_outcome"),
    ("wells and surfaces", [{"who": "NC,,", "number": "NC1"}, {"who": "阳性对照,,", "outcome": "阳性"}, {"who": "物表-门把手,,"}, {"who": "冷链外包装,,", "outcome": "阳性"}, {"who": ZHAO}], "recorded 1 skipped 4 | naat negative 1 | "),
]  # fmt: skip


@pytest.mark.parametrize(("why", "rows", "given"), CELLS, ids=[case[0] for case in CELLS])
def test_cells_that_go_wrong(tmp_path, why, rows, given):
    assert told(imported(tmp_path, each(*rows))) == given


SIX = (ZHAO, QIAN, SUN, LI, ZHOU, WU)
MORE_COLUMNS = [
    ("six in a tube of five", "采样方式", [sample(who) + ",5混1" for who in SIX], "refused 6 |  | " + ", ".join(f"{row} sample_number tube_too_full" for row in range(2, 8))),
    ("five in a tube of five", "采样方式", [sample(who, outcome="阳性") + ",5混1" for who in SIX[:5]], "recorded 5 | naat pooled_positive 5 | "),
    ("two in a tube, no method", "采样方式", [sample(who, outcome="阳性") + "," for who in SIX[:2]], "recorded 2 | naat pooled_positive 2 | "),
    ("two in a tube said to be single", "采样方式", [sample(who, outcome="阳性") + ",单采" for who in SIX[:2]], "recorded 2 | naat pooled_positive 2 | "),
    ("one alone, said to be single", "采样方式", [sample(outcome="阳性") + ",单采"], "recorded 1 | naat positive 1 | "),
    ("another laboratory's row", "检测机构", [sample() + ", 武昌 医学检验所", sample(QIAN, number="S2") + ",江岸医学检验所", sample(SUN, number="S3") + ","], "recorded 2 refused 1 | naat negative 2 | 3 testing_institution other_institution"),
    ("tested before sampled", "检测时间,报告时间", [sample() + ",2022-11-08 13:00,", sample(QIAN, number="S2") + ",2022-11-08 14:45,2022-11-08", sample(SUN, number="S3", at="2022-11-08") + ",2022-11-08,2022-11-07"], "recorded 1 refused 2 | naat negative 1 | 2 tested_at out_of_order, 4 reported_at out_of_order"),
    ("words for the state of a line", "结果状态", [sample() + ",终审", sample(QIAN, number="S2") + ",F", sample(SUN, number="S3") + ",初步", sample(LI, number="S4") + ",未审核", sample(ZHOU, number="S5") + ",X", sample(WU, number="S6") + ",作废"], "recorded 2 held 1 refused 3 | naat negative 2 | 4 result_status not_final, 5 result_status not_final, 6 result_status not_final, 7 result_status withdraws_unknown"),
    ("a file that corrects itself", "结果状态", [sample(outcome="可疑") + ",", sample() + ",更正", sample() + ","], "recorded 2 already_held 1 corrected 1 | naat negative 1 | "),
    ("a file that contradicts itself", "结果状态", [sample(outcome="可疑") + ",", sample() + ",更正", sample(outcome="阳性") + ",", sample(QIAN, number="S2") + ","], "recorded 1 held 3 | naat negative 1 | 2 outcome contradicts, 3 outcome contradicts, 4 outcome contradicts"),
    ("a phone nobody can ring", "联系电话", [sample() + ",无", sample(QIAN, number="S2") + ",+33 6 12 34 56 78"], "recorded 2 | naat negative 2 | "),
]  # fmt: skip


@pytest.mark.parametrize(("why", "headings", "rows", "given"), MORE_COLUMNS, ids=[case[0] for case in MORE_COLUMNS])
def test_rows_that_need_more_than_a_cell(tmp_path, why, headings, rows, given):
    assert told(imported(tmp_path, file(*rows, header=f"{HEADER},{headings}"))) == given


OTHER_SHAPES = [
    ("English names in two columns", "patient_first_names,patient_last_name,idType,idCard,specimen_collection_date,accession_number,test_result,testing_lab_name\nSIU MING,CHAN,14,H12345678,2022-11-08,S1,260415000,武昌医学检验所\n", ONE),
    ("no column for the kind", "Name,ID No.,gatheringTime,accession_number,test_result\nCHAN SIU MING,E12345678,2022-11-08,S1,NEG\n", ONE),
    ("a resident's number by its heading", "受检者,身份证号,采集时间,条码号,结果\n赵刚,E12345678,2022-11-08,S1,阴性\n", "refused 1 |  | 2 document_number bad_document"),
    ("two antibodies a row", "姓名,证件号码,采样时间,样本编号,IgG,IgM\n赵刚,420102195209290272,2022-11-08,S1,12.5,0.3\n钱芳,422801196007307804,2022-11-08,S2,阴性(-),灰区\n孙俊,42060219891216739X,2022-11-08,S3,,\n", "recorded 2 refused 1 | igg negative 1 igg positive 1 igm inconclusive 1 igm negative 1 | 4 igg missing"),
    ("a file of tubes without people", "试管编号,检测结果\nT1,阴性\n", "refused 1 |  | 2 sample_number tube_not_registered"),
    ("no column for the sample", "姓名,身份证号,采样时间,结果\n赵刚,420102195209290272,2022-11-08,阴性\n", "refused 1 |  | 2 sample_number missing"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "given"), OTHER_SHAPES, ids=[case[0] for case in OTHER_SHAPES])
def test_files_with_other_columns(tmp_path, why, content, given):
    assert told(imported(tmp_path, content.encode())) == given


def test_a_second_look_at_a_person_under_another_name_is_held(tmp_path):
    imported(tmp_path, file(sample()))

    assert told(imported(tmp_path, file(sample(ZHAO.replace("赵刚", "赵钢"), number="S2")))) == "held 1 |  | 2 name name_differs"


@pytest.mark.parametrize("content", [file(sample(), sample(QIAN, outcome="阳性"), "坏,身份证,1"), file(sample(outcome="阳性"))])
def test_a_preview_s_figures_equal_the_commit_s_and_the_same_file_under_another_name_changes_nothing(tmp_path, content):
    figures = ("rows", "outcomes", "problems", "codes", "format", "sha256")
    first, second = imported(tmp_path, content, "--preview"), imported(tmp_path, content)
    again = imported(tmp_path, content, name="renamed.csv")

    assert [answer["status"] for answer in (first, second, again)] == ["preview", "committed", "already_committed"]
    assert (first["batch"], again["batch"]) == (None, second["batch"])
    assert len({json.dumps([answer[word] for word in figures]) for answer in (first, second, again)}) == 1


def test_an_encoding_that_is_named_is_how_the_file_is_read(tmp_path):
    content = file(sample(), header=HEADER).decode().encode("utf-16-le")

    found = imported(tmp_path, content, "--preview")
    named = imported(tmp_path, content, "--preview", "--encoding", "utf-16-le")
    wrong = imported(tmp_path, content, "--preview", "--encoding", "utf-8")

    assert found["format"]["encoding"] == named["format"]["encoding"] == "utf-16-le"
    assert told(named) == ONE
    assert told(wrong) == "unknown_encoding"


def words(*arguments: str, language: str = "en_GB") -> list[str]:
    """What people are told, line by line."""
    return (
        CliRunner().invoke(app, ["results", *arguments, "--by", "lab"], env={"LC_ALL": f"{language}.UTF-8"}).stderr.splitlines()
    )


def test_people_are_told_whose_codes_change_and_which_rows_are_wrong(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(each({}, {"who": QIAN, "outcome": "阳性"}, {"who": "孙俊,身份证,420602198912167390"}))
    asked = ("import", str(path), "--institution", LAB)

    seen, chinese, done = words(*asked, "--preview"), words(*asked, "--preview", language="zh_CN"), words(*asked)
    batch = done[0].split()[0]
    recalled = words("recall", batch, "--reason", "wrong_file", "--preview")

    assert seen[1] == "Codes that change: 1 from no code to green · 1 from no code to red"
    assert seen[2].startswith("Row 4: The check digit does not fit")
    assert chinese[1] == "将变化的健康码：1 人 无码 → 绿码 · 1 人 无码 → 红码"
    assert done[1] == "Codes that changed: 1 from no code to green · 1 from no code to red"
    assert recalled == [
        f"{batch} preview: 2 results.",
        "Positives that go: 1",
        "Codes that change: 1 from green to no code · 1 from red to no code",
    ]
