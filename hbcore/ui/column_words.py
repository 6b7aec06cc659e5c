"""What columns and codes of a laboratory's file are called where they are matched by hand."""

from hbcore.domain.column_mapping import LEFT_OUT
from hbcore.domain.vocabulary import DocumentKind
from hbcore.ui.application_words import KINDS, here
from hbcore.ui.lab_report import COLUMN_WORDS
from hbcore.ui.person_words import WORDS
from hbcore.ui.words import N_, _

_NAMES = {"name": COLUMN_WORDS["name"], "last_name": N_("Last name"), "first_names": N_("First names")} | COLUMN_WORDS
COLUMNS = tuple(_NAMES)
"""Our words for columns, in the order in which they are offered."""

LIST_NAMES = {"document_kinds": N_("Document kinds"), "assays": N_("Assays"), "outcomes": N_("Outcomes")}


def column_name(word: str) -> str:
    """A column as the page calls it."""
    return _("Not read") if word == LEFT_OUT else _(_NAMES[word])


def word_name(name: str, word: str) -> str:
    """A word of ours of one of the lists of codes; empty: none."""
    if not word:
        return _("Not known")
    return _(KINDS[DocumentKind(word)]) if name == "document_kinds" else here(WORDS[name][word])
