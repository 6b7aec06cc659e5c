"""The live code: signed, in the register before it is signed, the same while it serves, and silent about why."""

import secrets
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cbor2
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from hbcore.domain import base45
from hbcore.domain.issued_codes import CTI_BYTES, LIVE_FOR, CodeKind, life, status_claims
from hbcore.domain.qr_symbol import symbol
from hbcore.domain.vocabulary import Colour, DocumentKind, FactKind, Outcome, Purpose, Role
from hbcore.services import applications, people, public_applications
from hbcore.services.acting import Staff
from hbcore.services.people import PersonCard
from hbcore.storage import code_keys, issued_code_rows
from hbcore.storage.engine import access_engine, engine
from hbcore.storage.tables import issued_code, look_up_event
from tests import standing
from tests.services.applying import AT as APPLIED
from tests.services.applying import reviewer as decider
from tests.services.strangers import HERE, submit
from tests.standing import WUCHANG, Sampled

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
RESIDENT = "420106199001011231"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def clerk(database: Path) -> Staff:
    standing.institution(AT)
    return standing.staff(Role.DISTRICT_STAFF, AT, unit=WUCHANG)


@pytest.fixture
def person(clerk: Staff) -> int:
    return standing.person(RESIDENT, AT - 30 * 24 * HOUR, name="张小英")


def looked_up(by: Staff, at: datetime = AT) -> PersonCard:
    card = people.find(RESIDENT, purpose=Purpose.CODE_QUESTION, by=by, at=at)
    assert card is not None
    return card


def parts(text: str) -> tuple[bytes, bytes, dict[int, object], bytes]:
    """Protected header, payload, claims and signature of a code."""
    tag = cbor2.loads(zlib.decompress(base45.decode(text.removeprefix("HC1:"))))
    protected, _, payload, signature = tag.value
    return protected, payload, cbor2.loads(payload), signature


def register() -> list[sa.Row[tuple[object, ...]]]:
    with access_engine().connect() as connection:
        return list(connection.execute(sa.select(issued_code).order_by(issued_code.c.issued_at)))


def events() -> list[tuple[int, str]]:
    with access_engine().connect() as connection:
        return [tuple(row) for row in connection.execute(sa.select(look_up_event.c.seq, look_up_event.c.act))]


def test_a_looked_up_person_has_a_code_that_their_key_verifies_and_the_register_knows(clerk, person):
    card = looked_up(clerk)

    protected, payload, claims, signature = parts(card.live.text)
    (row,) = register()
    with engine().connect() as connection:
        key = code_keys.one(connection, cbor2.loads(protected)[4])
    numbers = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    load_der_public_key(bytes(key.public)).verify(numbers, signed, ec.ECDSA(hashes.SHA256()))  # raises where it does not fit
    assert (key.use, bytes(key.kid)) == ("status", bytes(row.key_id))
    assert claims == {4: _seconds(AT + HOUR), 6: _seconds(AT), 7: card.live.cti, -260: {-1: ["green", "hubei-2020-04"]}}
    assert (bytes(row.cti), row.person_id, row.row, row.look_up) == (card.live.cti, person, "green-default", 1)
    assert (row.issued_by, row.issued_at, row.expires_at) == (clerk.id, AT, AT + HOUR)


@pytest.mark.parametrize("policy", ["hubei-2020-04", "wuhan-2022-09"])
@pytest.mark.parametrize("colour", Colour)
def test_a_live_code_of_any_colour_fits_version_8_of_a_qr_code(clerk, colour, policy):
    with engine().connect() as connection:
        key = code_keys.signs_now(connection, CodeKind.STATUS)

    for _ in range(20):  # how well a text packs depends on its random bytes
        claims = status_claims(colour, policy, life(CodeKind.STATUS, AT), secrets.token_bytes(CTI_BYTES[CodeKind.STATUS]))
        assert symbol(code_keys.signed(key, claims)).size == 17 + 4 * 8


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def test_a_code_says_neither_who_nor_why(clerk, person):
    standing.fact(person, FactKind.CLOSE_CONTACT, AT - HOUR, AT)

    card = looked_up(clerk)

    inside = zlib.decompress(base45.decode(card.live.text.removeprefix("HC1:")))
    assert card.code.row == "yellow-contact"
    for said in ("张小英", "张", RESIDENT, card.look_up, card.look_up[:-1], card.code.row, "contact", "密切"):
        assert said.encode() not in inside
    for number in (person, int(card.look_up[:-1])):
        assert all(number.to_bytes(8, order) not in inside for order in ("big", "little"))


def test_the_same_code_is_shown_while_it_serves_and_another_in_its_last_five_minutes(clerk, person):
    first, second = looked_up(clerk), looked_up(clerk, AT + 55 * MINUTE)

    third = looked_up(clerk, AT + 55 * MINUTE + timedelta(seconds=1))

    assert first.live.cti == second.live.cti != third.live.cti
    assert first.live.text != second.live.text  # signed again: a signature is not what a code is known by
    assert first.live.drawn_anew_at == AT + 55 * MINUTE
    assert third.live.expires_at == AT + 115 * MINUTE + timedelta(seconds=1)
    assert [bytes(row.cti) for row in register()] == [first.live.cti, third.live.cti]


def test_reading_the_card_again_leaves_an_event_only_where_another_code_is_made(clerk, person):
    first = looked_up(clerk)
    again = people.again(person, by=clerk, at=AT + 30 * MINUTE)
    assert (again.live.cti, events()) == (first.live.cti, [(1, "person_looked_up")])

    anew = people.again(person, by=clerk, at=AT + 57 * MINUTE)

    assert anew.live.cti != first.live.cti
    assert events() == [(1, "person_looked_up"), (2, "code_drawn_anew")]
    assert people.again(person, by=clerk, at=AT + 59 * MINUTE).live.cti == anew.live.cti
    assert [row.look_up for row in register()] == [1, 2]


def test_a_code_never_outlives_what_it_says(clerk, person):
    standing.fact(person, FactKind.CLOSE_CONTACT, AT - 14 * 24 * HOUR + 20 * MINUTE, AT)

    card = looked_up(clerk)

    assert card.code.until == AT + 20 * MINUTE
    assert card.live.expires_at == AT + 20 * MINUTE
    assert looked_up(clerk, AT + 17 * MINUTE).live.cti == card.live.cti  # another one would end no later
    assert looked_up(clerk, AT + 20 * MINUTE).live.cti != card.live.cti


def test_another_colour_is_another_code(clerk, person):
    green = looked_up(clerk)
    standing.result(person, Sampled(Outcome.POSITIVE, AT - HOUR), AT)

    red = people.again(person, by=clerk, at=AT + MINUTE)

    assert parts(red.live.text)[2][-260] == {-1: ["red", "hubei-2020-04"]}
    assert red.live.cti != green.live.cti


def test_nobody_without_a_code_gets_one(clerk):
    standing.person("H94684388", AT, kind=DocumentKind.HK_MACAU_PERMIT, name="CHAN TAI MAN")

    card = people.find("H94684388", purpose=Purpose.CODE_QUESTION, by=clerk, at=AT)

    assert (card.code, card.live, register()) == (None, None, [])


def test_nothing_is_signed_when_its_row_can_not_be_written(clerk, person, monkeypatch):
    made = []
    monkeypatch.setattr(code_keys, "signed", lambda *_: made.append(1))
    monkeypatch.setattr(issued_code_rows, "add", _killed)

    with pytest.raises(KeyboardInterrupt):
        looked_up(clerk)

    assert (made, register(), events()) == ([], [], [])


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_kill_between_row_and_signature_leaves_the_row_and_no_code(clerk, person, monkeypatch):
    monkeypatch.setattr(code_keys, "signed", _killed)

    with pytest.raises(KeyboardInterrupt):
        looked_up(clerk)

    assert [event for _, event in events()] == ["person_looked_up"]
    assert len(register()) == 1


def test_a_row_changed_or_copied_past_the_desk_is_none_of_ours(clerk, person):
    card = looked_up(clerk)
    with access_engine().connect().execution_options(writes=True) as connection, connection.begin():
        row = dict(connection.execute(sa.select(issued_code)).one()._mapping)
        connection.execute(issued_code.insert(), {**row, "cti": bytes(16)})
    with access_engine().connect() as connection:
        assert issued_code_rows.one(connection, card.live.cti) is not None
        assert issued_code_rows.one(connection, bytes(16)) is None

    with access_engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(issued_code.update().values(person_id=person + 1))

    with access_engine().connect() as connection:
        assert issued_code_rows.one(connection, card.live.cti) is None


def test_the_holder_is_shown_the_same_code_by_a_look_of_their_own(database):
    by, receipt = decider("reviewer"), submit()
    applications.approve(receipt.id, by=by, at=APPLIED + MINUTE)
    at = APPLIED + 2 * MINUTE
    by_desk = people.find(receipt.number, purpose=Purpose.CODE_QUESTION, by=by, at=at)

    shown = public_applications.status(receipt.number, secret=receipt.secret, address=HERE, at=at + MINUTE).code
    anew = public_applications.status(receipt.number, secret=receipt.secret, address=HERE, at=at + HOUR).code

    assert parts(shown.qr)[2][7] == by_desk.live.cti != parts(anew.qr)[2][7]
    assert (shown.expires_at, shown.drawn_anew_at) == (at + HOUR, at + 55 * MINUTE)
    assert [(row.issued_by, row.look_up) for row in register()] == [(by.id, 1), (None, 3)]
    assert [act for _, act in events()] == ["person_looked_up", "status_looked_up", "status_looked_up"]


def test_without_its_private_half_no_code_is_shown_and_the_next_start_makes_another_key(clerk, person, home):
    before = looked_up(clerk)
    _lose_private_halves(home)

    card = looked_up(clerk)
    assert (card.code.colour, card.live) == ("green", None)

    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        code_keys.make_missing(connection, AT)
    assert looked_up(clerk).live.cti != before.live.cti


def _lose_private_halves(home: Path) -> None:
    for file in (home / "keys").glob("code-*.key"):
        file.unlink()
    code_keys._private.cache_clear()


def test_the_old_key_is_believed_until_its_last_code_has_expired(clerk, person):
    first = looked_up(clerk)
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        code_keys.rotate(connection, CodeKind.STATUS, AT + MINUTE)

    second = looked_up(clerk, AT + MINUTE)

    with engine().connect() as connection:
        new, old = [key for key in code_keys.listed(connection) if key.use == "status"]
    assert first.live.cti != second.live.cti
    assert bytes(register()[0].key_id) == bytes(old.kid) != bytes(new.kid)
    assert old.until_at - old.signs_until == LIVE_FOR[CodeKind.STATUS] / timedelta(microseconds=1)
    assert (new.signs_until, new.until_at) == (None, None)
