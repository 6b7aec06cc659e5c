"""Results from outside Hubei on the screen: those of a person, a new one, and the report for its second person."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import date, datetime, time

import streamlit as st

from hbcore.domain.errors import Refused
from hbcore.domain.foreign_tests import ForeignTest
from hbcore.domain.outside_results import COUNTS
from hbcore.domain.sentence import shipped_words
from hbcore.domain.vocabulary import SHANGHAI, Assay, Outcome, Purpose
from hbcore.services import foreign_certificates, outside_results
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.outside_results import LONGEST, MOST_PICTURES, Paper, Report
from hbcore.services.people import PersonCard
from hbcore.services.saved_drafts import Place
from hbcore.services.second_look import Proposal
from hbcore.ui import safe
from hbcore.ui.application_words import here, moment
from hbcore.ui.certificate_read import ask_text, read_text, show_certificate, standing_words
from hbcore.ui.drafted import KEPT_AFTER, drafted, entered, read_again
from hbcore.ui.errors import errors_shown, say_after_rerun, show_refused
from hbcore.ui.links import link_to_person
from hbcore.ui.request_form import KINDS, MEGABYTES
from hbcore.ui.words import _, time_here

WORDS = shipped_words("policy_words.json")
FIELDS = ("result", "day", "time", "institution", "number")
CHOICES = {str(place): pair for place, pair in enumerate(COUNTS)}
_TURN, _PAPER = "outside turn", "outside paper"


def result_words(assay: str, outcome: str) -> str:
    """An assay and its outcome."""
    return f"{here(WORDS['assays'][assay])} {here(WORDS['outcomes'][outcome])}"


def show_outside(card: PersonCard, staff: Staff) -> None:
    """Those there are, what they count for, and the form."""
    at = now()
    with errors_shown():
        for one in outside_results.of_person(card.id, by=staff, at=at):
            sampled = _("sampled {time}").format(time=moment(one.sampled_at, at))
            stands = _("confirmed by two") if one.confirmed_at else _("waits for a second person")
            behind = [standing_words(one.behind.standing, one.behind.country)] if one.behind.standing else []
            safe.text(" · ".join((result_words(one.assay, one.outcome), sampled, stands, *behind)))
    st.caption(_("They count for travel and for how fresh a test is. They never clear a positive."))
    key = f"outside {card.id}"
    blank = {f"{key} result": next(iter(CHOICES)), f"{key} day": None, f"{key} time": None}
    with drafted(Place.OUTSIDE, tuple(f"{key} {name}" for name in FIELDS), staff, subject=card.id, blank=blank):
        report = _form(key, staff)
    if st.button(_("Enter the result"), type="primary", key=f"enter outside {card.id}"):
        with errors_shown():
            outside_results.propose(card.id, report, by=staff, at=now())
            entered(Place.OUTSIDE, staff, subject=card.id)
            for name in FIELDS:
                st.session_state.pop(f"{key} {name}", None)
            st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
            say_after_rerun(_("Entered: it counts once another person has confirmed it, under Second looks."))


def _form(key: str, staff: Staff) -> Report:
    read_again(f"{key} day", date.fromisoformat)
    read_again(f"{key} time", time.fromisoformat)
    turn = f"{key} {st.session_state.get(_TURN, 0)}"
    if photographed := st.session_state.pop(f"{turn} photographed", None):
        st.session_state[f"{turn} certificate"] = photographed
    certificate = ask_text(f"{turn} certificate")
    if read := read_text(certificate, staff):
        show_certificate(read)
        if read.test and st.button(_("Fill the form from it"), key=f"{turn} fill"):
            _fill(key, read.test)
    what, day, clock = st.columns([2, 1, 1])
    chosen = what.selectbox(
        _("Result"),
        list(CHOICES),
        format_func=lambda one: result_words(*CHOICES[one]),
        key=f"{key} result",
        persist_state="session",
    )
    on = day.date_input(_("Sampled on"), None, format="YYYY-MM-DD", key=f"{key} day", persist_state="session")
    hour = clock.time_input(_("At"), None, key=f"{key} time", persist_state="session")
    where, paper = st.columns(2)
    institution = where.text_input(
        _("Testing institution, as the report names it"),
        max_chars=LONGEST,
        autocomplete="off",
        key=f"{key} institution",
        persist_state="session",
        live=KEPT_AFTER,
    )
    number = paper.text_input(
        _("Number of the report"),
        max_chars=LONGEST,
        autocomplete="off",
        key=f"{key} number",
        persist_state="session",
        live=KEPT_AFTER,
    )
    files = st.file_uploader(
        _("Photos of the report: JPEG, PNG or WebP, {n} at most").format(n=MOST_PICTURES),
        KINDS,
        accept_multiple_files=True,
        max_upload_size=MEGABYTES,
        key=f"{turn} photos",
    )
    if files and not certificate and st.button(_("Read the code in the photo"), key=f"{turn} read photo"):
        _take_from_photos(turn, [file.getvalue() for file in files])
    assay, outcome = CHOICES[str(chosen)]
    sampled_at = datetime.combine(on if isinstance(on, date) else date(2000, 1, 1), hour or time(), SHANGHAI)
    pictures = tuple((file.name, file.getvalue()) for file in files or ())
    return Report(institution, number, Assay(assay), Outcome(outcome), sampled_at, pictures, certificate)


def _take_from_photos(key: str, photos: Sequence[bytes]) -> None:
    """The first certificate that can be read in them, put where one would paste it."""
    found = next(filter(None, map(foreign_certificates.text_in, photos)), None)
    if found is None:
        st.text(_("No code of a certificate can be read in the photos."))
        return
    st.session_state[f"{key} photographed"] = found
    st.rerun()


def _fill(key: str, test: ForeignTest) -> None:
    """Before the fields are drawn: what the certificate says stands in them."""
    sampled = test.sampled_at.astimezone(SHANGHAI)
    places = [place for place, pair in CHOICES.items() if pair == (test.assay, test.outcome)]
    if not places:
        show_refused(Refused("outside_counts_only"))
        return
    st.session_state[f"{key} result"] = places[0]
    st.session_state[f"{key} day"], st.session_state[f"{key} time"] = (
        sampled.date(),
        sampled.time().replace(second=0, microsecond=0),
    )
    st.session_state[f"{key} institution"] = test.institution[:LONGEST]
    st.session_state[f"{key} number"] = test.number[:LONGEST]


def look_words(proposal: Proposal) -> str:
    """What confirming does."""
    found = result_words(str(proposal.content["assay"]), str(proposal.content["outcome"]))
    words = _("Result from outside Hubei: {result}. It counts for travel and freshness, and clears no positive.")
    return words.format(result=found)


def show_paper(proposal: Proposal, staff: Staff) -> None:
    """The report beside what was entered and for whom, once it is asked for: a look-up of its own."""
    if paper := _paper_shown(proposal):
        entered, photos = st.columns(2, gap="medium")
        with entered:
            with st.container(gap=None):
                safe.text(f"{paper.name} {paper.document}")
                safe.text(result_words(paper.assay, paper.outcome))
                safe.text(_("sampled {time}").format(time=time_here(paper.sampled_at)))
                safe.text(f"{paper.institution} {paper.number}")
                if paper.behind.standing:
                    safe.text(standing_words(paper.behind.standing, paper.behind.country))
            link_to_person(_("Open the person →"), paper.person, Purpose.RECOLOURING)
        with photos:
            for picture in paper.pictures:
                st.image(f"data:image/jpeg;base64,{b64encode(picture).decode()}", width="stretch", alt=_("Photo of the report"))
        return
    if st.button(_("Show the report"), help=_("This is recorded as a look-up."), key=f"paper {proposal.id}"):
        with errors_shown():
            st.session_state[_PAPER] = (proposal.about, outside_results.paper_of(proposal.about, by=staff, at=now()))
            st.rerun()


def why_not_yet(proposal: Proposal) -> str | None:
    """Why it can't be confirmed before the report was looked at."""
    return None if _paper_shown(proposal) else _("Look at the report first.")


def _paper_shown(proposal: Proposal) -> Paper | None:
    held = st.session_state.get(_PAPER)
    return held[1] if isinstance(held, tuple) and held[0] == proposal.about else None
