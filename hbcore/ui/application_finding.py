"""Drawers beside the queue: what narrows it down, the views somebody keeps, and approving many."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl

import streamlit as st

from hbcore.domain.application_checks import not_clean
from hbcore.domain.vocabulary import DocumentKind
from hbcore.services import applications
from hbcore.services.acting import Staff
from hbcore.services.applications import ManyApproved, Stopped, WaitingApplication
from hbcore.services.clock import now
from hbcore.services.countries import country_codes
from hbcore.ui import safe
from hbcore.ui.application_filters import (
    CLOSED,
    LEFT,
    Filter,
    address_of,
    choose,
    question_of,
    read,
)
from hbcore.ui.application_words import country, in_short, kind_name, state_name, why
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.unit_names import choices_below, unit_name
from hbcore.ui.words import N_, _

APPROVED_MANY = "approved many"
"""What an approval of many gave, until somebody has read it."""

NARROWED = {"remind": N_("Reminder due")}


def in_words(chosen: Filter) -> str:
    """What narrows the queue down."""
    state = _(NARROWED[chosen.show]) if chosen.show in NARROWED else ""
    if chosen.show in CLOSED:
        state = state_name(next(one for one in CLOSED if one == chosen.show))
    kind = kind_name(DocumentKind(chosen.kind)) if chosen.kind else ""
    left = next((_(words) for word, words in LEFT.items() if word == chosen.left), "")
    return " · ".join(part for part in (state, unit_name(chosen.unit), kind, country(chosen.country), left) if part)


def narrow(chosen: Filter, staff: Staff) -> None:
    """The drawer in which the queue is narrowed down."""
    narrower: Mapping[str, str] = {}
    if chosen.show in ("asked", "remind"):
        narrower = {"remind": _(NARROWED["remind"])}
    elif chosen.show in ("closed", *CLOSED):
        narrower = {str(state): state_name(state) for state in CLOSED}
    show = _pick(_("State"), narrower, chosen.show) if narrower else None
    units = dict(list(choices_below(staff.unit or "").items())[1:])
    unit = _pick(_("Unit"), units, chosen.unit) if units else chosen.unit
    kind = _pick(_("Document"), {str(kind): kind_name(kind) for kind in DocumentKind}, chosen.kind)
    issuer = _pick(_("Country or region"), {code: country(code) for code in country_codes()}, chosen.country)
    left = _pick(_("Time left"), {str(word): _(words) for word, words in LEFT.items()}, chosen.left)
    if st.button(_("Apply"), type="primary"):
        whole = "asked" if "remind" in narrower else "closed" if narrower else chosen.show
        choose(replace(chosen, show=show or whole, unit=unit, kind=kind, country=issuer, left=left, page=1))
        st.rerun()


def _pick(label: str, choices: Mapping[str, str], held: str | None) -> str | None:
    options = list(choices)
    place = options.index(held) if held in options else None
    return st.selectbox(safe.inert(label), options, place, choices.__getitem__, placeholder=_("All"))


def show_views(chosen: Filter, staff: Staff) -> None:
    """The drawer of views: those kept, the present one to copy or to keep."""
    with errors_shown():
        for view in applications.views(by=staff, at=now()):
            with st.container(horizontal=True, vertical_alignment="center"):
                safe.text(view.name)
                if st.button(_("Open"), key=f"open view {view.id}"):
                    choose(read(dict(parse_qsl(view.address))))
                    st.rerun()
                if st.button(_("Delete"), type="tertiary", key=f"delete view {view.id}"):
                    applications.drop_view(view.id, by=staff, at=now())
                    st.rerun(scope="fragment")
    safe.text(_("This view: {what}").format(what=in_words(chosen) or _("the whole queue")))
    address = f"/Applications?{address_of(chosen)}".rstrip("?")
    st.code(address, language=None)
    st.caption(_("The link names no person: colleagues see their own unit's applications under it."))
    name = st.text_input(_("Keep this view as"), max_chars=40)
    if st.button(_("Keep"), type="primary", disabled=not name.strip()):
        with errors_shown():
            applications.keep_view(name, address_of(chosen), by=staff, at=now())
            say_after_rerun(_("The view is kept."))


def approve_many(chosen: Filter, staff: Staff) -> None:
    """The drawer in which many are approved: the clean ones, up to 500 of what is shown, chosen beforehand."""
    seen = applications.counts_and_queue(question_of(chosen), by=staff, at=now(), limit=applications.MOST)
    passing = [line for line in seen.lines if line.clean]
    others = [line for line in seen.lines if not line.clean]
    if not passing:
        safe.text(_("None of the {n} shown passes all checks.").format(n=len(seen.lines)))
        return
    rows = [{_("Receipt"): line.receipt, _("Name"): line.name, _("Unit"): unit_name(line.unit)} for line in passing]
    picked = st.dataframe(
        rows,
        hide_index=True,
        key="many to approve",
        height=min(2 + safe.ROW * (len(rows) + 1), 12 * safe.ROW),
        row_height=safe.ROW,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": list(range(len(rows))), "columns": [], "cells": []}},
    )
    wanted = [passing[row].id for row in picked["selection"]["rows"] if row < len(passing)]
    safe.text(
        _("{n} will be approved in one act, and their codes decided. {others} with something to look at stay.").format(
            n=len(wanted), others=len(others)
        )
    )
    if st.button(_("Approve {n}").format(n=len(wanted)), type="primary", disabled=not wanted):
        with errors_shown():
            _approve(wanted, others, staff)


def _approve(wanted: list[int], others: list[WaitingApplication], staff: Staff) -> None:
    bar = st.progress(0.0, text=_("Approving …"))
    made = applications.approve_many(wanted, by=staff, at=now(), told=lambda share: bar.progress(share, text=_("Approving …")))
    rest = tuple(Stopped(line.id, line.receipt, line.why_not or "check_to_look_at", not_clean(line.findings)) for line in others)
    st.session_state[APPROVED_MANY] = replace(made, stopped=made.stopped + rest)
    say_after_rerun(_("{n} approved.").format(n=len(made.approved)))


def show_stopped() -> None:
    """What was not approved with the others, until somebody has read it."""
    made: ManyApproved | None = st.session_state.get(APPROVED_MANY)
    if made is None or not made.stopped:
        return
    with st.container(border=True):
        safe.text(_("{n} approved; not approved: {others}").format(n=len(made.approved), others=len(made.stopped)))
        safe.table([{_("Receipt"): one.receipt or "–", _("Why"): _why_left(one)} for one in made.stopped])
        if st.button(_("Seen"), key="stopped seen"):
            del st.session_state[APPROVED_MANY]
            st.rerun()


def _why_left(one: Stopped) -> str:
    """What stands against it; where that is its checks, which of them."""
    of_checks = one.code in ("check_to_look_at", "check_stopped") and one.findings
    return in_short(one.findings) if of_checks else why(one.code)
