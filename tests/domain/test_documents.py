"""Identity documents: what is taken, what it becomes, what is refused, what a screen shows."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from hbcore.domain.document_columns import NO_KIND, UNREADABLE_KIND, check_numbers, read_kinds
from hbcore.domain.documents import KINDS, Document, guess_kind, masked_number, read_document, read_kind
from hbcore.domain.errors import Refused
from hbcore.domain.problems import ROW_CODES
from hbcore.domain.vocabulary import DocumentKind

TAKEN = """
    resident_id          | 420102198809222314     | 420102198809222314 | plain
    resident_id          | ４２０１０２１９８８０９２２２３１４ | 420102198809222314 | full-width
    resident_id          | 42060219891216739x     | 42060219891216739X | small x
    resident_id          | 420102 19880922 2314   | 420102198809222314 | blanks
    resident_id          | '420102198809222314    | 420102198809222314 | a spreadsheet's mark of text
    resident_id          | 429004199006078881     | 429004199006078881 | Xiantao, which stdnum.cn.ric refuses
    resident_id          | 999999198809222316     | 999999198809222316 | an unknown area is no refusal
    hk_macau_permit      | h12884299              | H12884299          | small letter
    hk_macau_permit      | H1288429901            | H12884299          | two renewal digits
    hk_macau_permit      | HA1234567              | HA1234567          | non-Chinese permanent resident, 2024
    taiwan_permit        | 84686034               | 84686034           | eight digits
    taiwan_permit        | 8468603401(B)          | 84686034           | issue digits and a mark
    taiwan_permit        | 84686034（B）          | 84686034           | full-width brackets
    taiwan_single_permit | T123456789             | T123456789         | ten to twelve letters and digits
    passport             | c96207290              | C96207290          | small letter
    passport             | C-9620 7290            | C96207290          | layout
    foreign_pr_card      | USA110000010101        | USA110000010101    | before 2023
    foreign_pr_card      | 911840198809222318     | 911840198809222318 | since December 2023
    hmt_residence_permit | 830000199001011234     | 830000199001011234 | Taiwan
"""

REFUSED = """
    resident_id          | 420102198809222315  | bad_check_digit
    resident_id          | 420102198802302311  | bad_document    | 30 February, right check digit
    resident_id          | 42010219880922231   | bad_document    | 17 digits
    resident_id          | 4201021988092223145 | bad_document    | 19 digits
    resident_id          | 4201O2198809222314  | bad_document    | a letter O
    resident_id          | 4.20106198205048E+17| digits_lost     | a number that Excel wrote
    resident_id          | 42060219891216739Х  | mixed_script    | Cyrillic
    passport             | Χ96207290           | mixed_script    | Greek
    passport             | C962                | bad_document    | four characters
    passport             | C96207290护         | bad_document
    passport             | 无                  | placeholder
    passport             | XXX                 | placeholder
    passport             | 000000000           | placeholder
    passport             | XXXXXXXX            | placeholder
    passport             | replaceMe           | placeholder
    hk_macau_permit      | A12884299           | bad_document
    hk_macau_permit      | H1288429            | bad_document
    taiwan_permit        | 8468603             | bad_document
    taiwan_permit        | 84686034٣           | bad_document    | an Arabic digit that \\d matches
    hmt_residence_permit | 420102198809222314  | bad_document    | not one of the three areas
"""

KIND_WORDS = """
    resident_id          | 居民身份证, 身份证, 二代身份证, 10, 01, 1
    hk_macau_permit      | 港澳居民来往内地通行证, 港澳通行证, 回乡证, 14, 06
    taiwan_permit        | 台湾居民来往大陆通行证, 台胞证, 15, 07
    taiwan_single_permit | 16
    passport             | 护照, 外国护照, 20, 03, 2, Passport, ２０
    foreign_pr_card      | 外国人永久居留证, 永居证, 34
    hmt_residence_permit | 港澳居民居住证, 台湾居民居住证
"""


def lines(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def with_check(first: str) -> str:
    return first + mod_11_2.calc_check_digit(first)


@pytest.mark.parametrize(("kind", "raw", "number", "why"), lines(TAKEN))
def test_a_number_is_taken_however_it_is_written(kind: str, raw: str, number: str, why: str) -> None:
    assert read_document(DocumentKind(kind), raw) == Document(DocumentKind(kind), number), why


@pytest.mark.parametrize("line", lines(REFUSED))
def test_a_wrong_number_is_refused_and_says_why(line: list[str]) -> None:
    kind, raw, code, *_ = line

    with pytest.raises(Refused) as refused:
        read_document(DocumentKind(kind), raw)

    assert refused.value.code == code


@pytest.mark.parametrize("line", lines(TAKEN) + lines(REFUSED))
def test_a_column_of_one_number_answers_as_that_number_does(line: list[str]) -> None:
    place = KINDS.index(DocumentKind(line[0]))

    _, numbers, wrong = check_numbers(np.array([place], np.int8), pa.array([line[1]]))

    told = ROW_CODES[wrong[0] - 1] if wrong[0] else numbers[0].as_py()
    assert told == line[2]


def test_control_characters_and_nothing_at_all_are_refused() -> None:
    for raw, code in [("", "missing"), (" \u3000", "missing"), ("C962\x0772", "control_character")]:
        with pytest.raises(Refused) as refused:
            read_document(DocumentKind.PASSPORT, raw)
        assert refused.value.code == code


@pytest.mark.parametrize(("kind", "words"), lines(KIND_WORDS))
def test_every_sender_s_word_for_a_kind_is_known(kind: str, words: str) -> None:
    assert {read_kind(word) for word in words.split(", ")} == {DocumentKind(kind)}


@pytest.mark.parametrize("word", ["其他", "99", "3", "军官证"])
def test_another_kind_is_not_guessed(word: str) -> None:
    with pytest.raises(Refused, match="unknown_document_kind"):
        read_kind(word)


def test_a_column_of_kinds_tells_an_empty_cell_from_an_unknown_word() -> None:
    kinds = read_kinds(pa.array(["护照", "", " ", "军官证"]))

    assert kinds.tolist() == [KINDS.index(DocumentKind.PASSPORT), NO_KIND, NO_KIND, UNREADABLE_KIND]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("420102198809222314", "resident_id"),
        ("420102198809222315", "resident_id"),
        ("830000199001011234", "hmt_residence_permit"),
        ("911840198809222318", "foreign_pr_card"),
        ("H12884299", "hk_macau_permit"),
        ("84686034", "taiwan_permit"),
        ("C96207290", "passport"),
    ],
)
def test_a_kind_is_guessed_by_the_shape_of_the_number(number: str, kind: str) -> None:
    assert guess_kind(number) == kind


@pytest.mark.parametrize(
    ("kind", "number", "shown"),
    [
        ("resident_id", "420106199001011234", "420106********1234"),
        ("passport", "C01321234", "C013****"),
        ("taiwan_permit", "84686034", "8468****"),
        ("passport", "AB123", "AB****"),
    ],
)
def test_a_masked_number_hides_what_tells_people_apart(kind: str, number: str, shown: str) -> None:
    assert masked_number(Document(DocumentKind(kind), number)) == shown


@given(st.dates(date(1900, 1, 1), date(2022, 12, 31)), st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_never_passes(born: date, sequence: int, place: int, off: int) -> None:
    number = with_check(f"420106{born:%Y%m%d}{sequence:03d}")
    slip = "X" if number[place] == "X" else str((int(number[place]) + off) % 10)
    if slip == number[place]:
        slip = str(off)

    wrong = number[:place] + slip + number[place + 1 :]

    with pytest.raises(Refused, match=r"bad_check_digit|bad_document"):
        read_document(DocumentKind.RESIDENT_ID, wrong)


sound = st.builds(
    lambda area, days, sequence: with_check(f"{area}{date(1930, 1, 1) + timedelta(days=days):%Y%m%d}{sequence:03d}"),
    st.sampled_from(["420106", "429004", "830000", "911840"]),
    st.integers(0, 33_000),
    st.integers(0, 999),
)
shapes = st.from_regex(r"[HMACX90]{1,2}[0-9XE.+]{3,17}", fullmatch=True)
written = st.one_of(sound, shapes, st.sampled_from([line[1] for line in lines(TAKEN) + lines(REFUSED)]), st.text(max_size=6))


@given(st.lists(st.tuples(st.integers(0, len(KINDS) - 1), written)))
def test_a_column_of_numbers_answers_as_each_number_does(rows: list[tuple[int, str]]) -> None:
    kinds = np.array([kind for kind, _ in rows], np.int8)

    _, numbers, wrong = check_numbers(kinds, pa.array([raw for _, raw in rows], pa.string()))

    for (kind, raw), number, fault in zip(rows, numbers.to_pylist(), wrong.tolist(), strict=True):
        try:
            expected = (read_document(KINDS[kind], raw).number, None)
        except Refused as refused:
            expected = (number, refused.code)
        assert (number, ROW_CODES[fault - 1] if fault else None) == expected, raw
