"""What the help of a page is made of, and the keys that work on every page."""

from dataclasses import dataclass

from hbcore.ui.words import N_


@dataclass(frozen=True)
class PageHelp:
    """The help of one page. `numbers` and `keys`: what is on the page, and what it means or does."""

    purpose: str
    numbers: tuple[tuple[str, str], ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    trouble: tuple[str, ...] = ()


KEYS_EVERYWHERE = (
    ("/", N_("go to the search box")),
    ("?", N_("show this list of keys")),
    ("Shift Space", N_("choose the row of a table that Tab and the arrows have come to")),
    ("Esc", N_("close what has opened")),
)
