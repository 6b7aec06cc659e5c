"""Whoever applies online and gives an e-mail address gets the receipt's number by letter, and nothing that opens anything."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hbcore.domain.alarms import AlarmKind
from hbcore.domain.vocabulary import Role
from hbcore.public_words import PUBLIC_LANGUAGES, said
from hbcore.services import (
    alarms,
    application_view,
    applications,
    outbox,
    public_applications,
    stranger_quotas,
    taking_back,
)
from hbcore.services.letters import SAYS, NoticeKind
from tests.services.applying import AT, PERMIT, WUHAN, reviewer, rows
from tests.services.mail_servers import PAGE
from tests.services.noticing import TEN, THEIRS, stand
from tests.services.strangers import HERE, PERMIT_FORM, form_of, submit
from tests.standing import staff

pytestmark = pytest.mark.usefixtures("database")

FORM = replace(PERMIT_FORM, email=THEIRS)
SOON = timedelta(seconds=20)


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_the_letter_is_in_the_applicants_language_with_the_number_and_where_to_look_and_without_the_secret(server, language):
    receipt = submit(FORM, language=language)

    outbox.send_all(at=AT + SOON)

    (letter,) = server.letters
    text = letter.get_content()
    assert said(SAYS[NoticeKind.RECEIVED], language, receipt=receipt.number) in text
    assert PAGE in text
    whole = letter.as_string() + text
    for part in (receipt.secret, FORM.name, "CHAN", "94684388", str(FORM.phone), "1980"):
        assert part not in whole
    assert stand() == [("received", "sent")]


def test_who_gave_a_telephone_or_came_to_a_counter_gets_none():
    submit(PERMIT_FORM)
    applications.enter(replace(PERMIT, document_number="H94684396", email=THEIRS), by=reviewer("clerk"), at=AT)

    assert stand() == []


def test_what_is_decided_before_it_leaves_is_told_instead(server):
    receipt = submit(FORM)
    applications.approve(receipt.id, by=reviewer("first"), at=AT)

    outbox.send_all(at=AT + SOON)

    assert stand() == [("received", "cancelled"), ("approved", "planned")]


def test_that_it_left_stands_against_no_undoing(server):
    first = reviewer("first")
    receipt = submit(FORM)
    outbox.send_all(at=AT + SOON)
    applications.approve(receipt.id, by=first, at=AT + SOON)

    assert application_view.one(receipt.id, by=first, at=AT + SOON).undo_alone
    taking_back.undo(receipt.id, by=first, at=AT + TEN)

    assert stand() == [("received", "sent"), ("approved", "cancelled")]


def test_nobodys_box_is_filled_by_strangers_and_further_applications_are_taken_all_the_same(server):
    most = stranger_quotas.LETTERS.most
    for place in range(most + 2):
        submit(form_of(place, email=THEIRS.upper() if place % 2 else THEIRS), address=f"198.51.100.{place}")
    submit(form_of(50, email="somebody@example.com"))

    outbox.send_all(at=AT + SOON)

    assert server.to.count("somebody@example.com") == 1
    assert len(server.to) == most + 1
    assert sorted(state for _, state in stand()) == ["cancelled"] * 2 + ["sent"] * (most + 1)
    ((n,),) = rows("SELECT count(*) FROM application")
    assert n == most + 3


def test_a_letter_that_is_tried_again_is_counted_once(server, monkeypatch):
    monkeypatch.setattr(stranger_quotas, "LETTERS", replace(stranger_quotas.LETTERS, most=1))
    server.of_letter = "451 later"
    submit(FORM)
    outbox.send_all(at=AT + SOON)
    server.of_letter = "250 OK"

    outbox.send_all(at=AT + TEN)

    assert stand() == [("received", "sent")]


def test_an_address_that_somebody_mistyped_is_no_alarm(server):
    server.of_address = "550 no such mailbox"
    receipt = submit(FORM)

    outbox.send_all(at=AT + SOON)

    supervisor = staff(Role.SUPERVISOR, AT, name="supervisor", unit=WUHAN)
    assert stand() == [("received", "given_up")]
    assert alarms.seen_now((AlarmKind.NOTICES_FAILED,), by=supervisor, at=AT + TEN).lines == ()
    assert public_applications.status(receipt.number, secret=receipt.secret, address=HERE, at=AT + TEN).receipt == receipt.number
