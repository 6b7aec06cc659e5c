"""Recolouring requests in words: grounds, states, what is missing, why refused, what was done, what is left of the time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hbcore.domain.recolouring import OPEN, RequestAct
from hbcore.domain.recolouring_grounds import (
    ASK_WORDS,
    GROUND_WORDS,
    NEXT_WORDS,
    REFUSAL_WORDS,
    RULES,
    STATE_WORDS,
    AskFor,
    Ground,
    OnRecord,
)
from hbcore.domain.vocabulary import Colour
from hbcore.services.colour_words import COLOUR_WORDS, NO_CODE
from hbcore.services.recolouring import TAKEN_BACK
from hbcore.services.recolouring_seen import RequestLine, RequestStep
from hbcore.ui.application_words import here, moment
from hbcore.ui.code_picture import SIGNS
from hbcore.ui.decline_words import DECLINES
from hbcore.ui.locale_words import day_here, left_here, list_here
from hbcore.ui.words import N_, _

DONE = {
    RequestAct.ENTER: N_("Entered"),
    RequestAct.ASK: N_("Asked for"),
    RequestAct.ANSWER: N_("Added to"),
    RequestAct.REVIEW: N_("Reviewed"),
    RequestAct.CONFIRM: N_("Confirmed"),
    RequestAct.SEND_BACK: N_("Sent back to the county"),
    RequestAct.REFUSE: N_("Refused"),
    RequestAct.WITHDRAW: N_("Request withdrawn"),
}
SHOWS = {
    "entered": N_("To be reviewed"),
    "reviewed": N_("To be confirmed"),
    "overdue": N_("Beyond 48 hours"),
    "asked": N_("Waiting for the person"),
    "ended": N_("Ended"),
}
SENT_BACK = {TAKEN_BACK: N_("taken back by who reviewed it"), **DECLINES}
NEEDED = {
    OnRecord.NEGATIVE: N_("the latest nucleic-acid test negative"),
    OnRecord.RETEST: N_("a negative test of one's own tube"),
}


def ground_name(ground: str) -> str:
    """A ground by its words."""
    return here(GROUND_WORDS[ground])


def state_of(state: str) -> str:
    """A state as staff and the person read it."""
    return here(STATE_WORDS[state])


def reason_of(code: str) -> str:
    """What was asked for, why it was refused, or why it was sent back."""
    if code in SENT_BACK:
        return _(SENT_BACK[code])
    return here(ASK_WORDS[code] if code in ASK_WORDS else REFUSAL_WORDS[code])


def reasons_of(codes: Sequence[str]) -> str:
    """Several of them on one line."""
    return _("; ").join(map(reason_of, codes))


def asked_for(codes: Sequence[str]) -> str:
    """What the person was asked for."""
    return _("Asked for: {what}").format(what=reasons_of(codes))


def colour_name(colour: Colour | None) -> str:
    """A colour with its sign, or that there is no code."""
    return f"{SIGNS[colour]} {here(COLOUR_WORDS[colour])}" if colour else here(NO_CODE)


def needs(ground: Ground) -> str:
    """What a ground needs before it can be found right."""
    rule = RULES[ground]
    parts = {AskFor.IMAGE: rule.image, AskFor.EVIDENCE_NUMBER: rule.evidence, AskFor.DATED: rule.dated}
    words = [here(ASK_WORDS[one]) for one, needed in parts.items() if needed]
    if rule.tests in NEEDED:
        words.append(_(NEEDED[rule.tests]))
    return list_here(words)


def follows(ground: Ground) -> str:
    """What follows once it is confirmed, and by whose hand."""
    return here(NEXT_WORDS[RULES[ground].does])


def step_line(step: RequestStep, at: datetime) -> str:
    """What was done, why, by whom and when."""
    reasons = list_here([reason_of(code) for code in step.reasons]) if step.reasons else ""
    return " · ".join(part for part in (moment(step.at, at), _(DONE[step.act]), reasons, step.by) if part)


def left_of(line: RequestLine, at: datetime) -> str:
    """What is left of the 48 hours; until when the person has time to answer; nothing once it has ended."""
    if line.state not in OPEN:
        return ""
    if line.due_at:
        return left_here(line.due_at - at)
    if line.answer_by is None:
        return _("The clock stands")
    words = _("The clock stands; to be answered before {day}") if at < line.answer_by else _("not answered in time ({day})")
    return words.format(day=day_here(line.answer_by))


def left_short(line: RequestLine, at: datetime) -> str:
    """The same in the queue's narrow column, with `!!` overdue and `!` under six hours; `<` the day before which the
    person answers; the state once it has ended."""
    if line.state not in OPEN:
        return state_of(line.state)
    if line.due_at is None:
        return f"{'' if at < line.answer_by else '! '}< {day_here(line.answer_by)}" if line.answer_by else "–"
    left = line.due_at - at
    minutes = abs(left) // timedelta(minutes=1)
    sign = "!! -" if left <= timedelta(0) else "! " if left < timedelta(hours=6) else ""
    return f"{sign}{minutes // 60}:{minutes % 60:02}"
