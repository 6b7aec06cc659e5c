"""The drawn parts of docs/applications.md, made from the tables in code; run as a program, it writes them anew."""

import re
from datetime import timedelta
from pathlib import Path

from hbcore.domain import applications as rules
from hbcore.domain.application_checks import CHECK_WORDS, FINDING_WORDS, MATRIX, VERDICT_WORDS, Finding, findings
from hbcore.domain.application_reasons import ASK_WORDS, REFUSE_WORDS, STATE_WORDS
from hbcore.domain.applications import CLAIMABLE, MAY_APPLY_AGAIN, OPEN, TRANSITIONS, Need, Transition
from hbcore.domain.likeness import BECAUSE_WORDS, LIKELY, Because
from tests.checks.sources import ROOT
from tests.domain.check_cases import EXAMPLES

DOCUMENT = ROOT / "docs" / "applications.md"
BLOCK = re.compile(r"(<!-- drawn: (\w+) -->\n).*?(\n<!-- end -->)", re.DOTALL)

NEEDS = {
    Need.NOT_OWN_ENTRY: "nobody decides what they entered themselves",
    Need.CHECKS_PASSED: "no check stops",
    Need.REFUSE_REASON: "one reason of the list; `false_information` with evidence, and by a second person",
    Need.ASK_REASONS: "one or several reasons of the list",
    Need.SECOND_PERSON: "another person than who sent it on or proposed it",
    Need.DECIDER_WITHIN_TEN_MINUTES: "who decided, within the time for undoing and before the notice leaves; else two people",
    Need.SEVEN_DAYS_WITHOUT_ANSWER: "no answer in the time for answering; whoever looks first writes it down",
    Need.APPLICANT: "on the applicant's word",
}
TIMES = {
    "WITHIN": "to decide, from the submission in the original channel, holidays included; the clock stands while asked",
    "REMIND_AFTER": "without an answer: the applicant is to be reminded",
    "ASKED_EXPIRES_AFTER": "without an answer: the application expires",
    "UNDO_WITHIN": "to take a decision back alone",
    "CLAIM_LASTS": "a claim lasts",
    "CLAIM_RENEWED_WITHIN": "before its end a claim can be lengthened",
}


def drawing() -> str:
    """The states and every arrow, as a Mermaid diagram."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {state}: {words.zh} / {words.en}" for state, words in STATE_WORDS.items()]
    lines += [f"    {arrow.before or '[*]'} --> {arrow.after}: {_act(arrow)}" for arrow in TRANSITIONS]
    return "\n".join([*lines, "```"])


def transitions() -> str:
    """Every arrow with what it needs."""
    rows = [
        (_act(arrow), arrow.before or "–", arrow.after, "; ".join(NEEDS[need] for need in arrow.needs)) for arrow in TRANSITIONS
    ]
    return table(("act", "from", "to", "needs"), rows)


def states() -> str:
    """Every state in both languages, and what can be done in it besides the arrows."""
    marks = {"open": OPEN, "can be claimed": CLAIMABLE, "a new application may follow, linked to it": MAY_APPLY_AGAIN}
    rows = [
        (f"`{state}`", words.zh, words.en, "; ".join(mark for mark, among in marks.items() if state in among))
        for state, words in STATE_WORDS.items()
    ]
    return table(("state", "中文", "English", ""), rows)


def refuse_reasons() -> str:
    """Why an application is refused."""
    return table(("reason", "中文", "English"), [(f"`{code}`", words.zh, words.en) for code, words in REFUSE_WORDS.items()])


def ask_reasons() -> str:
    """What an applicant is asked for."""
    return table(("reason", "中文", "English"), [(f"`{code}`", words.zh, words.en) for code, words in ASK_WORDS.items()])


def times() -> str:
    """The lengths of time that the rules go by."""
    return table(("time", ""), [(length(getattr(rules, name)), words) for name, words in TIMES.items()])


def checks() -> str:
    """The check matrix: what each check may find, what it means, and an example of it."""
    rows = [
        (f"{CHECK_WORDS[check].zh} {CHECK_WORDS[check].en}", VERDICT_WORDS[verdict].en, _in_both(finding), _example(finding))
        for finding, (check, verdict) in MATRIX.items()
    ]
    return table(("check", "", "found", "for example"), rows)


def _in_both(finding: Finding) -> str:
    return f"{FINDING_WORDS[finding].zh} / {FINDING_WORDS[finding].en}"


def _example(finding: Finding) -> str:
    found = next(one for one in findings(EXAMPLES[finding].case) if one.finding is finding)
    sides = "".join(f" ({pair.stated} \\| {pair.other})" for pair in found.pairs)
    return f"{EXAMPLES[finding].words}{sides}"


def likely() -> str:
    """What is enough to say that two people may be one."""
    rows = [(_all_of(enough, "zh"), _all_of(enough, "en")) for enough in LIKELY]
    return table(("同时具备", "all of"), rows)


def _all_of(enough: frozenset[Because], language: str) -> str:
    words = [getattr(BECAUSE_WORDS[one], language) for one in Because if one in enough]
    return {"zh": "、", "en": ", "}[language].join(words)


DRAWN = {part.__name__: part for part in (drawing, states, transitions, checks, likely, times, refuse_reasons, ask_reasons)}


def table(heading: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """A table as Markdown writes it."""
    lines = [heading, tuple("---" for _ in heading), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def length(time: timedelta) -> str:
    """A length of time in its own unit: a day counts as 24 hours, as the rules say it."""
    minutes = time // timedelta(minutes=1)
    if minutes < 60:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes <= 24 * 60 else f"{minutes // (24 * 60)} days"


def drawn(text: str) -> str:
    """A document with its drawn parts made anew."""
    return BLOCK.sub(lambda block: f"{block[1]}{DRAWN[block[2]]()}{block[3]}", text)


def _act(arrow: Transition) -> str:
    return str(arrow.act).replace("_", " ")


def _needs(arrow: Transition) -> str:
    return "; ".join(NEEDS[need] for need in arrow.needs)


def write(document: Path = DOCUMENT) -> None:
    """Make the drawn parts of a document anew."""
    document.write_text(drawn(document.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    write()
