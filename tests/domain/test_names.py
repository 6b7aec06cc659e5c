"""Names: written differently, still one; no names at all; and what a stranger may see."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hbcore.domain.names import check_names, masked_name, name_key, name_keys, odd_names, same_name, why_bad_name
from hbcore.domain.problems import ROW_CODES
from hbcore.domain.vocabulary import RowCode

ONE_PERSON = [
    ("买买提·艾力", "买买提•艾力", "the dot of transliterated names"),
    ("买买提·艾力", "买买提・艾力", "a Japanese keyboard's dot"),
    ("买买提·艾力", "买买提．艾力", "a full-width full stop"),
    ("买买提·艾力", "买买提.艾力", "a plain full stop"),
    ("买买提·艾力", "买买提艾力", "no dot"),
    ("何　国涛", "何国涛", "a full-width blank"),
    ("何\u00a0国涛", "何国涛", "a non-breaking blank"),
    ("何\u200b国涛", "何国涛", "a zero-width blank"),
    ("ＣＨＡＮ　ＴＡＩ　ＭＡＮ", "Chan Tai Man", "full-width letters, case"),
    ("CHAN TAI MAN", "Tai Man Chan", "family name first or last"),
    ("CHAN, TAI MAN", "CHAN TAI MAN", "a comma after the family name"),
    ("CHAN TAI-MAN", "Tai Man CHAN", "a hyphen in the given name"),
    ("MÜLLER ZOË", "Zoe Muller", "accents"),
    ("O'BRIEN SEAN", "Sean O\u2019Brien", "apostrophes"),
    ("張國榮", "张国荣", "traditional and simplified forms"),
    ("歐陽靜", "欧阳静", "the same in a surname of two characters"),
    ("衞蘭", "卫兰", "a form of Hong Kong"),
    ("買買提·艾力", "买买提艾力", "traditional forms and a dot"),
    ("張 國榮", "张国荣", "traditional forms and a blank"),
    (
        "PAPADOPOULOU KONSTANTINA ALEXANDRA MARIA ELENI",
        "PAPADOPOULOU KONSTANTINA ALEXANDRA MARI",
        "cut at 39 characters",
    ),
    (
        "PAPADOPOULOUKONSTANTINAALEXANDRAMARIAELENI",
        "PAPADOPOULOUKONSTANTINAALEXANDRAMARIAEL",
        "cut at 39 letters",
    ),
]

TWO_PEOPLE = [
    ("张三", "张三丰"),
    ("张三", "三张"),
    ("張國榮", "张国强"),
    ("國榮張", "张国荣"),
    ("CHAN TAI MAN", "CHAN TAI WAN"),
    ("CHAN", "CHAN TAI MAN"),
    ("MARTIN ANNA", "MARTIN ANN"),
    ("", "张三"),
]

NO_NAMES = [
    ("", RowCode.MISSING),
    (" \u3000", RowCode.MISSING),
    ("xxx", RowCode.PLACEHOLDER),
    ("ＸＸＸ", RowCode.PLACEHOLDER),
    ("无", RowCode.PLACEHOLDER),
    (" 测试 ", RowCode.PLACEHOLDER),
    ("N/A", RowCode.PLACEHOLDER),
    ("replaceMe", RowCode.PLACEHOLDER),
    ("12345", RowCode.BAD_NAME),
    ("１２３", RowCode.BAD_NAME),
    ("张\u202e三", RowCode.CONTROL_CHARACTER),
    ("张\x07三", RowCode.CONTROL_CHARACTER),
    ("张\n三", RowCode.CONTROL_CHARACTER),
    ("CHAN\u200fTAI", RowCode.CONTROL_CHARACTER),
    ("张" * 201, RowCode.BAD_NAME),
    ("IV\u0410NOV IVAN", RowCode.MIXED_SCRIPT),
    ("\u0391nna", RowCode.MIXED_SCRIPT),
]

MASKED = [
    ("张三", "张*"),
    ("张三丰", "张**"),
    ("欧阳娜娜", "欧阳**"),
    ("欧阳", "欧*"),
    ("何　国涛", "何**"),
    ("张", "张*"),
    ("CHAN TAI MAN", "CHAN T*** M***"),
    ("Madonna", "M***"),
]


@pytest.mark.parametrize(("one", "other", "why"), ONE_PERSON)
def test_ways_of_writing_a_name_make_no_difference(one: str, other: str, why: str) -> None:
    assert same_name(one, other), why


@pytest.mark.parametrize(("one", "other"), TWO_PEOPLE)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert not same_name(one, other)


@pytest.mark.parametrize(("name", "code"), NO_NAMES)
def test_a_cell_that_is_no_name_says_why(name: str, code: RowCode) -> None:
    assert why_bad_name(name) is code


@pytest.mark.parametrize(
    "name", ["张三", "䶮", "㛃", "买买提·艾力", "CHAN TAI MAN", "Na Li", "测试员", "Иван", "Иван IVAN", "李娜·Лина", "Müller"]
)
def test_a_name_is_a_name(name: str) -> None:
    assert why_bad_name(name) is None


@pytest.mark.parametrize(("name", "shown"), MASKED)
def test_a_masked_name_keeps_its_beginning(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@given(st.lists(st.one_of(st.text(max_size=12), st.sampled_from([row[0] for row in ONE_PERSON]), st.just("张三"))))
def test_a_column_of_names_answers_as_each_name_does(names: list[str]) -> None:
    column = pa.array(names, pa.string())

    odd = odd_names(column)
    keys, faults = name_keys(column, odd), check_names(column, odd)

    assert keys.to_pylist() == [name_key(name) for name in names]
    assert [ROW_CODES[fault - 1] if fault else None for fault in faults] == [why_bad_name(name) for name in names]
