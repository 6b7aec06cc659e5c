"""What every command shares: who acts, what is read from standard input, how answers and refusals are printed.

@app.command("show")
def show(receipt: str, by: By, json_wanted: Json = False) -> None:
    \"\"\"One application.\"\"\"

    def call() -> Answer:
        at = now()
        shown = applications.show(receipt, by=staff(by), at=at)
        return Answer({"receipt": shown.receipt}, say("Application {receipt}.", receipt=shown.receipt))

    run(call, json_wanted)
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Encoding
from hbcore.sentences import sentence
from hbcore.services import accounts, set_up
from hbcore.services.acting import Staff
from hbcore.services.slicing import Said, said_to_nobody
from hbcore.services.uploads import IncomingFile
from hbcore.trouble import log_trouble
from hbcore.words import translate, translate_n

By = Annotated[str, typer.Option("--by", metavar="NAME", help="The staff account that acts.")]
MaybeBy = Annotated[str, typer.Option("--by", metavar="NAME", help="The staff account that acts; not for the first.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]
LONGEST_LINE = 10_000


@dataclass(frozen=True)
class Answer:
    """What a command answers: an object for programs (contract) and text for people."""

    json: Mapping[str, object]
    text: str


def language() -> str:
    """The language of people's text: Chinese where the terminal's locale says so, else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.startswith("zh") else "en"


def say(text: str, **values: object) -> str:
    """`text` (a message id) in the terminal's language."""
    return translate(text, language(), **values)


def say_n(one: str, many: str, n: int, **values: object) -> str:
    """`one` or `many` (message ids) of `n`, in the terminal's language."""
    return translate_n(one, many, n, language(), n=n, **values)


def heard(words: Callable[[int, int], str]) -> Said:
    """Says on a terminal, in one line, how far something large has come; nothing where nobody looks."""

    def said(done: int, lines: int) -> None:
        print(f"\r{words(done, lines)}", end="\n" if done == lines else "", file=sys.stderr, flush=True)

    return said if sys.stderr.isatty() else said_to_nobody


def staff(by: str) -> Staff:
    """The active account named with `--by`.

    :raises Refused: `unknown_staff`.
    """
    return accounts.staff_named(by)


def line(prompt: str) -> str:
    """One line of standard input, without an echo where somebody types it: for passwords, codes and identifiers.

    :raises Refused: `unreadable_input` when it is missing, not UTF-8 or longer than 10,000 characters.
    """
    if sys.stdin is None:
        raise Refused("unreadable_input")
    if sys.stdin.isatty():
        return getpass(f"{prompt}: ")
    try:
        read = sys.stdin.readline(LONGEST_LINE)
    except UnicodeDecodeError as error:
        raise Refused("unreadable_input") from error
    if not read or (len(read) == LONGEST_LINE and not read.endswith("\n")):
        raise Refused("unreadable_input")
    return read.rstrip("\r\n")


def run(call: Callable[[], Answer], json_wanted: bool) -> None:
    """Do `call` and print its answer; a refusal or a breakage is printed the same way and ends with exit code 1."""
    try:
        answer = call()
    except Refused as refused:
        _refuse(refused, json_wanted)
    except (typer.Exit, typer.BadParameter):
        raise
    except Exception as error:  # the shell never shows a traceback
        _refuse(_broken(error), json_wanted)
    else:
        _print(answer.json, answer.text, json_wanted)


def _broken(error: Exception) -> Refused:
    try:
        ready = set_up.ready()
    except Exception:  # neither folder nor database can be opened: no reason to look for another one
        log_trouble(error)
        return Refused("home_unusable")
    if not ready:
        return Refused("not_set_up")
    log_trouble(error)
    return Refused("failed" if set_up.has_keys() else "keys_missing")


def _refuse(refused: Refused, json_wanted: bool) -> None:
    texts = sentence(refused.code, refused.values)
    also = [{"code": one.code, "text": sentence(one.code, one.values)} for one in refused.also]
    said = "\n".join(one[language()] for one in (texts, *(sentence(one.code, one.values) for one in refused.also)))
    _print({"error": {"code": refused.code, "text": texts} | ({"also": also} if also else {})}, said, json_wanted)
    raise typer.Exit(1)


def _print(answer: Mapping[str, object], text: str, json_wanted: bool) -> None:
    if json_wanted:
        print(json.dumps(answer, ensure_ascii=False))
    elif text:
        print(text, file=sys.stderr)


def incoming(path: Path, institution: str = "", encoding: Encoding | None = None) -> IncomingFile:
    """A file named on the command line; larger ones are taken here than from a page.

    :raises Refused: `no_such_file` when it is not there or may not be read.
    """
    try:
        return IncomingFile(path.read_bytes(), path.name, institution, by_shell=True, encoding=encoding)
    except OSError as error:
        raise Refused("no_such_file") from error
