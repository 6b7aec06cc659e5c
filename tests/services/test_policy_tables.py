"""Tables as they are kept: never edited, refused with a sentence, compared with the one in their place."""

import json
from datetime import datetime

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import policies, policies_published, policy_publishing
from hbcore.services.acting import Staff
from hbcore.services.policies import PolicyState
from tests import standing
from tests.services.publishing import AT, DAY, LATER, WUHAN
from tests.services.test_policy_publishing import first, published, second, table

assert all((first, second, published))


def test_a_table_is_never_edited(first: Staff):
    with pytest.raises(Refused, match="policy_exists"):
        policy_publishing.propose(table(version=2), by=first, at=AT)


def test_the_same_table_with_its_lines_broken_otherwise_is_the_same(first: Staff):
    policy_publishing.propose(b"\xef\xbb\xbf" + table(), by=first, at=AT)

    assert {one.id: one.state for one in policies.listed(by=first, at=AT)}[WUHAN] == PolicyState.PROPOSED


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"id": "hubei-2020-04"}, "policy_exists"),
        ({"id": "new", "applies_to": "999999"}, "unknown_unit"),
        ({}, "already_proposed"),
        ({"id": "new", "version": 0}, "bad_policy"),
    ],
)
def test_what_could_not_be_proposed_is_refused_before_it_is(first: Staff, changed: dict[str, object], code: str):
    policy_publishing.propose_kept(WUHAN, by=first, at=AT)

    with pytest.raises(Refused, match=code):
        policies.before_table(table(**changed), by=first, at=AT)


def test_a_table_is_compared_with_what_decides_there_now(first: Staff, published: datetime):
    district = table(id="new", applies_to="420106")

    assert policies.before_table(district, by=first, at=AT).before == "hubei-2020-04"
    told = policies.before_table(district, by=first, at=LATER)
    assert (told.before, told.policy.id, told.compared.same) == (WUHAN, "new", True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe", "table_not_utf8"),
        (table().decode().encode("utf-16"), "table_not_utf8"),
        (b"[]", "not_a_policy"),
        (b"[" * 100_000, "not_a_policy"),
        (b"{}", "bad_policy"),
        (b" " * (1024 * 1024 + 1), "table_too_large"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(first: Staff, content: bytes, code: str):
    with pytest.raises(Refused, match=code):
        policy_publishing.propose(content, by=first, at=AT)


def test_a_table_is_read_once_however_often_the_list_is_shown(first: Staff, monkeypatch: pytest.MonkeyPatch):
    policies.listed(by=first, at=AT)
    monkeypatch.setattr(policies_published, "load_policy", lambda _table: pytest.fail("read again"))
    monkeypatch.setattr(policies, "load_policy", lambda _table: pytest.fail("read again"))

    assert len(policies.listed(by=first, at=AT)) == 2


def test_a_part_that_is_there_twice_is_named(first: Staff):
    twice = table().replace(b'"version": 1', b'"version": 1, "version": 2')

    with pytest.raises(Refused) as refused:
        policy_publishing.propose(twice, by=first, at=AT)

    assert refused.value.values == {"fault": "key_repeated", "row": "-", "key": "version"}


def test_what_is_shown_of_a_policy_says_what_differs_from_the_one_in_its_place(first: Staff):
    told = policies.shown(WUHAN, by=first, at=AT)

    assert (told.before, told.shown.state, told.compared.same) == ("hubei-2020-04", PolicyState.KEPT, False)
    with pytest.raises(Refused, match="unknown_policy"):
        policies.shown("none", by=first, at=AT)


def test_a_published_policy_is_shown_beside_the_one_before_it_and_another_beside_what_holds(
    first: Staff, second: Staff, published: datetime
):
    for name, begins in (("wuhan-2", LATER + DAY), ("wuhan-3", None)):
        policy_publishing.propose(table(id=name), by=first, at=AT)
        if begins:
            policy_publishing.publish(name, valid_from=begins, by=second, at=AT)

    def before(policy: str, at: datetime) -> str | None:
        return policies.shown(policy, by=first, at=at).before

    assert [before(policy, LATER) for policy in ("hubei-2020-04", WUHAN, "wuhan-2")] == [None, "hubei-2020-04", WUHAN]
    assert [before("wuhan-3", at) for at in (AT, LATER, LATER + DAY)] == ["hubei-2020-04", WUHAN, "wuhan-2"]


def test_before_it_is_published_it_stands_beside_what_decides_when_it_begins_and_says_what_follows(
    first: Staff, second: Staff, published: datetime
):
    policy_publishing.propose(table(id="wuhan-2"), by=first, at=AT)

    def told(begins: datetime | None) -> tuple[str | None, tuple[str, datetime] | None]:
        found = policies.shown("wuhan-2", begins=begins, by=second, at=AT)
        return found.before, found.followed_by

    assert [told(begins) for begins in (None, LATER - DAY, LATER + DAY)] == [
        ("hubei-2020-04", (WUHAN, LATER)),
        ("hubei-2020-04", (WUHAN, LATER)),
        (WUHAN, None),
    ]


def test_the_policy_that_decides_in_ones_own_unit_is_told(first: Staff, published: datetime):
    of_wuhan = standing.staff(Role.DISTRICT_STAFF, AT - DAY, name="here", unit="420106")
    auditor = standing.staff(Role.AUDITOR, AT - DAY, name="auditor", unit=None)

    assert [policies.deciding(by=of_wuhan, at=at) for at in (AT, LATER)] == ["hubei-2020-04", WUHAN]
    assert policies.deciding(by=auditor, at=LATER) == "hubei-2020-04"


def test_the_rule_given_out_begins_when_its_policy_does(first: Staff, published: datetime):
    policy_publishing.propose(table(id="wuhan-2"), by=first, at=AT)

    rules = [json.loads(policies.as_certlogic(policies.shown(one, by=first, at=AT).shown)) for one in (WUHAN, "wuhan-2")]

    assert [rule["ValidFrom"] and datetime.fromisoformat(rule["ValidFrom"]) for rule in rules] == [LATER, None]
