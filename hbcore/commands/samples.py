"""`samples import`: sampling registrations from the shell."""

from pathlib import Path
from typing import Annotated

import typer

from hbcore.commands.frame import Answer, By, Json, incoming, run, staff
from hbcore.commands.results import report_json, report_text
from hbcore.services import sampling_imports
from hbcore.services.clock import now

app = typer.Typer()
group = typer.Typer(no_args_is_help=True, help="Sampling registrations.")
app.add_typer(group, name="samples")


@group.callback()
def about() -> None:
    """Sampling registrations."""


@group.command("import")
def import_samples(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    by: By,
    institution: Annotated[
        str, typer.Option(metavar="CODE", help="Whose tubes they are, where a liaison works for several institutions.")
    ] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Say what would happen and change nothing.")] = False,
    json_wanted: Json = False,
) -> None:
    """Take in who was sampled into which tube, when and where; they count as sampled at once."""

    def call() -> Answer:
        taken = incoming(file, institution)
        do = sampling_imports.preview if preview else sampling_imports.commit
        report = do(taken, by=staff(by), at=now())
        return Answer(report_json(report, "samples"), report_text(report, "samples"))

    run(call, json_wanted)
