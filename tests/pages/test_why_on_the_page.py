"""Why a code is what it is, on the Person page: what it rests on, what was tried, what would change it."""

from datetime import timedelta

from streamlit.testing.v1 import AppTest

from hbcore.domain.fact_rules import Measure
from hbcore.domain.vocabulary import PROVINCE, DocumentKind, FactKind, Outcome, Purpose, Role
from hbcore.services import applications, fact_proposing, people
from hbcore.services.clock import now
from hbcore.storage.engine import engine
from hbcore.storage.evidence_rows import FACTS
from tests import standing
from tests.pages.looking_up import RESIDENT, page, said, search, sections
from tests.services.applying import PERMIT, look_ups
from tests.standing import WUCHANG, Sampled


def why_of(number: str) -> AppTest:
    """The page with this person's section "Why?" open."""
    return sections(page(), number, "why")


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
        "可在“转码申请”一栏代为录入申请",
    )
    assert [word for word in words if word not in said(shown)] == []
    assert not shown.exception
    assert look_ups() == 1


def test_what_nobody_has_verified_in_time_says_since_when_it_is_overdue(signed_in):
    begun = now() - timedelta(days=5)
    person = standing.person(RESIDENT, begun, name="张三")
    standing.result(person, Sampled(Outcome.POSITIVE, begun), begun)

    shown = said(why_of(RESIDENT))

    assert "须由辖区核实，已于 " in shown
    assert "超时，尚无人认领" in shown
    assert "前核实" not in shown


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


def test_a_fact_that_waits_for_its_second_look_is_said_to_count_for_nothing_yet(signed_in):
    clerk = standing.staff(Role.DISTRICT_STAFF, now(), name="clerk", unit=WUCHANG)
    held = standing.person(RESIDENT, now())
    people.open_by_id(held, purpose=Purpose.OUTBREAK_TRACING, case="WH-12", by=clerk, at=now())
    measure = Measure(FactKind.CLOSE_CONTACT, now(), now() + timedelta(days=9), "武疾控〔2020〕12号", "同桌就餐")
    fact_proposing.propose(held, measure, "同住接触", case="WH-12", by=clerk, at=now())

    shown = said(why_of(RESIDENT))

    assert "未发现管控记录或未排除的阳性" in shown
    assert "? 尚未计入：密切接触者，武昌区 于 " in shown
    assert "提请，待第二人确认。" in shown


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

    tried = [element.value for element in search(page(), RESIDENT).expander[0].text]

    heads = [block.splitlines()[0] for block in tried]
    assert heads[0] == "– 第 1–9 条 · 不成立 · 除注明外均没有记录"
    assert heads[1:] == ["– 第 10–13 条 · 不成立 · 查得：已通过", "– 第 14 条 · 绿码 · 不成立", "→ 第 15 条 · 绿码 · 成立"]
    numbers = [int(line.split(".")[0]) for block in tried for line in block.splitlines() if line.strip()[0].isdigit()]
    assert numbers == list(range(1, 14))
    assert "2. 红码：有核酸阳性，且没有其后的治愈出院或阳性复核排除记录（查得：" in tried[0]
    assert "（✓ 武昌区）" in tried[0]
