"""`backup` and `restore`: all data of an embedded database but the keys, as one file."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from hbcore.commands.frame import Answer, By, Json, run, say, staff
from hbcore.domain.vocabulary import SHANGHAI
from hbcore.services import backups
from hbcore.services.clock import now

app = typer.Typer()


@app.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file; take it to another place from there.")],
    by: By,
    json_wanted: Json = False,
) -> None:
    """Copy all data into one file while the desk works. The keys are not in it: keep a copy of their folder elsewhere."""

    def call() -> Answer:
        made = backups.make(file, by=staff(by), at=now(), told=Tenths(quiet=json_wanted))
        text = say(
            "Backup written: {size} MB. The keys are not in it; keep a copy of their folder elsewhere.", size=_mb(made.size)
        )
        return Answer({"file": str(made.file), "sha256": made.sha256, "bytes": made.size}, text)

    run(call, json_wanted)


@app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `backup` wrote.")],
    json_wanted: Json = False,
) -> None:
    """Put back what a backup holds, with the desk stopped and its keys in place; what it replaces is kept beside it."""

    def call() -> Answer:
        done = backups.restore(file, at=now())
        aside = str(done.aside) if done.aside else None
        lines = [
            say(
                "The desk is as it was when the backup was made: {time}.",
                time=f"{done.made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            )
        ]
        lines += [say("What was here before lies in {folder}.", folder=aside)] if aside else []
        return Answer({"made_at": done.made_at.isoformat(), "replaced": aside}, "\n".join(lines))

    run(call, json_wanted)


def _mb(size: int) -> str:
    return f"{size / 1_000_000:.1f}"


class Tenths:
    """Says on standard error how far something is, at each tenth."""

    def __init__(self, *, quiet: bool) -> None:
        self._said = 10 if quiet else 0

    def __call__(self, share: float) -> None:
        """`share`: how much is done, 0 to 1."""
        if (tenths := int(share * 10)) > self._said:
            self._said = tenths
            print(say("{done} % copied", done=tenths * 10), file=sys.stderr)
