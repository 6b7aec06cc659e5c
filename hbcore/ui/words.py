"""Words on the screen: gettext in the language of the session."""

import streamlit as st

from hbcore.domain.vocabulary import Role
from hbcore.words import translate

LANGUAGE = "language of this session"
DEFAULT = "zh"


def N_(text: str) -> str:
    """Mark `text` for the catalogue; it is translated where it is shown."""
    return text


def language() -> str:
    """The language in which this run draws."""
    return str(st.session_state.get(LANGUAGE, DEFAULT))


def speak(chosen: str) -> None:
    """Draw in `chosen` from now on."""
    st.session_state[LANGUAGE] = chosen


def _(text: str) -> str:
    """`text` (English, the message id) in the language of this run."""
    return translate(text, language())


ROLES = {
    Role.DISTRICT_STAFF: N_("Reviewer"),
    Role.LAB_LIAISON: N_("Laboratory liaison"),
    Role.SUPERVISOR: N_("Supervisor"),
    Role.CHECKPOINT_STAFF: N_("Checkpoint staff"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.SECURITY_OFFICER: N_("Security officer"),
    Role.AUDITOR: N_("Auditor"),
}

PAGE_TITLES = {
    "Overview": N_("Overview"),
    "Applications": N_("Applications"),
    "Lab_results": N_("Lab results"),
    "Person": N_("Person"),
    "Daily_counts": N_("Daily counts"),
    "Staff": N_("Staff"),
}


def role_name(role: Role) -> str:
    """A role as the screen calls it."""
    return _(ROLES[role])
