"""The public form: applied, seen, answered, declared and taken back by somebody who is no staff."""

import json
import logging
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from hbcore.domain.applications import ApplicationState
from hbcore.domain.errors import Refused
from hbcore.domain.numbers import receipt_number
from hbcore.domain.public_form import PublicForm
from hbcore.domain.vocabulary import Colour, Purpose, RowCode
from hbcore.services import applications, audit, people, public_applications, timeline
from hbcore.services.clock import day_of
from hbcore.services.drafts import DraftRefused
from hbcore.storage.engine import access_engine, engine
from tests.services.applying import AT, PERMIT, WUCHANG, acts, refusals, reviewer, rows
from tests.services.strangers import HERE, PASSPORT_FORM, PERMIT_FORM, THERE, form_of, submit

pytestmark = pytest.mark.usefixtures("database")

LATER, NEXT_DAY = AT + timedelta(minutes=5), AT + timedelta(days=1)


def status(receipt, *, at=LATER, **more):
    return public_applications.status(receipt.number, **(more or {"secret": receipt.secret}), address=HERE, at=at)


def look_ups() -> list[tuple[str, str, str]]:
    with access_engine().connect() as connection:
        asked = "SELECT act, subject, via FROM look_up_event ORDER BY seq"
        return [tuple(row) for row in connection.exec_driver_sql(asked)]


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
    assert look_ups() == [("status_looked_up", f"application {receipt.id}", "applicant")]


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


def test_every_wrong_pair_has_one_answer_and_leaves_no_trace_of_what_was_typed():
    receipt, other = submit(), submit(PASSPORT_FORM)
    wrong = [
        (receipt.number, {"secret": other.secret}),
        (receipt_number(day_of(AT), 9), {"secret": receipt.secret}),
        ("nonsense", {"secret": receipt.secret}),
        ("", {}),
        (receipt.number, {}),
        (receipt.number, {"document_number": "C50078212"}),
        (other.number, {"document_number": "H94684388"}),
        (receipt.number, {"secret": other.secret, "document_number": "H94684388"}),
    ]

    answers = set()
    for number, pair in wrong:
        with pytest.raises(Refused) as refused:
            public_applications.status(number, **pair, address=HERE, at=LATER)
        answers.add((refused.value.code, tuple(refused.value.values)))

    assert answers == {("no_such_application", ())}
    assert set(look_ups()) == {("nobody_found", "", "applicant")}


@pytest.mark.parametrize("typed", ["h94684388", "H94684388", "H9468438801", "Ｈ９４６８４３８８ "])
def test_the_number_of_the_document_opens_the_status_and_nothing_that_was_stated(typed):
    receipt = submit()

    seen = status(receipt, document_number=typed)

    assert (seen.state, seen.draft) == ("waiting", None)


def test_too_many_wrong_pairs_shut_out_the_right_one_from_there_for_a_quarter_of_an_hour():
    receipt = submit()
    for _ in range(10):
        with pytest.raises(Refused, match="no_such_application"):
            status(receipt, secret="AAAAAAAA")

    with pytest.raises(Refused, match="too_many_tries"):
        status(receipt)
    with pytest.raises(Refused, match="too_many_tries"):
        public_applications.withdraw(receipt.number, receipt.secret, address=HERE, at=LATER)

    assert public_applications.status(receipt.number, secret=receipt.secret, address=THERE, at=LATER).state == "waiting"
    assert status(receipt, at=AT + timedelta(minutes=15)).state == "waiting"


def test_numbers_of_receipts_are_not_tried_one_by_one_with_a_document_from_many_places():
    receipt = submit()
    tried = 0
    for place in range(40):
        with pytest.raises(Refused) as refused:
            public_applications.status(
                receipt_number(day_of(AT), place + 50), document_number="H94684388", address=f"203.0.113.{place}", at=LATER
            )
        tried += refused.value.code == "no_such_application"

    assert tried == 20
    with pytest.raises(Refused, match="too_many_tries"):
        status(receipt, document_number="H94684388")
    assert status(receipt).state == "waiting"


def asked(*reasons: str):
    receipt = submit(PASSPORT_FORM)
    applications.ask(receipt.id, reasons, by=reviewer("reviewer"), at=LATER)
    return receipt


def test_what_is_asked_for_is_told_answered_and_waits_again():
    receipt = asked("address", "name_as_document")
    told = status(receipt)

    corrected = replace(told.draft, name="MARTIN ANNE", address="武昌区中南路2号", consent=True)
    public_applications.answer(receipt.number, receipt.secret, corrected, address=HERE, at=AT + timedelta(hours=2))

    seen = status(receipt)
    assert (told.state, told.ask) == ("asked", ("address", "name_as_document"))
    assert (told.answer_by, told.due_at) == (LATER + timedelta(days=7), None)
    assert (seen.state, seen.ask, seen.draft.name) == ("waiting", (), "MARTIN ANNE")
    assert seen.due_at == AT + timedelta(hours=2) + timedelta(hours=23, minutes=55)
    assert acts() == ["application_submitted", "asked", "answered"]
    assert rows("SELECT act, by_id FROM application_step WHERE act = 'answer'") == [("answer", None)]


def test_ones_own_typing_errors_need_no_second_person():
    receipt = asked("number_check")
    draft = replace(status(receipt).draft, name="MARTINE ANNE", document_number="C50078213", consent=True)

    public_applications.answer(receipt.number, receipt.secret, draft, address=HERE, at=LATER)

    assert rows("SELECT changed_by_staff FROM application") in ([(False,)], [(0,)])


def test_an_answer_that_nobody_asked_for_or_too_late_is_refused_and_on_record():
    receipt = submit()
    with pytest.raises(Refused, match="already_decided"):
        public_applications.answer(receipt.number, receipt.secret, PERMIT_FORM, address=HERE, at=LATER)
    applications.ask(receipt.id, ["address"], by=reviewer("reviewer"), at=LATER)

    week = LATER + timedelta(days=7)
    with pytest.raises(Refused, match="already_decided"):
        public_applications.answer(receipt.number, receipt.secret, PERMIT_FORM, address=HERE, at=week)

    seen = status(receipt, at=week)
    assert (seen.state, seen.may_apply_again, seen.may_withdraw) == ("expired", True, False)
    assert len(refusals()) == 2


def approved(form: PublicForm = PERMIT_FORM):
    receipt = submit(form)
    applications.approve(receipt.id, by=reviewer("reviewer"), at=LATER)
    return receipt


def test_approved_the_live_code_stands_on_the_status_page():
    receipt = approved()

    seen = status(receipt, at=LATER)

    assert (seen.state, seen.may_withdraw, seen.due_at) == ("approved", False, None)
    assert (seen.code.colour, seen.code.since, seen.code.until) == (Colour.GREEN, LATER, None)
    assert seen.code.qr.startswith("HC1:")
    assert len(seen.code.look_up) == 12
    assert seen.latest == {}


def test_before_the_approval_nobody_sees_a_code_for_having_typed_a_number():
    approved()
    stranger = submit(replace(PERMIT_FORM, name="SOMEBODY ELSE"), address=THERE)

    seen = status(stranger)

    assert (seen.state, seen.code, seen.latest) == ("waiting", None, None)


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


def test_the_declaration_is_changed_once_a_shanghai_day():
    receipt = submit()
    public_applications.declare(receipt.number, receipt.secret, "yes", "no", address=HERE, at=AT)
    midnight = AT.replace(hour=16)

    with pytest.raises(Refused, match="declared_today"):
        public_applications.declare(receipt.number, receipt.secret, "no", "no", address=HERE, at=midnight - timedelta(seconds=1))
    told = status(receipt).may_edit_declaration_from
    public_applications.declare(receipt.number, receipt.secret, "no", "no", address=HERE, at=midnight)

    assert told == midnight
    assert (status(receipt, at=midnight).draft.symptoms, status(receipt, at=midnight).draft.contact) == ("no", "no")


def test_symptoms_declared_after_the_approval_turn_the_code_yellow_and_a_no_does_not_lift_it():
    receipt = approved()
    public_applications.declare(receipt.number, receipt.secret, "yes", "no", address=HERE, at=LATER)
    yellow = status(receipt, at=LATER).code

    public_applications.declare(receipt.number, receipt.secret, "no", "no", address=HERE, at=NEXT_DAY)

    assert (yellow.colour, yellow.since) == (Colour.YELLOW, LATER)
    assert status(receipt, at=NEXT_DAY).code.colour == Colour.YELLOW
    assert rows("SELECT count(*) FROM fact WHERE kind = 'self_declared' AND ended_at IS NULL") == [(1,)]


def test_nothing_to_declare_changes_no_code():
    receipt = approved()

    public_applications.declare(receipt.number, receipt.secret, "no", "no", address=HERE, at=LATER)

    assert status(receipt).code.colour == Colour.GREEN
    assert rows("SELECT * FROM fact") == []


def test_the_code_is_shown_to_whom_the_registration_rests_on_alone():
    first = approved()
    beside = submit(replace(PERMIT_FORM, name="SOMEBODY ELSE"), address=THERE)
    applications.send_on(beside.id, by=reviewer("second"), at=LATER)
    applications.approve(beside.id, by=reviewer("third"), at=LATER)

    assert (status(first).state, status(first).code) == ("approved", None)
    assert status(beside).code.colour == Colour.GREEN


def test_symptoms_declared_before_the_approval_count_with_it():
    receipt = submit()
    public_applications.declare(receipt.number, receipt.secret, "yes", "no", address=HERE, at=AT)
    assert rows("SELECT * FROM fact") == []

    applications.approve(receipt.id, by=reviewer("reviewer"), at=LATER)

    assert status(receipt).code.colour == Colour.YELLOW


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


def test_what_the_police_wrote_is_not_told_only_in_which_field_it_differs():
    receipt = submit(PASSPORT_FORM)
    with_filing = "UPDATE application SET filing_check = 'differs', filing_fields = '[\"name\"]'"
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql(with_filing)

    assert status(receipt).differing == ("name",)


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


def test_looks_at_ones_own_status_are_not_counted_as_looks_by_staff():
    receipt, by = submit(), reviewer("reviewer")
    status(receipt)
    card = people.find(receipt.number, purpose=Purpose.CODE_QUESTION, by=by, at=LATER)

    assert timeline.timeline(card.id, by=by, at=LATER).look_ups == 1


def test_second_review_is_under_review_to_the_applicant():
    receipt = submit()
    applications.send_on(receipt.id, ["false_information"], by=reviewer("reviewer"), at=LATER)

    seen = status(receipt)

    assert (seen.state, seen.refuse_reason, seen.ask) == ("waiting", None, ())


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
