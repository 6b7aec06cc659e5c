"""docs/recolouring.md draws the states, arrows, grounds, times and lists that the code goes by."""

from dataclasses import replace

import pytest

from hbcore.domain.recolouring import ARROWS, RequestNeed, RequestState
from hbcore.domain.recolouring_grounds import OnRecord
from tests.checks import request_states as states

TEXT = states.DOCUMENT.read_text("utf-8")


def test_the_document_shows_the_tables_of_the_code():
    assert states.drawn(TEXT) == TEXT, "make it anew: python -m tests.checks.request_states"


def test_every_drawn_part_stands_in_the_document_once():
    assert sorted(name for _, name, _ in states.BLOCK.findall(TEXT)) == sorted(states.DRAWN)


def test_each_arrow_is_drawn_once_and_every_need_has_its_words():
    arrows = [line for line in states.drawing().splitlines() if "-->" in line]

    assert len(arrows) == len(set(arrows)) == len(ARROWS)
    assert set(states.NEEDS) == set(RequestNeed)
    assert set(states.TESTED) == set(OnRecord)


@pytest.mark.parametrize(
    "change", [lambda arrows: arrows[1:], lambda arrows: (*arrows[:-1], replace(arrows[-1], after=RequestState.CONFIRMED))]
)
def test_an_arrow_that_is_missing_or_leads_elsewhere_is_noticed(monkeypatch, change):
    monkeypatch.setattr(states, "ARROWS", change(ARROWS))

    assert states.drawn(TEXT) != TEXT
