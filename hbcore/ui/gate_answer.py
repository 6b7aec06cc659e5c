"""The answer at a gate, read at arm's length: a frame of the colour with its sign and words, then who should stand there."""

from datetime import timedelta

import streamlit as st

from hbcore.domain.code_verdicts import CodeVerdict
from hbcore.domain.vocabulary import Colour
from hbcore.services.clock import now
from hbcore.services.colour_words import COLOUR_WORDS, NO_CODE, NO_SUCH_CODE
from hbcore.services.presenting import Answer, Holder
from hbcore.ui import safe
from hbcore.ui.application_words import here, kind_name, moment
from hbcore.ui.code_picture import SIGNS
from hbcore.ui.gate_words import EXPIRED_OF_NOBODY, TRAVELS, VERDICTS, tested_line
from hbcore.ui.words import _

STAYS = timedelta(seconds=30)
"""For so long an answer stands: time to compare a paper, and gone before the next in the line looks over."""


@st.fragment(run_every=STAYS)
def show_for_a_while(answer: Answer) -> None:
    """The answer, until it clears itself. A part of its own: the box that a scanner types into keeps its focus and its text."""
    if now() - answer.at < STAYS:
        show_answer(answer)
    else:
        st.text(_("Cleared. Read the code again to see the answer."))


def show_answer(answer: Answer) -> None:
    """All that staff at a gate may see of it."""
    colour = answer.holder.colour if answer.holder else None
    with st.container(key=f"answer-{colour or 'none'}", gap=None):
        if answer.verdict:
            safe.text(_verdict(answer.verdict, is_shown=answer.holder is not None))
        if answer.holder:
            _show_holder(answer.holder, answer.said)
        elif answer.verdict is None:
            _show_nobody()
        said = _("Checked {time} · clears itself after {seconds} seconds")
        safe.text(said.format(time=moment(answer.at, answer.at), seconds=STAYS.seconds))


def _verdict(verdict: CodeVerdict, *, is_shown: bool) -> str:
    return _(EXPIRED_OF_NOBODY) if verdict == CodeVerdict.EXPIRED and not is_shown else _(VERDICTS[verdict])


def _show_holder(holder: Holder, said: Colour | None) -> None:
    words = COLOUR_WORDS[holder.colour] if holder.colour else NO_CODE
    with st.container(key="shown-word", gap=None):
        st.text(f"{SIGNS[holder.colour]} {words.zh}" if holder.colour else words.zh)
        st.text(words.en)
    if said is not None and said != holder.colour:
        safe.text(_("The code itself says: {colour}").format(colour=here(COLOUR_WORDS[said])))
    with st.container(key="shown-who", gap=None):
        safe.text(holder.name)
        safe.text(f"{kind_name(holder.document_kind)} {holder.document_number}")
        safe.text(tested_line(holder.tested))
        safe.text(_(TRAVELS[holder.travel]))
    if holder.colour is None:
        st.text(_("Ask for the national code of today, and show the way to apply."))


def _show_nobody() -> None:
    with st.container(key="shown-word", gap=None):
        st.text(NO_SUCH_CODE.zh)
        st.text(NO_SUCH_CODE.en)
    st.text(_("Nobody has these 12 digits. Read them again; then ask for the paper or for the national code."))
