"""Links from one page to another, with what the other reads in its address; never anything personal."""

from pathlib import Path

import streamlit as st

from hbcore.domain.permissions import PAGES, may
from hbcore.domain.vocabulary import Purpose
from hbcore.services.acting import Staff
from hbcore.ui.safe import inert
from hbcore.ui.words import PAGE_TITLES

FOLDER = Path(__file__).parents[2] / "pages"
FILES = {page: str(FOLDER / f"{page}.py") for page in PAGE_TITLES}


MOST = 2**63 - 1
"""The greatest whole number that a database holds."""


def id_in(wanted: str) -> int | None:
    """The id of ours that an address names; None where it names none."""
    return int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 20 and int(wanted) <= MOST else None


def link(page: str, label: str, **address: str) -> None:
    """A link to a page (a name of `PAGES`) that the visitor's role may open; `address`: our ids and words alone."""
    st.page_link(FILES[page], label=inert(label), query_params=address or None)


def link_to_person(label: str, person: int, purpose: Purpose) -> None:
    """A link from within a task to the person it is about: why they are looked up is known and not asked again."""
    link("Person", label, person=str(person), purpose=str(purpose))


def link_if_may(page: str, label: str, staff: Staff, **address: str) -> None:
    """`link` for whoever's role may open the page; nothing for others."""
    if may(staff.role, PAGES[page]):
        link(page, label, **address)
