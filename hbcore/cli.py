"""The services of the desk from a shell: `python -m hbcore ...`."""

import os
import sys
from io import TextIOWrapper

import typer

from hbcore.commands import (
    accounts,
    applications,
    audit,
    backups,
    bench,
    codes,
    counts,
    demo,
    facts,
    filings,
    notices,
    people,
    policies,
    results,
    samples,
    temperatures,
)

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for topic in (
    accounts,
    applications,
    audit,
    backups,
    bench,
    codes,
    counts,
    demo,
    facts,
    filings,
    notices,
    people,
    policies,
    results,
    samples,
    temperatures,
):
    app.add_typer(topic.app)


@app.callback()
def about() -> None:
    """The Hubei health code desk."""


def main() -> None:
    """Run one command. What it writes to disk is its owner's alone, whatever the machine's default says."""
    os.umask(0o077)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="strict" if stream is sys.stdin else "backslashreplace")
    app()
