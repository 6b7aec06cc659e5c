"""Rules of our own over the source (S46): each finds its bad example, leaves its good one alone, and finds nothing here."""

import ast
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from tests.checks.sinks import peoples_text
from tests.checks.sources import ROOT, Source, sources

CLOCK = {"hbcore/services/clock.py", "hbcore/storage/ids.py"}
"""The one clock; and ids, which rise with time and from which nobody reads a time."""

CLOCKS = {
    *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"),
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "pandas.Timestamp.now", "pandas.Timestamp.today"),
    *("sqlalchemy.func.now", "sqlalchemy.func.current_timestamp", "sqlmodel.func.now"),
}
PUBLIC = {"hbcore/ui/unit_names.py"}
"""What may be kept for every session at once: the names of units."""

SQL = {"text", "execute", "exec_driver_sql", "executemany", "executescript", "exec", "scalars", "scalar"}
SKIPS = {f"pytest.{how}" for how in ("skip", "xfail", "importorskip", "mark.skip", "mark.skipif", "mark.xfail")}


def at(source: Source, nodes: Iterator[ast.AST]) -> list[str]:
    """The places of nodes, as `file:line`."""
    return [f"{source.path}:{getattr(node, 'lineno', 0)}" for node in nodes]


def raw_html(source: Source) -> list[str]:
    """`unsafe_allow_html`, `unsafe_allow_javascript`, pages made of HTML strings; `st.html` of a constant is a file of ours."""
    keywords = (k.value for k in source.nodes if isinstance(k, ast.keyword) and str(k.arg).startswith("unsafe_allow_"))
    made = r"streamlit\.(html|components\.v1\.(html|iframe))"
    parts = (
        call
        for call in source.calls()
        if re.fullmatch(made, source.full_name(call.func)) and not (call.args and is_constant(call.args[0]))
    )
    return at(source, keywords) + at(source, parts)


def sinks_by_name(source: Source) -> list[str]:
    """Streamlit's functions imported by name, which the other rules would not see."""
    made = (n for n in source.nodes if isinstance(n, ast.ImportFrom) and n.module == "streamlit")
    return at(source, (n for n in made if any(name.name.islower() for name in n.names)))


def own_clock(source: Source) -> list[str]:
    """Asking what time it is anywhere but in the clock."""
    return [] if source.path in CLOCK else at(source, (n for n in uses(source) if source.full_name(n) in CLOCKS))


def uses(source: Source) -> Iterator[ast.expr]:
    """Every dotted name, called or handed on."""
    return (node for node in source.nodes if isinstance(node, ast.Attribute | ast.Name))


def is_pasted(node: ast.expr) -> bool:
    """Whether a text is put together from parts that are not literals or constants."""
    match node:
        case ast.JoinedStr():
            return any(isinstance(part, ast.FormattedValue) for part in node.values)
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str())):
            return True
        case ast.BinOp(op=ast.Add()):
            parts = (node.left, node.right)
            return any(map(is_text, parts)) and not all(isinstance(p, ast.Constant) or is_constant(p) for p in parts)
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Constant())):
            return True
    return False


def is_text(node: ast.expr) -> bool:
    """Whether a part of a sum is a text."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)) or is_pasted(node)


def is_constant(node: ast.expr) -> bool:
    """Whether a name is written as a constant, or a sum of such."""
    if isinstance(node, ast.BinOp):
        return not is_pasted(node)
    return isinstance(node, ast.Name) and node.id.isupper()


def pasted_sql(source: Source) -> list[str]:
    """SQL put together as text: `text(f"…")`, also by way of a name."""
    assigned = [n for n in source.nodes if isinstance(n, ast.Assign) and is_pasted(n.value)]
    names = {target.id for assign in assigned for target in assign.targets if isinstance(target, ast.Name)}
    calls = (c for c in source.calls() if c.args and source_name(c) in SQL and not is_screen(source, c))
    return at(source, (c for c in calls if is_pasted(c.args[0]) or (isinstance(c.args[0], ast.Name) and c.args[0].id in names)))


def source_name(call: ast.Call) -> str:
    """The last part of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def is_screen(source: Source, call: ast.Call) -> bool:
    """`st.text` draws; it is no SQL."""
    return source_name(call) == "text" and source.path.startswith(("pages/", "hbcore/ui/"))


def callbacks(source: Source) -> list[str]:
    """Callbacks run before the page's own checks."""
    wanted = ("on_click", "on_change", "on_submit", "on_select")
    given = (k for k in source.nodes if isinstance(k, ast.keyword) and k.arg in wanted)
    return at(source, (k.value for k in given if not (isinstance(k.value, ast.Constant) and isinstance(k.value.value, str))))


def shared_cache(source: Source) -> list[str]:
    """`st.cache_data` is shared by every session."""
    return [] if source.path in PUBLIC else at(source, (n for n in uses(source) if source.full_name(n) == "streamlit.cache_data"))


def left_out_tests(source: Source) -> list[str]:
    """Tests that are there and do not run."""
    return at(source, (n for n in uses(source) if source.full_name(n) in SKIPS))


class Rule(NamedTuple):
    """One rule: where it holds, an example it must find, one it must leave alone."""

    find: Callable[[Source], list[str]]
    where: tuple[str, ...]
    bad: tuple[str, ...]
    good: tuple[str, ...]


SCREEN = ("Home.py", "pages", "hbcore/ui", "hbcore/web")
PRODUCT = ("Home.py", "pages", "hbcore")
RULES = [
    Rule(
        raw_html,
        PRODUCT,
        ("st.markdown('x', unsafe_allow_html=True)", "from streamlit.components.v1 import html\nhtml(x)"),
        ("st.text(x)",),
    ),
    Rule(sinks_by_name, SCREEN, ("from streamlit import write",), ("from streamlit import App", "import streamlit as st")),
    Rule(
        peoples_text,
        SCREEN,
        (
            "st.write(name)",
            "left.button(person.name)",
            "st.error(str(error))",
            "st.metric(_('Name'), name)",
            "st.button(_('Approve'), help=reason)",
            "st.caption(_('For {name}').format(name=person.name))",
            "st.markdown(f'{name}')",
            "st.markdown(f'{name:>20}')",
            "st.table(rows)",
            "st.tabs([name, _('Other')])",
            "st.radio(_('Which'), names)",
            "st.radio(_('Which'), names, format_func=str)",
            "for name in names:\n    st.button(_(name))",
            "st.html(name)",
            "from hbcore.ui.start import start_page\nstart_page(person.name)",
            "title = person.name\nst.title(title)",
        ),
        (
            "st.text(name)",
            "st.html(STYLE)",
            "def start_page(title):\n    st.header(title)",
            "from hbcore import ui\nui.start_page(_('Applications'))",
            "st.dataframe(rows)",
            "st.button(_('Approve'), key=name)",
            "st.caption(_('{count} rows').format(count=len(rows)))",
            "st.metric(_('Rows'), f'{report.rows:,}')",
            "for word, text in WORDS.items():\n    st.metric(_(text), int(rows[word]))",
            "from hbcore.ui.words import sentence_here\nst.error(sentence_here(code))",
            "st.radio(_('Which'), colours, format_func=lambda colour: _(WORDS[colour]))",
            "st.text_input(_('Name'), value=name)",
            "log.error('%s', outline)",
            "from hbcore.ui import show\nshow.badge(name)",
        ),
    ),
    Rule(
        own_clock,
        PRODUCT,
        (
            "import datetime as dt\ndt.datetime.now()",
            "from datetime import date\ndate.today()",
            "from datetime import datetime\nfield(default_factory=datetime.utcnow)",
            "import time\ntime.time()",
            "import sqlalchemy as sa\nsa.func.now()",
        ),
        ("from hbcore.services import clock\nclock.now()", "import time\ntime.monotonic()"),
    ),
    Rule(
        pasted_sql,
        PRODUCT,
        (
            'session.execute(text(f"SELECT {column}"))',
            'sa.text("SELECT %s" % column)',
            'connection.exec_driver_sql("DELETE FROM " + table)',
            'query = "SELECT {}".format(column)\ncursor.execute(query)',
        ),
        ('sa.text("SELECT 1")', 'sa.text("SELECT " + COLUMNS + " FROM person")', "session.execute(sa.select(Person.id))"),
    ),
    Rule(callbacks, SCREEN, ("st.button(_('Go'), on_click=approve)",), ("st.dataframe(rows, on_select='rerun')",)),
    Rule(
        shared_cache,
        PRODUCT,
        ("import streamlit as st\n@st.cache_data\ndef people(): ...",),
        ("@st.cache_resource\ndef x(): ...",),
    ),
    Rule(
        left_out_tests,
        ("tests",),
        ("import pytest\n@pytest.mark.skip\ndef test_x(): ...", "import pytest\npytest.skip('later')"),
        ("import pytest\n@pytest.mark.browser\ndef test_x(): ...",),
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.find.__name__)
def test_the_project_keeps_the_rule(rule):
    assert [fault for top in rule.where if (ROOT / top).exists() for source in sources(top) for fault in rule.find(source)] == []


@pytest.mark.parametrize(("find", "bad"), [(rule.find, code) for rule in RULES for code in rule.bad])
def test_a_bad_example_is_found(find, bad):
    assert find(Source("hbcore/example.py", bad))


@pytest.mark.parametrize(("find", "good"), [(rule.find, code) for rule in RULES for code in rule.good])
def test_a_good_example_is_left_alone(find, good):
    assert find(Source("hbcore/example.py", good)) == []
