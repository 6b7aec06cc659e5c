"""Case and contact lists as files: in two steps by two people; whole or by the row refused; S15 above all."""

import json
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import FactKind, RowCode
from hbcore.services import alarms, audit, fact_files, fact_lists, preview_quota, second_look
from hbcore.services.fact_files import FactFile, ListRefused
from hbcore.services.uploads import IncomingFile
from hbcore.storage.engine import engine
from hbcore.storage.evidence_rows import FACTS
from hbcore.storage.fact_list_rows import LISTS
from hbcore.storage.people_rows import PERSONS
from tests import standing
from tests.services.facting import AT, CASE, DAY, HEADING, PAPER, REASON, Desk, colours, desk, file, number, row
from tests.standing import YICHANG

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "case_list.csv"


@pytest.fixture
def here(database: Path) -> Desk:
    return desk()


def proposed(here: Desk, *rows: str, case: str | None = CASE, at: datetime = AT) -> FactFile:
    return fact_files.propose(file(*rows), REASON, case=case, by=here.clerk, at=at)


def total(table: sa.Table) -> int:
    with engine().connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def refusals() -> list[dict[str, object]]:
    with engine().connect() as connection:
        c = audit.EVENTS.c
        return [json.loads(text) for (text,) in connection.execute(sa.select(c.figures).where(c.act == "fact_list_refused"))]


def test_a_list_is_proposed_by_one_confirmed_by_another_and_does_what_its_preview_said(here: Desk) -> None:
    rows = (row(0), row(1, kind="确诊病例", exposure=""), row(9, name="李四"))
    seen = fact_files.preview(file(*rows), case=CASE, by=here.clerk, at=AT)
    assert (seen.status, total(LISTS), total(PERSONS)) == ("preview", 0, 3)
    made = proposed(here, *rows)
    assert colours(here.people) == ["green"] * 3
    assert made.list_id
    done = fact_lists.confirm_list(made.list_id, by=here.prefecture, at=AT)

    assert seen.changes == made.changes == done.changes == {"green>red": 1, "green>yellow": 2}
    assert seen.rows == made.rows == {"read": 3, "proposed": 3, "already_held": 0, "held": 0, "refused": 0, "skipped": 0}
    assert (made.kinds, made.new) == ({"close_contact": 2, "confirmed": 1}, 1)
    assert colours(here.people) == ["yellow", "red", "green"]


def test_previews_of_lists_have_a_quota(here: Desk) -> None:
    for _ in range(preview_quota.AN_HOUR):
        fact_files.preview(file(row(0)), case=CASE, by=here.clerk, at=AT)

    with pytest.raises(Refused, match="too_many_previews"):
        fact_files.preview(file(row(0)), case=CASE, by=here.clerk, at=AT)
    assert proposed(here, row(0)).status == "proposed"


def test_s15_1317_people_without_a_case_are_refused_and_it_raises_an_alarm(here: Desk) -> None:
    rows = [row(place) for place in range(1317 % 800)] * 3
    with pytest.raises(Refused, match="facts_need_a_case"):
        proposed(here, *rows[:1317], case=None)

    assert (total(LISTS), total(FACTS), total(PERSONS)) == (0, 0, 3)
    assert refusals() == [{"people": 1317, "why": "facts_need_a_case", "sha256": file(*rows[:1317]).sha256}]
    (line,) = alarms.seen_now((alarms.AlarmKind.BURST_OF_FACTS,), by=here.county, at=AT).lines
    assert (line.n, line.unit, line.account) == (1317, here.clerk.unit, "clerk")


def test_s15_1317_people_without_a_case_and_without_exposures_are_told_all_three_the_case_first(here: Desk) -> None:
    rows = [row(place, exposure="") for place in range(1317 % 800)] * 3
    for do in (fact_files.preview, partial(fact_files.propose, reason=REASON)):
        with pytest.raises(Refused) as refused:
            do(file(*rows[:1317]), case=None, by=here.clerk, at=AT)
        told = (refused.value, *refused.value.also)
        assert [one.code for one in told] == ["facts_need_a_case", "too_many_people", "list_without_exposures"]

    assert [one["why"] for one in refusals()] == ["facts_need_a_case"]


def test_s15_more_than_200_people_are_refused_with_a_case_too_and_alarm(here: Desk) -> None:
    rows = [row(place) for place in range(201)]
    with pytest.raises(Refused, match="too_many_people"):
        fact_files.preview(file(*rows), case=CASE, by=here.clerk, at=AT)
    with pytest.raises(Refused, match="too_many_people"):
        proposed(here, *rows)

    assert [(one["people"], one["why"]) for one in refusals()] == [(201, "too_many_people")]


def test_each_file_and_each_account_that_is_refused_alarms_once_while_the_alarm_stands(here: Desk) -> None:
    first, second = ([row(place) for place in range(start, start + 201)] for start in (0, 1))
    for rows, by, at in (
        (first, here.clerk, AT),
        (first, here.clerk, AT + DAY),
        (second, here.clerk, AT + DAY),
        (first, here.county, AT + DAY),
        (first, here.clerk, AT + 3 * DAY),
    ):
        with pytest.raises(Refused, match="too_many_people"):
            fact_files.preview(file(*rows), case=CASE, by=by, at=at)

    lines = alarms.seen_now((alarms.AlarmKind.BURST_OF_FACTS,), by=here.county, at=AT + 2 * DAY).lines
    assert [line.account for line in lines] == ["clerk", "clerk", "county", "clerk"]


def test_s15_a_list_without_exposures_is_refused_as_a_whole_with_its_rows(here: Desk) -> None:
    with pytest.raises(ListRefused) as refused:
        proposed(here, row(0), row(1, exposure=""), row(2, exposure=""))

    assert (refused.value.code, refused.value.values["rows"]) == ("list_without_exposures", "3-4")
    assert total(LISTS) == 0


@pytest.mark.parametrize("kind", ["集中隔离", "发热", "高风险区", "密接"])
def test_s15_of_several_people_each_needs_an_exposure_whatever_they_are_recorded_as(kind: str, here: Desk) -> None:
    with pytest.raises(ListRefused, match="list_without_exposures"):
        proposed(here, row(0, kind=kind), row(1, kind=kind, exposure=""))


def test_s15_many_at_once_ask_before_they_are_taken_and_alarm(here: Desk) -> None:
    rows = [row(place, name="王五") for place in range(10, 61)]
    with pytest.raises(Refused, match="burst_to_confirm"):
        proposed(here, *rows)
    assert (total(LISTS), total(PERSONS)) == (0, 3)
    fact_files.propose(file(*rows), REASON, case=CASE, sure=True, by=here.clerk, at=AT)

    (line,) = alarms.seen_now((alarms.AlarmKind.BURST_OF_FACTS,), by=here.prefecture, at=AT).lines
    assert line.n == 51


@pytest.mark.parametrize("values", [{"people": 201, "case_number": CASE}, {"people": 2, "case_number": None}], ids=str)
def test_s15_the_database_takes_no_list_beyond_it(values: dict[str, object], here: Desk) -> None:
    list_ = {"id": 1, "what": "facts", "source": "desk", "unit": "420106", "kinds": "{}", "against": 0, "burst": False}
    list_ |= {"proposal_id": 1, "proposed_by": 1, "proposed_at": AT, "sealed": b"", "key_version": 1}
    with pytest.raises(sa.exc.IntegrityError), engine().begin() as connection:
        connection.execute(sa.insert(LISTS).values(**list_, **values))


def test_faults_are_by_row_and_the_sound_rows_are_proposed(here: Desk) -> None:
    report = proposed(
        here,
        row(0),
        row(1, kind="邻居"),
        row(2, name="李四"),
        row(0),
        row(8, paper=""),
        row(7, begins="昨天"),
        row(6, begins="2020-05-19", until="2020-06-20"),
        "护照,1,张三,密接,2020-05-19,,同住," + PAPER,
    )

    found = {(one.row, one.column): one.code for one in report.problems}
    assert found == {
        (3, "kind"): RowCode.UNKNOWN_FACT,
        (4, "name"): RowCode.NAME_DIFFERS,
        (5, "document_number"): RowCode.TWICE_IN_LIST,
        (6, "evidence_number"): RowCode.MISSING,
        (7, "from"): RowCode.NOT_A_DATE,
        (8, "until"): RowCode.LASTS_TOO_LONG,
        (9, "document_number"): RowCode.BAD_DOCUMENT,
    }
    rows = report.rows
    assert (rows["read"], rows["proposed"], rows["held"], rows["refused"]) == (8, 1, 1, 6)


def test_people_of_another_unit_are_left_to_it(here: Desk) -> None:
    elsewhere = standing.person(number(5), AT - DAY, unit=YICHANG)
    report = proposed(here, row(0), row(5))

    assert [(one.row, one.code) for one in report.problems] == [(3, RowCode.NOT_YOUR_UNIT)]
    assert report.list_id
    fact_lists.confirm_list(report.list_id, by=here.prefecture, at=AT)
    assert colours([elsewhere]) == [None]


def test_a_list_with_no_sound_row_is_refused_and_leaves_nobody_behind(here: Desk) -> None:
    with pytest.raises(ListRefused, match="no_sound_rows"):
        proposed(here, row(4, kind="邻居"), row(5, paper=""))

    assert total(PERSONS) == 3


def test_the_same_file_again_is_refused_until_it_was_declined(here: Desk) -> None:
    made = proposed(here, row(0))
    with pytest.raises(Refused, match="file_proposed_already"):
        proposed(here, row(0))
    assert made.proposal_id
    second_look.decline(made.proposal_id, by=here.prefecture, at=AT)
    assert proposed(here, row(0)).list_id


def test_who_is_recorded_in_the_case_already_is_not_recorded_twice(here: Desk) -> None:
    first = proposed(here, row(0))
    assert first.list_id
    fact_lists.confirm_list(first.list_id, by=here.prefecture, at=AT)

    assert proposed(here, row(0), row(1)).rows["already_held"] == 1


def test_who_is_proposed_in_the_case_already_is_not_proposed_twice(here: Desk) -> None:
    proposed(here, row(0), case=f"{CASE} ")

    assert proposed(here, row(0), row(1)).rows["already_held"] == 1
    with pytest.raises(ListRefused, match="list_known_already"):
        proposed(here, row(1), row(0))


def test_days_count_from_midnight_and_an_end_is_worked_out_where_none_is_stated(here: Desk) -> None:
    made = proposed(here, row(0), row(1, until="2020-05-25 18:00"))
    assert made.list_id
    fact_lists.confirm_list(made.list_id, by=here.prefecture, at=AT)

    with engine().connect() as connection:
        ends = [str(row.until_at) for row in connection.execute(sa.select(FACTS.c.until_at).order_by(FACTS.c.person_id))]
    assert ends == ["2020-06-01 16:00:00+00:00", "2020-05-25 10:00:00+00:00"]


def test_the_shipped_example_is_read_without_a_fault(here: Desk) -> None:
    content = EXAMPLE.read_text("utf-8").replace("2020-", "2020-").encode()
    report = fact_files.preview(IncomingFile(content, EXAMPLE.name), case=CASE, by=here.clerk, at=AT)

    assert (report.problems, set(report.kinds)) == (
        (),
        {str(FactKind.CLOSE_CONTACT), str(FactKind.CONFIRMED), "home_observation"},
    )
    assert HEADING in EXAMPLE.read_text("utf-8")
