"""`demo`: fills an empty desk with a demonstration province; `serve --demo` does the same before it serves."""

import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from hbcore.commands.frame import Answer, Json, run, say
from hbcore.services import demo, set_up
from hbcore.services.clock import now
from hbcore.services.demo import Filled

app = typer.Typer()

People = Annotated[int, typer.Option(min=demo.FEWEST_PEOPLE, help="How many people are held in the end.")]
Days = Annotated[int, typer.Option(min=demo.FEWEST_DAYS, max=demo.DAYS, help="How many days of work are shown.")]


@app.command("demo")
def fill(
    people: People = demo.PEOPLE,
    seed: Annotated[int, typer.Option(help="The same seed draws the same province.")] = demo.SEED,
    days: Days = demo.DAYS,
    json_wanted: Json = False,
) -> None:
    """Fill an empty desk with an invented province; print one account for each role and the password of them all."""

    def call() -> Answer:
        filled = demo.fill(at=now(), people=people, seed=seed, days=days, progress=told)
        return Answer(as_json(filled), as_text(filled))

    run(call, json_wanted)


def prepared() -> Filled | None:
    """A desk that is a demonstration: an empty one is filled now, one that is a demonstration already stays as it is (None).

    :raises Refused: `not_empty` where somebody works on it.
    """
    if set_up.ready() and set_up.is_demonstration():
        return None
    return demo.fill(at=now(), progress=told)


def told(done: int, of: int) -> None:
    """One line of progress; standard output stays free for the answer."""
    print(say("Day {done} of {of}", done=done, of=of), file=sys.stderr)


def as_json(filled: Filled) -> Mapping[str, object]:
    """The password, and the accounts with what they do and where."""
    accounts = [
        {"name": one.name, "role": one.role, "unit": one.unit, "institutions": list(one.institutions)} for one in filled.accounts
    ]
    return {"password": filled.password, "accounts": accounts}


def as_text(filled: Filled) -> str:
    """The same for people, an account a line."""
    lines = [f"  {one.name:<20} {one.role:<18} {one.unit or ' '.join(one.institutions)}".rstrip() for one in filled.accounts]
    password = say("Password of every account, told this once: {password}", password=filled.password)
    return "\n".join([say("Accounts of the demonstration:"), *lines, password])
