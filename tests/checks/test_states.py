"""docs/applications.md draws the states, arrows, times and reasons that the code goes by."""

from dataclasses import replace

import pytest

from hbcore.domain.application_reasons import ASK_WORDS, REFUSE_WORDS, STATE_WORDS, AskReason, RefuseReason
from hbcore.domain.applications import TRANSITIONS, ApplicationState, Need
from tests.checks import states

TEXT = states.DOCUMENT.read_text("utf-8")


def test_the_document_shows_the_tables_of_the_code():
    assert states.drawn(TEXT) == TEXT, "make it anew: python -m tests.checks.states"


def test_every_drawn_part_stands_in_the_document_once():
    assert sorted(name for _, name, _ in states.BLOCK.findall(TEXT)) == sorted(states.DRAWN)


def test_each_arrow_is_drawn_once():
    arrows = [line for line in states.drawing().splitlines() if "-->" in line]

    assert len(arrows) == len(set(arrows)) == len(TRANSITIONS)


def test_every_state_reason_and_need_has_its_words():
    assert set(STATE_WORDS) == set(map(str, ApplicationState))
    assert set(REFUSE_WORDS) == set(map(str, RefuseReason))
    assert set(ASK_WORDS) == set(map(str, AskReason))
    assert set(states.NEEDS) == set(Need)


@pytest.mark.parametrize(
    "change", [lambda arrows: arrows[1:], lambda arrows: (*arrows[:-1], replace(arrows[-1], after=ApplicationState.WAITING))]
)
def test_an_arrow_that_is_missing_or_leads_elsewhere_is_noticed(monkeypatch, change):
    monkeypatch.setattr(states, "TRANSITIONS", change(TRANSITIONS))

    assert states.drawn(TEXT) != TEXT
