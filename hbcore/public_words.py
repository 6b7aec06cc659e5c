"""What people outside the desk read, in eight languages: English in the code, the others in the catalogues `apply.po`."""

from datetime import datetime

from babel.dates import format_skeleton

from hbcore.domain.vocabulary import SHANGHAI
from hbcore.words import catalogue

PUBLIC_LANGUAGES = {
    "zh": "简体中文",
    "zh-Hant": "繁體中文",
    "en": "English",
    "ja": "日本語",
    "ko": "한국어",
    "fr": "Français",
    "ru": "Русский",
    "es": "Español",
}
"""Each by the name it has for itself; the codes are those of `<html lang>` and `?lang=`."""

TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")


def P_(text: str) -> str:
    """`text` as it is: a message that is translated where it is said."""
    return text


def folder_of(language: str) -> str:
    """Where a language's catalogue lies: gettext writes `zh_Hant`."""
    return language.replace("-", "_")


def said(text: str, language: str, **values: object) -> str:
    """`text` (English, with `{names}`) in one of the eight languages, filled with `values`."""
    words = catalogue(folder_of(language), "apply").gettext(text) if text else ""
    return words.format(**values) if values else words


def language_of(asked: str | None, accepted: str | None) -> str:
    """The language somebody asked for, else the first the browser accepts that we speak, else Chinese."""
    for wanted in (asked or "", *(accepted or "").split(",")):
        if known := _spoken(wanted.partition(";")[0].strip().lower()):
            return known
    return "zh"


def _spoken(wanted: str) -> str | None:
    if wanted.startswith(TRADITIONAL):
        return "zh-Hant"
    return next((language for language in PUBLIC_LANGUAGES if wanted.partition("-")[0] == language), None)


def moment(at: datetime, language: str, *, seen_from: datetime) -> str:
    """The Shanghai day and minute of `at` as the language writes them; with its year when that is not the year of `seen_from`."""
    local, today = at.astimezone(SHANGHAI), seen_from.astimezone(SHANGHAI)
    form = "MMMd" if local.year == today.year else "yMMMd"
    return f"{format_skeleton(form, local, tzinfo=SHANGHAI, locale=folder_of(language))} {local:%H:%M}"
