"""The policies as Streamlit runs them: rows in sentences, what differs, a simulation, two hands to publish."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import PROVINCE, Outcome, Role
from hbcore.services import policy_publishing, publications
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


def test_what_differs_from_the_policy_in_its_place_is_marked(first, visit):
    shown = visit(first, on="Policies", policy=WUHAN)

    assert "与现行的 hubei-2020-04 相比" in said(shown)
    assert "+ 新增 · 需集中隔离" in said(shown)
    assert "− 取消 · 在武汉登记为发热病例" in said(shown)


def test_a_policy_is_tried_on_todays_people(first, visit):
    standing.institution(now())
    standing.result(standing.person("420106199001011231", now()), Sampled(Outcome.POSITIVE, now()), now())

    shown = press(visit(first, on="Policies", policy=WUHAN), "用当前人员试算")

    assert not shown.exception
    assert "武汉市共 1 人" in said(shown)
    assert [list(table.value["人数"]) for table in shown.dataframe if "将变化" in table.value] == [[1]]


def test_it_is_proposed_by_one_and_published_by_another(first, second, visit):
    press(visit(first, on="Policies", policy=WUHAN), "提出发布")
    own = visit(first, on="Policies", policy=WUHAN)
    other = visit(second, on="Policies", policy=WUHAN)

    assert labels(own)["发布…"] is False
    assert labels(own)["撤回提请"] is True
    assert labels(other)["发布…"] is True

    policy_publishing.publish(WUHAN, valid_from=None, by=second, at=now())
    assert "0 / 0 人" in "".join(progress.proto.text for progress in visit(first, on="Policies", policy=WUHAN).get("progress"))
    publications.apply_all()
    assert "已对 0 人执行" in said(visit(first, on="Policies", policy=WUHAN))


def test_who_is_not_of_the_province_looks_and_simulates_only(database, visit):
    below = standing.staff(Role.SUPERVISOR, now(), name="below", unit=WUCHANG)

    buttons = labels(visit(below, on="Policies", policy=WUHAN))

    assert (buttons["提出发布"], buttons["提出新规则…"], buttons["用当前人员试算"]) == (False, False, True)
