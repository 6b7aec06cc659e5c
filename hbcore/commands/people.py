"""`person`: one person's card from the shell."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Annotated

import typer

from hbcore.commands import person_why
from hbcore.commands.frame import Answer, By, Json, line, run, say, staff
from hbcore.commands.person_text import card_as_text
from hbcore.commands.person_why import written
from hbcore.domain.errors import Refused
from hbcore.domain.policy import Tried
from hbcore.domain.sentence import Sentence
from hbcore.domain.travel import arriving_on
from hbcore.domain.vocabulary import SHANGHAI, Assay, Purpose
from hbcore.services import people, why
from hbcore.services.clock import now
from hbcore.services.issued_codes import LiveCode
from hbcore.services.people import CodeShown, PersonCard, ResultShown
from hbcore.services.why import Why
from hbcore.words import both

app = typer.Typer()
NOBODY = (
    "name",
    "document",
    "look_up_number",
    "unit",
    "registration",
    "code",
    "code_reason",
    "latest",
    "live",
    "open_positives",
    "travel",
    "arrival",
    "why",
)
REMINDER = Sentence(**both("Rules differ by place; carry the paper result."))
"""Printed with every travel verdict (model part 8)."""


@app.command("person")
def person(
    text: Annotated[str, typer.Argument(help="Document, sample, receipt or look-up number; - reads it from standard input.")],
    purpose: Annotated[Purpose, typer.Option(help="Why this person is looked up.")],
    by: By,
    case: Annotated[str | None, typer.Option(metavar="NUMBER", help="The case, for outbreak tracing.")] = None,
    arrival: Annotated[str | None, typer.Option(metavar="DATE", help="The travel verdict for an arrival then.")] = None,
    json_wanted: Json = False,
) -> None:
    """One person: code, reason, what it rests on and what would change it, latest results, travel verdict. One look-up event."""

    def call() -> Answer:
        at, account = now(), staff(by)
        sought = line(say("Number")) if text == "-" else text
        arrives = read_arrival(arrival, at) if arrival else None
        card = people.find(sought, purpose=purpose, case=case, arrival=arrives, by=account, at=at)
        rests = why.why(card.id, by=account, at=at) if card else None
        return Answer(as_json(card) | {"why": person_why.as_json(rests) if rests else None}, "\n".join(_lines(card, rests, at)))

    run(call, json_wanted)


def read_instant(text: str) -> datetime:
    """A day (from 00:00) or a time in Shanghai, or an instant with its zone; Refused(`not_an_instant`)."""
    try:
        day = date.fromisoformat(text) if len(text) == len("2020-11-23") else None
        at = datetime.combine(day, time()) if day else datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused("not_an_instant") from error
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def read_arrival(text: str, at: datetime) -> datetime:
    """An arrival: an instant, or a day; of the day of `at` what is left of it. Refused(`not_an_instant`)."""
    instant = read_instant(text)
    return arriving_on(instant.astimezone(SHANGHAI).date(), at) if len(text) == len("2020-11-23") else instant


def as_json(card: PersonCard | None) -> dict[str, object]:
    """The card as the contract's `person --json`."""
    if card is None:
        return {"found": False, **dict.fromkeys(NOBODY)}
    return {
        "found": True,
        "name": card.name,
        "document": {"kind": card.document_kind, "number": card.document_number},
        "look_up_number": card.look_up,
        "unit": asdict(card.unit) if card.unit else None,
        "registration": {"status": card.registration, "since": written(card.registered_at)},
        "code": _code(card.code) if card.code else None,
        "code_reason": asdict(card.code_reason) if card.code_reason else None,
        "latest": {str(assay): _result(card.latest.get(assay)) for assay in Assay},
        "open_positives": [{"assay": one.assay, **(_result(one) or {})} for one in card.open_positives],
        "travel": {**asdict(card.travel), "until": written(card.travel.until)},
        "live": _live(card.live) if card.live else None,
        "arrival": {"at": written(card.arrival), "sampled_after": written(card.sampled_after), "reminder": asdict(REMINDER)},
    }


def _live(live: LiveCode) -> dict[str, object]:
    """The signed code, as a screen would show it."""
    return {
        "text": live.text,
        "cti": live.cti.hex(),
        "issued_at": written(live.issued_at),
        "expires_at": written(live.expires_at),
    }


def _code(code: CodeShown) -> dict[str, object]:
    return {
        "colour": code.colour,
        "policy": code.policy,
        "row": code.row,
        "reason": asdict(code.reason),
        "since": written(code.since),
        "until": written(code.until),
        "tried": [_tried(one) for one in code.tried],
    }


def _tried(one: Tried) -> dict[str, object]:
    """English by the contract's fields, the Chinese beside them."""
    chinese = {"wanted": one.wanted.zh, "found": one.found.zh}
    return {"row": one.row, "wanted": one.wanted.en, "found": one.found.en, "holds": one.holds, "zh": chinese}


def _result(one: ResultShown | None) -> dict[str, object] | None:
    if one is None:
        return None
    return {
        "outcome": one.outcome,
        "sampled_at": written(one.sampled_at),
        "tested_at": written(one.tested_at),
        "reported_at": written(one.reported_at),
        "institution": one.institution,
        "recheck_since": written(one.recheck_since),
    }


def _lines(card: PersonCard | None, rests: Why | None, at: datetime) -> Iterator[str]:
    if card is None or rests is None:
        yield say("Nobody was found under this number.")
        return
    yield from card_as_text(card, rests, REMINDER, passed=card.arrival < at)
