"""How a text file is written: found by itself, shown by two of its names, changed by hand."""

from collections.abc import Collection
from dataclasses import replace

import streamlit as st

from hbcore.domain.vocabulary import Encoding, FileCode
from hbcore.services import lab_imports
from hbcore.services.import_report import ImportReport
from hbcore.services.uploads import IncomingFile
from hbcore.ui import safe
from hbcore.ui.words import _, language

NAMES = {
    Encoding.UTF8: "UTF-8",
    Encoding.GB18030: "GB18030 / GBK",
    Encoding.UTF16_LE: "UTF-16 LE",
    Encoding.UTF16_BE: "UTF-16 BE",
    Encoding.CP1252: "Windows-1252",
}

OF_LETTERS = frozenset({FileCode.UNKNOWN_ENCODING, FileCode.NO_KNOWN_HEADINGS, FileCode.NOT_A_TABLE})
"""The refusals that letters read in the wrong way may be the reason for; for any other the headings were read as they are."""


def as_chosen(file: IncomingFile) -> IncomingFile:
    """The file with the encoding that was chosen for it on this page, if any."""
    return replace(file, encoding=_chosen(file))


def _chosen(file: IncomingFile) -> Encoding | None:
    """Kept beside the box itself, which is another one in another language."""
    kept = f"encoding chosen {file.sha256[:16]}"
    if _key(file) in st.session_state:
        st.session_state[kept] = st.session_state[_key(file)]
    return st.session_state.get(kept)


def show_encoding(file: IncomingFile, report: ImportReport | None, refused: Collection[str]) -> None:
    """The choice, and beside it two names as the file was read; nothing for a workbook. `refused`: why there is no report."""
    if not file.is_text:
        return
    choice, names = st.columns([1, 3], vertical_alignment="bottom")
    encodings = [None, *Encoding]
    choice.selectbox(
        _("Encoding"),
        encodings,
        encodings.index(_chosen(file)),
        format_func=lambda one: NAMES[one] if one else _("Found automatically"),
        key=_key(file),
    )
    with names:
        if report is not None or not OF_LETTERS.isdisjoint(refused):
            safe.text(_names_words(file, report))


def _names_words(file: IncomingFile, report: ImportReport | None) -> str:
    if report is None:
        return _("The file was not read. Where its letters are the reason, choose how they are written.")
    encoding = Encoding(str(report.format["encoding"]))
    seen = lab_imports.sample_names(file, encoding)
    if not seen:
        return _("Read as {encoding}; no names stand in the first rows.").format(encoding=NAMES[encoding])
    return _("Read as {encoding}; names look like this: {names}").format(encoding=NAMES[encoding], names=" · ".join(seen))


def _key(file: IncomingFile) -> str:
    """A browser keeps the words of a choice as long as its key."""
    return f"encoding {file.sha256[:16]} {language()}"
