"""Notices: planned with the act, told once its time has come, in the applicant's language, and not what was taken back."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.notices import NoticeKind, NoticeState
from hbcore.public_sentences import ASKS, REFUSED
from hbcore.public_words import PUBLIC_LANGUAGES, said
from hbcore.services import application_expiry, applications, outbox
from hbcore.storage import application_rows
from hbcore.storage.engine import engine
from tests.services.applying import AT, PERMIT, acts, rows
from tests.services.mail_servers import PAGE, SENDER
from tests.services.noticing import DAY, TEN, THEIRS, enter, stand

pytestmark = pytest.mark.usefixtures("database")


def text(letter) -> str:
    return letter.get_content()


def test_an_approval_is_told_once_its_ten_minutes_are_over_and_not_before(clerk, first, server):
    applications.approve(enter(clerk), by=first, at=AT)

    early = outbox.send_due(at=AT + TEN - timedelta(microseconds=1))
    sent = outbox.send_due(at=AT + TEN)
    again = outbox.send_due(at=AT + TEN)

    assert (early, again) == (None, None)
    assert sent is not None
    assert sent.notices == Counter({NoticeState.SENT: 1})
    assert server.to == [THEIRS]
    assert stand() == [("approved", "sent")]
    assert acts()[-1] == "notices_sent"


def test_the_letter_says_what_was_decided_where_to_look_and_whom_to_call_and_names_nobody(clerk, first, server):
    id_ = enter(clerk)
    applications.refuse(id_, ["document_expired"], by=first, at=AT)
    ((receipt,),) = rows("SELECT receipt FROM application")

    outbox.send_due(at=AT + TEN)

    (letter,) = server.letters
    whole = letter.as_string() + text(letter)
    why = REFUSED["document_expired"]
    for part in (str(receipt), PAGE, "027-87122256", said(why, "zh"), said(why, "en")):
        assert part in text(letter)
    for part in (PERMIT.name, "CHAN", "94684388", PERMIT.phone, "1980", "中南路"):
        assert part not in whole
    assert letter["From"].addresses[0].addr_spec == SENDER
    assert letter["Auto-Submitted"] == "auto-generated"


def test_what_is_asked_for_stands_in_the_letter_and_in_the_reminder_of_the_third_day(clerk, first, server):
    applications.ask(enter(clerk), ["photo_unclear", "address"], by=first, at=AT)

    outbox.send_all(at=AT + TEN)
    before = len(server.letters)
    outbox.send_all(at=AT + 3 * DAY)

    assert (before, len(server.letters)) == (1, 2)
    for one in server.letters:
        assert said(ASKS["photo_unclear"], "zh") in text(one)
        assert said(ASKS["address"], "en") in text(one)
    assert stand() == [("asked", "sent"), ("reminder", "sent")]


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_whoever_applied_online_is_written_to_in_their_own_language_alone(clerk, first, server, language):
    applications.ask(enter(clerk), ["entry_passport"], by=first, at=AT)
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(sa.update(application_rows.APPLICATIONS).values(language=language))

    outbox.send_all(at=AT + TEN)

    (letter,) = server.letters
    ((receipt,),) = rows("SELECT receipt FROM application")
    assert letter["Content-Language"] == language
    assert str(receipt) in letter["Subject"]
    assert said(ASKS["entry_passport"], language) in text(letter)
    others = {said(ASKS["entry_passport"], other) for other in PUBLIC_LANGUAGES if other != language}
    assert not [one for one in others if one in text(letter)]


def test_who_has_answered_is_not_reminded(clerk, first, server):
    id_ = enter(clerk)
    applications.ask(id_, ["address"], by=first, at=AT)
    outbox.send_all(at=AT + TEN)

    applications.answer(id_, replace(PERMIT, email=THEIRS), by=clerk, at=AT + DAY)
    outbox.send_all(at=AT + 3 * DAY)

    assert len(server.letters) == 1
    assert stand() == [("asked", "sent"), ("reminder", "cancelled")]


def test_seven_days_without_an_answer_are_written_down_by_the_clock_and_told(clerk, first, server):
    id_ = enter(clerk)
    applications.ask(id_, ["address"], by=first, at=AT)
    outbox.send_all(at=AT + 3 * DAY)

    early = application_expiry.expire_everywhere(at=AT + 7 * DAY - timedelta(seconds=1))
    ended = application_expiry.expire_everywhere(at=AT + 7 * DAY)
    outbox.send_all(at=AT + 7 * DAY)

    assert (early, ended, application_expiry.expire_everywhere(at=AT + 7 * DAY)) == (0, 1, 0)
    assert rows("SELECT state FROM application") == [("expired",)]
    assert stand()[-1] == ("expired", "sent")
    assert acts().count("expired") == 1


def test_what_is_undone_in_time_is_told_to_nobody(clerk, first, server):
    id_ = enter(clerk)
    applications.approve(id_, by=first, at=AT)

    applications.undo(id_, by=first, at=AT + TEN - timedelta(seconds=1))
    applications.refuse(id_, ["not_in_hubei"], by=first, at=AT + TEN)
    outbox.send_all(at=AT + 2 * TEN)

    assert len(server.letters) == 1
    assert stand() == [("approved", "cancelled"), ("refused", "sent")]


def test_a_notice_that_has_left_stands_against_undoing_alone(clerk, first, server):
    id_ = enter(clerk)
    applications.approve(id_, by=first, at=AT)
    assert applications.one(id_, by=first, at=AT).undo_alone
    outbox.send_all(at=AT + TEN)

    in_time = AT + TEN - timedelta(seconds=1)  # a clock that is slow, or a click on its way
    with pytest.raises(Refused, match="undo_needs_second_person"):
        applications.undo(id_, by=first, at=in_time)

    assert not applications.one(id_, by=first, at=in_time).undo_alone


def test_who_was_told_of_a_decision_is_told_that_two_people_took_it_back(clerk, first, second, server):
    id_ = enter(clerk)
    applications.approve(id_, by=first, at=AT)
    outbox.send_all(at=AT + TEN)

    proposal = applications.propose_undo(id_, by=first, at=AT + DAY)
    applications.confirm_undo(proposal, by=second, at=AT + DAY)
    outbox.send_all(at=AT + DAY)

    assert stand() == [("approved", "sent"), ("reopened", "sent")]
    assert "taken back" in text(server.letters[-1])


def test_an_approval_that_is_revoked_is_told_at_once(clerk, first, second, server):
    id_ = enter(clerk)
    applications.approve(id_, by=first, at=AT)
    outbox.send_all(at=AT + TEN)

    applications.confirm_revoke(applications.propose_revoke(id_, "not_in_hubei", by=first, at=AT + DAY), by=second, at=AT + DAY)
    outbox.send_all(at=AT + DAY)

    assert stand()[-1] == ("revoked", "sent")


def test_who_gave_no_address_or_none_that_is_one_is_sent_nothing_and_the_card_says_so(clerk, first, server):
    id_ = enter(clerk, email="")
    applications.approve(id_, by=first, at=AT)

    outbox.send_all(at=AT + TEN)

    assert server.letters == []
    (seen,) = applications.one(id_, by=first, at=AT + TEN).notices
    assert (seen.kind, seen.state, seen.ended_at is not None) == (NoticeKind.APPROVED, NoticeState.NO_ADDRESS, True)


def test_without_a_mail_server_the_status_page_alone_answers(clerk, first):
    applications.approve(enter(clerk), by=first, at=AT)

    outbox.send_all(at=AT + TEN)

    assert stand() == [("approved", "status_page_only")]
