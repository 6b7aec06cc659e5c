"""A person over time: everything recorded, what was corrected or ended too, and look-ups as numbers that name nobody."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from hbcore.domain.applications import ApplicationState
from hbcore.domain.errors import Refused
from hbcore.domain.temperatures import Closed, Done, Measured, ReadingState
from hbcore.domain.vocabulary import Colour, FactKind, Outcome, Purpose, Role
from hbcore.services import (
    applications,
    codes,
    filings,
    gate_undoing,
    lab_imports,
    people,
    policy_publishing,
    sampling_imports,
    temperature_notices,
    temperatures,
    timeline,
)
from hbcore.services.acting import Staff
from hbcore.services.gate_entries import TemperatureEntry
from hbcore.services.temperatures import Whose
from hbcore.services.timeline import CodeEntry, Entry, FactEntry, LookUpEntry, RegistrationEntry, ResultEntry, SamplingEntry, Step
from hbcore.services.uploads import IncomingFile
from hbcore.storage.engine import access_engine, engine
from hbcore.storage.result_rows import RESULTS
from tests import standing
from tests.services.applying import AT, PASSPORT, look_ups, reviewer

HOUR = timedelta(hours=1)
HEADINGS = "姓名,证件类型,证件号码,采样时间,样本编号,检测结果,结果状态"
FILING = "护照号码,国籍,姓名,出生日期,性别,入境日期\nC50078212,FRA,MARTIN ANNA,1988-03-12,male,2020-02-11\n"


def upload(outcome: str, status: str, by: Staff, at_hours: int) -> str:
    line = f"MARTIN ANNA,护照,C50078212,2020-04-26 09:00,S1,{outcome},{status}"
    file = IncomingFile(f"{HEADINGS}\n{line}\n".encode(), f"{status}.csv", standing.LAB)
    report = lab_imports.commit(file, by=by, at=AT + at_hours * HOUR)
    assert report.batch
    return report.batch


@pytest.fixture
def clerk(database: Path) -> Staff:
    return reviewer("clerk")


@pytest.fixture
def liaison(database: Path) -> Staff:
    standing.institution(AT)
    return standing.staff(Role.LAB_LIAISON, AT, name="liaison", institutions=[standing.LAB])


def looked_up(by: Staff, at_hours: int, purpose: Purpose = Purpose.CODE_QUESTION) -> int:
    card = people.find("C50078212", purpose=purpose, by=by, at=AT + at_hours * HOUR)
    assert card
    return card.id


def entries(person: int, by: Staff, at_hours: int, sort: type[Entry]) -> list[Entry]:
    found = timeline.timeline(person, by=by, at=AT + at_hours * HOUR).entries
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    return [one for one in found if isinstance(one, sort)]


def test_a_registration_is_there_step_by_step_with_its_receipt(clerk):
    receipt = applications.enter(PASSPORT, by=clerk, at=AT)
    applications.ask(receipt.id, ["photo_missing"], by=reviewer("second"), at=AT + HOUR)

    asked, submitted = entries(looked_up(clerk, 2), clerk, 2, RegistrationEntry)

    assert (submitted.step, submitted.at, submitted.receipt) == (Step.SUBMITTED, AT, receipt.number)
    assert (asked.state, asked.at, asked.reasons) == (ApplicationState.ASKED, AT + HOUR, ("photo_missing",))


def test_a_corrected_result_is_shown_as_such_with_both_uploads(clerk, liaison):
    first, second = upload("阴性", "终审", liaison, 0), upload("阳性", "更正", liaison, 1)

    new, old = entries(looked_up(clerk, 2), clerk, 2, ResultEntry)

    assert (old.outcome, old.upload, old.ended_how, old.ended_by) == (Outcome.NEGATIVE, first, "corrected", second)
    assert (old.at, old.ended_at, old.institution) == (AT, AT + HOUR, "武昌医学检验所")
    assert (new.outcome, new.upload, new.ended_how) == (Outcome.POSITIVE, second, None)


def test_codes_say_why_then_and_what_made_them_so(clerk, liaison):
    receipt = applications.enter(PASSPORT, by=clerk, at=AT)
    batch = upload("阳性", "终审", liaison, 1)

    red, grey = entries(looked_up(clerk, 2), clerk, 2, CodeEntry)

    assert (grey.colour, grey.at, grey.until_at) == (Colour.GREY, AT, AT + HOUR)
    assert grey.cause == ("application", receipt.number)
    assert (red.colour, red.until_at, red.cause) == (Colour.RED, None, ("upload", batch))
    assert red.reason.zh == "4月26日 采样核酸阳性（武昌医学检验所），尚无治愈或复核排除记录"


def test_a_result_withdrawn_later_still_explains_the_code_of_then(clerk, liaison):
    upload("阳性", "终审", liaison, 0)
    person = looked_up(clerk, 1)
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        session.execute(RESULTS.update().values(ended_at=AT + HOUR, ended_how="withdrawn", ended_by=0))
        codes.decide_again(session, [person], at=AT + HOUR, cause=0)

    (red,) = entries(looked_up(clerk, 2), clerk, 2, CodeEntry)

    assert (red.colour, red.until_at) == (Colour.RED, AT + HOUR)
    assert "武昌医学检验所" in red.reason.zh


def test_a_fact_says_from_when_until_when_by_what(clerk):
    applications.enter(PASSPORT, by=clerk, at=AT)
    person = looked_up(clerk, 1)
    standing.fact(person, FactKind.HOME_OBSERVATION, AT, AT + HOUR, until_at=AT + 24 * HOUR)

    (fact,) = entries(person, clerk, 1, FactEntry)

    assert (fact.kind, fact.at, fact.from_at, fact.until_at) == (FactKind.HOME_OBSERVATION, AT + HOUR, AT, AT + 24 * HOUR)
    assert (fact.source, fact.evidence, fact.ended_at) == ("desk", "-", None)


def test_look_ups_are_numbers_a_day_by_purpose_and_name_nobody(clerk):
    receipt = applications.enter(PASSPORT, by=clerk, at=AT)
    person = looked_up(clerk, 0)
    looked_up(reviewer("someone.else"), 1, Purpose.OWN_REQUEST)
    applications.one(receipt.id, by=clerk, at=AT + HOUR)
    looked_up(clerk, 24)

    found = timeline.timeline(person, by=clerk, at=AT + 24 * HOUR)
    today, before = (one for one in found.entries if isinstance(one, LookUpEntry))

    assert found.look_ups == 4
    assert (today.at, today.by_purpose) == (AT + 24 * HOUR, ((Purpose.CODE_QUESTION, 1),))
    assert before.by_purpose == ((Purpose.APPLICATION, 1), (Purpose.CODE_QUESTION, 1), (Purpose.OWN_REQUEST, 1))
    assert "someone" not in repr(found)


def test_a_timeline_belongs_to_its_look_up_and_leaves_no_event(clerk):
    applications.enter(PASSPORT, by=clerk, at=AT)
    person = looked_up(clerk, 0)

    timeline.timeline(person, by=clerk, at=AT)
    with pytest.raises(Refused, match="look_up_first"):
        timeline.timeline(person, by=reviewer("someone.else"), at=AT)

    assert look_ups() == 1


@pytest.mark.sqlite_only  # reads its plans
def test_it_reads_the_store_of_look_ups_by_its_index(database):
    with access_engine().connect() as connection:
        lines = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT act FROM look_up_event WHERE subject = 'x' AND at > 1"
        ).all()

    assert ["look_up_of_subject" in line.detail for line in lines] == [True]


def test_a_filing_that_differs_is_named_in_the_reason(clerk):
    applications.enter(PASSPORT, by=clerk, at=AT)
    filings.import_filings(IncomingFile(FILING.replace("1988-03-12", "1988-12-03").encode(), "f.csv"), by=clerk, at=AT + HOUR)

    newest, *_ = entries(looked_up(clerk, 2), clerk, 2, CodeEntry)

    assert "出生日期" in newest.reason.zh


def test_it_holds_until_somebody_has_done_or_looked_up_something_or_a_minute_has_passed(clerk):
    applications.enter(PASSPORT, by=clerk, at=AT)
    person = looked_up(clerk, 0)
    first = timeline.timeline(person, by=clerk, at=AT)

    assert first.holds(people.again(person, by=clerk, at=AT), clerk, AT)
    assert not first.holds(people.again(person, by=clerk, at=AT), clerk, AT + timedelta(minutes=1))
    looked_up(clerk, 0)
    assert not first.holds(people.again(person, by=clerk, at=AT), clerk, AT)
    assert timeline.timeline(person, by=clerk, at=AT).look_ups == first.look_ups + 1


def test_a_sampling_waits_for_its_result_and_a_newer_registration_ends_it(clerk, liaison):
    person = standing.person("420106199001011231", AT, name="张三")
    card = people.find("420106199001011231", purpose=Purpose.CODE_QUESTION, by=clerk, at=AT + 3 * HOUR)
    for hours, minute in enumerate((10, 20)):
        line = f"张三,420106199001011231,2020-04-27 08:{minute},T1,东湖采样点"
        text = f"姓名,身份证号,采样时间,试管编号,采样点\n{line}\n"
        sampling_imports.commit(IncomingFile(text.encode(), "a.csv"), by=liaison, at=AT + hours * HOUR)

    newer, older = entries(person, clerk, 3, SamplingEntry)

    assert card
    assert (newer.at, newer.site, newer.sample_number, newer.awaited, newer.ended_at) == (
        AT + HOUR,
        "东湖采样点",
        "T1",
        True,
        None,
    )
    assert (older.at, older.awaited, older.ended_at, older.ended_by) == (AT, False, AT + HOUR, newer.upload)
    shown = people.find("420106199001011231", purpose=Purpose.CODE_QUESTION, by=clerk, at=AT + 3 * HOUR)
    week_later = people.find("420106199001011231", purpose=Purpose.CODE_QUESTION, by=clerk, at=AT + 200 * HOUR)
    assert [one.awaited and one.awaited.sampled_at for one in (shown, week_later) if one] == [newer.sampled_at, None]


def test_a_code_that_rested_on_a_sampling_says_when_that_was(clerk):
    person = standing.person("420106199001011231", AT, name="张三")
    people.find("420106199001011231", purpose=Purpose.CODE_QUESTION, by=clerk, at=AT)
    first, second = (standing.staff(Role.SUPERVISOR, AT, name=name, unit="420000") for name in ("first", "second"))
    policy_publishing.propose_kept("wuhan-2022-09", by=first, at=AT)
    policy_publishing.publish("wuhan-2022-09", valid_from=AT + HOUR, by=second, at=AT)

    standing.sampling(person, AT + HOUR, AT + 2 * HOUR)

    people.find("420106199001011231", purpose=Purpose.CODE_QUESTION, by=clerk, at=AT + 3 * HOUR)
    (code, *_earlier) = entries(person, clerk, 3, CodeEntry)
    assert (code.row, code.reason and code.reason.en) == (
        "green-sampled",
        "Sampled 27 Apr 10:00; counts like a report until 29 Apr 10:00",
    )


def test_abnormal_temperatures_are_there_with_what_became_of_them_and_normal_ones_are_not(clerk):
    gate = standing.staff(Role.CHECKPOINT_STAFF, AT, name="gate", unit=standing.WUCHANG)
    applications.enter(PASSPORT, by=clerk, at=AT)

    def add(first: int, second: int | None, hours: int, *done: Done) -> int:
        measured, at = Measured(first, second, done), AT + hours * HOUR
        return temperatures.add(Whose("C50078212"), measured, "汉口站", by=gate, at=at).id

    add(368, None, 1)
    add(374, 369, 2)
    temperature_notices.close(add(378, 376, 3, Done.REFERRED), Closed.EXCLUDED, by=clerk, at=AT + 4 * HOUR)
    add(376, None, 5)
    gate_undoing.take_back(by=gate, at=AT + 5 * HOUR)

    found = entries(looked_up(clerk, 6), clerk, 6, TemperatureEntry)

    assert [(one.at - AT, one.first, one.second, one.state) for one in found] == [
        (5 * HOUR, 376, None, ReadingState.UNDONE),
        (3 * HOUR, 378, 376, ReadingState.CLOSED),
        (2 * HOUR, 374, 369, ReadingState.NORMAL),
    ]
    assert (found[1].place, found[1].done, found[1].closed_for) == ("汉口站", (Done.REFERRED,), Closed.EXCLUDED)
