"""Which addresses are pages: the others lead to the start, where Streamlit would show a dialog of its own, in English."""

from hbcore.domain.permissions import PAGES, first_page
from hbcore.domain.vocabulary import Role

BESIDE_PAGES = (
    *(".well-known", "_stcore", "apply.css", "apply.js", "auth", "component", "desk.css", "desk.js"),
    *("enter", "healthz", "media", "oauth2callback", "static"),
)
"""First parts of the addresses that are no pages: Streamlit's own and our routes."""


PUBLIC = ("/apply", "/apply/status", "/apply/status/live")
"""The pages that are for everybody."""


def leads_nowhere(path: str, role: Role | None = None) -> bool:
    """Whether `role` (None: who is not signed in) finds no page at this address, which is none of the program's own either.

    A first page lives at `/` alone.
    """
    parts = [part for part in path.split("/") if part]
    if not parts or parts[0] in BESIDE_PAGES or path in PUBLIC:
        return False
    return len(parts) > 1 or parts[0] not in PAGES or parts[0] == first_page(role)
