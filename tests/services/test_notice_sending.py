"""Letters handed to the mail server: tried again, given up, once alone, many at once, and nothing personal kept."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hbcore.domain.alarms import AlarmKind
from hbcore.domain.errors import Refused
from hbcore.domain.notices import TRIED_AGAIN_AFTER, MailFault, NoticeKind
from hbcore.domain.vocabulary import Role
from hbcore.services import alarms, applications, audit, mail_settings, notice_sending, outbox
from hbcore.storage import notice_rows
from hbcore.storage.engine import engine
from tests.services.applying import AT, WUHAN, acts
from tests.services.mail_servers import mail_server
from tests.services.noticing import DAY, TEN, enter, stand
from tests.standing import staff

pytestmark = pytest.mark.usefixtures("database")


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
