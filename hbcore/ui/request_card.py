"""One recolouring request on the right: what is asked, the code now and why, what confirming would change, the evidence."""

from base64 import b64encode
from datetime import datetime

import streamlit as st

from hbcore.domain.recolouring import OPEN
from hbcore.domain.vocabulary import Purpose
from hbcore.services import recolouring_seen
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.recolouring_seen import CodeThen, Evidence, Request
from hbcore.ui import safe
from hbcore.ui.application_words import here, moment
from hbcore.ui.errors import errors_shown
from hbcore.ui.links import link_to_person
from hbcore.ui.request_words import colour_name, follows, ground_name, left_of, reason_of, state_of, step_line
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
        _("Evidence number"): one.evidence,
        _("Dated"): moment(one.dated_at, at) if one.dated_at else "",
        _("In the person's words"): one.said,
    }
    return [f"{name}：{said}" for name, said in known.items() if said]


def _show_codes(one: Request, at: datetime) -> None:
    with st.container(gap=None):
        safe.text(f"{_('Now')}：{_code(one.now, at)}")
        if one.line.state not in OPEN:
            return
        if one.now == one.then:
            safe.text(f"{_('Once confirmed')}：{_('the code stays as it is.')} {follows(one.line.ground)}")
        else:
            safe.text(f"{_('Once confirmed')}：{_code(one.then, at)}")


def _code(code: CodeThen, at: datetime) -> str:
    until = _("until {time}").format(time=moment(code.until, at)) if code.until else ""
    return " · ".join(part for part in (colour_name(code.colour), here(code.reason), until) if part)


def _show_missing(one: Request) -> None:
    if one.line.state not in OPEN:
        if one.reasons:
            safe.text(f"! {_('Refused because')}：{'；'.join(map(reason_of, one.reasons))}")
        return
    if one.reasons:
        safe.text(f"? {_('Asked for')}：{'；'.join(map(reason_of, one.reasons))}")
    if one.missing:
        safe.text(f"! {_('Missing')}：{'；'.join(reason_of(str(what)) for what in one.missing)}")
    else:
        safe.text(f"✓ {_('Everything this ground needs is there')}")


def show_evidence(one: Request, staff: Staff) -> None:
    """The photos and how to reach the person, once they are asked for: a look-up of its own."""
    held = st.session_state.get(EVIDENCE)
    if not isinstance(held, tuple) or held[0] != one.line.id:
        if st.button(
            _("Show the photo and how to reach the person") if one.images else _("Show how to reach the person"),
            type="tertiary",
            help=_("This is recorded as a look-up."),
            key=f"evidence {one.line.id}",
        ):
            with errors_shown():
                st.session_state[EVIDENCE] = (one.line.id, recolouring_seen.evidence_of(one.line.id, by=staff, at=now()))
                st.rerun()
        return
    found: Evidence = held[1]
    safe.text(f"{_('To reach the person')}：{found.contact or '–'}")
    for picture in found.pictures:
        # In the page itself: nothing personal lies under an address of its own.
        st.image(f"data:image/jpeg;base64,{b64encode(picture).decode()}", width="stretch", alt=_("Photo of the paper"))


def show_answer(one: Request) -> None:
    """The answer to read out or print, in both languages; it names nobody."""
    with st.expander(_("Answer for the person, to read out or print")):
        for spoken in ("zh", "en"):
            st.code("\n".join(getattr(line, spoken) for line in one.answer), language=None, wrap_lines=True)
