"""People's text on the screen: sinks that show it letter by letter, and a filter for those that read markdown (S23)."""

import re
from collections.abc import Mapping, Sequence

import pyarrow as pa
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

# What makes markdown, links, icons, badges or formulas. Colons stay only in times and before a space.
_MARKS = re.compile(r"[\[\]<>*`~$#|\\@&^{}]")
_COLON = re.compile(r"(?<!\d):(?=\S)|:(?=[^\d\s])")
ROW = 35
"""Pixels of a line of a table; its heading is as high."""

MOST_ROWS, MANY_ROWS = 20, 12
"""So many rows of a list from which one, or several, may be chosen are seen at once; for the others one scrolls in it."""

NOTHING = "\N{NO-BREAK SPACE}"
"""Keeps the place of an empty cell."""

GROUPED = st.column_config.NumberColumn(format="localized")
"""A column of figures, thousands apart."""

_WEB = re.compile(r"www\.", re.IGNORECASE)


def text(shown: str) -> None:
    """People's text as they wrote it."""
    st.text(shown)


def inert(shown: str) -> str:
    """`shown` without what messages, toasts and labels would take for markdown; use `text` where nothing may be left out."""
    plain = _WEB.sub("www ", _COLON.sub("：", _MARKS.sub("", shown)))
    return plain.replace("_", r"\_")


def strong(shown: str) -> str:
    """`inert` in bold, for the word that a line explains."""
    return f"**{inert(shown)}**"


def table(
    rows: Sequence[Mapping[str, object]],
    *,
    key: str | None = None,
    widths: Mapping[str, int] | None = None,
    grouped: Sequence[str] = (),
) -> None:
    """A plain table of people's text, cells shown letter by letter; the headings are ours. Up to 30 rows nothing scrolls.

    `widths`: pixels of some columns by their headings; the others share what is left. `grouped`: figures, shown like 6,594.
    """
    height = ROW * (min(len(rows), 30) + 1) + 2
    st.dataframe(
        _columns(rows),
        hide_index=True,
        width="stretch",
        height=height,
        row_height=ROW,
        key=key,
        column_config=_columns_shown(widths, grouped),
    )


def beside(lines: Sequence[Sequence[str]]) -> None:
    """People's text to be compared: of each line its word, then what each side says, whole however narrow the screen is.

    The first line has the headings. One on a page: the desk's style knows it by its key.
    """
    with st.container(key="beside", border=True, gap=None):
        for line in lines:
            with st.container(horizontal=True, gap="small"):
                for cell in line:
                    st.text(cell or NOTHING)


def chooser(
    rows: Sequence[Mapping[str, object]],
    *,
    key: str,
    widths: Mapping[str, int] | None = None,
    grouped: Sequence[str] = (),
) -> int | None:
    """`table`, one row of which may be chosen: its place in `rows`."""
    height = ROW * (min(len(rows), MOST_ROWS) + 1) + 2
    shown = st.dataframe(
        _columns(rows),
        hide_index=True,
        width="stretch",
        height=height,
        row_height=ROW,
        key=key,
        column_config=_columns_shown(widths, grouped),
        on_select="rerun",
        selection_mode="single-row",
    )
    places = shown.selection.rows
    return places[0] if places and places[0] < len(rows) else None


def choosers(
    rows: Sequence[Mapping[str, object]], *, key: str, first: Sequence[int] = (), widths: Mapping[str, int] | None = None
) -> list[int]:
    """`table`, of which several rows may be chosen: their places in `rows`; `first`: those that are at first."""
    shown = st.dataframe(
        _columns(rows),
        hide_index=True,
        width="stretch",
        height=ROW * (min(len(rows), MANY_ROWS) + 1) + 2,
        row_height=ROW,
        key=key,
        column_config=_columns_shown(widths, ()),
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": list(first), "columns": [], "cells": []}},
    )
    return [place for place in shown["selection"]["rows"] if place < len(rows)]


def _columns_shown(widths: Mapping[str, int] | None, grouped: Sequence[str]) -> dict[str, ColumnConfig]:
    sized = {name: st.column_config.Column(width=pixels) for name, pixels in (widths or {}).items()}
    return sized | dict.fromkeys(grouped, GROUPED)


def _columns(rows: Sequence[Mapping[str, object]]) -> pa.Table:
    """The rows as columns; where numbers and words stand in one column, all of it is words."""
    columns = {heading: [row[heading] for row in rows] for heading in (rows[0] if rows else ())}
    return pa.Table.from_pydict(
        {
            heading: cells if len({type(cell) for cell in cells if cell is not None}) < 2 else [f"{cell}" for cell in cells]
            for heading, cells in columns.items()
        }
    )
