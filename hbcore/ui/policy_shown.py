"""A policy on the screen: where and since when it holds, its rows as sentences, what differs from the one in its place."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from hbcore.domain.policy_differences import (
    Compared,
    Differs,
    LifeCompared,
    RowCompared,
    life_in_words,
    said_by,
    when_in_words,
)
from hbcore.domain.policy_table import FactRule, Policy, TravelRule
from hbcore.domain.sentence import Sentence, shipped_words
from hbcore.services import policies
from hbcore.services.colour_words import COLOUR_WORDS
from hbcore.services.policies import PolicyCompared, PolicySeen, PolicyState
from hbcore.services.policy_withdrawing import WITHDRAWN_FOR
from hbcore.ui import safe
from hbcore.ui.application_words import here, moment
from hbcore.ui.code_picture import SIGNS
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import N_, _, language

WORDS = shipped_words("policy_words.json")
STATES = {
    PolicyState.KEPT: N_("not published"),
    PolicyState.PROPOSED: N_("proposed, waits for a second person"),
    PolicyState.AHEAD: N_("from {time} on"),
    PolicyState.IN_FORCE: N_("in force since {time}"),
    PolicyState.PAST: N_("until {time}"),
    PolicyState.WITHDRAWN: N_("withdrawn {time}, before it began"),
}
DIFFERS = {
    Differs.ADDED: N_("+ New row"),
    Differs.CHANGED: N_("≠ Changed"),
    Differs.MOVED: N_("↕ In another place"),
    Differs.REMOVED: N_("− No longer there"),
}
ALL, DIFFERENT = N_("All rows"), N_("Only what differs")


def state_sentence(one: PolicySeen, at: datetime) -> str:
    """Where a policy stands, in few words."""
    withdrawn_at = one.withdrawal.at if one.withdrawal else None
    time = {PolicyState.PAST: one.until, PolicyState.WITHDRAWN: withdrawn_at}.get(one.state, one.valid_from)
    return _(STATES[one.state]).format(time=moment(time, at) if time else "")


def show_origin(one: PolicySeen, at: datetime) -> None:
    """Where it holds, since when, by whose hands."""
    with st.container(gap="xsmall"):
        where = _("Holds in {unit} and everything below it · {state} · version {version}")
        safe.text(where.format(unit=unit_name(one.scope), state=state_sentence(one, at), version=one.policy.version))
        hands = _("Proposed by {first}, published by {second} {time}")
        if one.published_by and one.published_at:
            safe.text(hands.format(first=one.proposed_by or "–", second=one.published_by, time=moment(one.published_at, at)))
        elif one.published_at:
            st.text(_("Shipped with the desk and in force from the first start on."))
        if gone := one.withdrawal:
            said = _("Withdrawn {time}, proposed by {first}, confirmed by {second}: {why}. It would have begun {begins}.")
            when = {"time": moment(gone.at, at), "begins": moment(gone.begins, at)}
            safe.text(said.format(first=gone.proposed_by, second=gone.by, why=here(WITHDRAWN_FOR[gone.why]), **when))
        safe.text(_("Fingerprint (SHA-256): {digest}").format(digest=one.digest))
        for note in one.policy.notes:
            safe.text(f"· {here(note)}")


def show_rows(told: PolicyCompared) -> None:
    """Its rows, and what belongs to them."""
    st.subheader(_("Rows of the table"), anchor=False)
    only = _which(told)
    for one in told.compared.differing if only else told.compared.rows:
        _show_row(one)
    _show_rest(told.compared, told.shown.policy, only)
    with st.container(horizontal=True):
        rule = policies.as_certlogic(told.shown)
        st.download_button(
            _("Download the rule (CertLogic)"),
            rule,
            f"{told.shown.id}.certlogic.json",
            "application/json",
            key="download rule",
            help=_("With it anybody outside can run the published rule again."),
        )
        st.download_button(
            _("Download the table (JSON)"), told.shown.content, f"{told.shown.id}.json", "application/json", key="download table"
        )


def show_differing(compared: Compared, policy: Policy) -> None:
    """What of `policy` differs from the one in its place."""
    for one in compared.differing:
        _show_row(one)
    _show_rest(compared, policy, only=True)


def _which(told: PolicyCompared) -> bool:
    """Whether only what differs is wanted; said beforehand from what."""
    if told.before is None or told.compared.same:
        return False
    unpublished = told.shown.valid_from is None
    said = _("Compared with {before}, which holds there:") if unpublished else _("Compared with {before}, the one before it:")
    safe.text(said.format(before=told.before))
    chosen = st.segmented_control(
        _("Rows of the table"),
        [ALL, DIFFERENT],
        default=ALL,
        format_func=_,
        key=f"rows shown {language()}",
        label_visibility="collapsed",
        required=True,
    )
    return chosen == DIFFERENT


def _show_row(one: RowCompared) -> None:
    colour = f"{SIGNS[one.row.colour]} {here(COLOUR_WORDS[one.row.colour])}"
    place, words = st.columns([1.1, 6], gap="small")
    with place:
        safe.text(f"{one.number}. {colour}" if one.number else f"{_formerly(one)} {colour}")
    with words, st.container(gap=None):
        how = [_(DIFFERS[one.differs])] if one.differs != Differs.SAME else []
        if one.number != one.formerly and one.differs in (Differs.MOVED, Differs.CHANGED):
            how.append(_formerly(one))
        safe.text(" · ".join([*how, here(said_by(one.row))]))
        st.caption(safe.inert(_("When: {conditions}").format(conditions=here(when_in_words(one.row)))))
        if one.differs == Differs.CHANGED and one.before:
            old = (COLOUR_WORDS[one.before.colour], said_by(one.before), when_in_words(one.before))
            st.caption(safe.inert(_("Before: {row}").format(row=" · ".join(map(here, old)))))


def _formerly(one: RowCompared) -> str:
    return _("formerly {number}").format(number=one.formerly)


def _show_rest(compared: Compared, policy: Policy, only: bool) -> None:
    """How long facts hold, the travel rule, what is said without a code, and the notes where they differ."""
    lives = compared.lives if only else tuple(LifeCompared(kind, None, rule) for kind, rule in policy.facts.items())
    if lives:
        with st.expander(_("How long a fact holds")):
            safe.table([_life(one, only) for one in lives], key="lives")
    if not only or compared.travel:
        said = _("May travel on: {ground}").format(ground=here(_travel(policy.travel)))
        _show_with_before(said, here(_travel(compared.travel)) if compared.travel else None)
    if not only or compared.no_code:
        said = _("Where there is no code: {sentence}").format(sentence=here(policy.no_code))
        _show_with_before(said, here(compared.no_code) if compared.no_code else None)
    if compared.notes is not None:
        _show_with_before(_("Notes: {notes}").format(notes=_notes(policy.notes)), _notes(compared.notes))


def _show_with_before(said: str, before: str | None) -> None:
    safe.text(said)
    if before is not None:
        st.caption(safe.inert(_("Before: {row}").format(row=before)))


def _notes(notes: Sequence[Sentence]) -> str:
    return " · ".join(map(here, notes)) or _("none")


def _life(one: LifeCompared, only: bool) -> dict[str, object]:
    row: dict[str, object] = {_("Kind"): here(WORDS["facts"][one.kind]), _("Holds"): _lasts(one.after)}
    if only:
        row[_("Before")] = _lasts(one.before)
    return row


def _lasts(rule: FactRule | None) -> str:
    return here(life_in_words(rule))


def _travel(rule: TravelRule) -> Sentence:
    said = WORDS["travel"]["negative"].fill({"hours": Sentence(str(rule.hours), str(rule.hours))})
    return Sentence(said.zh + WORDS["travel"]["igg"].zh, said.en + WORDS["travel"]["igg"].en) if rule.igg else said
