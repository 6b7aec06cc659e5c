"""Columns and words of a laboratory's file matched to ours by hand: cells beside each heading, remembered for the institution."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hbcore.domain.column_mapping import LEFT_OUT, LISTS, WORDS, ColumnMapping, missing_words
from hbcore.domain.errors import FileRefused
from hbcore.domain.headings import heading_key
from hbcore.domain.vocabulary import RowCode
from hbcore.services import column_mappings, columns_seen
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.columns_seen import ColumnSeen, FileSeen
from hbcore.services.import_report import ImportReport
from hbcore.services.uploads import IncomingFile
from hbcore.ui import safe
from hbcore.ui.column_words import COLUMNS, LIST_NAMES, column_name, word_name
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.locale_words import number_here
from hbcore.ui.words import _, _n, language

TURN, SEEN = "mapping turn", "columns seen"

_TO_BE_MATCHED = frozenset({RowCode.UNKNOWN_DOCUMENT_KIND, RowCode.UNKNOWN_OUTCOME, RowCode.UNKNOWN_ASSAY})


def show_mapping(
    file: IncomingFile, report: ImportReport | None, mapping: ColumnMapping, staff: Staff, saved: Callable[[], None]
) -> None:
    """What of the file is not read, and behind a switch the choices; open by itself where the file cannot do without.

    `saved` is called once another mapping is remembered, before the page runs again.
    """
    unread = columns_seen.unread(report.headings, mapping) if report else []
    if unread:
        safe.text(_("Columns that are not read: {list}").format(list=" · ".join(f"“{one}”" for one in unread)))
    turn = st.session_state.setdefault(TURN, 0)
    key = f"mapping {file.sha256[:16]} {file.institution} {turn}"
    if st.toggle(_("Match columns and words"), value=_is_wanted(report), key=key):
        with errors_shown():
            _show_choices(file, key, staff, saved)


def _is_wanted(report: ImportReport | None) -> bool:
    if report is None:
        return True
    words = {word for _heading, word in report.headings if word in WORDS}
    return bool(missing_words(words)) or any(one.code in _TO_BE_MATCHED for one in report.problems)


def _show_choices(file: IncomingFile, key: str, staff: Staff, saved: Callable[[], None]) -> None:
    seen = _seen(file, key, staff)
    if seen is None or not seen.columns:
        st.caption(_("Columns are matched once the file can be opened."))
        return
    if seen.rows:
        _choose_header(seen, key)
    if seen.missing:
        missing = " · ".join(column_name(word) for word in seen.missing)
        st.warning(safe.inert(_("Nothing is matched yet to: {list}").format(list=missing)))
    everything = st.checkbox(_("Also columns that are known already"), key=f"{key} all")
    listed = [(n, one) for n, one in enumerate(seen.columns) if everything or not one.known or _is_own(one, seen)]
    words = {name: _listed_words(seen, name) for name in LISTS}
    if not listed and not any(words.values()):
        if not seen.missing:
            st.caption(_("All columns and words of this file are known."))
        return
    st.caption(_("Beside each heading and word of the file stand some of its cells or its rows, and what it is read as."))
    headings = {one.heading: _choose_column(one, f"{key} {seen.header} column {n}") for n, one in listed}
    lists = {name: _choose_words(seen, name, words[name], key) for name in LISTS}
    if st.button(_("Save for this institution and read again"), type="primary", key=f"{key} save"):
        with errors_shown():
            column_mappings.remember(file.institution, _content(seen, headings, lists), by=staff, at=now())
            st.session_state[TURN] += 1
            saved()
            say_after_rerun(_("Saved for this institution; the file was read again."))


def _seen(file: IncomingFile, key: str, staff: Staff) -> FileSeen | None:
    """Read once for each file, way to read it and row of headings; None where it cannot be read at all."""
    header = st.session_state.get(f"{key} header", 0)
    held: tuple[object, FileSeen | None] | None = st.session_state.get(SEEN)
    if held and held[0] == (key, file.encoding, header):
        return held[1]
    try:
        seen = columns_seen.seen(file, header, by=staff, at=now())
    except FileRefused:
        seen = None
    st.session_state[SEEN] = ((key, file.encoding, seen.header if seen else header), seen)
    return seen


def _choose_header(seen: FileSeen, key: str) -> None:
    def shown(row: int) -> str:
        return safe.inert(f"{row} · {' | '.join(filter(None, seen.rows[row - 1]))[:80]}")

    rows = [row for row, cells in enumerate(seen.rows, start=1) if any(cells)]
    first = rows.index(seen.header)
    st.selectbox(_("The row that has the headings"), rows, first, format_func=shown, key=f"{key} header")


def _is_own(column: ColumnSeen, seen: FileSeen) -> bool:
    return heading_key(column.heading) in seen.mapping.by_key


def _listed_words(seen: FileSeen, name: str) -> Sequence[str]:
    """The file's words that nobody knows, and those that somebody has said."""
    return list(dict.fromkeys((*seen.words.get(name, ()), *seen.mapping.of(name))))


def _choose_column(column: ColumnSeen, key: str) -> str:
    options = [LEFT_OUT, *COLUMNS]
    heading, samples, choice = st.columns([2, 3, 3], vertical_alignment="center")
    heading.text(column.heading)
    samples.text(" · ".join(column.samples) or "—")
    at = column.word if column.word in options else LEFT_OUT
    return _chosen(choice, column.heading, options, at, column_name, key)


def _choose_words(seen: FileSeen, name: str, words: Sequence[str], key: str) -> dict[str, str]:
    """What each of the words means; those that mean nothing yet are left away."""
    if not words:
        return {}
    st.text(_(LIST_NAMES[name]))
    options, chosen = ["", *LISTS[name].written], {}
    for place, word in enumerate(words):
        theirs, rows, choice = st.columns([2, 3, 3], vertical_alignment="center")
        theirs.text(f"“{word}”")
        found = seen.words.get(name, {}).get(word)
        rows.text(_n("{n} row", "{n} rows", found).format(n=number_here(found)) if found else "—")
        at, called = seen.mapping.of(name).get(word, ""), partial(word_name, name)
        chosen[word] = _chosen(choice, word, options, at, called, f"{key} {name} {place}")
    return {word: ours for word, ours in chosen.items() if ours}


def _chosen(place: DeltaGenerator, label: str, options: Sequence[str], at: str, called: Callable[[str], str], key: str) -> str:
    """What is chosen in a box that is another one in another language; kept beside it until it is saved."""
    box, kept = f"{key} {language()}", f"{key} kept"
    if box in st.session_state:
        st.session_state[kept] = st.session_state[box]
    first = options.index(st.session_state.get(kept, at))
    return str(place.selectbox(safe.inert(label), options, first, called, key=box, label_visibility="collapsed"))


def _content(seen: FileSeen, headings: Mapping[str, str], lists: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """All that is remembered from now on: what was said of other files' headings stays."""
    here = {heading_key(heading) for heading in headings}
    others = {heading: word for heading, word in seen.mapping.headings.items() if heading_key(heading) not in here}
    return {"headings": {**others, **headings}, **lists}
