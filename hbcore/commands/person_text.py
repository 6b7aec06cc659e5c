"""One person's card as `person` prints it for people: what its JSON says, in words."""

from collections.abc import Iterable, Iterator

from hbcore.commands.frame import say
from hbcore.commands.wording import here, moment
from hbcore.domain.sentence import Sentence, shipped_words
from hbcore.domain.travel import IGG_GROUND, Travel
from hbcore.domain.vocabulary import Assay, Outcome
from hbcore.domain.why import LineTried, RowTried
from hbcore.services.colour_words import COLOUR_WORDS, NO_CODE
from hbcore.services.grounds import FactGround, ResultGround
from hbcore.services.people import PersonCard, ResultShown
from hbcore.services.why import Change, Why

WORDS = shipped_words("policy_words.json")


def card_as_text(card: PersonCard, rests: Why, reminder: Sentence, *, passed: bool) -> Iterator[str]:
    """Whose it is, the colour and why, what it rests on, what was tried and would change it, whom to ask, results and travel.

    `passed`: the arrival that was asked for is over.
    """
    yield f"{card.name}  {card.document_number}"
    yield from _code(card)
    yield from _part(say("What it rests on"), _grounds(card, rests))
    yield from _part(say("Every condition tried"), (_tried(row) for row in card.rows))
    yield from _part(say("What would change it"), map(_change, rests.changes))
    yield from _part(say("Whom to ask"), [*map(here, rests.offices), say("Hotline {hotline}", hotline=rests.hotline)])
    yield from _part(say("Latest results"), (_latest(card, assay) for assay in Assay))
    yield say("Arriving {day}. {verdict}", day=moment(card.arrival), verdict=_travel(card.travel))
    if card.sampled_after:
        yield say("Missing: a nucleic-acid negative sampled after {time}.", time=moment(card.sampled_after))
    if passed:
        yield say("This arrival has passed; the colour is the present one.")
    yield here(reminder)


def _part(heading: str, lines: Iterable[str]) -> Iterator[str]:
    yield heading
    yield from (f"  {line}" for line in lines)


def _code(card: PersonCard) -> Iterator[str]:
    if card.code is None:
        yield here(NO_CODE)
        yield here(card.code_reason) if card.code_reason else ""
        return
    code = card.code
    until = say("until {time}", time=moment(code.until)) if code.until else ""
    yield _dotted(here(COLOUR_WORDS[code.colour]), say("since {time}", time=moment(code.since)), until)
    why = {"tested": "", "reason": here(code.reason), "number": code.number, "policy": code.policy}
    yield say("Why: {tested}{reason} (rule {number} of {policy})", **why)


def _grounds(card: PersonCard, rests: Why) -> Iterator[str]:
    yield from map(_fact, rests.facts)
    yield from map(_result, rests.results)
    if rests.residence:
        yield say("Lives in {unit}", unit=here(rests.residence))
    if rests.registration or card.code is None:
        since = say("since {time}", time=moment(card.registered_at)) if card.registered_at else ""
        yield _dotted(say("Registration: {state}", state=here(WORDS["registrations"][card.registration])), since)


def _fact(one: FactGround) -> str:
    until = say("until {time}", time=moment(one.until_at)) if one.until_at else say("no end yet")
    return _dotted(
        here(WORDS["facts"][one.kind]),
        say("from {time}", time=moment(one.from_at)),
        until,
        say("case {number}", number=one.case) if one.case else "",
        say("evidence number {number}", number=one.evidence),
        here(one.office) if one.office else "",
    )


def _result(one: ResultGround) -> str:
    return _dotted(
        _found(one.assay, one.outcome),
        say("sampled {time}", time=moment(one.sampled_at)),
        one.institution,
        say("sample number {number}", number=one.sample_number),
        say("upload {number}", number=one.upload) if one.upload else "",
    )


def _tried(row: RowTried) -> str:
    """A rule with each of its conditions, what was found, and whether it holds."""
    sign = "→" if row.decisive else "–"
    return _dotted(f"{sign} {row.number}. {here(COLOUR_WORDS[row.colour])}", *map(_line, row.lines))


def _line(one: LineTried) -> str:
    words = {"wanted": here(one.wanted), "what": here(one.found)}
    return say("{wanted} (✓ {what})", **words) if one.holds else say("{wanted} (found: {what})", **words)


def _change(one: Change) -> str:
    said = here(one.said) if one.said else say("By itself, {time}", time=moment(one.at))
    return f"{said} → {here(one.then.reason)}" if one.then else said


def _latest(card: PersonCard, assay: Assay) -> str:
    one: ResultShown | None = card.latest.get(assay)
    if one is None:
        return f"{here(WORDS['assays'][assay])} —"
    return _dotted(_found(assay, one.outcome), say("sampled {time}", time=moment(one.sampled_at)), one.institution)


def _travel(verdict: Travel) -> str:
    """Whether the person may travel on it, on what ground, until when; or what is missing."""
    missing = {
        "no_result": say("there is no result that counts at the time of arrival"),
        "colour_red": say("the code is red"),
        "colour_yellow": say("the code is yellow"),
    }
    if verdict.accepted_by == "no":
        return say("No: {missing}.", missing=missing[verdict.missing or "no_result"])
    by = say("Yes, on the code") if verdict.accepted_by == "code" else say("Yes, on the paper result")
    if verdict.ground == IGG_GROUND:
        return say("{verdict} (a past positive IgG)", verdict=by)
    return say("{verdict} (negative result in time; arrival before {time})", verdict=by, time=moment(verdict.until))


def _found(assay: Assay, outcome: Outcome) -> str:
    return f"{here(WORDS['assays'][assay])} {here(WORDS['outcomes'][outcome])}"


def _dotted(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
