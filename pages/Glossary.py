"""Glossary: the words of this desk in both languages, each with its meaning; searched, and linked to by word."""

import streamlit as st

from hbcore.ui import safe
from hbcore.ui.glossary_words import GLOSSARY, Word
from hbcore.ui.start import start_page
from hbcore.ui.waiting import nothing_here
from hbcore.ui.words import _, language

WORD = "word"
"""Stands in the address, so that a link can open one word."""
LONGEST = 40


def in_order() -> list[Word]:
    """The words by the alphabet in English; in Chinese in the order of the work, as no alphabet is expected there."""
    return sorted(GLOSSARY, key=lambda one: one.en.casefold()) if language() == "en" else list(GLOSSARY)


def fits(one: Word, sought: str) -> bool:
    """Whether a word, its translation or its meaning holds what is sought."""
    return sought in f"{one.key} {one.zh} {one.en} {_(one.meaning)}".casefold()


def show(words: list[Word]) -> None:
    """A table of two languages and the meaning, the language of the desk first."""
    here, there = (_("Chinese"), _("English")) if language() == "zh" else (_("English"), _("Chinese"))
    names = [(one.zh, one.en) if language() == "zh" else (one.en, one.zh) for one in words]
    safe.table(
        [{here: first, there: second, _("Meaning"): _(one.meaning)} for (first, second), one in zip(names, words, strict=True)],
        key="glossary",
    )


start_page(_("Glossary"))
# Not bound to the address by the widget: a bound word is gone from it when the session ends.
st.session_state.setdefault(WORD, st.query_params.get(WORD, "")[:LONGEST])
sought = st.text_input(
    _("Search the glossary"),
    key=WORD,
    placeholder=_("A word in Chinese or English"),
    label_visibility="collapsed",
    max_chars=LONGEST,
    width=420,
)
st.query_params.from_dict({WORD: sought} if sought else {})
found = [one for one in in_order() if fits(one, (sought or "").strip().casefold())]
if found:
    show(found)
else:
    nothing_here(_("No word fits."), _("Try fewer letters, or the word in the other language."))
