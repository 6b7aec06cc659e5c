"""Every number opens its rows: as many as the number says, masked, and one look-up event for each opening."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings

from hbcore.domain.applications import ApplicationState
from hbcore.domain.counting import OUTCOMES, RESULT_FIGURES, ApplicationFigure, DayOf, gross, net
from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import PROVINCE, Assay, Colour, FactKind, Outcome, Role
from hbcore.services.acting import Staff
from hbcore.services.behind_figures import ApplicationsWanted, ColourWanted, ResultsWanted, Wanted
from hbcore.services.clock import day_of
from hbcore.services.counted_rows import counted_rows
from hbcore.services.daily_counts import DayCounts, count_day
from hbcore.storage.engine import access_engine
from hbcore.storage.tables import look_up_event
from tests import standing
from tests.services.counter_histories import HISTORIES, RUNS, Desk
from tests.services.test_counters import JOINED, MOVED_BETWEEN
from tests.services.test_daily_counts import APPLIED, apply
from tests.standing import LAB, WUCHANG, YICHANG, Sampled

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
TODAY, YESTERDAY = date(2020, 11, 23), date(2020, 11, 22)
NUMBERS = ("420106199001011231", "422801196007307804", "422801195806030309")


def ago(hours: float) -> datetime:
    return AT - timedelta(hours=hours)


@pytest.fixture
def supervisor(database: Path) -> Staff:
    standing.institution(AT)
    return standing.staff(Role.SUPERVISOR, AT, unit=PROVINCE)


def naat(figure: str, **more: object) -> ResultsWanted:
    return ResultsWanted(TODAY, DayOf.RECORDED, Assay.NAAT, figure, **more)  # type: ignore[arg-type]


def of_results(counts: DayCounts) -> Iterator[tuple[Wanted, int]]:
    """Every figure of results of a day, of its whole and of its rows, and what it says."""
    places = [({"unit": counts.unit.code}, counts.figures)]
    for row in counts.rows:
        place = {"unit": row.code, "direct": row.direct}
        if counts.by_institution:
            place = {"unit": counts.unit.code, "institution": row.code}
        places.append((place, row.figures))
    for (place, figures), assay in product(places, Assay):
        said = figures.results[assay]
        for figure, n in {**{one: said[one] for one in RESULT_FIGURES}, "net": net(said), "gross": gross(said)}.items():
            yield ResultsWanted(counts.on, counts.day_of, assay, figure, **place), n


def of_codes(counts: DayCounts) -> Iterator[tuple[Wanted, int]]:
    """Every figure of codes of a day, of its whole and of its rows."""
    for colour in Colour:
        yield ColourWanted(counts.on, colour, counts.unit.code), counts.figures.codes[colour]
        for row in () if counts.by_institution else counts.rows:
            yield ColourWanted(counts.on, colour, row.code, row.direct), row.figures.codes[colour]


def opens(wanted: Wanted, n: int, desk: Desk) -> None:
    rows = counted_rows(wanted, by=desk.supervisor, at=desk.at)
    assert (rows.total, len(rows.rows)) == (n, n), wanted


@settings(max_examples=RUNS // 3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(steps=MOVED_BETWEEN)
@example(steps=JOINED)
@given(steps=HISTORIES)
def test_after_a_random_history_every_figure_opens_as_many_rows_as_it_says(steps, desk: Desk):
    desk.empty()
    for gap, (what, *values) in steps:
        desk.step(gap, what, *values)
    on = day_of(desk.at)
    for by_institution, of in ((False, DayOf.RECORDED), (True, DayOf.SAMPLED), (False, DayOf.REPORTED)):
        counts = count_day(on, by_institution=by_institution, day_of=of, by=desk.supervisor, at=desk.at)
        for wanted, n in (*of_results(counts), *of_codes(counts)):
            if n:
                opens(wanted, n, desk)
    for wanted, n in of_codes(count_day(on - timedelta(days=1), by=desk.supervisor, at=desk.at)):
        if n:
            opens(wanted, n, desk)


@pytest.fixture
def desk(database: Path) -> Desk:
    return Desk()


def test_a_row_says_whose_result_it_is_masked_with_its_sample_and_institution(supervisor):
    person = standing.person(NUMBERS[0], AT)
    standing.result(person, Sampled(Outcome.NEGATIVE, ago(24), sample_number="S7"), AT)

    (row,) = counted_rows(naat("negative"), by=supervisor, at=AT).rows

    assert (row.whose.person, row.whose.name, row.whose.document) == (person, "张*", "420106********1231")
    assert (row.sample_number, row.institution, row.sampled_at, row.unit) == ("S7", "武昌医学检验所", ago(24), WUCHANG)


def test_people_and_tubes_open_once_each_with_how_many_results_stand_behind(supervisor):
    twice, once = (standing.person(number, AT) for number in NUMBERS[:2])
    for person, tube, hours in ((twice, "S1", 24), (twice, "S2", 20), (once, "S1", 24)):
        standing.result(person, Sampled(Outcome.NEGATIVE, ago(hours), sample_number=tube), AT)

    people, tubes, results = (counted_rows(naat(figure), by=supervisor, at=AT) for figure in ("people", "tubes", "net"))

    assert sorted((row.whose.person, row.together) for row in people.rows) == sorted([(twice, 2), (once, 1)])
    assert sorted((row.sample_number, row.together) for row in tubes.rows) == [("S1", 2), ("S2", 1)]
    assert (people.total, tubes.total, results.total) == (2, 2, 3)


def test_a_long_list_comes_a_page_at_a_time_and_no_row_twice(supervisor):
    person = standing.person(NUMBERS[0], AT)
    for place in range(53):
        standing.result(person, Sampled(Outcome.NEGATIVE, ago(24), sample_number=f"S{place}"), AT)

    first, second, third = (counted_rows(naat("net"), page=page, by=supervisor, at=AT) for page in (1, 2, 3))

    assert (first.total, first.pages, len(first.rows), len(second.rows), third.rows) == (53, 2, 50, 3, ())
    assert len({row.sample_number for row in (*first.rows, *second.rows)}) == 53


def test_a_day_gone_by_opens_those_who_had_the_colour_at_its_end(supervisor):
    person = standing.person(NUMBERS[0], ago(30))
    standing.result(person, Sampled(Outcome.NEGATIVE, ago(48)), ago(30))
    standing.fact(person, FactKind.HOME_OBSERVATION, ago(2), AT)

    green, yellow = ColourWanted(YESTERDAY, Colour.GREEN), ColourWanted(TODAY, Colour.YELLOW)

    assert [row.whose.person for row in counted_rows(green, by=supervisor, at=AT).rows] == [person]
    (row,) = counted_rows(yellow, by=supervisor, at=AT).rows
    assert (row.whose.person, row.since) == (person, AT)
    assert counted_rows(ColourWanted(TODAY, Colour.GREEN), by=supervisor, at=AT).total == 0


@pytest.mark.parametrize("line", [line.strip() for line in APPLIED.strip().splitlines()[1:]])
def test_applications_open_under_each_figure_that_counts_them(supervisor, line):
    state, submitted, decided, asked, due, *expected = (cell.strip() for cell in line.split("|"))
    apply(state, *(ago(float(hours)) if hours else None for hours in (submitted, decided, asked, due)))

    for on, figures in zip((YESTERDAY, TODAY), expected, strict=True):
        for figure in ApplicationFigure:
            found = counted_rows(ApplicationsWanted(on, figure), by=supervisor, at=AT)
            assert (found.total, len(found.rows)) == ((1, 1) if figure in figures.split() else (0, 0)), (on, figure)
            assert [row.state for row in found.rows] == [ApplicationState(state)] * len(found.rows)


def events() -> list[sa.Row[tuple[object, ...]]]:
    with access_engine().connect() as connection:
        return list(connection.execute(sa.select(look_up_event.c.subject, look_up_event.c.figures)))


def test_each_opening_is_one_event_that_names_the_figure_and_nobody(supervisor):
    standing.result(standing.person(NUMBERS[0], AT), Sampled(Outcome.NEGATIVE, ago(24)), AT)
    before = len(events())

    counted_rows(naat("people", institution=LAB), by=supervisor, at=AT)

    ((subject, figures),) = events()[before:]
    assert subject == f"unit {PROVINCE}"
    assert json.loads(figures) == {
        "purpose": "count_check",
        "figure": f"naat people recorded {LAB}",
        "on": "2020-11-23",
        "page": 1,
        "rows": 1,
        "of": 1,
    }
    assert NUMBERS[0] not in figures
    assert "张" not in figures


WANTED = (
    naat("net", unit=YICHANG),
    naat("net", unit=""),
    ColourWanted(TODAY, Colour.RED, PROVINCE),
    ApplicationsWanted(TODAY, ApplicationFigure.WAITING, ""),
)


@pytest.mark.parametrize("wanted", WANTED)
def test_rows_outside_ones_own_unit_are_refused(database, wanted):  # S10
    wuchang = standing.staff(Role.DISTRICT_STAFF, AT, unit=WUCHANG)

    with pytest.raises(Refused, match="not_your_unit"):
        counted_rows(wanted, by=wuchang, at=AT)


def test_nobody_is_shown_where_the_event_cannot_be_written(supervisor, monkeypatch):  # S16
    def fails(*_: object, **__: object) -> None:
        raise sa.exc.OperationalError("", None, Exception())

    monkeypatch.setattr("hbcore.services.audit.chain.append_all", fails)

    with pytest.raises(Refused, match="look_up_not_recorded"):
        counted_rows(naat("net"), by=supervisor, at=AT)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.DISTRICT_STAFF, Role.SUPERVISOR)])
def test_other_roles_open_nothing(database, role):  # S08
    with pytest.raises(Refused, match="not_allowed"):
        counted_rows(naat(OUTCOMES[0]), by=standing.staff(role, AT, name="someone.else", unit=WUCHANG), at=AT)


def test_an_outcome_that_is_none_opens_nothing(supervisor):
    standing.result(standing.person(NUMBERS[0], AT), Sampled(Outcome.NEGATIVE, ago(24)), AT)

    assert counted_rows(naat("no such figure"), by=supervisor, at=AT).total == 0
