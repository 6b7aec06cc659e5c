"""Every figure and every subject that a service writes into an event has words on the screen."""

import ast
from collections.abc import Iterator

from hbcore.storage.join_rows import BY_ID
from hbcore.ui import words
from hbcore.ui.event_figures import FIGURES
from hbcore.ui.event_subjects import subject_words
from tests.checks.sources import Source, sources

WRITTEN = {"figures", "content"}
"""Names under which services put figures together."""

PLACED = {"name", "unit", "role", "institutions"}
"""What `before` and `after` of an account or an institution name."""

SPREAD = {
    "report.rows": ("read", "recorded", "proposed", "already_held", "held", "refused", "skipped", "corrected", "withdrawn"),
    "done.moved": tuple(BY_ID),
    "proposal.content": (),
    "content": (),
    "look_up.figures": ("purpose", "case"),
}
"""What is taken over whole into figures, and its names; contents of proposals are found where they are put together."""

SAMPLES = {"unit": "420106", "kind": "burst_of_facts", "subject": "fact_list 17", "_NAME": "hotline", "{name}": "hotline"}
SORTS = ("filings", "applications")
"""Files whose refusal is about the sort of file."""


def test_every_figure_has_a_word():
    found = {name for source in sources("hbcore/services") for tree in figures_in(source) for name in names_in(tree)}

    assert {"burst", "already_held", "codes"} <= found
    assert sorted((found | PLACED | {name for names in SPREAD.values() for name in names}) - FIGURES.keys()) == []


def test_every_subject_has_words(database):
    words.speak("zh")
    found = {text for source in sources("hbcore/services") for tree in subjects_in(source) for text in texts_in(tree)}

    assert {"fact_list", "proposal 17", "row 17 of upload 17", "alarms of unit 420106"} <= found
    assert sorted(text for text in found | set(SORTS) if subject_words(text, {}) == text) == []


def figures_in(source: Source) -> Iterator[ast.AST]:
    """Where figures are put together: given to a record, kept under one of the names, or returned by a function of that name."""
    for node in source.nodes:
        match node:
            case ast.keyword(arg="figures", value=value):
                yield value
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in WRITTEN:
                yield value
            case ast.AugAssign(target=ast.Name(id="figures"), value=value):
                yield value
            case ast.FunctionDef(name="figures" | "_figures", body=body, returns=ast.Subscript()):
                yield ast.Module(body, [])
            case ast.FunctionDef(name="_asked", body=body) if source.module == "hbcore.services.events":
                yield ast.Module(body, [])


def names_in(tree: ast.AST) -> Iterator[str]:
    """The keys that dictionaries in it are written with; what they take over whole must be known."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Dict):
            continue
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                yield from SPREAD.get(ast.unparse(value), (ast.unparse(value),) if not isinstance(value, ast.Call) else ())
            elif isinstance(key, ast.Constant):
                yield str(key.value)


def subjects_in(source: Source) -> Iterator[ast.AST]:
    """Where a subject is written."""
    for node in source.nodes:
        match node:
            case ast.keyword(arg="subject", value=value):
                yield value
            case ast.Dict(keys=keys, values=values):  # of an alarm, which may be taken
                yield from (value for key, value in zip(keys, values, strict=True) if getattr(key, "value", "") == "subject")
            case ast.Assign(targets=[ast.Name(id="subject" | "about")], value=value):
                yield value
            case ast.FunctionDef(name="subject_of" | "subject_of_request" | "_subject", body=[*_, ast.Return(value=value)]) if (
                value
            ):
                yield value
            case ast.Call(func=ast.Name(id="refusals_recorded"), args=[_, _, subject]):
                yield subject
            case ast.Call(func=ast.Attribute(value=ast.Name(id="second_look"), attr="propose"), args=[_, _, subject]):
                yield subject


def texts_in(tree: ast.AST) -> Iterator[str]:
    """The texts it may become, with samples for what changes."""
    match tree:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(part.value if isinstance(part, ast.Constant) else sample(part) for part in parts)
        case ast.IfExp(body=body, orelse=orelse):
            yield from texts_in(body)
            yield from texts_in(orelse)
        case ast.BoolOp(values=values) | ast.Tuple(elts=values):
            for value in values:
                yield from texts_in(value)


def sample(part: ast.AST) -> str:
    """What may stand in a subject's place."""
    named = ast.unparse(part)
    return next((text for name, text in SAMPLES.items() if name in named), "17")
