"""A queue of which one line is open: by a click, by a link, by the keys, or the next one after a step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import pyarrow as pa
import streamlit as st

from hbcore.ui import safe
from hbcore.ui.errors import errors_shown
from hbcore.ui.links import id_in
from hbcore.ui.words import _


class Line(Protocol):
    """A line of a queue."""

    @property
    def id(self) -> int: ...


class View(Protocol):
    """What is read when a line is opened, with the line as it stood then."""

    @property
    def line(self) -> Line: ...


V = TypeVar("V", bound=View)


@dataclass(frozen=True)
class Queue(Generic[V]):
    """`of`: what the lines are, which is also their parameter in a link: `application`. Kept for the session."""

    of: str

    @property
    def opened(self) -> int | None:
        """The id of what is open."""
        found: int | None = st.session_state.get(self._key("opened"))
        return found

    def open(self, one: int | None) -> None:
        """Open one that nobody selected in the table, which then starts anew with it selected."""
        st.session_state[self._key("opened")] = one
        st.session_state[self._key("openings")] = st.session_state.get(self._key("openings"), 0) + 1

    def open_next(self, lines: Sequence[Line], done: int) -> None:
        """After a step the line below comes up by itself; after the last the one above."""
        ids = [line.id for line in lines]
        place = ids.index(done) if done in ids else -1
        others = ids[place + 1 :] + ids[:place][::-1] if place >= 0 else []
        self.open(others[0] if others else None)

    def open_linked(self) -> None:
        """A link from elsewhere names one by its id; it is opened once."""
        wanted = id_in(st.query_params.pop(self.of, ""))
        if wanted is not None:
            self.open(wanted)

    def choose(self, lines: Sequence[Line], table: pa.Table, column_config: Any = None) -> int | None:
        """The table, a row a line; the id of the open line. Another one opens when its row is selected."""
        ids = [line.id for line in lines]
        opened = self.opened
        # A selection counts rows. When the lines change, the table starts anew: a row's number never opens somebody else.
        key = f"{self.of} {st.session_state.get(self._key('openings'), 0)} {hash(tuple(ids))}"
        first = st.session_state.get(self._key("at first"))
        if first is None or first[0] != key:
            first = st.session_state[self._key("at first")] = (key, [ids.index(opened)] if opened in ids else [])
        selected = st.dataframe(
            table,
            key=key,
            hide_index=True,
            row_height=safe.ROW,
            height=2 + safe.ROW * (min(len(lines), 17) + 1),
            on_select="rerun",
            selection_mode="single-row",
            selection_default={"selection": {"rows": first[1], "columns": [], "cells": []}},
            column_config=column_config,
        )
        rows = selected["selection"]["rows"]
        if rows and rows[0] < len(ids):
            opened = ids[rows[0]]
        elif opened in ids:
            opened = None
        st.session_state[self._key("opened")] = opened
        return opened

    def step_through(self, lines: Sequence[Line]) -> None:
        """Through the lines without the mouse: the one before, the next."""
        ids, opened = [line.id for line in lines], self.opened
        place = ids.index(opened) if opened in ids else -1
        first, last = place < 1, place + 1 >= len(ids)
        with st.container(horizontal=True):
            back = st.button(
                _("Previous"), shortcut="K", type="tertiary", disabled=first, help=_("This is the first line.") if first else None
            )
            on = st.button(
                _("Next"), shortcut="J", type="tertiary", disabled=last, help=_("This is the last line.") if last else None
            )
        if back or on:
            self.open(ids[place + (1 if on else -1)])
            st.rerun()

    def view_of(self, opened: int | None, lines: Sequence[Line], read: Callable[[int], V]) -> V | None:
        """What is open, read again when another one is opened or its line has changed: each reading is a look-up."""
        if opened is None:
            return None
        held: V | None = st.session_state.get(self._key("shown"))
        line = next((line for line in lines if line.id == opened), None)
        if held is not None and held.line.id == opened and line in (None, held.line):
            return held
        self.show(None)
        with errors_shown():
            self.show(read(opened))
        held = st.session_state.get(self._key("shown"))
        return held

    def show(self, view: V | None) -> None:
        """This is what is open, as it was read; None: it is read anew."""
        st.session_state[self._key("shown")] = view

    def _key(self, what: str) -> str:
        return f"{self.of} {what}"
