"""A table of figures in which a click on a cell opens what is behind it."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import streamlit as st

from hbcore.ui import safe

MOST = 30
"""Lines that stand without scrolling."""

HALF_A_PHONE = 195
"""Pixels: a first column that is wider does not stand still, else the figures could not be moved into view."""

NAMES = 165
"""Pixels: the longest name of a prefecture."""


def pick(
    name: str, table: Mapping[str, Sequence[object]], *, about: object, first_width: int | None = None
) -> tuple[int, str] | None:
    """Draw the table, its first column standing still; the cell that was clicked just now, by its row and heading.

    A click counts once: the table starts anew after it, and whenever what it is `about` changes.
    """
    turn, before, taken = st.session_state.get(_key(name), (0, about, False))
    if taken or before != about:
        turn += 1
    first, *others = table
    # A column of words is none of numbers: it would read "86 %" as 0.86.
    numbers = [name for name in others if not any(isinstance(cell, str) for cell in table[name])]
    selected = st.dataframe(
        pa.Table.from_pydict(dict(table)),
        key=f"{name} {turn}",
        hide_index=True,
        placeholder="–",
        width="stretch",
        row_height=safe.ROW,
        height=2 + safe.ROW * (min(len(table[first]), MOST) + 1),
        on_select="rerun",
        selection_mode="single-cell",
        column_config={first: st.column_config.TextColumn(pinned=(first_width or 0) <= HALF_A_PHONE, width=first_width)}
        | dict.fromkeys(numbers, safe.GROUPED),
    )
    cells = selected["selection"]["cells"]
    st.session_state[_key(name)] = (turn, about, bool(cells))
    if not cells:
        return None
    row, heading = cells[0]
    return int(row), str(heading)


def _key(name: str) -> str:
    return f"turn of {name}"
