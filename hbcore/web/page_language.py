"""How a page is marked before anything is drawn: `<html lang>` for screen readers and fonts, and the account's theme."""

import re

MARK = b'<html lang="en">'
UNUSED = re.compile(rb'<link\s+rel="preload"\s+href="\./static/media/SourceSans[^>]*>')
"""Streamlit fetches a font with every page that the desk's theme does not use: our script stands in its place."""


def with_language(body: bytes, language: str, theme: str = "system") -> bytes:
    """Streamlit's page marked with `language` and with our script, which applies `theme`; its length stays."""
    body = body.replace(MARK, f'<html lang="{language}">'.encode(), 1)
    script = f'<script src="./desk.js" data-theme="{theme}"></script>'.encode()
    return UNUSED.sub(lambda found: script.ljust(len(found[0])) if len(script) <= len(found[0]) else found[0], body, count=1)
