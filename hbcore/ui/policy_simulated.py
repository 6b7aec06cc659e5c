"""A policy tried on the people there are: which codes would turn, in which unit, and which rows would decide."""

from collections.abc import Mapping
from datetime import datetime

import streamlit as st

from hbcore.domain.permissions import Permission, may
from hbcore.domain.policy_differences import said_by
from hbcore.domain.policy_table import Policy
from hbcore.domain.vocabulary import Colour
from hbcore.services import policy_simulation
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.colour_words import COLOUR_WORDS, NO_CODE
from hbcore.services.policies import PolicySeen, PolicyState
from hbcore.services.policy_simulation import NONE, Simulated, UnitSimulated
from hbcore.ui import safe
from hbcore.ui.application_words import here, moment
from hbcore.ui.errors import errors_shown
from hbcore.ui.locale_words import number_here
from hbcore.ui.unit_names import unit_name
from hbcore.ui.waiting import busy
from hbcore.ui.words import _

_MADE = "simulated: "


def show_simulation(one: PolicySeen, staff: Staff) -> None:
    """Try it, for those who may; what was tried stands until another policy is looked at."""
    if not may(staff.role, Permission.KEEP_POLICIES):
        return
    st.subheader(_("Simulate"), anchor=False)
    st.text(_("Every code there is now, beside what this table would say at this moment. Nothing is changed."))
    show_tried(one.policy, staff, place="page", in_force=one.state == PolicyState.IN_FORCE)


def show_tried(
    policy: Policy, staff: Staff, *, place: str, in_force: bool = False, tried: str = "", at_once: bool = False
) -> None:
    """Try a table on the people there are when asked, or `at_once`; what was tried under the name `tried` (or its id) is kept."""
    key = f"{_MADE}{place} {tried or policy.id}"
    asked = st.button(_("Simulate on today's people"), key=f"simulate on {place}") if not at_once else key not in st.session_state
    if asked:
        with errors_shown(), busy(_("Deciding everybody by this table …")):
            st.session_state[key] = policy_simulation.simulate(policy, by=staff, at=now())
    made = st.session_state.get(key)
    if isinstance(made, Simulated):
        _show(made, policy, now(), place, in_force=in_force)


def forget_tried(policy: str, *, place: str) -> None:
    """What was tried there is tried anew when it is shown again."""
    st.session_state.pop(f"{_MADE}{place} {policy}", None)


def _show(made: Simulated, policy: Policy, at: datetime, place: str, *, in_force: bool) -> None:
    said = _("People in {unit} where this table would decide, as at {time}: {people}. Codes that would turn: {turned}.")
    turned = sum(n for (was, becomes), n in made.turns.items() if was != becomes)
    safe.text(
        said.format(
            people=number_here(made.people),
            unit=unit_name(made.unit),
            time=moment(made.as_of, at),
            turned=number_here(turned),
        )
    )
    if turned:
        safe.text(turns_in_words(made.turns))
    elif in_force:
        st.text(_("None would turn: every stored code is what this table says."))
    with st.container(key=f"simulated units on {place}"):
        lines, figures = [_unit(unit) for unit in made.units], [_("People"), _("Would turn")]
        safe.table(lines, key=f"simulated by unit on {place}", widths={_("Unit"): 180}, grouped=figures)
    with st.expander(_("How many each row decides")):
        safe.table(_rows(made, policy), key=f"simulated by row on {place}", grouped=[_("People")])


def turns_in_words(turns: Mapping[tuple[str, str], int]) -> str:
    """`绿码 → 灰码 1,204 · …`, the most first; those that stay are left out."""
    changes = sorted(((n, pair) for pair, n in turns.items() if pair[0] != pair[1] and n), reverse=True)
    said = [f"{_colour(was)} → {_colour(becomes)} {number_here(n)}" for n, (was, becomes) in changes]
    return " · ".join(said) or _("none")


def _colour(colour: str) -> str:
    return here(NO_CODE if colour == NONE else COLOUR_WORDS[Colour(colour)])


def _unit(one: UnitSimulated) -> dict[str, object]:
    row: dict[str, object] = {_("Unit"): unit_name(one.unit), _("People"): one.people, _("Would turn"): one.turned}
    for colour in (*Colour, NONE):
        was = sum(n for (before, _becomes), n in one.turns.items() if before == colour)
        becomes = sum(n for (_before, after), n in one.turns.items() if after == colour)
        row[_colour(colour)] = f"{number_here(was)} → {number_here(becomes)}" if was != becomes else number_here(was)
    return row


def _rows(made: Simulated, policy: Policy) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {
            _("No."): str(number),
            _("Colour"): here(COLOUR_WORDS[row.colour]),
            _("People"): made.rows.get(row.id, 0),
            _("Says"): here(said_by(row)),
        }
        for number, row in enumerate(policy.rows, 1)
    ]
    return [
        *rows,
        {_("No."): "–", _("Colour"): here(NO_CODE), _("People"): made.rows.get(None, 0), _("Says"): here(policy.no_code)},
    ]
