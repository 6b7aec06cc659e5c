"""`facts import` and `facts confirm`: a case or contact list in two steps by two people, from the shell."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from hbcore.commands.frame import Answer, By, Json, incoming, run, say, say_n, staff
from hbcore.commands.results import problem_json
from hbcore.commands.wording import changes_said, moment, problems_said, turns
from hbcore.domain.errors import Refused
from hbcore.services import fact_files, fact_lists
from hbcore.services.clock import now
from hbcore.services.fact_files import FactFile
from hbcore.services.uploads import IncomingFile

app = typer.Typer()
group = typer.Typer(no_args_is_help=True, help="Lists of cases, contacts and measures.")
app.add_typer(group, name="facts")


@group.command("import")
def import_facts(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    by: By,
    case: Annotated[str | None, typer.Option(metavar="NUMBER", help="The case that the list belongs to.")] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; without it the file's digest stands there.")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Say what it would do; nothing is proposed.")] = False,
    sure: Annotated[bool, typer.Option("--sure", help="More people than usual, and all of them are meant.")] = False,
    json_wanted: Json = False,
) -> None:
    """Propose a list from the disease-control system; another person of the level above confirms it."""

    def call() -> Answer:
        actor, at, came = staff(by), now(), incoming(file)
        if preview:
            return _answer(fact_files.preview(came, case=case, by=actor, at=at))
        with _sure_named():
            return _answer(fact_files.propose(came, reason or _because(came), case=case, sure=sure, by=actor, at=at))

    run(call, json_wanted)


@group.command("confirm")
def confirm(
    list_id: Annotated[int, typer.Argument(metavar="LIST")],
    by: By,
    leave_out: Annotated[
        int, typer.Option("--leave-out", metavar="N", min=0, help="N of its facts no longer fit: confirm the rest.")
    ] = 0,
    json_wanted: Json = False,
) -> None:
    """Confirm a proposed list: its facts are in force from now on, and everybody concerned is decided again."""

    def call() -> Answer:
        done = fact_lists.confirm_list(list_id, leave_out=leave_out, by=staff(by), at=now())
        answer = {"list": str(done.list_id), "status": "confirmed", "people": done.people, "codes": dict(done.changes)}
        answer |= {"left_out": done.left_out}
        said = say_n("List {list}: {n} fact is in force.", "List {list}: {n} facts are in force.", done.people, list=done.list_id)
        return Answer(answer, f"{said}\n{changes_said(done.changes, done=True)}")

    run(call, json_wanted)


@contextmanager
def _sure_named() -> Iterator[None]:
    """Say with the question whether so many are meant how it is answered here."""
    try:
        yield
    except Refused as refused:
        if refused.code == "burst_to_confirm":
            refused.also = (Refused("answer_with_sure"),)
        raise


def _because(file: IncomingFile) -> str:
    return f"facts import {file.sha256[:12]}"


def _answer(report: FactFile) -> Answer:
    answer = {
        "list": str(report.list_id) if report.list_id else None,
        "status": report.status,
        "sha256": report.sha256,
        "rows": dict(report.rows),
        "kinds": dict(report.kinds),
        "new_people": report.new,
        "problems": [problem_json(one) for one in report.problems],
        "codes": dict(report.changes),
        "codes_once_begun": dict((report.ahead or report).changes),
    }
    return Answer(answer, "\n".join(_lines(report)))


def _lines(report: FactFile) -> Iterator[str]:
    """What the file holds, whose codes change once it is confirmed, and what is wrong with its rows."""
    figures = {word: report.rows[word] for word in ("proposed", "already_held", "held", "refused")}
    yield say_n(
        "{list}: {n} row read, {proposed} proposed, {already_held} on record or proposed, {held} held, {refused} not taken.",
        "{list}: {n} rows read, {proposed} proposed, {already_held} on record or proposed, {held} held, {refused} not taken.",
        report.rows["read"],
        list=say("List {list}", list=report.list_id) if report.list_id else say("Preview"),
        **figures,
    )
    yield say("Once confirmed: {changes}", changes=turns(report.changes) or say("No code changes."))
    if ahead := report.ahead:
        later = turns(ahead.changes) or say("No code changes.")
        yield say("Once all of it has begun, {time}: {changes}", time=moment(ahead.at), changes=later)
    if report.new:
        yield say_n(
            "{n} person is not known yet and gets a record without a registration.",
            "{n} people are not known yet; they get a record without a registration.",
            report.new,
        )
    yield from problems_said(report.problems, "facts")
