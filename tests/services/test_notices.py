"""Notices: planned with the act, sent once it stands, once alone, tried again, given up; nothing personal is kept."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hbcore.domain.alarms import AlarmKind
from hbcore.domain.errors import Refused
from hbcore.domain.notices import TRIED_AGAIN_AFTER, MailFault, NoticeKind, NoticeState
from hbcore.domain.vocabulary import Role
from hbcore.public_sentences import ASKS, REFUSED
from hbcore.public_words import PUBLIC_LANGUAGES, said
from hbcore.services import alarms, application_expiry, applications, audit, mail_settings, notice_sending, outbox
from hbcore.services.acting import Staff
from hbcore.storage import application_rows, notice_rows
from hbcore.storage.engine import engine
from tests.services.applying import AT, PERMIT, WUHAN, acts, reviewer, rows
from tests.services.mail_servers import PAGE, SENDER, mail_server
from tests.standing import staff

pytestmark = pytest.mark.usefixtures("database")

TEN, DAY = timedelta(minutes=10), timedelta(days=1)
THEIRS = "chan.tai.man@example.com"


@pytest.fixture
def clerk() -> Staff:
    return reviewer("clerk")


@pytest.fixture
def first() -> Staff:
    return reviewer("first")


@pytest.fixture
def second() -> Staff:
    return reviewer("second")


@pytest.fixture
def keeper(database) -> Staff:
    return staff(Role.ADMINISTRATOR, AT, name="keeper")


@pytest.fixture
def server(keeper):
    """A mail server that the desk is told of."""
    with mail_server() as (taking, settings):
        mail_settings.change_mail(settings, by=keeper, at=AT)
        yield taking


def enter(by: Staff, place: int = 0, at=AT, **more) -> int:
    draft = replace(PERMIT, document_number=f"H{94684388 + place}", **{"email": THEIRS, **more})
    return applications.enter(draft, by=by, at=at).id


def stand() -> list[tuple[object, ...]]:
    """Each notice with its state, in order."""
    return rows("SELECT kind, state FROM notice ORDER BY recorded_at, due_at, id")


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


def test_a_server_that_is_away_is_tried_five_more_times_at_growing_distances_then_given_up(clerk, first, keeper):
    with mail_server() as (_taking, gone):
        pass
    mail_settings.change_mail(gone, by=keeper, at=AT)
    applications.approve(enter(clerk), by=first, at=AT)

    at, tries = AT + TEN, 0
    for wait in (*TRIED_AGAIN_AFTER, timedelta(0)):
        assert outbox.send_due(at=at - timedelta(seconds=1)) is None
        sent = outbox.send_due(at=at + timedelta(seconds=5))
        assert sent is not None
        assert sent.faults == Counter({MailFault.UNREACHABLE: 1})
        tries += 1
        at += wait + timedelta(seconds=5)

    assert (tries, stand()) == (6, [("approved", "given_up")])
    assert outbox.send_due(at=at + DAY) is None


def given_up(clerk, first, server) -> int:
    server.of_address = "550 no such mailbox"
    id_ = enter(clerk)
    applications.approve(id_, by=first, at=AT)
    outbox.send_all(at=AT + TEN)
    assert stand() == [("approved", "given_up")]
    return id_


def test_what_was_given_up_is_an_alarm_of_its_unit_until_it_is_sent_after_all(clerk, first, keeper, server):
    given_up(clerk, first, server)
    supervisor = staff(Role.SUPERVISOR, AT, name="supervisor", unit=WUHAN)
    (line,) = alarms.seen_now((AlarmKind.NOTICES_FAILED,), by=supervisor, at=AT + TEN).lines
    assert (line.unit, line.n) == ("420106", 1)

    server.of_address = "250 OK"
    assert outbox.try_again(by=keeper, at=AT + DAY) == 1
    outbox.send_all(at=AT + DAY)

    assert (len(server.letters), stand()) == (1, [("approved", "sent")])
    assert alarms.seen_now((AlarmKind.NOTICES_FAILED,), by=supervisor, at=AT + DAY).lines == ()
    with pytest.raises(Refused, match="nothing_given_up"):
        outbox.try_again(by=keeper, at=AT + DAY)


def test_what_was_given_up_is_not_sent_once_something_else_was_decided(clerk, first, second, keeper, server):
    id_ = given_up(clerk, first, server)
    applications.confirm_revoke(applications.propose_revoke(id_, "not_in_hubei", by=first, at=AT + DAY), by=second, at=AT + DAY)

    with pytest.raises(Refused, match="nothing_given_up"):
        outbox.try_again(by=keeper, at=AT + DAY)


def test_a_letter_refused_for_now_is_tried_again_and_the_next_one_is_sent_meanwhile(clerk, first, server):
    server.of_letter = "451 later"
    applications.approve(enter(clerk), by=first, at=AT)
    outbox.send_all(at=AT + TEN)
    assert stand() == [("approved", "planned")]

    server.of_letter = "250 OK"
    outbox.send_all(at=AT + 2 * TEN)

    assert (len(server.letters), stand()) == (1, [("approved", "sent")])


def test_a_way_that_breaks_off_with_the_letter_in_hand_is_never_tried_again(clerk, first, server):
    server.breaks = True
    applications.approve(enter(clerk), by=first, at=AT)
    applications.approve(enter(clerk, 1), by=first, at=AT)

    outbox.send_due(at=AT + TEN)
    server.breaks = False
    outbox.send_all(at=AT + DAY)

    assert sorted(stand()) == [("approved", "sent"), ("approved", "unsure")]
    assert len(server.letters) == 1


def test_a_process_that_dies_with_a_letter_in_hand_never_makes_it_two(clerk, first, server, monkeypatch):
    id_ = enter(clerk)
    applications.approve(id_, by=first, at=AT)
    hand_over = notice_sending.hand_over

    def dies(*args, **more):
        hand_over(*args, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(notice_sending, "hand_over", dies)
    with pytest.raises(KeyboardInterrupt):
        outbox.send_due(at=AT + TEN)
    monkeypatch.setattr(notice_sending, "hand_over", hand_over)
    outbox.send_all(at=AT + TEN)
    meanwhile = stand()
    outbox.send_all(at=AT + DAY)

    assert len(server.letters) == 1
    assert (meanwhile, stand()) == ([("approved", "sending")], [("approved", "unsure")])


def test_processes_that_send_at_once_send_each_letter_once(clerk, first, server):
    for place in range(6):
        applications.approve(enter(clerk, place), by=first, at=AT)
    gate = threading.Barrier(3)

    def go():
        gate.wait()
        outbox.send_all(at=AT + TEN)

    sending = [threading.Thread(target=go) for _ in range(3)]
    for one in sending:
        one.start()
    for one in sending:
        one.join()

    assert len(server.letters) == 6
    assert len({letter["Message-ID"] for letter in server.letters}) == 6
    assert set(stand()) == {("approved", "sent")}


def test_a_thousand_due_at_once_are_gone_through_a_hundred_at_a_time(clerk, first):
    id_ = enter(clerk)
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        notice_rows.plan(connection, [notice_rows.Planned(id_, NoticeKind.APPROVED, AT, AT)] * 1000)

    one_go = outbox.send_due(at=AT)
    rest = outbox.send_all(at=AT)

    assert one_go is not None
    assert (one_go.notices.total(), rest.notices.total()) == (100, 900)
    assert acts().count("notices_sent") == 10


def test_nothing_personal_stands_in_the_outbox_in_events_or_in_the_log(clerk, first, server, caplog, capfd):
    caplog.set_level("DEBUG")
    applications.ask(enter(clerk), ["contact"], by=first, at=AT)
    server.of_letter = "451 later"
    outbox.send_all(at=AT + TEN)
    server.of_letter = "250 OK"
    outbox.send_all(at=AT + 4 * DAY)

    with engine().connect() as connection:
        kept = [tuple(row) for table in (notice_rows.NOTICES, audit.EVENTS) for row in connection.execute(sa.select(table))]
    said = "".join(
        (str(kept), *(record.getMessage() for record in caplog.records if record.name == "hbcore"), *capfd.readouterr())
    )
    assert "chan tai" not in said.lower()
    assert "chan.tai" not in said.lower()
    assert "example.com" not in said


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"host": "mail.example.org\nX"}, "bad_mail_server"),
        ({"host": ""}, "bad_mail_server"),
        ({"port": 0}, "bad_mail_server"),
        ({"sender": "desk"}, "bad_mail_address"),
        ({"sender": "desk@example.org\nBcc: x@example.org"}, "bad_mail_address"),
        ({"status_page": "javascript:alert(1)"}, "bad_web_address"),
        ({"user": "desk"}, "password_in_the_open"),
        ({}, "nothing_changed"),
    ],
)
def test_settings_that_could_not_work_are_refused_and_the_old_ones_stay(keeper, change, code):
    good = mail_settings.MailSettings("mail.example.org", 25, mail_settings.Security.NONE, SENDER, PAGE)
    mail_settings.change_mail(good, by=keeper, at=AT)

    with pytest.raises(Refused, match=code):
        mail_settings.change_mail(replace(good, **change), by=keeper, at=AT)

    assert mail_settings.mail_now(by=keeper, at=AT) == good


def test_a_letter_to_oneself_says_whether_letters_leave_and_its_address_is_kept_nowhere(keeper, server):
    outbox.try_settings("me@example.net", by=keeper, at=AT)
    server.of_address = "550 no"
    with pytest.raises(Refused, match="mail_address_refused"):
        outbox.try_settings("me@example.net", by=keeper, at=AT)
    with pytest.raises(Refused, match="bad_mail_address"):
        outbox.try_settings("me@example.net\n", by=keeper, at=AT)

    assert server.to == ["me@example.net"]
    assert "example.net" not in str(rows("SELECT subject, figures FROM event"))


def test_a_password_is_read_from_the_machine_and_is_in_no_table(keeper, monkeypatch, tmp_path):
    monkeypatch.setenv(mail_settings.PASSWORD, "from the variable")
    assert mail_settings.password() == "from the variable"

    (tmp_path / "password").write_text("from the file\n")
    monkeypatch.setenv(mail_settings.PASSWORD_FILE, str(tmp_path / "password"))

    assert mail_settings.password() == "from the file"


def test_only_the_keeper_of_settings_sends_tries_and_changes(first):
    for act in (
        lambda: outbox.send_now(by=first, at=AT),
        lambda: outbox.try_again(by=first, at=AT),
        lambda: outbox.try_settings("me@example.net", by=first, at=AT),
        lambda: mail_settings.change_mail(None, by=first, at=AT),
    ):
        with pytest.raises(Refused, match="not_allowed"):
            act()
