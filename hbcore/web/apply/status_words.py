"""An application's status in the words of who waits for it."""

from collections.abc import Iterator
from datetime import datetime
from math import ceil

from hbcore.domain.names import masked_name, traditional
from hbcore.domain.sentence import Sentence
from hbcore.domain.vocabulary import Assay
from hbcore.public_sentences import ASKS, ASSAYS, COLOURS, DIFFERS, FIELDS, GROUNDS, LATE, OUTCOMES, REFUSED, STATES
from hbcore.public_words import P_, moment, said
from hbcore.services.people import ResultShown
from hbcore.services.public_applications import ApplicationStatus, PublicCode
from hbcore.ui.code_picture import code_svg

REFRESH = 60
"""Seconds after which a code that is shown draws itself anew."""

DESK_SPEAKS = ("zh", "zh-Hant", "en")
"""Languages in which the policies' own sentences are read as they are."""

TEST = P_("{assay}: {outcome}. Sampled {time}, {institution}.")
UNTIL = P_("Until {time}, unless something new is recorded.")
SINCE = P_("Since {time}.")


def status_values(seen: ApplicationStatus, language: str, at: datetime) -> dict[str, object]:
    """What `status.html` asks for."""
    heading, meaning = STATES[seen.state]
    late = seen.state == "waiting" and seen.due_at is not None and at >= seen.due_at
    times = {
        "due": moment(seen.due_at, language, seen_from=at) if seen.due_at else "",
        "until": moment(seen.answer_by, language, seen_from=at) if seen.answer_by else "",
    }
    declares_from = seen.may_edit_declaration_from
    return {
        "heading": said(heading, language),
        "meaning": said(LATE, language) if late else said(meaning, language, **times),
        "lines": list(_lines(seen, language)),
        "code": _code(seen.code, _holder(seen), language, at) if seen.code else None,
        "shown_at": f"{moment(at, language, seen_from=at)}:{at:%S}",
        "refresh": _refresh(seen.code, at),
        "tests": [_test(one, assay, language, at) for assay, one in (seen.latest or {}).items()],
        "differing": _differing(seen.differing, language),
        "asks": [said(ASKS[one], language) for one in seen.ask if one in ASKS] if seen.state == "asked" else [],
        "declares": seen.draft is not None and declares_from is not None and declares_from <= at and not seen.ask,
        "receipt": seen.receipt,
        "sent_at": moment(seen.submitted_at, language, seen_from=at),
        "may_apply_again": seen.may_apply_again,
        "may_withdraw": seen.may_withdraw and seen.draft is not None,
    }


def in_words(sentence: Sentence, language: str) -> str:
    """A sentence of the desk's own two languages: in Chinese, or in English with the Chinese that staff at a gate read."""
    if language == "zh":
        return sentence.zh
    if language == "zh-Hant":
        return traditional(sentence.zh)
    return sentence.en if language == "en" else f"{sentence.en} / {sentence.zh}"


def _lines(seen: ApplicationStatus, language: str) -> Iterator[str]:
    if seen.refuse_reason in REFUSED:
        yield said(REFUSED[seen.refuse_reason], language)
    if seen.code is None and seen.code_reason is not None:
        yield in_words(seen.code_reason, language)


def _differing(fields: tuple[str, ...], language: str) -> str:
    named = said(P_(", "), language).join(said(FIELDS[field], language) for field in fields if field in FIELDS)
    return said(DIFFERS, language, fields=named) if named else ""


def _holder(seen: ApplicationStatus) -> str:
    """Whose code it is, masked: enough for who compares it with a document."""
    return masked_name(seen.draft.name) if seen.draft else ""


def _code(code: PublicCode, name: str, language: str, at: datetime) -> dict[str, object]:
    lines = list(_why(code, language))
    if code.since:
        lines.append(said(SINCE, language, time=moment(code.since, language, seen_from=at)))
    if code.until:
        lines.append(said(UNTIL, language, time=moment(code.until, language, seen_from=at)))
    return {
        "name": name,
        "picture": code_svg(code.qr, code.colour),
        "said": said(COLOURS[code.colour], language),
        "look_up": " ".join(code.look_up[place : place + 3] for place in range(0, 12, 3)),
        "lines": lines,
    }


def _refresh(code: PublicCode | None, at: datetime) -> int:
    """Seconds until the page asks again: before long, and at once when the code has ended."""
    if code is None or code.expires_at is None:
        return REFRESH
    return max(1, min(REFRESH, ceil((code.expires_at - at).total_seconds())))


def _why(code: PublicCode, language: str) -> Iterator[str]:
    """The row's own sentence; before it, where that is in another language, what it means."""
    if language not in DESK_SPEAKS and code.row in GROUNDS:
        yield said(GROUNDS[code.row], language)
    yield in_words(code.reason, language)


def _test(one: ResultShown, assay: Assay, language: str, at: datetime) -> str:
    return said(
        TEST,
        language,
        assay=said(ASSAYS[assay], language),
        outcome=said(OUTCOMES[one.outcome], language),
        time=moment(one.sampled_at, language, seen_from=at),
        institution=one.institution,
    )
