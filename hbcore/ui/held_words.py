"""Held rows in words: what holds them, how they stand, what was asked and answered."""

from hbcore.domain.lab_held import Answer, SettleReason, Step
from hbcore.domain.vocabulary import RowCode
from hbcore.services.held_queue import HeldLine, StepSeen
from hbcore.ui.words import N_, _, time_here

KINDS = {
    RowCode.NAME_DIFFERS: N_("Name differs"),
    RowCode.CONTRADICTS: N_("Another outcome for the sample"),
    RowCode.WITHDRAWS_UNKNOWN: N_("Withdraws what we do not hold"),
    RowCode.AMBIGUOUS_DOCUMENT: N_("Document of several people"),
    RowCode.SECOND_ACCOUNT_NEEDED: N_("Waits for a second person"),
}
REASONS = {
    SettleReason.LABORATORY_ERROR: N_("The laboratory confirms its own mistake"),
    SettleReason.LABORATORY_CONFIRMS: N_("The laboratory confirms what the file says"),
    SettleReason.SAME_PERSON: N_("The same person: the name is written otherwise, or has changed"),
    SettleReason.OTHER_PERSON: N_("The specimen was another person's"),
    SettleReason.RETESTED: N_("The same specimen was tested again"),
    SettleReason.NOT_CONFIRMED: N_("The laboratory cannot confirm the change"),
    SettleReason.MISTAKEN_FILE: N_("The later file was sent by mistake"),
}
ANSWERS = {
    Answer.FILE_IS_RIGHT: N_("The file is right"),
    Answer.HELD_IS_RIGHT: N_("What is held is right"),
    Answer.OTHER_PERSON: N_("The specimen is another person's"),
    Answer.NEW_FILE_COMES: N_("We send a new file"),
}
STEPS = {
    Step.ASKED: N_("Laboratory asked"),
    Step.ANSWERED: N_("Laboratory answered"),
    Step.KEPT: N_("What we hold was kept"),
    Step.TAKEN: N_("Taken in"),
    Step.REOPENED: N_("Put back into the queue"),
}
STATUSES = {
    "final": N_("final"),
    "corrected": N_("corrected"),
    "withdrawn": N_("withdrawn"),
    "recalled": N_("recalled"),
}


def kind_name(kind: str) -> str:
    """What holds a row."""
    return _(KINDS[RowCode(kind)])


def reason_words(reason: str) -> str:
    """Why a row is settled so, in the session's language."""
    return _(REASONS[SettleReason(reason)])


def answer_words(answer: str) -> str:
    """What the laboratory said."""
    return _(ANSWERS[Answer(answer)])


def state_words(one: HeldLine) -> str:
    """How it stands: held, asked about, answered, proposed; or its whole upload is to be recalled."""
    if one.recall_waits:
        return _("Recall proposed")
    if one.proposed:
        return _("Proposed")
    return _("Asked") if one.asked else _("Answered") if one.answered else _("Held")


def step_words(one: StepSeen) -> str:
    """What was done about it, on one line, as it was written."""
    said = answer_words(one.said) if one.step is Step.ANSWERED else reason_words(one.said) if one.said else ""
    return " · ".join(filter(None, (_(STEPS[one.step]), said, one.note, one.by, time_here(one.at))))
