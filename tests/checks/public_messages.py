"""The words of the public pages against their eight catalogues; run as a program, it adds entries still to be translated."""

import ast
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from hbcore.public_words import PUBLIC_LANGUAGES, folder_of
from hbcore.words import LOCALES
from tests.checks.messages import called, faults, quoted
from tests.checks.sources import ROOT, sources

TEMPLATES = ROOT / "hbcore" / "web" / "apply" / "templates"
CALLS = {"P_"}
TRANSLATED = tuple(language for language in PUBLIC_LANGUAGES if language != "en")
"""English stands in the code and in the templates."""


def catalogue(language: str) -> Path:
    """Where the words of a language are."""
    return LOCALES / folder_of(language) / "LC_MESSAGES" / "apply.po"


def in_template(text: str) -> set[str]:
    """The message ids of one template: what `_` is called with."""
    calls = Environment(autoescape=True).parse(text).find_all(nodes.Call)
    named = (call for call in calls if isinstance(call.node, nodes.Name) and call.node.name == "_")
    return {call.args[0].value for call in named if isinstance(call.args[0], nodes.Const)}


@cache
def in_code() -> set[str]:
    """The message ids that the product's code marks with `P_`."""
    return {
        call.args[0].value
        for source in sources()
        for call in source.calls()
        if called(call) in CALLS and isinstance(call.args[0], ast.Constant)
    }


def used() -> set[str]:
    """Every message id of the public pages."""
    return in_code().union(*(in_template(file.read_text("utf-8")) for file in TEMPLATES.glob("*.html")))


def translated(language: str) -> dict[str, str]:
    """Every entry of a catalogue; an entry marked fuzzy counts as not translated."""
    if not catalogue(language).exists():
        return {}
    with catalogue(language).open("rb") as file:
        return {str(entry.id): "" if entry.fuzzy else str(entry.string) for entry in read_po(file) if entry.id}


def faults_of(language: str) -> list[str]:
    """What does not fit between the pages' words and a language's."""
    return [f"{language}: {one.replace('Chinese', 'words', 1)}" for one in faults(used(), translated(language))]


def add_missing(language: str) -> list[str]:
    """Append an empty entry for each message id that has none; the ids that were added."""
    missing = sorted(used() - translated(language).keys())
    catalogue(language).parent.mkdir(parents=True, exist_ok=True)
    with catalogue(language).open("a", encoding="utf-8") as file:
        file.writelines(f'\nmsgid {quoted(text)}\nmsgstr ""\n' for text in missing)
    return missing


if __name__ == "__main__":
    for one in TRANSLATED:
        added = [f"{one}: added: {text}" for text in add_missing(one)]
        print("\n".join([*added, *faults_of(one)]))
