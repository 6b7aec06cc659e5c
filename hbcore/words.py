"""Every word in two languages: English in the code, Chinese in the gettext catalogue `hbcore/locale/zh`."""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("zh", "en")
LOCALES = Path(__file__).parent / "locale"


@cache
def catalogue(language: str, words: str = "hbcore") -> NullTranslations:
    """A catalogue of a language, compiled from its `.po` at first use: no build step, nothing to go stale."""
    source = LOCALES / language / "LC_MESSAGES" / f"{words}.po"
    if not source.exists():
        return NullTranslations()
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def translate(text: str, language: str, **values: object) -> str:
    """`text` (English, with `{names}`) in `language`, filled with `values`."""
    words = catalogue(language).gettext(text) if text else ""
    return words.format(**values) if values else words


def translate_n(one: str, many: str, of: float, language: str, **values: object) -> str:
    """`one` or `many` (English, with `{names}`) as `language` says it `of` so many, filled with `values`."""
    words = catalogue(language).ngettext(one, many, 1 if of == 1 else 2)  # all that English and Chinese ask
    return words.format(**values) if values else words


def language_of(asked: str | None, accepted: str | None) -> str:
    """A stranger's language: the one asked for, else the first the browser accepts that we speak, else Chinese."""
    if asked in LANGUAGES:
        return str(asked)
    for part in (accepted or "").lower().split(","):
        if (spoken := part.strip()[:2]) in LANGUAGES:
            return spoken
    return LANGUAGES[0]


def both(text: str, values: Mapping[str, object] | None = None) -> dict[str, str]:
    """`text` as `{"zh": ..., "en": ...}`, as the shell prints it."""
    return {language: translate(text, language, **(values or {})) for language in LANGUAGES}
