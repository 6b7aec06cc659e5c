"""`audit verify`: read the chains of events from end to end."""

import typer

from hbcore.commands.frame import Answer, Json, run, say
from hbcore.domain.errors import Refused
from hbcore.services import audit

app = typer.Typer()
group = typer.Typer(help="The chain of events.")
app.add_typer(group, name="audit")


@group.callback()
def about() -> None:
    """The chain of events."""


@group.command("verify")
def verify(json_wanted: Json = False) -> None:
    """Read both chains of events; exit 1 where a link is broken."""

    def call() -> Answer:
        states = audit.verify()
        for state in states:
            if state.broken_at is not None:
                raise Refused("chain_broken", chain=state.name, event=state.broken_at)
        counts = {state.name: state.events for state in states}
        return Answer(counts, say("The chains are whole: {events} events, {look_ups} look-ups.", **counts))

    run(call, json_wanted)
