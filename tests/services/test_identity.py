"""What identifies a person is revealed for a purpose on record, and a renewed document is added without losing the old one."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import DocumentKind, Purpose, Role
from hbcore.services import applications, identity, people
from hbcore.services.acting import Staff
from hbcore.services.identity import AddedFor, Source
from hbcore.storage.engine import access_engine
from hbcore.storage.tables import look_up_event
from tests import standing
from tests.services.applying import AT, PASSPORT, refusals, rows
from tests.standing import JIANGAN, WUCHANG, YICHANG

OLD, NEW = "C50078212", "X12345678"
LATER = AT + timedelta(minutes=59)
RENEWED, PASSPORT_KIND = AddedFor.RENEWED, DocumentKind.PASSPORT


@pytest.fixture
def reviewer(database: Path) -> Staff:
    return standing.staff(Role.DISTRICT_STAFF, AT, unit=WUCHANG)


@pytest.fixture
def person(reviewer: Staff) -> int:
    applications.enter(PASSPORT, by=reviewer, at=AT)
    return looked_up(OLD, reviewer)


def looked_up(text: str, by: Staff, at: datetime = AT) -> int:
    card = people.find(text, purpose=Purpose.OUTBREAK_TRACING, case="鄂2020-17", by=by, at=at)
    assert card is not None
    return card.id


def add(person: int, by: Staff, number: str = NEW, *, kind: DocumentKind = PASSPORT_KIND, country: str = "FRA") -> None:
    identity.add_document(person, kind, number, country, RENEWED, by=by, at=LATER)


def look_ups() -> list[sa.Row[tuple[object, ...]]]:
    with access_engine().connect() as connection:
        return list(connection.execute(sa.select(look_up_event).order_by(look_up_event.c.seq)))


def test_revealing_shows_everything_and_leaves_one_event_with_the_purpose_of_the_search(reviewer, person):
    shown = identity.reveal(person, by=reviewer, at=LATER)

    assert (shown.name, shown.phone) == ("MARTIN ANNA", "+85291234567")
    assert [(one.kind, one.number, one.country) for one in shown.documents] == [(PASSPORT_KIND, OLD, "FRA")]
    found, revealed = look_ups()
    assert (found.act, revealed.act, revealed.subject) == ("person_looked_up", "person_revealed", f"person {person}")
    assert json.loads(revealed.figures) == {"purpose": "outbreak_tracing", "case": "鄂2020-17"}


def test_documents_are_masked_and_say_since_when_and_from_what(reviewer, person):
    (held,) = identity.documents(person, by=reviewer, at=AT)

    assert (held.number, held.held_since, held.source) == ("C500****", AT, Source.APPLICATION)
    assert len(look_ups()) == 1, "the documents belong to the look-up"


@pytest.mark.parametrize("how", [identity.documents, identity.reveal, people.again])
def test_nobody_is_shown_whom_one_has_not_looked_up_within_the_hour(reviewer, person, how):
    colleague = standing.staff(Role.DISTRICT_STAFF, AT, name="wang.fang", unit=WUCHANG)

    for by, at in ((colleague, AT), (reviewer, AT + timedelta(hours=1))):
        with pytest.raises(Refused, match="look_up_first"):
            how(person, by=by, at=at)

    assert len(look_ups()) == 1


def test_what_cannot_be_recorded_is_not_revealed(reviewer, person):  # S36
    standing.no_more_events(access_engine(), "look_up_event")

    with pytest.raises(Refused, match="look_up_not_recorded"):
        identity.reveal(person, by=reviewer, at=AT)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.DISTRICT_STAFF, Role.SUPERVISOR)])
def test_other_roles_reveal_nobody(person, role):  # S08
    with pytest.raises(Refused, match="not_allowed"):
        identity.reveal(person, by=standing.staff(role, AT, name="someone.else"), at=AT)


def test_a_person_is_found_by_the_old_passport_and_by_the_renewed_one(reviewer, person):
    add(person, reviewer, "x-1234 5678")

    assert looked_up(OLD, reviewer, LATER) == looked_up(NEW, reviewer, LATER) == person
    old, new = identity.documents(person, by=reviewer, at=LATER)
    assert (old.number, old.source) == ("C500****", Source.APPLICATION)
    assert (new.number, new.country, new.held_since, new.source) == ("X123****", "FRA", LATER, Source.STAFF)


def test_the_card_shows_the_document_that_was_asked_for(reviewer, person):
    add(person, reviewer)

    cards = [people.find(text, purpose=Purpose.CODE_QUESTION, by=reviewer, at=LATER) for text in (OLD, NEW)]

    assert [card.document_number for card in cards] == ["C500****", "X123****"]
    assert [people.again(person, place=card.place, by=reviewer, at=LATER).document_number for card in cards] == [
        "C500****",
        "X123****",
    ]


def test_the_event_of_an_added_document_has_no_number(reviewer, person):  # S21
    add(person, reviewer)

    (event,) = rows("SELECT act, subject, figures FROM event WHERE act = 'document_added'")
    assert event == ("document_added", f"person {person}", '{"kind": "passport", "reason": "renewed"}')
    assert NEW not in "".join(map(str, rows("SELECT * FROM event") + rows("SELECT * FROM document")))


def test_a_document_of_somebody_else_is_refused(reviewer, person):
    standing.person(NEW, AT, kind=PASSPORT_KIND)

    with pytest.raises(Refused, match="held_by_other"):
        add(person, reviewer)

    assert refusals() == ['{"why": "held_by_other"}']


def test_the_same_number_of_another_country_is_another_document(reviewer, person):
    applications.enter(applications.Draft(**{**vars(PASSPORT), "document_number": NEW, "country": "DEU"}), by=reviewer, at=AT)

    add(person, reviewer)

    assert len(identity.documents(person, by=reviewer, at=LATER)) == 2


@pytest.mark.parametrize(
    ("kind", "number", "country", "why"),
    [
        (PASSPORT_KIND, OLD, "FRA", "document_held_already"),
        (PASSPORT_KIND, NEW, " ", "country_needed"),
        (PASSPORT_KIND, NEW, "Atlantis", "unknown_country"),
        (PASSPORT_KIND, "Ｘ1", "FRA", "bad_document"),
        (DocumentKind.RESIDENT_ID, "420106199001011234", "", "bad_check_digit"),
    ],
)
def test_what_is_no_new_document_is_refused(reviewer, person, kind, number, country, why):
    with pytest.raises(Refused, match=why):
        add(person, reviewer, number, kind=kind, country=country)

    assert len(identity.documents(person, by=reviewer, at=AT)) == 1


def test_people_of_another_unit_are_left_to_it(person):
    elsewhere = standing.staff(Role.SUPERVISOR, AT, name="chen.gang", unit=JIANGAN)
    looked_up(OLD, elsewhere)

    with pytest.raises(Refused, match="not_your_unit"):
        add(person, elsewhere)


def test_an_id_opens_people_of_ones_own_unit_only_and_leaves_one_event(reviewer, person):
    far = standing.person("420106199001011231", AT, unit=YICHANG)

    card = people.open_by_id(person, purpose=Purpose.COUNT_CHECK, by=reviewer, at=AT)
    for id_, why in ((far, "not_your_unit"), (1, "unknown_person")):
        with pytest.raises(Refused, match=why):
            people.open_by_id(id_, purpose=Purpose.COUNT_CHECK, by=reviewer, at=AT)

    assert card.id == person
    assert [(one.act, one.subject, json.loads(one.figures)["purpose"]) for one in look_ups()[1:]] == [
        ("person_looked_up", f"person {person}", "count_check")
    ]
