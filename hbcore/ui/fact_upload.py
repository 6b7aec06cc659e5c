"""A case or contact list from a file: what it holds, what is wrong with it, what it would do; then proposed."""

from collections import defaultdict
from collections.abc import Sequence

import streamlit as st

from hbcore.domain.fact_rules import LONGEST_REFERENCE, LONGEST_TEXT, MOST_PEOPLE
from hbcore.domain.problems import RowProblem, row_ranges
from hbcore.domain.vocabulary import FactKind
from hbcore.services import fact_files
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.fact_files import TEMPLATE, FactFile, ListRefused
from hbcore.services.saved_drafts import Place
from hbcore.services.uploads import PAGE_SUFFIXES, IncomingFile
from hbcore.ui import safe
from hbcore.ui.drafted import KEPT_AFTER, drafted, entered
from hbcore.ui.errors import errors_shown, say_after_rerun, show_refused
from hbcore.ui.fact_dialogs import PROPOSED
from hbcore.ui.fact_sure import asked_when_many, forget_question, meant, show_question
from hbcore.ui.fact_words import PARTS, effect_words, kinds_words
from hbcore.ui.locale_words import number_here
from hbcore.ui.waiting import busy
from hbcore.ui.words import N_, _, _n, sentence_here

ROWS = {
    "read": N_("Rows read"),
    "proposed": N_("To be proposed"),
    "already_held": N_("On record or proposed"),
    "held": N_("Held"),
    "refused": N_("Not taken"),
}
_CASE, _REASON = "case of a list", "reason of a list"
_TURN, _TRIED = "fact file turn", "fact file tried"
MEGABYTES = 2


def show_upload(staff: Staff) -> None:
    """Case, reason and file; below them what it would do."""
    with drafted(Place.FACT_LIST, (_CASE, _REASON), staff):
        case_of, why = st.columns([1, 2])
        case = case_of.text_input(
            _("Case number"),
            max_chars=LONGEST_REFERENCE,
            autocomplete="off",
            key=_CASE,
            persist_state="session",
            live=KEPT_AFTER,
        )
        reason = why.text_input(
            _("Reason"),
            max_chars=LONGEST_TEXT,
            autocomplete="off",
            key=_REASON,
            persist_state="session",
            live=KEPT_AFTER,
        )
    label = _("Drop the list: CSV, Excel or ODS, up to {most} people, one case").format(most=MOST_PEOPLE)
    turn = st.session_state.setdefault(_TURN, 0)
    dropped = st.file_uploader(safe.inert(label), PAGE_SUFFIXES, max_upload_size=MEGABYTES, key=f"fact file {turn}")
    st.download_button(_("Download the template"), TEMPLATE, "管控名单模板.csv", "text/csv", type="tertiary")
    if dropped is None:
        return
    file = IncomingFile(dropped.getvalue(), dropped.name)
    report = _tried(file, case, staff)
    if report is not None:
        show_report(report)
        _show_proposing(file, case, reason, report, staff)


def _tried(file: IncomingFile, case: str, staff: Staff) -> FactFile | None:
    """What the file would do; worked out once for each file and case, a refusal too."""
    held: tuple[tuple[str, str], FactFile | ListRefused] | None = st.session_state.get(_TRIED)
    if held is None or held[0] != (file.sha256, case):
        forget_question()
        st.session_state.pop(_TRIED, None)
        found: FactFile | ListRefused | None = None
        with errors_shown(), busy(_("Reading and judging the list; nothing is proposed yet …")):
            try:
                found = fact_files.preview(file, case=case, by=staff, at=now())
            except ListRefused as refused:
                found = refused
        if found is None:
            return None
        held = st.session_state[_TRIED] = ((file.sha256, case), found)
    if isinstance(held[1], ListRefused):
        show_refused(held[1])
        _show_problems(held[1].problems)
        return None
    return held[1]


def show_report(report: FactFile) -> None:
    """The figures that add up to the rows read, whose codes would change, and the problems by kind."""
    with st.container(horizontal=True, gap="medium"):
        for word, text in ROWS.items():
            st.metric(_(text), number_here(report.rows[word]), width="content")
    safe.text(kinds_words({FactKind(kind): n for kind, n in report.kinds.items()}))
    for said in effect_words(report):
        safe.text(said)
    if report.new:
        words = _n(
            "{n} person is not known yet and gets a record without a registration.",
            "{n} people are not known yet; they get a record without a registration.",
            report.new,
        )
        safe.text(words.format(n=number_here(report.new)))
    _show_problems(report.problems)


def _show_proposing(file: IncomingFile, case: str, reason: str, report: FactFile, staff: Staff) -> None:
    question = st.container()
    label = _n("Propose {n} person", "Propose {n} people", report.rows["proposed"]).format(n=number_here(report.rows["proposed"]))
    if st.button(safe.inert(label), type="primary"):
        with errors_shown(), asked_when_many():
            made = fact_files.propose(file, reason, case=case, sure=meant(), by=staff, at=now())
            forget_question()
            entered(Place.FACT_LIST, staff)
            for kept in (_TRIED, _CASE, _REASON):
                st.session_state.pop(kept, None)
            st.session_state[_TURN] += 1
            held = _("Held rows: {n}. They stand under “Held rows of lists”.").format(n=number_here(made.rows["held"]))
            say_after_rerun(f"{_(PROPOSED)} {held}" if made.rows["held"] else _(PROPOSED))
    show_question(question, _("All of these people are meant. This answer is recorded and raises an alarm."))


def _show_problems(problems: Sequence[RowProblem]) -> None:
    rows: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for problem in problems:
        rows[str(problem.code), problem.column].append(problem.row)
    if not rows:
        return
    st.subheader(_("To be put right or looked at"), anchor=False)
    with st.container(gap="small"):
        for (code, column), at in rows.items():
            where = (f"{_('Rows')} {row_ranges(at)}", _(PARTS[column]) if column in PARTS else "", sentence_here(code))
            safe.text(" · ".join(part for part in where if part))
