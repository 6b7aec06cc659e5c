"""Certificates on the Person page: from a card by its dialog, and of a pasted list."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import Outcome, Purpose, Role
from hbcore.services import audit, second_look
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.second_look import What
from hbcore.storage.engine import access_engine
from hbcore.storage.tables import look_up_event
from hbcore.ui import certificate_list, start
from tests import standing
from tests.standing import WUCHANG, Sampled

PAGE = Path(__file__).parents[2] / "pages" / "Person.py"
RESIDENT, OTHER = "420106199001011231", "422801196007307804"


@pytest.fixture
def reviewer(database: Path, links: list[object], monkeypatch: pytest.MonkeyPatch) -> Staff:
    standing.institution(now())
    there = standing.staff(Role.DISTRICT_STAFF, now(), unit=WUCHANG)
    monkeypatch.setattr(start, "signed_in", lambda *, touch: there)
    return there


def somebody(number: str, name: str, outcome: Outcome = Outcome.NEGATIVE) -> None:
    person = standing.person(number, now(), name=name)
    standing.result(person, Sampled(outcome, now(), sample_number=number[-6:]), now())


def page() -> AppTest:
    return AppTest.from_file(str(PAGE), default_timeout=60).run()


def press(shown: AppTest, *labels: str) -> AppTest:
    """Press a button; of a dialog with the one that opened it, for AppTest runs the whole page."""
    for label in labels:
        next(one for one in shown.button if one.label == label).click()
    shown.run()
    assert not shown.exception
    return shown


def said(shown: AppTest) -> str:
    return "\n".join(element.value for kind in (shown.text, shown.warning, shown.error) for element in kind)


def printed() -> int:
    wanted = look_up_event.c.act == audit.Act.CERTIFICATE_PRINTED
    with access_engine().connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(look_up_event).where(wanted)).scalar_one())


def on_card() -> AppTest:
    shown = page()
    shown.selectbox[0].set_value(Purpose.OWN_REQUEST)
    shown.text_input(key="number sought").set_value(RESIDENT)
    shown.button[0].click()
    return shown.run()


def test_the_dialog_shows_masked_what_will_stand_there_and_makes_it_once_pressed(reviewer):
    somebody(RESIDENT, "张三丰")
    shown = press(on_card(), "打印证明…")

    assert "采样时间：" in said(shown)
    assert ("三丰" in said(shown), RESIDENT in said(shown), printed()) == (False, False, 0)

    press(shown, "打印证明…", "生成证明")
    assert printed() == 1
    assert [one.label for one in shown.get("download_button")] == ["下载 PDF"]


def test_what_is_not_certified_says_why_in_the_dialog(reviewer):
    somebody(RESIDENT, "张三丰", Outcome.POOLED_POSITIVE)

    shown = press(on_card(), "打印证明…")

    assert "混检阳性不是本人结果" in said(shown)
    assert "生成证明" not in [one.label for one in shown.button]


def test_a_list_is_printed_and_who_is_left_out_stands_there_with_why(reviewer):
    somebody(RESIDENT, "张三丰")
    somebody(OTHER, "李四", Outcome.INVALID)
    shown = page()

    shown.text_area(key=certificate_list.LIST).set_value(f"{RESIDENT}\n\n{OTHER}")
    next(one for one in shown.selectbox if one.label == "批量查询理由").set_value(Purpose.OWN_REQUEST)
    shown.run()
    press(shown, "打印名单")

    assert "2 行中已生成证明 1 份" in said(shown)
    assert list(shown.dataframe[0].value["号码"]) == [OTHER]
    assert printed() == 1


def test_who_may_not_print_sees_no_button(reviewer, monkeypatch):
    somebody(RESIDENT, "张三丰")
    supervisor = standing.staff(Role.SUPERVISOR, now(), name="zhao", unit=WUCHANG)
    monkeypatch.setattr(start, "signed_in", lambda *, touch: supervisor)

    shown = on_card()

    assert "张" in said(shown)
    assert "打印证明…" not in [one.label for one in shown.button]


def test_more_than_one_account_prints_alone_is_proposed_below_the_list(reviewer):
    shown = page()
    next(one for one in shown.selectbox if one.label == "用途").set_value("school").run()
    next(one for one in shown.button if one.label == "提请增加份数").click().run()

    assert not shown.exception
    assert [(one.what, one.own) for one in second_look.waiting(by=reviewer, at=now())] == [(What.CERTIFICATES, True)]
