"""Alarms: what is one, from when on, what ends it, whom it is shown to, and who looks after it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.alarms import BURST, AlarmKind
from hbcore.domain.errors import Refused
from hbcore.domain.recolouring_grounds import Ground
from hbcore.domain.vocabulary import PROVINCE, Assay, FactKind, Outcome, Role
from hbcore.services import alarms, applications, event_chains, lab_imports, recolouring, recolouring_entry
from hbcore.services.acting import Staff
from hbcore.services.recolouring_entry import Stated
from hbcore.services.uploads import IncomingFile
from hbcore.storage.engine import access_engine, engine
from tests import standing
from tests.services import requesting
from tests.services.applying import PASSPORT, PERMIT, look_ups, reviewer
from tests.standing import JIANGAN, LAB, WUCHANG, Sampled

AT = datetime(2020, 4, 27, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
RESIDENT, OTHER = "420106199001011231", "422801196007307804"
FILES = Path(__file__).parents[1] / "data" / "lab"


@pytest.fixture(autouse=True)
def laboratory(database: Path) -> None:
    standing.institution(AT)


@pytest.fixture
def supervisor() -> Staff:
    return standing.staff(Role.SUPERVISOR, AT, unit=WUCHANG)


def counts(by: Staff, at: datetime) -> dict[str, int]:
    """The kinds of which there is something."""
    return {str(kind): n for kind, n in alarms.seen_now((), by=by, at=at).counts.items() if n}


def positive(number: str = RESIDENT, sampled: Sampled | None = None, *, unit: str = WUCHANG) -> int:
    person = standing.person(number, AT, unit=unit)
    standing.result(person, sampled or Sampled(Outcome.POSITIVE, AT - 10 * HOUR), AT, unit=unit)
    return person


def test_a_new_positive_is_to_be_verified_and_an_alarm_after_48_hours(supervisor):
    positive()

    seen = [counts(supervisor, AT + after * HOUR) for after in (0, 48)]
    late = counts(supervisor, AT + 48 * HOUR + timedelta(seconds=1))

    assert seen == [{"to_verify": 1}, {"to_verify": 1}]
    assert late == {"unclassified": 1}


CLASSIFIES = """
    fact               | begins, in hours from sampling | positive stands as
    confirmed          | 1                              | classified
    asymptomatic       | 1                              | classified
    suspected          | 1                              | classified
    positive_excluded  | 1                              | classified
    recovered          | 1                              | classified
    confirmed          | -9                             | classified, dated by day
    confirmed          | -200                           | classified, a case at sampling
    positive_excluded  | -200                           | open
    recovered          | -200                           | open
    close_contact      | 1                              | open
    fever              | 1                              | open
    released           | 1                              | open
"""


@pytest.mark.parametrize("line", [line.strip() for line in CLASSIFIES.strip().splitlines()[1:]])
def test_what_says_what_a_positive_was(supervisor, line):
    kind, hours, stands = (cell.strip() for cell in line.split("|"))
    sampled_at = datetime(2020, 4, 26, 10, tzinfo=UTC)
    person = positive(sampled=Sampled(Outcome.POSITIVE, sampled_at))

    standing.fact(person, FactKind(kind), sampled_at + int(hours) * HOUR, AT)

    assert counts(supervisor, AT + 60 * HOUR) == ({} if stands.startswith("classified") else {"unclassified": 1})


def test_a_positive_after_recovery_is_a_new_one(supervisor):
    person = positive()
    standing.fact(person, FactKind.CONFIRMED, AT - 900 * HOUR, AT)
    standing.fact(person, FactKind.RECOVERED, AT - 400 * HOUR, AT)

    assert counts(supervisor, AT + 60 * HOUR) == {"unclassified": 1}


def test_a_case_that_others_have_recovered_from_still_stands(supervisor):
    person, other = positive(), standing.person(OTHER, AT)
    standing.fact(person, FactKind.CONFIRMED, AT - 900 * HOUR, AT)
    standing.fact(other, FactKind.RECOVERED, AT - 400 * HOUR, AT)

    assert counts(supervisor, AT + 60 * HOUR) == {}


@pytest.mark.parametrize(
    ("assay", "outcome"), [(Assay.IGG, Outcome.POSITIVE), (Assay.ANTIGEN, Outcome.POSITIVE), (Assay.NAAT, Outcome.INCONCLUSIVE)]
)
def test_other_findings_are_no_alarm(supervisor, assay, outcome):
    positive(sampled=Sampled(outcome, AT, assay=assay))

    assert counts(supervisor, AT + 60 * HOUR) == {}


RETESTED = """
    outcome       | single | hours later | alarm
    negative      | yes    | 5           | no
    positive      | yes    | 5           | no
    negative      | no     | 5           | yes
    inconclusive  | yes    | 5           | yes
    negative      | yes    | -5          | yes
"""


@pytest.mark.parametrize("line", [line.strip() for line in RETESTED.strip().splitlines()[1:]])
def test_a_pooled_positive_is_an_alarm_after_24_hours_until_retested_alone(supervisor, line):
    outcome, single, hours, alarm = (cell.strip() for cell in line.split("|"))
    person = positive(sampled=Sampled(Outcome.POOLED_POSITIVE, AT, single=False))
    assert counts(supervisor, AT + 24 * HOUR) == {}
    assert counts(supervisor, AT + 25 * HOUR) == {"not_retested": 1}

    later = Sampled(Outcome(outcome), AT + int(hours) * HOUR, single=single == "yes", sample_number="S2")
    standing.result(person, later, AT + 20 * HOUR)

    assert counts(supervisor, AT + 25 * HOUR).get("not_retested", 0) == (alarm == "yes")


def test_a_mismatch_is_an_alarm_once_it_has_waited_24_hours_for_us(supervisor):
    entered = applications.enter(PASSPORT, by=reviewer("clerk"), at=AT)
    with engine().begin() as connection:
        connection.execute(sa.text("UPDATE application SET filing_check = 'differs'"))

    assert counts(supervisor, AT + 24 * HOUR) == {}
    assert counts(supervisor, AT + 25 * HOUR) == {"mismatch": 1}
    (line,) = alarms.seen_now([AlarmKind.MISMATCH], by=supervisor, at=AT + 25 * HOUR).lines
    assert (line.receipt, line.name, line.number) == (entered.number, "MARTIN A***", "C500****")
    assert line.due_at == AT + 24 * HOUR


def test_more_overdue_applications_than_a_burst_are_one_alarm_of_their_unit(supervisor):
    clerk = reviewer("clerk")
    for place in range(BURST):
        applications.enter(replace(PERMIT, document_number=f"H{10_000_000 + place}"), by=clerk, at=AT)
    assert counts(supervisor, AT + 25 * HOUR) == {}

    applications.enter(PERMIT, by=clerk, at=AT)

    (line,) = alarms.seen_now([AlarmKind.OVERDUE_BURST], by=supervisor, at=AT + 25 * HOUR).lines
    assert (line.unit, line.n, line.since) == (WUCHANG, BURST + 1, AT + 24 * HOUR)


def test_a_broken_chain_is_the_provinces_alarm_until_it_is_verified_whole():
    auditor = standing.staff(Role.AUDITOR, AT, name="auditor")
    province, district = (standing.staff(Role.SUPERVISOR, AT, name=f"s{unit}", unit=unit) for unit in (PROVINCE, WUCHANG))
    standing.staff(Role.ADMINISTRATOR, AT, name="admin")
    event_chains.verify(by=auditor, at=AT)
    assert counts(province, AT) == {}
    with engine().begin() as connection:
        connection.execute(sa.text("UPDATE event SET subject = 'other' WHERE seq = 1"))

    event_chains.verify(by=auditor, at=AT)

    assert [counts(one, AT) for one in (province, district)] == [{"chain_broken": 1}, {}]
    with engine().begin() as connection:
        connection.execute(sa.text("UPDATE event SET subject = '' WHERE seq = 1"))
    event_chains.verify(by=auditor, at=AT)
    assert counts(province, AT) == {}


def test_alarms_are_those_of_ones_own_unit_and_below_and_of_nowhere_the_provinces():
    positive(RESIDENT, unit=WUCHANG)
    positive(OTHER, unit="")
    by_unit = {unit: standing.staff(Role.DISTRICT_STAFF, AT, name=f"d{unit}", unit=unit) for unit in (WUCHANG, JIANGAN, PROVINCE)}

    assert [counts(by, AT).get("to_verify", 0) for by in by_unit.values()] == [1, 0, 2]


def test_a_positive_names_its_upload_and_is_masked():
    liaison = standing.staff(Role.LAB_LIAISON, AT, name="liaison", institutions=[LAB])
    text = "姓名,身份证号,采样时间,样本编号,检测结果\n张三,420106199001011231,2020-04-26 14:00,S1,阳性\n"
    report = lab_imports.commit(IncomingFile(text.encode(), "a.csv", LAB), by=liaison, at=AT)
    district = standing.staff(Role.DISTRICT_STAFF, AT, name="district", unit=WUCHANG)

    (line,) = alarms.seen_now([AlarmKind.TO_VERIFY], by=district, at=AT).lines

    assert (line.name, line.number, line.upload) == ("张*", "420106********1231", report.batch)
    assert line.due_at == AT + 24 * HOUR


def test_as_many_lines_as_are_counted(supervisor):
    positive()
    positive(OTHER, Sampled(Outcome.POOLED_POSITIVE, AT, single=False))

    for at in (AT, AT + 30 * HOUR, AT + 60 * HOUR):
        seen = alarms.seen_now(list(AlarmKind), by=supervisor, at=at)
        assert {kind: sum(line.kind == kind for line in seen.lines) for kind in AlarmKind} == seen.counts


def test_a_list_is_one_look_up_and_the_same_people_again_are_none(supervisor):
    positive()

    first = alarms.seen_now([AlarmKind.TO_VERIFY], by=supervisor, at=AT)
    again = alarms.seen_now([AlarmKind.TO_VERIFY], by=supervisor, at=AT, before=first)
    later = alarms.seen_now([AlarmKind.TO_VERIFY], by=supervisor, at=AT + HOUR, before=first)

    assert again is first
    assert later.lines == first.lines
    assert look_ups() == 1
    positive(OTHER)
    alarms.seen_now([AlarmKind.TO_VERIFY], by=supervisor, at=AT + 2 * HOUR, before=later)
    assert look_ups() == 2
    with access_engine().connect() as connection:
        said = connection.execute(sa.text("SELECT subject, figures FROM look_up_event ORDER BY seq")).all()
    assert said[0] == (f"alarms of unit {WUCHANG}", '{"people": 1, "purpose": "count_check"}')


def test_one_looks_after_an_alarm_and_another_is_told(supervisor):
    positive()
    other = standing.staff(Role.SUPERVISOR, AT, name="other", unit=WUCHANG)
    (line,) = alarms.seen_now([AlarmKind.TO_VERIFY], by=supervisor, at=AT).lines

    alarms.take(line.kind, line.subject, " 已致电检测机构 ", instead_of=None, by=supervisor, at=AT)

    with pytest.raises(Refused, match="alarm_taken"):
        alarms.take(line.kind, line.subject, "我来", instead_of=None, by=other, at=AT)
    (line,) = alarms.seen_now([AlarmKind.TO_VERIFY], by=other, at=AT).lines
    assert (line.taken.by, line.taken.note, line.taken.at) == ("li.jing", "已致电检测机构", AT)
    alarms.take(line.kind, line.subject, "我来", instead_of=line.taken.by_id, by=other, at=AT)
    (line,) = alarms.seen_now([AlarmKind.TO_VERIFY], by=supervisor, at=AT).lines
    assert line.taken.by == "other"
    with engine().connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM event WHERE act = 'alarm_taken'")).scalar() == 2
        assert "致电" not in str(
            connection.execute(sa.text("SELECT alarm_seen.sealed, event.subject, event.figures FROM event, alarm_seen")).all()
        )


def test_what_is_no_alarm_of_ones_own_unit_cannot_be_taken(supervisor):
    positive(unit=JIANGAN)
    elsewhere = standing.staff(Role.SUPERVISOR, AT, name="elsewhere", unit=JIANGAN)
    (line,) = alarms.seen_now([AlarmKind.TO_VERIFY], by=elsewhere, at=AT).lines

    with pytest.raises(Refused, match="alarm_gone"):
        alarms.take(line.kind, line.subject, "", instead_of=None, by=supervisor, at=AT)
    with pytest.raises(Refused, match="note_too_long"):
        alarms.take(line.kind, line.subject, "长" * 201, instead_of=None, by=elsewhere, at=AT)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.CHECKPOINT_STAFF])
def test_other_roles_see_no_alarms(role):
    with pytest.raises(Refused, match="not_allowed"):
        alarms.seen_now([], by=standing.staff(role, AT), at=AT)


def test_a_recolouring_request_is_an_alarm_once_its_48_hours_are_over_and_the_clock_stands_while_the_person_is_asked(supervisor):
    entering, reviewing, _ = requesting.desk()
    at = requesting.AT
    person = requesting.looked_up(requesting.quarantined(tested=False), entering)
    request = recolouring_entry.enter(person, Ground.RELEASED, Stated(), by=entering, at=at).id

    seen = [counts(supervisor, at + after).get("recolouring_overdue") for after in (47 * HOUR, 48 * HOUR)]
    (line,) = alarms.seen_now((AlarmKind.RECOLOURING_OVERDUE,), by=supervisor, at=at + 48 * HOUR).lines
    recolouring.ask(request, ["image"], by=reviewing, at=at + 48 * HOUR)

    assert seen == [None, 1]
    assert (line.request, line.since, line.unit) == (request, at + 48 * HOUR, WUCHANG)
    assert "*" in line.name
    assert "recolouring_overdue" not in counts(supervisor, at + 60 * HOUR)
