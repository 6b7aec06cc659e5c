"""A code presented at a gate: what is shown, what never is, and the one event that each check leaves."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.code_revoking import KeyRevokeReason, RevokeReason
from hbcore.domain.code_verdicts import CodeVerdict
from hbcore.domain.errors import Refused
from hbcore.domain.issued_codes import CodeKind
from hbcore.domain.numbers import look_up_number
from hbcore.domain.presented import Travel, Way
from hbcore.domain.vocabulary import Assay, Colour, DocumentKind, FactKind, Outcome, Purpose, Role
from hbcore.services import audit, code_keys_revoking, code_revoking, people, presenting
from hbcore.services.acting import Staff
from hbcore.services.presenting import Answer, Holder
from hbcore.storage import code_keys
from hbcore.storage.engine import access_engine, engine
from hbcore.storage.tables import look_up_event
from tests import standing
from tests.services.gates import GATE, digits, guard
from tests.services.numbers import resident_number
from tests.standing import YICHANG, Sampled

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
RESIDENT = "420106199001011231"


def ago(hours: float) -> datetime:
    return AT - timedelta(hours=hours)


@pytest.fixture
def by(database: Path) -> Staff:
    standing.institution(AT)
    return guard(AT)


def check(text: str, by: Staff, way: Way = Way.DIGITS, at: datetime = AT) -> Answer:
    return presenting.present(text, way=way, by=by, at=at)


def shown(person: int, by: Staff, at: datetime = AT) -> Holder:
    holder = check(digits(person, at), by, at=at).holder
    assert holder is not None
    return holder


def events() -> list[sa.Row[tuple[object, ...]]]:
    with access_engine().connect() as connection:
        return list(connection.execute(sa.select(look_up_event).order_by(look_up_event.c.seq)))


def test_the_colour_whose_it_is_the_age_of_the_test_and_the_verdict_are_shown(by):
    person = standing.person(RESIDENT, AT, name="张三", unit=YICHANG)
    standing.result(person, Sampled(Outcome.NEGATIVE, ago(30)), AT)

    answer = check(digits(person, AT), by)

    assert answer == Answer(
        Holder(person, Colour.GREEN, "张*", DocumentKind.RESIDENT_ID, "420106********1231", timedelta(hours=30), Travel.CODE),
        None,
        None,
        Way.DIGITS,
        GATE,
        AT,
    )


def test_each_check_leaves_one_event_with_the_place_the_colour_and_how_it_was_read(by):
    person = standing.person(RESIDENT, AT, name="张三")
    standing.result(person, Sampled(Outcome.POSITIVE, ago(30)), AT)

    check(digits(person, AT), by, Way.CAMERA)

    (event,) = events()
    assert (event.act, event.subject, event.by_id) == ("code_checked", f"person {person}", by.id)
    figures = {"purpose": "checkpoint", "place": GATE, "way": "camera", "colour": "red", "travel": "no"}
    assert json.loads(event.figures) == figures | {"verdict": None, "said": None}


def test_nothing_is_shown_when_the_event_cannot_be_written(by):
    person = standing.person(RESIDENT, AT)
    standing.no_more_events(access_engine(), "look_up_event")

    with pytest.raises(Refused, match="look_up_not_recorded"):
        check(digits(person, AT), by)


def test_digits_of_nobody_are_an_answer_without_anybody_and_an_event_without_them(by):
    nobodys = look_up_number("00000000001")

    answer = check(nobodys, by)

    assert answer.holder is None
    (event,) = events()
    assert (event.act, event.subject) == ("code_checked", "")
    assert nobodys[:-1] not in event.figures


@pytest.mark.parametrize("text", [RESIDENT, "张三", "S1", "A201123-00042-7"])
def test_a_gate_looks_nobody_up_by_document_name_sample_or_receipt(by, text):
    person = standing.person(RESIDENT, AT, name="张三")
    standing.result(person, Sampled(Outcome.NEGATIVE, ago(30)), AT)

    with pytest.raises(Refused, match="not_a_code"):
        check(text, by)

    assert events() == []


def test_who_has_not_said_where_they_stand_checks_nobody(database):
    person = standing.person(RESIDENT, AT)
    by = guard(AT, place=None)

    with pytest.raises(Refused, match="no_place_chosen"):
        check(digits(person, AT), by)

    assert events() == []


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CHECKPOINT_STAFF])
def test_no_other_role_checks_codes(database, role):
    person = standing.person(RESIDENT, AT)
    by = standing.staff(role, AT, unit=standing.WUCHANG)

    with pytest.raises(Refused, match="not_allowed"):
        check(digits(person, AT), by)


def test_a_test_yet_to_come_has_no_age_and_nobody_tested_has_none(by):
    person = standing.person(RESIDENT, AT)
    standing.result(person, Sampled(Outcome.NEGATIVE, AT + timedelta(hours=1)), AT)

    assert shown(person, by).tested is None
    assert shown(person, by, AT + timedelta(hours=3)).tested == timedelta(hours=2)


def test_the_colour_and_the_verdict_are_those_of_the_card_whatever_stands_against_a_person(by):
    reviewer = standing.staff(Role.DISTRICT_STAFF, AT, name="reviewer", unit=standing.WUCHANG)
    drawn, seen = random.Random(7), set()  # noqa: S311 - the same people each time
    for place in range(25):
        number = resident_number(place)
        person = standing.person(number, AT)
        for one in range(drawn.randrange(4)):
            assay, outcome = drawn.choice([*(Assay.NAAT,) * 3, *Assay]), drawn.choice([*(Outcome.NEGATIVE,) * 3, *Outcome])
            sampled = Sampled(outcome, ago(drawn.randrange(400)), assay, sample_number=f"S{place}-{one}")
            standing.result(person, sampled, AT)
        if drawn.random() < 0.5:
            standing.fact(person, drawn.choice(list(FactKind)), ago(drawn.randrange(300)), AT, until_at=AT + timedelta(days=2))

        at = AT + timedelta(hours=drawn.randrange(100))
        card = people.find(number, purpose=Purpose.CODE_QUESTION, by=reviewer, at=at)
        holder = check(digits(person, AT), guard(at, name=f"guard-{place}"), at=at).holder

        assert card is not None
        assert holder is not None
        assert holder.colour == (card.code.colour if card.code else None)
        assert (holder.name, holder.document_number, holder.travel) == (card.name, card.document_number, card.travel.accepted_by)
        seen.add(holder.colour)
    assert {Colour.GREEN, Colour.YELLOW, Colour.RED} <= seen


def test_the_reason_of_a_colour_reaches_neither_the_answer_nor_the_event(by):
    person = standing.person(RESIDENT, AT, name="张三")
    standing.result(person, Sampled(Outcome.POSITIVE, ago(20), sample_number="CANARY-TUBE"), AT)
    standing.fact(person, FactKind.CONFIRMED, ago(10), AT)

    answer = check(digits(person, AT), by)

    said = "".join((repr(answer), *(repr(tuple(event)) for event in events())))
    reasons = (
        "阳性",
        "确诊",
        "positive",
        "confirmed",
        "CANARY",
        "红码规则",
        "red-",
        "武昌医学检验所",
        "hubei-2020-04",
        RESIDENT,
        "张三",
    )
    assert [word for word in reasons if word in said] == []
    assert answer.holder is not None
    assert answer.holder.colour == Colour.RED


def test_checks_of_many_gates_at_once_all_stand_in_one_whole_chain(by):
    from concurrent.futures import ThreadPoolExecutor

    people_there = [digits(standing.person(resident_number(place), AT), AT) for place in range(6)]
    guards = [guard(AT, name=f"guard-{place}") for place in range(6)]

    with ThreadPoolExecutor(6) as pool:
        done = [pool.submit(check, number, one) for one in guards for number in people_there]
        answers = [one.result() for one in done]

    assert len(answers) == len(events()) == 36
    assert {(event.by_id, event.subject) for event in events()} == {
        (one.id, f"person {answer.holder.id}") for one in guards for answer in answers if answer.holder
    }
    assert [state.broken_at for state in audit.verify()] == [None, None]


def live_code(person_number: str, at: datetime, name: str = "reviewer") -> str:
    """The signed text on the person's card."""
    reviewer = standing.staff(Role.DISTRICT_STAFF, at, name=name, unit=standing.WUCHANG)
    card = people.find(person_number, purpose=Purpose.CODE_QUESTION, by=reviewer, at=at)
    assert card is not None
    assert card.live is not None
    return card.live.text


def test_a_signed_code_shows_the_colour_now_and_what_it_says_itself(by):
    person = standing.person(RESIDENT, ago(99), name="张三")
    text = live_code(RESIDENT, AT)
    standing.fact(person, FactKind.CONFIRMED, AT, AT + timedelta(minutes=1))

    answer = check(text, by, Way.CAMERA, AT + timedelta(minutes=2))
    late = check(text.lower(), by, Way.WEDGE, AT + timedelta(hours=3))

    assert (answer.verdict, answer.said) == (CodeVerdict.REGISTERED, Colour.GREEN)
    assert answer.holder is not None
    assert (answer.holder.id, answer.holder.colour) == (person, Colour.RED)
    assert late.verdict == CodeVerdict.EXPIRED
    assert late.holder is not None
    assert (late.holder.colour, late.said) == (Colour.RED, Colour.GREEN)


def test_a_signed_code_that_was_changed_shows_nobody(by):
    standing.person(RESIDENT, ago(99), name="张三")
    text = live_code(RESIDENT, AT)

    answer = check(f"{text[:40]}{'A' if text[40] != 'A' else 'B'}{text[41:]}", by)

    assert answer.holder is None
    assert answer.verdict == CodeVerdict.INVALID


@pytest.mark.parametrize("later", [timedelta(), timedelta(minutes=61)], ids=["at once", "after its end"])
def test_a_code_that_was_taken_back_shows_nobody_whether_it_has_expired_or_not(by, later):
    held = standing.person(RESIDENT, ago(99), name="张三")
    text = live_code(RESIDENT, AT)
    one, two = (standing.staff(role, AT, name=str(role), unit=YICHANG) for role in (Role.DISTRICT_STAFF, Role.SUPERVISOR))
    code_revoking.confirm(code_revoking.propose_all(held, RevokeReason.COPIED, by=one, at=AT), by=two, at=AT)

    answer = check(text, by, Way.CAMERA, AT + later)

    assert (answer.holder, answer.verdict) == (None, CodeVerdict.REVOKED)


def test_a_code_under_a_revoked_key_shows_nobody_and_says_that_it_is_revoked(by):
    standing.person(RESIDENT, ago(99), name="张三")
    text = live_code(RESIDENT, AT)
    one, two = (standing.staff(Role.ADMINISTRATOR, AT, name=name) for name in ("one", "two"))
    with engine().connect() as connection:
        key = code_keys.signs_now(connection, CodeKind.STATUS)
    assert key is not None
    for administrator in (one, two):
        code_keys_revoking.revoke(key.hex(), KeyRevokeReason.STOLEN, by=administrator, at=AT)

    answer = check(text, by, Way.CAMERA)

    assert (answer.holder, answer.verdict) == (None, CodeVerdict.REVOKED)
    assert json.loads(events()[-1].figures)["verdict"] == "revoked"
    assert check(live_code(RESIDENT, AT, "another"), by, Way.CAMERA).verdict == CodeVerdict.REGISTERED
