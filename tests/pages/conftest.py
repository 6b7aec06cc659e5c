"""What tests of pages share."""

from pathlib import Path

import pytest
import streamlit as st

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
