"""Temperatures at a gate: what can be one, what is abnormal and when, what was done, how a notice is closed (model part 5)."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from hbcore.domain.errors import Refused
from hbcore.domain.sentence import Sentence

ABNORMAL = 373
"""37.3 °C, in tenths of a degree: from here on a temperature is abnormal (founding notice 6, model part 5)."""

COLDEST, HOTTEST = 300, 450
"""In tenths: beyond these a thermometer was held wrongly, or shows degrees Fahrenheit."""

REST = timedelta(minutes=10)
"""Advice, no rule: somebody who has walked in the sun is measured again after so long a rest, not at once."""

SECOND_WITHIN = timedelta(hours=1)
"""Later, a reading is a first one again."""

UNDONE_WITHIN = timedelta(minutes=5)
"""For so long whoever pressed a wrong key takes the last reading back."""

SETTLED_WITHIN = timedelta(hours=24)
"""The district closes a notice, or proposes a fact on it, within this time of the second reading."""

LONGEST_PLACE = 60
_WRITTEN = re.compile(r"(\d{1,3})(?:\.(\d*))?", re.ASCII)


class Done(StrEnum):
    """What was done at the gate about an abnormal temperature; one or several."""

    REFERRED = "referred"
    REFUSED = "refused"
    CALLED = "called"


class ReadingState(StrEnum):
    """How a reading stands. `OPEN`, `CLOSED` and `PROPOSED` are a notice's: abnormal twice. Never a colour by itself."""

    NORMAL = "normal"
    SECOND_DUE = "second_due"
    OPEN = "open"
    CLOSED = "closed"
    PROPOSED = "proposed"
    UNDONE = "undone"


class Closed(StrEnum):
    """Why a notice is closed; a closed list, so that nothing medical is written down."""

    NORMAL_SINCE = "normal_since"
    EXCLUDED = "excluded"
    CARED_FOR = "cared_for"
    NOT_REACHED = "not_reached"
    PASSED_ON = "passed_on"
    MISTAKE = "mistake"


DONE_WORDS: Mapping[Done, Sentence] = {
    Done.REFERRED: Sentence("转送发热门诊", "Taken to a fever clinic"),
    Done.REFUSED: Sentence("劝返", "Turned back"),
    Done.CALLED: Sentence("已联系社区", "Community called"),
}
STATE_WORDS: Mapping[ReadingState, Sentence] = {
    ReadingState.NORMAL: Sentence("正常", "Normal"),
    ReadingState.SECOND_DUE: Sentence("待复测", "Second reading due"),
    ReadingState.OPEN: Sentence("待处置", "To be settled"),
    ReadingState.CLOSED: Sentence("已关闭", "Closed"),
    ReadingState.PROPOSED: Sentence("已提请发热管控", "Fever proposed"),
    ReadingState.UNDONE: Sentence("已撤销", "Taken back"),
}
CLOSED_WORDS: Mapping[Closed, Sentence] = {
    Closed.NORMAL_SINCE: Sentence("再次复测体温正常", "Measured again: normal"),
    Closed.EXCLUDED: Sentence("发热门诊已排除", "Excluded by a fever clinic"),
    Closed.CARED_FOR: Sentence("社区已接管随访", "The community looks after the person"),
    Closed.NOT_REACHED: Sentence("多方联系无果", "Could not be reached"),
    Closed.PASSED_ON: Sentence("已转告其他辖区", "Passed on to another unit"),
    Closed.MISTAKE: Sentence("测量或录入有误", "Measured or typed wrongly"),
}


@dataclass(frozen=True)
class Measured:
    """What a thermometer showed, in tenths of a degree Celsius, and what was done."""

    first: int
    second: int | None = None
    done: tuple[Done, ...] = ()


def read_celsius(text: str) -> int:
    """A temperature as typed (`37.3`, `37.30`, full-width digits), in tenths of a degree Celsius.

    :raises Refused: `not_a_temperature`, `one_decimal`, `temperature_out_of_range`.
    """
    written = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if written is None:
        raise Refused("not_a_temperature")
    whole, decimals = written[1], (written[2] or "").rstrip("0")
    if len(decimals) > 1:
        raise Refused("one_decimal")
    tenths = int(whole) * 10 + int(decimals or 0)
    if not COLDEST <= tenths <= HOTTEST:
        raise Refused("temperature_out_of_range")
    return tenths


def celsius(tenths: int) -> str:
    """A temperature as it is written: 37.3."""
    return f"{tenths // 10}.{tenths % 10}"


def is_abnormal(tenths: int) -> bool:
    """37.3 °C and above."""
    return tenths >= ABNORMAL


def judged(measured: Measured) -> ReadingState:
    """What a reading is: normal, waiting for a second one, or a notice to the district.

    A single abnormal reading is no notice yet: a thermometer errs, and people come in from the sun.

    :raises Refused: `temperature_out_of_range`; `second_not_needed` after a normal first; `done_needed` where the second is
        abnormal and nobody says what was done, `done_not_needed` where it is not.
    """
    first, second = measured.first, measured.second
    if any(not COLDEST <= one <= HOTTEST for one in (first, *([] if second is None else [second]))):
        raise Refused("temperature_out_of_range")
    if second is not None and not is_abnormal(first):
        raise Refused("second_not_needed")
    if is_abnormal(first) and second is None:
        state = ReadingState.SECOND_DUE
    else:
        state = ReadingState.OPEN if second is not None and is_abnormal(second) else ReadingState.NORMAL
    if state is ReadingState.OPEN and not measured.done:
        raise Refused("done_needed")
    if state is not ReadingState.OPEN and measured.done:
        raise Refused("done_not_needed")
    return state


def in_order(done: Iterable[str]) -> tuple[Done, ...]:
    """What was done, each once, in the order of the list."""
    said = set(map(str, done))
    return tuple(one for one in Done if one in said)
