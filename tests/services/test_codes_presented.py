"""A code that somebody shows: known by key and register, taken back by two, never believed for a signature alone."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event

import pytest

from hbcore.domain import hcert, issued_codes
from hbcore.domain.code_revoking import RevokeReason
from hbcore.domain.code_verdicts import CodeStep, CodeVerdict
from hbcore.domain.errors import Refused
from hbcore.domain.issued_codes import CodeKind, certificate_claims, life, status_claims
from hbcore.domain.key_files import keys_of
from hbcore.domain.vocabulary import Colour, Outcome, Purpose, Role
from hbcore.services import (
    code_checking,
    code_keys_kept,
    code_reading,
    code_revoking,
    codes_presented,
    joining,
    people,
    same_person,
    second_look,
)
from hbcore.services.code_reading import CodeRead
from hbcore.storage import code_keys
from hbcore.storage.engine import engine
from tests import standing
from tests.services.applying import acts, rows
from tests.services.test_issued_codes import AT, MINUTE, RESIDENT, clerk, events, looked_up, person  # noqa: F401 - fixtures
from tests.standing import WUCHANG, Sampled

LOST = RevokeReason.LOST


@pytest.fixture
def supervisor(clerk):  # noqa: F811
    return standing.staff(Role.SUPERVISOR, AT, name="supervisor", unit="420100")


@pytest.fixture
def administrator(clerk):  # noqa: F811
    return standing.staff(Role.ADMINISTRATOR, AT, name="administrator")


def checked(text: str, at: datetime = AT) -> tuple[str, str | None]:
    found = codes_presented.check_here(text, at=at)
    return str(found.verdict), found.failed_step and str(found.failed_step)


def key_of(kind: CodeKind) -> bytes:
    with engine().connect() as connection:
        return code_keys.signs_now(connection, kind)


def revoked(cti: str, by, second, at: datetime = AT) -> None:
    code_revoking.confirm(code_revoking.propose(cti, LOST, by=by, at=at), by=second, at=at)


def read(text: str, by, at: datetime = AT) -> CodeRead:
    return code_reading.read(text, by=by, at=at)


def test_a_live_code_is_registered_until_it_expires(clerk, person):  # noqa: F811
    text = looked_up(clerk).live.text

    assert checked(text, AT + 59 * MINUTE) == ("registered", None)
    assert checked(text, AT + 60 * MINUTE) == ("expired", "time")
    assert checked(text[:-1] + ("A" if text[-1] != "A" else "B"), AT)[0] == "invalid"


def test_signed_with_our_key_but_never_issued_so_is_told_apart(clerk, person):  # noqa: F811
    live, key = looked_up(clerk).live, key_of(CodeKind.STATUS)
    lasts = life(CodeKind.STATUS, AT)
    forged = (
        status_claims(Colour.GREEN, "hubei-2020-04", lasts, bytes(16)),
        status_claims(Colour.RED, "hubei-2020-04", lasts, live.cti),
        status_claims(Colour.GREEN, "wuhan-2022-09", lasts, live.cti),
        status_claims(Colour.GREEN, "hubei-2020-04", lasts._replace(expires_at=lasts.expires_at + MINUTE), live.cti),
    )

    for claims in forged:
        assert checked(code_keys.signed(key, claims)) == ("signed_not_registered", "register")
    right = status_claims(Colour.GREEN, "hubei-2020-04", lasts, live.cti)
    assert checked(code_keys.signed(key, right)) == ("registered", None)
    assert checked(code_keys.signed(key_of(CodeKind.CERTIFICATE), right)) == ("signed_not_registered", "register")


def test_the_key_of_live_codes_signs_no_certificate(clerk, person):  # noqa: F811
    statement = {"ver": "1.3.0", "nam": {"fn": "X"}, "dob": "1990-01-01", "t": [{}]}
    text = code_keys.signed(key_of(CodeKind.STATUS), certificate_claims(statement, life(CodeKind.CERTIFICATE, AT), bytes(16)))

    assert checked(text) == ("invalid", "key_usage")


def test_a_code_of_before_a_rotation_is_good_until_it_expires_and_the_key_is_forgotten_then(clerk, person, administrator):  # noqa: F811
    before = looked_up(clerk).live
    code_keys_kept.rotate(CodeKind.STATUS, by=administrator, at=AT + MINUTE)
    after = looked_up(clerk, AT + MINUTE).live

    assert [checked(one.text, AT + 2 * MINUTE) for one in (before, after)] == [("registered", None)] * 2
    assert acts()[-1:] == ["code_key_rotated"]
    status = [key for key in code_keys_kept.key_set(AT + 2 * MINUTE)["keys"] if key["code"] == "status"]
    assert [("exp" in key) for key in status] == [False, True]
    assert len(code_keys_kept.key_set(AT + 2 * timedelta(hours=1))["keys"]) == 2


def test_codes_with_the_longer_identity_and_name_of_the_key_are_read_as_before(clerk, person, administrator, monkeypatch):  # noqa: F811
    with monkeypatch.context() as before:
        before.setitem(issued_codes.CTI_BYTES, CodeKind.STATUS, 16)
        before.setitem(issued_codes.KID_BYTES, CodeKind.STATUS, 8)
        code_keys_kept.rotate(CodeKind.STATUS, by=administrator, at=AT)
        old = looked_up(clerk).live
    code_keys_kept.rotate(CodeKind.STATUS, by=administrator, at=AT + MINUTE)
    new = looked_up(clerk, AT + MINUTE).live

    assert [checked(one.text, AT + 2 * MINUTE) for one in (old, new)] == [("registered", None)] * 2
    assert (len(old.cti), len(new.cti)) == (16, 10)
    assert len(old.text) > 221 >= len(new.text)


def test_whoever_has_the_published_keys_reads_a_code_without_us(clerk, person):  # noqa: F811
    published = keys_of(json.dumps(code_keys_kept.key_set(AT)).encode()).keys

    found = code_checking.check(looked_up(clerk).live.text, trust=published, at=AT)

    assert (found.verdict, found.said["-260"]) == (CodeVerdict.FOREIGN_VALID, {"-1": ["green", "hubei-2020-04"]})


def test_two_people_take_one_code_back_and_the_next_look_makes_another(clerk, person, supervisor):  # noqa: F811
    first = looked_up(clerk).live
    revoked(first.cti.hex(), clerk, supervisor)

    second = people.again(person, by=clerk, at=AT).live

    assert [checked(first.text, AT + after * MINUTE) for after in (0, 61)] == [("revoked", "register")] * 2
    assert checked(second.text) == ("registered", None)
    assert acts()[-2:] == ["code_revocation_proposed", "codes_revoked"]


def test_every_code_of_a_person_is_taken_back_at_once(clerk, person, supervisor):  # noqa: F811
    green = looked_up(clerk).live
    standing.result(person, Sampled(Outcome.POSITIVE, AT - MINUTE), AT)
    red = looked_up(clerk).live

    done = code_revoking.confirm(code_revoking.propose_all(person, LOST, by=clerk, at=AT), by=supervisor, at=AT)

    assert done == 2
    assert [checked(one.text) for one in (green, red)] == [("revoked", "register")] * 2


def test_nobody_takes_a_code_back_alone_nor_one_that_is_over(clerk, person, supervisor):  # noqa: F811
    cti = looked_up(clerk).live.cti.hex()
    own = code_revoking.propose(cti, LOST, by=supervisor, at=AT)

    with pytest.raises(Refused, match="own_proposal"):
        code_revoking.confirm(own, by=supervisor, at=AT)
    second_look.withdraw(own, by=supervisor, at=AT)
    by_clerk = code_revoking.propose(cti, LOST, by=clerk, at=AT)
    with pytest.raises(Refused, match="not_allowed"):
        code_revoking.confirm(by_clerk, by=clerk, at=AT)
    with pytest.raises(Refused, match="code_over"):
        code_revoking.confirm(by_clerk, by=supervisor, at=AT + 60 * MINUTE)
    for unknown in ("00" * 16, "no identity", "420106199001011231"):
        with pytest.raises(Refused, match="unknown_code"):
            code_revoking.propose(unknown, LOST, by=clerk, at=AT)
    named = [subject for (subject,) in rows("SELECT subject FROM event WHERE act = 'refused' ORDER BY seq")]
    assert named[-3:] == [f"code {'00' * 16}", "code", "code"]
    with pytest.raises(Refused, match="unknown_reason"):
        code_revoking.propose(cti, "ill", by=clerk, at=AT)


def test_the_desk_reads_a_code_and_is_told_the_colour_now(clerk, person):  # noqa: F811
    text = looked_up(clerk).live.text
    standing.result(person, Sampled(Outcome.POSITIVE, AT - MINUTE), AT)

    found = read(text, clerk)

    (shown,) = found.codes
    assert (found.verdict, found.person, shown.code.colour, found.colour) == ("registered", person, Colour.GREEN, Colour.RED)
    assert (shown.via, shown.unit) == ("shell", WUCHANG)
    assert events()[-1] == (2, "code_read")


def test_the_twelve_digits_find_every_code_that_is_still_good(clerk, person):  # noqa: F811
    card = looked_up(clerk)

    found = read(f"{card.look_up[:4]} {card.look_up[4:]}", clerk)

    assert [one.code.cti for one in found.codes] == [card.live.cti]
    assert (found.checked, found.colour) == (None, Colour.GREEN)
    assert read(card.look_up, clerk, AT + 60 * MINUTE).codes == ()


def test_what_is_nobodys_leaves_an_event_about_nobody(clerk, person):  # noqa: F811
    assert read("HC1:NOTHING", clerk).checked.failed_step in set(CodeStep)
    assert (read("420106", clerk).verdict, read("420106", clerk).person) == (CodeVerdict.INVALID, None)
    assert RESIDENT not in str(events())


@pytest.mark.parametrize("proposed_of", ["the row that stands", "the one that was joined"])
def test_codes_of_a_row_that_was_joined_are_taken_back_as_well(clerk, person, supervisor, proposed_of):  # noqa: F811
    number = "422801196007307804"
    other = standing.person(number, AT - timedelta(days=30), name="张小英")
    codes = [people.find(one, purpose=Purpose.CODE_QUESTION, by=clerk, at=AT).live for one in (RESIDENT, number)]
    meant = person if proposed_of == "the row that stands" else other
    proposal = code_revoking.propose_all(meant, LOST, by=clerk, at=AT)
    joining.join(same_person.propose(person, other, by=clerk, at=AT), by=supervisor, at=AT)

    theirs = {one.code.cti for one in read(looked_up(clerk).look_up, clerk).codes}
    assert theirs >= {one.cti for one in codes}
    assert code_revoking.confirm(proposal, by=supervisor, at=AT) == len(theirs)

    assert [checked(one.text) for one in codes] == [("revoked", "register")] * 2


def test_a_look_up_that_begins_after_a_rotation_is_never_signed_by_the_key_before(clerk, person, administrator):  # noqa: F811
    keys = [key_of(CodeKind.STATUS)]
    done = Event()

    def rotated() -> None:
        for _ in range(6):
            keys.append(bytes.fromhex(code_keys_kept.rotate(CodeKind.STATUS, by=administrator, at=AT).kid))
        done.set()

    def looked() -> list[tuple[str, list[bytes]]]:
        shown = []
        while not done.is_set() or not shown:
            before = len(keys) - 1
            text = looked_up(clerk).live.text
            shown.append((text, keys[before : len(keys) + 1]))
        return shown

    with ThreadPoolExecutor(4) as pool:
        lookers = [pool.submit(looked) for _ in range(3)]
        pool.submit(rotated).result()
        shown = [one for looker in lookers for one in looker.result()]

    for text, could_sign in shown:
        assert checked(text) == ("registered", None)
        assert hcert.read(text).message.kid in [*could_sign, *keys[keys.index(could_sign[-1]) :][:2]]
    assert hcert.read(looked_up(clerk).live.text).message.kid == keys[-1]
