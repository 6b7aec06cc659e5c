"""Daily counts: what they say, whose they are, and that the counters equal a plain count of the rows behind them."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.applications import ApplicationState, FilingCheck
from hbcore.domain.counting import DayOf
from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.vocabulary import PROVINCE, Assay, FactKind, Outcome, Role
from hbcore.services import audit, counts_over_days, daily_counts
from hbcore.services.acting import Staff
from hbcore.services.daily_counts import DayCounts
from hbcore.services.lab_imports import commit
from hbcore.services.uploads import IncomingFile
from hbcore.storage.engine import engine
from hbcore.storage.look_up_rows import APPLICATIONS
from tests import standing
from tests.standing import JIANGAN, LAB, WUCHANG, YICHANG, Sampled

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
TODAY, YESTERDAY = date(2020, 11, 23), date(2020, 11, 22)
WUHAN = "420100"
RESIDENTS = ("420106199001011231", "422801196007307804", "422801195806030309")
FILES = Path(__file__).parents[1] / "data" / "lab"


def ago(hours: float) -> datetime:
    return AT - timedelta(hours=hours)


@pytest.fixture
def supervisor(database: Path) -> Staff:
    standing.institution(AT)
    return standing.staff(Role.SUPERVISOR, AT, unit=PROVINCE)


def counted(by: Staff, on: date = TODAY, at: datetime = AT, **more: object) -> DayCounts:
    return daily_counts.count_day(on, by=by, at=at, **more)  # type: ignore[arg-type]


def some(figures: dict[str, int]) -> dict[str, int]:
    """The figures that are not 0; of results only 人次, people and tubes are asked for by name."""
    return {name: n for name, n in figures.items() if n and name not in ("people", "tubes")}


def in_rows(counts: DayCounts) -> dict[str, dict[str, int]]:
    return {row.code: shown for row in counts.rows if (shown := some(row.figures.results["naat"]))}


def test_a_page_drawn_again_is_told_the_same_until_something_is_done_or_the_minute_is_over(supervisor):
    def seen(before: daily_counts.DaySeen | None, at: datetime = AT, unit: str = PROVINCE) -> daily_counts.DaySeen:
        asked = {"unit": unit, "by_institution": False, "day_of": DayOf.RECORDED}
        return daily_counts.day_seen(TODAY, by=supervisor, at=at, seen=before, **asked)

    first = seen(None)
    assert seen(first, AT + timedelta(seconds=59)) is first
    assert seen(first, AT + timedelta(minutes=1)) is not first
    assert seen(first, unit=WUHAN).counts.unit.code == WUHAN
    person = standing.person(RESIDENTS[0], AT, unit=WUCHANG)
    standing.result(person, Sampled(Outcome.NEGATIVE, ago(24)), AT, unit=WUCHANG)
    assert seen(first) is first
    audit.record_alone(audit.Act.REFUSED, by=supervisor, at=AT, subject="whatever", figures={})

    assert seen(first).counts.figures.results["naat"]["negative"] == 1
    with pytest.raises(Refused, match="not_your_unit"):
        daily_counts.day_seen(
            TODAY,
            unit=PROVINCE,
            by_institution=False,
            day_of=DayOf.RECORDED,
            by=standing.staff(Role.SUPERVISOR, AT, name="of wuhan", unit=WUHAN),
            at=AT,
            seen=first,
        )


def test_a_result_counts_for_its_persons_unit_and_all_above_it(supervisor):
    person = standing.person(RESIDENTS[0], AT, unit=WUCHANG)
    standing.result(person, Sampled(Outcome.NEGATIVE, ago(24)), AT, unit=WUCHANG)

    expected = {PROVINCE: {WUHAN: {"negative": 1}}, WUHAN: {WUCHANG: {"negative": 1}}, WUCHANG: {WUCHANG: {"negative": 1}}}

    for unit, rows in expected.items():
        counts = counted(supervisor, unit=unit)
        assert some(counts.figures.results["naat"]) == {"negative": 1}
        assert in_rows(counts) == rows
        assert some(counts.figures.codes) == {"green": 1}
    assert some(counted(supervisor, unit=YICHANG).figures.results["naat"]) == {}


def test_a_person_of_unknown_unit_is_counted_for_the_province_alone(supervisor):
    person = standing.person(RESIDENTS[0], AT, unit="")
    standing.result(person, Sampled(Outcome.NEGATIVE, ago(24)), AT, unit="")

    counts = counted(supervisor)

    assert (counts.rows[-1].code, counts.rows[-1].name.zh) == ("", "未知辖区")
    assert some(counts.rows[-1].figures.codes) == {"green": 1}
    assert some(counted(supervisor, unit=WUHAN).figures.codes) == {}


DAYS = [
    (DayOf.RECORDED, TODAY, {"negative": 1}),
    (DayOf.RECORDED, YESTERDAY, {}),
    (DayOf.SAMPLED, date(2020, 11, 21), {"negative": 1}),
    (DayOf.REPORTED, YESTERDAY, {"negative": 1}),
]


@pytest.mark.parametrize(("day_of", "on", "results"), DAYS)
def test_a_result_counts_on_the_day_asked_for(supervisor, day_of, on, results):
    person = standing.person(RESIDENTS[0], AT)
    # 16:30 in London is past midnight here: the day is Shanghai's (S39).
    sampled, reported = datetime(2020, 11, 20, 16, 30, tzinfo=UTC), datetime(2020, 11, 21, 16, 30, tzinfo=UTC)
    standing.result(person, Sampled(Outcome.NEGATIVE, sampled, reported_at=reported), AT)

    assert some(counted(supervisor, on, day_of=day_of).figures.results["naat"]) == results


def test_a_code_that_changes_by_itself_moves_in_the_counts_with_no_write(supervisor):
    person = standing.person(RESIDENTS[0], AT)
    standing.fact(person, FactKind.HOME_OBSERVATION, ago(24), AT)

    shown = [some(counted(supervisor, at=at, on=daily_counts.shanghai_day(at)).figures.codes) for at in (AT, ago(-24 * 13 - 1))]

    assert shown == [{"yellow": 1}, {"green": 1}]


def test_a_day_gone_by_keeps_the_codes_of_its_end(supervisor):
    person = standing.person(RESIDENTS[0], ago(30))
    standing.result(person, Sampled(Outcome.NEGATIVE, ago(48)), ago(30))
    standing.result(person, Sampled(Outcome.POSITIVE, ago(3), sample_number="S2"), AT)

    yesterday, today = (counted(supervisor, on) for on in (YESTERDAY, TODAY))

    assert (some(yesterday.figures.codes), some(today.figures.codes)) == ({"green": 1}, {"red": 1})
    assert (yesterday.as_at, today.as_at) == (datetime(2020, 11, 22, 15, 59, 59, tzinfo=UTC), AT)


APPLIED = """
    state          | submitted | decided | asked | due  | yesterday counted             | today counted
    waiting        | 2         |         |       | -22  |                               | submitted waiting
    waiting        | 25        |         |       | 1    | submitted waiting             | waiting overdue
    second_review  | 25        |         |       | 1    | submitted waiting             | waiting overdue
    asked          | 25        |         | 20    |      | submitted asked               | asked
    asked          | 25        |         | 2     |      | submitted waiting             | asked
    approved       | 25        | 2       |       | 1    | submitted waiting             | approved
    approved       | 25        | 20      |       | 1    | submitted approved            |
    refused        | 3         | 2       |       | -21  |                               | submitted refused
    withdrawn      | 25        |         |       |      | submitted                     |
"""


@pytest.mark.parametrize("line", [line.strip() for line in APPLIED.strip().splitlines()[1:]])
def test_what_an_application_counts_as(supervisor, line):
    state, submitted, decided, asked, due, *expected = (cell.strip() for cell in line.split("|"))
    apply(state, *(ago(float(hours)) if hours else None for hours in (submitted, decided, asked, due)))

    shown = [some(counted(supervisor, on).figures.applications) for on in (YESTERDAY, TODAY)]

    assert shown == [dict.fromkeys(words.split(), 1) for words in expected]


def apply(state: str, submitted: datetime | None, decided: datetime | None, asked: datetime | None, due: datetime | None) -> None:
    values = dict(id=7, receipt="A", secret_hash=b"-", person_id=1, unit=WUCHANG, state=str(ApplicationState(state)))
    values |= dict(channel="counter", document_kind="passport", document_key=b"-", country="FRA", sealed=b"-", key_version=1)
    values |= dict(filing_check=str(FilingCheck.AGREES), filing_fields="[]", submitted_at=submitted, due_at=due, reasons="[]")
    values |= dict(recorded_at=submitted, decided_at=decided, decided_by=1 if decided else None, asked_at=asked)
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(APPLICATIONS.insert().values(**values))


def test_rows_by_institution_add_up_to_the_results_of_the_whole(supervisor):
    standing.institution(AT, code="420502L01", name="宜昌检验所", unit=YICHANG)
    for number, lab in zip(RESIDENTS, (LAB, LAB, "420502L01"), strict=True):
        standing.result(standing.person(number, AT), Sampled(Outcome.NEGATIVE, ago(24), institution=lab), AT)

    counts = counted(supervisor, by_institution=True)

    assert {row.name.zh: some(row.figures.results["naat"]) for row in counts.rows} == {
        "武昌医学检验所": {"negative": 2},
        "宜昌检验所": {"negative": 1},
    }


def test_a_unit_outside_ones_own_is_refused(database):  # S10
    wuchang = standing.staff(Role.DISTRICT_STAFF, AT, unit=WUCHANG)

    for unit in (JIANGAN, WUHAN, PROVINCE):
        with pytest.raises(Refused, match="not_your_unit"):
            counted(wuchang, unit=unit)
    assert counted(wuchang).unit.code == WUCHANG


def test_a_day_that_has_not_begun_is_refused(supervisor):
    with pytest.raises(Refused, match="day_ahead"):
        counted(supervisor, date(2020, 11, 24))


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.DISTRICT_STAFF, Role.SUPERVISOR)])
def test_other_roles_count_nothing(database, role):  # S08
    with pytest.raises(Refused, match="not_allowed"):
        counted(standing.staff(role, AT, name="someone.else", unit=WUCHANG))


def test_counters_equal_a_plain_count_after_several_imports(supervisor):
    at = datetime(2022, 11, 10, 1, tzinfo=UTC)
    liaison = standing.staff(Role.LAB_LIAISON, at, name="liaison", institutions=[LAB])
    for hours, name in enumerate(("clean_utf8.csv", "pooled_tubes.csv", "corrected_1.csv", "corrected_2.csv", "antibody.csv")):
        commit(IncomingFile((FILES / name).read_bytes(), name, LAB), by=liaison, at=at + timedelta(hours=hours))
    later = at + timedelta(hours=6)

    for on, moment in ((date(2022, 11, 10), later), (date(2022, 11, 20), later + timedelta(days=10))):
        counts = counted(supervisor, on, at=moment)
        assert some(counts.figures.codes) == plain_codes(moment)
    counts = counted(supervisor, date(2022, 11, 10), at=later)
    assert {assay: found for assay, of in counts.figures.results.items() if (found := some(of))} == plain_results()
    assert len(plain_results()) > 1


def plain_codes(at: datetime) -> dict[str, int]:
    with engine().connect() as connection:
        rows = connection.execute(
            sa.text(
                "SELECT colour, count(*) FROM code_segment"
                " WHERE from_at <= :at AND (until_at IS NULL OR until_at > :at) GROUP BY colour"
            ),
            {"at": micros(at)},
        )
        return {colour: n for colour, n in rows}


def plain_results() -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {str(assay): Counter() for assay in Assay}
    with engine().connect() as connection:
        for assay, outcome, how in connection.execute(sa.text("SELECT assay, outcome, ended_how FROM result")):
            found[assay][how or outcome] += 1
    return {assay: dict(counts) for assay, counts in found.items() if counts}


def swabbed(counts: DayCounts) -> dict[str, tuple[int, int]]:
    figures = {"": counts.figures, **{row.code: row.figures for row in counts.rows}}
    found = {place: (one.results["naat"]["people"], one.results["naat"]["tubes"]) for place, one in figures.items()}
    return {place: n for place, n in found.items() if any(n)}


def test_who_was_tested_at_two_institutions_counts_once_in_each_and_once_in_all(supervisor):
    standing.institution(AT, code="420502L01", name="宜昌检验所", unit=YICHANG)
    both, other = (standing.person(number, AT) for number in RESIDENTS[:2])
    for who, lab in ((both, LAB), (other, LAB), (both, "420502L01")):
        standing.result(who, Sampled(Outcome.NEGATIVE, ago(24), institution=lab), AT)

    assert swabbed(counted(supervisor, by_institution=True)) == {"": (2, 2), LAB: (2, 1), "420502L01": (1, 1)}
    assert swabbed(counted(supervisor)) == {"": (2, 2), WUHAN: (2, 2)}


def test_over_days_each_day_says_what_its_own_page_says(supervisor):
    first = standing.person(RESIDENTS[0], ago(50))
    standing.result(first, Sampled(Outcome.NEGATIVE, ago(52)), ago(50))
    standing.fact(first, FactKind.HOME_OBSERVATION, ago(30), ago(30), until_at=ago(5))
    standing.result(standing.person(RESIDENTS[1], AT), Sampled(Outcome.POSITIVE, ago(24), sample_number="S2"), AT)
    apply("approved", ago(25), ago(2), None, ago(1))

    span = counts_over_days.count_days(TODAY - timedelta(days=91), TODAY, by=supervisor, at=AT)

    assert len(span.days) == 92
    for day in span.days[-5:]:
        whole = counted(supervisor, day.on).figures
        assert (day.results, day.codes) == (whole.results, whole.codes)
        assert day.applications == {name: whole.applications[name] for name in ("submitted", "approved", "refused")}
    assert [some(day.codes) for day in span.days[-4:]] == [{}, {"green": 1}, {"yellow": 1}, {"green": 1, "red": 1}]


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [(-92, 0, "span_too_long"), (0, -1, "days_turned_round"), (0, 1, "day_ahead"), (-30_000, 0, "too_old")],
)
def test_a_span_that_cannot_be_counted_is_refused(supervisor, first, last, why):
    days = (TODAY + timedelta(days=more) for more in (first, last))

    with pytest.raises(Refused, match=why):
        counts_over_days.count_days(*days, by=supervisor, at=AT)


def test_a_span_outside_ones_own_unit_is_refused(database):  # S10
    wuchang = standing.staff(Role.DISTRICT_STAFF, AT, unit=WUCHANG)

    with pytest.raises(Refused, match="not_your_unit"):
        counts_over_days.count_days(TODAY, TODAY, unit=WUHAN, by=wuchang, at=AT)
