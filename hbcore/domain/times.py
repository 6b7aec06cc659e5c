"""Times in files: many ways of writing them, all Asia/Shanghai, read by columns to UTC microseconds."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hbcore.domain.calendar_days import EPOCH, Whole, days_of
from hbcore.domain.cells import Codes, cells_of, clean
from hbcore.domain.problems import Mask

Micros = npt.NDArray[np.int64]

SECOND = 1_000_000
DAY = 86_400 * SECOND
SHANGHAI_AHEAD = 8 * 3600 * SECOND
"""Asia/Shanghai has been UTC+8 without summer time since 1992; no older specimen is taken in."""

SKEW = 10 * 60 * SECOND
"""Two clocks may differ by ten minutes before their order is wrong (model part 4)."""

_SPREADSHEET_DAY_0 = date(1899, 12, 30)
_SERIALS = (36_526, 73_051)
"""A bare number is a spreadsheet's day only from 2000 to 2100, in the 1900 system."""

_ZONE = r"\s*(Z|[+-]\d{2}:?\d{2})?"
_WRITTEN = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:(?:(?<=日)|[T,\s])\s*(上午|下午|AM|PM)?\s*(\d{1,2})[:时点](\d{1,2})(?:[:分](\d{1,2})(?:\.\d{1,9})?秒?|分)?"
    + _ZONE
    + ")?",
    re.ASCII | re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T\s]?()(\d{2}):?(\d{2})(?::?(\d{2}))?" + _ZONE + ")?", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class Instants:
    """A column of times. `at`: UTC microseconds since 1970, 00:00 in Shanghai where `whole_day`; `day`: the Shanghai day."""

    at: Micros
    day: Whole
    whole_day: Mask
    given: Mask
    unreadable: Mask
    stated: Mask


def read_instants(text: pa.StringArray) -> Instants:
    """Every cell of a column, not empty where `stated`, a time where `given`."""
    cells = cells_of(text)
    local = np.zeros(len(text), np.int64)
    state = np.zeros(len(text), np.int8)
    for length in (19, 16, 10):
        rows = np.flatnonzero(cells.lengths == length)
        for part, columns in cells.runs(length, rows):
            values, sound = _plain(columns)
            read = rows[part][sound]
            local[read] = values[sound]
            state[read] = _DAY_ONLY if length == 10 else _READ
    _read_others(text, (state == 0) & (cells.lengths > 0), local, state)
    return Instants(
        at=np.where(state > 0, local - SHANGHAI_AHEAD, 0),
        day=(local // DAY).astype(np.int32),
        whole_day=state == _DAY_ONLY,
        given=state > 0,
        unreadable=state == _UNREADABLE,
        stated=state != 0,
    )


_READ, _DAY_ONLY, _UNREADABLE = 1, 2, -1


def read_instant(cell: str) -> tuple[int, bool] | None:
    """Microseconds of Shanghai's wall clock since 1970 and whether only a day is given; None where it is no time."""
    text = clean(cell)
    if found := _WRITTEN.fullmatch(text) or _COMPACT.fullmatch(text):
        return _from_written(found)
    if found := _SERIAL.fullmatch(text):
        return _from_serial(int(found[1]), float(found[2] or 0))
    return None


def micros(at: datetime) -> int:
    """An instant as UTC microseconds since 1970."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def day_number(on: date) -> int:
    """A day as days since 1970-01-01."""
    return (on - EPOCH).days


def out_of_order(earlier: Instants, later: Instants) -> Mask:
    """Where both are given and `later` comes before `earlier`, at the precision given: days where either is a day."""
    by_day = earlier.whole_day | later.whole_day
    wrong = np.where(by_day, later.day < earlier.day, later.at + SKEW < earlier.at)
    return np.asarray(wrong & earlier.given & later.given)


def in_the_future(instants: Instants, at: int, today: int) -> Mask:
    """Where a time lies after `at` (UTC microseconds), or a day after `today`."""
    late = np.where(instants.whole_day, instants.day > today, instants.at > at + SKEW)
    return np.asarray(late & instants.given)


def _plain(columns: npt.NDArray[np.uint8]) -> tuple[Micros, Mask]:
    """`2022-11-08 14:50:00`, without seconds, without a time; also with / or . and with T. `columns`: a line a place."""
    length = len(columns)
    number = _Digits(columns)
    days, sound = days_of(number.read(0, 4), number.read(5, 2), number.read(8, 2))
    first, second = columns[4], columns[7]
    sound &= (first == second) & ((first == ord("-")) | (first == ord("/")) | (first == ord(".")))
    local = days.astype(np.int64) * DAY
    if length > 10:
        hour, minute = number.read(11, 2), number.read(14, 2)
        between = columns[10]
        sound &= ((between == ord(" ")) | (between == ord("T"))) & (columns[13] == ord(":"))
        sound &= (hour < 24) & (minute < 60)
        local += (hour * 60 + minute).astype(np.int64) * (60 * SECOND)
    if length > 16:
        second_of_minute = number.read(17, 2)
        sound &= (columns[16] == ord(":")) & (second_of_minute < 60)
        local += second_of_minute.astype(np.int64) * SECOND
    return local, sound & number.sound


class _Digits:
    """Numbers at fixed places of cells; `sound` is where all read so far were digits."""

    def __init__(self, columns: npt.NDArray[np.uint8]) -> None:
        self._columns = columns
        self.sound = np.ones(columns.shape[1], np.bool_)

    def read(self, first: int, length: int) -> Whole:
        value = np.zeros(self._columns.shape[1], np.int32)
        for place in range(first, first + length):
            digit = self._columns[place] - np.uint8(0x30)
            self.sound &= digit < 10
            value = value * 10 + digit
        return value


def _read_others(text: pa.StringArray, where: Mask, local: Micros, state: Codes) -> None:
    """What is not written plainly, once for each distinct cell."""
    if not where.any():
        return
    odd = text.filter(pa.array(where)).dictionary_encode()
    read = [(read_instant(cell), bool(clean(cell))) for cell in odd.dictionary.to_pylist()]
    values = np.array([found[0] if found else 0 for found, _ in read], np.int64)
    states = np.array([_state(found, given) for found, given in read], np.int8)
    places = odd.indices.to_numpy()
    local[where], state[where] = values[places], states[places]


def _state(found: tuple[int, bool] | None, given: bool) -> int:
    if found is None:
        return _UNREADABLE if given else 0
    return _DAY_ONLY if found[1] else _READ


def _from_serial(day: int, fraction: float) -> tuple[int, bool] | None:
    if not _SERIALS[0] <= day < _SERIALS[1]:
        return None
    # Half a second is lost in the binary fraction: spreadsheets show whole seconds.
    seconds = round(fraction * 86_400)
    return (day_number(_SPREADSHEET_DAY_0) + day) * DAY + seconds * SECOND, not fraction


def _from_written(found: re.Match[str]) -> tuple[int, bool] | None:
    year, month, day, half, hour, minute, second, zone = found.groups()
    if half:
        hour = str(int(hour) % 12 + 12 * (half.upper() in ("下午", "PM")))
    try:
        # The wall clock counted as if it were UTC: the zone is taken off for whole columns later.
        made = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC)
    except ValueError:
        return None
    local = micros(made)
    return local + (_away(zone) if zone else 0), hour is None


def _away(zone: str) -> int:
    """What to add to a time of another zone to have Shanghai's."""
    if zone in "Zz":
        return SHANGHAI_AHEAD
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return SHANGHAI_AHEAD - (minutes if zone[0] == "+" else -minutes) * 60 * SECOND
