"""Applications in words: kinds of document, fields, checks, times, why something can't be done."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hbcore.domain.application_checks import (
    CHECK_WORDS,
    FINDING_WORDS,
    SHORT_WORDS,
    VERDICT_WORDS,
    Found,
    Verdict,
    not_clean,
)
from hbcore.domain.application_reasons import ASK_WORDS, FIELD_WORDS, REFUSE_WORDS, STATE_WORDS
from hbcore.domain.applications import OPEN, Act, ApplicationState
from hbcore.domain.documents import UNKNOWN_COUNTRY
from hbcore.domain.sentence import Sentence, time_in_words
from hbcore.domain.vocabulary import SHANGHAI, DocumentKind
from hbcore.sentences import sentence
from hbcore.services.applications import Claim, StepSeen, WaitingApplication
from hbcore.services.countries import country_name
from hbcore.ui.locale_words import list_here
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import N_, _, language

KINDS = {
    DocumentKind.RESIDENT_ID: N_("Resident identity card"),
    DocumentKind.HK_MACAU_PERMIT: N_("Mainland travel permit for Hong Kong and Macau residents"),
    DocumentKind.TAIWAN_PERMIT: N_("Mainland travel permit for Taiwan residents"),
    DocumentKind.TAIWAN_SINGLE_PERMIT: N_("Mainland travel permit for Taiwan residents (one trip)"),
    DocumentKind.PASSPORT: N_("Passport"),
    DocumentKind.FOREIGN_PR_CARD: N_("Foreign permanent resident identity card"),
    DocumentKind.HMT_RESIDENCE_PERMIT: N_("Residence permit for Hong Kong, Macau and Taiwan residents"),
}
"""As the documents themselves are called; 港澳通行证 would be another one, for mainland residents going there."""

SHORT_KINDS = {
    DocumentKind.RESIDENT_ID: N_("Identity card"),
    DocumentKind.HK_MACAU_PERMIT: N_("HK/Macau"),
    DocumentKind.TAIWAN_PERMIT: N_("Taiwan"),
    DocumentKind.TAIWAN_SINGLE_PERMIT: N_("Taiwan, one trip"),
    DocumentKind.PASSPORT: N_("Passport"),
    DocumentKind.FOREIGN_PR_CARD: N_("Permanent resident"),
    DocumentKind.HMT_RESIDENCE_PERMIT: N_("Residence permit"),
}
"""For the queue's narrow column alone."""

ACTS = {
    Act.SUBMIT: N_("Submitted"),
    Act.APPROVE: N_("Approved"),
    Act.REFUSE: N_("Not approved"),
    Act.ASK: N_("Applicant asked"),
    Act.SEND_ON: N_("Sent to a second person"),
    Act.SEND_BACK: N_("Sent back to the queue"),
    Act.ANSWER: N_("Answered"),
    Act.EXPIRE: N_("No answer in time"),
    Act.WITHDRAW: N_("Withdrawn"),
    Act.UNDO: N_("Decision taken back"),
    Act.REVOKE: N_("Approval revoked"),
    Act.TRANSFER: N_("Transferred"),
}
"""What was done, as a history says it."""

SIGNS = {Verdict.PASS: "✓", Verdict.LOOK: "!", Verdict.STOP: "✕", Verdict.NOT_NEEDED: "–"}
"""A check's sign, beside its word: colour says nothing here."""


def here(words: Sentence) -> str:
    """A sentence in the session's language."""
    return words.zh if language() == "zh" else words.en


def kind_name(kind: DocumentKind) -> str:
    """A kind of document by its full name."""
    return _(KINDS[kind])


def short_words(kind: DocumentKind, issuer: str) -> str:
    """A document in the queue's narrow column: its kind, and its country where that is known."""
    return " ".join(word for word in (_(SHORT_KINDS[kind]), country(issuer)) if word)


def why(code: str) -> str:
    """The sentence of a refusal; of what a colleague holds without who and until when, which stand beside it."""
    return sentence("held_by_colleague" if code == "claimed_by_other" else code)[language()]


def held_until(claim: Claim, at: datetime) -> str:
    """Who holds an application and until when."""
    words = _("You hold this until {until}") if claim.own else _("{holder} holds this until {until}")
    return words.format(holder=claim.holder, until=clock_time(claim.until))


def clock_time(instant: datetime) -> str:
    """The time of day in Shanghai."""
    return f"{instant.astimezone(SHANGHAI):%H:%M}"


BY_APPLICANT = (Act.ANSWER, Act.WITHDRAW)
"""What nobody on staff has done is the applicant's, on the public form; the rest is the clock's."""


def step_in_words(step: StepSeen, at: datetime) -> str:
    """What happened, to what, why, by whom and when."""
    moved = f"{unit_name(step.before)} → {unit_name(step.after)}" if step.act == Act.TRANSFER else ""
    reasons = list_here([reason_name(code) for code in step.reasons])
    by = step.by or (_("By the applicant") if step.act in BY_APPLICANT else "")
    return " · ".join(part for part in (moment(step.at, at), _(ACTS[step.act]), moved, reasons, by) if part)


def state_name(state: ApplicationState) -> str:
    """A state as applicants and staff read it."""
    return here(STATE_WORDS[state])


def state_name_of(word: str) -> str:
    """The same of a state that comes as a word."""
    return state_name(ApplicationState(word))


def refuse_reason(code: str) -> str:
    """A reason to refuse."""
    return here(REFUSE_WORDS[code])


def ask_reason(code: str) -> str:
    """A reason to ask."""
    return here(ASK_WORDS[code])


def reason_name(code: str) -> str:
    """A reason of either list."""
    return here(REFUSE_WORDS[code] if code in REFUSE_WORDS else ASK_WORDS[code])


def field_name(field: str) -> str:
    """A compared field."""
    return here(FIELD_WORDS[field])


def found_words(found: Found) -> str:
    """What a check found: sign, verdict, which check, and the finding."""
    said = _("{verdict} · {check}: {finding}").format(
        verdict=here(VERDICT_WORDS[found.verdict]),
        check=here(CHECK_WORDS[found.check]),
        finding=here(FINDING_WORDS[found.finding]),
    )
    return f"{SIGNS[found.verdict]} {said}"


def in_short(findings: Sequence[Found]) -> str:
    """What is to be looked at, in a few words each; what stops comes first."""
    return _("; ").join(here(SHORT_WORDS[one.finding]) for one in not_clean(findings))


def order_of_checks() -> str:
    """The checks by name, in the order of their signs."""
    return list_here([here(words) for words in CHECK_WORDS.values()])


def country(code: str | None) -> str:
    """A country's name; nothing where it is unknown."""
    return "" if code in (None, UNKNOWN_COUNTRY) else country_name(str(code), language())


def words_of(kind: DocumentKind, issuer: str) -> list[str]:
    """A document in words: its kind, and its country where that is known."""
    return [word for word in (kind_name(kind), country(issuer)) if word]


def moment(instant: datetime, at: datetime) -> str:
    """An instant in Shanghai, with its year where that is not this one."""
    return here(time_in_words(instant, seen_from=at))


def remaining(line: WaitingApplication, at: datetime) -> str:
    """What is left of the 24 hours: `3:12`, or `-0:20` beyond them, from 100 hours on in days; a dash while the clock stands."""
    if line.due_at is None:
        return "–"
    left = line.due_at - at
    minutes = abs(left) // timedelta(minutes=1)
    if left <= -timedelta(hours=100):
        return _("-{days} d").format(days=-left // timedelta(days=1))
    return f"{'-' if left < timedelta(0) else ''}{minutes // 60}:{minutes % 60:02}"


def left_or_state(line: WaitingApplication, at: datetime) -> str:
    """In the queue: what is left while the clock runs or stands, else the state it ended in."""
    if line.state == ApplicationState.ASKED:
        return _("remind") if line.remind else "–"
    return remaining(line, at) if line.state in OPEN else state_name(line.state)


def remaining_in_words(line: WaitingApplication, at: datetime) -> str:
    """What is left beside the instant itself; nothing once it is decided."""
    if line.state not in OPEN:
        return ""
    if line.due_at is None:
        return _("The clock stands until the applicant answers")
    left = line.due_at - at
    hours, minutes = divmod(abs(left) // timedelta(minutes=1), 60)
    words = _("overdue by {h} h {m} min") if left < timedelta(0) else _("{h} h {m} min left")
    return f"{words.format(h=hours, m=minutes)} · {moment(line.due_at, at)}"


def urgency(line: WaitingApplication, at: datetime) -> str:
    """`!!` overdue, `!` less than two hours left."""
    if line.due_at is None or line.state not in OPEN:
        return ""
    return "!!" if line.due_at <= at else "!" if line.due_at < at + timedelta(hours=2) else ""


def checks(line: WaitingApplication) -> str:
    """Each check as its sign, then in words what is to be looked at."""
    signs = "".join(SIGNS[one.verdict] for one in line.findings)
    return f"{signs} {in_short(line.findings)}".rstrip()
