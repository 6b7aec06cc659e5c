"""What a reason's sentence needs and no rule can know: which fields differ, what was asked for, why not, whom to ask."""

import json
from collections.abc import Mapping

from hbcore.domain.application_reasons import ASK_WORDS, FIELD_WORDS, REFUSE_WORDS
from hbcore.domain.sentence import Sentence, same, shipped_words

COMMA = shipped_words("policy_words.json")["list"]["comma"]


def details(filing_fields: str | None, reasons: str | None, hotline: str) -> Mapping[str, Sentence]:
    """The values of `{fields}`, `{reasons}`, `{reason}` and `{hotline}` from an application's two JSON lists of codes.

    Reasons to ask and to refuse are separate lists: the codes themselves tell which a decision gave.
    """
    given = {"fields": (FIELD_WORDS, filing_fields), "reasons": (ASK_WORDS, reasons), "reason": (REFUSE_WORDS, reasons)}
    words = {name: [of[code] for code in json.loads(codes or "[]") if code in of] for name, (of, codes) in given.items()}
    return {"hotline": same(hotline)} | {name: _and(found) for name, found in words.items() if found}


def _and(words: list[Sentence]) -> Sentence:
    return Sentence(COMMA.zh.join(word.zh for word in words), COMMA.en.join(word.en for word in words))
