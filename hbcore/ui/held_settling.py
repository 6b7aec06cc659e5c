"""Settling held rows on the screen: a reason, what would change, then done; alone, by a proposal, or many of one kind at once."""

from collections.abc import Sequence

import streamlit as st

from hbcore.domain.lab_held import REOPENS, fitting, why_not_reason, why_not_settle
from hbcore.domain.vocabulary import RowCode
from hbcore.services import held_settling, removals
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.held_queue import HeldLine
from hbcore.services.held_settling import Done, HeldKey, Settlement
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.fact_words import changes_words
from hbcore.ui.held_words import REASONS, kind_name, reason_words
from hbcore.ui.links import link
from hbcore.ui.locale_words import number_here
from hbcore.ui.recall_waits import say_recall_waits
from hbcore.ui.waiting import busy
from hbcore.ui.words import N_, _, _n, sentence_here

TRIED, KEPT = "settlement tried", "held row kept"
PROPOSALS = {True: N_("Propose: the positive ends"), False: N_("Propose: the positive stays")}
ASIDE = N_("Propose: keep ours")
"""Where it is theirs that is positive."""


def show_settling(line: HeldLine, staff: Staff, person: int | None) -> None:
    """What one may do about a row; what takes two is proposed."""
    if line.recall_waits:
        say_recall_waits(line.number, staff)
        return
    if line.waits == "release":
        st.text(_("A positive beyond the limit of the shift: it is released or declined with the others of its upload."))
        link("Second_looks", _("Second looks →"))
        return
    if line.proposed:
        st.text(_("What becomes of it is proposed; another person confirms or declines it."))
        link("Second_looks", _("Second looks →"))
        return
    reason = choose_reason(f"{line.upload} {line.row}", line.held_for)
    if line.held_for == RowCode.SECOND_ACCOUNT_NEEDED:
        _propose(line, staff, reason, person, [True, False])
        return
    _settle([line], staff, reason, person)


def show_many(lines: Sequence[HeldLine], staff: Staff) -> None:
    """Several rows of one kind, settled in one act."""
    with st.container(border=True):
        kinds = {one.held_for for one in lines}
        if len(kinds) > 1:
            st.text(sentence_here("several_kinds"))
            return
        (kind,) = kinds
        what = _n("{n} row selected: {kind}", "{n} rows selected: {kind}", len(lines)).format(
            n=number_here(len(lines)), kind=kind_name(kind)
        )
        st.subheader(safe.inert(what), anchor=False)
        _settle(lines, staff, choose_reason(f"many {kind}", kind), None)


def offer_reopening(staff: Staff) -> None:
    """Put back what was just kept, for ten minutes."""
    kept: tuple[int, int, object] | None = st.session_state.get(KEPT)
    if kept is None:
        return
    if now() > kept[2] + REOPENS:  # type: ignore[operator]
        st.session_state.pop(KEPT)
        return
    if st.button(_("Put the last one back into the queue"), type="tertiary", icon=":material/undo:", key="reopen"):
        with errors_shown():
            st.session_state.pop(KEPT)
            held_settling.reopen(kept[0], kept[1], by=staff, at=now())
            say_after_rerun(_("The row is held again."))


def choose_reason(key: str, kind: RowCode) -> str | None:
    """One that fits one of the two settlements of such rows: the button of the other can't be pressed then."""
    reasons = [str(one) for one in REASONS if one in fitting(kind, True) + fitting(kind, False)]
    return st.selectbox(_("Reason"), reasons, None, reason_words, placeholder=_("Choose a reason"), key=f"settle why {key}")


def _settle(lines: Sequence[HeldLine], staff: Staff, reason: str | None, person: int | None) -> None:
    """Theirs is taken after one has seen what changes; ours is kept at once, for it can be put back."""
    first = lines[0]
    why_take, why_keep = (
        _why_not(first, take, person) or why_not_because(first.held_for, take, reason) for take in (True, False)
    )
    key = f"{first.upload} {first.row} {len(lines)}"
    by_two = first.positive and len(lines) == 1
    with st.container(horizontal=True):
        take = st.button(
            _("Take theirs…"), disabled=bool(why_take), help=safe.inert(why_take) if why_take else None, key=f"take {key}"
        )
        keep = st.button(
            _(ASIDE) if by_two else _("Keep ours"),
            disabled=bool(why_keep),
            help=safe.inert(why_keep) if why_keep else None,
            key=f"keep {key}",
        )
    say_why_not([why_take, why_keep])
    if by_two:
        st.caption(_("It says positive: that it is put aside, another person confirms under Second looks."))
    rows = tuple((one.upload, one.row) for one in lines)
    if take and reason:
        what = Settlement(rows, True, reason, person)
        with errors_shown(), busy(_("Working out what would change …")):
            st.session_state[TRIED] = (what, held_settling.tried(what, by=staff, at=now()))
    if keep and reason and by_two:
        _propose_row(first, staff, reason, person, take=False)
    elif keep and reason:
        with errors_shown():
            _keep(rows, reason, staff)
    _confirm(lines, staff, Settlement(rows, True, reason or "", person))


def _keep(rows: tuple[HeldKey, ...], reason: str, staff: Staff) -> None:
    done = held_settling.settle(Settlement(rows, False, reason), by=staff, at=now())
    if len(rows) == 1:
        st.session_state[KEPT] = (*rows[0], now())
    kept, left = done.settled, len(done.needs_two)
    said = [
        _n("Kept as it is: {n} row counts as not recorded.", "Kept as it is: {n} rows count as not recorded.", kept).format(
            n=number_here(kept)
        )
    ]
    if left:
        by_two = _n(
            "{n} row says positive and is held still: open it and propose what becomes of it.",
            "{n} rows say positive and are held still: open each and propose what becomes of it.",
            left,
        )
        said.append(by_two.format(n=number_here(left)))
    say_after_rerun(" ".join(said))


def _confirm(lines: Sequence[HeldLine], staff: Staff, what: Settlement) -> None:
    """What taking theirs would do, and the button that does it; where a positive would go away, the proposal."""
    held: tuple[Settlement, Done] | None = st.session_state.get(TRIED)
    if held is None or held[0] != what:
        return
    done = held[1]
    st.text(_("Once taken in: {changes}").format(changes=changes_words(done.codes)))
    if done.left:
        st.text(
            _n("{n} row stays held for another reason.", "{n} rows stay held for another reason.", done.left).format(
                n=number_here(done.left)
            )
        )
    if done.needs_two:
        st.text(
            _n(
                "{n} row would take a positive away: two people are needed.",
                "{n} rows would take a positive away: two people are needed.",
                len(done.needs_two),
            ).format(n=number_here(len(done.needs_two)))
        )
    if len(done.needs_two) == len(lines):
        if len(lines) == 1:
            _propose(lines[0], staff, what.reason, what.person, [True])
        return
    if done.settled and st.button(
        _n("Take {n} row in", "Take {n} rows in", done.settled).format(n=number_here(done.settled)),
        type="primary",
        key=f"confirm {hash(what)}",
    ):
        with errors_shown():
            st.session_state.pop(TRIED)
            held_settling.settle(what, by=staff, at=now())
            say_after_rerun(_("Taken in: what they correct keeps its history."))


def _propose(line: HeldLine, staff: Staff, reason: str | None, person: int | None, takes: Sequence[bool]) -> None:
    with st.container(horizontal=True):
        pressed = [take for take in takes if proposing(line.held_for, take, reason, key=f"propose {take} {line.row}")]
    say_why_not([why_not_because(line.held_for, take, reason) for take in takes])
    if pressed and reason:
        _propose_row(line, staff, reason, person, take=pressed[0])


def _propose_row(line: HeldLine, staff: Staff, reason: str, person: int | None, *, take: bool) -> None:
    with errors_shown():
        removals.propose(line.upload, line.row, take, reason, person=person, by=staff, at=now())
        say_after_rerun(_("Proposed: it stands under Second looks until another person confirms it."))


def proposing(kind: RowCode, take: bool, reason: str | None, *, key: str) -> bool:
    """The button that proposes a settlement, and whether it was pressed."""
    why_not = why_not_because(kind, take, reason)
    return st.button(_(PROPOSALS[take]), disabled=bool(why_not), help=safe.inert(why_not) if why_not else None, key=key)


def why_not_because(kind: RowCode, take: bool, reason: str | None) -> str | None:
    """Why such rows can't be settled so with this reason."""
    if reason is None:
        return _("Choose a reason first.")
    code = why_not_reason(kind, take, reason)
    return sentence_here(code) if code else None


def say_why_not(reasons: Sequence[str | None]) -> None:
    """Where every button is grey, below them why, each reason once: on a phone there is no pointer to wait over them."""
    if all(reasons):
        for why in dict.fromkeys(filter(None, reasons)):
            st.caption(safe.inert(why))


def _why_not(line: HeldLine, take: bool, person: int | None) -> str | None:
    code = why_not_settle(line.held_for, take, own_upload=line.own, person_chosen=person is not None)
    return sentence_here(code) if code else None
