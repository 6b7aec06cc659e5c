"""What tests of parts of pages share."""

from collections.abc import Iterator

import pytest
import streamlit as st

from hbcore.ui.words import LANGUAGE, _spoken


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    """The language that a test speaks ends with it."""
    token = _spoken.set(None)
    yield
    _spoken.reset(token)
    st.session_state.pop(LANGUAGE, None)  # without a page there is one session for all
