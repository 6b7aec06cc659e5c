"""Days since 1970-01-01 from years, months and days by columns, and whether there is such a day."""

from datetime import date

import numpy as np
import numpy.typing as npt

from hbcore.domain.problems import Mask

Whole = npt.NDArray[np.int32]

FIRST_YEAR, LAST_YEAR = 1850, 2199
"""A year outside is a slip of the pen: nobody alive was born before, no specimen was taken after."""

EPOCH = date(1970, 1, 1)

_MONTHS = [(year, month) for year in range(FIRST_YEAR, LAST_YEAR + 2) for month in range(1, 13)]
_FIRSTS = np.array([(date(year, month, 1) - EPOCH).days for year, month in _MONTHS], np.int32)
_LENGTHS = np.diff(_FIRSTS)


def days_of(year: Whole, month: Whole, day: Whole) -> tuple[Whole, Mask]:
    """Days since 1970-01-01, and where the three make a real day (elsewhere the days mean nothing)."""
    sound = (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12)
    place = np.where(sound, (year - FIRST_YEAR) * 12 + month - 1, 0)
    sound &= (day >= 1) & (day <= _LENGTHS[place])
    return _FIRSTS[place] + day - 1, sound
