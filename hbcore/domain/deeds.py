"""What would change a code, by what deed, and which row would hold then: each deed is tried on the policy itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hbcore.domain.conditions import Condition, Word
from hbcore.domain.known import FactSeen, Known, ResultSeen, micros
from hbcore.domain.policy import NO_DETAILS
from hbcore.domain.policy_table import Policy, Row
from hbcore.domain.seen import CLEARING, Seen, Stretch, seen_by
from hbcore.domain.segments import row_at, standing
from hbcore.domain.sentence import Sentence, alternatives, day_in_words, shipped_words
from hbcore.domain.vocabulary import Assay, Colour, FactKind, Outcome, Registration
from hbcore.domain.why import held_now

WORDS = shipped_words("policy_words.json")
DEEDS = shipped_words("why_words.json")
MICROSECOND = timedelta(microseconds=1)
LEADS_TO = {
    Registration.NONE: Registration.WAITING,
    Registration.WITHDRAWN: Registration.WAITING,
    Registration.WAITING: Registration.APPROVED,
    Registration.SECOND_REVIEW: Registration.APPROVED,
    Registration.MISMATCH: Registration.APPROVED,
    Registration.ASKED: Registration.WAITING,
    Registration.REFUSED: Registration.WAITING,
    Registration.EXPIRED: Registration.WAITING,
    Registration.REVOKED: Registration.WAITING,
}
"""What a registration becomes by the deed its sentence names (model part 2)."""


@dataclass(frozen=True)
class Deed:
    """Something that would change a code. With `known` as it would be then, `row` would hold at `at` (None: no code).

    `known` None: what comes of it depends.
    """

    said: Sentence
    row: Row | None
    known: Known | None
    at: datetime


@dataclass(frozen=True)
class Asked:
    """One condition of the decisive row, with the evidence by which it holds at `at`."""

    policy: Policy
    known: Known
    condition: Condition
    pieces: Sequence[Stretch]
    at: datetime
    details: Mapping[str, Sentence]

    @property
    def later(self) -> datetime:
        """When the deed would be done: right after."""
        return self.at + MICROSECOND

    def with_fact(self, kind: FactKind) -> Known:
        """As if a fact began now."""
        return replace(self.known, facts=(*self.known.facts, FactSeen(kind, self.later)))

    def with_result(self, assay: Assay, outcome: Outcome) -> Known:
        """As if a sample of this person alone were taken now, with this outcome."""
        result = ResultSeen(assay, outcome, self.later, institution="…")
        return replace(self.known, results=(*self.known.results, result))

    def without_facts(self) -> Known:
        """As if the facts by which the condition holds were gone."""
        gone = {piece.order for piece in self.pieces}
        return replace(self.known, facts=tuple(one for place, one in enumerate(self.known.facts) if place not in gone))

    def without_results(self) -> Known:
        """As if the results by which it holds were gone."""
        gone = {piece.order for piece in self.pieces}
        return replace(self.known, results=tuple(one for place, one in enumerate(self.known.results) if place not in gone))


@dataclass(frozen=True)
class Supposed:
    """A deed and what would be known after it. `even_so`: told even where the same row goes on."""

    said: Sentence
    known: Known
    even_so: bool = False


def deeds(policy: Policy, known: Known, at: datetime, *, details: Mapping[str, Sentence] = NO_DETAILS) -> tuple[Deed, ...]:
    """What would change the code at `at`, derived from the decisive row's conditions, each deed with the row that would hold.

    Deeds that leave the row as it is are left out, but those worth knowing so: a later negative does not clear a positive.
    """
    seen, now = seen_by(policy, known), micros(at)
    row = standing(policy, seen, now)[0]
    found: dict[Sentence, Deed] = {}
    later = at + MICROSECOND
    for one in _supposed(policy, row, known, seen, at, details):
        then = row_at(policy, one.known, later)
        if one.even_so or then is not row:
            found.setdefault(one.said, Deed(one.said, then, one.known, later))
    if row is not None and row.colour == Colour.GREEN:
        found.setdefault(DEEDS["deeds"]["new"], Deed(DEEDS["deeds"]["new"], None, None, later))
    return tuple(found.values())


def _supposed(
    policy: Policy, row: Row | None, known: Known, seen: Seen, at: datetime, details: Mapping[str, Sentence]
) -> Iterator[Supposed]:
    if row is None:
        yield from _registration(Asked(policy, known, Condition(Word.REGISTRATION), (), at, details))
        return
    for condition, _ in row.parts:
        pieces = held_now(condition, seen, micros(at))
        if pieces:
            yield from OF_WORD[condition.word](Asked(policy, known, condition, pieces, at, details))
    if row.colour != Colour.GREEN:
        yield from _lacking(policy, row, known, seen, at)


def _facts(asked: Asked) -> Iterator[Supposed]:
    held = [asked.known.facts[piece.order] for piece in asked.pieces]
    kinds = list(dict.fromkeys(fact.kind for fact in held))
    rules = [asked.policy.facts[kind] for kind in kinds if kind in asked.policy.facts]
    for closing in dict.fromkeys(kind for rule in rules for kind in rule.closed_by):
        yield Supposed(_filled("closing", kind=WORDS["facts"][closing]), asked.with_fact(closing))
    begun = day_in_words(max(fact.from_at for fact in held), seen_from=asked.at)
    for outcome in asked.condition.no_later:
        values = {"date": begun, "assay": WORDS["assays"][Assay.NAAT], "outcome": WORDS["outcomes"][outcome]}
        yield Supposed(_filled("later_result", **values), asked.with_result(Assay.NAAT, outcome))
    if not _closes_or_closed(asked.policy, kinds):
        facts = alternatives([WORDS["facts"][kind] for kind in kinds])
        yield Supposed(_filled("ended", facts=facts), asked.without_facts())


def _closes_or_closed(policy: Policy, kinds: Sequence[FactKind]) -> bool:
    """Whether facts of these kinds are closed by others or close others: then it is those that change something."""
    closed = any(policy.facts[kind].closed_by for kind in kinds if kind in policy.facts)
    return closed or any(kind in rule.closed_by for rule in policy.facts.values() for kind in kinds)


def _open_positive(asked: Asked) -> Iterator[Supposed]:
    for closing in asked.condition.closed_by:
        yield Supposed(_filled("closing", kind=WORDS["facts"][closing]), asked.with_fact(closing))
    yield Supposed(_filled("only_negative"), asked.with_result(Assay.NAAT, Outcome.NEGATIVE), even_so=True)
    yield from _wrong(asked)


def _until_retested(asked: Asked) -> Iterator[Supposed]:
    for outcome in CLEARING:
        yield Supposed(_filled("single", outcome=WORDS["outcomes"][outcome]), asked.with_result(Assay.NAAT, outcome))
    yield from _wrong(asked)


def _open_igm(asked: Asked) -> Iterator[Supposed]:
    negative = WORDS["outcomes"][Outcome.NEGATIVE]
    yield Supposed(_filled("single", outcome=negative), asked.with_result(Assay.NAAT, Outcome.NEGATIVE))
    again = _filled("again", assay=WORDS["assays"][Assay.IGM], outcome=negative)
    yield Supposed(again, asked.with_result(Assay.IGM, Outcome.NEGATIVE))


def _latest_result(asked: Asked) -> Iterator[Supposed]:
    assay = asked.condition.assay
    for outcome in CLEARING:
        said = _filled("again", assay=WORDS["assays"][assay], outcome=WORDS["outcomes"][outcome])
        yield Supposed(said, asked.with_result(assay, outcome), even_so=outcome in asked.condition.outcomes)


def _sampled(asked: Asked) -> Iterator[Supposed]:
    again = replace(asked.known, samples=(*asked.known.samples, asked.later))
    yield Supposed(_filled("sampled"), again, even_so=True)


def _registration(asked: Asked) -> Iterator[Supposed]:
    state = asked.known.registration
    if state in LEADS_TO:
        said = DEEDS["registrations"][state].fill({**WORDS["when_not_given"], **asked.details})
        yield Supposed(said, replace(asked.known, registration=LEADS_TO[state]))


def _residence(asked: Asked) -> Iterator[Supposed]:
    yield Supposed(_filled("elsewhere", name=asked.condition.name), replace(asked.known, unit=None))


def _wrong(asked: Asked) -> Iterator[Supposed]:
    yield Supposed(_filled("wrong"), asked.without_results())


OF_WORD: Mapping[Word, Callable[[Asked], Iterable[Supposed]]] = {
    Word.FACT_IN_FORCE: _facts,
    Word.OPEN_POSITIVE: _open_positive,
    Word.OPEN_POOLED: _until_retested,
    Word.OPEN_ANTIGEN: _until_retested,
    Word.OPEN_IGM: _open_igm,
    Word.LATEST_RESULT: _latest_result,
    Word.SAMPLED: _sampled,
    Word.REGISTRATION: _registration,
    Word.RESIDENCE_WITHIN: _residence,
}


def _lacking(policy: Policy, decisive: Row, known: Known, seen: Seen, at: datetime) -> Iterator[Supposed]:
    """The green rows tried in vain before the decisive one: what they lack, where it can be made good plainly."""
    for row in policy.rows[: policy.rows.index(decisive)]:
        if row.colour != Colour.GREEN or any(condition.word is Word.ANY_OF for condition in row.when):
            continue
        then, said = known, []
        for condition, wanted in row.parts:
            if not held_now(condition, seen, micros(at)):
                then = _made_good(Asked(policy, then, condition, (), at, NO_DETAILS))
                said.append(wanted)
        joined = DEEDS["list"]["and"]
        yield Supposed(Sentence(joined.zh.join(one.zh for one in said), joined.en.join(one.en for one in said)), then)


def _made_good(asked: Asked) -> Known:
    """What would have to be known for a condition to hold; the same where nothing plain brings it about."""
    condition = asked.condition
    if condition.word is Word.FACT_IN_FORCE:
        return asked.with_fact(condition.kinds[0])
    if condition.word is Word.LATEST_RESULT:
        return asked.with_result(condition.assay, condition.outcomes[0])
    if condition.word is Word.SAMPLED:
        return replace(asked.known, samples=(*asked.known.samples, asked.later))
    if condition.word is Word.REGISTRATION:
        return replace(asked.known, registration=condition.states[0])
    return asked.known


def _filled(form: str, **values: Sentence) -> Sentence:
    return DEEDS["deeds"][form].fill(values)
