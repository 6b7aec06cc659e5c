"""What a person must hear about a file that was read: sheets left unread, hidden rows, rows left out by name."""

from collections.abc import Iterable

import streamlit as st

from hbcore.domain.problems import Note
from hbcore.domain.vocabulary import NoteCode
from hbcore.sentences import sentence
from hbcore.ui import safe
from hbcore.ui.words import language

WARNED = frozenset({NoteCode.MORE_TABLES, NoteCode.HEADINGS_GONE, NoteCode.HEADINGS_NEW})
"""Rows or columns may be missing."""


def show_notes(notes: Iterable[Note]) -> None:
    """A warning where rows or columns may be missing, a line of text for the rest."""
    for note in notes:
        words = sentence(note.code, note.values)[language()]
        if note.code in WARNED:
            st.warning(safe.inert(words))
        else:
            safe.text(words)
