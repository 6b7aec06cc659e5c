"""Ending a fact early and extending it: what it would do is said before it is proposed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time

import streamlit as st

from hbcore.domain.fact_rules import LONGEST_REFERENCE, LONGEST_TEXT, Measure
from hbcore.domain.vocabulary import SHANGHAI, RowCode
from hbcore.services import fact_proposing
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of, now
from hbcore.services.fact_proposing import Effect, MeasureRefused
from hbcore.services.facts import FactLine
from hbcore.services.saved_drafts import Place
from hbcore.ui import safe
from hbcore.ui.drafted import KEPT_AFTER, drafted, entered, read_again
from hbcore.ui.errors import errors_shown, say_after_rerun, show_refused
from hbcore.ui.fact_sure import MEANT, asked_when_many, forget_question, meant, show_question
from hbcore.ui.fact_words import PARTS, effect_words, fact_heading
from hbcore.ui.words import N_, _, sentence_here, time_here

PAUSE = "500ms"
"""Whoever presses Esc leaves no field before: what is typed into a dialog is kept after so short a pause."""

PROPOSED = N_("Proposed. It takes effect once another person of the level above confirms it.")


def end_early(line: FactLine, staff: Staff) -> None:
    """The paper it rests on and why; another person confirms it."""
    _who(line)
    with errors_shown():
        show_effect(fact_proposing.preview_end(line.id, by=staff, at=now()), ends=False)
    keys = {name: f"end {name} of {line.id}" for name in ("evidence", "reason")}
    # No form around the fields: what was typed would be lost with the dialog.
    with drafted(Place.FACT_END, tuple(keys.values()), staff, subject=line.id):
        evidence, reason = ask_paper(keys, live=PAUSE)
    question = st.container()
    if st.button(_("Propose the end"), type="primary", key=f"propose end {line.id}"):
        with errors_shown(), asked_when_many():
            fact_proposing.propose_end(line.id, evidence, reason, sure=meant(), by=staff, at=now())
            _sent(Place.FACT_END, keys, line, staff)
    show_question(question, _(MEANT))


def extend(line: FactLine, staff: Staff) -> None:
    """New evidence, from when to when; tried first, then proposed."""
    _who(line)
    keys = {name: f"extension {name} of {line.id}" for name in ("from", "until", "evidence", "reason")}
    blank = {keys["from"]: day_of(now()), keys["until"]: None}
    with drafted(Place.FACT_EXTENSION, tuple(keys.values()), staff, subject=line.id, blank=blank):
        measure, reason = _ask_extension(line, keys)
    question = st.container()
    with st.container(horizontal=True):
        tried = st.button(_("See what it will do"), key=f"try extension {line.id}")
        pressed = st.button(_("Propose the extension"), type="primary", key=f"propose extension {line.id}")
    with faults_shown(), asked_when_many():
        if tried:
            show_effect(fact_proposing.preview_extension(line.id, measure, by=staff, at=now()))
        elif pressed:
            fact_proposing.propose_extension(line.id, measure, reason, sure=meant(), by=staff, at=now())
            _sent(Place.FACT_EXTENSION, keys, line, staff)
    show_question(question, _(MEANT))


def _ask_extension(line: FactLine, keys: Mapping[str, str]) -> tuple[Measure, str]:
    for name in ("from", "until"):
        read_again(keys[name], date.fromisoformat)
    begins, ends = st.columns(2)
    from_on = begins.date_input(
        _("From (date of the new evidence)"), format="YYYY-MM-DD", key=keys["from"], persist_state="session"
    )
    until_on = ends.date_input(
        _("Until (00:00 of this day)"), None, format="YYYY-MM-DD", key=keys["until"], persist_state="session"
    )
    evidence, reason = ask_paper(keys, live=PAUSE)
    return Measure(line.kind, midnight(from_on) or now(), midnight(until_on), evidence.strip()), reason


def _sent(place: Place, keys: Mapping[str, str], line: FactLine, staff: Staff) -> None:
    """It is proposed: nothing of it is to be typed any more."""
    forget_question()
    entered(place, staff, subject=line.id)
    for key in keys.values():
        st.session_state.pop(key, None)
    say_after_rerun(_(PROPOSED))


def ask_paper(keys: Mapping[str, str], *, live: str = KEPT_AFTER) -> tuple[str, str]:
    """The number of the paper and the reason; `keys`: those of both fields, which are kept as a draft, at the latest after a
    pause as long as `live`."""
    paper, why = st.columns(2)
    number = paper.text_input(
        _("Evidence number"),
        max_chars=LONGEST_REFERENCE,
        help=_("The number of the paper it rests on; no names."),
        autocomplete="off",
        key=keys["evidence"],
        persist_state="session",
        live=live,
    )
    reason = why.text_input(
        _("Reason"), max_chars=LONGEST_TEXT, autocomplete="off", key=keys["reason"], persist_state="session", live=live
    )
    return number, reason


def midnight(on: object) -> datetime | None:
    """00:00 of a day in Shanghai; None where none was chosen."""
    return datetime.combine(on, time(), SHANGHAI) if isinstance(on, date) else None


def show_effect(effect: Effect, *, ends: bool = True) -> None:
    """Whose codes would change, and until when it would last."""
    for said in effect_words(effect):
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
