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

PLURAL = {"_n", "N_n", "translate_n", "say_n"}
"""Those whose first two are: of one, and of many."""

LIKE = "\n· "
"""Between the two ids of an entry with plural forms, where it is one text."""

CATALOGUE = LOCALES / "zh" / "LC_MESSAGES" / "hbcore.po"


def messages_in(source: Source) -> set[str]:
    """The message ids that one file writes."""
    return {LIKE.join(ids) for call in source.calls() if (ids := ids_of(call))}


def ids_of(call: ast.Call) -> list[str]:
    """The message ids that a call names: one, or those of one and of many; none where they are no literals."""
    wanted = 1 if called(call) in CALLS else 2 if called(call) in PLURAL else 0
    ids = [one.value for one in call.args[:wanted] if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return ids if len(ids) == wanted else []


def called(call: ast.Call) -> str:
    """The last part of the name that is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def used() -> set[str]:
    """Every message id of the product: those that calls write, and the sentences of codes."""
    return set([*SENTENCES.values(), *POLICY_FAULTS.values()]).union(*map(messages_in, sources()))


def translated() -> dict[str, str]:
    """Every entry of the Chinese catalogue; an entry marked fuzzy counts as not translated."""
    with CATALOGUE.open("rb") as file:
        entries = [entry for entry in read_po(file, locale="zh") if entry.id]
    return {_as_one(entry.id): "" if entry.fuzzy else _as_one(entry.string) for entry in entries}


def _as_one(text: str | tuple[str, ...]) -> str:
    return text if isinstance(text, str) else LIKE.join(text)


def twice(text: str) -> list[str]:
    """The ids that a catalogue has more than once, and the second Chinese of an id: reading it, the last would win in silence."""
    ids = re.findall(r'^msgid ((?:".*"\n?)+)', text, re.MULTILINE)
    return sorted(
        {one for one in ids if ids.count(one) > 1} | set(re.findall(r'^msgstr .*\n+(?:".*\n+)*msgstr (".*)', text, re.MULTILINE))
    )


MANY = re.compile(
    r"(?<!of )(?<!up to )\{(?!(?:most|days|minutes|seconds|times)\})\w+\} (?:(?!of )[a-z-]+ ){0,2}"
    r"(?:people|(?:account|application|batche?|case|certificate|change|check|code|column|day|document|draft|event|fact|file|hour|key|"
    r"letter|line|link|look-up|notice|number|part|person|photo|place|positive|preview|proposal|recall|record|registration|result|row|"
    r"rule|sample|specimen|temperature|test|time|tube|unit|upload|view)s)\b"
    r"|\{\w+\} of (?:its|the|these|those) [a-z]+ are\b"
)
"""A count before what there are many of. Progress (`{done} of {people} people`) and limits (`up to`, `{most}`, `{days}`) never
tell of one."""

BURSTS = "That would be {people} people in a short time"
"""Nor do these."""


def says_one_in_the_plural(text: str) -> bool:
    """Whether a message without plural forms would say `1 rows` in English."""
    return LIKE not in text and not text.startswith(BURSTS) and MANY.search(text.replace("MB and {rows} rows", "")) is not None


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
        file.writelines(map(_empty, missing))
    return missing


def _empty(text: str) -> str:
    one, *many = map(quoted, text.split(LIKE))
    return f'\nmsgid {one}\nmsgid_plural {many[0]}\nmsgstr[0] ""\n' if many else f'\nmsgid {one}\nmsgstr ""\n'


def quoted(text: str) -> str:
    """A text as a catalogue writes it, on one line."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    return '"' + re.sub(r'[\\"\n\t]', lambda found: escapes[found[0]], text) + '"'


if __name__ == "__main__":
    for line in [*(f"added: {text}" for text in add_missing()), *faults(used(), translated())]:
        print(line)
