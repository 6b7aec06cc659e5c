"""`audit`: read the chains of events from end to end, and keep what they were like elsewhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from hbcore.commands.frame import Answer, By, Json, run, say, say_n, staff
from hbcore.domain.errors import Refused
from hbcore.services import audit, checkpoints, event_chains
from hbcore.services.clock import now

app = typer.Typer()
group = typer.Typer(help="The chain of events.")
app.add_typer(group, name="audit")


@group.callback()
def about() -> None:
    """The chain of events."""


@group.command("verify")
def verify(
    checkpoint: Annotated[Path | None, typer.Option(metavar="FILE", help="A checkpoint that was kept elsewhere.")] = None,
    json_wanted: Json = False,
) -> None:
    """Read both chains of events; exit 1 where a link is broken, or where they are not those of the checkpoint."""

    def call() -> Answer:
        kept = checkpoints.read(_text(checkpoint)) if checkpoint else None
        states = audit.verify()
        broken = [why for why in map(event_chains.why_broken, states) if why]
        for why in [*broken, *(checkpoints.compare(kept) if kept else [])]:
            raise why
        counts = {state.name: state.events for state in states}
        return Answer(counts, say("The chains are whole: {events}, {look_ups}.", **_in_words(counts)))

    run(call, json_wanted)


@group.command("checkpoint")
def checkpoint(
    by: By,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where to write it; take it to another place from there.")],
    json_wanted: Json = False,
) -> None:
    """Write the signed heads of both chains to a file, to be kept where nobody who runs the desk can change it."""

    def call() -> Answer:
        if to.exists():
            raise Refused("file_exists")
        made = checkpoints.make(by=staff(by), at=now())
        try:
            with to.open("x", encoding="utf-8") as file:
                file.write(made)
        except OSError as error:
            raise Refused("file_not_written") from error
        heads = checkpoints.read(made).heads
        counts = {name: head.seq for name, head in heads.items()}
        return Answer(counts, say("Checkpoint written: {events}, {look_ups}. Keep it elsewhere.", **_in_words(counts)))

    run(call, json_wanted)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise Refused("no_such_file") from error
    except UnicodeDecodeError as error:
        raise Refused("checkpoint_unreadable") from error


def _in_words(counts: Mapping[str, int]) -> dict[str, str]:
    return {
        "events": say_n("{n} event", "{n} events", counts["events"]),
        "look_ups": say_n("{n} look-up", "{n} look-ups", counts["look_ups"]),
    }
