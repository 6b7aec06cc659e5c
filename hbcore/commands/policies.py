"""`policy …`: dated decision tables, listed, shown, simulated, proposed, published and withdrawn from the shell."""

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from hbcore.commands.frame import Answer, By, Json, incoming, run, say, staff
from hbcore.commands.policy_text import as_text, line, simulated_as_text
from hbcore.commands.wording import changes_said, moment
from hbcore.domain.errors import Refused
from hbcore.domain.policy_differences import RowCompared, when_in_words
from hbcore.domain.vocabulary import SHANGHAI
from hbcore.services import policies, policy_publishing, policy_simulation, policy_withdrawing, publications
from hbcore.services.clock import now
from hbcore.services.policies import PolicySeen
from hbcore.services.policy_simulation import Simulated
from hbcore.services.policy_withdrawing import WithdrawalReason
from hbcore.services.publications import Applied

app = typer.Typer()
policy = typer.Typer(help="Dated decision tables.", no_args_is_help=True)
app.add_typer(policy, name="policy")

File = Annotated[Path, typer.Argument(metavar="FILE", help="The table as JSON.")]
Id = Annotated[str, typer.Argument(metavar="ID")]


@policy.command("list")
def listed(by: By, json_wanted: Json = False) -> None:
    """All policies: those not published first, then the newest."""

    def call() -> Answer:
        kept = policies.listed(by=staff(by), at=now())
        return Answer({"policies": [_as_json(one) for one in kept]}, "\n".join(map(line, kept)))

    run(call, json_wanted)


@policy.command("show")
def show(
    policy_id: Id,
    by: By,
    certlogic: Annotated[bool, typer.Option("--certlogic", help="The rule as CertLogic, to be run again outside.")] = False,
    json_wanted: Json = False,
) -> None:
    """One policy: its rows in sentences, and what differs from the one in its place."""

    def call() -> Answer:
        told = policies.shown(policy_id, by=staff(by), at=now())
        if certlogic:
            rule = policies.as_certlogic(told.shown)
            return Answer(json.loads(rule), rule)
        rows = [_row(one) for one in told.compared.rows]
        return Answer({**_as_json(told.shown), "before": told.before, "rows": rows}, "\n".join(as_text(told)))

    run(call, json_wanted)


@policy.command("simulate")
def simulate(
    file: File,
    by: By,
    unit: Annotated[str | None, typer.Option(metavar="CODE", help="The unit; your own when left out.")] = None,
    json_wanted: Json = False,
) -> None:
    """Try a table on the people there are: how many codes would turn, unit by unit. Nothing is changed."""

    def call() -> Answer:
        table = policies.read_table(incoming(file).content)
        tried = policy_simulation.simulate(table, unit=unit, by=staff(by), at=now())
        return Answer(_simulated(tried), "\n".join(simulated_as_text(tried)))

    run(call, json_wanted)


@policy.command("propose")
def propose(file: File, by: By, json_wanted: Json = False) -> None:
    """Propose a table to a second person at province level."""

    def call() -> Answer:
        content = incoming(file).content
        table = policies.read_table(content)
        policy_publishing.propose(content, by=staff(by), at=now())
        text = say("Policy {policy} is proposed; another account of the province publishes it.", policy=table.id)
        return Answer({"policy": table.id, "status": "proposed"}, text)

    run(call, json_wanted)


@policy.command("publish")
def publish(
    policy_id: Id,
    by: By,
    valid_from: Annotated[str, typer.Option("--from", metavar="INSTANT", help="2022-08-30T00:00, Shanghai time; or now.")],
    json_wanted: Json = False,
) -> None:
    """Publish what another proposed, from an instant on, and apply it to everybody it concerns."""

    def call() -> Answer:
        begins = policy_publishing.publish(policy_id, valid_from=read_instant(valid_from), by=staff(by), at=now())
        said = say("Policy {policy} is in force from {time} on.", policy=policy_id, time=moment(begins))
        return _applied({"policy": policy_id, "status": "published", "valid_from": _iso(begins)}, said)

    run(call, json_wanted)


@policy.command("propose-withdrawal")
def propose_withdrawal(
    policy_id: Id,
    by: By,
    reason: Annotated[str, typer.Option(metavar="CODE", help=f"One of {', '.join(WithdrawalReason)}.")],
    json_wanted: Json = False,
) -> None:
    """Propose to withdraw a policy that is published and has not begun."""

    def call() -> Answer:
        policy_withdrawing.propose(policy_id, reason, by=staff(by), at=now())
        text = say("Proposed: another person of the province withdraws it, before it begins.")
        return Answer({"policy": policy_id, "status": "withdrawal_proposed", "reason": reason}, text)

    run(call, json_wanted)


@policy.command("withdraw")
def withdraw(policy_id: Id, by: By, json_wanted: Json = False) -> None:
    """Withdraw what another proposed to, and decide everybody again whom it would have concerned."""

    def call() -> Answer:
        policy_withdrawing.withdraw(policy_id, by=staff(by), at=now())
        said = say("Policy {policy} is withdrawn and never begins.", policy=policy_id)
        return _applied({"policy": policy_id, "status": "withdrawn"}, said)

    run(call, json_wanted)


def _applied(done: Mapping[str, object], said: str) -> Answer:
    """What was done, with how many people were decided again and which codes turn; these only where no server was faster."""
    applied = publications.apply_all(_say_progress)
    if applied is None:
        return Answer(done, said)
    lines = (
        said,
        say("{done} of {people} people decided", done=applied.done, people=applied.people),
        changes_said(applied.changes, done=False),
    )
    return Answer({**done, "people": applied.people, "codes": dict(applied.changes)}, "\n".join(lines))


def read_instant(text: str) -> datetime | None:
    """An instant, in Shanghai time where no zone is given; None for `now`.

    :raises Refused: `not_an_instant`.
    """
    if text == "now":
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused("not_an_instant") from error
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def _say_progress(applied: Applied) -> None:
    if sys.stderr.isatty():
        said = say("{done} of {people} people decided", done=applied.done, people=applied.people)
        print(f"\r{said}", end="" if applied.finished_at is None else "\n", file=sys.stderr, flush=True)


def _as_json(one: PolicySeen) -> dict[str, object]:
    return {
        "id": one.id,
        "version": one.policy.version,
        "applies_to": one.scope,
        "status": str(one.state),
        "valid_from": _iso(one.valid_from),
        "until": _iso(one.until),
        "published_at": _iso(one.published_at),
        "proposed_by": one.proposed_by,
        "published_by": one.published_by,
        "withdrawn_at": _iso(one.withdrawal.at) if one.withdrawal else None,
        "withdrawal": _withdrawal(one),
        "sha256": one.digest,
        "applied": None if one.applied is None else {"people": one.applied.people, "done": one.applied.done},
    }


def _withdrawal(one: PolicySeen) -> dict[str, object] | None:
    """Why it is withdrawn or is to be, who proposed it, who did it (None: nobody yet), and from when on it was to hold."""
    if gone := one.withdrawal:
        return {"reason": gone.why, "proposed_by": gone.proposed_by, "by": gone.by, "begins": _iso(gone.begins)}
    if wanted := one.withdrawal_proposed:
        return {"reason": wanted.why, "proposed_by": wanted.proposed_by, "by": None, "begins": _iso(one.valid_from)}
    return None


def _row(one: RowCompared) -> dict[str, object]:
    row, when = one.row, when_in_words(one.row)
    return {
        "number": one.number,
        "formerly": one.formerly,
        "row": row.id,
        "colour": str(row.colour),
        "text": {"zh": row.sentence.zh, "en": row.sentence.en},
        "when": {"zh": when.zh, "en": when.en},
        "against": row.against,
        "differs": str(one.differs),
    }


def _simulated(tried: Simulated) -> dict[str, object]:
    return {
        "policy": tried.policy,
        "unit": tried.unit,
        "as_of": _iso(tried.as_of),
        "people": tried.people,
        "codes": tried.changes,
        "rows": {row or "none": n for row, n in tried.rows.items()},
        "units": [{"unit": one.unit, "people": one.people, "codes": one.changes} for one in tried.units],
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(SHANGHAI).isoformat()
