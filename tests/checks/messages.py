"""The words the code uses against those the Chinese catalogue has; run as a program, it adds entries still to be translated."""

import ast
import re
from collections.abc import Iterable, Mapping
from string import Formatter

from babel.messages.pofile import read_po

from hbcore.sentences import POLICY_FAULTS, SENTENCES
from hbcore.words import LOCALES
from tests.checks.sources import Source, sources

CALLS = {"_", "N_", "translate", "both", "say"}
"""The functions whose first argument is a message id."""

CATALOGUE = LOCALES / "zh" / "LC_MESSAGES" / "hbcore.po"


def messages_in(source: Source) -> set[str]:
    """The message ids that one file writes."""
    return {
        call.args[0].value
        for call in source.calls()
        if called(call) in CALLS and call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }


def called(call: ast.Call) -> str:
    """The last part of the name that is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def used() -> set[str]:
    """Every message id of the product: those that calls write, and the sentences of codes."""
    return set([*SENTENCES.values(), *POLICY_FAULTS.values()]).union(*map(messages_in, sources()))


def translated() -> dict[str, str]:
    """Every entry of the Chinese catalogue; an entry marked fuzzy counts as not translated."""
    with CATALOGUE.open("rb") as file:
        return {str(entry.id): "" if entry.fuzzy else str(entry.string) for entry in read_po(file) if entry.id}


def twice(text: str) -> list[str]:
    """The ids that a catalogue has more than once, and the second Chinese of an id: reading it, the last would win in silence."""
    ids = re.findall(r'^msgid ((?:".*"\n?)+)', text, re.MULTILINE)
    return sorted(
        {one for one in ids if ids.count(one) > 1} | set(re.findall(r'^msgstr .*\n+(?:".*\n+)*msgstr (".*)', text, re.MULTILINE))
    )


def placeholders(text: str) -> set[str]:
    """The `{names}` in a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def faults(wanted: Iterable[str], entries: Mapping[str, str]) -> list[str]:
    """What does not fit between the code's words and the catalogue's, a line each."""
    wanted = set(wanted)
    found = [f"no Chinese for: {text}" for text in wanted if not entries.get(text)]
    found += [f"no longer used: {text}" for text in entries.keys() - wanted]
    found += [
        f"other placeholders in Chinese: {text}"
        for text in entries.keys() & wanted
        if entries[text] and placeholders(text) != placeholders(entries[text])
    ]
    return sorted(found)


def add_missing() -> list[str]:
    """Append an empty entry for each message id that has none; the ids that were added."""
    missing = sorted(used() - translated().keys())
    with CATALOGUE.open("a", encoding="utf-8") as file:
        file.writelines(f'\nmsgid {quoted(text)}\nmsgstr ""\n' for text in missing)
    return missing


def quoted(text: str) -> str:
    """A text as a catalogue writes it, on one line."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    return '"' + re.sub(r'[\\"\n\t]', lambda found: escapes[found[0]], text) + '"'


if __name__ == "__main__":
    for line in [*(f"added: {text}" for text in add_missing()), *faults(used(), translated())]:
        print(line)
