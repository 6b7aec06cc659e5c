"""What a member of staff may be called, and what may be a password (security S06)."""

import re
import unicodedata
from pathlib import Path

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 256
LONGEST_FULL_NAME = 40
FEWEST_CHARACTERS = 5
"""A password of fewer different characters is a repetition."""

READABLE = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Letters and digits that nobody mistakes for one another, for codes and passwords that are handed over."""

STAFF_NAME = re.compile(r"[\w.-]{2,40}")

# The passwords of ten or more characters that lead the published lists of leaked ones, here and abroad.
COMMON = frozenset((Path(__file__).parents[1] / "data" / "common_passwords.txt").read_text(encoding="utf-8").split())


def name_typed(name: str) -> str:
    """The form in which an account's name is kept and compared: NFKC, case-folded, without spaces around it."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def password_typed(password: str) -> str:
    """The form in which a password is hashed: NFKC, as keyboards differ, without spaces around it, as the form drops them."""
    return unicodedata.normalize("NFKC", password).strip()


def why_bad_staff_name(name: str) -> str | None:
    """Why `name` (as typed) cannot be an account's: 2 to 40 letters of any script, digits, `.`, `_`, `-`."""
    return None if STAFF_NAME.fullmatch(name_typed(name)) else "bad_staff_name"


def why_bad_full_name(full_name: str) -> str | None:
    """Why a name as colleagues know it cannot be kept: at most 40 characters that can be printed."""
    return None if len(full_name) <= LONGEST_FULL_NAME and full_name.isprintable() else "bad_full_name"


def why_bad_password(password: str, name: str) -> str | None:
    """Why `password` cannot be taken for the account `name`: too short, too long, common, or the name itself."""
    typed = password_typed(password)
    if len(typed) < SHORTEST_PASSWORD:
        return "password_too_short"
    if len(typed) > LONGEST_PASSWORD:
        return "password_too_long"
    folded = typed.casefold()
    only_the_name = folded.replace(name_typed(name), "").strip("0123456789") == ""
    easy = folded in COMMON or len(set(folded)) < FEWEST_CHARACTERS or only_the_name
    return "password_too_common" if easy else None
