"""The policies as Streamlit runs them: rows in sentences, what differs, a simulation, two hands to publish."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.sentence import TABLES
from hbcore.domain.vocabulary import PROVINCE, Outcome, Role
from hbcore.services import policy_publishing, policy_withdrawing, publications
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from tests import standing
from tests.standing import WUCHANG, Sampled

WUHAN = "wuhan-2022-09"


@pytest.fixture
def first(database: Path) -> Staff:
    return standing.staff(Role.SUPERVISOR, now(), name="first", unit=PROVINCE)


@pytest.fixture
def second(database: Path) -> Staff:
    return standing.staff(Role.SUPERVISOR, now(), name="second", unit=PROVINCE)


def said(shown: AppTest) -> str:
    return "\n".join(element.value for kind in (shown.text, shown.caption, shown.error, shown.toast) for element in kind)


def labels(shown: AppTest) -> dict[str, bool]:
    """The buttons and whether they may be pressed."""
    return {button.label: not button.disabled for button in shown.button}


def press(shown: AppTest, label: str) -> AppTest:
    return next(button for button in shown.button if button.label == label).click().run()


def test_everybody_reads_the_policy_in_force_in_sentences(database, visit):
    auditor = standing.staff(Role.AUDITOR, now(), unit=None)

    shown = visit(auditor, on="Policies")

    assert not shown.exception
    assert [
        words
        for words in ("1. ✗ 红码", "登记为确诊、疑似病例或无症状感染者", "条件：有尚未解除的确诊病例", "湖北省", "指纹")
        if words not in said(shown)
    ] == []
    assert "试算" not in " ".join(labels(shown))


def test_a_policy_that_waits_or_begins_later_is_told_beside_the_one_in_force(first, second, visit):
    assert not [label for label in labels(visit(first, on="Policies")) if WUHAN in label]
    policy_publishing.propose_kept(WUHAN, by=first, at=now())
    [waits] = [label for label in labels(visit(second, on="Policies")) if WUHAN in label]
    policy_publishing.publish(WUHAN, valid_from=now() + timedelta(days=5), by=second, at=now())

    shown = visit(first, on="Policies")
    [ahead] = [label for label in labels(shown) if WUHAN in label]
    shown = press(shown, ahead)

    assert "已提请，待第二人发布" in waits
    assert "起执行 →" in ahead
    assert "适用于武汉市" in said(shown)
    assert ahead not in labels(shown)


def test_what_differs_from_the_policy_in_its_place_is_marked(first, visit):
    shown = visit(first, on="Policies", policy=WUHAN)

    assert "与现行的 hubei-2020-04 相比" in said(shown)
    assert "+ 新增 · 需集中隔离" in said(shown)
    assert "原第 3 条 ✗ 红码\n− 取消 · 在武汉登记为发热病例" in said(shown)
    assert "原规则：依据 2020 年 4 月来鄂返鄂人员健康码通告" in said(shown)


def test_a_changed_row_is_shown_as_it_is_and_as_it_was(first, visit):
    kept = json.loads((TABLES / "policies" / "hubei-2020-04.json").read_text("utf-8"))
    red, *others = kept["rows"]
    changed = {**kept, "id": "hubei-2", "rows": [{**red, "zh": "确诊", "against": False}, *others]}
    policy_publishing.propose(json.dumps(changed).encode(), by=first, at=now())

    words = said(visit(first, on="Policies", policy="hubei-2"))

    assert "≠ 有改动 · 确诊" in words
    assert "条件：有尚未解除的确诊病例、疑似病例或无症状感染者记录\n" in words
    before = "登记为确诊、疑似病例或无症状感染者，尚未解除 · 有尚未解除的确诊病例、疑似病例或无症状感染者记录（无登记者同样适用）"
    assert f"原规则：红码 · {before}" in words


def test_the_policy_that_decides_in_ones_own_unit_is_shown_first(first, second, visit):
    policy_publishing.propose_kept(WUHAN, by=first, at=now())
    policy_publishing.publish(WUHAN, valid_from=None, by=second, at=now())
    below = standing.staff(Role.SUPERVISOR, now(), name="below", unit=WUCHANG)
    auditor = standing.staff(Role.AUDITOR, now(), name="auditor", unit=None)

    assert [visit(staff, on="Policies").selectbox[0].value for staff in (below, auditor)] == [WUHAN, "hubei-2020-04"]
    assert "与前一份 hubei-2020-04 相比" in said(visit(below, on="Policies"))


def test_an_address_that_names_no_policy_is_told_so(first, visit):
    shown = visit(first, on="Policies", policy="none")

    assert [warning.value for warning in shown.warning] == ["没有编号为“none”的规则。以下是本辖区现行的规则。"]
    assert shown.selectbox[0].value == "hubei-2020-04"


def test_a_policy_is_tried_on_todays_people(first, visit):
    standing.institution(now())
    standing.result(standing.person("420106199001011231", now()), Sampled(Outcome.POSITIVE, now()), now())

    shown = press(visit(first, on="Policies", policy=WUHAN), "用当前人员试算")

    assert not shown.exception
    assert "武汉市适用本规则的共 1 人，其中 0 人的码将变化" in said(shown)
    assert [list(table.value["人数"]) for table in shown.dataframe if "将变化" in table.value] == [[1]]


def test_it_is_proposed_by_one_and_published_by_another(first, second, visit):
    press(visit(first, on="Policies", policy=WUHAN), "提请发布")
    own = visit(first, on="Policies", policy=WUHAN)
    other = visit(second, on="Policies", policy=WUHAN)

    assert labels(own)["发布…"] is False
    assert said(own).count("您本人提请") == 1
    assert labels(own)["撤回提请"] is True
    assert labels(other)["发布…"] is True

    policy_publishing.publish(WUHAN, valid_from=None, by=second, at=now())
    assert "0 / 0 人" in "".join(progress.proto.text for progress in visit(first, on="Policies", policy=WUHAN).get("progress"))
    publications.apply_all()
    assert "已对 0 人执行" in said(visit(first, on="Policies", policy=WUHAN))


def test_why_the_buttons_are_grey_stands_beside_them(first, visit):
    elsewhere = standing.staff(Role.SUPERVISOR, now(), name="third", unit=WUCHANG)
    shown = visit(elsewhere, on="Policies", policy=WUHAN)
    assert labels(shown)["提请发布"] is False
    assert "规则由省级两人提请和发布" in said(shown)
    assert "规则由省级两人提请和发布" not in said(visit(first, on="Policies", policy=WUHAN))


def test_why_the_first_person_cannot_withdraw_it_stands_beside_the_button(first, second, visit):
    policy_publishing.propose_kept(WUHAN, by=first, at=now())
    policy_publishing.publish(WUHAN, valid_from=now() + timedelta(days=5), by=second, at=now())
    policy_withdrawing.propose(WUHAN, "not_ready", by=first, at=now())
    own, other = (visit(staff, on="Policies", policy=WUHAN) for staff in (first, second))

    assert (labels(own)["撤回该规则"], labels(other)["撤回该规则"]) == (False, True)
    assert ("您本人" in said(own), "您本人" in said(other)) == (True, False)


def test_it_is_declined_for_a_reason_that_the_first_person_reads(first, second, visit):
    press(visit(first, on="Policies", policy=WUHAN), "提请发布")
    shown = visit(second, on="Policies", policy=WUHAN)
    assert labels(shown)["驳回"] is False

    next(box for box in shown.selectbox if box.key == "why decline policy").set_value("not_justified").run()
    press(shown, "驳回")

    assert not shown.exception
    assert "驳回：理由不成立" in said(visit(first, on="Second_looks"))


def test_one_that_begins_tomorrow_says_what_will_turn_then(first, second, visit):
    standing.institution(now())
    sampled = Sampled(Outcome.NEGATIVE, now() - timedelta(days=3))
    standing.result(standing.person("420106199001011231", now()), sampled, now())
    policy_publishing.propose_kept(WUHAN, by=first, at=now())
    policy_publishing.publish(WUHAN, valid_from=now() + timedelta(days=1), by=second, at=now())
    publications.apply_all()

    assert "已对 1 人算定；若无其他变化，开始执行时将变色：绿码 → 灰码 1" in said(visit(first, on="Policies", policy=WUHAN))


def uploaded(shown: AppTest, **changed: object) -> AppTest:
    """The dialog for a new table with a file of the 48-hour rule, changed. AppTest presses the opening button each time."""
    table = {**json.loads((TABLES / "policies" / f"{WUHAN}.json").read_text("utf-8")), **changed}
    press(shown, "提请新规则…")
    shown.file_uploader[0].set_value(("table.json", json.dumps(table).encode(), "application/json"))
    return press(shown, "提请新规则…")


def press_in_dialog(shown: AppTest, key: str) -> AppTest:
    next(button for button in shown.button if button.label == "提请新规则…").click()
    return next(button for button in shown.button if button.key == key).click().run()


def test_a_new_table_is_looked_at_and_tried_before_it_is_proposed_and_then_shown(first, visit):
    standing.person("420106199001011231", now() - timedelta(days=1))
    shown = uploaded(visit(first, on="Policies"), id="wuhan-2")

    assert "wuhan-2（武汉市）：规则表无误，可以提请。规则条数：16。" in said(shown)
    assert "与 hubei-2020-04 不同的规则条数：16" in [one.label for one in shown.expander]
    shown = press_in_dialog(shown, "simulate on proposing")
    assert "武汉市适用本规则的共 1 人" in said(shown)
    shown = press_in_dialog(shown, "propose table")

    assert not shown.exception
    assert shown.selectbox[0].value == "wuhan-2"
    assert "待第二人" in said(shown)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"id": "hubei-2020-04"}, "已有另一张规则表使用此编号"),
        ({"id": "new", "applies_to": "999999"}, "辖区"),
        ({"id": "new", "version": 10_000}, "此数最大为 9999"),
    ],
)
def test_what_could_not_be_proposed_is_said_as_soon_as_the_file_is_there(first, visit, changed, sentence):
    shown = uploaded(visit(first, on="Policies"), **changed)

    assert sentence in " ".join(error.value for error in shown.error)
    assert "提交第二人" not in " ".join(labels(shown))


def test_who_publishes_sees_what_it_changes(first, second, visit):
    standing.person("420106199001011231", now() - timedelta(days=1))
    policy_publishing.propose_kept(WUHAN, by=first, at=now())

    shown = press(visit(second, on="Policies", policy=WUHAN), "发布…")

    assert not shown.exception
    assert "武汉市适用本规则的共 1 人" in said(shown)
    assert "与 hubei-2020-04 不同的规则条数：16" in [one.label for one in shown.expander]


def test_who_publishes_before_another_that_begins_later_is_told_how_long_it_decides(first, second, visit):
    policy_publishing.propose_kept(WUHAN, by=first, at=now())
    policy_publishing.publish(WUHAN, valid_from=now() + timedelta(days=9), by=second, at=now())
    kept = json.loads((TABLES / "policies" / f"{WUHAN}.json").read_text("utf-8"))
    policy_publishing.propose(json.dumps({**kept, "id": "wuhan-2"}).encode(), by=first, at=now())

    shown = press(visit(second, on="Policies", policy="wuhan-2"), "发布…")
    assert f"之后由已发布的 {WUHAN} 接替" in said(shown)
    assert "与 hubei-2020-04 不同的规则条数：16" in [one.label for one in shown.expander]

    shown.date_input(key="from day").set_value(now().date() + timedelta(days=20))
    later = press(shown, "发布…")
    assert "接替" not in said(later)
    assert f"与届时执行的 {WUHAN} 没有不同" in said(later)


def test_who_is_not_of_the_province_looks_and_simulates_only(database, visit):
    below = standing.staff(Role.SUPERVISOR, now(), name="below", unit=WUCHANG)

    buttons = labels(visit(below, on="Policies", policy=WUHAN))

    assert (buttons["提请发布"], buttons["提请新规则…"], buttons["用当前人员试算"]) == (False, False, True)


def test_one_that_has_not_begun_is_withdrawn_by_two_and_stands_as_withdrawn(first, second, visit):
    policy_publishing.propose_kept(WUHAN, by=first, at=now())
    policy_publishing.publish(WUHAN, valid_from=now() + timedelta(days=1), by=second, at=now())
    shown = visit(first, on="Policies", policy=WUHAN)
    assert labels(shown)["提请撤回"] is False
    next(box for box in shown.selectbox if box.key == "why withdraw policy").set_value("wrong_instant").run()
    press(shown, "提请撤回")

    own, other = visit(first, on="Policies", policy=WUHAN), visit(second, on="Policies", policy=WUHAN)
    assert (labels(own)["撤回该规则"], labels(own)["撤回提请"]) == (False, True)
    assert "提请在执行前撤回：执行时间有误" in said(other)
    assert "撤回已发布、定于" in said(visit(second, on="Second_looks"))
    press(other, "撤回该规则")
    publications.apply_all()

    shown = visit(first, on="Policies", policy=WUHAN)
    assert not shown.exception
    assert " 撤回，未执行" in said(shown)
    assert "（first 提请，second 确认）：执行时间有误。原定" in said(shown)
    assert "已对 0 人按撤回后重新算定" in said(shown)
    assert "与现行的 hubei-2020-04 相比" in said(shown)
    assert {"提请撤回", "撤回该规则", "发布…", "提请发布"} & set(labels(shown)) == set()


def test_who_is_not_of_the_province_is_told_who_withdraws(first, second, visit):
    policy_publishing.propose_kept(WUHAN, by=first, at=now())
    policy_publishing.publish(WUHAN, valid_from=now() + timedelta(days=1), by=second, at=now())
    policy_withdrawing.propose(WUHAN, "not_ready", by=first, at=now())
    below = standing.staff(Role.SUPERVISOR, now(), name="below", unit=WUCHANG)
    auditor = standing.staff(Role.AUDITOR, now(), name="auditor", unit=None)

    shown = visit(below, on="Policies", policy=WUHAN)

    assert labels(shown)["撤回该规则"] is False
    assert next(one.help for one in shown.button if one.label == "撤回该规则") == "尚未执行的规则须由省级两人撤回。"
    assert "撤回该规则" not in labels(visit(auditor, on="Policies", policy=WUHAN))
