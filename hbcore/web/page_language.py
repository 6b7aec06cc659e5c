"""The language a page is marked with before anything is drawn on it: `<html lang>` for screen readers and fonts."""

MARK = b'<html lang="en">'


def with_language(body: bytes, language: str) -> bytes:
    """Streamlit's page marked with `language`: both our marks have two letters, so its length stays."""
    return body.replace(MARK, f'<html lang="{language}">'.encode(), 1)
