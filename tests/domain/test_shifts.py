"""Shifts begin at 08:00 and 20:00 in Shanghai, whatever the machine's zone."""

from datetime import datetime

import pytest

from hbcore.domain.shifts import shift_start
from hbcore.domain.vocabulary import SHANGHAI

SHIFTS = """
    at                | the shift began
    2022-11-10 08:00  | 2022-11-10 08:00
    2022-11-10 19:59  | 2022-11-10 08:00
    2022-11-10 20:00  | 2022-11-10 20:00
    2022-11-10 23:59  | 2022-11-10 20:00
    2022-11-11 00:00  | 2022-11-10 20:00
    2022-11-11 07:59  | 2022-11-10 20:00
"""


@pytest.mark.parametrize("line", [line.strip() for line in SHIFTS.strip().splitlines()[1:]])
def test_when_a_shift_began(line):
    at, began = (datetime.fromisoformat(cell.strip()).replace(tzinfo=SHANGHAI) for cell in line.split("|"))

    assert shift_start(at) == began
