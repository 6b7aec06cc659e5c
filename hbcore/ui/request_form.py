"""What the person states, typed in by staff: for a new request, and as the answer to what was asked for."""

from datetime import date, datetime, time

import streamlit as st

from hbcore.domain.recolouring_grounds import RULES, Ground
from hbcore.domain.vocabulary import SHANGHAI
from hbcore.services import recolouring_entry
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.recolouring_entry import LONGEST_CONTACT, LONGEST_EVIDENCE, LONGEST_SAID, MOST_PICTURES, Stated
from hbcore.services.saved_drafts import Place
from hbcore.ui import safe
from hbcore.ui.drafted import KEPT_AFTER, drafted, entered, read_again
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.request_words import follows, ground_name, needs, reasons_of
from hbcore.ui.words import N_, _

COUNTER = "counter"
CHANNELS = {COUNTER: N_("At the counter"), "phone": N_("By phone")}
FIELDS = ("evidence", "day", "time", "said", "contact")
KINDS = ["jpg", "jpeg", "png", "webp"]
MEGABYTES = 8
_TURN, _LACKING = "request form turn", "request entered last, and what it lacks"


def show_entry(person: int, staff: Staff) -> None:
    """A new request for somebody who was looked up: the ground, what it needs, what the person states."""
    keys = {name: f"request {name} {person}" for name in ("ground", *FIELDS)}
    came = f"request channel {person}"
    st.session_state.setdefault(came, COUNTER)
    blank = dict.fromkeys((keys["ground"], keys["day"], keys["time"]))
    with drafted(Place.REQUEST, tuple(keys.values()), staff, subject=person, blank=blank):
        left, right = st.columns(2)
        chosen = left.selectbox(
            _("What the person asks"),
            [str(one) for one in Ground],
            None,
            ground_name,
            placeholder=_("Choose a ground"),
            key=keys["ground"],
            persist_state="session",
        )
        channel = right.segmented_control(
            _("How they came"),
            tuple(CHANNELS),
            required=True,
            format_func=lambda one: _(CHANNELS[one]),
            key=came,
            persist_state="session",
        )
        if chosen is None:
            safe.text(_("The person's code and its row are kept as they are now, together with the request."))
            return
        ground = Ground(chosen)
        safe.text(_("Needs: {what}.").format(what=needs(ground)))
        safe.text(follows(ground))
        stated = show_fields(ground, keys)
    if st.button(_("Enter the request"), type="primary", key=f"enter request {person}"):
        with errors_shown():
            made = recolouring_entry.enter(person, ground, stated, channel=str(channel or COUNTER), by=staff, at=now())
            entered(Place.REQUEST, staff, subject=person)
            for key in (came, *keys.values()):
                st.session_state.pop(key, None)
            st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
            st.session_state[_LACKING] = (made.id, made.missing)
            say_after_rerun(_("The request is entered; a colleague reviews it within 48 hours."))


def show_lacking(request: int) -> None:
    """What the request lacks that was entered last here: it stays beside it, for who reads it out."""
    entered_last, missing = st.session_state.get(_LACKING, (None, ()))
    if request == entered_last and missing:
        safe.text("! " + _("Missing: {what}").format(what=reasons_of(missing)))


def show_fields(ground: Ground, keys: dict[str, str]) -> Stated:
    """The fields that the ground asks for; photos are kept for the press of the button alone."""
    rule, turn = RULES[ground], st.session_state.get(_TURN, 0)
    read_again(keys["day"], date.fromisoformat)
    read_again(keys["time"], time.fromisoformat)
    number, day, clock = st.columns([2, 1, 1])
    evidence = number.text_input(
        _("Evidence number"),
        max_chars=LONGEST_EVIDENCE,
        autocomplete="off",
        key=keys["evidence"],
        disabled=not rule.evidence,
        persist_state="session",
        live=KEPT_AFTER,
    )
    on = day.date_input(
        _("Date on the paper"),
        None,
        format="YYYY-MM-DD",
        key=keys["day"],
        disabled=not rule.dated,
        persist_state="session",
    )
    hour = clock.time_input(_("Time, if it says one"), None, key=keys["time"], disabled=not rule.dated, persist_state="session")
    said = st.text_area(_("In the person's words"), max_chars=LONGEST_SAID, height=80, key=keys["said"], persist_state="session")
    contact = st.text_input(
        _("How to reach the person"),
        max_chars=LONGEST_CONTACT,
        autocomplete="off",
        key=keys["contact"],
        persist_state="session",
        live=KEPT_AFTER,
    )
    files = st.file_uploader(
        _("Photos of the paper: JPEG, PNG or WebP, {n} at most").format(n=MOST_PICTURES),
        KINDS,
        accept_multiple_files=True,
        max_upload_size=MEGABYTES,
        key=f"{keys['evidence']} photos {turn}",
    )
    dated = datetime.combine(on, hour or time(), SHANGHAI) if isinstance(on, date) else None
    return Stated(evidence, dated, said, contact, tuple((file.name, file.getvalue()) for file in files or ()))
