"""Proposing a fact about one person: found by any exact number, tried, then proposed as it stands on the screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import streamlit as st

from hbcore.domain.errors import Refused
from hbcore.domain.fact_rules import BY_HAND, LONGEST_REFERENCE, LONGEST_TEXT, Measure
from hbcore.domain.vocabulary import FactKind, Purpose
from hbcore.services import fact_proposing, people
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of, now
from hbcore.services.fact_proposing import Effect
from hbcore.services.people import PersonCard
from hbcore.services.saved_drafts import Place
from hbcore.ui import safe
from hbcore.ui.application_words import kind_name
from hbcore.ui.drafted import KEPT_AFTER, drafted, entered, read_again
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.fact_dialogs import PROPOSED, ask_paper, faults_shown, midnight, show_effect
from hbcore.ui.fact_sure import MEANT, asked_when_many, forget_question, meant, show_question
from hbcore.ui.fact_words import fact_heading
from hbcore.ui.links import id_in
from hbcore.ui.words import _, language, time_here

PERSON = "person"
"""`?person=` with our own id, of somebody looked up within the hour: a reload finds them again."""

_FOUND, _TRIED = "fact about", "fact tried"
DAYS = ("from", "until")


@dataclass(frozen=True)
class _About:
    """Whom it is about, as shown, and the case stated when they were sought."""

    person: int
    name: str
    document: str
    case: str


@dataclass(frozen=True)
class _Asked:
    """What stands on the screen about somebody."""

    person: int
    measure: Measure
    case: str
    reason: str


@dataclass(frozen=True)
class _Tried:
    """What was tried, and what it would do."""

    asked: _Asked
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
    keys = _keys(about.person)
    blank = {keys["kind"]: None, keys["from"]: day_of(now()), keys["until"]: None, keys["case"]: about.case}
    # No form around the fields: it would hold back what was typed, and a draft could not be kept.
    with drafted(Place.FACT, tuple(keys.values()), staff, subject=about.person, blank=blank):
        asked = _ask(about.person, keys)
    question = st.container()
    with st.container(horizontal=True):
        tries, proposes = st.button(_("See what it will do")), st.button(_("Propose it"), type="primary")
    if asked is None and (tries or proposes):
        st.warning(_("Choose a kind first."))
    elif asked and tries:
        _try(asked, staff)
    elif asked and proposes:
        _propose(asked, keys, staff)
    tried: _Tried | None = st.session_state.get(_TRIED)
    if tried is not None and tried.asked == asked:
        _show_tried(tried)
    show_question(question, _(MEANT))


def _about(staff: Staff) -> _About | None:
    """Whom it is about: of a link from the person's page, or found here by number."""
    linked, found = id_in(st.query_params.get(PERSON, "")), st.session_state.get(_FOUND)
    if linked is not None and (found is None or found.person != linked):
        _forget()
        with errors_shown():
            st.session_state[_FOUND] = _shown(people.again(linked, by=staff, at=now()), "")
            st.query_params[PERSON] = str(linked)
    about: _About | None = st.session_state.get(_FOUND)
    return about or _find(staff)


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
            st.query_params.from_dict({PERSON: str(card.id)})
            st.rerun()
    return None


def _shown(card: PersonCard, case: str) -> _About:
    return _About(card.id, card.name, f"{kind_name(card.document_kind)} {card.document_number}", case)


def _keys(person: int) -> dict[str, str]:
    """The fields by name; the kind's by language as well: a choice keeps the words it was first drawn with."""
    names = ("from", "until", "case", "exposure", "evidence", "reason")
    return {"kind": f"fact kind of {person} {language()}", **{name: f"fact {name} of {person}" for name in names}}


def _ask(person: int, keys: Mapping[str, str]) -> _Asked | None:
    """The measure, its case and the reason as they stand there; None while no kind is chosen."""
    for name in DAYS:
        read_again(keys[name], date.fromisoformat)
    what, begins, ends = st.columns([2, 1, 1])
    kind = what.selectbox(
        _("Kind of fact"),
        list(BY_HAND),
        None,
        fact_heading,
        placeholder=_("Choose a kind"),
        key=keys["kind"],
        persist_state="session",
    )
    from_on = begins.date_input(_("From"), format="YYYY-MM-DD", key=keys["from"], persist_state="session")
    until_on = ends.date_input(
        _("Until (00:00 of this day)"),
        None,
        format="YYYY-MM-DD",
        help=_("The evidence's own end; empty: as long as the policy says for this kind."),
        key=keys["until"],
        persist_state="session",
    )
    case_of, how = st.columns([1, 2])
    case = case_of.text_input(
        _("Case number"),
        max_chars=LONGEST_REFERENCE,
        autocomplete="off",
        key=keys["case"],
        persist_state="session",
        live=KEPT_AFTER,
    )
    exposure = how.text_input(
        _("Exposure (contacts: where, when, to which case)"),
        max_chars=LONGEST_TEXT,
        autocomplete="off",
        key=keys["exposure"],
        persist_state="session",
        live=KEPT_AFTER,
    )
    evidence, reason = ask_paper(keys)
    from_at = midnight(from_on)
    if kind is None or from_at is None:
        return None
    measure = Measure(FactKind(kind), from_at, midnight(until_on), evidence.strip(), exposure.strip())
    return _Asked(person, measure, case, reason)


def _try(asked: _Asked, staff: Staff) -> None:
    st.session_state.pop(_TRIED, None)
    with faults_shown():
        effect = fact_proposing.preview(asked.person, asked.measure, asked.reason, case=asked.case, by=staff, at=now())
        st.session_state[_TRIED] = _Tried(asked, effect)


def _propose(asked: _Asked, keys: Mapping[str, str], staff: Staff) -> None:
    with faults_shown(), asked_when_many():
        fact_proposing.propose(asked.person, asked.measure, asked.reason, case=asked.case, sure=meant(), by=staff, at=now())
        entered(Place.FACT, staff, subject=asked.person)
        for key in keys.values():
            st.session_state.pop(key, None)
        _forget()
        say_after_rerun(_(PROPOSED))


def _show_tried(tried: _Tried) -> None:
    with st.container(border=True):
        measure = tried.asked.measure
        safe.text(_("{kind} from {time}").format(kind=fact_heading(measure.kind), time=time_here(measure.from_at)))
        show_effect(tried.effect)


def _forget() -> None:
    forget_question()
    st.query_params.pop(PERSON, None)
    for kept in (_FOUND, _TRIED):
        st.session_state.pop(kept, None)
