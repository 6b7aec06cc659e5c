"""Why is my result missing? Told from what is recorded, held and refused of the document, and from who has uploaded since."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import DocumentKind, Outcome, Purpose, Role
from hbcore.services import lab_imports, missing, people, sampling_imports
from hbcore.services.acting import Staff
from hbcore.services.missing import Answer, InstitutionSeen
from hbcore.services.uploads import IncomingFile
from hbcore.storage.engine import access_engine, engine
from hbcore.storage.tables import look_up_event
from tests import standing
from tests.services.applying import AT, reviewer
from tests.standing import LAB, WUCHANG, YICHANG

NUMBER, MISTYPED = "420106199001011231", "420106199001011233"
HEADINGS = "姓名,证件类型,证件号码,采样时间,样本编号,检测结果,结果状态"
LATER = AT + timedelta(hours=2)


@pytest.fixture
def clerk(database: Path) -> Staff:
    standing.institution(AT)
    standing.institution(AT, code="420106L02", name="洪山检验所")
    standing.institution(AT, code="420502L01", name="宜昌检验所", unit=YICHANG)
    return reviewer("clerk", unit=WUCHANG)


def upload(*lines: str, name: str = "a.csv") -> str:
    liaison = standing.staff(Role.LAB_LIAISON, AT, name=f"liaison-{name}", institutions=[LAB])
    report = lab_imports.commit(IncomingFile("\n".join((HEADINGS, *lines)).encode(), name, LAB), by=liaison, at=AT)
    assert report.batch
    return report.batch


def line(*, name: str = "张三", kind: str = "身份证", number: str = NUMBER, outcome: str = "阴性", status: str = "终审") -> str:
    return f"{name},{kind},{number},2020-04-26 09:00,S1,{outcome},{status}"


def of_number(text: str, by: Staff, at_purpose: Purpose = Purpose.OWN_REQUEST) -> Answer:
    return missing.of_number(text, purpose=at_purpose, by=by, at=LATER)


def of_person(by: Staff) -> Answer:
    card = people.find(NUMBER, purpose=Purpose.OWN_REQUEST, by=by, at=LATER)
    assert card
    return missing.of_person(card.id, by=by, at=LATER)


def events() -> list[tuple[str, str, dict[str, object]]]:
    with access_engine().connect() as connection:
        found = connection.execute(sa.select(look_up_event).order_by(look_up_event.c.seq))
        return [(one.act, one.subject, json.loads(one.figures)) for one in found]


def test_a_refused_row_is_found_by_its_number_with_what_was_wrong_and_where(clerk):
    batch = upload(line(outcome="良好"))

    (row,) = of_number(NUMBER, clerk).rows

    assert (row.held, row.row, row.upload, row.institution, row.at) == (False, 2, batch, "武昌医学检验所", AT)
    assert row.problems == (("outcome", "unknown_outcome"),)


def test_a_held_row_of_a_person_is_told_beside_what_is_recorded(clerk):
    upload(line())
    batch = upload(line(name="李四"), name="b.csv")

    answer = of_person(clerk)

    assert [(one.outcome, one.ended_how) for one in answer.results] == [(Outcome.NEGATIVE, None)]
    assert [(one.held, one.upload, one.problems) for one in answer.rows] == [(True, batch, (("name", "name_differs"),))]
    assert not answer.nothing


def test_a_registered_sampling_is_told_with_whether_the_tubes_result_has_come(clerk):
    person = standing.person(NUMBER, AT)
    taken = (AT - timedelta(days=8), AT - timedelta(hours=30), AT - timedelta(hours=2), AT - timedelta(hours=31))
    for number, at in enumerate(taken):
        standing.sampling(person, at, AT, tube=f"T{number}")
    standing.result(person, standing.Sampled(Outcome.NEGATIVE, taken[1], sample_number="T1"), AT)
    standing.result(person, standing.Sampled(Outcome.NEGATIVE, taken[1], sample_number="T2"), AT)  # of the day before

    standing.result(person, standing.Sampled(Outcome.NEGATIVE, taken[2], sample_number="T3"), AT)  # of the day after

    answer = of_person(clerk)

    assert [(one.sample_number, one.sampled_at, one.awaited) for one in answer.samplings] == [
        ("T2", taken[2], True),
        ("T1", taken[1], False),
        ("T3", taken[3], True),
    ]
    assert (answer.samplings[0].site, answer.samplings[0].institution) == ("光谷采样点", "武昌医学检验所")


def test_a_row_of_a_registration_that_was_not_recorded_is_told_too(clerk):
    text = f"姓名,身份证号,采样时间,试管编号\n张三,{NUMBER},早上,T1\n"
    liaison = standing.staff(Role.LAB_LIAISON, AT, name="liaison", institutions=[LAB])
    sampling_imports.commit(IncomingFile(text.encode(), "a.csv"), by=liaison, at=AT)

    (row,) = of_number(NUMBER, clerk).rows

    assert row.problems == (("sampled_at", "not_a_date"),)


READABLE = {
    "the kind is a word nobody knows": (line(kind="某证", outcome="良好"), NUMBER),
    "the kind is another one": (line(kind="港澳通行证", outcome="良好"), NUMBER),
    "blanks and small letters": (line(kind="护照", number="e 1234-5678", outcome="良好"), "E12345678"),
    "a card's renewal digits": (line(kind="回乡证", number="H94684388(01)", outcome="良好"), "h94684388"),
}


@pytest.mark.parametrize("why", READABLE)
def test_a_row_is_found_whatever_its_kind_says_where_its_number_can_be_read(clerk, why):
    row, number = READABLE[why]
    upload(row)

    assert len(of_number(number, clerk).rows) == 1


def test_a_mistyped_number_is_not_found_by_the_right_one_and_nothing_is_said_to_have_come(clerk):
    upload(line(number=MISTYPED))

    assert of_number(NUMBER, clerk).nothing


def test_nobody_elses_rows_are_told(clerk):
    upload(line(outcome="良好"))

    assert of_number("422801196007307804", clerk).nothing


def test_a_recalled_upload_tells_no_rows(clerk):
    upload(line(outcome="良好"))
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE upload SET status = 'recalled'")

    assert of_number(NUMBER, clerk).nothing


def test_the_institutions_of_the_unit_are_told_with_their_last_upload(clerk):
    upload(line(outcome="良好"))

    told = of_number(NUMBER, clerk).institutions
    week_later = missing.of_number(
        NUMBER, purpose=Purpose.OWN_REQUEST, by=clerk, at=AT + missing.LOOKED_BACK + timedelta(hours=1)
    )

    assert told == (InstitutionSeen("武昌医学检验所", AT), InstitutionSeen("洪山检验所", None))
    assert {one.last_at for one in week_later.institutions} == {None}


def test_each_asking_is_one_event_with_its_purpose_and_no_number(clerk):
    upload(line())
    of_person(clerk)
    of_number("422801196007307804", clerk, Purpose.CODE_QUESTION)

    found, of_one, of_nobody = events()

    assert of_one == ("result_sought", found[1], {"purpose": "own_request", "case": None})
    assert of_nobody == ("result_sought", "", {"purpose": "code_question", "case": None})


def test_a_person_must_have_been_looked_up(clerk):
    person = standing.person("E12345678", AT, kind=DocumentKind.PASSPORT)

    with pytest.raises(Refused, match="look_up_first"):
        missing.of_person(person, by=clerk, at=AT)

    assert events() == []


@pytest.mark.sqlite_only  # reads its plans
def test_rows_are_found_by_an_index(database):
    with engine().connect() as connection:
        lines = connection.exec_driver_sql("EXPLAIN QUERY PLAN SELECT status FROM upload_row WHERE document_key = x'00'").all()

    assert ["upload_row_of_document" in one.detail for one in lines] == [True]
