"""A policy on the screen: where and since when it holds, its rows as sentences, what differs from the one in its place."""

from datetime import datetime

import streamlit as st

from hbcore.domain.policy_differences import Differs, LifeCompared, RowCompared, life_in_words, said_by, when_in_words
from hbcore.domain.policy_table import FactRule, TravelRule
from hbcore.domain.sentence import Sentence, shipped_words
from hbcore.services import policies
from hbcore.services.colour_words import COLOUR_WORDS
from hbcore.services.policies import PolicyCompared, PolicySeen, PolicyState
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
    time = one.until if one.state == PolicyState.PAST else one.valid_from
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
        safe.text(_("Fingerprint (SHA-256): {digest}").format(digest=one.digest))
        for note in one.policy.notes:
            safe.text(f"· {here(note)}")


def show_rows(told: PolicyCompared) -> None:
    """Its rows, and what belongs to them."""
    st.subheader(_("Rows of the table"), anchor=False)
    only = _which(told)
    for one in told.compared.rows:
        if not only or one.differs != Differs.SAME:
            _show_row(one)
    _show_rest(told, only)
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


def _which(told: PolicyCompared) -> bool:
    """Whether only what differs is wanted; said beforehand from what."""
    if told.before is None or told.compared.same:
        return False
    safe.text(_("Compared with {before}, which holds there:").format(before=told.before))
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
        safe.text(f"{one.number}. {colour}")
    with words, st.container(gap=None):
        how = f"{_(DIFFERS[one.differs])} · " if one.differs != Differs.SAME else ""
        safe.text(f"{how}{here(said_by(one.row))}")
        st.caption(safe.inert(_("When: {conditions}").format(conditions=here(when_in_words(one.row)))))
        if one.differs == Differs.CHANGED and one.before:
            before = f"{here(COLOUR_WORDS[one.before.colour])}, {here(when_in_words(one.before))}"
            st.caption(safe.inert(_("Before: {row}").format(row=before)))


def _show_rest(told: PolicyCompared, only: bool) -> None:
    """How long facts hold, and the travel rule."""
    compared, policy = told.compared, told.shown.policy
    lives = compared.lives if only else tuple(LifeCompared(kind, None, rule) for kind, rule in policy.facts.items())
    if lives:
        with st.expander(_("How long a fact holds")):
            safe.table([_life(one, only) for one in lives], key="lives")
    if not only or compared.travel:
        said = _("May travel on: {ground}").format(ground=here(_travel(policy.travel)))
        before = _("before: {ground}").format(ground=here(_travel(compared.travel[0]))) if compared.travel else ""
        safe.text(f"{said} ({before})" if before else said)


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
