"""In which encoding a file is written: found, chosen, and its letters as they were typed."""

import codecs

import pytest

from hbcore.domain.headings import LAB
from hbcore.domain.problems import RowProblem
from hbcore.domain.vocabulary import Encoding, FileCode, RowCode
from hbcore.storage.readers import names_read_as, read_table
from tests.storage.lines import HEADER, ROW, text, why_not

ENCODINGS = [
    ("utf-8", "utf-8"),
    ("utf-8-sig", "utf-8"),
    ("gb18030", "gb18030"),
    ("utf-16-le", "utf-16-le"),
    ("utf-16-be", "utf-16-be"),
]


@pytest.mark.parametrize(("written", "said"), ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_line_ends_and_delimiters_are_found(written: str, said: str, end: str, delimiter: str) -> None:
    lines = [line.replace(",", delimiter) for line in (HEADER, ROW, ROW.replace("赵刚", "龚䶮㛃•"))]

    table = read_table(text(*lines, end=end, encoding=written), LAB)

    assert (table.format.encoding, table.format.delimiter) == (said, delimiter)
    assert table.columns["name"].to_pylist() == ["赵刚", "龚䶮㛃•"]
    assert table.rows.tolist() == [2, 3]


MARKED = [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")]


@pytest.mark.parametrize(("mark", "encoding"), MARKED)
def test_utf_16_is_known_by_its_mark(mark: bytes, encoding: str) -> None:
    table = read_table(mark + text(HEADER, ROW, end="\r\n", encoding=encoding), LAB)

    assert (table.format.encoding, table.columns["name"].to_pylist()) == (encoding, ["赵刚"])


def test_western_letters_are_read_as_windows_writes_them() -> None:
    table = read_table(text("name,idCard,result", "José Nuñez,C1234567,NEG", encoding="cp1252"), LAB)

    assert (table.format.encoding, table.columns["name"].to_pylist()) == ("cp1252", ["José Nuñez"])


def test_an_encoding_that_is_chosen_holds() -> None:
    data = text("name,idCard,result", "Müller Jürgen,C1234567,NEG", encoding="cp1252")

    found, chosen = read_table(data, LAB), read_table(data, LAB, encoding=Encoding.CP1252)

    assert (found.format.encoding, found.columns["name"].to_pylist()) == ("gb18030", ["M黮ler J黵gen"])
    assert (chosen.format.encoding, chosen.columns["name"].to_pylist()) == ("cp1252", ["Müller Jürgen"])
    assert why_not(data, encoding=Encoding.UTF8) == FileCode.UNKNOWN_ENCODING
    assert why_not(text(HEADER, ROW), encoding=Encoding.CP1252) in (FileCode.UNKNOWN_ENCODING, FileCode.NO_KNOWN_HEADINGS)


def test_names_are_shown_as_an_encoding_reads_them_telling_ones_first() -> None:
    data = text("结果表", HEADER, *(ROW.replace("赵刚", name) for name in ("CHAN", "赵刚", "龚䶮", "赵刚")), encoding="gb18030")

    assert names_read_as(data, LAB, Encoding.GB18030) == ["赵刚", "龚䶮", "CHAN"]
    assert names_read_as(data, LAB, Encoding.CP1252) == []


@pytest.mark.parametrize(("raw", "letter"), [(b"\xfe\x59", "\u9fb4"), (b"\xa6\xd9", "\ufe10"), (b"\xa8\xbc", "\u1e3f")])
@pytest.mark.parametrize("quote", [b"", b'"'])
def test_letters_of_gb18030_s_last_edition_are_no_private_use(raw: bytes, letter: str, quote: bytes) -> None:
    data = text(HEADER, encoding="gb18030") + quote + raw + quote + ROW[2:].encode("gb18030") + b"\n\n"

    assert read_table(data, LAB).columns["name"].to_pylist() == [letter]


def test_a_letter_whose_second_byte_is_the_delimiter_s_is_not_cut() -> None:
    letter = b"\xe5|".decode("gb18030")
    lines = [HEADER, ROW, letter + ",420102195209290272,2022-11-08,L1"]

    table = read_table(text(*lines, encoding="gb18030").replace(b",", b"|"), LAB)

    assert table.columns["name"].to_pylist() == ["赵刚", letter]
    assert table.problems == (RowProblem(3, None, RowCode.TOO_FEW_CELLS),)
