"""One person on two rows: the second searched, both side by side, joining and parting proposed to a second person."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from hbcore.domain.sentence import shipped_words
from hbcore.domain.vocabulary import Colour, DocumentKind
from hbcore.services import same_person, second_look
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.colour_words import COLOUR_WORDS, NO_CODE
from hbcore.services.people import PersonCard
from hbcore.services.same_person import FOR, Comparison, JoinSeen, Side, Sign
from hbcore.services.second_look import Proposal, What
from hbcore.ui import safe
from hbcore.ui.application_words import here, kind_name, moment
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.person_shown import keep, kept
from hbcore.ui.words import N_, _, time_here

WORDS = shipped_words("policy_words.json")
COMPARED = "compared"
SIGNS = {
    Sign.SAME_NAME: N_("the name is the same"),
    Sign.SAME_BIRTH: N_("the date of birth is the same"),
    Sign.SAME_COUNTRY: N_("both hold a passport of the same country"),
    Sign.OTHER_NAME: N_("the names differ"),
    Sign.OTHER_BIRTH: N_("the dates of birth differ"),
    Sign.TWO_IDENTITY_CARDS: N_("two identity cards with different numbers: one person has only one number for life"),
}
MOVED = {
    "result": N_("results: {n}"),
    "fact": N_("facts: {n}"),
    "application": N_("applications: {n}"),
    "sampling": N_("sampling registrations: {n}"),
    "look_up_number": N_("look-up numbers: {n}"),
}


def show_joins(card: PersonCard, staff: Staff) -> None:
    """What was joined to this person, what waits for its second person, and the search for another row of the same person."""
    at = now()
    with errors_shown():
        waits = [one for one in second_look.waiting(by=staff, at=at) if one.about == card.id]
        parting = {one.content["join"] for one in waits if one.what is What.PART}
        for one in same_person.joins(card.id, by=staff, at=at):
            _show_join(one, one.id in parting, card, staff, at)
        joining = next((one for one in waits if one.what is What.JOIN), None)
        if joining:
            _show_proposed(joining, staff)
        else:
            _search(card, staff)
    compared = kept(COMPARED)
    if isinstance(compared, Comparison):
        _show_comparison(compared)
        if joining is None:
            _offer(compared, staff)


def _search(card: PersonCard, staff: Staff) -> None:
    st.text(_("Is the same person held under another number, such as an older passport? Search it to compare."))
    with st.form("compare", border=False):
        box, press = st.columns([4, 1], vertical_alignment="bottom")
        text = box.text_input(_("Number of the other row"), max_chars=64, autocomplete="off")
        pressed = press.form_submit_button(_("Compare"), width="stretch")
    if pressed and text.strip():
        keep(COMPARED, None)
        keep(COMPARED, same_person.compare(card.id, text, by=staff, at=now()))


def _show_proposed(proposal: Proposal, staff: Staff) -> None:
    """A joining that waits: both rows again for who is to confirm it."""
    said = _("{name} proposed to join another row to this person. Another person confirms it; it is void after {until}.")
    safe.text(said.format(name=proposal.proposed_by, until=time_here(proposal.expires_at)))
    if st.button(_("Show both"), key="show both"):
        keep(COMPARED, same_person.compare_proposed(proposal.id, by=staff, at=now()))


def _show_join(one: JoinSeen, parting: bool, card: PersonCard, staff: Staff, at: datetime) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        safe.text(_("Joined {time}: {documents}").format(time=moment(one.at, at), documents=_documents(one.documents)))
        if parting:
            st.text(_("Parting is proposed."))
        elif st.button(_("Propose to part again"), key=f"part {one.id:d}"):
            same_person.propose_parting(card.id, one.id, by=staff, at=now())
            say_after_rerun(_("Proposed. Nothing changes until a second person confirms it."))


def _show_comparison(seen: Comparison) -> None:
    first, second = st.columns(2)
    for column, side in ((first, seen.survivor), (second, seen.second)):
        with column, st.container(border=True, gap=None):
            for line in _side(side):
                safe.text(line)
    moved = _listed([_(MOVED[what]).format(n=n) for what, n in seen.moved.items() if n])
    was, after = _colour(seen.survivor.colour), _colour(seen.after)
    with st.container(gap="xsmall"):
        _show_signs(_("Speaks for it: {signs}"), [sign for sign in seen.signs if sign in FOR])
        _show_signs(_("Speaks against it: {signs}"), [sign for sign in seen.signs if sign not in FOR])
        safe.text(_("Joining would move to the first: {moved}.").format(moved=moved or "–"))
        safe.text(_("Code of the first: {was} now, {after} after it.").format(was=was, after=after))


def _offer(seen: Comparison, staff: Staff) -> None:
    if st.button(_("Propose to join"), type="primary", key="join"):
        with errors_shown():
            same_person.propose(seen.survivor.id, seen.second.id, by=staff, at=now())
            keep(COMPARED, None)
            say_after_rerun(_("Proposed. Nothing changes until a second person confirms it."))


def _show_signs(words: str, signs: Sequence[Sign]) -> None:
    if signs:
        safe.text(words.format(signs=_listed([_(SIGNS[sign]) for sign in signs])))


def _side(one: Side) -> list[str]:
    registration = here(WORDS["registrations"][one.registration])
    return [one.name, *(f"{kind_name(kind)} {number}" for kind, number in one.documents), registration, _colour(one.colour)]


def _documents(documents: Sequence[tuple[DocumentKind, str]]) -> str:
    return _listed([f"{kind_name(kind)} {number}" for kind, number in documents])


def _listed(parts: Sequence[str]) -> str:
    return here(WORDS["list"]["comma"]).join(parts)


def _colour(colour: Colour | None) -> str:
    return here(COLOUR_WORDS[colour] if colour else NO_CODE)
