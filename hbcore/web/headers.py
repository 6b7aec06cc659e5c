"""The security headers of every response (security part 1, S24)."""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

import streamlit

INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@cache
def security_headers() -> tuple[tuple[bytes, bytes], ...]:
    """Headers for every response: the content policy that pages, tables, uploads and downloads were tried with."""
    script = " ".join(("'self'", *_inline_scripts()))
    policy = (
        f"default-src 'self'; script-src {script}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'; "
        "form-action 'self'; worker-src 'self' blob:"
    )
    return (
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
    )


PUBLIC_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        b"object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    ),
    (b"x-content-type-options", b"nosniff"),
    # With no-referrer browsers would send `Origin: null` with a form, which no desk can tell from another site's.
    (b"referrer-policy", b"same-origin"),
)
"""Headers of the public pages, which need nothing but their own script and style."""


def _inline_scripts() -> list[str]:
    """The hashes of the scripts that Streamlit's own page carries inline."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    return [f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in INLINE.findall(page)]
