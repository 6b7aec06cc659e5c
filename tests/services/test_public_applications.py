"""The public form: applied by somebody who is no staff, once, beside others, taken back, and on record."""

import json
import logging
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from hbcore.domain.applications import ApplicationState
from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Colour, RowCode
from hbcore.services import applications, audit, public_applications
from hbcore.services.drafts import DraftRefused
from tests.services.applying import AT, PERMIT, WUCHANG, acts, reviewer, rows
from tests.services.strangers import (
    HERE,
    LATER,
    PASSPORT_FORM,
    PERMIT_FORM,
    THERE,
    approved,
    form_of,
    looks_by_applicants,
    status,
    submit,
)

pytestmark = pytest.mark.usefixtures("database")


def test_a_stranger_applies_and_reads_that_it_waits_and_until_when():
    receipt = submit(PASSPORT_FORM)

    seen = status(receipt)

    assert receipt.number.startswith("A200427-00001-")
    assert (seen.state, seen.submitted_at, seen.due_at) == ("waiting", AT, AT + timedelta(hours=24))
    assert (seen.may_withdraw, seen.may_apply_again, seen.code, seen.hotline) == (True, False, None, "027-87122256")
    assert rows("SELECT channel, entered_by, brought_by, language, unit FROM application") == [
        ("online", None, None, "en", WUCHANG)
    ]


def test_each_act_of_a_stranger_is_an_event_by_nobody_on_staff():
    receipt = submit()
    status(receipt)
    public_applications.declare(receipt.number, receipt.secret, "no", "yes", address=HERE, at=LATER)
    public_applications.withdraw(receipt.number, receipt.secret, address=HERE, at=LATER)

    events = rows("SELECT act, by_id, role, via, subject, figures FROM event ORDER BY seq")

    assert [event[:4] for event in events] == [
        (act, None, "", "applicant") for act in ("application_submitted", "declaration_changed", "withdrawn")
    ]
    assert {event[4] for event in events} == {f"application {receipt.id}"}
    assert [json.loads(str(event[5])).keys() - {"unit"} for event in events] == [{"receipt"}] * 3
    assert looks_by_applicants() == [("status_looked_up", f"application {receipt.id}", "applicant")]


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        ({"consent": False}, {"consent": RowCode.MISSING}),
        ({"symptoms": "", "contact": "perhaps"}, {"symptoms": RowCode.MISSING, "contact": RowCode.UNKNOWN_WORD}),
        ({"document_expires_on": "soon"}, {"document_expires_on": RowCode.NOT_A_DATE}),
        (
            {"birth_date": "2002-04-28"},
            dict.fromkeys(("guardian_name", "guardian_phone", "guardian_relation"), RowCode.MISSING),
        ),
        ({"guardian_name": "x" * 300, "guardian_phone": "soon"}, {"guardian_name": None, "guardian_phone": RowCode.BAD_PHONE}),
        ({"address": "a" * 201}, {"address": RowCode.TOO_LONG}),
    ],
)
def test_every_fault_of_the_form_names_its_field_and_nothing_is_kept(typed, faults):
    with pytest.raises(DraftRefused) as refused:
        submit(replace(PERMIT_FORM, **typed))

    found = {problem.field: problem.code for problem in refused.value.problems}
    assert found == {field: code or found[field] for field, code in faults.items()}
    assert rows("SELECT * FROM application") == []


def test_somebody_of_eighteen_today_needs_no_guardian():
    assert submit(replace(PERMIT_FORM, birth_date="2002-04-27"))


def test_what_a_guardian_states_is_sealed_with_the_rest_and_filled_in_again():
    child = replace(
        PERMIT_FORM,
        birth_date="2010-01-01",
        guardian_name="CHAN SIU MING",
        guardian_phone="+85291234567",
        guardian_relation="mother",
        document_expires_on="2025-01-31",
    )

    receipt = submit(child)

    assert status(receipt).draft == replace(child, phone="+85291234567", country="", consent=False)


def test_who_states_what_stands_is_told_so_and_anybody_else_is_not():
    approved()
    submit(PASSPORT_FORM)

    with pytest.raises(Refused, match="already_registered"):
        submit(address=THERE)
    with pytest.raises(Refused, match="duplicate"):
        submit(PASSPORT_FORM, address=THERE)
    for form in (PERMIT_FORM, PASSPORT_FORM):
        assert submit(replace(form, name="SOMEBODY ELSE"))
        assert submit(replace(form, birth_date="1991-01-01"), address="192.0.2.1")


def test_an_application_beside_another_changes_nothing_for_whom_the_document_belongs_to():
    receipt = approved()
    before = rows("SELECT registration, application_id, registered_at FROM person")

    beside = submit(replace(PERMIT_FORM, name="SOMEBODY ELSE"), address=THERE)
    by = reviewer("second")
    with pytest.raises(Refused, match="check_stopped"):
        applications.approve(beside.id, by=by, at=LATER)
    applications.ask(beside.id, ["address"], by=by, at=LATER)
    public_applications.withdraw(beside.number, beside.secret, address=THERE, at=LATER)

    assert rows("SELECT registration, application_id, registered_at FROM person") == before
    assert status(receipt).code.colour == Colour.GREEN


def test_an_open_application_is_not_pushed_aside_either():
    receipt = submit()
    beside = submit(replace(PERMIT_FORM, name="SOMEBODY ELSE"), address=THERE)

    applications.refuse(beside.id, ["duplicate"], by=reviewer("reviewer"), at=LATER)

    assert rows("SELECT registration, application_id FROM person") == [("waiting", receipt.id)]


@pytest.mark.parametrize(("act", "state"), [("refuse", ApplicationState.REFUSED), ("withdraw", ApplicationState.WITHDRAWN)])
def test_after_its_end_somebody_may_apply_again_and_declares_no_more(act, state):
    receipt = submit()
    if act == "refuse":
        applications.refuse(receipt.id, ["not_in_hubei"], by=reviewer("reviewer"), at=LATER)
    else:
        public_applications.withdraw(receipt.number, receipt.secret, address=HERE, at=LATER)

    seen = status(receipt)
    with pytest.raises(Refused, match="not_in_this_state"):
        public_applications.declare(receipt.number, receipt.secret, "no", "no", address=HERE, at=LATER)

    assert (seen.state, seen.may_apply_again, seen.may_edit_declaration_from) == (state, True, None)
    assert seen.refuse_reason == ("not_in_hubei" if act == "refuse" else None)
    assert submit()


def test_when_the_event_cannot_be_written_nothing_was_done(monkeypatch):
    receipt = submit()

    def broken(*_args, **_more):
        raise RuntimeError

    for records in ("record_own", "record_each_own"):
        monkeypatch.setattr(audit, records, broken)
    for act in (
        lambda: submit(PASSPORT_FORM),
        lambda: public_applications.withdraw(receipt.number, receipt.secret, address=HERE, at=LATER),
        lambda: public_applications.declare(receipt.number, receipt.secret, "yes", "no", address=HERE, at=LATER),
    ):
        with pytest.raises(RuntimeError):
            act()

    assert rows("SELECT state, declared_at FROM application") == [("waiting", None)]


def test_two_hundred_races_of_the_applicant_and_the_reviewer_end_in_one_way_each():
    by, races = reviewer("reviewer"), 100
    receipts = [submit(form_of(place), address=f"198.51.100.{place}") for place in range(races)]
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def run(acts):
        gate.wait()
        for act in acts:
            try:
                act()
                outcomes.append("done")
            except Refused as refused:
                outcomes.append(refused.code)

    def take_back(receipt):
        return lambda: public_applications.withdraw(receipt.number, receipt.secret, address=HERE, at=LATER)

    def approve(receipt):
        return lambda: applications.approve(receipt.id, by=by, at=LATER)

    racers = [threading.Thread(target=run, args=([of(one) for one in receipts],)) for of in (take_back, approve)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert (len(outcomes), outcomes.count("done")) == (200, races)
    assert set(outcomes) <= {"done", "already_decided", "not_in_this_state"}
    ended = Counter(acts())
    assert ended["withdrawn"] + ended["approved"] == races
    states = Counter(str(state) for (state,) in rows("SELECT state FROM application"))
    assert states == {word: n for word, n in (("withdrawn", ended["withdrawn"]), ("approved", ended["approved"])) if n}


@pytest.mark.sqlite_only  # reads the files that SQLite keeps
def test_nothing_that_somebody_typed_stands_in_the_clear(database, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    words = {
        "name": "诸葛霁瀚",
        "phone": "+8613971007919",
        "email": "zhuge.canary@example.org",
        "address": "中南路金丝雀巷七号",
        "guardian_name": "GUARDCANARY SIU",
        "guardian_phone": "+85291007919",
        "guardian_relation": "greatcanaryaunt",
    }
    child = replace(PERMIT_FORM, birth_date="2010-01-01", document_number="H71007919", **words)
    receipt = submit(child)
    status(receipt)
    for wrong in ({"secret": "CANARYXX"}, {"document_number": "K71007918"}):
        with pytest.raises(Refused):
            status(receipt, **wrong)
    with pytest.raises(Refused):
        submit(replace(child, address=words["address"] + "乙"), address=THERE)
    applications.ask(receipt.id, ["address"], by=reviewer("reviewer"), at=LATER)
    public_applications.answer(receipt.number, receipt.secret, child, address=HERE, at=LATER)
    public_applications.declare(receipt.number, receipt.secret, "yes", "no", address=HERE, at=LATER)
    public_applications.withdraw(receipt.number, receipt.secret, address=HERE, at=LATER)

    wanted = [*words.values(), "H71007919", "K71007918", receipt.secret, "CANARYXX"]
    kept = b"".join(file.read_bytes() for file in database.rglob("*") if file.is_file() and file.parent.name != "keys")
    said = "".join((caplog.text, *capfd.readouterr())).encode()
    assert [word for word in wanted if word.encode() in kept + said or word.encode("utf-16-le") in kept] == []


@pytest.mark.parametrize("unit", ["420000", "nowhere"])
def test_only_a_place_where_people_live_is_taken(unit):
    with pytest.raises(Refused, match="unknown_unit"):
        submit(form_of(1, unit=unit))


def test_the_counter_and_the_public_form_hold_the_same_person():
    applications.enter(PERMIT, by=reviewer("clerk"), at=AT)

    with pytest.raises(Refused, match="duplicate"):
        submit()
