"""The Person page, run as Streamlit runs it: what is asked, what is shown, and what stays letter by letter."""

from datetime import timedelta

import pytest

from hbcore.domain.temperatures import Done, Measured
from hbcore.domain.vocabulary import DocumentKind, Outcome, Purpose, Role
from hbcore.services import temperatures
from hbcore.services.clock import now
from hbcore.services.temperatures import Whose
from hbcore.storage.engine import access_engine
from tests import standing
from tests.pages.looking_up import RESIDENT, page, press, said, search
from tests.services.applying import look_ups
from tests.standing import WUCHANG, Sampled


def test_a_search_shows_the_card_and_leaves_one_event(signed_in):
    person = standing.person(RESIDENT, now(), name="张三")
    standing.result(person, Sampled(Outcome.NEGATIVE, now()), now())

    shown = search(page(), RESIDENT)

    words = (
        "张*",
        "420106********1231",
        "✓ 绿码",
        "未发现管控记录",
        "hubei-2020-04",
        "核酸 阴性",
        "武昌医学检验所",
        "可凭码",
        "已通过",
    )
    assert [word for word in words if word not in said(shown)] == []
    assert not shown.exception
    assert look_ups() == 1


def test_a_name_is_shown_letter_by_letter_and_markdown_in_it_does_nothing(signed_in):  # S23
    standing.person("E12345678", now(), kind=DocumentKind.PASSPORT, name=":green-badge[GREEN] **b** <img src=x>")

    shown = search(page(), "E12345678")

    texts = [element.value for element in shown.text]
    elsewhere = [element.value for kind in (shown.markdown, shown.subheader, shown.header, shown.caption) for element in kind]
    assert any(text.startswith(":green-badge[GREEN]") for text in texts)
    assert not any("green-badge" in value or "<img" in value for value in elsewhere)


def test_nobody_found_says_what_to_try(signed_in):
    shown = search(page(), "422801196007307804")

    assert "没有查到" in said(shown)
    assert "采样管上的样本编号" in said(shown)
    assert look_ups() == 1


@pytest.mark.parametrize(
    ("purpose", "text", "sentence"), [(None, RESIDENT, "请先选择查询理由"), (Purpose.CHECKPOINT, " ", "请先输入号码")]
)
def test_without_a_purpose_or_a_number_nothing_is_looked_up(signed_in, purpose, text, sentence):
    shown = search(page(), text, purpose)

    assert sentence in said(shown)
    assert look_ups() == 0


def test_outbreak_tracing_asks_for_the_case(signed_in):
    shown = page()
    shown.selectbox[0].set_value(Purpose.OUTBREAK_TRACING).run()

    shown = search(shown, RESIDENT, Purpose.OUTBREAK_TRACING)

    assert "疫情溯源须填写病例编号" in said(shown)
    assert look_ups() == 0


def test_nothing_personal_is_in_the_address(signed_in):
    standing.person(RESIDENT, now(), name="张三")

    shown = search(page(), RESIDENT)

    assert dict(shown.query_params) == {}


def test_a_look_up_that_cannot_be_recorded_shows_a_sentence_and_nobody(signed_in):  # S36
    standing.person(RESIDENT, now(), name="张三")
    with access_engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("CREATE TRIGGER full BEFORE INSERT ON look_up_event BEGIN SELECT RAISE(ABORT, 'x'); END")

    shown = search(page(), RESIDENT)

    assert "张" not in said(shown)
    assert len(shown.error) == 1


def test_revealing_shows_everything_until_another_person_is_searched(signed_in):
    standing.person(RESIDENT, now(), name="张三")
    standing.person("E12345678", now(), kind=DocumentKind.PASSPORT, name="SMITH JOHN")
    shown = search(page(), RESIDENT)

    revealed = press(shown, "显示完整信息")

    assert {"张三", RESIDENT} <= {word for line in said(revealed).splitlines() for word in line.split()}
    assert (look_ups(), dict(revealed.query_params)) == (2, {})
    another = search(revealed, "E12345678")
    assert "SMITH" in said(another)
    assert "张" not in said(another)
    assert not another.exception
    assert look_ups() == 3


def test_the_card_stays_on_the_page_while_one_works_on_it_and_the_look_up_is_one(signed_in):
    standing.person(RESIDENT, now(), name="张三")
    shown = search(page(), RESIDENT)

    again = shown.run()

    assert "张*" in said(again)
    assert look_ups() == 1


def test_a_renewed_passport_is_added_on_the_card(signed_in):
    standing.person("E12345678", now(), kind=DocumentKind.PASSPORT, name="SMITH JOHN")
    shown = search(page(), "E12345678", Purpose.OWN_REQUEST)
    shown.segmented_control[0].set_value("documents").run()
    fields = {field.label: field for field in (*shown.text_input, *shown.selectbox)}

    fields["新证件号码"].set_value("X1234 5678")
    fields["签发国家或地区（护照）"].set_value("FRA")
    fields["原因"].set_value("renewed")
    press(shown, "登记证件")

    found = search(shown, "X12345678")
    assert not found.exception
    assert [value[:4] for value in found.dataframe[-1].value["号码"]] == ["X123", "E123"]


def test_the_timeline_is_there_with_the_card_and_belongs_to_the_same_look_up(signed_in):
    standing.result(standing.person(RESIDENT, now()), Sampled(Outcome.NEGATIVE, now()), now())
    shown = search(page(), RESIDENT)

    everything = shown.dataframe[-1].value["类别"].tolist()

    assert set(everything) == {"检测结果", "健康码", "查询"}
    assert look_ups() == 1


def test_a_fever_at_a_gate_stands_on_the_timeline_with_what_was_done(signed_in):
    standing.person(RESIDENT, now())
    gate = standing.staff(Role.CHECKPOINT_STAFF, now(), name="gate", unit=WUCHANG)
    temperatures.add(Whose(RESIDENT), Measured(376, 375, (Done.CALLED,)), "汉口站", by=gate, at=now())

    shown = search(page(), RESIDENT)

    (line,) = (row for _, row in shown.dataframe[-1].value.iterrows() if row["类别"] == "体温")
    assert line["事项"] == "37.6 → 37.5 °C"
    assert [word for word in ("待处置", "复测 ", "卡口 汉口站", "已联系社区") if word not in line["更多"]] == []


def test_nobody_found_can_still_be_told_why_a_result_may_be_missing(signed_in):
    shown = search(page(), "422801196007307804", Purpose.OWN_REQUEST)

    shown = press(shown, "我的结果为什么没有？")

    assert [
        word for word in ("没有任何上传", "号码录错的行", "一周内未上传：武昌医学检验所", "咨询电话") if word not in said(shown)
    ] == []
    assert look_ups() == 2


def test_on_the_card_it_is_told_what_is_recorded(signed_in):
    standing.result(standing.person(RESIDENT, now()), Sampled(Outcome.NEGATIVE, now()), now())

    shown = press(search(page(), RESIDENT), "我的结果为什么没有？")

    assert "已入库，卡片上可见：核酸 阴性" in said(shown)
    assert look_ups() == 2


def test_a_sampling_without_its_result_stands_on_the_card_the_timeline_and_among_the_answers(signed_in):
    standing.sampling(standing.person(RESIDENT, now()), now() - timedelta(hours=2), now())

    shown = search(page(), RESIDENT)
    pending = "已采样，待出结果"
    assert pending in said(shown)
    assert "采样点 光谷采样点 · 样本编号 T1" in said(shown)
    assert pending in shown.dataframe[-1].value["事项"].tolist()

    shown = press(shown, "我的结果为什么没有？")
    assert "已采样，该管结果未到：" in said(shown)
    assert "一周内没有采样登记" not in said(shown)


def test_a_fact_is_proposed_from_the_page_of_who_was_looked_up(signed_in, links):
    person = standing.person(RESIDENT, now())

    search(page(), RESIDENT)

    assert ("Facts", "提请管控记录 →", {"person": f"{person}"}) in links
