"""The check page: the place first, then one code after the other; never why, never a name in the list."""

from io import BytesIO
from pathlib import Path

import pytest
import qrcode
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from hbcore.domain.numbers import look_up_number
from hbcore.domain.presented import Way
from hbcore.domain.vocabulary import FactKind, Outcome
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.storage.engine import engine
from hbcore.storage.temperature_rows import TEMPERATURES
from tests import standing
from tests.services.gates import GATE, digits, guard
from tests.standing import Sampled

RESIDENT = "420106199001011231"


@pytest.fixture
def staff(database: Path) -> Staff:
    standing.institution(now())
    return guard(now())


def said(shown: AppTest) -> str:
    """Everything on the screen that is text."""
    kinds = (shown.text, shown.subheader, shown.info, shown.warning, shown.error, shown.caption)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def scan(shown: AppTest, text: str, way: Way = Way.WEDGE) -> AppTest:
    shown.text_input(key=f"typed {way}").set_value(text)
    next(one for one in shown.button if one.label in ("查验", "Check")).click()
    return shown.run()


def red_person() -> int:
    person = standing.person(RESIDENT, now(), name="张三")
    standing.result(person, Sampled(Outcome.POSITIVE, now()), now())
    standing.fact(person, FactKind.CONFIRMED, now(), now())
    return person


def test_who_has_not_said_where_they_stand_is_asked_first(database, visit):
    guard(now(), name="colleague")
    shown = visit(guard(now(), place=None), on="Checkpoint")
    assert [one.key for one in shown.selectbox] == ["place chosen"]
    assert not shown.text_input

    shown.selectbox(key="place chosen").set_value(GATE)
    shown.button[0].click().run()

    assert GATE in said(shown)
    assert shown.text_input(key="typed wedge")
    assert not shown.exception


def test_a_scan_shows_the_colour_in_both_languages_and_who_should_stand_there(staff, visit):
    person = standing.person(RESIDENT, now(), name="张三")
    standing.result(person, Sampled(Outcome.NEGATIVE, now()), now())

    shown = scan(visit(staff, on="Checkpoint"), digits(person, now()))

    words = (
        "✓ 绿码",
        "Green code",
        "张*",
        "420106********1231",
        "核酸检测：采样不到 1 小时",
        "返岗复学：可凭码",
        GATE,
        "本班 1 次",
    )
    assert [word for word in words if word not in said(shown)] == []
    assert not shown.exception


@pytest.mark.parametrize("language", ["zh", "en"])
def test_why_a_code_is_red_reaches_nothing_on_the_page(staff, visit, language):
    shown = scan(visit(staff, language, on="Checkpoint"), digits(red_person(), now()))

    assert "✗ 红码" in said(shown)
    assert "Red code" in said(shown)
    everything = "\n".join((said(shown), *(str(element) for element in shown.main)))
    reasons = (
        "阳性",
        "确诊",
        "病例",
        "武昌医学检验所",
        "positive",
        "onfirmed",
        "case",
        "hubei-2020-04",
        "red-",
        RESIDENT,
        "张三",
    )
    assert [word for word in reasons if word in everything] == []


def test_the_list_of_the_shift_has_no_names_and_its_last_check_can_be_taken_back(staff, visit):
    shown = scan(visit(staff, on="Checkpoint"), digits(red_person(), now()))
    (listed,) = (table.value for table in shown.dataframe)
    assert list(listed.iloc[0])[1:] == ["✗ 红码", "扫码枪", "不可"]

    shown.button(key="undo").click().run()

    assert "本班 0 次" in said(shown)
    assert next(iter(shown.dataframe)).value.iloc[0, 1] == "已撤回"
    assert "undo" not in {one.key for one in shown.button}


def test_digits_by_hand_nobodys_digits_and_swallowed_letters_each_say_what_to_do(staff, visit):
    shown = visit(staff, on="Checkpoint")
    shown.segmented_control(key="way of reading").set_value(Way.DIGITS).run()
    assert "查无此码" in said(scan(shown, look_up_number("00000000001"), Way.DIGITS))

    shown.segmented_control(key="way of reading").set_value(Way.WEDGE).run()
    assert "切换输入法" in said(scan(shown, "：6%3058 -5 *05925+$ --%%4.18.5:9458503"))
    assert "此处不按证件号码查询" in said(scan(shown, RESIDENT))
    assert not shown.exception


def test_the_camera_is_there_with_a_photo_instead(staff, visit):
    shown = visit(staff, on="Checkpoint")

    shown.segmented_control(key="way of reading").set_value(Way.CAMERA).run()

    assert not shown.exception
    assert [one.label for one in shown.toggle] == ["没有实时画面，改为拍照"]


def test_a_temperature_is_of_whom_was_checked_last_once(staff, visit):
    person = standing.person(RESIDENT, now(), name="张三")
    shown = visit(staff, on="Checkpoint")
    assert "测温：未查验人员" in said(shown)
    shown = scan(shown, digits(person, now()))
    assert "查验的人员" in said(shown)

    for key in ("3", "6", "5", "enter"):
        shown = shown.button(key=f"key {key}").click().run()

    assert not shown.exception
    with engine().connect() as connection:
        taken = list(connection.execute(sa.select(TEMPERATURES.c.person_id, TEMPERATURES.c.first)))
    assert taken == [(person, 365)]
    assert "测温：未查验人员" in said(shown)


def test_a_photo_is_read_and_gone_and_the_camera_ready_for_the_next(staff, visit, monkeypatch):
    person = standing.person(RESIDENT, now(), name="张三")
    photo = BytesIO()
    qrcode.make(digits(person, now())).save(photo, "PNG")
    asked: list[str] = []

    def camera_input(_label: str, *, key: str) -> BytesIO | None:
        asked.append(key)
        return photo if asked == ["picture 0"] else None

    monkeypatch.setattr("streamlit.camera_input", camera_input)
    shown = visit(staff, on="Checkpoint")
    shown.segmented_control(key="way of reading").set_value(Way.CAMERA).run()

    shown.toggle(key="photo instead").set_value(True).run()

    assert "张*" in said(shown)
    assert asked == ["picture 0", "picture 1"]
    assert "本班 1 次" in said(shown)
