"""What a page says when something was refused, broke, or went well."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from hbcore.domain.errors import Refused
from hbcore.sentences import sentence
from hbcore.trouble import log_trouble
from hbcore.ui.safe import inert
from hbcore.ui.words import language

SAID = "said after rerun"


@contextmanager
def errors_shown() -> Iterator[list[str]]:
    """Show a refusal inside the block as a sentence, anything else as a general one; the page goes on below, and may ask for the
    refusal's code in the list that it is given.

    What Streamlit itself raises to stop or run again is no `Exception` and passes.
    """
    codes: list[str] = []
    try:
        yield codes
    except Refused as refused:
        codes.append(refused.code)
        show_refused(refused)
    except Exception as error:  # people get a sentence, the log gets the place
        log_trouble(error)
        show_refused(Refused("failed"))


def show_refused(refused: Refused) -> None:
    """The sentence of a refusal in the session's language, and of all that stands against the same act."""
    for one in (refused, *refused.also):
        st.error(inert(sentence(one.code, one.values)[language()]))


def refuse_unless_equal(password: str, again: str) -> None:
    """Two fields for a new password must agree.

    :raises Refused: `passwords_differ`.
    """
    if password != again:
        raise Refused("passwords_differ")


def say_after_rerun(text: str) -> None:
    """Run the page again and say `text` briefly once it is drawn."""
    st.session_state[SAID] = text
    st.rerun()


def say_now_what_was_said() -> None:
    """Show what `say_after_rerun` kept; the router calls it once a run."""
    if text := st.session_state.pop(SAID, None):
        st.toast(inert(text))
