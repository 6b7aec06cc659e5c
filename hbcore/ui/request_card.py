"""One recolouring request on the right: what is asked, the code now and why, what confirming would change, the evidence."""

from base64 import b64encode
from dataclasses import replace
from datetime import datetime

import streamlit as st

from hbcore.domain.recolouring import OPEN, SEVERITY
from hbcore.domain.vocabulary import Purpose
from hbcore.services import recolouring_evidence
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.recolouring_evidence import Evidence
from hbcore.services.recolouring_seen import CodeThen, Request
from hbcore.ui import safe
from hbcore.ui.application_words import here, moment
from hbcore.ui.errors import errors_shown
from hbcore.ui.links import link_to_person
from hbcore.ui.request_queue import QUEUE
from hbcore.ui.request_words import asked_for, colour_name, follows, ground_name, left_of, reasons_of, state_of, step_line
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import _

EVIDENCE = "evidence shown"


def show_request(one: Request, at: datetime) -> None:
    """Everything of one request but its buttons and its evidence."""
    line = one.line
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        safe.text(f"{line.name} {line.number}")
        safe.text(" · ".join(part for part in (state_of(line.state), left_of(line, at)) if part))
    with st.container(gap=None):
        st.subheader(safe.inert(ground_name(line.ground)), anchor=False)
        entered = _("{unit} · entered {time}").format(unit=unit_name(line.unit), time=moment(line.entered_at, at))
        safe.text(f"{entered} · {_('code then')} {colour_name(line.colour)}")
        for said in _stated(one, at):
            safe.text(said)
    _show_codes(one, at)
    _show_missing(one)
    with st.container(gap=None):
        for step in one.steps:
            safe.text(f"· {step_line(step, at)}")
    link_to_person(_("Open the person →"), line.person, Purpose.RECOLOURING)


def _stated(one: Request, at: datetime) -> list[str]:
    known = {
        _("Evidence number: {said}"): one.evidence,
        _("Dated: {said}"): moment(one.dated_at, at) if one.dated_at else "",
        _("In the person's words: {said}"): one.said,
    }
    return [words.format(said=said) for words, said in known.items() if said]


def _show_codes(one: Request, at: datetime) -> None:
    with st.container(gap=None):
        safe.text(_("Now: {code}").format(code=_code(one.now, at)))
        if one.line.state not in OPEN:
            return
        if one.then is None:
            safe.text(_("Once confirmed: this can be told only when the date on the paper is there."))
        elif one.now == one.then:
            stays = _("Once confirmed: the code stays as it is. {follows}")
            safe.text(stays.format(follows=follows(one.line.ground)))
        else:
            worse = _worse(one.now, one.then, at)
            sign = "! " if worse else ""
            safe.text(sign + _("Once confirmed: {code}").format(code=_code(one.then, at)))
            if worse:
                safe.text(f"! {worse}")


def _code(code: CodeThen, at: datetime) -> str:
    return " · ".join(part for part in (colour_name(code.colour), here(code.reason), _end(code, at)) if part)


def _end(code: CodeThen, at: datetime) -> str:
    """Until when a code holds by itself; nothing where there is no code."""
    if code.until:
        return _("until {time}").format(time=moment(code.until, at))
    return _("until something new is recorded") if code.colour else ""


def _worse(now: CodeThen, then: CodeThen, at: datetime) -> str:
    """That confirming would do the person harm, with both ends: a stricter code, or the same for longer."""
    if SEVERITY[then.colour] > SEVERITY[now.colour]:
        words = _("Stricter than now: {then} ({then_end}) instead of {now} ({now_end}).")
    elif SEVERITY[then.colour] == SEVERITY[now.colour] > 0 and now.until and (then.until is None or then.until > now.until):
        words = _("Longer than now: {then} {then_end} instead of {now} {now_end}.")
    else:
        return ""
    ends = {"then_end": _end(then, at), "now_end": _end(now, at)}
    return words.format(then=colour_name(then.colour), now=colour_name(now.colour), **ends)


def _show_missing(one: Request) -> None:
    if one.line.state not in OPEN:
        if one.reasons:
            safe.text("! " + _("Refused because: {reasons}").format(reasons=reasons_of(one.reasons)))
        return
    if one.reasons:
        safe.text("? " + asked_for(one.reasons))
    if one.missing:
        safe.text("! " + _("Missing: {what}").format(what=reasons_of(one.missing)))
    elif not one.reasons:
        safe.text(f"✓ {_('Everything this ground needs is there')}")


def show_evidence(one: Request, staff: Staff) -> None:
    """The photos and how to reach the person, once they are asked for: a look-up of its own."""
    held = st.session_state.get(EVIDENCE)
    if not isinstance(held, tuple) or held[0] != one.line.id or len(held[1].pictures) < one.images:
        if st.button(
            _("Show the photo and how to reach the person") if one.images else _("Show how to reach the person"),
            type="secondary" if "request_evidence_unopened" in one.why_not.values() else "tertiary",
            help=_("This is recorded as a look-up."),
            key=f"evidence {one.line.id}",
        ):
            with errors_shown():
                opened = recolouring_evidence.evidence_of(one.line.id, by=staff, at=now())
                st.session_state[EVIDENCE] = (one.line.id, opened)
                QUEUE.show(replace(one, why_not=opened.why_not))
                st.rerun()
        return
    found: Evidence = held[1]
    safe.text(_("To reach the person: {contact}").format(contact=found.contact or "–"))
    for picture in found.pictures:
        # In the page itself: nothing personal lies under an address of its own.
        st.image(f"data:image/jpeg;base64,{b64encode(picture).decode()}", width="stretch", alt=_("Photo of the paper"))


def show_answer(one: Request) -> None:
    """The answer to read out or print, in both languages; it names nobody."""
    with st.expander(_("Answer for the person, to read out or print")):
        for spoken in ("zh", "en"):
            st.code("\n".join(getattr(line, spoken) for line in one.answer), language=None, wrap_lines=True)
