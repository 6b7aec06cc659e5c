"""Proposing a fact about one person: found by any exact number, tried, then proposed."""

from dataclasses import dataclass

import streamlit as st

from hbcore.domain.errors import Refused
from hbcore.domain.fact_rules import BY_HAND, LONGEST_REFERENCE, LONGEST_TEXT, Measure
from hbcore.domain.vocabulary import FactKind, Purpose
from hbcore.services import fact_proposing, people
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of, now
from hbcore.services.fact_proposing import Effect
from hbcore.services.people import PersonCard
from hbcore.ui import safe
from hbcore.ui.application_words import kind_name
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.fact_dialogs import PROPOSED, ask_paper, faults_shown, midnight, show_effect
from hbcore.ui.fact_sure import asked_when_many, forget_question, meant, show_question
from hbcore.ui.fact_words import fact_name
from hbcore.ui.words import _, language, time_here

PERSON = "person"
"""`?person=` with our own id, of somebody looked up within the hour."""

_FOUND, _TRIED = "fact about", "fact tried"


@dataclass(frozen=True)
class _About:
    """Whom it is about, as shown, and the case stated when they were sought."""

    person: int
    name: str
    document: str
    case: str


@dataclass(frozen=True)
class _Tried:
    """What was tried and can be proposed as it is."""

    person: int
    measure: Measure
    case: str
    reason: str
    effect: Effect


def show_form(staff: Staff) -> None:
    """First the person, then the measure, then what it would do."""
    about = _about(staff)
    if about is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        safe.text(f"{about.name} · {about.document}")
        if st.button(_("Another person"), type="tertiary"):
            _forget()
            st.rerun()
    asked = _ask(about)
    if asked is not None:
        st.session_state.pop(_TRIED, None)
        measure, case, reason = asked
        with faults_shown():
            effect = fact_proposing.preview(about.person, measure, case=case, by=staff, at=now())
            st.session_state[_TRIED] = _Tried(about.person, measure, case, reason, effect)
    tried: _Tried | None = st.session_state.get(_TRIED)
    if tried is not None and tried.person == about.person:
        _show_tried(tried, staff)


def _about(staff: Staff) -> _About | None:
    """Whom it is about: of a link from the person's page, or found here by number."""
    linked = st.query_params.pop(PERSON, "")
    if linked.isascii() and linked.isdigit() and len(linked) < 20:
        _forget()
        with errors_shown():
            st.session_state[_FOUND] = _shown(people.again(int(linked), by=staff, at=now()), "")
    found: _About | None = st.session_state.get(_FOUND)
    return found or _find(staff)


def _find(staff: Staff) -> _About | None:
    with st.form("find for a fact", border=False):
        what, case_of, press = st.columns([3, 2, 0.8], vertical_alignment="bottom")
        text = what.text_input(_("Number"), max_chars=64, placeholder=_("Document, receipt, sample or 12-digit look-up number"))
        case = case_of.text_input(_("Case number"), max_chars=LONGEST_REFERENCE, autocomplete="off")
        pressed = press.form_submit_button(_("Search"), type="primary", width="stretch")
    st.caption(_("The search is recorded as outbreak tracing. Without a case: look the person up first, and go on from there."))
    if pressed:
        with errors_shown():
            card = people.find(text, purpose=Purpose.OUTBREAK_TRACING, case=case, by=staff, at=now())
            if card is None:
                raise Refused("nobody_for_a_fact")
            st.session_state[_FOUND] = _shown(card, case.strip())
            st.rerun()
    return None


def _shown(card: PersonCard, case: str) -> _About:
    return _About(card.id, card.name, f"{kind_name(card.document_kind)} {card.document_number}", case)


def _ask(about: _About) -> tuple[Measure, str, str] | None:
    """The measure, its case and the reason, once the button is pressed."""
    with st.form("fact", border=False):
        what, begins, ends = st.columns([2, 1, 1])
        # Keyed by language: a choice keeps the words it was first drawn with.
        kind = what.selectbox(
            _("Kind of fact"), list(BY_HAND), None, fact_name, placeholder=_("Choose a kind"), key=f"new fact {language()}"
        )
        from_on = begins.date_input(_("From"), day_of(now()), format="YYYY-MM-DD")
        until_on = ends.date_input(
            _("Until (00:00 of this day)"),
            None,
            format="YYYY-MM-DD",
            help=_("The evidence's own end; empty: as long as the policy says for this kind."),
        )
        case_of, how = st.columns([1, 2])
        case = case_of.text_input(_("Case number"), about.case, max_chars=LONGEST_REFERENCE, autocomplete="off")
        exposure = how.text_input(
            _("Exposure (contacts: where, when, to which case)"), max_chars=LONGEST_TEXT, autocomplete="off"
        )
        evidence, reason = ask_paper()
        pressed = st.form_submit_button(_("See what it will do"))
    if not pressed:
        return None
    if kind is None:
        st.warning(_("Choose a kind first."))
        return None
    measure = Measure(FactKind(kind), midnight(from_on) or now(), midnight(until_on), evidence.strip(), exposure.strip())
    return measure, case, reason


def _show_tried(tried: _Tried, staff: Staff) -> None:
    with st.container(border=True):
        measure = tried.measure
        safe.text(_("{kind} from {time}").format(kind=fact_name(measure.kind), time=time_here(measure.from_at)))
        show_effect(tried.effect)
        question = st.container()
        if st.button(_("Propose it"), type="primary"):
            with faults_shown(), asked_when_many():
                fact_proposing.propose(tried.person, measure, tried.reason, case=tried.case, sure=meant(), by=staff, at=now())
                _forget()
                say_after_rerun(_(PROPOSED))
        show_question(question)


def _forget() -> None:
    forget_question()
    for kept in (_FOUND, _TRIED):
        st.session_state.pop(kept, None)
