"""What tests of pages share."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import PROVINCE, Role
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.ui import start
from tests import standing
from tests.services.applying import WUHAN, reviewer
from tests.services.requesting import Hands, desk

PAGES = Path(__file__).parents[2] / "pages"

Link = tuple[str, str, dict[str, str]]
"""Where a link leads: the page's name, its words, what stands in the address."""


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> list[Link]:
    """The links a page draws; a page run alone knows no others and could not draw them."""
    drawn: list[Link] = []

    def page_link(page: str, *, label: str, query_params: dict[str, str] | None = None, **_more: object) -> None:
        drawn.append((Path(page).stem, label, query_params or {}))

    monkeypatch.setattr(st, "page_link", page_link)
    return drawn


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open a page as somebody. In Chinese where a choice is made: AppTest names choices outside the session's language."""

    def opened(staff: Staff, language: str = "zh", on: str = "Applications", **address: str) -> AppTest:
        there = replace(staff, language=language)
        monkeypatch.setattr("hbcore.ui.start.signed_in", lambda *, touch: there)
        # The account's language is the database's; this visitor's is the test's.
        monkeypatch.setattr("hbcore.services.acting.read_staff", lambda *_arguments: there)
        shown = AppTest.from_file(str(PAGES / f"{on}.py"), default_timeout=30)
        shown.query_params.update(address)
        return shown.run()

    return opened


@pytest.fixture
def signed_in(database: Path, links: list[Link], monkeypatch: pytest.MonkeyPatch) -> Staff:
    """A supervisor of the province before the screen, and a testing institution."""
    standing.institution(now())
    there = standing.staff(Role.SUPERVISOR, now(), unit=PROVINCE)
    monkeypatch.setattr(start, "signed_in", lambda *, touch: there)
    return there


@pytest.fixture
def clerk(database: Path) -> Staff:
    """A reviewer of the prefecture, who enters applications."""
    return reviewer("clerk")


@pytest.fixture
def colleague(database: Path) -> Staff:
    """Another reviewer of the prefecture."""
    return reviewer("colleague")


@pytest.fixture
def supervisor(database: Path) -> Staff:
    """The supervisor of the prefecture."""
    return standing.staff(Role.SUPERVISOR, now(), name="supervisor", unit=WUHAN)


@pytest.fixture
def hands(database: Path) -> Hands:
    """The three hands of a recolouring request."""
    return desk()
