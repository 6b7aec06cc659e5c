"""Against flooding: quotas by network and document, a proof of work, a cap on the queue; a flood leaves next to nothing."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hbcore.domain.errors import Refused
from hbcore.services import form_limits, proof_of_work, public_applications, stranger_quotas
from hbcore.services.form_limits import BOUNDS, Bounds, FormLimit
from hbcore.services.stranger_quotas import FROM_NETWORK, OF_DOCUMENT, WITHOUT_SCRIPT, network_of
from hbcore.storage.engine import access_engine
from tests.services.applying import AT, acts, refusals, reviewer, rows
from tests.services.strangers import HERE, PERMIT_FORM, THERE, form_of, proof, solution, submit

pytestmark = pytest.mark.usefixtures("database")

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def easy_proofs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proof in 256 tries, not 65,536."""
    monkeypatch.setattr(proof_of_work, "BITS", 8)


def kept(statement: str) -> list[tuple[object, ...]]:
    with access_engine().connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def outcome(form, **more) -> str:
    try:
        submit(form, **more)
    except Refused as refused:
        return refused.code
    return "taken"


def test_without_the_script_a_few_applications_an_hour_pass_from_one_network():
    outcomes = [outcome(form_of(place)) for place in range(7)]

    assert outcomes == ["taken"] * 5 + ["proof_of_work_needed"] * 2
    assert outcome(form_of(8), address=THERE) == "taken"
    assert outcome(form_of(9), at=AT + HOUR) == "taken"


def test_with_the_script_more_pass_and_without_it_none_beyond():
    most = FROM_NETWORK[0].most

    outcomes = [outcome(form_of(place, proof=proof())) for place in range(most + 2)]

    assert Counter(outcomes) == {"taken": most, "too_many_from_here": 2}


def test_after_many_hours_the_day_is_full():
    taken = sum(outcome(form_of(place), at=AT + place // 5 * HOUR) == "taken" for place in range(20))

    assert taken == WITHOUT_SCRIPT[1].most == 15


def test_a_proof_is_good_for_one_form_of_this_desk_and_this_morning():
    for place in range(5):
        submit(form_of(place))
    good = proof()
    challenge, _, number = good.rpartition(":")
    worthless = {
        "not solved": f"{challenge}:{int(number) - 1}",  # `number` is the first that solves it
        "not ours": solution(f"{challenge[:-4]}0000"),
        "from tomorrow": solution(challenge.replace(".", "0.", 1)),
        "not a number": f"{challenge}:x",
        "nothing": ":",
        "foreign digits": f"{challenge}:٣",
        "too long": solution(challenge + "0" * 100),
        "too old": proof(AT - proof_of_work.LIFE),
    }

    assert {outcome(form_of(10, proof=one)) for one in worthless.values()} == {"proof_of_work_needed"}
    assert outcome(form_of(11, proof=good)) == "taken"
    assert outcome(form_of(12, proof=good)) == "proof_of_work_needed"


def test_one_document_is_entered_a_few_times_a_day_from_wherever():
    others = [replace(PERMIT_FORM, name=f"SOMEBODY {chr(65 + place)}") for place in range(7)]

    outcomes = [outcome(form, address=f"192.0.2.{place}") for place, form in enumerate(others)]

    assert Counter(outcomes) == {"taken": OF_DOCUMENT.most, "too_many_for_document": 2}
    assert outcome(replace(PERMIT_FORM, document_number="h9468 4388"), address="192.0.2.99") == "too_many_for_document"


def test_refused_tries_count_so_that_nobody_feels_out_who_is_here():
    submit()

    outcomes = [outcome(PERMIT_FORM, address=f"192.0.2.{place}") for place in range(6)]

    assert outcomes == ["duplicate"] * 4 + ["too_many_for_document"] * 2
    assert [json.loads(one) for one in refusals()] == [{"why": "duplicate"}] * 4


def test_a_form_with_faults_costs_nothing():
    for _ in range(20):
        with pytest.raises(Refused, match="draft_has_problems"):
            submit(replace(PERMIT_FORM, consent=False))

    assert outcome(PERMIT_FORM) == "taken"


def test_a_full_queue_takes_no_more_until_something_is_decided_and_says_so_once_an_hour(monkeypatch):
    monkeypatch.setitem(BOUNDS, FormLimit.WAITING, Bounds(2, 0, 2))
    first, _ = submit(form_of(0)), submit(form_of(1))

    outcomes = [outcome(form_of(place), address=THERE) for place in (2, 3)]
    public_applications.withdraw(first.number, first.secret, address=HERE, at=AT)

    assert outcomes == ["queue_full"] * 2
    assert outcome(form_of(4), address=THERE) == "taken"
    assert kept("SELECT act, figures FROM look_up_event") == [("strangers_refused", '{"why": "queue_full"}')]


def test_a_thousand_posts_from_one_network_leave_what_the_quota_lets_through_and_one_event():
    posts = [form_of(place) for place in range(1_000)]

    with ThreadPoolExecutor(8) as pool:
        outcomes = Counter(pool.map(outcome, posts))

    assert outcomes == {"taken": 5, "proof_of_work_needed": 995}
    assert len(rows("SELECT id FROM application")) == 5
    assert acts() == ["application_submitted"] * 5
    assert kept("SELECT act, via FROM look_up_event") == [("strangers_refused", "applicant")]


def test_what_is_counted_is_forgotten_when_its_window_is_over():
    for place in range(30):
        outcome(form_of(place), address=f"192.0.2.{place}")
    before = kept("SELECT count(*) FROM stranger_count")

    submit(form_of(99), at=AT + timedelta(days=2))

    forgotten = [stranger_quotas.forget_over(at=AT + timedelta(days=2)) for _ in range(2)]

    assert (before, forgotten) == ([(90,)], [90, 0])
    assert kept("SELECT count(*) FROM stranger_count") == [(3,)]


@pytest.mark.sqlite_only  # reads the files that SQLite keeps
def test_no_address_and_no_number_is_kept_that_strangers_came_with(database: Path):
    receipt = submit(address="203.0.113.171")
    with pytest.raises(Refused):
        public_applications.status(receipt.number, document_number="H87654321", address="203.0.113.172", at=AT)

    everything = b"".join(file.read_bytes() for file in database.rglob("*") if file.is_file())
    assert [word for word in (b"203.0.113", b"H9468438", b"H8765432", receipt.secret.encode()) if word in everything] == []


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("unix", "unix"),
    ],
)
def test_an_address_stands_for_the_network_of_one_customer(address, network):
    assert network_of(address) == network


def test_tries_at_once_all_count():
    receipt = submit()

    def tried(_place: int) -> str:
        try:
            public_applications.status(receipt.number, secret="AAAAAAAA", address=HERE, at=AT)
        except Refused as refused:
            return refused.code
        return "let in"

    with ThreadPoolExecutor(8) as pool:
        outcomes = Counter(pool.map(tried, range(40)))

    assert outcomes == {"no_such_application": stranger_quotas.WRONG_FROM_NETWORK.most, "too_many_tries": 30}


def test_what_the_form_takes_is_changed_by_who_keeps_the_units_within_bounds_and_is_an_event(keeper):
    usual = form_limits.limits_now(by=keeper, at=AT)
    for to, code in ((4, "bad_form_limit"), (5_001, "bad_form_limit"), (usual[FormLimit.NETWORK_HOUR], "nothing_changed")):
        with pytest.raises(Refused, match=code):
            form_limits.change_limit(FormLimit.NETWORK_HOUR, to, by=keeper, at=AT)
    with pytest.raises(Refused, match="not_allowed"):
        form_limits.change_limit(FormLimit.NETWORK_HOUR, 60, by=reviewer("reviewer"), at=AT)
    form_limits.change_limit(FormLimit.NETWORK_HOUR, 60, by=keeper, at=AT)

    assert form_limits.limits_now(by=keeper, at=AT) == usual | {FormLimit.NETWORK_HOUR: 60}
    assert acts()[-1] == "setting_changed"


@pytest.mark.parametrize(
    ("limit", "to", "forms", "code"),
    [
        (FormLimit.NETWORK_HOUR, 6, 8, "too_many_from_here"),
        (FormLimit.NETWORK_DAY, 15, 17, "too_many_from_here"),
    ],
)
def test_a_network_is_held_to_what_is_set(keeper, limit, to, forms, code):
    form_limits.change_limit(limit, to, by=keeper, at=AT)

    outcomes = [outcome(form_of(place, proof=proof())) for place in range(forms)]

    assert outcomes == ["taken"] * to + [code] * (forms - to)


def test_a_document_is_held_to_what_is_set(keeper):
    form_limits.change_limit(FormLimit.DOCUMENT_DAY, 2, by=keeper, at=AT)

    assert [outcome(PERMIT_FORM, address=f"203.0.113.{place}") for place in range(3)] == [
        "taken",
        "duplicate",
        "too_many_for_document",
    ]


def test_the_queue_is_held_to_what_is_set(keeper, monkeypatch):
    monkeypatch.setitem(BOUNDS, FormLimit.WAITING, Bounds(20_000, 1, 20_000))
    form_limits.change_limit(FormLimit.WAITING, 1, by=keeper, at=AT)

    assert [outcome(form_of(place)) for place in range(2)] == ["taken", "queue_full"]
