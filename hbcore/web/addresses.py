"""Which addresses are pages: the others lead to the start, where Streamlit would show a dialog of its own, in English."""

from hbcore.domain.permissions import PAGES

START = next(iter(PAGES))
"""The page that lives at `/` alone."""

BESIDE_PAGES = (
    *(".well-known", "_stcore", "apply.css", "apply.js", "auth", "component", "desk.css", "desk.js"),
    *("enter", "healthz", "media", "oauth2callback", "static"),
)
"""First parts of the addresses that are no pages: Streamlit's own and our routes."""


PUBLIC = ("/apply", "/apply/status")
"""The pages that are for everybody."""


def leads_nowhere(path: str) -> bool:
    """Whether nobody finds a page at this address, which is none of the program's own either."""
    parts = [part for part in path.split("/") if part]
    if not parts or parts[0] in BESIDE_PAGES or path in PUBLIC:
        return False
    return len(parts) > 1 or parts[0] not in PAGES or parts[0] == START
