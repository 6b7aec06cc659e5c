"""Imports point one way: pages, ui, web, commands -> services -> storage -> domain; each folder has its own few libraries."""

import ast
import sys
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.checks.sources import Source, sources

WORDS = "hbcore.words hbcore.sentences"
PUBLIC = "hbcore.public_words hbcore.public_sentences"
MAY_IMPORT = {
    # folder or file: what of ours, which libraries. The longest name that fits counts.
    # A signed code is read and checked as a value: CBOR, and signatures by public keys; its symbol is a value of its text.
    "hbcore.domain": ("hbcore.domain", "cbor2 cryptography jsonschema numpy opencc pyarrow rapidfuzz stdnum zxingcpp"),
    "hbcore.words": ("", "babel"),
    "hbcore.sentences": ("hbcore.words", ""),
    "hbcore.public_words": ("hbcore.domain.vocabulary hbcore.words", "babel"),
    "hbcore.public_sentences": ("hbcore.public_words", ""),
    "hbcore.trouble": ("", ""),
    "hbcore.storage": (
        "hbcore.domain hbcore.storage",
        "PIL alembic cbor2 cryptography fontTools manimgx_fonts_cjk numpy openpyxl pyarrow python_calamine "
        "sqlalchemy sqlmodel typst zxingcpp",
    ),
    "hbcore.services": (
        f"hbcore.domain hbcore.storage hbcore.services hbcore.trouble {WORDS} {PUBLIC}",
        "argon2 babel numpy phonenumbers pyarrow pyotp sqlalchemy sqlmodel",
    ),
    # A demonstration draws the papers that its people bring.
    "hbcore.services.demo": (
        f"hbcore.domain hbcore.storage hbcore.services hbcore.trouble {WORDS}",
        "PIL numpy sqlalchemy sqlmodel",
    ),
    "hbcore.ui": (
        f"hbcore.domain hbcore.services hbcore.ui hbcore.trouble {WORDS}",
        "babel pandas pyarrow streamlit streamlit_authenticator",
    ),
    # Sqlalchemy and the like only to have them loaded before `gc.freeze()` at the start.
    "hbcore.web": (
        f"hbcore.domain hbcore.services hbcore.web hbcore.trouble {WORDS}",
        "pandas pyarrow sqlalchemy sqlmodel starlette streamlit",
    ),
    # The pages for everybody; the code and its picture are drawn as the desk draws them.
    "hbcore.web.apply": (
        f"hbcore.domain hbcore.services hbcore.web.apply hbcore.trouble hbcore.ui.code_picture hbcore.ui.qr_picture {PUBLIC}",
        "jinja2 markupsafe starlette",
    ),
    "hbcore.commands": (f"hbcore.domain hbcore.services hbcore.commands hbcore.trouble {WORDS}", "streamlit typer uvicorn"),
    # A benchmark sets layers against their raw yardsticks: it may reach into each.
    "hbcore.bench": (
        "hbcore",
        "cryptography numpy psycopg pyarrow qrcode sqlalchemy sqlmodel starlette streamlit typst websockets",
    ),
    # What others use, measured beside us.
    "hbcore.bench.django_peer": ("hbcore.bench", "django import_export tablib"),
    "hbcore.commands.bench": ("hbcore.bench hbcore.commands", "typer"),
    "hbcore.cli": ("hbcore.commands", "typer"),
    "hbcore.__main__": ("hbcore.cli", ""),
    "pages": ("hbcore.services hbcore.ui hbcore.words hbcore.domain.vocabulary", "pandas streamlit"),
    "Home": ("hbcore.web", "starlette streamlit"),
    # The package itself holds nothing; whoever imports it gets nothing.
    "hbcore": ("", ""),
}


def imports(source: Source) -> set[str]:
    """Every module or name that a file imports, also inside functions, as full dotted names."""
    found = set()
    for node in source.nodes:
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{'.' * node.level}{node.module or ''}.{name.name}" for name in node.names}
    return found


def within(name: str, folders: Iterable[str]) -> bool:
    """Whether a dotted name is one of these, or lies below one."""
    return any(name == folder or name.startswith(f"{folder}.") for folder in folders)


def out_of_bounds(source: Source) -> list[str]:
    """What a file imports and its folder may not."""
    folder = max((name for name in MAY_IMPORT if within(source.module, [name])), key=len, default=None)
    ours, libraries = MAY_IMPORT[folder] if folder else ("", "")
    allowed = [*ours.split(), *libraries.split(), *sys.stdlib_module_names]
    return [f"{source.module} imports {name}" for name in sorted(imports(source)) if not within(name, allowed)]


def circle(files: Iterable[Source]) -> list[str]:
    """The first circle of modules importing one another, also by way of imports for types alone; empty when there is none."""
    by_name = {file.module: file for file in files}
    needs = {
        name: {near for wanted in imports(file) if (near := nearest(wanted, by_name))} - {name} for name, file in by_name.items()
    }
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def nearest(name: str, modules: Iterable[str]) -> str | None:
    """The module a dotted name lies in: itself, or the one that defines it."""
    return next((candidate for candidate in (name, name.rpartition(".")[0]) if candidate in modules), None)


def test_imports_point_one_way():
    assert [fault for source in sources() for fault in out_of_bounds(source)] == []


def test_no_modules_import_each_other_in_a_circle():
    assert circle(sources()) == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("hbcore/domain/policy.py", "import sqlalchemy"),
        ("hbcore/domain/policy.py", "from hbcore.storage import tables"),
        ("hbcore/domain/policy.py", "def late():\n    import pandas"),
        ("hbcore/storage/tables.py", "from hbcore.services.codes import decide_again"),
        ("hbcore/services/codes.py", "import streamlit as st"),
        ("hbcore/ui/show.py", "from hbcore.storage.tables import Person"),
        ("pages/Person.py", "from hbcore.storage import queries"),
        ("pages/Person.py", "from hbcore.domain.policy import decide"),
        ("pages/Person.py", "import sqlmodel"),
        ("hbcore/somewhere/new.py", "from hbcore.domain import names"),
        ("hbcore/domain/policy.py", "from . import names"),
    ],
)
def test_an_import_against_the_direction_is_found(path, line):
    assert out_of_bounds(Source(path, line))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("hbcore/domain/policy.py", "from hbcore.domain.vocabulary import Colour\nimport json, stdnum.cn.ric"),
        ("hbcore/services/codes.py", "from hbcore.storage import tables\nfrom hbcore.domain import policy"),
        ("pages/Person.py", "import streamlit as st\nfrom hbcore.services import people\nfrom hbcore.ui.words import _"),
    ],
)
def test_an_import_in_the_direction_is_left_alone(path, line):
    assert out_of_bounds(Source(path, line)) == []


def test_a_circle_is_found():
    there, back = Source("hbcore/a.py", "from hbcore.b import x"), Source("hbcore/b.py", "def late():\n    from hbcore import a")

    assert set(circle([there, back])) == {"hbcore.a", "hbcore.b"}
    assert circle([there, Source("hbcore/b.py", "import json")]) == []
