"""Who held here an applicant may be: found, told apart for good, or joined when another approves, and parted when undone."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hbcore.domain.application_checks import Finding
from hbcore.domain.errors import Refused
from hbcore.domain.likeness import MOST_OPENED
from hbcore.services import applications, people_found_alike
from hbcore.storage import likeness_rows
from hbcore.storage.engine import engine
from tests import standing
from tests.services.applying import AT, JIANGAN, PERMIT, acts, reviewer, rows

pytestmark = pytest.mark.usefixtures("database")

LATER = AT + timedelta(minutes=1)
RENEWED = replace(PERMIT, document_kind="hmt_residence_permit", document_number="81000019800203101X", name="Tai-man Chan")
"""The applicant of `PERMIT` with another document, the names the other way round."""


def enter(draft, by, **changes):
    return applications.enter(replace(draft, **changes), by=by, at=AT).id


def possible(id_, by):
    return applications.one(id_, by=by, at=AT).possible


def duplicate_of(id_, by):
    (line,) = [line for line in applications.queue(by=by, at=AT) if line.id == id_]
    return next(str(one.finding) for one in line.findings if one.check == "duplicate")


# held before                                               | the applicant of PERMIT is said to be
BEFORE = [
    ({"name": "TAI MAN CHAN"}, "possible_duplicate"),
    ({"name": "ＣＨＡＮ　Tai-Man"}, "possible_duplicate"),
    ({"name": "CHAN TAI MAN", "birth_date": "1980-03-02"}, "possible_duplicate"),
    ({"name": "CHAN TAI MANN"}, "possible_duplicate"),
    ({"name": "CHAN TAI MAN", "birth_date": "1975-07-20", "phone": "+852 6000 0000"}, "no_duplicate"),
    ({"name": "WONG SIU LING"}, "no_duplicate"),
    ({"name": "CHAN TAI MANN", "nationality": "MAC", "phone": "+852 6000 0000"}, "no_duplicate"),
]


@pytest.mark.parametrize(("changes", "said"), BEFORE)
def test_somebody_held_with_another_document_is_found_or_not(clerk, first, changes, said):
    enter(PERMIT, clerk, document_number="H20000009", **changes)
    id_ = enter(PERMIT, clerk)

    assert duplicate_of(id_, first) == said
    assert len(possible(id_, first)) == (said == "possible_duplicate")


def test_one_held_by_a_laboratorys_file_alone_is_found_by_name_and_what_the_number_says(clerk, first):
    standing.person("81000019800203101X", AT, name="陳大文", kind="hmt_residence_permit")

    id_ = enter(PERMIT, clerk, name="陈大文")

    (found,) = possible(id_, first)
    assert [str(word) for word in found.because] == ["same_name", "same_birth", "same_nationality", "other_document"]
    assert (found.name, found.documents) == ("陳**", (("hmt_residence_permit", "810000********101X"),))


def test_many_together_leave_out_who_may_be_somebody_held(clerk, first):
    enter(PERMIT, clerk, document_number="H20000009")
    id_ = enter(PERMIT, clerk)

    made = applications.approve_many([id_], by=first, at=AT)

    assert [(one.code, [found.finding for found in one.findings]) for one in made.stopped] == [
        ("check_to_look_at", [Finding.POSSIBLE_DUPLICATE])
    ]


def test_who_is_told_apart_is_so_for_good_and_both_ways(clerk, first):
    other = enter(PERMIT, clerk, document_number="H20000009")
    id_ = enter(PERMIT, clerk)
    (found,) = possible(id_, first)

    applications.say_not_same(id_, found.person, by=first, at=AT)

    assert (possible(id_, first), possible(other, first)) == ((), ())
    assert (duplicate_of(id_, first), duplicate_of(other, first)) == ("told_apart", "told_apart")
    assert acts()[-1] == "told_apart"
    assert applications.approve_many([id_], by=first, at=AT).stopped == ()


def test_who_is_said_to_be_the_same_is_joined_when_another_approves_and_parted_when_that_is_undone(clerk, first, second):
    before = enter(PERMIT, clerk)
    applications.approve(before, by=first, at=AT)
    id_ = enter(RENEWED, clerk)
    (found,) = possible(id_, first)

    applications.say_same(id_, found.person, by=first, at=AT)
    assert duplicate_of(id_, first) == "said_same"
    with pytest.raises(Refused, match="said_same_yourself"):
        applications.approve(id_, by=first, at=AT)
    applications.approve(id_, by=second, at=LATER)

    assert rows("SELECT count(*), count(DISTINCT person_id) FROM application") == [(2, 1)]
    assert rows("SELECT registration FROM person WHERE joined_to IS NULL") == [("approved",)]
    assert rows("SELECT proposed_by <> joined_by, parted_at FROM person_join") == [(True, None)]
    applications.undo(id_, by=second, at=LATER)

    assert rows("SELECT count(DISTINCT person_id) FROM application") == [(2,)]
    assert rows("SELECT registration FROM person WHERE joined_to IS NULL ORDER BY registration") == [("approved",), ("waiting",)]
    assert rows("SELECT count(*) FROM person_join WHERE parted_at IS NOT NULL") == [(1,)]


def test_only_who_may_be_the_applicant_is_said_to_be_they(clerk, first):
    stranger = standing.person("H20000001", AT, name="WONG SIU LING", kind="hk_macau_permit")
    id_, far = enter(PERMIT, clerk), reviewer("far", JIANGAN)

    for say in (applications.say_same, applications.say_not_same):
        with pytest.raises(Refused, match="not_alike"):
            say(id_, stranger, by=first, at=AT)
        with pytest.raises(Refused, match="not_your_unit"):
            say(id_, stranger, by=far, at=AT)


def test_nothing_is_said_of_what_is_decided(clerk, first):
    enter(PERMIT, clerk, document_number="H20000009")
    id_ = enter(PERMIT, clerk)
    (found,) = possible(id_, first)
    applications.approve(id_, by=first, at=AT)

    with pytest.raises(Refused, match="not_in_this_state"):
        applications.say_same(id_, found.person, by=first, at=AT)


def test_no_more_than_five_hundred_are_opened(clerk, first, monkeypatch):
    monkeypatch.setattr(likeness_rows, "_BEARING", likeness_rows.seek(3))
    for place in range(6):
        standing.person(f"H2000000{place}", AT, name="CHAN TAI MAN", kind="hk_macau_permit")
    opened = []
    held_traits = likeness_rows.held_traits
    monkeypatch.setattr(likeness_rows, "held_traits", lambda c, people: opened.extend(people) or held_traits(c, people))

    possible(enter(PERMIT, clerk), first)

    assert len(opened) <= 3
    assert MOST_OPENED == 500


def test_of_more_than_are_opened_those_come_first_who_bear_most_tokens_then_the_newest(clerk, first, monkeypatch):
    likeliest = standing.person("81000019800203101X", AT, name="CHAN TAI MAN", kind="hmt_residence_permit")
    held = [standing.person(f"H2000000{place}", AT, name="CHAN TAI MAN", kind="hk_macau_permit") for place in range(6)]
    id_ = enter(PERMIT, clerk)
    ((own,),) = rows("SELECT person_id FROM application")
    opened = []
    held_traits = likeness_rows.held_traits
    monkeypatch.setattr(likeness_rows, "held_traits", lambda c, people: opened.append(set(people)) or held_traits(c, people))

    for most in (2, 4, 6):
        monkeypatch.setattr(likeness_rows, "_BEARING", likeness_rows.seek(most))
        possible(id_, first)

    assert own not in {*held, likeliest}
    assert opened == [{likeliest}, {likeliest, *held[-2:]}, {likeliest, *held[-4:]}]


def test_people_held_before_there_were_tokens_are_found_after_the_start(clerk, first, monkeypatch):
    enter(PERMIT, clerk, document_number="H20000009")
    for place in range(5):
        standing.person(f"H3000000{place}", AT, name=f"WONG {chr(65 + place)}", kind="hk_macau_permit")
    id_ = enter(PERMIT, clerk)
    kept = rows("SELECT token, person_id FROM person_token ORDER BY token, person_id")
    with engine().begin() as connection:
        connection.execute(sa.text("DELETE FROM person_token"))
        connection.execute(sa.text("DELETE FROM setting WHERE name = 'people_found_alike'"))
    assert duplicate_of(id_, first) == "no_duplicate"
    monkeypatch.setattr(people_found_alike, "AT_ONCE", 2)

    people_found_alike.fill()

    assert rows("SELECT token, person_id FROM person_token ORDER BY token, person_id") == kept
    assert duplicate_of(id_, first) == "possible_duplicate"
