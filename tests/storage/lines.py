"""A laboratory's lines as a file holds them, and why a file is not taken."""

from typing import Any

import pytest

from hbcore.domain.errors import FileRefused
from hbcore.domain.headings import LAB
from hbcore.storage.readers import PAGE, Limits, read_table

HEADER = "姓名,证件号码,采样时间,样本编号,检测结果"
ROW = "赵刚,420102195209290272,2022-11-08 15:44:00,L1,阴性"


def text(*lines: str, end: str = "\n", encoding: str = "utf-8") -> bytes:
    """The lines as a file of this encoding has them."""
    return end.join([*lines, ""]).encode(encoding)


def why_not(data: bytes, limits: Limits = PAGE, **more: Any) -> str:
    """The code with which a file of results is refused."""
    with pytest.raises(FileRefused) as refused:
        read_table(data, LAB, limits, **more)
    return refused.value.code
