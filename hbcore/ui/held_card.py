"""A held row opened: the file's answer beside ours, whose it may be, what was asked, and what may be done about it."""

from collections.abc import Container, Mapping, Sequence

import streamlit as st

from hbcore.domain.documents import document_of_row, masked_number
from hbcore.domain.lab_held import Answer
from hbcore.domain.vocabulary import Purpose, Role, RowCode
from hbcore.services import held_asking, held_opened
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.held_opened import Answered, HeldOpened, Holder, Other
from hbcore.services.held_queue import HeldLine
from hbcore.services.held_rows import name_in
from hbcore.ui import safe
from hbcore.ui.application_words import here
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.held_settling import show_settling
from hbcore.ui.held_words import STATUSES, answer_words, kind_name, step_words
from hbcore.ui.links import link_to_person
from hbcore.ui.person_words import WORDS
from hbcore.ui.recall_waits import say_recall_waits
from hbcore.ui.words import _, sentence_here, time_here

OPENED = "held row opened"
COMPARED = ("Name", "Document number", "Assay", "Outcome", "Result status", "Sampled", "Tested", "Reported")
"""What is marked where it differs."""


def show_held_row(line: HeldLine, staff: Staff) -> None:
    """The row, once somebody asks for it: that is recorded."""
    with st.container(border=True):
        title = _("{kind}: upload {number}, row {row}")
        st.subheader(safe.inert(title.format(kind=kind_name(line.held_for), number=line.number, row=line.row)), anchor=False)
        safe.text(f"{line.institution} · {line.uploaded_by} · {time_here(line.at)}")
        st.text(sentence_here(line.held_for))
        for step in line.steps:
            safe.text(step_words(step))
        seen = _opened(line, staff)
        if seen is None:
            return
        safe.beside(_side_by_side(seen))
        for place, one in enumerate(seen.holders, start=1):
            several = _("Open person {n} →").format(n=place)
            link_to_person(several if len(seen.holders) > 1 else _("Open the person →"), one.person, Purpose.CORRECT_RESULT)
        if staff.role == Role.LAB_LIAISON:
            _answer(line, staff)
            return
        show_settling(line, staff, _whose(seen))
        _ask(line, staff)


def _opened(line: HeldLine, staff: Staff) -> HeldOpened | None:
    """What was opened last, as long as the same row is on the screen."""
    key = (line.upload, line.row, len(line.steps))
    held = st.session_state.get(OPENED)
    if held and held[0] == key:
        return held[1]  # type: ignore[no-any-return]
    if st.button(_("Show side by side"), type="primary", help=_("This is recorded as a look-up."), key=f"open {key}"):
        with errors_shown():
            st.session_state[OPENED] = (key, held_opened.opened(line.upload, line.row, by=staff, at=now()))
            st.rerun()
    return None


def _side_by_side(seen: HeldOpened) -> list[Sequence[str]]:
    """One line for each thing that can be compared; where the two differ it says so. The first says who says it."""
    theirs, ours = list(map(_cells, seen.theirs)), list(map(_cells, seen.ours))
    if not (ours or seen.others):
        ours = [{_("Outcome"): _("nothing of this sample")}]
    said_by = [_("The file says")] * len(theirs) + [_says(other) for other in seen.others]
    theirs += [_cells(other.answer) for other in seen.others]
    names, answers = _numbered(said_by + [_("We hold")] * len(ours)), (*theirs, *ours)
    compared = {_(word) for word in (COMPARED if seen.ours or seen.others else COMPARED[:2])}
    lines = [(word, *[said] * len(theirs), *[held] * len(ours)) for word, said, held in _identities(seen)]
    words = dict.fromkeys(word for cells in answers for word in cells)
    lines += [(word, *(cells.get(word, "") for cells in answers)) for word in words]
    return [("", *names), *(_marked(line, compared) for line in lines)]


def _says(other: Other) -> str:
    if other.here:
        return _("Its row {row} says").format(row=other.row)
    return _("Row {row} of {upload}, which waits, says").format(row=other.row, upload=other.answer.upload)


def _marked(line: Sequence[str], compared: Container[str]) -> Sequence[str]:
    """With a sign at its word where what can be compared differs."""
    word, *said = line
    return (f"{word} ≠", *said) if len(set(filter(None, said))) > 1 and word in compared else line


def _identities(seen: HeldOpened) -> list[tuple[str, str, str]]:
    """Name and number: as the file says, as we hold them."""
    document = document_of_row(seen.cells.get("document_kind"), seen.cells.get("document_number"))
    said = masked_number(document) if document else "****"
    full = seen.line.held_for in (RowCode.NAME_DIFFERS, RowCode.AMBIGUOUS_DOCUMENT)
    name = name_in(seen.cells) if full else seen.line.name
    held = [(one.name, one.document) for one in seen.holders]
    names, numbers = " / ".join(one for one, _n in held), " / ".join(dict.fromkeys(one for _n, one in held))
    return [(_("Name"), name, names), (_("Document number"), said, numbers)]


def _numbered(names: Sequence[str]) -> list[str]:
    """A second column of the same heading gets a number."""
    return [name if names.index(name) == place else f"{name} {place - names.index(name) + 1}" for place, name in enumerate(names)]


def _cells(one: Answered) -> Mapping[str, str]:
    pooled = "" if one.single else f" · {_('tube of several')}"
    return {
        _("Assay"): here(WORDS["assays"][one.assay]),
        _("Outcome"): here(WORDS["outcomes"][one.outcome]) + pooled,
        _("Result status"): _(STATUSES[one.status]),
        _("Sampled"): time_here(one.sampled_at),
        _("Tested"): time_here(one.tested_at) if one.tested_at else "",
        _("Reported"): time_here(one.reported_at) if one.reported_at else "",
        _("Upload"): one.upload,
        _("Uploaded at, by"): f"{time_here(one.uploaded_at)} · {one.uploaded_by}",
    }


def _whose(seen: HeldOpened) -> int | None:
    """Whose row it is, of several; chosen by name and number."""
    if seen.line.held_for != RowCode.AMBIGUOUS_DOCUMENT or not seen.holders:
        return None

    def words(one: Holder) -> str:
        return safe.inert(f"{one.name} {one.document}")

    key = f"whose {seen.line.upload} {seen.line.row}"
    chosen = st.selectbox(_("Whose row is it?"), seen.holders, None, words, placeholder=_("Choose a person"), key=key)
    return chosen.person if chosen else None


def _ask(line: HeldLine, staff: Staff) -> None:
    with st.popover(_("Ask the laboratory…"), disabled=line.asked, help=_("It has been asked.") if line.asked else None):
        note = st.text_area(_("What do you ask?"), max_chars=held_asking.LONGEST_NOTE, key=f"question {line.upload} {line.row}")
        st.caption(_("The liaison of the institution reads it beside the row. The row stays held."))
        if st.button(_("Ask the laboratory"), type="primary", key=f"ask {line.upload} {line.row}"):
            with errors_shown():
                held_asking.ask(line.upload, line.row, note, by=staff, at=now())
                say_after_rerun(_("Asked: the row stays in the queue."))


def _answer(line: HeldLine, staff: Staff) -> None:
    if line.recall_waits:
        say_recall_waits(line.number, staff)
        return
    if not line.asked:
        st.caption(_("The supervisor of the unit settles it. A file with the right word of correction settles it, too."))
        return
    key = f"{line.upload} {line.row}"
    said = st.selectbox(
        _("What do you answer?"), list(map(str, Answer)), None, answer_words, placeholder=_("Choose an answer"), key=f"said {key}"
    )
    note = st.text_area(_("Note"), max_chars=held_asking.LONGEST_NOTE, key=f"note {key}")
    if st.button(_("Answer"), type="primary", disabled=not said, key=f"answer {key}") and said:
        with errors_shown():
            held_asking.answer(line.upload, line.row, said, note, by=staff, at=now())
            say_after_rerun(_("Answered: the supervisor sees it."))
