"""A page is marked before it is drawn: its language, its account's theme, and not a byte longer or shorter."""

from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette

from hbcore.web.page_language import with_language
from hbcore.web.routes import routes
from tests.web.asking import ask

STREAMLITS = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()


@pytest.mark.parametrize("theme", ["system", "light", "dark"])
def test_streamlits_page_carries_language_theme_and_our_script_at_the_same_length(theme):
    marked = with_language(STREAMLITS, "zh", theme)

    assert len(marked) == len(STREAMLITS)
    assert b'<html lang="zh">' in marked
    assert f'<script src="./desk.js" data-theme="{theme}"></script>'.encode() in marked
    assert b"SourceSans" not in marked


def test_a_page_without_those_places_stays_as_it_is():
    assert with_language(b"<html><head></head></html>", "zh", "dark") == b"<html><head></head></html>"


def test_the_style_is_there_for_everybody_and_the_script_asks_for_it():
    app = Starlette(routes=routes())
    answer = ask(app, "/desk.css")

    assert answer.status == 200
    assert (answer.header("content-type") or "").startswith("text/css")
    assert b".st-key-header" in answer.body
    assert b"./desk.css" in ask(app, "/desk.js").body


def test_the_script_is_there_for_everybody():
    answer = ask(Starlette(routes=routes()), "/desk.js")

    assert answer.status == 200
    assert (answer.header("content-type") or "").startswith("text/javascript")
    assert b"stActiveTheme-" in answer.body
