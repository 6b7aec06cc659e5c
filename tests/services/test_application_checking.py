"""The checks on real applications: approving many takes exactly the clean, one by one a click is enough where nothing stops."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from hbcore.domain.application_checks import Finding
from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import application_imports, applications, filings
from hbcore.services.uploads import IncomingFile
from tests.services.applying import AT, JIANGAN, PASSPORT, PERMIT, WUCHANG, WUHAN, acts, reviewer, rows
from tests.services.strangers import PERMIT_FORM, picture, submit
from tests.standing import staff

pytestmark = pytest.mark.usefixtures("database")


def of_somebody(place, *, in_chinese=False, minor=False, **changes):
    """The form of one of many people, who share neither name nor birth date, number or phone."""
    mixed = f"{(place + 1) * 7_654_321 % 10**7:07}"
    born = (date(2005, 1, 1) if minor else date(1950, 1, 1)) + timedelta(days=41 * place)
    return replace(
        PERMIT,
        document_number=f"H1{mixed}",
        name=f"陳{chr(0x4E00 + 97 * place)}文" if in_chinese else "CHAN " + "".join(chr(65 + int(digit)) for digit in mixed),
        birth_date=str(born),
        phone=f"+8529{mixed}",
        **changes,
    )


# what is stated otherwise         | what the queue says of it
VARIANTS = [
    ({}, None),
    ({"email": "a@b.org"}, None),
    ({"in_chinese": True}, None),
    ({"symptoms": "yes"}, Finding.SOMETHING_DECLARED),
    ({"contact": "yes"}, Finding.SOMETHING_DECLARED),
    ({"address": "武昌"}, Finding.ADDRESS_SHORT),
    ({"minor": True}, Finding.GUARDIAN_MISSING),
    ({"document_kind": "passport", "country": "FRA", "entry_date": "2020-02-11"}, Finding.FILING_NOT_RECEIVED),
]


@pytest.mark.parametrize(("changes", "finding"), VARIANTS)
def test_the_queue_says_what_is_to_be_looked_at(changes, finding):
    applications.enter(of_somebody(1, **changes), by=reviewer("clerk"), at=AT)

    (line,) = applications.queue(by=reviewer("first"), at=AT)

    assert line.clean == (finding is None)
    assert [one.finding for one in line.findings if one.verdict in ("look", "stop")] == ([finding] if finding else [])


@pytest.mark.parametrize("seed", range(5))
def test_approving_many_approves_exactly_the_clean(seed):
    drawn, clerk, first = random.Random(seed), reviewer("clerk"), reviewer("first")  # noqa: S311 - no secret
    expected, ids = set(), []
    for place in range(24):
        changes, finding = drawn.choice(VARIANTS)
        id_ = applications.enter(of_somebody(place, **changes), by=clerk, at=AT).id
        ids.append(id_)
        expected |= {id_} if finding is None else set()
    drawn.shuffle(ids)
    seen = applications.counts_and_queue(applications.Question(), by=first, at=AT)

    made = applications.approve_many(ids, by=first, at=AT)

    approved = {id_ for (id_,) in rows("SELECT id FROM application WHERE state = 'approved'")}
    assert approved == expected == {line.id for line in seen.lines if line.clean}
    assert (seen.clean, len(made.approved)) == (len(expected), len(expected))
    assert {one.id for one in made.stopped} == set(ids) - expected
    assert all(one.findings for one in made.stopped)


def test_what_is_only_to_be_looked_at_takes_ones_own_click():
    clerk, first = reviewer("clerk"), reviewer("first")
    id_ = applications.enter(of_somebody(1, symptoms="yes"), by=clerk, at=AT).id

    many = applications.approve_many([id_], by=first, at=AT)
    alone = applications.approve(id_, by=first, at=AT)

    assert [(one.code, [found.finding for found in one.findings]) for one in many.stopped] == [
        ("check_to_look_at", [Finding.SOMETHING_DECLARED])
    ]
    assert alone.state == "approved"


def test_what_stops_takes_a_second_person():
    clerk, first, second = reviewer("clerk"), reviewer("first"), reviewer("second")
    line = "护照号码,国籍,姓名,出生日期\nC50078212,法国,MARTIN ANNA,1988-12-03\n"
    filings.import_filings(IncomingFile(line.encode(), "filings.csv"), by=clerk, at=AT)
    id_ = applications.enter(PASSPORT, by=clerk, at=AT).id

    with pytest.raises(Refused, match="filing_differs"):
        applications.approve(id_, by=first, at=AT)
    applications.send_on(id_, by=first, at=AT)
    many = applications.approve_many([id_], by=second, at=AT)
    made = applications.approve(id_, by=second, at=AT)

    assert [one.code for one in many.stopped] == ["with_second_person"]
    assert made.state == "approved"
    assert acts()[-1] == "approved"


def test_an_application_handed_to_another_unit_is_to_be_looked_at_there():
    clerk, supervisor = reviewer("clerk"), staff(Role.SUPERVISOR, AT, name="supervisor", unit=WUHAN)
    id_ = applications.enter(of_somebody(1), by=clerk, at=AT).id

    applications.transfer(id_, JIANGAN, by=supervisor, at=AT)
    (there,) = applications.queue(by=reviewer("there", JIANGAN), at=AT)
    applications.transfer(id_, WUHAN, by=supervisor, at=AT)
    (above,) = applications.queue(by=reviewer("above", WUHAN), at=AT)

    assert (there.clean, above.clean) == (False, True)
    assert Finding.LIVES_ELSEWHERE in [one.finding for one in there.findings]


def test_another_channels_gaps_are_to_be_looked_at():
    clerk = reviewer("clerk")
    file = f"提交时间,证件类型,证件号码,姓名,所在区县\n2020-04-27 08:00,港澳居民来往内地通行证,H94684388,CHAN TAI MAN,{WUCHANG}\n"
    application_imports.import_applications(IncomingFile(file.encode(), "a.csv"), by=clerk, at=AT)

    (line,) = applications.queue(by=clerk, at=AT)

    assert [one.finding for one in line.findings if one.verdict == "look"] == [
        Finding.ADDRESS_MISSING,
        Finding.DECLARATION_MISSING,
        Finding.AGE_NOT_STATED,
    ]


@pytest.mark.parametrize(("sent", "finding"), [({"photo": picture()}, Finding.PHOTO_THERE), ({}, Finding.PHOTO_MISSING)])
def test_who_applies_by_phone_sends_a_photo_or_is_looked_at(sent, finding):
    submit(replace(PERMIT_FORM, **sent))

    (line,) = applications.queue(by=reviewer("first"), at=AT)

    assert [one.finding for one in line.findings if one.check == "photo"] == [finding]
    assert line.clean == (finding is Finding.PHOTO_THERE)
