"""Rows of a sampling registration: what is taken of them, and every fault a row can have."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pytest

from hbcore.domain.headings import SAMPLES, match_headings
from hbcore.domain.sampling_columns import JudgedSamplings, judge_samplings
from hbcore.domain.vocabulary import RowCode
from tests.domain.lab_rows import AT, PEOPLE, cell, instant, lines

SOUND = {
    "name": "赵刚",
    "document_kind": "居民身份证",
    "document_number": PEOPLE[0],
    "sampled_at": "2022-11-08 07:40",
    "sample_number": "T1",
    "sampling_site": "阅马场采样点",
}

FAULTS = """
    name            | (empty)              | missing
    name            | 测试                 | placeholder
    document_kind   | 军官证               | unknown_document_kind
    document_number | (empty)              | missing
    document_number | 420102195209290273   | bad_check_digit
    sampled_at      | (empty)              | missing
    sampled_at      | 早上                 | not_a_date
    sampled_at      | 2022-11-09 12:11:00  | in_the_future
    sampled_at      | 2019-12-31           | too_old
    sample_number   | (empty)              | missing
    sample_number   | xxx                  | placeholder
    sample_number   | 2.02211E+11          | digits_lost
    sampling_site   | 一号(U+202E)点       | control_character
"""


def judged(*rows: Mapping[str, str]) -> JudgedSamplings:
    columns = {word: pa.array([row.get(word, "") for row in rows], pa.string()) for word in rows[0]}
    return judge_samplings(columns, np.arange(2, 2 + len(rows), dtype=np.int32), at=AT)


def test_a_method_that_nobody_knows_is_a_fault() -> None:
    assert [(one.column, one.code) for one in judged(SOUND | {"pooling": "怪方法"}).problems] == [("pooling", "unknown_pooling")]


def test_a_sound_row_is_a_person_a_tube_a_time_and_a_site() -> None:
    (line,) = judged(SOUND | {"phone": "打不通", "pooling": "10混1"}).lines.to_pylist()

    assert line == {
        "row": 2,
        "name": "赵刚",
        "name_key": "赵刚",
        "kind": "resident_id",
        "number": PEOPLE[0],
        "country": "XXX",
        "phone": None,
        "sampled_at": instant("2022-11-08 07:40:00"),
        "sampled_day": 19304,
        "sample_number": "T1",
        "sampling_site": "阅马场采样点",
        "pooled": True,
    }


@pytest.mark.parametrize(("column", "written", "code"), lines(FAULTS))
def test_one_fault_refuses_the_row_and_names_the_cell(column: str, written: str, code: str) -> None:
    result = judged(SOUND, SOUND | {column: cell(written)})

    assert [(one.row, one.column, one.code) for one in result.problems] == [(3, column, RowCode(code))]
    assert result.lines["row"].to_pylist() == [2]


def test_a_site_need_not_be_stated() -> None:
    assert judged({word: text for word, text in SOUND.items() if word != "sampling_site"}).problems == ()


def test_a_registration_without_people_lacks_them() -> None:
    result = judged({word: SOUND[word] for word in ("sampled_at", "sample_number")})

    assert [(one.column, one.code) for one in result.problems] == [
        ("name", RowCode.MISSING),
        ("document_number", RowCode.MISSING),
    ]


def test_more_people_than_the_method_s_are_refused_and_control_wells_left_out() -> None:
    crowd = [SOUND | {"document_kind": "护照", "document_number": f"C9620{number:04}", "pooling": "5混1"} for number in range(6)]
    well = SOUND | {"name": "NC", "document_number": "", "document_kind": ""}

    result = judged(*crowd, well)

    assert [(one.row, one.code) for one in result.problems] == [(row, RowCode.TUBE_TOO_FULL) for row in range(2, 8)]
    assert (result.lines.num_rows, result.skipped) == (0, 1)


def test_headings_are_understood() -> None:
    cells = ["受检者姓名", "证件类别", "身份证号", "联系电话", "采样时间", "采样单位", "试管号", "单混检"]

    assert list(match_headings(cells, SAMPLES)) == [
        *("name", "document_kind", "document_number", "phone", "sampled_at", "sampling_site", "sample_number", "pooling")
    ]
