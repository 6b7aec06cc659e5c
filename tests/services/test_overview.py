"""What waits for whom: which numbers a role is told, and that each counts what it says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Colour, FactKind, Outcome, Role
from hbcore.services import accounts, audit, desk_state, event_chains, institutions, lab_imports
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.services.overview import Overview, Waits, overview
from hbcore.services.uploads import IncomingFile
from hbcore.storage.engine import engine
from tests import standing
from tests.standing import LAB, WUCHANG, YICHANG, Sampled

AT = datetime(2022, 11, 10, 1, tzinfo=UTC)
FILES = Path(__file__).parents[1] / "data" / "lab"
DAY = timedelta(days=1)


def of(role: Role, name: str = "") -> Staff:
    return standing.staff(role, AT, name=name or str(role), unit=WUCHANG, institutions=[LAB] if role == "lab_liaison" else [])


def seen_by(role: Role, at: datetime = AT) -> Overview:
    return overview(by=of(role), at=at)


@pytest.fixture(autouse=True)
def laboratory(database: Path) -> None:
    standing.institution(AT)


WHAT = """
    role             | numbers
    district_staff   | overdue due_soon recolouring_over alarms to_verify temperatures waiting answered second_review \
                       recolouring proposals asked ending_tonight
    supervisor       | overdue recolouring_over alarms to_verify waiting second_review recolouring proposals to_settle \
                       ending_tonight
    lab_liaison      | alarms rows_held rows_refused uploads_shift
    administrator    | keys one_time without_liaison without_staff suspended accounts disabled
    auditor          | exports lists refusals failed_sign_ins
    security_officer |
    checkpoint_staff |
"""


@pytest.mark.parametrize("line", [line.strip() for line in WHAT.strip().splitlines()[1:]])
def test_what_a_role_is_told(line):
    role, numbers = (cell.strip() for cell in line.split("|"))

    seen = seen_by(Role(role))

    assert list(map(str, seen.numbers)) == numbers.split()
    assert (seen.today is not None) == ("waiting" in numbers)
    assert (seen.yesterday is not None) == (role == "supervisor")
    assert (seen.uploads is not None, seen.chains is not None) == (role == "lab_liaison", role == "auditor")


def test_todays_counts_are_of_ones_own_unit():
    standing.result(standing.person("420106199001011231", AT), Sampled(Outcome.NEGATIVE, AT), AT)

    seen = seen_by(Role.DISTRICT_STAFF)

    assert (seen.today.unit.code, seen.today.figures.results["naat"]["negative"]) == (WUCHANG, 1)


def test_what_changes_by_itself_is_told_for_the_midnight_to_come():
    person, midnight = standing.person("420106199001011231", AT), datetime(2022, 11, 10, 16, tzinfo=UTC)
    standing.fact(person, FactKind.HOME_OBSERVATION, AT - DAY, AT, until_at=midnight)

    seen = seen_by(Role.DISTRICT_STAFF)

    assert [seen.today.figures.codes[one] for one in (Colour.YELLOW, Colour.GREEN)] == [1, 0]
    assert [seen.tonight[one] for one in (Colour.YELLOW, Colour.GREEN)] == [0, 1]


def test_a_supervisor_sees_yesterday_beside_today():
    person = standing.person("420106199001011231", AT)
    standing.result(person, Sampled(Outcome.NEGATIVE, AT - DAY), AT - DAY)
    standing.result(person, Sampled(Outcome.POSITIVE, AT, sample_number="S2"), AT)

    seen = seen_by(Role.SUPERVISOR)

    red, results = Colour.RED, ["negative", "positive"]
    assert (seen.today.figures.codes[red], seen.yesterday.figures.codes[red]) == (1, 0)
    assert [seen.yesterday.figures.results["naat"][one] for one in results] == [1, 0]
    assert [seen.today.figures.results["naat"][one] for one in results] == [0, 1]
    assert (seen.numbers[Waits.TO_VERIFY], seen.numbers[Waits.ALARMS]) == (1, 0)


def test_a_liaison_sees_the_uploads_of_the_shift():
    liaison = of(Role.LAB_LIAISON)
    name = "clean_utf8.csv"
    lab_imports.commit(IncomingFile((FILES / name).read_bytes(), name, LAB), by=liaison, at=AT)

    counted = [overview(by=liaison, at=at).numbers[Waits.UPLOADS_SHIFT] for at in (AT, AT + DAY)]

    assert counted == [1, 0]


def test_the_administrator_sees_who_cannot_work_yet_and_what_nobody_works_for():
    by = of(Role.ADMINISTRATOR)
    standing.institution(AT, "420502L01", "宜昌第三检验中心", YICHANG)
    standing.institution(AT, "420502L02", "停业的检验所", YICHANG)
    institutions.suspend("420502L02", "停业", by=by, at=AT)
    of(Role.LAB_LIAISON)
    of(Role.LAB_LIAISON, "gone")
    of(Role.DISTRICT_STAFF)
    accounts.disable_staff("gone", by=by, at=AT)
    accounts.add_with_one_time_password(NewAccount("new", Role.AUDITOR), by=by, at=AT)

    numbers = overview(by=by, at=AT).numbers

    told = {Waits.ACCOUNTS: 3, Waits.ONE_TIME: 1, Waits.DISABLED: 1, Waits.WITHOUT_LIAISON: 1, Waits.SUSPENDED: 1}
    assert {what: numbers[what] for what in told} == told
    assert desk_state.institutions_without_liaison(by=by, at=AT) == ("420502L01",)
    unstaffed = desk_state.units_without_staff(by=by, at=AT)
    assert len(unstaffed) == numbers[Waits.WITHOUT_STAFF] == 16
    assert {"420500", "429004", "429021"} <= set(unstaffed)
    assert not {"420000", "420100", "429000", WUCHANG} & set(unstaffed)


def test_a_disabled_liaison_or_reviewer_works_for_nobody():
    by = of(Role.ADMINISTRATOR)
    for role in (Role.LAB_LIAISON, Role.DISTRICT_STAFF):
        accounts.disable_staff(of(role).name, by=by, at=AT)

    numbers = overview(by=by, at=AT).numbers

    assert (numbers[Waits.WITHOUT_LIAISON], numbers[Waits.WITHOUT_STAFF]) == (1, 17)


def test_the_auditor_sees_refusals_since_yesterday_and_the_newest_verification():
    by, other = of(Role.AUDITOR), of(Role.CHECKPOINT_STAFF)
    midnight = datetime(2022, 11, 8, 16, tzinfo=UTC)  # in Shanghai
    for at in (midnight - timedelta(seconds=1), midnight, AT):
        with pytest.raises(Refused, match="not_allowed"):
            accounts.listed(by=other, at=at)
    event_chains.verify(by=by, at=AT)

    seen = overview(by=by, at=AT)

    assert seen.numbers[Waits.REFUSALS] == 2
    assert (seen.chains.events, seen.chains.look_ups) == (4, 0)
    assert (seen.chains.last.at, seen.chains.last.broken) == (AT, {})


def test_refusals_of_long_ago_are_not_counted():
    by, other = of(Role.AUDITOR), of(Role.CHECKPOINT_STAFF)
    for _ in range(3):
        with pytest.raises(Refused):
            accounts.listed(by=other, at=AT)

    assert overview(by=by, at=AT).numbers[Waits.REFUSALS] == 3
    with Session(engine()) as session:
        assert desk_state.refused_in(session, AT + DAY + DAY)[audit.Act.REFUSED] == 0


def test_the_auditor_is_told_of_lists_and_bursts_of_seven_days():
    by = of(Role.AUDITOR)
    first = datetime(2022, 11, 3, 16, tzinfo=UTC)  # midnight in Shanghai, six days before
    for at in (first - timedelta(seconds=1), first, AT):
        for act in (audit.Act.FACT_LIST_PROPOSED, audit.Act.FACT_LIST_REFUSED, audit.Act.FACT_BURST_PROPOSED):
            audit.record_alone(act, by=by, at=at, subject="fact_list")
        audit.record_alone(audit.Act.FACT_PROPOSED, by=by, at=at, subject="fact_list 1")

    assert overview(by=by, at=AT).numbers[Waits.LISTS] == 6


def test_what_was_told_is_told_again_until_something_is_done():
    by = of(Role.ADMINISTRATOR)
    first = overview(by=by, at=AT)

    again = overview(by=by, at=AT + timedelta(seconds=59), before=first)
    accounts.add_staff(NewAccount("new", Role.AUDITOR), "three blue herons", by=by, at=AT)
    anew = overview(by=by, at=AT, before=first)

    assert again is first
    assert anew.numbers[Waits.ACCOUNTS] == first.numbers[Waits.ACCOUNTS] + 1


def test_a_supervisor_sees_how_many_held_rows_of_the_unit_wait():
    liaison, supervisor = of(Role.LAB_LIAISON), of(Role.SUPERVISOR)
    cells = ("张三,420106199001011231,2022-11-09 07:00,S1,阴性", "张三,420106199001011231,2022-11-09 07:00,S1,阳性")
    text = "\n".join(("姓名,身份证号,采样时间,样本编号,检测结果", *cells))

    lab_imports.commit(IncomingFile(text.encode(), "a.csv", LAB), by=liaison, at=AT)

    assert overview(by=supervisor, at=AT).numbers[Waits.TO_SETTLE] == 2
