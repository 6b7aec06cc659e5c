"""Why is my result missing? Short sentences, each with what to do, all from the one table here."""

from collections.abc import Iterator
from datetime import datetime

import streamlit as st

from hbcore.domain.sentence import shipped_words
from hbcore.sentences import of_row
from hbcore.services import missing
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.missing import Answer, ResultKnown, RowKnown, SamplingKnown
from hbcore.services.people import PersonCard
from hbcore.ui import safe
from hbcore.ui.application_words import here, moment, why
from hbcore.ui.errors import errors_shown
from hbcore.ui.person_shown import Nobody, keep, kept
from hbcore.ui.words import N_, _

WORDS = shipped_words("policy_words.json")
ANSWER = "missing result"
SAID = {
    "recorded": N_("Recorded, shown on the card: {result}."),
    "corrected": N_("Corrected by the laboratory, a newer one stands in its place: {result}."),
    "withdrawn": N_("Withdrawn by the laboratory, ask it for the reason: {result}."),
    "recalled": N_("Recalled with its whole upload, the laboratory must upload it again: {result}."),
    "held": N_("A row is held: {where}. {why}"),
    "refused": N_("A row was not recorded: {where}. {why} The laboratory corrects it and uploads again."),
    "nothing": N_("Nothing has come in under this number: no result, and no row that could not be read."),
    "awaited": N_("Sampled, but the tube's result has not come: {sampling}. Ask the laboratory for this tube."),
    "answered": N_("Sampled, and the tube's result has come: {sampling}."),
    "sampling": N_(
        "No sampling is registered within a week: ask where and when the sample was taken, and for the tube's number."
    ),
    "mistyped": N_(
        "A row with a mistyped number cannot be found by number: ask the institution to check the number against the document."
    ),
    "uploaded": N_("Uploaded within a week: {institution}, last {time}. If the sample is older than that, ask there."),
    "not_uploaded": N_("Nothing uploaded within a week: {institution}. Its results may still be on their way."),
    "hotline": N_("If nothing helps: hotline {hotline}."),
}


def show_missing(card: PersonCard, staff: Staff) -> None:
    """The button on a card, and under it the answer once it was asked for."""
    if st.button(_("Why is my result missing?"), key="missing"):
        with errors_shown():
            keep(ANSWER, missing.of_person(card.id, by=staff, at=now()))


def show_missing_of(nobody: Nobody, staff: Staff) -> None:
    """The same where nobody was found."""
    if st.button(_("Why is my result missing?"), key="missing"):
        with errors_shown():
            keep(ANSWER, missing.of_number(nobody.text, by=staff, at=now(), purpose=nobody.purpose, case=nobody.case))
    show_answer()


def show_answer() -> None:
    """The answer, where it was asked for."""
    answer = kept(ANSWER)
    if isinstance(answer, Answer):
        with st.container(key="missing answer", gap="xsmall", border=True):
            for line in _lines(answer, now()):
                safe.text(line)


def _lines(answer: Answer, at: datetime) -> Iterator[str]:
    yield from (_sampling(one, at) for one in answer.samplings)
    yield from (_result(one, at) for one in answer.results)
    yield from (_row(one, at) for one in answer.rows)
    if answer.nothing:
        yield _(SAID["nothing"])
    if not answer.samplings:
        yield _(SAID["sampling"])
    yield _(SAID["mistyped"])
    for one in answer.institutions:
        if one.last_at:
            yield _(SAID["uploaded"]).format(institution=one.name, time=moment(one.last_at, at))
        else:
            yield _(SAID["not_uploaded"]).format(institution=one.name)
    yield _(SAID["hotline"]).format(hotline=answer.hotline)


def _sampling(one: SamplingKnown, at: datetime) -> str:
    parts = (
        moment(one.sampled_at, at),
        one.site or "",
        _("sample number {number}").format(number=one.sample_number),
        one.institution,
    )
    return _(SAID["awaited" if one.awaited else "answered"]).format(sampling=" · ".join(part for part in parts if part))


def _result(one: ResultKnown, at: datetime) -> str:
    parts = (
        f"{here(WORDS['assays'][one.assay])} {here(WORDS['outcomes'][one.outcome])}",
        _("sampled {time}").format(time=moment(one.sampled_at, at)),
        one.institution,
        _("upload {number}").format(number=one.upload) if one.upload else "",
    )
    return _(SAID[one.ended_how or "recorded"]).format(result=" · ".join(part for part in parts if part))


def _row(one: RowKnown, at: datetime) -> str:
    where = _("row {row} of upload {upload} of {institution}, {time}").format(
        row=one.row, upload=one.upload, institution=one.institution, time=moment(one.at, at)
    )
    said = dict.fromkeys(why(of_row(code, one.kind)) for _c, code in one.problems)
    return _(SAID["held" if one.held else "refused"]).format(where=where, why=" ".join(said))
