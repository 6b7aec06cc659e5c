"""Links from one page to another, with what the other reads in its address; never anything personal."""

from pathlib import Path

import streamlit as st

from hbcore.ui.safe import inert
from hbcore.ui.words import PAGE_TITLES

FOLDER = Path(__file__).parents[2] / "pages"
FILES = {page: str(FOLDER / f"{page}.py") for page in PAGE_TITLES}


def link(page: str, label: str, **address: str) -> None:
    """A link to a page (a name of `PAGES`) that the visitor's role may open; `address`: our ids and words alone."""
    st.page_link(FILES[page], label=inert(label), query_params=address or None)
