"""A decision taken back on pages: alone within ten minutes, later and after an approval by a second look."""

from datetime import timedelta

import pytest

from hbcore.services import applications
from hbcore.services.clock import now
from tests.pages.reviewing import in_dialog, open_at, permit, press, said, states
from tests.services.applying import acts, reviewer

pytestmark = pytest.mark.usefixtures("database")

SECOND_LOOKS = "Second_looks"


def test_a_decision_is_taken_back_where_it_was_made_and_the_application_is_open_again(visit, clerk, colleague):
    receipt = permit(clerk)
    permit(clerk, 1)
    page = press(open_at(visit(colleague), receipt.id), "通过")
    assert states() == ["approved", "waiting"]

    undo = next(one for one in page.button if one.key == "undo last")
    undo.click().run()

    assert not page.exception
    assert states() == ["waiting", "waiting"]
    assert receipt.number in said(page)
    assert acts()[-1] == "undone"


def test_the_offer_to_undo_ends_after_ten_minutes(visit, clerk, colleague, monkeypatch):
    receipt = permit(clerk)
    page = press(open_at(visit(colleague), receipt.id), "通过")
    later = now() + timedelta(minutes=10)
    for place in ("hbcore.services.clock.now", "hbcore.ui.application_acts.now", "hbcore.ui.application_decided.now"):
        monkeypatch.setattr(place, lambda: later)

    page.run()

    assert not [one for one in page.button if one.key == "undo last"]


def test_a_revocation_waits_for_a_second_look_and_is_confirmed_there(visit, links, clerk, colleague):
    receipt = permit(clerk)
    applications.approve(receipt.id, by=colleague, at=now())
    page = open_at(visit(colleague), receipt.id)
    in_dialog(page, "撤销通过", "提请", lambda page: page.selectbox[-1].set_value("not_in_hubei"))
    assert states() == ["approved"]

    own = visit(colleague, on=SECOND_LOOKS)
    other = visit(reviewer("second"), on=SECOND_LOOKS)
    assert [one.label for one in own.button] == ["撤回提请"]
    assert receipt.number in said(other)
    assert "不在鄂居留" in said(other)
    assert links[-1] == ("Applications", "打开申领 →", {"application": str(receipt.id)})
    press(other, "确认")

    assert states() == ["revoked"]
    assert "暂无待复核事项。" in said(other)


def test_a_second_look_that_says_no_changes_nothing(visit, links, clerk, colleague):
    receipt = permit(clerk)
    applications.approve(receipt.id, by=colleague, at=now())
    applications.propose_undo(receipt.id, by=clerk, at=now())

    page = visit(colleague, on=SECOND_LOOKS)
    page.selectbox[0].set_value("not_justified").run()
    press(page, "驳回")

    assert states() == ["approved"]
    assert acts()[-1] == "proposal_declined"


def test_later_than_ten_minutes_an_undo_is_proposed(visit, clerk, colleague):
    receipt = permit(clerk)
    applications.approve(receipt.id, by=colleague, at=now() - timedelta(minutes=11))

    in_dialog(open_at(visit(colleague), receipt.id), "提请撤销", "提请")

    assert states() == ["approved"]
    assert acts()[-1] == "undo_proposed"
