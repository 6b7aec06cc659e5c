"""Who held here an applicant may be: why, the way to their card, and the two answers."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from hbcore.domain.applications import CLAIMABLE
from hbcore.domain.likeness import BECAUSE_WORDS
from hbcore.domain.vocabulary import Purpose
from hbcore.services import applications
from hbcore.services.acting import Staff
from hbcore.services.applications import ApplicationView, MayBe
from hbcore.services.clock import now
from hbcore.ui import safe
from hbcore.ui.application_decided import opened_again
from hbcore.ui.application_words import here, kind_name
from hbcore.ui.errors import errors_shown
from hbcore.ui.links import link_to_person
from hbcore.ui.locale_words import list_here
from hbcore.ui.words import _


def show_alike(view: ApplicationView, staff: Staff) -> None:
    """Each of them, masked, with what speaks for it."""
    for one in view.possible:
        with st.container(border=True, gap="xsmall", key=f"alike {one.person}"):
            safe.text(_in_words(one))
            with st.container(horizontal=True, vertical_alignment="center"):
                link_to_person(_("Open their card"), one.person, Purpose.APPLICATION)
                if view.line.state in CLAIMABLE:
                    _show_answers(view, one, staff)


def _in_words(one: MayBe) -> str:
    documents = list_here([f"{kind_name(kind)} {number}" for kind, number in one.documents])
    because = list_here([here(BECAUSE_WORDS[word]) for word in one.because])
    words = _("Said to be the same person as {name} ({documents}): joined on approval by another person. {because}.")
    if not one.said:
        words = _("May be the same person as {name} ({documents}), because of {because}.")
    return words.format(name=one.name, documents=documents, because=because)


def _show_answers(view: ApplicationView, one: MayBe, staff: Staff) -> None:
    wanted = view.line.id
    same = not one.said and st.button(
        _("Same person"), key=f"same {one.person}", help=_("Joined once another person approves; it can be parted again.")
    )
    other = st.button(_("Not the same"), key=f"not same {one.person}", help=_("Remembered: nobody is asked again."))
    if same:
        _say(lambda at: applications.say_same(wanted, one.person, by=staff, at=at), wanted, _("Joined on approval."))
    elif other:
        _say(lambda at: applications.say_not_same(wanted, one.person, by=staff, at=at), wanted, _("Remembered."))


def _say(say: Callable[[datetime], None], wanted: int, said: str) -> None:
    with errors_shown():
        say(now())
        opened_again(wanted, say=said)
