"""Countries as passports name them (ISO 3166-1 alpha-3), their names in both languages, and the words files use for them."""

import unicodedata
from functools import cache

from babel import Locale
from babel.core import get_global

from hbcore.words import LANGUAGES

_PAST = frozenset({"BUR", "ZAR", "DDR", "FXX", "TMP", "YMD", "QUU", "XAA", "XBB"})
"""Aliases that Unicode's data keeps for countries that are gone or never were."""

_ICAO_ONLY = ("D", "GBD", "GBN", "GBO", "GBP", "GBS", "RKS", "UNO", "UNA", "UNK", "XOM", "XXA", "XXB", "XXC", "EUE")
"""Issuing codes of ICAO 9303 part 3 that are no country of ISO 3166; `D` is Germany's own."""

_ALSO = {
    "D": "DEU",
    "RKS": "XKK",
    "UK": "GBR",
    "英格兰": "GBR",
    "香港": "HKG",
    "中国香港": "HKG",
    "澳门": "MAC",
    "中国澳门": "MAC",
}
_ALSO |= {
    "中国台湾": "TWN",
    "台湾": "TWN",
    "中华人民共和国": "CHN",
    "大韩民国": "KOR",
    "南韩": "KOR",
    "朝鲜民主主义人民共和国": "PRK",
    "USA": "USA",
}


@cache
def _alpha_2() -> dict[str, str]:
    known = Locale("en").territories
    aliases = get_global("territory_aliases")
    return {
        three: twos[0]
        for three, twos in sorted(aliases.items())
        if len(three) == 3 and three.isalpha() and len(twos) == 1 and twos[0] in known and three not in _PAST
    }


@cache
def country_codes() -> tuple[str, ...]:
    """The alpha-3 codes to choose from, in alphabetical order."""
    return tuple(_alpha_2())


@cache
def country_name(code: str, language: str) -> str:
    """The name of an alpha-3 code in `language` (`zh-Hant`, as browsers write it); the code itself where it has none."""
    return str(Locale.parse(language, sep="-").territories.get(_alpha_2().get(code, ""), code))


@cache
def _by_word() -> dict[str, str]:
    words = {_word(country_name(code, language)): code for code in country_codes() for language in LANGUAGES}
    words |= {_word(two): three for three, two in _alpha_2().items()} | {_word(three): three for three in country_codes()}
    return words | {_word(code): code for code in _ICAO_ONLY} | {_word(word): code for word, code in _ALSO.items()}


def _word(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def read_country(text: str) -> str | None:
    """The alpha-3 code that a code (two or three letters) or a name in either language means; None for an unknown word."""
    return _by_word().get(_word(text))
