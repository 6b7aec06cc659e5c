"""The daily report as an act: what is confirmed, by whom, and in what a correction differs."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.daily_report import Difference, differences
from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Outcome, Role
from hbcore.services import daily_reports
from hbcore.services.acting import Staff
from hbcore.services.audit import EVENTS
from hbcore.services.daily_reports import DayReport, InstitutionDay, Report
from hbcore.services.lab_imports import commit
from hbcore.services.uploads import IncomingFile
from hbcore.storage.engine import engine
from tests import standing
from tests.standing import LAB, WUCHANG, YICHANG, Sampled

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
TODAY = date(2020, 11, 23)
WUHAN = "420100"
NUMBERS = ("420106199001011231", "422801196007307804")
NOTHING_NEW = "姓名,身份证号,采样时间,样本编号,检测项目,检测结果\n张三,420106199001011232,2020-11-22 10:00,S9,核酸,阴性\n"
"""A wrong check digit: taken in, and nothing of it recorded."""


def ago(hours: float) -> datetime:
    return AT - timedelta(hours=hours)


@pytest.fixture
def supervisor(database: Path) -> Staff:
    standing.institution(AT)
    return standing.staff(Role.SUPERVISOR, AT, name="zhao.min", unit=WUHAN)


def swabbed(number: str, outcome: Outcome = Outcome.NEGATIVE, at: datetime = AT, *, institution: str = LAB) -> None:
    standing.result(standing.person(number, at), Sampled(outcome, ago(24), institution=institution), at)


def report(by: Staff, on: date = TODAY, at: datetime = AT, unit: str | None = None) -> DayReport:
    return daily_reports.day_report(on, unit=unit, by=by, at=at)


def confirmed(by: Staff, on: date = TODAY, at: datetime = AT, unit: str | None = None) -> Report:
    seen = report(by, on, at, unit).now.seen
    return daily_reports.confirm(on, seen=seen, unit=unit, by=by, at=at)


def test_a_report_is_confirmed_by_name_and_stands_as_it_was(supervisor):
    swabbed(NUMBERS[0])
    first = confirmed(supervisor)
    swabbed(NUMBERS[1], Outcome.POSITIVE, AT + timedelta(hours=1))

    (kept,) = report(supervisor, at=AT + timedelta(hours=2)).versions

    assert (kept.version, kept.confirmed_by, kept.confirmed_at, kept.as_at) == (1, "zhao.min", AT, AT)
    assert (kept.figures.results["naat"]["negative"], kept.figures.results["naat"]["positive"]) == (1, 0)
    assert (kept.content, first.is_correction) == (first.content, False)


def test_a_later_version_is_a_correction_that_says_what_is_corrected(supervisor):
    swabbed(NUMBERS[0])
    confirmed(supervisor)
    swabbed(NUMBERS[1], Outcome.POSITIVE, AT + timedelta(hours=1))

    second = confirmed(supervisor, at=AT + timedelta(hours=2))

    newest, first = report(supervisor, at=AT + timedelta(hours=2)).versions
    assert (newest.version, newest.is_correction, first.changed) == (2, True, ())
    assert newest.changed == second.changed
    said = {" ".join(one.path): (one.before, one.now) for one in newest.changed}
    assert said == {
        "results naat positive": (0, 1),
        "results naat people": (1, 2),
        "codes red": (0, 1),
        f"institutions {LAB}": (1, 2),
    }


def test_what_the_newest_version_says_already_is_not_confirmed_again(supervisor):
    swabbed(NUMBERS[0])
    confirmed(supervisor)

    assert report(supervisor).why_not == "report_unchanged"
    with pytest.raises(Refused, match="report_unchanged"):
        confirmed(supervisor)


def test_figures_that_have_moved_on_are_not_confirmed_unseen(supervisor):
    seen = report(supervisor).now.seen
    swabbed(NUMBERS[0])

    with pytest.raises(Refused, match="figures_moved_on"):
        daily_reports.confirm(TODAY, seen=seen, by=supervisor, at=AT)
    assert report(supervisor).versions == ()


def test_zero_is_not_the_same_as_not_uploaded(supervisor):
    for code, name in (("420102L01", "江岸检验所"), ("420106L02", "洪山检验所")):
        standing.institution(AT, code=code, name=name)
    liaison = standing.staff(Role.LAB_LIAISON, AT, name="liaison", institutions=["420102L01"])
    commit(IncomingFile(NOTHING_NEW.encode(), "some.csv", "420102L01"), by=liaison, at=AT)
    swabbed(NUMBERS[0])

    assert report(supervisor).now.institutions == (
        InstitutionDay("420102L01", "江岸检验所", True, 0),
        InstitutionDay(LAB, "武昌医学检验所", True, 1),
        InstitutionDay("420106L02", "洪山检验所", False, 0),
    )


def test_an_institution_elsewhere_stands_there_where_it_tested_people_of_the_unit(supervisor):
    standing.institution(AT, code="420502L01", name="宜昌检验所", unit=YICHANG)
    standing.institution(AT, code="420502L02", name="西陵检验所", unit=YICHANG)
    swabbed(NUMBERS[0], institution="420502L01")

    shown = {one.code: (one.uploaded, one.n) for one in report(supervisor).now.institutions}

    assert shown == {LAB: (False, 0), "420502L01": (True, 1)}


def test_days_without_a_report_are_listed_as_such(supervisor):
    confirmed(supervisor, TODAY - timedelta(days=1))
    swabbed(NUMBERS[0], at=ago(20))
    confirmed(supervisor, TODAY - timedelta(days=1))

    days = daily_reports.reported_days(TODAY, by=supervisor, at=AT)

    assert len(days) == 14
    assert [(one.on.day, one.version, one.confirmed_by) for one in days[:3]] == [(23, 0, ""), (22, 2, "zhao.min"), (21, 0, "")]


def test_confirming_leaves_one_event_with_the_figures_digest(supervisor):
    first = confirmed(supervisor)

    with engine().connect() as connection:
        rows = connection.execute(sa.select(EVENTS.c.subject, EVENTS.c.figures).where(EVENTS.c.act == "day_reported")).all()
    ((subject, figures),) = rows
    assert subject == f"report {WUHAN} 2020-11-23"
    assert json.loads(figures) == {"version": 1, "sha256": first.seen, "corrected": 0}


def test_each_unit_has_a_report_of_its_own(supervisor):
    confirmed(supervisor, unit=WUCHANG)

    assert len(report(supervisor, unit=WUCHANG).versions) == 1
    assert report(supervisor).versions == ()


def test_only_a_supervisor_confirms_and_only_for_the_own_unit(supervisor):  # S08, S10
    reviewer = standing.staff(Role.DISTRICT_STAFF, AT, name="li.jing", unit=WUCHANG)
    seen = report(reviewer).now.seen

    with pytest.raises(Refused, match="not_allowed"):
        daily_reports.confirm(TODAY, seen=seen, by=reviewer, at=AT)
    for act in (report, confirmed):
        with pytest.raises(Refused, match="not_your_unit"):
            act(supervisor, unit=YICHANG)


def test_a_day_that_has_not_begun_is_not_reported(supervisor):
    with pytest.raises(Refused, match="day_ahead"):
        daily_reports.confirm(TODAY + timedelta(days=1), seen="", by=supervisor, at=AT)


def test_an_institution_that_uploaded_since_differs_from_none_to_its_number():
    def content(uploaded: bool, n: int) -> dict[str, object]:
        return {"figures": {"codes": {"red": 1}}, "institutions": [{"code": LAB, "name": "", "uploaded": uploaded, "n": n}]}

    assert differences(content(False, 0), content(True, 0)) == (Difference(("institutions", LAB), None, 0),)
    assert differences(content(True, 3), content(True, 3)) == ()
