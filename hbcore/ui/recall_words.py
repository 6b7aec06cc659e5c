"""Why uploads are recalled and what that changes, in words."""

from collections.abc import Mapping

from hbcore.services.recall_record import RecallReason
from hbcore.services.recalling import Changed
from hbcore.ui.fact_words import changes_words
from hbcore.ui.locale_words import number_here
from hbcore.ui.words import N_, Counted, N_n, _, counted

REASONS: Mapping[str, str] = {
    RecallReason.WRONG_FILE: N_("The wrong file was uploaded"),
    RecallReason.WRONG_PEOPLE: N_("Results stand with the wrong people"),
    RecallReason.WRONG_OUTCOMES: N_("Outcomes are wrong"),
    RecallReason.WRONG_TIMES: N_("Times or sample numbers are wrong"),
    RecallReason.NOT_VALIDATED: N_("The laboratory had not validated them yet"),
    RecallReason.OTHER: N_("Another reason, see the note"),
}


def reason_words(reason: str) -> str:
    """Why an upload is recalled, in the session's language."""
    return _(REASONS[RecallReason(reason)])


def recall_effect(changed: Changed) -> list[str]:
    """What recalling an upload changes, a line each."""
    return _lines(
        {
            N_n(
                "{n} result is recalled and counts nowhere any more", "{n} results are recalled and count nowhere any more"
            ): changed.results,
            N_n(
                "{n} other result stands again: this upload had corrected or withdrawn it, or a later one said the same",
                "{n} other results stand again: this upload had corrected or withdrawn them, or a later one said the same",
            ): (changed.back),
            N_n(
                "{n} row of later uploads can't stand without it and ends with it: upload it again",
                "{n} rows of later uploads can't stand without it and end with it: upload them again",
            ): changed.others,
            N_n(
                "{n} row of other uploads is held for a person's eyes then: this upload holds the same row",
                "{n} rows of other uploads are held for a person's eyes then: this upload holds the same rows",
            ): changed.held,
            N_("Positives that go: {n}"): changed.positives_gone,
            N_("Positives that come back: {n}"): changed.positives_back,
        },
        changed,
    )


def put_back_effect(changed: Changed) -> list[str]:
    """What putting an upload back changes, a line each."""
    return _lines(
        {
            N_n("{n} result of this upload stands again", "{n} results of this upload stand again"): changed.results,
            N_n(
                "{n} result of other uploads changes back to what it was",
                "{n} results of other uploads change back to what they were",
            ): changed.back + changed.others,
            N_("Positives that go: {n}"): changed.positives_gone,
            N_("Positives that come back: {n}"): changed.positives_back,
        },
        changed,
    )


def _lines(figures: Mapping[Counted, int], changed: Changed) -> list[str]:
    lines = [counted(words, n).format(n=number_here(n)) for words, n in figures.items() if n]
    return [*lines, _("Codes: {changes}").format(changes=changes_words(changed.codes))]
