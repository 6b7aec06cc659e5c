"""Why? What a code rests on, what would change it and whom to ask; read when the section is opened."""

from collections.abc import Iterator
from datetime import datetime

import streamlit as st

from hbcore.domain.outside_results import OUTSIDE
from hbcore.domain.sentence import shipped_words
from hbcore.domain.vocabulary import Colour, Outcome
from hbcore.domain.why import EndsBy
from hbcore.services import why
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.colour_words import COLOUR_WORDS, NO_CODE
from hbcore.services.grounds import ApplicationGround, Check, FactGround, FactWaiting, Hand, ResultGround
from hbcore.services.people import PersonCard
from hbcore.services.second_look import What
from hbcore.services.why import Change, CodeThen, Why
from hbcore.ui import safe
from hbcore.ui.application_words import here, moment, state_name
from hbcore.ui.errors import errors_shown
from hbcore.ui.links import link_if_may
from hbcore.ui.person_words import FACT_SOURCES, institution_name, registration_line
from hbcore.ui.words import N_, _, _n

WORDS = shipped_words("policy_words.json")
ENDS_BY = {
    EndsBy.RECORDED: N_("as recorded with its evidence"),
    EndsBy.POLICY: N_("by the policy's days"),
    EndsBy.CLOSED: N_("closed by a later fact"),
}

WAITING = {
    What.FACTS: N_("? Not counted yet: {kind}, proposed by {unit}, {time}; it waits for its second person."),
    What.END_FACT: N_("? Not counted yet: the early end of {kind}, proposed by {unit}, {time}; it waits for its second person."),
    What.EXTEND_FACT: N_(
        "? Not counted yet: the extension of {kind}, proposed by {unit}, {time}; it waits for its second person."
    ),
}


def show_why(card: PersonCard, staff: Staff) -> None:
    """What the code rests on at the left, what would change it and whom to ask at the right; on a phone one below the other."""
    at = now()
    with errors_shown():
        found = why.why(card.id, by=staff, at=at)
        left, right = st.columns(2, gap="medium")
        with left, st.container(gap="xsmall"):
            st.subheader(_("What it rests on"), anchor=False)
            _show_grounds(card, found, staff, at)
        with right, st.container(gap="xsmall"):
            st.subheader(_("What would change it"), anchor=False)
            for line in _changes(card, found, at):
                safe.text(line)
            st.subheader(_("Whom to ask"), anchor=False)
            for office in found.offices:
                safe.text(here(office))
            safe.text(_("Hotline {hotline}").format(hotline=found.hotline))
            if card.code and card.code.colour in (Colour.RED, Colour.YELLOW):
                safe.text(_("Release paper or proof at hand? Enter a request for the person under Recolouring."))


def _show_grounds(card: PersonCard, found: Why, staff: Staff, at: datetime) -> None:
    for fact in found.facts:
        safe.text("\n".join(_fact(fact, at)))
        _show_application(fact.application, staff)
    for result in found.results:
        safe.text("\n".join(_result(result, at)))
        _show_upload(result.upload, staff)
    if found.residence:
        safe.text(_("Lives in {unit}").format(unit=here(found.residence)))
    if found.registration:
        safe.text("\n".join(_registration(card, found.application, at)))
    _show_application(found.application, staff)
    for line in _not_found(card):
        safe.text(line)
    for waits in found.waiting:
        safe.text(_waiting(waits, at))


def _show_upload(number: str | None, staff: Staff) -> None:
    if number:
        link_if_may("Lab_results", _("Upload {number} →").format(number=safe.inert(number)), staff, upload=number)


def _show_application(application: ApplicationGround | None, staff: Staff) -> None:
    if application and application.opens:
        link_if_may("Applications", _("Open the application →"), staff, application=str(application.id))


def _not_found(card: PersonCard) -> Iterator[str]:
    """What was looked for and is not there: of a green code, and where there is none."""
    tried = sum(not row.decisive for row in card.rows)
    if card.code is None:
        yield _n(
            "No registration, and nothing against this person: {n} rule tried, it does not hold.",
            "No registration, and nothing against this person: {n} rules tried, none holds.",
            tried,
        ).format(n=tried)
    elif card.code.colour == Colour.GREEN:
        yield _n(
            "Nothing against this person: {n} rule tried before this one, it does not hold.",
            "Nothing against this person: {n} rules tried before this one, none holds.",
            tried,
        ).format(n=tried)


def _fact(one: FactGround, at: datetime) -> Iterator[str]:
    ends = _("no end yet")
    if one.until_at and one.ends_by:
        ends = _("until {time} ({why})").format(time=moment(one.until_at, at), why=_(ENDS_BY[one.ends_by]))
    yield _dotted(here(WORDS["facts"][one.kind]), _("from {time}").format(time=moment(one.from_at, at)), ends)
    yield _dotted(
        _("case {number}").format(number=one.case) if one.case else "",
        _("evidence number {number}").format(number=one.evidence),
        _(FACT_SOURCES[one.source]),
    )
    if one.proposed_by:
        yield _("proposed by {who}").format(who=_hand(one.proposed_by))
    if one.confirmed_by:
        yield _("confirmed by {who}").format(who=_hand(one.confirmed_by))
    yield _("recorded {time}").format(time=moment(one.recorded_at, at))


def _waiting(one: FactWaiting, at: datetime) -> str:
    """What counts for nothing yet, and where to ask about it."""
    unit = here(one.office) if one.office else _("Unit unknown")
    return _(WAITING[one.what]).format(kind=here(WORDS["facts"][one.kind]), unit=unit, time=moment(one.since, at))


def _hand(one: Hand) -> str:
    """The office, and the name where the reader may know it."""
    unit = here(one.unit) if one.unit else _("Unit unknown")
    return f"{unit} · {one.name}" if one.name else unit


def _result(one: ResultGround, at: datetime) -> Iterator[str]:
    kind = "" if one.institution == OUTSIDE else _("single specimen") if one.single else _("pooled tube")
    yield _dotted(
        f"{here(WORDS['assays'][one.assay])} {here(WORDS['outcomes'][one.outcome])}", kind, institution_name(one.institution)
    )
    yield _dotted(
        _("sampled {time}").format(time=moment(one.sampled_at, at)),
        _("tested {time}").format(time=moment(one.tested_at, at)) if one.tested_at else "",
        _("reported {time}").format(time=moment(one.reported_at, at)) if one.reported_at else "",
        _("recorded {time}").format(time=moment(one.recorded_at, at)),
    )
    yield _dotted(
        _("sample number {number}").format(number=one.sample_number),
        _("sampled at {place}").format(place=one.sampling_site) if one.sampling_site else "",
        _("upload {number}").format(number=one.upload) if one.upload else "",
    )
    if one.check:
        yield _check(one.check, one.outcome, at)


def _check(one: Check, outcome: Outcome, at: datetime) -> str:
    """Who verifies a positive, or sees to the retest of a pooled one; until somebody has, by when it is due, or since when it
    is overdue."""
    if one.taken_by and one.taken_at:
        return _("taken on {time} by {who}").format(time=moment(one.taken_at, at), who=_hand(one.taken_by))
    if one.due_at <= at:
        words = _("to be verified by the district, overdue since {time}; nobody has taken it on")
        if outcome == Outcome.POOLED_POSITIVE:
            words = _("to be retested, overdue since {time}; nobody has taken it on")
        return words.format(time=moment(one.due_at, at))
    if outcome == Outcome.POOLED_POSITIVE:
        return _("to be retested by {time}; nobody has taken it on").format(time=moment(one.due_at, at))
    return _("to be verified by the district by {time}; nobody has taken it on").format(time=moment(one.due_at, at))


def _registration(card: PersonCard, one: ApplicationGround | None, at: datetime) -> Iterator[str]:
    yield _("Registration: {state}").format(state=registration_line(card, at))
    if one is None:
        yield _("From the register of residents; no application.")
        return
    yield _dotted(
        _("application {number}").format(number=one.receipt),
        state_name(one.state),
        _("submitted {time}").format(time=moment(one.submitted_at, at)),
        here(one.unit) if one.unit else "",
    )


def _changes(card: PersonCard, found: Why, at: datetime) -> Iterator[str]:
    if all(change.said for change in found.changes):
        yield _("· Time alone changes nothing.")
    policy = card.code.policy if card.code else ""
    for change in found.changes:
        yield f"· {_change(change, policy, at)}"


def _change(one: Change, policy: str, at: datetime) -> str:
    said = here(one.said) if one.said else ""
    if one.at:
        said = _("By itself, {time}").format(time=moment(one.at, at))
    if one.then is None:
        return said
    return f"{said} → {_still(one.then) if one.goes_on else _code(one.then, policy)}"


def _still(one: CodeThen) -> str:
    """The same row goes on: its sentence stands on the card already."""
    if one.colour is None:
        return here(NO_CODE)
    colour = here(COLOUR_WORDS[one.colour]).lower()
    return _("still a {colour}, rule {number}").format(colour=colour, number=one.number)


def _code(one: CodeThen, policy: str) -> str:
    """The policy is named where it is not the present one."""
    if one.colour is None or one.number is None:
        return here(NO_CODE)
    words = _("{colour}, rule {number}: {reason}")
    if policy not in ("", one.policy):
        words = _("{colour}, rule {number} of {policy}: {reason}")
    return words.format(colour=here(COLOUR_WORDS[one.colour]), number=one.number, policy=one.policy, reason=here(one.reason))


def _dotted(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
