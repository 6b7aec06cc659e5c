"""The public form as a PostgreSQL role of its own: all that strangers do works, and counts as it does for the owner."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import applications, form_limits, form_photos, public_applications
from hbcore.services.form_limits import BOUNDS, Bounds, FormLimit
from hbcore.storage import people_rows
from hbcore.storage.engine import engine
from tests.services.applying import AT, reviewer, rows
from tests.services.form_role import seen
from tests.services.strangers import HERE, LATER, PASSPORT_FORM, PERMIT_FORM, THERE, form_of, submit
from tests.services.test_photos import picture
from tests.standing import staff

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.postgresql_only]  # SQLite knows no roles


def test_all_that_strangers_do_works_as_that_role(as_role):
    by = reviewer("reviewer")
    as_role(True)
    one, two, three = (
        submit(replace(PERMIT_FORM, photo=picture())),
        submit(PASSPORT_FORM),
        submit(replace(PASSPORT_FORM, document_number="C50078299", name="DURAND EVE")),
    )
    with pytest.raises(Refused, match="duplicate"):
        submit(address=THERE)
    wrong = replace(PASSPORT_FORM, name="", photo=picture(), once="a form", document_number="C50078312")
    assert form_photos.hold(wrong, address=HERE, at=AT).fields == {"photo"}
    with_held = replace(wrong, name="MOREAU LUC", photo=None, held=frozenset({"photo"}))
    photographed = submit(with_held)
    with pytest.raises(Refused, match="duplicate"):  # its photo went with it
        submit(with_held)
    as_role(False)
    applications.approve(one.id, by=by, at=LATER)
    applications.ask(two.id, ["address", "number_check"], by=by, at=LATER)
    as_role(True)
    submit(replace(PERMIT_FORM, name="SOMEBODY ELSE"), address=THERE)
    corrected = replace(PASSPORT_FORM, document_number="C50078213", photo=picture(), consent=True)
    public_applications.answer(two.number, two.secret, corrected, address=HERE, at=LATER)
    public_applications.declare(one.number, one.secret, "yes", "no", address=HERE, at=LATER)
    public_applications.withdraw(three.number, three.secret, address=HERE, at=LATER)
    with pytest.raises(Refused, match="no_such_application"):
        public_applications.status(one.number, secret="AAAAAAAA", address=HERE, at=LATER)

    seen = [public_applications.status(each.number, secret=each.secret, address=HERE, at=LATER) for each in (one, two, three)]

    assert rows("SELECT count(*) FROM form_photo") == [(0,)]
    as_role(False)
    with_photo = rows("SELECT application_id FROM application_photo ORDER BY application_id")
    assert with_photo == sorted([(one.id,), (two.id,), (photographed.id,)])
    assert [str(status.state) for status in seen] == ["approved", "waiting", "withdrawn"]
    assert str(seen[0].code.colour) == "yellow"
    assert seen[0].code.qr.startswith("HC1:")


def test_coming_back_later_works_as_that_role(as_role):
    by, day = reviewer("reviewer"), timedelta(days=1)
    as_role(True)
    by_mail = replace(PASSPORT_FORM, email="anna@example.org")
    approved, refused, asked = submit(PERMIT_FORM), submit(form_of(1)), submit(by_mail)
    as_role(False)
    applications.approve(approved.id, by=by, at=LATER)
    applications.refuse(refused.id, ["not_in_hubei"], by=by, at=LATER)
    applications.ask(asked.id, ["address"], by=by, at=LATER)
    as_role(True)
    for at in (LATER, LATER + day):
        public_applications.declare(approved.number, approved.secret, "yes", "no", address=HERE, at=at)
    again = submit(form_of(1), address=THERE, at=LATER + day)
    public_applications.withdraw(again.number, again.secret, address=THERE, at=LATER + day)
    too_late = submit(by_mail, address=THERE, at=LATER + 9 * day)
    shown = public_applications.status(approved.number, document_number=PERMIT_FORM.document_number, address=HERE, at=LATER + day)
    as_role(False)

    assert str(shown.code.colour) == "yellow"
    states = dict(rows("SELECT id, state FROM application"))
    assert [states[one.id] for one in (approved, again, asked, too_late)] == ["approved", "withdrawn", "expired", "waiting"]
    assert rows("SELECT count(*), count(ended_at) FROM fact") == [(2, 1)]


def test_what_is_kept_of_the_latest_test_is_neither_that_role_s_to_write_nor_in_its_way(as_role):
    one = submit(PERMIT_FORM)
    with engine().connect() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE person SET naat_at = 1")
    as_role(True)

    public_applications.withdraw(one.number, one.secret, address=HERE, at=LATER)

    as_role(False)
    assert rows("SELECT state, naat_at FROM application, person") == [("withdrawn", 1)]


def test_codes_are_counted_without_seeing_the_counts(as_role):
    as_role(True)
    one = submit(PERMIT_FORM)
    submit(PASSPORT_FORM)
    public_applications.withdraw(one.number, one.secret, address=HERE, at=LATER)
    as_role(False)

    counted = rows("SELECT colour, sum(n) FROM code_bucket GROUP BY colour ORDER BY colour")

    assert counted == rows("SELECT colour, count(*) FROM code_segment GROUP BY colour ORDER BY colour")


def test_the_quotas_hold_and_the_counts_can_be_neither_listed_nor_lowered(as_role):
    as_role(True)
    forms = [replace(PASSPORT_FORM, document_number=f"C5007829{place}", name=f"DURAND {chr(65 + place)}") for place in range(7)]
    outcomes = []
    for form in forms:
        try:
            outcomes.append(submit(form) and "taken")
        except Refused as refused:
            outcomes.append(refused.code)
    as_role(False)
    counts = "SELECT use, key, since, until, n FROM stranger_count ORDER BY use, key"
    before = rows(counts)
    ((key, since),) = rows("SELECT key, since FROM stranger_count WHERE use = 'plain_hour'")
    as_role(True)
    one = f"ARRAY['plain_hour'], ARRAY[decode('{bytes(key).hex()}', 'hex')], ARRAY[{since}]"

    lowered = seen(f"SELECT * FROM hbcore_apply.count_more({one}, ARRAY[{since} + 1], ARRAY[-5])")  # noqa: S608
    ((once_more,),) = seen(f"SELECT n FROM hbcore_apply.count_more({one}, ARRAY[{since} + 1], ARRAY[1])")  # noqa: S608
    as_role(False)

    assert outcomes == ["taken"] * 5 + ["proof_of_work_needed"] * 2
    assert (lowered, once_more) == ([], 8)
    assert rows(counts) == [(*row[:4], row[4] + (row[0] == "plain_hour")) for row in before]


def test_too_many_wrong_pairs_shut_out_as_that_role_too(as_role):
    one = submit(PERMIT_FORM)
    as_role(True)
    for _ in range(10):
        with pytest.raises(Refused, match="no_such_application"):
            public_applications.status(one.number, secret="AAAAAAAA", address=HERE, at=LATER)

    with pytest.raises(Refused, match="too_many_tries"):
        public_applications.status(one.number, secret=one.secret, address=HERE, at=LATER)


def test_a_look_up_number_that_somebody_has_is_given_to_nobody_else(as_role, monkeypatch):
    submit(PERMIT_FORM)
    ((taken,),) = rows("SELECT number FROM look_up_number")
    draw, again = people_rows.drawn_numbers, iter([[taken], [7]])
    monkeypatch.setattr(people_rows, "drawn_numbers", lambda n: np.array(next(again, None) or draw(n), dtype=np.uint64))
    as_role(True)
    submit(PASSPORT_FORM)
    as_role(False)

    assert rows("SELECT number FROM person ORDER BY id") == [(taken,), (7,)]
    assert rows("SELECT count(*) FROM look_up_number") == [(2,)]


def test_the_cap_and_the_numbers_of_receipts_are_those_of_all(as_role, monkeypatch):
    monkeypatch.setitem(BOUNDS, FormLimit.WAITING, Bounds(20_000, 2, 20_000))
    form_limits.change_limit(FormLimit.WAITING, 2, by=staff(Role.ADMINISTRATOR, AT, name="keeper"), at=AT)
    first = submit(PERMIT_FORM)
    as_role(True)
    second = submit(PASSPORT_FORM)

    with pytest.raises(Refused, match="queue_full"):
        submit(replace(PASSPORT_FORM, document_number="C50078299"))
    assert [one.number.split("-")[1] for one in (first, second)] == ["00001", "00002"]


def test_an_application_beside_another_takes_nothing_from_it_when_it_is_withdrawn(as_role):
    one, by = submit(PERMIT_FORM), reviewer("reviewer")
    as_role(True)
    beside = submit(replace(PERMIT_FORM, name="SOMEBODY ELSE"), address=THERE)
    public_applications.withdraw(beside.number, beside.secret, address=THERE, at=LATER)
    as_role(False)

    assert rows("SELECT registration, application_id FROM person") == [("waiting", one.id)]
    applications.approve(one.id, by=by, at=LATER)
