"""Why a row holds or does not, in words: what each condition wanted and what was found."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from hbcore.domain.conditions import Condition, Word
from hbcore.domain.known import Known, ResultSeen, instant
from hbcore.domain.policy_table import Row
from hbcore.domain.seen import HOLDING, Seen, Stretch, stretches
from hbcore.domain.sentence import Sentence, day_in_words, same, shipped_words, time_in_words
from hbcore.domain.spans import FOREVER
from hbcore.domain.vocabulary import Assay

WORDS = shipped_words("policy_words.json")
NOTHING = WORDS["found"]["nothing"]
ASKED_OF = {Word.OPEN_ANTIGEN: Assay.ANTIGEN, Word.OPEN_IGM: Assay.IGM}
"""The assay of words that name none."""
SAMPLED_EVER = Condition(Word.SAMPLED, hours=1)
"""Asks when somebody was sampled; its hours play no part."""


class Tried(NamedTuple):
    """One condition of one row: what it wanted, what was found, whether it holds."""

    row: str
    wanted: Sentence
    found: Sentence
    holds: bool


class Person(NamedTuple):
    """One person at one instant: what is known, the same as a policy sees it, the instant both ways.

    `results_said`: results already put into words, by their place; several conditions ask for the same one.
    """

    known: Known
    seen: Seen
    at: datetime
    micros: int
    results_said: dict[int, Sentence]


def tried_in(rows: Iterable[Row], person: Person) -> tuple[Tried, ...]:
    """Every condition of these rows, those of an `any_of` one by one."""
    lines = []
    for row in rows:
        for condition, wanted in row.parts:
            pieces = HOLDING[condition.word](condition, person.seen)
            piece = _longest(pieces, person.micros) if pieces else None  # of most conditions there are none
            lines.append(Tried(row.id, wanted, FOUND[condition.word](condition, person, piece), piece is not None))
    return tuple(lines)


def holding(condition: Condition, person: Person) -> Stretch | None:
    """The evidence by which a condition holds now; of several the one that holds longest, then the later one."""
    return _longest(stretches(condition, person.seen), person.micros)


def _longest(pieces: Iterable[Stretch], now: int) -> Stretch | None:
    longest = None
    for piece in pieces:
        start, end, _ = piece
        if start <= now < end and (longest is None or (end, start) > (longest.end, longest.start)):
            longest = piece
    return longest


def sentence_values(row: Row, person: Person) -> dict[str, Sentence]:
    """What the evidence of a row that holds says for `{date}`, `{until}`, `{institution}`, `{time}`."""
    values = dict(WORDS["when_not_given"])
    for condition, _ in row.parts:
        piece = holding(condition, person)
        if piece is not None and condition.word not in (Word.REGISTRATION, Word.RESIDENCE_WITHIN):
            values |= _of_evidence(condition, person, piece)
    return values


def _of_evidence(condition: Condition, person: Person, piece: Stretch) -> dict[str, Sentence]:
    begun = instant(piece.start)
    values = {"date": day_in_words(begun, seen_from=person.at), "time": time_in_words(begun, seen_from=person.at)}
    if piece.end != FOREVER:
        # With its minute: "until 1 December" would leave open whether that day still counts.
        values["until"] = time_in_words(instant(piece.end), seen_from=person.at)
    if condition.word not in (Word.FACT_IN_FORCE, Word.SAMPLED) and person.known.results[piece.order].institution:
        values["institution"] = same(person.known.results[piece.order].institution)
    return values


def _found_registration(_condition: Condition, person: Person, _piece: Stretch | None) -> Sentence:
    state = person.known.registration
    return WORDS["registrations"].get(state) or same(state)


def _found_unit(_condition: Condition, person: Person, _piece: Stretch | None) -> Sentence:
    form, known = WORDS["found"], person.known
    if known.unit_name:
        return known.unit_name
    return form["unit"].fill({"unit": same(known.unit)}) if known.unit else form["unit_unknown"]


def _found_fact(condition: Condition, person: Person, piece: Stretch | None) -> Sentence:
    if not person.seen.facts:
        return NOTHING
    begun = [fact for fact in person.seen.facts if fact.kind in condition.kinds and fact.start <= person.micros]
    if not begun:
        return NOTHING
    shown = person.seen.facts[piece.order] if piece else max(begun, key=lambda fact: (fact.start, fact.end))
    values = {"kind": WORDS["facts"][shown.kind], "date": day_in_words(instant(shown.start), seen_from=person.at)}
    if shown.end == FOREVER:
        return WORDS["found"]["fact_without_end"].fill(values)
    return WORDS["found"]["fact"].fill(values | {"until": time_in_words(instant(shown.end), seen_from=person.at)})


def _found_sample(_condition: Condition, person: Person, _piece: Stretch | None) -> Sentence:
    taken = [piece.start for piece in stretches(SAMPLED_EVER, person.seen) if piece.start <= person.micros]
    if not taken:
        return NOTHING
    return WORDS["found"]["sampled"].fill({"time": time_in_words(instant(max(taken)), seen_from=person.at)})


def _found_result(condition: Condition, person: Person, piece: Stretch | None) -> Sentence:
    series = person.seen.results[ASKED_OF.get(condition.word, condition.assay)]
    if not series:
        return NOTHING
    order = piece.order if piece else next((result.order for result in reversed(series) if result.at <= person.micros), None)
    if order is None:
        return NOTHING
    if order not in person.results_said:
        person.results_said[order] = _result_in_words(person.known.results[order], person.at)
    return person.results_said[order]


def _result_in_words(shown: ResultSeen, at: datetime) -> Sentence:
    return WORDS["found"]["result"].fill(
        {
            "assay": WORDS["assays"][shown.assay],
            "outcome": WORDS["outcomes"][shown.outcome],
            "time": time_in_words(shown.sampled_at, seen_from=at),
        }
    )


FOUND: Mapping[Word, Callable[[Condition, Person, Stretch | None], Sentence]] = {
    **dict.fromkeys(Word, _found_result),
    Word.REGISTRATION: _found_registration,
    Word.RESIDENCE_WITHIN: _found_unit,
    Word.FACT_IN_FORCE: _found_fact,
    Word.SAMPLED: _found_sample,
}
"""What there is of the kind a condition asks for: the evidence that holds, else the last there was."""
