"""On what grounds somebody asks for another colour, what each ground needs, and what its approval does (closed lists)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hbcore.domain.known import ResultSeen
from hbcore.domain.sentence import Sentence, shipped_words
from hbcore.domain.vocabulary import Assay, FactKind, Outcome


class Ground(StrEnum):
    """What the person says. The last two ask for a correction, not for a colour."""

    RELEASED = "released"
    RECOVERED = "recovered"
    CASE_EXCLUDED = "case_excluded"
    POSITIVE_EXCLUDED = "positive_excluded"
    NEGATIVE_TEST = "negative_test"
    WRONG_DETAILS = "wrong_details"
    WRONG_RESULT = "wrong_result"


class Does(StrEnum):
    """What follows once a request is confirmed, and by whose hand."""

    FACT = "fact"
    """The desk records the fact that the ground names."""
    LABORATORY = "laboratory"
    """The testing institution sends the result, or its correction, in a file of its own."""
    APPLICATION = "application"
    """The details are corrected where they were entered: at the application, or by adding the document."""


class OnRecord(StrEnum):
    """Which test must be on record."""

    NONE = "none"
    NEGATIVE = "negative"
    """The latest nucleic-acid result is negative."""
    RETEST = "retest"
    """A negative of a specimen of one's own, sampled after every positive, also a pooled one."""


class AskFor(StrEnum):
    """What a person is asked to bring or to say; several at once. The first four are found missing by the desk itself."""

    IMAGE = "image"
    EVIDENCE_NUMBER = "evidence_number"
    DATED = "dated"
    NEGATIVE_TEST = "negative_test"
    IMAGE_UNCLEAR = "image_unclear"
    OFFICIAL_SEAL = "official_seal"
    DOCUMENT_PHOTO = "document_photo"
    WHAT_IS_WRONG = "what_is_wrong"
    CONTACT = "contact"


class Refusal(StrEnum):
    """Why a request is not granted; never free text alone."""

    NOT_GENUINE = "not_genuine"
    OTHER_PERSON = "other_person"
    MEASURE_STANDS = "measure_stands"
    TESTS_DO_NOT_SHOW = "tests_do_not_show"
    NOTHING_WRONG = "nothing_wrong"
    NOT_HERE = "not_here"
    DUPLICATE = "duplicate"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True)
class GroundRule:
    """What a ground needs before it can be found right, and what follows. `fact` only where `does` is `FACT`."""

    does: Does
    fact: FactKind | None = None
    image: bool = True
    evidence: bool = True
    dated: bool = True
    tests: OnRecord = OnRecord.NONE


RULES: Mapping[Ground, GroundRule] = {
    Ground.RELEASED: GroundRule(Does.FACT, FactKind.RELEASED, tests=OnRecord.NEGATIVE),
    Ground.RECOVERED: GroundRule(Does.FACT, FactKind.RECOVERED),
    Ground.CASE_EXCLUDED: GroundRule(Does.FACT, FactKind.CASE_EXCLUDED),
    Ground.POSITIVE_EXCLUDED: GroundRule(Does.FACT, FactKind.POSITIVE_EXCLUDED, tests=OnRecord.RETEST),
    Ground.NEGATIVE_TEST: GroundRule(Does.LABORATORY, image=False, evidence=False, dated=False, tests=OnRecord.RETEST),
    Ground.WRONG_DETAILS: GroundRule(Does.APPLICATION, evidence=False, dated=False),
    Ground.WRONG_RESULT: GroundRule(Does.LABORATORY, evidence=False, dated=False),
}
"""Release from isolation asks for a negative test besides the notice (August 2021); that a positive is excluded, for a retest."""

CORRECTIONS = (Ground.WRONG_DETAILS, Ground.WRONG_RESULT)

WORDS = shipped_words("recolouring_words.json")
STATE_WORDS: Mapping[str, Sentence] = WORDS["states"]
GROUND_WORDS: Mapping[str, Sentence] = WORDS["grounds"]
ASK_WORDS: Mapping[str, Sentence] = WORDS["ask_for"]
REFUSAL_WORDS: Mapping[str, Sentence] = WORDS["refusals"]
NEXT_WORDS: Mapping[str, Sentence] = WORDS["next"]
ANSWER_WORDS: Mapping[str, Sentence] = WORDS["answer"]


def missing(
    ground: Ground, *, images: int, evidence: str, dated_at: datetime | None, results: tuple[ResultSeen, ...], at: datetime
) -> tuple[AskFor, ...]:
    """What the ground needs and is not there, in the order in which it is asked for. Results later than `at` do not count."""
    rule = RULES[ground]
    lacking = {
        AskFor.IMAGE: rule.image and not images,
        AskFor.EVIDENCE_NUMBER: rule.evidence and not evidence.strip(),
        AskFor.DATED: rule.dated and dated_at is None,
        AskFor.NEGATIVE_TEST: not _tests_show(rule.tests, results, at),
    }
    return tuple(one for one, lacks in lacking.items() if lacks)


def _tests_show(tests: OnRecord, results: tuple[ResultSeen, ...], at: datetime) -> bool:
    naat = sorted((one for one in results if one.assay == Assay.NAAT and one.sampled_at <= at), key=lambda one: one.sampled_at)
    if tests == OnRecord.NEGATIVE:
        return bool(naat) and all(one.outcome == Outcome.NEGATIVE for one in naat if one.sampled_at == naat[-1].sampled_at)
    if tests == OnRecord.RETEST:
        bad = [one.sampled_at for one in results if one.outcome in (Outcome.POSITIVE, Outcome.POOLED_POSITIVE)
               and one.assay in (Assay.NAAT, Assay.ANTIGEN)]  # fmt: skip
        own = [one.sampled_at for one in naat if one.outcome == Outcome.NEGATIVE and one.single]
        return bool(own) and (not bad or max(own) > max(bad))
    return True


def answer(
    state: str, ground: Ground, reasons: tuple[str, ...], whom: Sentence, hotline: str, *, before: Sentence | None = None
) -> tuple[Sentence, ...]:
    """What staff read out or print, line by line: where it stands, what is missing or why not, what follows, whom to ask.

    `reasons`: what is missing (`entered`), what was asked for (`asked`) or why it was refused; `before`: the day before which
    it is asked for. Nothing in it names the person.
    """
    lines = [ANSWER_WORDS["about"].fill({"ground": GROUND_WORDS[ground]}), ANSWER_WORDS[state]]
    if state == "entered" and reasons:
        lines.append(ANSWER_WORDS["missing"])
    words = REFUSAL_WORDS if state == "refused" else ASK_WORDS
    lines += [ANSWER_WORDS["item"].fill({"what": words[code]}) for code in reasons if code in words]
    if before:
        lines.append(ANSWER_WORDS["until"].fill({"day": before}))
    if state in ("entered", "reviewed", "confirmed"):
        lines.append(NEXT_WORDS[f"{RULES[ground].does}_done" if state == "confirmed" else RULES[ground].does])
    return (*lines, ANSWER_WORDS["whom"].fill({"unit": whom, "hotline": Sentence(hotline, hotline)}))
