"""`person`: one person's card from the shell."""

from dataclasses import asdict
from datetime import date, datetime, time
from typing import Annotated

import typer

from hbcore.commands.frame import Answer, By, Json, language, line, run, say, staff
from hbcore.domain.errors import Refused
from hbcore.domain.policy import Tried
from hbcore.domain.sentence import Sentence
from hbcore.domain.vocabulary import SHANGHAI, Assay, Purpose
from hbcore.services import people
from hbcore.services.clock import now
from hbcore.services.colour_words import COLOUR_WORDS, NO_CODE
from hbcore.services.people import CodeShown, PersonCard, ResultShown

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
    "open_positives",
    "travel",
)


@app.command("person")
def person(
    text: Annotated[str, typer.Argument(help="Document, sample, receipt or look-up number; - reads it from standard input.")],
    purpose: Annotated[Purpose, typer.Option(help="Why this person is looked up.")],
    by: By,
    case: Annotated[str | None, typer.Option(metavar="NUMBER", help="The case, for outbreak tracing.")] = None,
    arrival: Annotated[str | None, typer.Option(metavar="DATE", help="The travel verdict for an arrival then.")] = None,
    json_wanted: Json = False,
) -> None:
    """One person: code, reason, latest results, travel verdict. Leaves one look-up event."""

    def call() -> Answer:
        at = now()
        sought = line(say("Number")) if text == "-" else text
        arrives = read_instant(arrival) if arrival else None
        card = people.find(sought, purpose=purpose, case=case, arrival=arrives, by=staff(by), at=at)
        return Answer(as_json(card), _as_text(card))

    run(call, json_wanted)


def read_instant(text: str) -> datetime:
    """A day (from 00:00) or a time in Shanghai, or an instant with its zone; Refused(`not_an_instant`)."""
    try:
        day = date.fromisoformat(text) if len(text) == len("2020-11-23") else None
        at = datetime.combine(day, time()) if day else datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused("not_an_instant") from error
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


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
        "registration": {"status": card.registration, "since": _written(card.registered_at)},
        "code": _code(card.code) if card.code else None,
        "code_reason": asdict(card.code_reason) if card.code_reason else None,
        "latest": {str(assay): _result(card.latest.get(assay)) for assay in Assay},
        "open_positives": [{"assay": one.assay, **(_result(one) or {})} for one in card.open_positives],
        "travel": {**asdict(card.travel), "until": _written(card.travel.until)},
    }


def _code(code: CodeShown) -> dict[str, object]:
    return {
        "colour": code.colour,
        "policy": code.policy,
        "row": code.row,
        "reason": asdict(code.reason),
        "since": _written(code.since),
        "until": _written(code.until),
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
        "sampled_at": _written(one.sampled_at),
        "tested_at": _written(one.tested_at),
        "reported_at": _written(one.reported_at),
        "institution": one.institution,
    }


def _written(at: datetime | None) -> str | None:
    return at.astimezone(SHANGHAI).isoformat() if at else None


def _here(words: Sentence) -> str:
    return words.zh if language() == "zh" else words.en


def _as_text(card: PersonCard | None) -> str:
    if card is None:
        return say("Nobody was found under this number.")
    reason = card.code.reason if card.code else card.code_reason
    colour = COLOUR_WORDS[card.code.colour] if card.code else NO_CODE
    return "\n".join((f"{card.name}  {card.document_number}", _here(colour), _here(reason) if reason else ""))
