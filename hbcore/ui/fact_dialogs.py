"""Ending a fact early and extending it: what it would do is said before it is proposed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Literal

import streamlit as st

from hbcore.domain.fact_rules import LONGEST_REFERENCE, LONGEST_TEXT, Measure
from hbcore.domain.vocabulary import SHANGHAI, RowCode
from hbcore.services import fact_proposing
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of, now
from hbcore.services.fact_proposing import Effect, MeasureRefused
from hbcore.services.facts import FactLine
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, say_after_rerun, show_refused
from hbcore.ui.fact_sure import MEANT, asked_when_many, forget_question, meant, show_question
from hbcore.ui.fact_words import PARTS, effect_words, fact_heading
from hbcore.ui.words import N_, _, sentence_here, time_here

PROPOSED = N_("Proposed. It takes effect once another person of the level above confirms it.")


def end_early(line: FactLine, staff: Staff) -> None:
    """The paper it rests on and why; another person confirms it."""
    _who(line)
    with errors_shown():
        show_effect(fact_proposing.preview_end(line.id, by=staff, at=now()), ends=False)
    with st.form("end fact", border=False):
        evidence, reason = ask_paper()
        question = st.container()
        pressed = st.form_submit_button(_("Propose the end"), type="primary")
    if pressed:
        with errors_shown(), asked_when_many():
            fact_proposing.propose_end(line.id, evidence, reason, sure=meant(), by=staff, at=now())
            forget_question()
            say_after_rerun(_(PROPOSED))
    show_question(question, _(MEANT))


def extend(line: FactLine, staff: Staff) -> None:
    """New evidence, from when to when; tried first, then proposed."""
    _who(line)
    with st.form("extend fact", border=False):
        begins, ends = st.columns(2)
        from_on = begins.date_input(_("From (date of the new evidence)"), day_of(now()), format="YYYY-MM-DD")
        until_on = ends.date_input(_("Until (00:00 of this day)"), None, format="YYYY-MM-DD")
        evidence, reason = ask_paper()
        question = st.container()
        with st.container(horizontal=True):
            tried = st.form_submit_button(_("See what it will do"))
            pressed = st.form_submit_button(_("Propose the extension"), type="primary")
    measure = Measure(line.kind, midnight(from_on) or now(), midnight(until_on), evidence.strip())
    with faults_shown(), asked_when_many():
        if tried:
            show_effect(fact_proposing.preview_extension(line.id, measure, by=staff, at=now()))
        elif pressed:
            fact_proposing.propose_extension(line.id, measure, reason, sure=meant(), by=staff, at=now())
            forget_question()
            say_after_rerun(_(PROPOSED))
    show_question(question, _(MEANT))


def ask_paper(keys: Mapping[str, str] | None = None) -> tuple[str, str]:
    """The number of the paper and the reason; `keys`: those of both fields, where they are kept as a draft."""
    kept: Literal["session"] | None = "session" if keys else None
    paper, why = st.columns([1, 2])
    number = paper.text_input(
        _("Evidence number"),
        max_chars=LONGEST_REFERENCE,
        help=_("The number of the paper it rests on; no names."),
        autocomplete="off",
        key=keys["evidence"] if keys else None,
        persist_state=kept,
    )
    reason = why.text_input(
        _("Reason"), max_chars=LONGEST_TEXT, autocomplete="off", key=keys["reason"] if keys else None, persist_state=kept
    )
    return number, reason


def midnight(on: object) -> datetime | None:
    """00:00 of a day in Shanghai; None where none was chosen."""
    return datetime.combine(on, time(), SHANGHAI) if isinstance(on, date) else None


def show_effect(effect: Effect, *, ends: bool = True) -> None:
    """Whose codes would change, and until when it would last."""
    for said in effect_words(effect.changes, effect.ahead):
        safe.text(said)
    if ends:
        until = time_here(effect.until_at) if effect.until_at else _("until it is closed by recovery, release or exclusion")
        safe.text(_("Until: {time}").format(time=until))


@contextmanager
def faults_shown() -> Iterator[None]:
    """`errors_shown`; of a measure with faults, which part is wrong and how."""
    with errors_shown():
        try:
            yield
        except MeasureRefused as refused:
            show_refused(refused)
            for part, code in refused.found.items():
                fault = _("Fill this in.") if code == RowCode.MISSING else sentence_here(code)
                safe.text(_("{part}: {said}").format(part=_(PARTS[part]), said=fault))


def _who(line: FactLine) -> None:
    safe.text(f"{fact_heading(line.kind)} · {line.name} {line.number}")
