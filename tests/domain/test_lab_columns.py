"""Rows of a laboratory's file: what each cell becomes, and every fault a row can have."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hbcore.domain.lab_columns import SCHEMA, judge
from hbcore.domain.problems import RowProblem
from hbcore.domain.vocabulary import RowCode
from tests.domain.lab_rows import AT, OURS, PEOPLE, SOUND, cell, found, instant, judged, lines, pairs

TIMES = """
    2022-11-08 14:50:00       | 2022-11-08 14:50:00
    2022/11/08 14:50          | 2022-11-08 14:50:00
    2022/11/8 9:05            | 2022-11-08 09:05:00
    2022.11.08 14:50:07       | 2022-11-08 14:50:07
    2022-11-08T14:50:00       | 2022-11-08 14:50:00
    2022-11-08T06:50:00Z      | 2022-11-08 14:50:00
    2022-11-08T06:50:00+00:00 | 2022-11-08 14:50:00
    2022-11-08 14:50:00.123   | 2022-11-08 14:50:00
    2022年11月8日 9:30        | 2022-11-08 09:30:00
    2022年11月8日9时30分      | 2022-11-08 09:30:00
    2022/11/8 下午 2:30:00    | 2022-11-08 14:30:00
    ２０２２－１１－０８ １４：５０ | 2022-11-08 14:50:00
    20221108                  | 2022-11-08 00:00:00
    202211081450              | 2022-11-08 14:50:00
    20221108145007            | 2022-11-08 14:50:07
    2022-11-08                | 2022-11-08 00:00:00
    2022/11/8                 | 2022-11-08 00:00:00
    2022年11月8日             | 2022-11-08 00:00:00
    44873                     | 2022-11-08 00:00:00
    44873.5                   | 2022-11-08 12:00:00
"""

NO_TIMES = ["昨天上午", "2022-02-30", "2022-11-08 25:00:00", "08/11/2022", "2022-11", "11-08", "448", "99999", "2022-11-11430"]

OUTCOMES = """
    阴性 阴性(-) 阴性（－） 未检出 - NEG negative Negative 260415000   | negative
    阳性 阳性(+) 检出 + ＋ POS positive Detected 260373001             | positive
    可疑 灰区 复检 待复核 inconclusive 419984006                       | inconclusive
    未检 无效 样本不合格 invalid                                       | invalid
"""

ASSAYS = """
    新冠病毒核酸 核酸 新型冠状病毒核酸检测 | naat
    抗原 新冠病毒抗原                      | antigen
    IgG抗体 新冠病毒IgG抗体 ＩｇＧ         | igg
    IgM抗体 igm                            | igm
"""

STATUSES = """
    终审 正常 已审核 F     | final
    更正 修改 C            | corrected
    作废 撤销 W            | withdrawn
"""

FAULTS = """
    name                | (empty)                 | missing
    name                | xxx                     | placeholder
    name                | 张(U+202E)三            | control_character
    name                | 12345                   | bad_name
    name                | IVАNOV                  | mixed_script
    document_kind       | 军官证                  | unknown_document_kind
    document_number     | (empty)                 | missing
    document_number     | 420102195209290273      | bad_check_digit
    document_number     | 4.20102195209290E+17    | digits_lost
    document_number     | 无                      | placeholder
    document_number     | 42010219520929027Х      | mixed_script
    sampled_at          | (empty)                 | missing
    sampled_at          | (blank)                 | missing
    sampled_at          | 昨天上午                | not_a_date
    sampled_at          | 2022-11-09 12:11:00     | in_the_future
    sampled_at          | 2022-11-10              | in_the_future
    sampled_at          | 2019-12-31 23:59:59     | too_old
    tested_at           | 2022-11-08 15:33:59     | out_of_order
    tested_at           | 2022-11-07              | out_of_order
    tested_at           | 早上                    | not_a_date
    reported_at         | 2022-11-08 15:33:59     | out_of_order
    reported_at         | 2022-11-09 12:11:00     | in_the_future
    sample_number       | (empty)                 | missing
    sample_number       | xxx                     | placeholder
    sample_number       | N/A                     | placeholder
    sample_number       | 000000                  | placeholder
    sample_number       | 2.02211E+11             | digits_lost
    sample_number       | 2e+11                   | digits_lost
    sample_number       | L0(U+0007)1             | control_character
    assay               | (empty)                 | missing
    assay               | 流感病毒抗原            | assay_not_handled
    assay               | 肺炎支原体抗体          | assay_not_handled
    assay               | 血常规                  | unknown_assay
    assay               | 新冠病毒抗体            | unknown_assay
    pooling             | 怪方法                  | unknown_pooling
    pooling             | 10                      | unknown_pooling
    outcome             | (empty)                 | missing
    outcome             | 良好                    | unknown_outcome
    outcome             | 3.42                    | unknown_outcome
    result_status       | 初步                    | not_final
    result_status       | 未审核                  | not_final
    result_status       | X                       | not_final
    testing_institution | 江汉医学检验所          | other_institution
    testing_institution | 420106L02               | other_institution
    sampling_site       | 一号(U+202E)点          | control_character
    name                | "赵刚                   | unclosed_quote
    sample_number       | "L01                    | unclosed_quote
    sampling_site       | "阅马场"采样点，"东     | unclosed_quote
"""

FINE = """
    sampled_at          | 2022-11-09 12:09:00     | ten minutes of skew
    sampled_at          | 2022-11-09              | today, without a time
    tested_at           | 2022-11-08 15:35:00     | ten minutes of skew
    tested_at           | 2022-11-08              | the same day
    testing_institution | (empty)                 | its own
    testing_institution | 武昌　医学检验所        | its own, with a blank
    pooling             | 鼻咽拭子                | what was taken
    pooling             | /                       | nothing
    testing_institution | 420106L01               | its own, by its code
    testing_institution | ４２０１０６ｌ０１      | its own, by its code, as it was typed
    document_kind       | (empty)                 | guessed by the number
    phone               | 打不通                  | a phone is never a refusal
    sample_number       | 3E12                    | a plate and its well
    sample_number       | L+1                     | a sign is no fault by itself
    document_number     | 999999195209290274      | an unknown area
    name                | 买买提·艾力             | a dot
    sampling_site       | "阅马场"采样点          | quotation marks that are closed
    sampling_site       | 阅马场采样点 5"         | one that opens nothing
"""


def test_a_sound_row_becomes_one_line() -> None:
    row = SOUND | {"phone": "+86 138-0711-9240", "sampling_site": "阅马场采样点", "reported_at": "2022-11-08 23:00"}

    result = judged(row)

    assert result.results.schema == SCHEMA
    assert result.results.to_pylist() == [
        {
            "row": 2,
            "name": "赵刚",
            "name_key": "赵刚",
            "kind": "resident_id",
            "number": "420102195209290272",
            "country": "XXX",
            "phone": "13807119240",
            "assay": "naat",
            "outcome": "negative",
            "single": True,
            "sampled_at": instant("2022-11-08 15:44:00"),
            "sampled_day": 19304,
            "tested_at": None,
            "reported_at": instant("2022-11-08 23:00:00"),
            "sample_number": "L01220000004",
            "sampling_site": "阅马场采样点",
            "status": "final",
        }
    ]
    assert (result.read, result.refused, result.skipped) == (1, 0, 0)


@pytest.mark.parametrize(("written", "meant"), lines(TIMES))
def test_a_time_is_read_in_every_style_as_shanghai_s(written: str, meant: str) -> None:
    result = judged(SOUND | {"sampled_at": written})

    assert found(result) == []
    assert result.results["sampled_at"].to_pylist() == [instant(meant)]


@pytest.mark.parametrize("written", NO_TIMES)
def test_what_is_no_time_is_said_to_be_none(written: str) -> None:
    assert found(judged(SOUND | {"sampled_at": written})) == [(2, "sampled_at", RowCode.NOT_A_DATE)]


def test_a_night_s_sample_belongs_to_shanghai_s_day() -> None:
    result = judged(SOUND | {"sampled_at": "2022-11-08 00:30:00"}, SOUND | {"sampled_at": "2022-11-07 23:30:00"})

    assert result.results["sampled_day"].to_pylist() == [19304, 19303]


@pytest.mark.parametrize(("word", "outcome"), pairs(OUTCOMES))
def test_outcome_words(word: str, outcome: str) -> None:
    assert judged(SOUND | {"outcome": word}).results["outcome"].to_pylist() == [outcome]


@pytest.mark.parametrize(("word", "assay"), pairs(ASSAYS))
def test_assay_words(word: str, assay: str) -> None:
    assert judged(SOUND | {"assay": word}).results["assay"].to_pylist() == [assay]


@pytest.mark.parametrize(("word", "status"), pairs(STATUSES))
def test_status_words(word: str, status: str) -> None:
    assert judged(SOUND | {"result_status": word}).results["status"].to_pylist() == [status]


@pytest.mark.parametrize(("column", "written", "code"), lines(FAULTS))
def test_one_fault_refuses_the_row_and_names_the_cell(column: str, written: str, code: str) -> None:
    result = judged(SOUND | {column: cell(written)})

    assert found(result) == [(2, column, RowCode(code))]
    assert (result.read, result.refused, result.results.num_rows) == (1, 1, 0)


@pytest.mark.parametrize(("column", "written", "why"), lines(FINE))
def test_what_is_no_fault(column: str, written: str, why: str) -> None:
    assert found(judged(SOUND | {column: cell(written)})) == [], why


def test_one_row_shows_all_its_faults() -> None:
    row = SOUND | {"name": "", "document_number": "1", "sampled_at": "?", "sample_number": "", "outcome": "?"}

    result = judged(SOUND, row, SOUND)

    assert [column for _, column, _ in found(result)] == ["name", "document_number", "sampled_at", "sample_number", "outcome"]
    assert {place for place, _, _ in found(result)} == {3}
    assert (result.read, result.refused) == (3, 1)


def test_what_the_reader_saw_stands_before_what_the_cells_say() -> None:
    ragged, lost = SOUND | {"name": "", "outcome": ""}, SOUND | {"document_number": "420102195209290048"}
    seen = [RowProblem(2, None, RowCode.TOO_FEW_CELLS), RowProblem(3, "document_number", RowCode.DIGITS_LOST)]

    result = judged(ragged, lost, found=seen)

    assert result.problems == tuple(seen)
    assert result.refused == 2


def test_one_slip_is_one_problem() -> None:
    late = judged(SOUND | {"sampled_at": "2035-01-01 08:00:00", "tested_at": "2022-11-08 20:00:00"})
    old = judged(SOUND | {"tested_at": "1922-11-08 20:00:00"})

    assert found(late) == [(2, "sampled_at", RowCode.IN_THE_FUTURE)]
    assert found(old) == [(2, "tested_at", RowCode.TOO_OLD)]


def test_control_wells_and_surfaces_are_skipped_and_not_read() -> None:
    nothing = {"document_kind": "", "document_number": ""}
    wells = [SOUND | nothing | {"name": name} for name in ("NC", "PC", "NTC", "QC", "质控", "物表-3", "环境", "冷链外包装")]
    sample = SOUND | nothing | {"name": "", "sample_number": "NC1"}

    result = judged(SOUND, *wells, sample)

    assert (result.read, result.refused, result.skipped) == (1, 0, 9)


def test_a_person_with_a_number_is_no_control_well() -> None:
    result = judged(SOUND | {"name": "PC"})

    assert (result.read, result.skipped, result.results.num_rows) == (1, 0, 1)


def test_a_name_in_two_columns_is_one_name() -> None:
    row = {word: text for word, text in SOUND.items() if word != "name"}

    result = judged(row | {"first_names": "Tai Man", "last_name": "CHAN"})

    assert result.results["name"].to_pylist() == ["CHAN Tai Man"]


def test_the_same_result_twice_is_no_fault_here() -> None:
    assert judged(SOUND, SOUND).results.num_rows == 2


cells = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["", "阴性", "阳性", "NC", "L1", "2022-11-08", "身份证", "核酸", "10混1", "1.2", OURS, *PEOPLE, *SOUND.values()]
    ),
)
COLUMNS = sorted({*SOUND, "phone", "tested_at", "reported_at", "pooling", "igg", "igm", "result_status", "sampling_site"})


@given(st.data(), st.sets(st.sampled_from(COLUMNS)), st.integers(0, 8))
def test_every_row_is_accounted_for_once(data: st.DataObject, words: set[str], count: int) -> None:
    columns = {word: pa.array(data.draw(st.lists(cells, min_size=count, max_size=count)), pa.string()) for word in sorted(words)}
    rows = np.arange(1, count + 1, dtype=np.int32)

    result = judge(columns, rows, at=AT, institution_name=OURS)

    accepted = set(result.results["row"].to_pylist())
    refused = {problem.row for problem in result.problems}
    assert accepted.isdisjoint(refused)
    assert len(accepted) + len(refused) == result.read == count - result.skipped
    assert len(refused) == result.refused
    assert [problem.row for problem in result.problems] == sorted(problem.row for problem in result.problems)
