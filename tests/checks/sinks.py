"""Where Streamlit renders markdown, and what may go there: our own words and numbers, never text that people typed (S23)."""

import ast
import re

from tests.checks.sources import Source

PLACES = {
    **dict.fromkeys(
        ("button", "checkbox", "toggle", "radio", "expander", "popover", "status", "spinner", "dialog", "form_submit_button"), 1
    ),
    **dict.fromkeys(("selectbox", "multiselect", "text_input", "text_area", "number_input", "date_input", "time_input"), 1),
    **dict.fromkeys(("datetime_input", "file_uploader", "download_button", "link_button", "page_link", "slider", "pills"), 1),
    **dict.fromkeys(("segmented_control", "select_slider", "color_picker", "camera_input", "audio_input", "menu_button"), 1),
    **dict.fromkeys(("markdown", "caption", "title", "header", "subheader", "badge", "latex", "tabs", "table", "exception"), 1),
    **dict.fromkeys(("error", "warning", "info", "success", "toast", "divider"), 1),
    **{"metric": 3, "write": 99, "write_stream": 99, "html": 99, "iframe": 99, "feedback": 0, "progress": 0},
}
"""Each sink, and how many of its first arguments it renders."""

KEYWORDS = {"label", "body", "help", "text", "value", "delta", "caption", "captions"}
OPTIONS = {"radio", "pills", "segmented_control"}
"""These render their options too."""

VERBATIM = {"text", "code", "json", "dataframe", "Page", *(f"{kind}Column" for kind in ("Text", "Number", "Datetime", "Date"))}
SAFE_MAKERS = ("hbcore.ui.words.", "hbcore.ui.locale_words.", "hbcore.ui.safe.")
"""What these modules return is our own words, or text made safe."""

WRAPPERS = {"start_page": 1}
"""Functions of ours that hand their first arguments on to a sink: their callers are checked instead."""

PLAIN_CALLS = {"len", "int", "round", "sum", "min", "max"}
LOOPS_OVER_TABLES = {"zip", "enumerate", "len", "st", "sorted", "reversed", "list"}
STREAMS_AND_LOGS = {"log", "logging", "logger", "sys", "hbcore"}


class Page:
    """One file, asked whether what reaches Streamlit's sinks is ours."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.ours = {name for loop in self._loops() for name in self._names(loop.target)} | self._handed_on()

    def _handed_on(self) -> set[str]:
        """The parameters of the wrappers defined here."""
        functions = [node for node in ast.walk(self.source.tree) if isinstance(node, ast.FunctionDef) and node.name in WRAPPERS]
        return {parameter.arg for function in functions for parameter in function.args.args[: WRAPPERS[function.name]]}

    def _loops(self) -> list[ast.For | ast.comprehension]:
        """The loops over tables of our own: constants in capitals and nothing else."""
        loops = [node for node in ast.walk(self.source.tree) if isinstance(node, ast.For | ast.comprehension)]
        return [loop for loop in loops if all(n in LOOPS_OVER_TABLES or is_table(n) for n in self._names(loop.iter))]

    @staticmethod
    def _names(node: ast.expr) -> set[str]:
        return {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}

    def is_ours(self, node: ast.expr) -> bool:
        """Whether an expression can only hold our own words, signs and numbers."""
        match node:
            case ast.Constant():
                return True
            case ast.JoinedStr():
                return all(map(self.is_ours, node.values))
            case ast.FormattedValue():
                return only_for_numbers(node) or self.is_ours(node.value)
            case ast.IfExp():
                return self.is_ours(node.body) and self.is_ours(node.orelse)
            case ast.BinOp():
                return self.is_ours(node.left) and self.is_ours(node.right)
            case ast.List() | ast.Tuple():
                return all(map(self.is_ours, node.elts))
            case ast.Call():
                return self._is_our_call(node)
        return self._is_from_table(node)

    def _is_our_call(self, call: ast.Call) -> bool:
        name = self.source.full_name(call.func)
        values = [*call.args, *(keyword.value for keyword in call.keywords)]
        if name.rpartition(".")[2] in ("_", "N_"):
            return all(map(self.is_ours, values))
        if isinstance(call.func, ast.Attribute) and call.func.attr == "format":
            return all(map(self.is_ours, [call.func.value, *values]))
        return name in PLAIN_CALLS or name.startswith(SAFE_MAKERS)

    def _is_from_table(self, node: ast.expr) -> bool:
        while isinstance(node, ast.Subscript | ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and (is_table(node.id) or node.id in self.ours)

    def sinks(self, kinds: set[str]) -> list[tuple[ast.Call, str]]:
        """The calls of these Streamlit functions; our own functions, streams and the log are none."""
        found = []
        for call in self.source.calls():
            if isinstance(call.func, ast.Attribute) and call.func.attr in kinds:
                root = self.source.full_name(call.func).split(".")[0]
                if root not in STREAMS_AND_LOGS:
                    found.append((call, call.func.attr))
        return found

    def wrappers(self) -> list[ast.Call]:
        """The calls of our own functions that end in a sink."""
        return [call for call in self.source.calls() if self.source.full_name(call.func).rpartition(".")[2] in WRAPPERS]


def is_table(name: str) -> bool:
    """Whether a name is written as our constants are."""
    return name.isupper() and len(name) > 1


def only_for_numbers(value: ast.FormattedValue) -> bool:
    """Whether the format is one that a text would not take: `{count:,}`, `{at:%H:%M}`."""
    spec = value.format_spec
    if not isinstance(spec, ast.JoinedStr) or not all(isinstance(part, ast.Constant) for part in spec.values):
        return False
    return bool(
        re.search(r"[,%]|[bcdeEfFgGnoxX]$", "".join(str(part.value) for part in spec.values if isinstance(part, ast.Constant)))
    )


def rendered(call: ast.Call, kind: str) -> list[ast.expr]:
    """The arguments of a call that Streamlit renders as markdown."""
    parts = [*call.args[: PLACES[kind]], *(keyword.value for keyword in call.keywords if keyword.arg in rendered_keywords(kind))]
    translates = any(keyword.arg == "format_func" for keyword in call.keywords)
    if kind in OPTIONS and not translates:
        parts += [*call.args[1:2], *(keyword.value for keyword in call.keywords if keyword.arg == "options")]
    return parts


def rendered_keywords(kind: str) -> set[str]:
    """The keywords that are rendered: what an input holds (`value`) is verbatim, what a metric shows is not."""
    return KEYWORDS if kind == "metric" else KEYWORDS - {"value"}


def peoples_text(source: Source) -> list[str]:
    """Where something that may be people's text reaches a sink that renders markdown."""
    page = Page(source)
    faults = [call for call, kind in page.sinks(set(PLACES)) if not all(map(page.is_ours, rendered(call, kind)))]
    faults += [call for call in page.wrappers() if not all(map(page.is_ours, call.args[:1]))]
    for call in source.calls():
        choices = [keyword.value for keyword in call.keywords if keyword.arg == "format_func"]
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr in OPTIONS
            and not all(page_words(page, way) for way in choices)
        ):
            faults.append(call)
    return [f"{source.path}:{call.lineno}" for call in faults]


def page_words(page: Page, way: ast.expr) -> bool:
    """Whether a `format_func` can only answer with our own words."""
    if isinstance(way, ast.Lambda):
        return page.is_ours(way.body)
    return page.source.full_name(way).startswith(SAFE_MAKERS)


def untranslated(source: Source) -> list[str]:
    """Where a literal with letters reaches the screen without `_()`."""
    faults = []
    for call, kind in Page(source).sinks(PLACES.keys() | VERBATIM):
        parts = call.args[: max(1, PLACES.get(kind, 1))] if kind != "Page" else []
        parts = [*parts, *(k.value for k in call.keywords if k.arg in {*KEYWORDS, "placeholder", "title"})]
        if any(map(has_words, parts)):
            faults.append(f"{source.path}:{call.lineno}")
    return faults


def has_words(node: ast.expr) -> bool:
    """Whether an expression is a text with letters, written out where it is used."""
    if isinstance(node, ast.JoinedStr):
        return any(map(has_words, node.values))
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and any(map(str.isalpha, node.value))
