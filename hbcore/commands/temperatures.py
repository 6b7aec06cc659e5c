"""`temperature add`: a checkpoint's reading from the shell."""

from typing import Annotated

import typer

from hbcore.commands.frame import Answer, By, Json, line, run, say, staff
from hbcore.commands.person_why import written
from hbcore.domain.temperatures import Done, Measured, ReadingState, celsius, is_abnormal, read_celsius
from hbcore.services import temperatures
from hbcore.services.clock import now
from hbcore.services.temperatures import Recorded, Whose

app = typer.Typer()
group = typer.Typer(no_args_is_help=True, help="Temperatures at gates.")
app.add_typer(group, name="temperature")

STATUS = {ReadingState.NORMAL: "normal", ReadingState.SECOND_DUE: "second_needed", ReadingState.OPEN: "notice"}


@group.command("add")
def add(
    text: Annotated[str, typer.Argument(help="Document, sample, receipt, look-up number or signed code; - for standard input.")],
    first: Annotated[str, typer.Option("--celsius", metavar="N", help="The first reading in degrees Celsius, one decimal.")],
    place: Annotated[str, typer.Option(metavar="TEXT", help="At which gate.")],
    by: By,
    second: Annotated[str | None, typer.Option(metavar="N", help="The second reading, after some rest.")] = None,
    done: Annotated[
        list[Done] | None, typer.Option(help="What was done about a second abnormal one; may be given again.")
    ] = None,
    json_wanted: Json = False,
) -> None:
    """Record a temperature. From 37.3 on a second reading is needed: the same call with --second (and --done) records both.

    With --json: status (normal, second_needed, notice), reading, found (whether somebody is known by TEXT), celsius, second,
    abnormal (the last reading), done, place, again_at (from when a second reading is advised, or null) and notice (null, or
    unit and due_at: who settles it, within 24 hours). A temperature changes no code.
    """

    def call() -> Answer:
        typed = line(say("Number")) if text == "-" else text
        measured = Measured(read_celsius(first), None if second is None else read_celsius(second), tuple(done or ()))
        told = temperatures.add(Whose(typed), measured, place, by=staff(by), at=now())
        return Answer(as_json(told, place), _as_text(told))

    run(call, json_wanted)


def as_json(told: Recorded, place: str) -> dict[str, object]:
    """A recorded reading as `temperature add --json`."""
    last = told.first if told.second is None else told.second
    return {
        "status": STATUS[told.state],
        "reading": str(told.id),
        "found": told.found,
        "celsius": told.first / 10,
        "second": None if told.second is None else told.second / 10,
        "abnormal": is_abnormal(last),
        "done": list(map(str, told.done)),
        "place": place,
        "again_at": written(told.again_at),
        "notice": {"unit": told.unit, "due_at": written(told.due_at)} if told.due_at else None,
    }


def _as_text(told: Recorded) -> str:
    if told.state is ReadingState.SECOND_DUE:
        again = written(told.again_at)
        return say("{celsius} °C is abnormal. Let them rest for about 10 minutes, then measure again ({time}).",
                   celsius=celsius(told.first), time=again)  # fmt: skip
    if told.state is ReadingState.OPEN:
        due = written(told.due_at)
        return say("Recorded. Unit {unit} has been told and settles it by {time}.", unit=told.unit, time=due)
    return say("Recorded.")
