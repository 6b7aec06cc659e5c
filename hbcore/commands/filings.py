"""`filings import`: the public-security filing list from the shell."""

from pathlib import Path
from typing import Annotated

import typer

from hbcore.commands.frame import Answer, By, Json, incoming, run, staff
from hbcore.commands.results import report_json, report_text
from hbcore.services import filings
from hbcore.services.clock import now

app = typer.Typer()
group = typer.Typer(no_args_is_help=True, help="Public-security filings.")
app.add_typer(group, name="filings")


@group.callback()
def about() -> None:
    """Public-security filings."""


@group.command("import")
def import_filings(file: Annotated[Path, typer.Argument(metavar="FILE")], by: By, json_wanted: Json = False) -> None:
    """Take in a list of filings; open applications of its documents are checked again."""

    def call() -> Answer:
        report = filings.import_filings(incoming(file), by=staff(by), at=now())
        return Answer(report_json(report), report_text(report))

    run(call, json_wanted)
