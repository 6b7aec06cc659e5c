"""Taking over a county's applications: which units nobody minds, how many would come, and a button that says so."""

import streamlit as st

from hbcore.domain.duty import Duty
from hbcore.domain.permissions import Permission, may
from hbcore.services import giving_back, taking_over
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.giving_back import Kept
from hbcore.services.taking_over import Left
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.locale_words import number_here
from hbcore.ui.unit_names import unit_name, units_in
from hbcore.ui.waiting import nothing_here
from hbcore.ui.words import N_, _, _n, language, sentence_here

DUTIES = {
    Duty.ON_DUTY: N_("a reviewer is signed in"),
    Duty.NOBODY_SIGNED_IN: N_("no reviewer is signed in"),
    Duty.NO_REVIEWERS: N_("has no reviewer"),
}
OVERDUE, ALL = "overdue", "all"
WHICH = {OVERDUE: N_("What is overdue"), ALL: N_("All that waits")}


def takes_over(staff: Staff) -> bool:
    """Whether somebody works where units lie below them."""
    return may(staff.role, Permission.TAKE_OVER_APPLICATIONS) and bool(units_in(staff.unit or ""))


def show_taking_over(staff: Staff) -> None:
    """The drawer: the units below, one chosen, then how many come over."""
    with errors_shown():
        for one in giving_back.kept(by=staff, at=now()):
            _give_back(one, staff)
        left = taking_over.left_alone(by=staff, at=now())
        if not left:
            nothing_here(_("Nothing waits in the units below."))
            return
        safe.table([_line(one) for one in left])
        units = {one.unit.code: one for one in left}
        code = st.selectbox(_("Take over from"), list(units), None, unit_name, placeholder=_("Choose a unit"), key="taken from")
        chosen = units.get(code or "")
        if chosen is not None:
            _confirm(chosen, staff)


def _give_back(one: Kept, staff: Staff) -> None:
    """A line for each unit of which something is here still, and a button that gives it back."""
    with st.container(horizontal=True, vertical_alignment="center"):
        words = _n(
            "{n} application taken over from {unit} still waits here; nobody holds it.",
            "{n} applications taken over from {unit} still wait here; nobody holds them.",
            one.n,
        )
        safe.text(words.format(n=number_here(one.n), unit=unit_name(one.unit.code)))
        if st.button(safe.inert(_("Give back {n}").format(n=number_here(one.n))), key=f"give back {one.unit.code}"):
            n = giving_back.give_back(one.unit.code, by=staff, at=now())
            say_after_rerun(_n("{n} application given back.", "{n} applications given back.", n).format(n=number_here(n)))


def _line(one: Left) -> dict[str, object]:
    return {
        _("Unit"): one.unit.name(language()),
        _("To be decided"): one.waiting,
        _("Overdue"): one.overdue,
        _("On duty"): _(DUTIES[one.there]),
    }


def _confirm(one: Left, staff: Staff) -> None:
    which = st.radio(_("What"), list(WHICH), format_func=lambda word: _(WHICH[word]), horizontal=True, key="taken which")
    n = one.overdue if which == OVERDUE else one.waiting
    words = _n(
        "{n} application goes to {own}; what somebody holds stays with them. Its clock runs on, and {unit} is told by an alarm.",
        "{n} applications go to {own}; what somebody holds stays with them. Their clock runs on, and {unit} is told by an alarm.",
        n,
    )
    safe.text(words.format(n=number_here(n), own=unit_name(staff.unit), unit=unit_name(one.unit.code)))
    if one.why_not:
        safe.text(sentence_here(one.why_not))
    off = bool(one.why_not) or not n
    if st.button(safe.inert(_("Take over {n}").format(n=number_here(n))), type="primary", disabled=off, key="take over"):
        taken = taking_over.take_over(one.unit.code, overdue_only=which == OVERDUE, by=staff, at=now())
        say_after_rerun(_n("{n} application taken over.", "{n} applications taken over.", taken).format(n=number_here(taken)))
