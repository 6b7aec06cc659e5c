"""Numbers, shares, days and lengths of time as people here write them, in the language of this run."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from babel.dates import get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from hbcore.domain.sentence import day_in_words
from hbcore.domain.vocabulary import SHANGHAI
from hbcore.services.clock import now
from hbcore.ui.words import _, language

LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}
"""English as it is written beside 23 Nov: the day before the month."""

NOTHING = "–"
"""Stands where there is no number to say."""

_LONG = timedelta(hours=100)


def as_heading(words: str) -> str:
    """Words at the head of a line or column: with a capital, where the language has any."""
    return words[:1].upper() + words[1:]


def number_here(n: float | None) -> str:
    """A number with its groups, `98,201`; a dash for None."""
    return NOTHING if n is None else _number(n, language())


@lru_cache(maxsize=4096)
def _number(n: float, spoken: str) -> str:
    return str(format_decimal(n, locale=LOCALES[spoken]))


def percent_here(part: float | None, of: float = 1) -> str:
    """A share in percent with one decimal, `12.5%`: `part` alone, or of `of`; a dash where there is nothing to divide by."""
    return NOTHING if part is None or not of else _percent(part / of, language())


@lru_cache(maxsize=1024)
def _percent(share: float, spoken: str) -> str:
    return str(format_percent(share, "#,##0.0%", locale=LOCALES[spoken]))


def day_here(on: date, *, weekday: bool = False) -> str:
    """A Shanghai day: 11月23日, or 23 Nov; with its year where it is another. `weekday`: 11月23日 周一, or Mon 23 Nov."""
    spoken = language()
    words = day_in_words(on if isinstance(on, datetime) else datetime.combine(on, time(), SHANGHAI), seen_from=now())
    day = words.zh if spoken == "zh" else words.en
    if not weekday:
        return day
    return f"{day} {weekday_here(on)}" if spoken == "zh" else f"{weekday_here(on)} {day}"


def weekday_here(on: date) -> str:
    """The day of the week in short: 周一, or Mon."""
    on = on.astimezone(SHANGHAI) if isinstance(on, datetime) else on
    return str(get_day_names("abbreviated", locale=LOCALES[language()])[on.weekday()])


def duration_here(length: timedelta) -> str:
    """A length of time to the minute: 3 小时 12 分, or 3 h 12 min; from 100 hours on in days. The sign is not said."""
    length = abs(length)
    if length >= _LONG:
        return _("{days} days").format(days=number_here(length.days))
    hours, minutes = divmod(length // timedelta(minutes=1), 60)
    return _("{h} h {m} min").format(h=hours, m=f"{minutes:02}") if hours else _("{m} min").format(m=minutes)


def left_here(left: timedelta) -> str:
    """What is left until a moment, or since when it has passed: 还剩 3 小时 12 分, 已超时 20 分."""
    words = _("{length} left") if left >= timedelta(0) else _("overdue by {length}")
    return words.format(length=duration_here(left))


def list_here(parts: Sequence[str]) -> str:
    """This, this and that, as the language joins them."""
    return str(format_list(list(parts), locale=LOCALES[language()]))
