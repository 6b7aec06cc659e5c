"""The alarms as Streamlit runs them: which lines an address opens, what stands beside them, taking one on."""

from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import PROVINCE, Outcome, Role
from hbcore.services import lab_imports
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.uploads import IncomingFile
from hbcore.ui import start
from tests import standing
from tests.services.numbers import resident_number
from tests.standing import LAB, WUCHANG, Sampled

ROOT = Path(__file__).parents[2]


@pytest.fixture
def signed_in(database: Path, links: list[object], monkeypatch: pytest.MonkeyPatch) -> Staff:
    """A supervisor before the screen; one positive three days old, one new."""
    standing.institution(now())
    there = standing.staff(Role.SUPERVISOR, now(), unit=WUCHANG)
    monkeypatch.setattr(start, "signed_in", lambda *, touch: there)
    for number, name, days in (("420106199001011231", "张三", 3), ("422801196007307804", "李四", 0)):
        at = now() - timedelta(days=days)
        standing.result(standing.person(number, at, name=name), Sampled(Outcome.POSITIVE, at), at)
    return there


def page(**address: str) -> AppTest:
    shown = AppTest.from_file(str(ROOT / "pages" / "Alarms.py"), default_timeout=20)
    for name, value in address.items():
        shown.query_params[name] = value
    return shown.run()


def said(shown: AppTest) -> str:
    """Everything on the screen that is text."""
    return "\n".join(element.value for kind in (shown.text, shown.subheader, shown.error) for element in kind)


def test_the_alarms_are_shown_with_what_to_do(signed_in):
    shown = page()

    assert not shown.exception
    assert list(shown.dataframe[0].value["对象"]) == ["张* 420106********1231"]
    assert [words for words in ("仍无定性记录", "武昌医学检验所") if words not in said(shown)] == []


def test_each_count_leads_to_its_lines(signed_in):
    shown = page()
    counts = {one.label: one for one in shown.button if one.key and one.key.startswith("count of ")}
    assert list(counts) == ["新增阳性待核实 1", "阳性未定性 1"]

    counts["新增阳性待核实 1"].click().run()

    assert shown.query_params["alarms"] == "to_verify"
    assert list(shown.dataframe[0].value["对象"]) == ["李* 422801********7804"]


def test_an_alarm_leads_to_its_person_by_our_id(signed_in, links):
    page()

    ((where, _label, address),) = links
    assert where == "Person"
    assert address["person"].isdigit()


def test_an_address_opens_one_kind_alone(signed_in):
    shown = page(alarms="to_verify")

    assert list(shown.dataframe[0].value["对象"]) == ["李* 422801********7804"]
    assert shown.query_params["alarms"] == "to_verify"


def test_an_address_of_no_kind_opens_all(signed_in):
    assert len(page(alarms="<b>").dataframe[0].value) == 1


def test_nothing_of_a_kind_says_so(signed_in):
    shown = page(alarms="mismatch")

    assert len(shown.dataframe) == 0
    assert "没有此类预警" in said(shown)
    assert "目前没有" not in said(shown)


def test_nothing_at_all_is_said_once(database: Path, links: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    there = standing.staff(Role.SUPERVISOR, now(), unit=PROVINCE)
    monkeypatch.setattr(start, "signed_in", lambda *, touch: there)

    shown = page()

    assert not shown.exception
    assert "目前没有" in said(shown)
    assert "没有此类预警" not in said(shown)


def test_taking_an_alarm_on_shows_who_and_the_note_letter_by_letter(signed_in):
    shown = page()
    shown.text_input[0].set_value("**已致电** :red[x]")

    next(one for one in shown.button if one.label == "由我跟进").click().run()

    assert "li.jing 自" in said(shown)
    assert "**已致电** :red[x]" in [one.value for one in shown.text]
    assert "li.jing" in shown.dataframe[0].value["跟进人"][0]


def test_a_liaison_sees_the_alarms_of_their_own_files_and_the_way_to_the_upload(
    database: Path, links: list[tuple[str, str, dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    standing.institution(now())
    there = standing.staff(Role.LAB_LIAISON, now(), institutions=[LAB])
    monkeypatch.setattr(start, "signed_in", lambda *, touch: there)
    cells = [f"张三,{resident_number(n)},2022-11-20 07:00,T1,阴性,5混1" for n in range(6)]
    text = "\n".join(("姓名,身份证号,采样时间,样本编号,检测结果,采样方式", *cells))
    number = lab_imports.commit(IncomingFile(text.encode(), "a.csv", LAB), by=there, at=now()).batch

    shown = page(alarms="all")

    assert not shown.exception
    assert list(shown.dataframe[0].value["对象"]) == ["6 行中 6 行 · 武昌医学检验所"]
    assert "单管人数超限 1" in [one.label for one in shown.button]
    assert [(where, address) for where, _label, address in links] == [("Lab_results", {"upload": number})]
    assert not shown.get("button_group")


@pytest.mark.parametrize(("outcome", "days", "alarm"), [("可疑", 3, "待核实数据行滞留多日 1"), ("阳性", 0, "待核实行中有阳性 1")])
def test_held_rows_lead_to_their_queue_after_days_and_at_once_where_they_say_positive(outcome, days, alarm, signed_in, links):
    then = now() - timedelta(days=days)
    there = standing.staff(Role.LAB_LIAISON, then, name="liaison", institutions=[LAB])
    row = f"张三,{resident_number(0)},2022-11-20 07:00,T1,阴性"
    for tag, line in enumerate((row, row.replace("阴性", outcome))):
        text = "\n".join((f"## {tag}", "姓名,身份证号,采样时间,样本编号,检测结果", line))
        number = lab_imports.commit(IncomingFile(text.encode(), "a.csv", LAB), by=there, at=then).batch

    shown = page(alarms="laboratories")

    assert not shown.exception
    assert list(shown.dataframe[0].value["对象"]) == ["1 行 · 武昌医学检验所"]
    assert [(where, address) for where, _label, address in links] == [("Lab_results", {"held": "all", "of": number})]
    next(one for one in shown.button if one.label == alarm).click().run()
    kind = shown.query_params["alarms"]
    assert kind in ("rows_held", "positive_held")
    assert shown.segmented_control[0].value == kind
    assert len(shown.dataframe[0].value) == 1
