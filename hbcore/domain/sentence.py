"""A sentence in both languages, the words the rules ship as tables, and days and times in words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

from hbcore.domain.vocabulary import SHANGHAI

TABLES = Path(__file__).parent.parent / "data"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or word, in Chinese and in English."""

    zh: str
    en: str

    def fill(self, values: Mapping[str, "Sentence"]) -> "Sentence":
        """The sentence with its `{names}` replaced by the values, each language by its own."""
        if "{" not in self.zh and "{" not in self.en:
            return self
        return Sentence(
            self.zh.format_map({name: value.zh for name, value in values.items()}),
            self.en.format_map({name: value.en for name, value in values.items()}),
        )


def same(text: str) -> Sentence:
    """A text that reads the same in both languages: a name, a number."""
    return Sentence(text, text)


def alternatives(words: Sequence[Sentence]) -> Sentence:
    """This, this or that."""
    joins = shipped_words("policy_words.json")["list"]
    return Sentence(
        _joined([word.zh for word in words], joins["comma"].zh, joins["or"].zh),
        _joined([word.en for word in words], joins["comma"].en, joins["or"].en),
    )


def _joined(words: list[str], comma: str, last: str) -> str:
    return last.join([comma.join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


@cache
def shipped_words(file: str) -> Mapping[str, Mapping[str, Sentence]]:
    """A table of words shipped in `hbcore/data`: group, then word, then both languages. Read once."""
    groups = json.loads((TABLES / file).read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            group: MappingProxyType({word: Sentence(both["zh"], both["en"]) for word, both in words.items()})
            for group, words in groups.items()
        }
    )


def day_in_words(at: datetime, *, seen_from: datetime) -> Sentence:
    """The Shanghai day of `at`; with its year when that is not the year of `seen_from`."""
    day, today = at.astimezone(SHANGHAI), seen_from.astimezone(SHANGHAI)
    return _written(day, "day" if day.year == today.year else "day_and_year")


def time_in_words(at: datetime, *, seen_from: datetime) -> Sentence:
    """The Shanghai day and minute of `at`; with its year when that is not the year of `seen_from`."""
    day, today = at.astimezone(SHANGHAI), seen_from.astimezone(SHANGHAI)
    return _written(day, "time" if day.year == today.year else "time_and_year")


def time_on_paper(at: datetime) -> Sentence:
    """The Shanghai day and minute of `at`, always with its year: paper is read much later."""
    return _written(at.astimezone(SHANGHAI), "time_and_year")


def _written(day: datetime, form: str) -> Sentence:
    pattern = shipped_words("policy_words.json")["dates"][form]
    parts = {
        "y": day.year,
        "m": day.month,
        "d": day.day,
        "month": MONTHS[day.month - 1],
        "clock": f"{day.hour:02}:{day.minute:02}",
    }
    return Sentence(pattern.zh.format_map(parts), pattern.en.format_map(parts))
