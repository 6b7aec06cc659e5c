"""The rules of domain part 4 and model parts 4, 6 and 7 that the tests of single cells do not tell, each as a table."""

import pytest

from hbcore.domain.headings import LAB, match_headings
from hbcore.domain.vocabulary import NoteCode, RowCode
from tests.domain.lab_rows import SOUND, crowd, found, judged, lines

HEADINGS = """
    name                | 姓名, 受检者姓名, 受检人, 被检者, 患者姓名, Name
    first_names         | patient_first_names
    last_name           | patient_last_name
    document_kind       | 证件类型, 证件类别, 证件种类, idType
    document_number     | 证件号码, 证件号, 身份证号, 身份证号码, 身份证件号码, idCard, ID No.
    phone               | 手机号, 手机号码, 联系电话, 电话, mobile
    sex                 | 性别
    age                 | 年龄
    nationality         | 国籍
    sampled_at          | 采样时间, 采集时间, 采样日期, gatheringTime, specimen_collection_date
    tested_at           | 检测时间, 检验时间
    reported_at         | 报告时间, 出报告时间, testing_result_date
    sampling_site       | 采样机构, 采样点, 采样单位
    testing_institution | 检测机构, 检验机构, 检测单位, testing_lab_name
    assay               | 检测项目, 检验项目
    outcome             | 检测结果, 检验结果, 结果, 核酸结果, test_result
    igg                 | IgG, IgG抗体
    igm                 | IgM, IgM抗体
    sample_number       | 样本编号, 标本编号, 条码号, 试管编号, 管号, accession_number
    pooling             | 采样方式, 单混检
    result_status       | 结果状态, 报告状态, test_result_status
"""


@pytest.mark.parametrize(("word", "headings"), lines(HEADINGS))
def test_every_heading_seen_is_understood(word: str, headings: str) -> None:
    assert [list(match_headings([one], LAB)) for one in headings.split(", ")] == [[word]] * len(headings.split(", "))


# sampled | tested | reported | what is wrong; the desk's clock shows 2022-11-09 12:00
ORDER = """
    2022-11-08 10:00 | 2022-11-08 09:50 |                  |
    2022-11-08 10:00 | 2022-11-08 09:49 |                  | tested_at out_of_order
    2022-11-08 10:00 | 2022-11-08 12:00 | 2022-11-08 11:50 |
    2022-11-08 10:00 | 2022-11-08 12:00 | 2022-11-08 11:49 | reported_at out_of_order
    2022-11-08 10:00 |                  | 2022-11-08 09:49 | reported_at out_of_order
    2022-11-08 10:00 | 2022-11-08       | 2022-11-08       |
    2022-11-08 10:00 | 2022-11-07       |                  | tested_at out_of_order
    2022-11-08       | 2022-11-08 00:01 | 2022-11-08       |
    2022-11-08       | 2022-11-07 23:59 |                  | tested_at out_of_order
    2022-11-08 10:00 | 2022-11-08 12:00 | 2022-11-07       | reported_at out_of_order
    2022-11-09 12:10 |                  |                  |
    2022-11-09 12:11 |                  |                  | sampled_at in_the_future
    2022-11-09       |                  | 2022-11-09 12:10 |
    2022-11-10       |                  |                  | sampled_at in_the_future
    2020-01-01       |                  |                  |
    2019-12-31 23:59 |                  |                  | sampled_at too_old
    2022-11-08 10:00 | 2022-11-08 09:00 | 2022-11-08 08:00 | tested_at out_of_order, reported_at out_of_order
"""


@pytest.mark.parametrize("line", ORDER.strip().splitlines())
def test_sampled_then_tested_then_reported_then_now_at_the_precision_given(line: str) -> None:
    sampled, tested, reported, wrong = (cell.strip() for cell in line.split("|"))

    result = judged(SOUND | {"sampled_at": sampled, "tested_at": tested, "reported_at": reported})

    assert ", ".join(f"{column} {code}" for _, column, code in found(result)) == wrong


SIZES = """
    5混1   | 5  | 6
    5合1   | 5  | 6
    10混1  | 10 | 11
    10合1  | 10 | 11
    20混1  | 20 | 21
    混采   | 40 | -
"""


@pytest.mark.parametrize(("method", "fits", "too_many"), lines(SIZES))
def test_a_tube_holds_no_more_people_than_its_method(method: str, fits: str, too_many: str) -> None:
    assert found(judged(*crowd(int(fits), method))) == []
    if too_many != "-":
        problems = found(judged(*crowd(int(too_many), method)))
        assert {(column, code) for _, column, code in problems} == {("sample_number", RowCode.TUBE_TOO_FULL)}


NOBODY = """
    control_wells | NC, PC, NTC, QC, 质控, nc-1, ＰＣ, PC 2, NTC_3, 质控品, 室内质控, 阴性对照, 阳性对照, 弱阳性对照, 阴控
    control_wells | 空白, 空白孔, 空白对照, blank, Negative control
    environment   | 物表, 物表-门把手, 物体表面, 环境, 外环境样本, 冷链, 冷链外包装3
"""


@pytest.mark.parametrize(("code", "names"), lines(NOBODY))
def test_rows_of_no_person_are_left_out_by_name_and_the_report_says_which(code: str, names: str) -> None:
    nobody = SOUND | {"document_kind": "", "document_number": ""}
    rows = [nobody | {"name": name.strip()} for name in names.split(",")]

    result = judged(SOUND, *rows, SOUND)

    assert (result.read, result.refused, result.skipped) == (2, 0, len(rows))
    assert [(note.code, note.values) for note in result.notes] == [
        (NoteCode(code), {"n": str(len(rows)), "rows": f"3-{len(rows) + 2}"})
    ]


@pytest.mark.parametrize("name", ["环", "外来", "冷静", "物理", "空", "质", "PCR", "NCA"])
def test_who_is_only_called_alike_is_somebody(name: str) -> None:
    assert judged(SOUND | {"name": name}).skipped == 0


PLACEHOLDERS = "xxx XXX 无 测试 N/A replaceMe 不详 null"


@pytest.mark.parametrize("column", ["name", "document_number", "sample_number"])
@pytest.mark.parametrize("word", PLACEHOLDERS.split())
def test_a_placeholder_stands_for_nothing(column: str, word: str) -> None:
    assert found(judged(SOUND | {column: word})) == [(2, column, RowCode.PLACEHOLDER)]


NOT_HANDLED = """
    流感 流感病毒抗原 甲流抗原 乙流 甲型流感病毒核酸 甲型流感病毒抗原检测 呼吸道合胞病毒
    腺病毒核酸 肺炎支原体抗体 结核 手足口 诺如病毒 hiv
"""


@pytest.mark.parametrize("assay", NOT_HANDLED.split())
def test_another_disease_s_assay_is_not_handled_whatever_substance_it_names(assay: str) -> None:
    assert found(judged(SOUND | {"assay": assay})) == [(2, "assay", RowCode.ASSAY_NOT_HANDLED)]


# What is written | the phone kept; a dash: none
PHONES = """
    13800710001       | 13800710001
    +86 138-0071-0001 | 13800710001
    +33 6 12 34 56 78 | +33612345678
    027-87122256      | 02787122256
    打不通            | -
    12                | -
    无                | -
"""


@pytest.mark.parametrize(("written", "kept"), lines(PHONES))
def test_a_phone_that_cannot_be_read_is_dropped_with_a_note_and_never_a_refusal(written: str, kept: str) -> None:
    result = judged(SOUND | {"phone": ""}, SOUND | {"phone": written})

    assert found(result) == []
    assert result.results["phone"].to_pylist() == [None, None if kept == "-" else kept]
    assert [(note.code, note.values["rows"]) for note in result.notes] == (
        [(NoteCode.PHONES_DROPPED, "3")] if kept == "-" else []
    )


def test_a_note_names_the_first_rows_where_there_are_very_many() -> None:
    rows = [SOUND | {"phone": "打不通" if number % 2 else ""} for number in range(100)]

    (note,) = judged(*rows).notes

    assert (note.values["n"], note.values["rows"][:9], note.values["rows"].count(",")) == ("50", "3, 5, 7, ", 40)
    assert note.values["rows"].endswith("…")
