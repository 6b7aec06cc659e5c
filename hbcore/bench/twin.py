"""A page's twin: a Streamlit script that draws the same elements and rows as constants, made from what the page drew.

Each element is written as the call a page of constants would make (`st.text("…")`, `st.dataframe([{…}, …])`); what there is no
such call for here is put out as the very message the page sent, which costs less than any call. Whether the twin drew as many
elements of each kind is for `kinds` to say.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow as pa
from streamlit.proto.Block_pb2 import Block
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

Path = tuple[int, ...]

ROOTS = ("st", "st.sidebar", "st", "st._bottom")
"""The page's parts by the first number of a path; what is drawn into the third finds its way there by itself."""

HEAD = """import streamlit as st
from streamlit.proto.Element_pb2 import Element

st.set_page_config(layout="wide")


def sent(place, kind, content):
    element = Element.FromString(content)
    place._enqueue(kind, getattr(element, kind))


"""


def deltas(messages: Iterable[ForwardMsg]) -> dict[Path, Delta]:
    """What was drawn, by its place."""
    drawn = [one for one in messages if one.WhichOneof("type") == "delta"]
    return {tuple(one.metadata.delta_path): one.delta for one in drawn}


def kinds(messages: Iterable[ForwardMsg]) -> Counter[str]:
    """How many elements and blocks of each kind were drawn."""
    return Counter(_kind(one.delta) for one in messages if one.WhichOneof("type") == "delta")


def script(drawn: dict[Path, Delta]) -> str:
    """The twin's source."""
    return HEAD + "".join(f"{line}\n" for path in sorted(drawn) for line in _lines(path, drawn))


def _kind(delta: Delta) -> str:
    if delta.WhichOneof("type") == "add_block":
        return str(delta.add_block.WhichOneof("type") or "block")
    return str(delta.new_element.WhichOneof("type"))


def _lines(path: Path, drawn: dict[Path, Delta]) -> Iterator[str]:
    delta, place = drawn[path], _place(path[:-1])
    if delta.WhichOneof("type") == "add_block":
        yield from _block(path, delta.add_block, place, drawn)
        return
    kind = _kind(delta)
    if kind in CALLS:
        yield f"{place}.{CALLS[kind](getattr(delta.new_element, kind), _name(path))}"
    else:
        yield f"sent({'st._main' if place == 'st' else place}, {kind!r}, {delta.new_element.SerializeToString()!r})"


def _place(path: Path) -> str:
    """What the children of a block are called on; 0 the page, 1 the sidebar, 2 and 3 what belongs nowhere."""
    return ROOTS[path[0]] if len(path) == 1 else _name(path)


def _name(path: Path) -> str:
    return "b" + "_".join(map(str, path))


def _block(path: Path, block: Block, place: str, drawn: dict[Path, Delta]) -> Iterator[str]:
    kind, name = block.WhichOneof("type"), _name(path)
    children = [other for other in sorted(drawn) if other[:-1] == path]
    if kind in ("column", "tab"):
        return  # made with the block around them
    if columns := [drawn[child].add_block.column for child in children if _kind(drawn[child]) == "column"]:
        names = ", ".join(map(_name, children))
        yield f"[{names}] = {place}.columns({[column.weight for column in columns]!r})"
    elif kind == "tab_container":
        labels = [drawn[child].add_block.tab.label for child in children]
        yield f"[{', '.join(map(_name, children))}] = {place}.tabs({labels!r})"
    else:
        yield f"{name} = {place}.{_container(block, name)}"


def _container(block: Block, name: str) -> str:
    kind = block.WhichOneof("type")
    if kind == "form":
        return f"form({name!r}, border={block.form.border!r})"
    if kind == "expandable":
        return f"expander({block.expandable.label!r}, expanded={block.expandable.expanded!r})"
    if kind == "popover":
        return f"popover({block.popover.label!r})"
    flex = block.flex_container
    along = ", horizontal=True" if flex.direction == Block.FlexContainer.HORIZONTAL else ""
    return f"container(key={name!r}, border={flex.border!r}{along})"


def _rows(table: Any) -> list[dict[str, Any]]:
    """The rows of a table as somebody would write them; what has no literal as its text."""
    read: list[dict[str, Any]] = pa.ipc.open_stream(table.data).read_all().to_pylist()
    plain = (str, int, float, bool, type(None))
    return [{key: cell if isinstance(cell, plain) else str(cell) for key, cell in row.items()} for row in read]


def _dataframe(element: Any, key: str) -> str:
    select = f', on_select="rerun", selection_mode="single-row", key={key!r}' if element.selection_mode else ""
    return f"dataframe({_rows(element.arrow_data)!r}, hide_index=True{select})"


def _button(element: Any, key: str) -> str:
    call = "form_submit_button" if element.is_form_submitter else "button"
    return f"{call}({element.label!r}, type={element.type!r}, disabled={element.disabled!r}, key={key!r})"


def _heading(element: Any, _key: str) -> str:
    call = {"h1": "title", "h2": "header"}.get(element.tag, "subheader")
    return f"{call}({element.body!r}, anchor=False)"


def _markdown(element: Any, _key: str) -> str:
    return f"{'caption' if element.element_type == element.CAPTION else 'markdown'}({element.body!r})"


def _chosen(call: str) -> Callable[[Any, str], str]:
    def write(element: Any, key: str) -> str:
        index = element.default if element.HasField("default") else None
        return f"{call}({element.label!r}, {list(element.options)!r}, index={index!r}, key={key!r})"

    return write


def _labelled(call: str) -> Callable[[Any, str], str]:
    return lambda element, key: f"{call}({element.label!r}, key={key!r})"


def _options(element: Any, key: str) -> str:
    contents = [option.content or option.content_icon for option in element.options]
    return f"segmented_control({element.label!r}, {contents!r}, key={key!r})"


CALLS: dict[str, Callable[[Any, str], str]] = {
    "text": lambda element, _: f"text({element.body!r})",
    "html": lambda element, _: f"html({element.body!r})",
    "heading": _heading,
    "markdown": _markdown,
    "metric": lambda element, _: f"metric({element.label!r}, {element.body!r})",
    "dataframe": _dataframe,
    "button": _button,
    "button_group": _options,
    "selectbox": _chosen("selectbox"),
    "radio": _chosen("radio"),
    "text_input": _labelled("text_input"),
    "text_area": _labelled("text_area"),
    "date_input": lambda element, key: f"date_input({element.label!r}, None, key={key!r})",
    "checkbox": _labelled("checkbox"),
    "file_uploader": _labelled("file_uploader"),
    "alert": lambda element, _: f"info({element.body!r})",
}
"""The call a page of constants would make for an element, by kind."""
