"""What is typed into a draft is kept though its field is never left: the session may end while nobody types."""

import ast

import pytest

from tests.checks.sources import Source, sources

DRAFTED = [source for source in sources() if "with drafted(" in source.text]


def named(call: ast.Call) -> set[str]:
    return {str(one.arg) for one in call.keywords}


def lost_unless_left(source: Source) -> list[int]:
    """The lines of text fields that outlive their drawing, and are kept only when they are left."""
    fields = [call for call in source.calls() if isinstance(call.func, ast.Attribute) and call.func.attr == "text_input"]
    return [call.lineno for call in fields if "persist_state" in named(call) and "live" not in named(call)]


@pytest.mark.parametrize("source", DRAFTED, ids=lambda source: source.module)
def test_a_text_field_of_a_draft_is_kept_after_a_pause(source: Source) -> None:
    assert lost_unless_left(source) == []


def test_a_field_that_is_kept_only_when_it_is_left_is_found() -> None:
    assert lost_unless_left(Source("hbcore/ui/new.py", 'st.text_input("Name", key="name", persist_state="session")')) == [1]
