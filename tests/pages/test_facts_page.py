"""Facts as Streamlit runs them: what is in force, a fact and a list opened, a second look."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.documents import with_check_digit
from hbcore.domain.fact_rules import Measure
from hbcore.domain.vocabulary import FactKind, Outcome, Purpose, Role
from hbcore.services import fact_bursts, fact_files, fact_lists, fact_proposing, facts, people, second_look
from hbcore.services.acting import Staff
from hbcore.services.clock import day_of, now
from hbcore.services.fact_put_down import PutDown
from hbcore.services.uploads import IncomingFile
from hbcore.storage import join_rows
from hbcore.storage.engine import engine
from hbcore.ui.errors import SAID
from hbcore.ui.words import time_here
from tests import standing
from tests.services.applying import look_ups
from tests.standing import WUCHANG, Sampled

CASE, PAPER = "WC-12", "武疾控〔2020〕12号"
Visit = Callable[..., AppTest]


def number(place: int) -> str:
    return with_check_digit(f"42010619900101{place + 100:03d}")


@pytest.fixture
def clerk(database: Path, links: list[object]) -> Staff:
    """A reviewer of the county; two people with a green code."""
    standing.institution(now())
    for place, name in enumerate(("张三", "李四")):
        person = standing.person(number(place), now(), name=name)
        standing.result(person, Sampled(Outcome.NEGATIVE, now() - timedelta(hours=3)), now())
    return standing.staff(Role.DISTRICT_STAFF, now(), name="clerk", unit=WUCHANG)


@pytest.fixture
def above(clerk: Staff) -> Staff:
    return standing.staff(Role.SUPERVISOR, now(), name="city", unit="420100")


def looked_up(clerk: Staff, place: int = 0) -> people.PersonCard:
    card = people.find(number(place), purpose=Purpose.OUTBREAK_TRACING, case=CASE, by=clerk, at=now())
    assert card
    return card


def proposed(clerk: Staff, place: int = 0, begins: timedelta = timedelta(days=-1)) -> PutDown:
    at, card = now(), looked_up(clerk, place)
    measure = Measure(FactKind.CLOSE_CONTACT, at + begins, at + timedelta(days=9), PAPER, "同桌就餐")
    return fact_proposing.propose(card.id, measure, "流调判定", case=CASE, by=clerk, at=at)


def said(shown: AppTest) -> str:
    kinds = (shown.text, shown.subheader, shown.error, shown.caption, shown.warning, shown.metric)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def press(shown: AppTest, label: str) -> AppTest:
    (button,) = [one for one in shown.button if one.label == label]
    return button.click().run()


def press_of(shown: AppTest, proposal: int | None) -> AppTest:
    """Confirm one of several proposals."""
    return shown.button(key=f"confirm {proposal}").click().run()


def test_an_empty_page_says_where_proposals_are(clerk: Staff, visit: Visit) -> None:
    shown = visit(clerk, on="Facts")

    assert not shown.exception
    assert "本辖区没有此类在管记录" in said(shown)


def test_the_view_that_is_chosen_stands_in_the_address(clerk: Staff, visit: Visit) -> None:
    made = proposed(clerk)
    shown = visit(clerk, on="Facts", list=str(made.list_id))
    assert list(shown.query_params) == ["list"]

    shown.segmented_control[0].set_value("file").run()
    assert (list(shown.query_params), shown.query_params["view"]) == (["view"], "file")
    shown.segmented_control[0].set_value("in force").run()
    assert "view" not in shown.query_params


def test_what_is_confirmed_and_begins_tomorrow_is_found_and_says_when_it_changes_the_code(
    clerk: Staff, above: Staff, visit: Visit
) -> None:
    waits = proposed(clerk, begins=timedelta(hours=20))
    looked = visit(above, on="Second_looks")
    fact_lists.confirm(waits.proposal_id, by=above, at=now())

    shown = visit(clerk, on="Facts")
    assert "本辖区没有此类在管记录" in said(shown)
    later = press(shown, "尚未开始的管控 1")

    assert waits.ahead
    assert f"1 人将于 {time_here(waits.ahead.at)} 起转黄码，至" in said(looked)
    assert "全部开始执行后" not in said(looked)
    assert not later.exception
    assert list(later.dataframe[0].value["管控类别"]) == ["密切接触者"]


def test_what_is_in_force_is_listed_masked_and_opens_by_the_address(
    clerk: Staff, above: Staff, visit: Visit, links: list[object]
) -> None:
    fact_lists.confirm(proposed(clerk).proposal_id, by=above, at=now())
    shown = visit(clerk, on="Facts")

    labels = [one.label for one in shown.button]
    assert labels[:2] == ["密切接触者 1 人", "今晚到期的管控 0"]
    assert list(shown.dataframe[0].value["对象"]) == ["张* 420106********" + number(0)[-4:]]
    assert "张三" not in said(shown)
    (line,) = facts.seen_now(None, tonight=False, by=clerk, at=now()).lines
    opened = said(visit(clerk, on="Facts", fact=str(line.id)))
    hands = ("由 clerk · 武昌区", "确认人：city · 武汉市")
    for words in (f"依据文号：{PAPER}", "病例编号：WC-12", "暴露情况：同桌就餐", "原因：流调判定", *hands):
        assert words in opened


def test_a_figure_leads_to_its_rows(clerk: Staff, above: Staff, visit: Visit) -> None:
    fact_lists.confirm(proposed(clerk).proposal_id, by=above, at=now())
    standing.fact(standing.person(number(7), now()), FactKind.FEVER, now() - timedelta(days=1), now())
    shown = visit(clerk, on="Facts")
    assert len(shown.dataframe[0].value) == 2

    shown = press(shown, "密切接触者 1 人")
    assert list(shown.dataframe[0].value["管控类别"]) == ["密切接触者"]
    assert address(shown) == {"kind": "close_contact"}
    shown = press(shown, "今晚到期的管控 0")
    assert "本辖区没有此类在管记录" in said(shown)
    assert shown.toggle[0].value is True


def test_kinds_stand_as_headings_in_english(clerk: Staff, above: Staff, visit: Visit) -> None:
    fact_lists.confirm(proposed(clerk).proposal_id, by=above, at=now())
    (line,) = facts.seen_now(None, tonight=False, by=clerk, at=now()).lines
    shown = visit(clerk, "en", on="Facts", fact=str(line.id))

    assert [one.value for one in shown.subheader] == ["Close contact"]
    assert shown.button[0].label == "Close contact (1)"


def test_what_is_proposed_of_a_fact_stands_on_its_card_and_nothing_else_can_be(clerk: Staff, above: Staff, visit: Visit) -> None:
    fact_lists.confirm(proposed(clerk).proposal_id, by=above, at=now())
    (line,) = facts.seen_now(None, tonight=False, by=clerk, at=now()).lines
    shown = visit(clerk, on="Facts", fact=str(line.id))
    acts = ["提前解除…", "延长…"]
    assert [one.disabled for one in shown.button if one.label in acts] == [False, False]
    fact_proposing.propose_end(line.id, PAPER, "排除接触", by=clerk, at=now())
    shown = shown.run()

    assert "clerk 提请提前解除，待第二人确认" in said(shown)
    assert [one.disabled for one in shown.button if one.label in acts] == [True, True]


def test_the_list_of_a_fact_opens_on_the_same_page(clerk: Staff, above: Staff, visit: Visit) -> None:
    made = proposed(clerk)
    fact_lists.confirm(made.proposal_id, by=above, at=now())
    (line,) = facts.seen_now(None, tonight=False, by=clerk, at=now()).lines
    shown = press(visit(clerk, on="Facts", fact=str(line.id)), "打开所属名单 →")

    assert address(shown) == {"list": str(made.list_id)}
    assert list(shown.dataframe[1].value["暴露情况"]) == ["同桌就餐"]


def test_a_list_in_the_address_shows_its_people_the_reason_and_what_it_would_do(clerk: Staff, above: Staff, visit: Visit) -> None:
    made = proposed(clerk)
    shown = visit(above, on="Facts", list=str(made.list_id))

    assert not shown.exception
    for words in ("原因：流调判定", "病例编号：WC-12", "确认后：1 人将转黄码", "待第二人确认"):
        assert words in said(shown)
    assert list(shown.dataframe[1].value["暴露情况"]) == ["同桌就餐"]


def test_the_second_look_says_what_it_will_do_and_does_it(clerk: Staff, above: Staff, visit: Visit) -> None:
    proposed(clerk)
    shown = visit(above, on="Second_looks")
    assert "登记管控记录，确认后生效：密切接触者 1 人。病例编号：WC-12" in said(shown)
    assert "确认后：1 人将转黄码" in said(shown)
    assert "原因：流调判定" in said(shown)
    assert "张* 420106********1004 · 密切接触者 · " in said(shown)
    assert "暴露情况：同桌就餐 · 武疾控〔2020〕12号" in said(shown)
    assert "超出通常人数" not in said(shown)
    before = look_ups()
    shown.run()
    assert look_ups() == before
    press(shown, "确认")

    assert shown.session_state[SAID] == "已确认：登记管控记录 1 条。1 人已转黄码"
    assert visit(clerk, on="Facts").button[0].label == "密切接触者 1 人"


def test_the_second_look_of_an_extension_shows_the_old_end_and_how_much_longer_the_code_stays(
    clerk: Staff, above: Staff, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = now()
    fact_lists.confirm(proposed(clerk).proposal_id, by=above, at=at)
    (line,) = facts.seen_now(None, tonight=False, by=clerk, at=at).lines
    assert line.ends_at
    new = Measure(FactKind.CLOSE_CONTACT, at, at + timedelta(days=12), PAPER)
    monkeypatch.setattr(fact_bursts, "MANY_A_SHIFT", 0)
    fact_proposing.propose_extension(line.id, new, "再次接触", sure=True, by=clerk, at=at)
    shown = said(visit(above, on="Second_looks"))

    old, later = time_here(line.ends_at), time_here(at + timedelta(days=12))
    assert f"至 {later}（原至 {old}）" in shown
    assert f"确认后：1 人黄码延长至 {later}（原至 {old}）" in shown
    assert "! 短时间内超出通常人数：提请人已明确确认" in shown


def test_a_list_is_a_link_from_its_card_and_from_what_was_declined(
    clerk: Staff, above: Staff, visit: Visit, links: list[object]
) -> None:
    made = proposed(clerk)
    there = ("Facts", "查看名单人员与理由 →", {"list": str(made.list_id)})

    visit(above, on="Second_looks")
    card = list(links)
    second_look.decline(made.proposal_id, "wrong_dates", by=above, at=now())
    links.clear()
    visit(clerk, on="Second_looks")

    assert card == [there]
    assert links == [there]


def test_what_was_recorded_meanwhile_is_told_on_the_card_and_the_rest_is_confirmed_there(
    clerk: Staff, above: Staff, visit: Visit
) -> None:
    rows = [
        f"居民身份证,{number(place)},{name},密接,{day_of(now())},,同住,{PAPER}" for place, name in enumerate(("张三", "李四"))
    ]
    content = "\n".join(["证件类型,证件号码,姓名,管控类别,起始时间,截止时间,暴露情况,依据文号", *rows]).encode()
    made = fact_files.propose(IncomingFile(content, "名单.csv"), "流调判定", case=CASE, by=clerk, at=now())
    other = of_a_joined_row(clerk)
    shown = visit(above, on="Second_looks")
    fact_lists.confirm(other.proposal_id, by=above, at=now())

    shown = press_of(shown, made.proposal_id)
    assert "名单与您看到的已有不同：其中 1 条目前已登记在案或已到期" in said(shown)
    assert "以下不再登记：已由另一次确认登记在案 1。确认后登记其余 1 人" in said(shown)
    shown = press_of(shown, made.proposal_id)

    assert not shown.exception
    assert [one for one in shown.button if one.label == "确认"] == []
    confirmed = visit(clerk, on="Facts", list=str(made.list_id)).dataframe[-1].value
    assert sorted(confirmed["未登记原因"]) == ["–", "确认时未登记"]


def test_a_list_of_more_than_stand_on_its_card_is_looked_through_before_it_is_confirmed(
    clerk: Staff, above: Staff, visit: Visit
) -> None:
    people = ["张三", "李四", "王五", "赵六"]
    rows = [f"居民身份证,{number(place)},{name},密接,{day_of(now())},,同住,{PAPER}" for place, name in enumerate(people)]
    content = "\n".join(["证件类型,证件号码,姓名,管控类别,起始时间,截止时间,暴露情况,依据文号", *rows]).encode()
    made = fact_files.propose(IncomingFile(content, "名单.csv"), "流调判定", case=CASE, by=clerk, at=now())
    shown = visit(above, on="Second_looks")
    assert "名单另有 1 人" in said(shown)
    (confirm,) = [one for one in shown.button if one.label == "确认"]
    assert (confirm.disabled, confirm.help) == (True, "请先查看名单上的全部人员。")

    shown = press(shown, "查看全部 4 人")

    assert list(shown.dataframe[0].value["依据文号"]) == [PAPER] * 4
    shown = press_of(shown, made.proposal_id)
    assert not shown.exception
    assert visit(clerk, on="Facts").button[0].label == "密切接触者 4 人"


def test_below_a_list_longer_than_is_seen_at_once_it_says_that_one_scrolls(clerk: Staff, visit: Visit) -> None:
    rows = [f"居民身份证,{number(place)},王五,密接,{day_of(now())},,同住,{PAPER}" for place in range(2, 23)]
    content = "\n".join(["证件类型,证件号码,姓名,管控类别,起始时间,截止时间,暴露情况,依据文号", *rows]).encode()
    long = fact_files.propose(IncomingFile(content, "名单.csv"), "流调判定", case=CASE, by=clerk, at=now())
    short = proposed(clerk)

    assert "可在表内滚动查看全部 21 条。" in said(visit(clerk, on="Facts", list=str(long.list_id)))
    assert "滚动" not in said(visit(clerk, on="Facts", list=str(short.list_id)))


def test_a_list_of_which_nothing_is_left_says_so_on_the_button(clerk: Staff, above: Staff, visit: Visit) -> None:
    made = proposed(clerk)
    fact_lists.confirm(of_a_joined_row(clerk).proposal_id, by=above, at=now())

    shown = visit(above, on="Second_looks")

    (confirm,) = [one for one in shown.button if one.label == "确认"]
    assert (confirm.disabled, confirm.help) == (True, "该名单的全部内容目前已登记在案或已到期，请驳回。")
    on_list = visit(clerk, on="Facts", list=str(made.list_id)).dataframe[-1].value
    assert list(on_list["未登记原因"]) == ["已由另一次确认登记在案"]


def of_a_joined_row(clerk: Staff) -> PutDown:
    """The first person's contact of that case, as it is proposed of another row, which is then joined to theirs."""
    other, made = standing.person(number(5), now(), name="张三"), proposed(clerk, 5)
    with engine().begin() as connection:
        join_rows.set_pointer(connection, other, looked_up(clerk).id)
    return made


def address(shown: AppTest) -> dict[str, str]:
    """What stands in the address, which a reload keeps."""
    return {name: value if isinstance(value, str) else value[0] for name, value in shown.query_params.items()}


def test_a_link_on_the_page_itself_is_followed_though_another_view_was_chosen(clerk: Staff, above: Staff, visit: Visit) -> None:
    made = proposed(clerk)
    shown = visit(above, on="Facts")
    shown.query_params["list"] = str(made.list_id)

    assert "原因：流调判定" in said(shown.run())
