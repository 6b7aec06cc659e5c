"""Looking one person up: every way to find them, what the card says, and the one event each look-up leaves."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.applications import ApplicationState, FilingCheck
from hbcore.domain.errors import Refused
from hbcore.domain.numbers import receipt_number
from hbcore.domain.vocabulary import Assay, Colour, DocumentKind, FactKind, Outcome, Purpose, Registration, Role
from hbcore.services import audit, people
from hbcore.services.acting import Staff
from hbcore.services.people import PersonCard
from hbcore.storage import sealing
from hbcore.storage.engine import access_engine, engine
from hbcore.storage.look_up_rows import APPLICATIONS
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.tables import look_up_event
from tests import standing
from tests.standing import WUCHANG, YICHANG, Sampled

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
RESIDENT, OTHER = "420106199001011231", "422801196007307804"
RECEIPT = receipt_number(date(2020, 11, 23), 42)
NEGATIVE, POSITIVE, POOLED = Outcome.NEGATIVE, Outcome.POSITIVE, Outcome.POOLED_POSITIVE


def ago(hours: float) -> datetime:
    return AT - timedelta(hours=hours)


@pytest.fixture
def reviewer(database: Path) -> Staff:
    standing.institution(AT)
    return standing.staff(Role.DISTRICT_STAFF, AT, unit=WUCHANG)


def look_up(text: str, by: Staff, **more: object) -> PersonCard | None:
    asked = {"purpose": Purpose.CODE_QUESTION, "by": by, "at": AT} | more
    return people.find(text, **asked)  # type: ignore[arg-type]


def found(text: str, by: Staff, **more: object) -> PersonCard:
    card = look_up(text, by, **more)
    assert card is not None
    return card


def events() -> list[sa.Row[tuple[object, ...]]]:
    with access_engine().connect() as connection:
        return list(connection.execute(sa.select(look_up_event).order_by(look_up_event.c.seq)))


def apply(person: int, state: ApplicationState, *, reasons: list[str], fields: list[str], registration: Registration) -> None:
    values = dict(id=7, receipt=RECEIPT, secret_hash=b"-", person_id=person, unit=WUCHANG, state=str(state))
    values |= dict(channel="counter", document_kind="passport", document_key=b"-", country="FRA", sealed=b"-", key_version=1)
    values |= dict(filing_check=str(FilingCheck.DIFFERS if fields else FilingCheck.AGREES), filing_fields=json.dumps(fields))
    values |= dict(submitted_at=ago(20), due_at=ago(-4), reasons=json.dumps(reasons), recorded_at=ago(20))
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(APPLICATIONS.insert().values(**values))
        connection.execute(PERSONS.update().values(application_id=7, registration=str(registration)))


def test_one_box_finds_a_person_by_document_sample_receipt_and_look_up_number(reviewer):
    person = standing.person("H94684388", AT, kind=DocumentKind.HK_MACAU_PERMIT, name="CHAN TAI MAN")
    standing.result(person, Sampled(NEGATIVE, ago(24), sample_number="L01220000001"), AT)
    apply(person, ApplicationState.WAITING, reasons=[], fields=[], registration=Registration.WAITING)
    number = found("H94684388", reviewer).look_up

    for text in ("h9468 4388", "Ｈ94684388(01)", "L01220000001", "l01220000001", RECEIPT, number, f" {number[:3]} {number[3:]}"):
        card = found(text, reviewer)

        assert (card.name, card.document_number, card.look_up) == ("CHAN T*** M***", "H946****", number), text


def test_a_document_of_another_county_is_found_by_its_exact_number(reviewer):
    standing.person(RESIDENT, AT, unit=YICHANG)

    assert found(RESIDENT, reviewer).unit.en == "Xiling District"


def test_a_resident_without_anything_against_them_is_green_since_the_result_came(reviewer):
    person = standing.person(RESIDENT, ago(48), name="张三")
    standing.result(person, Sampled(NEGATIVE, ago(24)), ago(2))

    card = found(RESIDENT, reviewer)

    assert (card.name, card.document_number) == ("张*", "420106********1231")
    assert (card.registration, card.registered_at) == (Registration.APPROVED, ago(48))
    assert (card.code.colour, card.code.row, card.code.number) == (Colour.GREEN, "green-default", 15)
    assert (card.code.since, card.code.until, card.code_reason) == (ago(2), None, None)
    assert [one.holds for one in card.code.tried if one.row == "green-default"] == [True]
    assert (card.latest[Assay.NAAT].outcome, card.latest[Assay.NAAT].institution) == (NEGATIVE, "武昌医学检验所")
    assert (card.travel.accepted_by, card.travel.ground, card.travel.until) == ("code", "naat_negative_7d", ago(24 - 168))


def test_the_travel_verdict_is_asked_for_the_arrival(reviewer):
    person = standing.person(RESIDENT, AT)
    standing.result(person, Sampled(NEGATIVE, ago(24)), AT)

    verdicts = [found(RESIDENT, reviewer, arrival=ago(24 - hours)).travel for hours in (167, 168)]

    assert [(one.accepted_by, one.missing) for one in verdicts] == [("code", None), ("no", "no_result")]


def test_nobody_registered_with_nothing_against_them_has_no_code_and_a_reason(reviewer):
    standing.person("E12345678", AT, kind=DocumentKind.PASSPORT)

    card = found("E12345678", reviewer)

    assert (card.code, card.code_reason.en) == (None, "No registration, so there is no code")
    assert card.latest == {}


def test_where_somebody_lives_is_found_by_name(reviewer):
    standing.person(RESIDENT, AT)

    card = found(RESIDENT, reviewer)

    lives = next(one for one in card.code.tried if one.row == "red-fever-wuhan" and "Wuhan" in one.wanted.en)
    assert (lives.found.zh, lives.found.en, lives.holds) == ("武昌区", "Wuchang District", True)


def test_a_later_negative_hides_no_open_positive(reviewer):
    person = standing.person(RESIDENT, AT)
    standing.result(person, Sampled(POSITIVE, ago(72), sample_number="S1"), ago(70))
    standing.result(person, Sampled(NEGATIVE, ago(24), sample_number="S2"), ago(20))

    card = found(RESIDENT, reviewer)

    assert card.latest[Assay.NAAT].outcome == NEGATIVE
    assert [(one.outcome, one.sampled_at) for one in card.open_positives] == [(POSITIVE, ago(72))]
    assert (card.code.colour, card.travel.missing) == (Colour.RED, "colour_red")
    assert "武昌医学检验所" in card.code.reason.zh


OPEN = """
    results and facts, hours ago                     | open
    -------------------------------------------------+-----------------
    positive 72                                      | positive 72
    positive 72, recovered 48                        |
    positive 72, positive_excluded 48, positive 24   | positive 24
    pooled 72                                        | pooled 72
    pooled 72, pooled negative 24                    | pooled 72
    pooled 72, negative 24                           |
    antigen 72                                       | antigen 72
    antigen 72, negative 24                          |
    negative 24                                      |
"""
KINDS = {
    "positive": Sampled(POSITIVE, AT),
    "negative": Sampled(NEGATIVE, AT),
    "pooled": Sampled(POOLED, AT, single=False),
    "pooled negative": Sampled(NEGATIVE, AT, single=False),
    "antigen": Sampled(POSITIVE, AT, assay=Assay.ANTIGEN),
}


@pytest.mark.parametrize("line", [line.strip() for line in OPEN.strip().splitlines()[2:]])
def test_which_positives_are_open(reviewer, line):
    given, expected = (part.strip() for part in line.split("|"))
    person = standing.person(RESIDENT, AT)
    for what, _, hours in (one.rpartition(" ") for one in given.split(", ")):
        at = ago(float(hours))
        if what in KINDS:
            made = KINDS[what]
            standing.result(person, Sampled(made.outcome, at, made.assay, made.single, sample_number=hours), AT)
        else:
            standing.fact(person, FactKind(what), at, AT)

    shown = found(RESIDENT, reviewer).open_positives

    names = {(POSITIVE, Assay.NAAT): "positive", (POOLED, Assay.NAAT): "pooled", (POSITIVE, Assay.ANTIGEN): "antigen"}
    assert (
        ", ".join(f"{names[one.outcome, one.assay]} {(AT - one.sampled_at) // timedelta(hours=1)}" for one in shown) == expected
    )


def test_of_one_instant_the_worse_result_is_the_latest(reviewer):
    person = standing.person(RESIDENT, AT)
    standing.result(person, Sampled(POSITIVE, ago(24), sample_number="S1"), AT)
    standing.result(person, Sampled(NEGATIVE, ago(24), sample_number="S2"), AT)

    assert found(RESIDENT, reviewer).latest[Assay.NAAT].outcome == POSITIVE


def test_the_card_decides_now_and_does_not_show_a_stored_chain_that_says_otherwise(reviewer):
    person = standing.person(RESIDENT, AT)
    standing.result(person, Sampled(NEGATIVE, ago(24)), ago(2))
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE code_segment SET colour = 'red', row = 'red-case'")

    card = found(RESIDENT, reviewer)

    assert (card.code.colour, card.code.since) == (Colour.GREEN, None)


def test_an_ended_result_is_not_shown(reviewer):
    person = standing.person(RESIDENT, AT)
    standing.result(person, Sampled(POSITIVE, ago(24)), ago(2))
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE result SET ended_at = 1, ended_how = 'withdrawn', ended_by = 1")

    card = found(RESIDENT, reviewer)

    assert (card.latest, card.open_positives, card.code.colour) == ({}, (), Colour.GREEN)


_S, _R = ApplicationState, Registration
GREY = {
    "Details differ from the filing: date of birth, name. Please correct them": (_S.WAITING, _R.MISMATCH, ["birth_date", "name"]),
    "Your application needs: a clearer photo, a way to reach you": (_S.ASKED, _R.ASKED, ["photo_unclear", "contact"]),
    "Not approved or no longer valid: Does not live in Hubei. You may apply again; ask 027-87122256": (
        _S.REFUSED,
        _R.REFUSED,
        ["not_in_hubei"],
    ),
}


@pytest.mark.parametrize("sentence", GREY)
def test_a_grey_code_says_what_is_wrong_with_the_application(reviewer, sentence):
    state, registration, codes = GREY[sentence]
    person = standing.person("E12345678", AT, kind=DocumentKind.PASSPORT)
    differs = registration == Registration.MISMATCH
    apply(person, state, reasons=[] if differs else codes, fields=codes if differs else [], registration=registration)

    card = found("E12345678", reviewer)

    assert (card.code.colour, card.code.reason.en) == (Colour.GREY, sentence)


def test_a_tube_of_several_people_is_refused_and_leaves_an_event_that_names_nobody(reviewer):
    for number in (RESIDENT, OTHER):
        standing.result(standing.person(number, AT), Sampled(NEGATIVE, ago(24), sample_number="T1", single=False), AT)

    with pytest.raises(Refused, match="several_people"):
        look_up("T1", reviewer)

    assert [(one.act, one.subject) for one in events()] == [("nobody_found", "")]


def test_nobody_found_leaves_one_event_without_a_trace_of_the_text(reviewer):
    assert look_up("420106198805121239", reviewer) is None

    (event,) = events()
    assert (event.act, event.subject, json.loads(event.figures)) == (
        "nobody_found",
        "",
        {"purpose": "code_question", "case": None},
    )


@pytest.mark.parametrize("text", ["", "   ", "a' OR 1=1 --", "%", "张三", "x" * 10_000, "\0", "１２３"])
def test_a_text_that_is_no_identifier_finds_nobody(reviewer, text):
    standing.person(RESIDENT, AT)

    assert look_up(text, reviewer) is None


def test_outbreak_tracing_needs_a_case_and_the_event_names_it(reviewer):
    person = standing.person(RESIDENT, AT)

    with pytest.raises(Refused, match="case_needed"):
        look_up(RESIDENT, reviewer, purpose=Purpose.OUTBREAK_TRACING, case="  ")
    with pytest.raises(Refused, match="not_a_reference"):  # S21: it would stand in the event
        look_up(RESIDENT, reviewer, purpose=Purpose.OUTBREAK_TRACING, case="张三的密接")
    look_up(RESIDENT, reviewer, purpose=Purpose.OUTBREAK_TRACING, case="鄂２０２０-17")

    (event,) = events()
    assert (event.act, event.subject, event.by_name) == ("person_looked_up", f"person {person}", reviewer.name)
    assert json.loads(event.figures) == {"purpose": "outbreak_tracing", "case": "鄂2020-17"}


def test_a_thousand_look_ups_leave_a_thousand_events(reviewer):  # S16
    standing.person(RESIDENT, AT)

    for place in range(1000):
        look_up(RESIDENT if place % 2 else OTHER, reviewer)

    assert len(events()) == 1000
    assert [state.broken_at for state in audit.verify()] == [None, None]


def test_a_look_up_that_cannot_be_recorded_shows_nobody(reviewer):  # S36
    standing.person(RESIDENT, AT)
    standing.no_more_events(access_engine(), "look_up_event")

    with pytest.raises(Refused, match="look_up_not_recorded"):
        look_up(RESIDENT, reviewer)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.DISTRICT_STAFF, Role.SUPERVISOR)])
def test_other_roles_look_nobody_up(reviewer, role):  # S08
    standing.person(RESIDENT, AT)
    stranger = standing.staff(role, AT, name="someone.else")

    with pytest.raises(Refused, match="not_allowed"):
        look_up(RESIDENT, stranger)

    assert events() == []


def test_no_number_or_name_reaches_the_events(reviewer):  # S21
    standing.person(RESIDENT, AT, name="欧阳无双")
    look_up(RESIDENT, reviewer)
    look_up(OTHER, reviewer)

    written = "\n".join(map(str, events()))

    assert all(secret not in written for secret in (RESIDENT, OTHER, "欧阳", sealing.document_key("resident_id", RESIDENT).hex()))
