"""The drawn parts of docs/recolouring.md, made from the tables in code; run as a program, it writes them anew."""

from pathlib import Path

from hbcore.domain import recolouring as rules
from hbcore.domain.recolouring import ARROWS, OPEN, RUNNING, RequestNeed
from hbcore.domain.recolouring_grounds import (
    ASK_WORDS,
    GROUND_WORDS,
    NEXT_WORDS,
    REFUSAL_WORDS,
    RULES,
    STATE_WORDS,
    GroundRule,
    OnRecord,
)
from hbcore.storage.readers import pictures
from tests.checks.sources import ROOT
from tests.checks.states import BLOCK, length, table

DOCUMENT = ROOT / "docs" / "recolouring.md"

NEEDS = {
    RequestNeed.NOT_OWN_ENTRY: "another person than who entered it",
    RequestNeed.EVIDENCE_THERE: "what the ground needs is there",
    RequestNeed.NOT_MORE_SEVERE: "the code would not be more severe than it is",
    RequestNeed.EVIDENCE_OPENED: "who takes the step has opened every photo of it",
    RequestNeed.LEVEL_ABOVE: "a supervisor of the level above, and another person than who reviewed it",
    RequestNeed.ASK_REASONS: "one or several things of the list",
    RequestNeed.REFUSE_REASON: "one reason of the list",
    RequestNeed.NO_ANSWER: "no answer in the time for answering; the reason is `no_answer`",
    RequestNeed.PERSON: "on the person's word",
}
TIMES = {
    "WITHIN": "to answer, from the entry, holidays included; the clock stands while the person is asked",
    "ANSWER_WITHIN": "without an answer: the request may be refused for that",
}
TESTED = {
    OnRecord.NONE: "",
    OnRecord.NEGATIVE: "the latest nucleic-acid test is negative",
    OnRecord.RETEST: "a negative of a specimen of one's own after every positive and pooled positive",
}


def drawing() -> str:
    """The states and every arrow, as a Mermaid diagram."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {state}: {words.zh} / {words.en}" for state, words in STATE_WORDS.items()]
    lines += [f"    {arrow.before or '[*]'} --> {arrow.after}: {str(arrow.act).replace('_', ' ')}" for arrow in ARROWS]
    return "\n".join([*lines, "```"])


def states() -> str:
    """Every state in both languages, and whose turn it is."""
    marks = {"open": OPEN, "the clock runs": RUNNING}
    rows = [
        (f"`{state}`", words.zh, words.en, "; ".join(mark for mark, among in marks.items() if state in among))
        for state, words in STATE_WORDS.items()
    ]
    return table(("state", "中文", "English", ""), rows)


def transitions() -> str:
    """Every arrow with what it needs."""
    rows = [
        (str(arrow.act).replace("_", " "), arrow.before or "–", arrow.after, "; ".join(NEEDS[need] for need in arrow.needs))
        for arrow in ARROWS
    ]
    return table(("act", "from", "to", "needs"), rows)


def grounds() -> str:
    """What each ground needs, and what follows once it is confirmed."""
    rows = [
        (f"`{ground}`", GROUND_WORDS[ground].zh, _needs(rule), f"fact `{rule.fact}`" if rule.fact else NEXT_WORDS[rule.does].en)
        for ground, rule in RULES.items()
    ]
    return table(("ground", "中文", "needs", "what follows"), rows)


def _needs(rule: GroundRule) -> str:
    parts = {"photo": rule.image, "number": rule.evidence, "date": rule.dated, TESTED[rule.tests]: rule.tests != OnRecord.NONE}
    return "; ".join(part for part, needed in parts.items() if needed)


def refusals() -> str:
    """Why a request is refused."""
    return table(("reason", "中文", "English"), [(f"`{code}`", words.zh, words.en) for code, words in REFUSAL_WORDS.items()])


def ask_for() -> str:
    """What a person is asked for."""
    return table(("what", "中文", "English"), [(f"`{code}`", words.zh, words.en) for code, words in ASK_WORDS.items()])


def times() -> str:
    """The lengths of time that the rules go by."""
    return table(("time", ""), [(length(getattr(rules, name)), words) for name, words in TIMES.items()])


def photos() -> str:
    """What may be attached."""
    most, pixels = pictures.MOST_BYTES // 1024 // 1024, pictures.MOST_PIXELS // 1_000_000
    kinds = ", ".join(pictures.FORMATS)
    return f"A photo is one of {kinds}, of {most} MB and {pixels} million pixels at most."


DRAWN = {part.__name__: part for part in (drawing, states, transitions, grounds, times, refusals, ask_for, photos)}


def drawn(text: str) -> str:
    """A document with its drawn parts made anew."""
    return BLOCK.sub(lambda block: f"{block[1]}{DRAWN[block[2]]()}{block[3]}", text)


def write(document: Path = DOCUMENT) -> None:
    """Make the drawn parts of a document anew."""
    document.write_text(drawn(document.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    write()
