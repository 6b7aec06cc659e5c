"""Words on the screen: gettext in the language of the session."""

from contextvars import ContextVar
from datetime import datetime

import streamlit as st

from hbcore.domain.sentence import time_in_words
from hbcore.domain.vocabulary import Role
from hbcore.sentences import sentence
from hbcore.services.clock import now
from hbcore.words import translate, translate_n

LANGUAGE = "language of this session"
DEFAULT = "zh"
_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)
"""The language of this thread's run: the session's state costs 20 µs a word."""


def N_(text: str) -> str:
    """Mark `text` for the catalogue; it is translated where it is shown."""
    return text


def N_n(one: str, many: str) -> tuple[str, str]:
    """Mark what is said of one and of many for the catalogue; `_n` chooses where it is shown."""
    return one, many


def language() -> str:
    """The language in which this run draws."""
    return _spoken.get() or str(st.session_state.get(LANGUAGE, DEFAULT))


def speak(chosen: str) -> None:
    """Draw in `chosen` from now on."""
    _spoken.set(chosen)
    st.session_state[LANGUAGE] = chosen


def _(text: str) -> str:
    """`text` (English, the message id) in the language of this run."""
    return translate(text, language())


def _n(one: str, many: str, n: float) -> str:
    """`one` or `many` (English, the message ids) as the language of this run says it of `n`."""
    return translate_n(one, many, n, language())


Counted = str | tuple[str, str]
"""A message, or what is said of one and of many, of `N_n`."""


def counted(words: Counted, n: float) -> str:
    """What is said of `n`, in the language of this run."""
    return _(words) if isinstance(words, str) else _n(*words, n)


ROLES = {
    Role.DISTRICT_STAFF: N_("Reviewer"),
    Role.LAB_LIAISON: N_("Laboratory liaison"),
    Role.SUPERVISOR: N_("Supervisor"),
    Role.CHECKPOINT_STAFF: N_("Checkpoint staff"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.SECURITY_OFFICER: N_("Security officer"),
    Role.AUDITOR: N_("Auditor"),
}

LANGUAGE_NAMES = {"zh": "中文", "en": "English"}
"""A language is named in itself, for those who cannot read the other."""

PAGE_TITLES = {
    "Overview": N_("Overview"),
    "Applications": N_("Applications"),
    "Lab_results": N_("Lab results"),
    "Person": N_("Person"),
    "Checkpoint": N_("Checkpoint"),
    "Alarms": N_("Alarms"),
    "Temperatures": N_("Temperatures"),
    "Daily_counts": N_("Daily counts"),
    "Application_figures": N_("Application figures"),
    "Second_looks": N_("Second looks"),
    "Facts": N_("Facts"),
    "Recolouring": N_("Recolouring"),
    "Policies": N_("Policies"),
    "Staff": N_("Staff"),
    "Units": N_("Units"),
    "Trusted_signers": N_("Trusted signers"),
    "Institutions": N_("Institutions"),
    "Codes": N_("Signed codes"),
    "Code_keys": N_("Code keys"),
    "Events": N_("Events"),
    "Account": N_("My account"),
    "Glossary": N_("Glossary"),
}

PAGE_ICONS = {
    "Overview": "home",
    "Applications": "assignment",
    "Lab_results": "science",
    "Person": "person_search",
    "Daily_counts": "bar_chart",
    "Application_figures": "speed",
    "Checkpoint": "qr_code_scanner",
    "Alarms": "notifications",
    "Temperatures": "thermostat",
    "Second_looks": "group",
    "Facts": "fact_check",
    "Recolouring": "palette",
    "Policies": "rule",
    "Staff": "badge",
    "Units": "account_tree",
    "Trusted_signers": "verified_user",
    "Institutions": "biotech",
    "Codes": "qr_code_scanner",
    "Code_keys": "key",
    "Events": "history",
    "Account": "account_circle",
    "Glossary": "menu_book",
}
"""Material symbols, which Streamlit ships."""


def role_name(role: Role) -> str:
    """A role as the screen calls it."""
    return _(ROLES[role])


def sentence_here(code: str, **values: object) -> str:
    """What the desk says for a code, in the language of this run."""
    return sentence(code, values)[language()]


def time_here(at: datetime) -> str:
    """An instant as people here read it: 11月23日 09:40, or 23 Nov 09:40; Asia/Shanghai, with its year where it is another."""
    words = time_in_words(at, seen_from=now())
    return words.zh if language() == "zh" else words.en
