"""Recolouring requests seen: the queue, one opened on record, its photos, and what is nowhere in the open."""

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from hbcore.domain.recolouring import WITHIN
from hbcore.domain.recolouring_grounds import Ground
from hbcore.domain.vocabulary import Role
from hbcore.services import recolouring, recolouring_entry, recolouring_evidence, recolouring_seen
from hbcore.services.recolouring_entry import Stated
from hbcore.storage.engine import engine
from tests import standing
from tests.services.applying import look_ups, rows
from tests.services.requesting import AT, DAY, HOUR, NOTICE, Hands, entered, looked_up, opened, refused
from tests.standing import JIANGAN


def test_opening_one_is_one_look_up_and_another_unit_opens_none(hands: Hands):
    elsewhere = standing.staff(Role.DISTRICT_STAFF, AT, name="chen.gang", unit=JIANGAN)
    request = entered(hands[0])
    before = look_ups()

    opened(request, hands[1])

    assert look_ups() == before + 1
    refused("not_your_unit", lambda: opened(request, elsewhere))
    refused("not_your_unit", lambda: recolouring.review(request, by=elsewhere, at=AT))
    assert recolouring_seen.seen_now("entered", by=elsewhere, at=AT).lines == ()


def test_photos_and_contact_are_shown_only_when_asked_for_on_record_and_are_the_desks_own_drawing(hands: Hands):
    request = entered(hands[0])
    opened(request, hands[1])
    before = look_ups()

    found = recolouring_evidence.evidence_of(request, by=hands[1], at=AT + HOUR)

    assert (found.contact, len(found.pictures), look_ups()) == (NOTICE.contact, 1, before + 1)
    assert found.pictures[0][:3] == b"\xff\xd8\xff"
    assert found.pictures[0] not in b"".join(bytes(row[0]) for row in rows("SELECT sealed FROM evidence_image"))  # type: ignore[call-overload]


def test_s40_a_picture_moved_to_another_row_does_not_open(hands: Hands):
    request = entered(hands[0])
    with engine().connect() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE evidence_image SET id = id + 1")

    with pytest.raises(InvalidTag):
        recolouring_evidence.evidence_of(request, by=hands[1], at=AT + HOUR)


def test_the_queue_has_those_with_least_time_first_masked_and_counted(hands: Hands):
    first = entered(hands[0])
    other = standing.person("420106198506064326", AT - DAY, name="李四光")
    looked_up(other, hands[0], AT + HOUR)
    later = recolouring_entry.enter(other, Ground.WRONG_RESULT, Stated(), by=hands[0], at=AT + HOUR).id

    seen = recolouring_seen.seen_now("entered", by=hands[2], at=AT + WITHIN)
    own = recolouring_seen.seen_now("entered", whole=False, by=hands[2], at=AT + WITHIN)

    assert [line.id for line in seen.lines] == [first, later]
    assert seen.counts == {"entered": 2, "asked": 0, "reviewed": 0}
    assert seen.overdue == 1
    assert "*" in seen.lines[0].name
    assert own.lines == ()
    assert recolouring_seen.seen_now("entered", by=hands[2], at=AT + WITHIN, before=seen) is seen


def test_what_the_person_said_is_nowhere_in_the_open(hands: Hands):
    entered(hands[0])

    with engine().connect() as connection:
        kept = connection.execute(sa.text("SELECT * FROM recolouring_request")).one()
        told = connection.execute(sa.text("SELECT figures, subject FROM event")).all()
    assert not any(text in str(kept) + str(told) for text in (NOTICE.evidence, NOTICE.said, NOTICE.contact))
