"""Files of every format as damage leaves them: valid ones with bytes turned, cut out, put in, emptied and doubled."""

import io
import os
import zipfile
from datetime import datetime

from hypothesis import strategies as st

from tests.storage.workbooks import MAKES, Sheet

EXAMPLES = int(os.environ.get("HBCORE_TEST_MUTATIONS", "25"))
"""Damaged files for each test in this run; in full 2000."""

HEADER = ["姓名", "证件类型", "证件号码", "采样时间", "样本编号", "检测项目", "检测结果"]
PEOPLE = [("赵刚", "420102195209290272"), ("钱芳", "422801196007307804"), ("孙俊", "42060219891216739X")]
AT = datetime(2022, 11, 8, 14, 50)  # noqa: DTZ001 - a spreadsheet's times have no zone
ROWS = [[name, "身份证", number, AT, f"S{place}", "核酸", "阴性"] for place, (name, number) in enumerate(PEOPLE)]
LINES = [HEADER, *([str(cell) for cell in row] for row in ROWS)]


def written(delimiter: str, end: str = "\n", quote: str = "") -> str:
    """The same rows as delimited text."""
    return end.join(["结果表", "## 注", *(delimiter.join(f"{quote}{cell}{quote}" for cell in line) for line in LINES), ""])


TEXTS = {
    "UTF-8": written(",").encode(),
    "UTF-8 with a mark, quoted": written(";", "\r\n", '"').encode("utf-8-sig"),
    "GB18030": written("\t").encode("gb18030"),
    "GB18030, quoted, CR": written("|", "\r", '"').encode("gb18030"),
    "UTF-16": written("\t", "\r\n").encode("utf-16"),
    "UTF-16 BE without a mark": written(",").encode("utf-16-be"),
    "Windows-1252": "name,idType,idCard,test_result\nMÜLLER JOSÉ,passport,C1234567,NEG\n".encode("cp1252"),
    "Excel's text": b'name,idCard,test_result\n"CHAN, TAI\nMAN","=""C0012345""",NEG\n',
}
BOOKS = {
    kind: make(Sheet("说明", [["x"]]), Sheet("结果", [HEADER, *ROWS], gone=(2,)), Sheet("旧", [HEADER], hidden=True))
    for kind, make in MAKES.items()
}

changes = st.tuples(
    st.sampled_from(["turn", "cut", "put in", "empty", "double", "end"]),
    st.floats(0, 1, exclude_max=True),
    st.one_of(st.integers(1, 8), st.integers(1, 2_000)),
    st.one_of(
        st.binary(min_size=1, max_size=8), st.sampled_from([b"\0", b'"', b"\r", b"\n", b",", b"<", b"\xff", b"\xef\xbb\xbf"])
    ),
)


def changed(data: bytes, change: tuple[str, float, int, bytes]) -> bytes:
    """One piece of damage, at a share of the length."""
    how, share, length, new = change
    at = int(share * len(data))
    before, piece, after = data[:at], data[at : at + length], data[at + length :]
    turned = bytes(byte ^ new[place % len(new)] for place, byte in enumerate(piece))
    middle = {"turn": turned, "cut": b"", "put in": new + piece, "empty": bytes(len(piece)), "double": piece + piece}
    return before if how == "end" else before + middle[how] + after


def within_parts(data: bytes, part: int, change: tuple[str, float, int, bytes]) -> bytes:
    """Damage inside a packed workbook, which its archive does not show: the parts are packed anew."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        for place, name in enumerate(names):
            whole = old.read(name)
            new.writestr(name, changed(whole, change) if place == part % len(names) else whole)
    return made.getvalue()


def _damaged(data: bytes, several: list[tuple[str, float, int, bytes]]) -> bytes:
    for change in several:
        data = changed(data, change)
    return data


several = st.lists(changes, min_size=1, max_size=4)
damaged_texts = st.builds(_damaged, st.sampled_from(list(TEXTS.values())), several)
damaged_books = st.one_of(
    st.builds(_damaged, st.sampled_from(list(BOOKS.values())), several),
    st.builds(within_parts, st.sampled_from([BOOKS[kind] for kind in ("xlsx", "xlsm", "ods")]), st.integers(0, 20), changes),
)
