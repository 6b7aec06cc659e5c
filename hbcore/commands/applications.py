"""`applications import`, `show`, `decide` from the shell."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from hbcore.commands.frame import Answer, By, Json, incoming, line, run, say, say_n, staff
from hbcore.commands.results import report_json, report_text
from hbcore.domain.vocabulary import SHANGHAI, Purpose
from hbcore.services import application_imports, applications, giving_back, taking_over
from hbcore.services.acting import Staff
from hbcore.services.applications import ApplicationView, Decision
from hbcore.services.clock import now

app = typer.Typer()
group = typer.Typer(no_args_is_help=True, help="Applications for a health code.")
app.add_typer(group, name="applications")

Receipt = Annotated[str, typer.Argument(metavar="RECEIPT", help="The receipt number; - reads it from standard input.")]


class Choice(StrEnum):
    """What can be decided."""

    APPROVE = "approve"
    REFUSE = "refuse"
    ASK = "ask"
    SEND_ON = "send_on"
    SEND_BACK = "send_back"


@group.command("import")
def import_applications(file: Annotated[Path, typer.Argument(metavar="FILE")], by: By, json_wanted: Json = False) -> None:
    """Take in applications that another channel exported; their clock runs from the submission there."""

    def call() -> Answer:
        report = application_imports.import_applications(incoming(file), by=staff(by), at=now())
        receipts = [{"row": int(row), "receipt": receipt} for row, receipt in report.receipts.items()]
        return Answer({**report_json(report), "receipts": receipts}, report_text(report))

    run(call, json_wanted)


@group.command("show")
def show(
    receipt: Receipt,
    by: By,
    purpose: Annotated[Purpose, typer.Option(help="Why it is looked up.")] = Purpose.APPLICATION,
    case: Annotated[str | None, typer.Option(metavar="NUMBER", help="The case, for outbreak tracing.")] = None,
    json_wanted: Json = False,
) -> None:
    """One application, masked, with its checks. Leaves one look-up event."""

    def call() -> Answer:
        actor, at = staff(by), now()
        wanted = applications.id_of(_typed(receipt), by=actor, at=at)
        view = applications.one(wanted, by=actor, at=at, purpose=purpose, case=case)
        shown = as_json(view)
        return Answer(shown, say("Application {receipt}: {state}.", receipt=view.line.receipt, state=str(view.line.state)))

    run(call, json_wanted)


@group.command("decide")
def decide(
    receipt: Receipt,
    choice: Annotated[Choice, typer.Argument(metavar="approve|refuse|ask|send_on|send_back")],
    by: By,
    reason: Annotated[list[str] | None, typer.Option("--reason", metavar="CODE", help="Several for ask.")] = None,
    evidence: Annotated[str, typer.Option(metavar="NUMBER", help="What false information rests on; no names.")] = "",
    json_wanted: Json = False,
) -> None:
    """Decide on an application."""

    def call() -> Answer:
        actor, at = staff(by), now()
        wanted = applications.id_of(_typed(receipt), by=actor, at=at)
        made = _DECIDE[choice](wanted, list(reason or ()), evidence, actor, at)
        answer = {"receipt": made.receipt, "state": str(made.state), "reasons": list(made.reasons)}
        return Answer(answer, say("Application {receipt}: {state}.", receipt=made.receipt, state=str(made.state)))

    run(call, json_wanted)


@group.command("transfer")
def transfer(
    receipt: Receipt,
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="A unit's code.")],
    by: By,
    json_wanted: Json = False,
) -> None:
    """Hand an open application to another unit; its clock runs on."""

    def call() -> Answer:
        actor, at = staff(by), now()
        wanted = applications.id_of(_typed(receipt), by=actor, at=at)
        applications.transfer(wanted, unit, by=actor, at=at)
        return Answer({"unit": unit}, say("Handed to {unit}.", unit=unit))

    run(call, json_wanted)


@group.command("take-over")
def take_over(
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="A unit's code below your own.")],
    by: By,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")] = False,
    json_wanted: Json = False,
) -> None:
    """Take over what waits in a unit below where no reviewer is on duty, in one act."""

    def call() -> Answer:
        taken = taking_over.take_over(unit, overdue_only=overdue, by=staff(by), at=now())
        return Answer({"taken_over": taken}, say_n("{n} application taken over.", "{n} applications taken over.", taken))

    run(call, json_wanted)


@group.command("give-back")
def give_back(
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="The unit that was taken over from.")],
    by: By,
    json_wanted: Json = False,
) -> None:
    """Give back all that was taken over from a unit within seven days and waits untouched, in one act."""

    def call() -> Answer:
        given = giving_back.give_back(unit, by=staff(by), at=now())
        return Answer({"given_back": given}, say_n("{n} application given back.", "{n} applications given back.", given))

    run(call, json_wanted)


Decide = Callable[[int, list[str], str, Staff, datetime], Decision]
_DECIDE: dict[Choice, Decide] = {
    Choice.APPROVE: lambda id_, reasons, evidence, by, at: applications.approve(id_, by=by, at=at),
    Choice.REFUSE: lambda id_, reasons, evidence, by, at: applications.refuse(id_, reasons, by=by, at=at, evidence=evidence),
    Choice.ASK: lambda id_, reasons, evidence, by, at: applications.ask(id_, reasons, by=by, at=at),
    Choice.SEND_ON: lambda id_, reasons, evidence, by, at: applications.send_on(id_, reasons, by=by, at=at),
    Choice.SEND_BACK: lambda id_, reasons, evidence, by, at: applications.send_back(id_, by=by, at=at),
}


def _typed(receipt: str) -> str:
    return line(say("Receipt number")) if receipt == "-" else receipt


def as_json(view: ApplicationView) -> dict[str, object]:
    """One application as the shell prints it: name and number masked, the checks, why each act is not possible."""
    one = view.line
    return {
        "receipt": one.receipt,
        "state": str(one.state),
        "unit": one.unit,
        "channel": view.channel,
        "submitted_at": _local(one.submitted_at),
        "due_at": _local(one.due_at),
        "name": one.name,
        "document": {"kind": str(one.kind), "number": one.number, "country": one.country},
        "checks": {str(found.check): {"verdict": str(found.verdict), "finding": str(found.finding)} for found in one.findings},
        "clean": one.clean,
        "differences": [{"field": diff.field, "applied": diff.stated, "filed": diff.other} for diff in view.differences],
        "declared": view.declares,
        "reasons": list(view.reasons),
        "decided_at": _local(view.decided_at),
        "why_not": {str(act): code for act, code in view.why_not.items()},
    }


def _local(at: datetime | None) -> str | None:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None
