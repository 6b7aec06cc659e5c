"""What a condition asks for, in words."""

from collections.abc import Sequence

from hbcore.domain.conditions import Condition, Word
from hbcore.domain.sentence import Sentence, alternatives, same, shipped_words

WORDS = shipped_words("policy_words.json")


def wanted(condition: Condition) -> Sentence:
    """What a condition asks for."""
    return WORDS["wanted"][_form(condition)].fill(
        {
            "kinds": _names("facts", condition.kinds or condition.closed_by),
            "outcomes": _names("outcomes", condition.no_later or condition.outcomes),
            "states": _names("registrations", condition.states),
            "assay": WORDS["assays"][condition.assay],
            "length": _length(condition.hours or 0),
            "name": condition.name,
        }
    )


def _form(condition: Condition) -> str:
    if condition.word is not Word.FACT_IN_FORCE:
        return condition.word
    return "fact_in_force_young" if condition.hours else "fact_in_force_no_later" if condition.no_later else "fact_in_force"


def _names(group: str, words: Sequence[str]) -> Sentence:
    return alternatives([WORDS[group][word] for word in words])


def _length(hours: int) -> Sentence:
    # As people say it: 48 hours, but 7 days.
    days = hours > 72 and hours % 24 == 0
    return WORDS["lengths"]["days" if days else "hours"].fill({"n": same(str(hours // 24 if days else hours))})
