"""The pages of people and counts, run as Streamlit runs them: what is asked, what is shown, and what stays letter by letter."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from hbcore.domain.temperatures import Done, Measured
from hbcore.domain.vocabulary import PROVINCE, Colour, DocumentKind, FactKind, Outcome, Purpose, Role
from hbcore.services import applications, joining, people, same_person, second_look, temperatures
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of, now
from hbcore.services.temperatures import Whose
from hbcore.storage.engine import access_engine, engine
from hbcore.storage.evidence_rows import FACTS
from hbcore.storage.tables import look_up_event
from hbcore.ui import code_picture, start
from tests import standing
from tests.services.applying import PERMIT
from tests.standing import WUCHANG, Sampled

ROOT = Path(__file__).parents[2]
RESIDENT = "420106199001011231"


@pytest.fixture
def signed_in(database: Path, links: list[object], monkeypatch: pytest.MonkeyPatch) -> Staff:
    """A supervisor of the province before the screen."""
    standing.institution(now())
    there = standing.staff(Role.SUPERVISOR, now(), unit=PROVINCE)
    monkeypatch.setattr(start, "signed_in", lambda *, touch: there)
    return there


def page(name: str) -> AppTest:
    return AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=20).run()


def search(shown: AppTest, text: str, purpose: Purpose | None = Purpose.CODE_QUESTION) -> AppTest:
    shown.selectbox[0].set_value(purpose)
    shown.text_input(key="number sought").set_value(text)
    shown.button[0].click()
    return shown.run()


def said(shown: AppTest) -> str:
    """Everything on the screen that is text."""
    kinds = (shown.text, shown.subheader, shown.info, shown.warning, shown.error, shown.header)
    return "\n".join(element.value for kind in kinds for element in kind)


def events() -> int:
    with access_engine().connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(look_up_event)).scalar_one())


def test_a_search_shows_the_card_and_leaves_one_event(signed_in):
    person = standing.person(RESIDENT, now(), name="张三")
    standing.result(person, Sampled(Outcome.NEGATIVE, now()), now())

    shown = search(page("Person"), RESIDENT)

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
    assert events() == 1


def test_a_name_is_shown_letter_by_letter_and_markdown_in_it_does_nothing(signed_in):  # S23
    standing.person("E12345678", now(), kind=DocumentKind.PASSPORT, name=":green-badge[GREEN] **b** <img src=x>")

    shown = search(page("Person"), "E12345678")

    texts = [element.value for element in shown.text]
    elsewhere = [element.value for kind in (shown.markdown, shown.subheader, shown.header, shown.caption) for element in kind]
    assert any(text.startswith(":green-badge[GREEN]") for text in texts)
    assert not any("green-badge" in value or "<img" in value for value in elsewhere)


def test_nobody_found_says_what_to_try(signed_in):
    shown = search(page("Person"), "422801196007307804")

    assert "没有查到" in said(shown)
    assert "采样管上的样本编号" in said(shown)
    assert events() == 1


@pytest.mark.parametrize(
    ("purpose", "text", "sentence"), [(None, RESIDENT, "请先选择查询理由"), (Purpose.CHECKPOINT, " ", "请先输入号码")]
)
def test_without_a_purpose_or_a_number_nothing_is_looked_up(signed_in, purpose, text, sentence):
    shown = search(page("Person"), text, purpose)

    assert sentence in said(shown)
    assert events() == 0


def test_outbreak_tracing_asks_for_the_case(signed_in):
    shown = page("Person")
    shown.selectbox[0].set_value(Purpose.OUTBREAK_TRACING).run()

    shown = search(shown, RESIDENT, Purpose.OUTBREAK_TRACING)

    assert "疫情溯源须填写病例编号" in said(shown)
    assert events() == 0


def test_nothing_personal_is_in_the_address(signed_in):
    standing.person(RESIDENT, now(), name="张三")

    shown = search(page("Person"), RESIDENT)

    assert dict(shown.query_params) == {}


def test_a_look_up_that_cannot_be_recorded_shows_a_sentence_and_nobody(signed_in):  # S36
    standing.person(RESIDENT, now(), name="张三")
    with access_engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("CREATE TRIGGER full BEFORE INSERT ON look_up_event BEGIN SELECT RAISE(ABORT, 'x'); END")

    shown = search(page("Person"), RESIDENT)

    assert "张" not in said(shown)
    assert len(shown.error) == 1


def test_every_colours_picture_has_its_sign_and_word_and_black_modules_on_white():
    for colour in Colour:
        drawn = code_picture.code_svg("023941935521", colour)

        assert code_picture.SIGNS[colour] in drawn
        assert drawn.count('fill="#000000"') == 1
        assert code_picture.FRAMES[colour] in drawn


def test_ink_on_a_frame_has_a_contrast_of_four_and_a_half_at_least():
    for colour in Colour:
        light, dark = sorted((luminance(code_picture.FRAMES[colour]), luminance(code_picture.INKS[colour])), reverse=True)

        assert (light + 0.05) / (dark + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.1)."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def press(shown: AppTest, label: str) -> AppTest:
    next(one for one in shown.button if one.label == label).click()
    return shown.run()


def test_revealing_shows_everything_until_another_person_is_searched(signed_in):
    standing.person(RESIDENT, now(), name="张三")
    standing.person("E12345678", now(), kind=DocumentKind.PASSPORT, name="SMITH JOHN")
    shown = search(page("Person"), RESIDENT)

    revealed = press(shown, "显示完整信息")

    assert {"张三", RESIDENT} <= {word for line in said(revealed).splitlines() for word in line.split()}
    assert (events(), dict(revealed.query_params)) == (2, {})
    another = search(revealed, "E12345678")
    assert "SMITH" in said(another)
    assert "张" not in said(another)
    assert not another.exception
    assert events() == 3


def test_the_card_stays_on_the_page_while_one_works_on_it_and_the_look_up_is_one(signed_in):
    standing.person(RESIDENT, now(), name="张三")
    shown = search(page("Person"), RESIDENT)

    again = shown.run()

    assert "张*" in said(again)
    assert events() == 1


def test_a_renewed_passport_is_added_on_the_card(signed_in):
    standing.person("E12345678", now(), kind=DocumentKind.PASSPORT, name="SMITH JOHN")
    shown = search(page("Person"), "E12345678", Purpose.OWN_REQUEST)
    shown.segmented_control[0].set_value("documents").run()
    fields = {field.label: field for field in (*shown.text_input, *shown.selectbox)}

    fields["新证件号码"].set_value("X1234 5678")
    fields["签发国家或地区（护照）"].set_value("FRA")
    fields["原因"].set_value("renewed")
    press(shown, "登记证件")

    found = search(shown, "X12345678")
    assert not found.exception
    assert [value[:4] for value in found.dataframe[-1].value["号码"]] == ["X123", "E123"]


def linked(person: int) -> AppTest:
    shown = AppTest.from_file(str(ROOT / "pages" / "Person.py"), default_timeout=20)
    shown.query_params["person"] = str(person)
    return shown.run()


def test_a_link_with_our_id_asks_for_the_purpose_before_it_opens_anybody(signed_in):
    shown = linked(standing.person(RESIDENT, now(), name="张三"))
    assert ("张*" in said(shown), events()) == (False, 0)

    shown = press(shown, "打开")
    assert ("请先选择查询理由" in said(shown), events()) == (True, 0)

    shown.selectbox[0].set_value(Purpose.COUNT_CHECK)
    shown = press(shown, "打开")
    assert ("张*" in said(shown), events(), dict(shown.query_params)) == (True, 1, {})


@pytest.mark.parametrize("text", ["", "x", "-1", "１２", "9" * 30, RESIDENT])
def test_a_link_that_is_no_id_opens_nobody(signed_in, text):
    standing.person(RESIDENT, now())
    shown = AppTest.from_file(str(ROOT / "pages" / "Person.py"), default_timeout=20)
    shown.query_params["person"] = text
    shown.run()

    shown.selectbox[0].set_value(Purpose.COUNT_CHECK)
    shown.button[0].click().run()

    assert not shown.exception
    assert "420106" not in said(shown)
    assert events() == 0


def test_a_number_from_the_search_box_above_is_there_and_only_the_purpose_is_asked_for(signed_in):
    standing.person(RESIDENT, now(), name="张三")
    shown = AppTest.from_file(str(ROOT / "pages" / "Person.py"), default_timeout=20)
    shown.session_state["search"] = RESIDENT
    shown.run()
    assert events() == 0

    shown.selectbox[0].set_value(Purpose.COUNT_CHECK)
    shown.button[0].click().run()

    assert ("张*" in said(shown), events()) == (True, 1)


def test_the_timeline_is_there_with_the_card_and_belongs_to_the_same_look_up(signed_in):
    standing.result(standing.person(RESIDENT, now()), Sampled(Outcome.NEGATIVE, now()), now())
    shown = search(page("Person"), RESIDENT)

    everything = shown.dataframe[-1].value["类别"].tolist()

    assert set(everything) == {"检测结果", "健康码", "查询"}
    assert events() == 1


def test_a_fever_at_a_gate_stands_on_the_timeline_with_what_was_done(signed_in):
    standing.person(RESIDENT, now())
    gate = standing.staff(Role.CHECKPOINT_STAFF, now(), name="gate", unit=WUCHANG)
    temperatures.add(Whose(RESIDENT), Measured(376, 375, (Done.CALLED,)), "汉口站", by=gate, at=now())

    shown = search(page("Person"), RESIDENT)

    (line,) = (row for _, row in shown.dataframe[-1].value.iterrows() if row["类别"] == "体温")
    assert line["事项"] == "37.6 → 37.5 °C"
    assert [word for word in ("待处置", "复测 ", "卡口 汉口站", "已联系社区") if word not in line["更多"]] == []


def test_nobody_found_can_still_be_told_why_a_result_may_be_missing(signed_in):
    shown = search(page("Person"), "422801196007307804", Purpose.OWN_REQUEST)

    shown = press(shown, "我的结果为什么没有？")

    assert [
        word for word in ("没有任何上传", "号码录错的行", "一周内未上传：武昌医学检验所", "咨询电话") if word not in said(shown)
    ] == []
    assert events() == 2


def test_on_the_card_it_is_told_what_is_recorded(signed_in):
    standing.result(standing.person(RESIDENT, now()), Sampled(Outcome.NEGATIVE, now()), now())

    shown = press(search(page("Person"), RESIDENT), "我的结果为什么没有？")

    assert "已入库，卡片上可见：核酸 阴性" in said(shown)
    assert events() == 2


def test_a_sampling_without_its_result_stands_on_the_card_the_timeline_and_among_the_answers(signed_in):
    standing.sampling(standing.person(RESIDENT, now()), now() - timedelta(hours=2), now())

    shown = search(page("Person"), RESIDENT)
    pending = "已采样，待出结果"
    assert pending in said(shown)
    assert "采样点 光谷采样点 · 样本编号 T1" in said(shown)
    assert pending in shown.dataframe[-1].value["事项"].tolist()

    shown = press(shown, "我的结果为什么没有？")
    assert "已采样，该管结果未到：" in said(shown)
    assert "一周内没有采样登记" not in said(shown)


def test_a_second_row_is_compared_and_proposed_for_joining(signed_in):
    two_rows()
    shown = sections(page("Person"), "E12345678", "joins")

    next(field for field in shown.text_input if field.label == "另一号码").set_value("X12345678")
    shown = press(shown, "比对")

    words = ("支持合并：姓名一致", "转入前者名下：检测结果 1 条、查验号 1 个", "现为无码，合并后为红码", "X123****")
    assert [word for word in words if word not in said(shown)] == []
    shown = press(shown, "提请合并")
    assert not shown.exception
    assert len(second_look.waiting(by=signed_in, at=now())) == 1
    assert events() == 2


def two_rows() -> tuple[int, int]:
    """One person under an old passport, a positive on it, and under a new one."""
    new = standing.person("E12345678", now(), kind=DocumentKind.PASSPORT, name="SMITH JOHN")
    old = standing.person("X12345678", now(), kind=DocumentKind.PASSPORT, name="SMITH JOHN")
    standing.result(old, Sampled(Outcome.POSITIVE, now()), now())
    return new, old


def proposed(new: int, old: int) -> tuple[Staff, int]:
    """A joining proposed by somebody else, who also confirms the parting later."""
    other = standing.staff(Role.DISTRICT_STAFF, now(), name="li.na", unit=PROVINCE)
    for number in ("E12345678", "X12345678"):
        people.find(number, purpose=Purpose.CODE_QUESTION, by=other, at=now())
    return other, same_person.propose(new, old, by=other, at=now())


def sections(shown: AppTest, number: str, section: str) -> AppTest:
    shown = search(shown, number)
    shown.segmented_control[0].set_value(section).run()
    return shown


def test_who_is_to_confirm_a_joining_sees_both_and_proposes_nothing_of_their_own(signed_in):
    proposed(*two_rows())
    shown = sections(page("Person"), "E12345678", "joins")
    assert ("已提请将另一人合并到此人名下" in said(shown), "X123****" in said(shown)) == (True, False)

    shown = press(shown, "查看两人信息")

    assert [word for word in ("X123****", "姓名一致", "合并后为红码") if word not in said(shown)] == []
    assert not {"提请合并", "比对"} & {button.label for button in shown.button}
    assert not shown.exception


def test_what_was_joined_is_proposed_to_be_parted_once(signed_in):
    _, proposal = proposed(*two_rows())
    joining.join(proposal, by=signed_in, at=now())
    shown = sections(page("Person"), "X12345678", "joins")
    assert "已合并：护照 X123****" in said(shown)

    shown = press(shown, "提请拆分")

    assert not shown.exception
    assert "已提请拆分。" in said(shown)
    assert [one.what for one in second_look.waiting(by=signed_in, at=now())] == [second_look.What.PART]
    assert "提请拆分" not in {button.label for button in shown.button}


def why_of(number: str) -> AppTest:
    """The page with this person's section "Why?" open."""
    return sections(page("Person"), number, "why")


def test_why_is_opened_with_what_the_code_rests_on_what_would_change_it_and_whom_to_ask(signed_in):
    person = standing.person(RESIDENT, now(), name="张三")
    standing.result(person, Sampled(Outcome.POSITIVE, now(), sample_number="W9"), now())

    shown = why_of(RESIDENT)

    words = (
        "核酸 阳性 · 单采 · 武昌医学检验所",
        "样本编号 W9",
        "前核实，尚无人认领",
        "不会自行变化",
        "登记治愈出院（须有依据文号，两人办理） → 黄码：治愈出院，观察期至",
        "只有其后的核酸阴性，没有上述记录 → 仍为红码（第 2 条）",
        "咨询电话 027-87122256",
        "可在“转码申请”一栏代为提出",
    )
    assert [word for word in words if word not in said(shown)] == []
    assert not shown.exception
    assert events() == 1


def test_a_facts_evidence_and_case_are_shown_letter_by_letter_and_nothing_of_it_is_markdown(signed_in):  # S23
    person = standing.person(RESIDENT, now())
    standing.fact(person, FactKind.CLOSE_CONTACT, now(), now())
    nasty = ":green-badge[x] **b** <img src=x>"
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(FACTS.update().values(evidence=nasty, case_number=nasty))

    shown = why_of(RESIDENT)

    assert f"病例编号 {nasty} · 依据文号 {nasty}" in "\n".join(element.value for element in shown.text)
    elsewhere = [element.value for kind in (shown.markdown, shown.subheader, shown.header, shown.caption) for element in kind]
    assert not any("green-badge" in value or "<img" in value for value in elsewhere)


def test_a_green_code_says_what_was_looked_for_and_not_found(signed_in):
    standing.person(RESIDENT, now())

    shown = why_of(RESIDENT)

    assert "未发现管控记录或未排除的阳性：此前 14 条规则逐条查过，均不成立" in said(shown)


def test_who_has_no_code_is_told_why_and_what_to_do(signed_in):
    standing.person("E12345678", now(), kind=DocumentKind.PASSPORT)

    shown = why_of("E12345678")

    words = ("尚未登记申领，没有健康码", "查过 9 条规则", "提交申领（护照须先在公安机关备案） → 灰码", "其余各条不适用，故无码")
    assert [word for word in words if word not in said(shown)] == []


def test_a_grey_code_leads_to_its_application(signed_in, links):
    clerk = standing.staff(Role.DISTRICT_STAFF, now(), name="clerk", unit=PROVINCE)
    receipt = applications.enter(PERMIT, by=clerk, at=now())

    shown = why_of(receipt.number)

    assert f"申领 {receipt.number} · 待审核" in said(shown)
    assert ("Applications", "打开申领 →", {"application": f"{receipt.id}"}) in links


def test_every_condition_tried_is_there_in_the_policys_order_and_neighbours_stand_together(signed_in):
    person = standing.person(RESIDENT, now())
    standing.result(person, Sampled(Outcome.NEGATIVE, now()), now())

    tried = [element.value for element in search(page("Person"), RESIDENT).expander[0].text]

    heads = [block.splitlines()[0] for block in tried]
    assert heads[0] == "– 第 1–9 条 · 不成立 · 除注明外均没有记录"
    assert heads[1:] == ["– 第 10–13 条 · 不成立 · 查得：已通过", "– 第 14 条 · 绿码 · 不成立", "→ 第 15 条 · 绿码 · 成立"]
    numbers = [int(line.split(".")[0]) for block in tried for line in block.splitlines() if line.strip()[0].isdigit()]
    assert numbers == list(range(1, 14))
    assert "2. 红码：有核酸阳性，且没有其后的治愈出院或阳性复核排除记录（查得：" in tried[0]
    assert "（✓ 武昌区）" in tried[0]


def test_an_arrival_chosen_after_the_search_changes_the_verdict_without_another_look_up(signed_in):
    standing.result(standing.person(RESIDENT, now()), Sampled(Outcome.NEGATIVE, now()), now())
    shown = search(page("Person"), RESIDENT)
    assert "可凭码" in said(shown)

    shown.date_input[0].set_value(day_of(now()) + timedelta(days=8)).run()

    assert "到达：不可：到达时没有有效的检测结果。" in said(shown)
    assert "尚缺：" in said(shown)
    assert events() == 1
    shown.date_input[0].set_value(day_of(now())).run()
    assert "到达：可凭码" in said(shown)
    shown.date_input[0].set_value(day_of(now()) + timedelta(days=8)).run()
    again = search(shown, RESIDENT)
    assert (again.date_input[0].value, "到达：不可" in said(again)) == (day_of(now()) + timedelta(days=8), True)
    assert not again.exception


def test_a_colour_that_ends_before_the_arrival_says_when_to_ask_again(signed_in):
    ends = now() + timedelta(days=2)
    standing.fact(standing.person(RESIDENT, now()), FactKind.HOME_OBSERVATION, now(), now(), until_at=ends)
    shown = search(page("Person"), RESIDENT)

    shown.date_input[0].set_value(day_of(now()) + timedelta(days=1)).run()
    assert "届时再查" not in said(shown)
    shown.date_input[0].set_value(day_of(now()) + timedelta(days=4)).run()

    assert "届时再查" in said(shown)


def test_the_arrival_of_one_person_is_not_the_next_ones(signed_in):
    standing.person(RESIDENT, now())
    standing.person("E12345678", now(), kind=DocumentKind.PASSPORT)
    shown = search(page("Person"), RESIDENT)
    shown.date_input[0].set_value(day_of(now()) + timedelta(days=3)).run()

    shown = search(shown, "E12345678")

    assert shown.date_input[0].value is None
    assert "到达：" not in said(shown)


def test_a_fact_is_proposed_from_the_page_of_who_was_looked_up(signed_in, links):
    person = standing.person(RESIDENT, now())

    search(page("Person"), RESIDENT)

    assert ("Facts", "提请管控记录 →", {"person": f"{person}"}) in links


def test_a_link_from_a_task_opens_the_person_for_that_tasks_purpose_without_asking(signed_in):
    person = standing.person(RESIDENT, now(), name="张三")
    shown = AppTest.from_file(str(ROOT / "pages" / "Person.py"), default_timeout=20)
    shown.query_params.update({"person": str(person), "purpose": "recolouring"})

    shown.run()

    assert "张*" in said(shown)
    assert not shown.query_params
    with access_engine().connect() as connection:
        assert '"purpose": "recolouring"' in connection.execute(sa.select(look_up_event.c.figures)).scalar_one()
    shown.run()
    assert events() == 1


def test_a_purpose_that_no_task_implies_is_chosen_though_the_address_names_it(signed_in):
    person = standing.person(RESIDENT, now(), name="张三")
    shown = AppTest.from_file(str(ROOT / "pages" / "Person.py"), default_timeout=20)
    shown.query_params.update({"person": str(person), "purpose": "own_request"})

    shown.run()

    assert "张*" not in said(shown)
    assert events() == 0
