"""Who stands on the Person page: kept from run to run by our id, and all that hangs on it gone with the next search."""

from dataclasses import dataclass

import streamlit as st

from hbcore.domain.vocabulary import Purpose

SHOWN, HANGS_ON = "person shown", "hangs on the person shown"


@dataclass(frozen=True)
class Shown:
    """Somebody who was looked up: our id, and which document was asked for."""

    person: int
    place: int


@dataclass(frozen=True)
class Nobody:
    """A number under which nobody was found, and why it was looked up."""

    text: str
    purpose: Purpose
    case: str | None


def show_from_now(shown: Shown | Nobody | None) -> None:
    """Put another person, or nobody, on the page; what was revealed of the one before is gone."""
    st.session_state[SHOWN] = shown
    st.session_state.pop(HANGS_ON, None)


def shown_now() -> Shown | Nobody | None:
    """Who stands there."""
    found = st.session_state.get(SHOWN)
    return found if isinstance(found, Shown | Nobody) else None


def keep(what: str, value: object) -> None:
    """Keep something with who stands there, and no longer than they do."""
    st.session_state.setdefault(HANGS_ON, {})[what] = value


def kept(what: str) -> object:
    """What was kept; None where nothing was."""
    return st.session_state.get(HANGS_ON, {}).get(what)
