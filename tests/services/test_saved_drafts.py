"""What somebody was typing is theirs alone, sealed, for seven days, and leaves no event."""

from datetime import timedelta

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import saved_drafts
from hbcore.services.saved_drafts import LIVES, LONGEST, Place
from tests.services.applying import AT, acts, reviewer, rows
from tests.standing import staff

pytestmark = pytest.mark.usefixtures("database")

TYPED = {"draft name": "CHAN TAI MAN", "draft phone": ""}


def test_a_draft_is_taken_up_as_it_was_saved_last():
    clerk = reviewer("clerk")
    saved_drafts.keep(Place.APPLICATION, TYPED, by=clerk, at=AT)
    saved_drafts.keep(Place.APPLICATION, {"draft name": "CHAN TAI"}, by=clerk, at=AT + timedelta(minutes=1))

    kept = saved_drafts.take_up(Place.APPLICATION, by=clerk, at=AT + timedelta(hours=1))

    assert kept is not None
    assert (kept.fields, kept.saved_at) == ({"draft name": "CHAN TAI"}, AT + timedelta(minutes=1))
    assert rows("SELECT count(*) FROM saved_draft") == [(1,)]


def test_nobody_else_sees_it_and_each_place_and_subject_has_its_own():
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    saved_drafts.keep(Place.APPLICATION, TYPED, by=clerk, at=AT)
    saved_drafts.keep(Place.APPLICATION, {"draft name": "LEE"}, by=clerk, at=AT, subject=17)

    def names(by, place=Place.APPLICATION, subject=0):
        kept = saved_drafts.take_up(place, by=by, at=AT, subject=subject)
        return kept and kept.fields["draft name"]

    assert (names(clerk), names(clerk, subject=17)) == ("CHAN TAI MAN", "LEE")
    assert [names(colleague), names(clerk, Place.NOTE), names(clerk, subject=18)] == [None, None, None]


def test_saving_leaves_no_event_and_nothing_readable_in_the_table():
    clerk = reviewer("clerk")

    saved_drafts.keep(Place.APPLICATION, TYPED, by=clerk, at=AT)

    [(sealed,)] = rows("SELECT sealed FROM saved_draft")
    assert b"CHAN" not in bytes(sealed)
    assert acts() == []


def test_emptied_fields_and_entering_take_it_away():
    clerk = reviewer("clerk")
    for end in (
        lambda: saved_drafts.keep(Place.NOTE, {"note": ""}, by=clerk, at=AT),
        lambda: saved_drafts.drop(Place.NOTE, by=clerk, at=AT),
    ):
        saved_drafts.keep(Place.NOTE, {"note": "call back"}, by=clerk, at=AT)
        end()

        assert saved_drafts.take_up(Place.NOTE, by=clerk, at=AT) is None
    assert rows("SELECT count(*) FROM saved_draft") == [(0,)]


def test_after_seven_days_it_is_gone_and_the_next_one_saved_clears_the_table():
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    saved_drafts.keep(Place.APPLICATION, TYPED, by=clerk, at=AT)

    assert saved_drafts.take_up(Place.APPLICATION, by=clerk, at=AT + LIVES) is not None
    late = AT + LIVES + timedelta(seconds=1)
    assert saved_drafts.take_up(Place.APPLICATION, by=clerk, at=late) is None
    saved_drafts.keep(Place.APPLICATION, TYPED, by=colleague, at=late)
    assert rows("SELECT count(*) FROM saved_draft") == [(1,)]


def test_a_role_without_the_places_permission_keeps_nothing():
    auditor = staff(Role.AUDITOR, AT)

    for act in (
        lambda: saved_drafts.keep(Place.APPLICATION, TYPED, by=auditor, at=AT),
        lambda: saved_drafts.take_up(Place.APPLICATION, by=auditor, at=AT),
        lambda: saved_drafts.drop(Place.APPLICATION, by=auditor, at=AT),
    ):
        with pytest.raises(Refused, match="not_allowed"):
            act()


def test_what_is_too_long_is_refused_and_the_draft_before_it_stays():
    clerk = reviewer("clerk")
    saved_drafts.keep(Place.NOTE, {"note": "short"}, by=clerk, at=AT)

    with pytest.raises(Refused, match="draft_too_long"):
        saved_drafts.keep(Place.NOTE, {"note": "x" * (LONGEST + 1)}, by=clerk, at=AT)

    kept = saved_drafts.take_up(Place.NOTE, by=clerk, at=AT)
    assert kept
    assert kept.fields == {"note": "short"}
