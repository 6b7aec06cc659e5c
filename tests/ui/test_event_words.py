"""Events in words: what the screen calls a subject can be typed."""

import re

import pytest

from hbcore.domain.permissions import Permission
from hbcore.ui import words
from hbcore.ui.event_figures import details
from hbcore.ui.event_subjects import ALONE, SUBJECTS, subject_typed, subject_words
from hbcore.ui.event_words import act_words

ACCOUNTS = {17: "chen"}
LONGER = (
    "alarms of unit 420106",
    "facts of unit 420000",
    "held rows of unit 420106",
    "report 420106 2020-11-22",
    "row 3 of upload 17",
    "unit 420106 2020-11-22",
    "uploads of account 17 420106 2020-11-22",
    "alarm burst_of_facts fact_list 17",
)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_screen_calls_a_subject_is_understood_when_typed(database, language):
    words.speak(language)

    for kind in SUBJECTS:
        for number in ("17", "17-A", "18"):
            assert subject_typed(f" {subject_words(f'{kind} {number}', ACCOUNTS)} ", ACCOUNTS) == f"{kind} {number}"
    for subject in (*ALONE, *LONGER):
        assert subject_words(subject, {}) != subject
        assert subject_typed(subject_words(subject, {}), {}) == subject
    for permission in Permission:
        assert subject_typed(subject_words(str(permission), {}), {}) == str(permission)
    assert subject_words("staff 17", ACCOUNTS).endswith(" chen")
    assert subject_typed("anything else", {}) == subject_words("anything else", {}) == "anything else"
    assert act_words("of_a_newer_desk") == "of_a_newer_desk"


DETAILS = (
    ({"why": "not_allowed"}, "Your role does not allow this."),
    ({"why": "unheard_of"}, "why unheard_of"),
    ({"case": None, "purpose": "application", "revealed": True}, "purpose work on an application · in full yes"),
    ({"before": {"role": "auditor", "institutions": []}, "after": {"role": "supervisor"}}, None),
    ({"ids": [1, 2], "q": 0, "revealed": False}, "numbers 1, 2 · q 0 · in full no"),
)


@pytest.mark.parametrize(("figures", "said"), DETAILS)
def test_figures_are_one_line_in_words(database, figures, said):
    words.speak("en")

    assert details(figures).lower() == (said or "before (role auditor) · after (role supervisor)").lower()


IN_CHINESE = (
    (
        {"burst": 62, "codes": {"green>yellow": 59, "none>red": 1}, "kinds": {"close_contact": 60}},
        "超出通常数量，累计人数 62 · 变化的码 (绿码 → 黄码 59 · 无码 → 红码 1) · 种类 (密切接触者 60)",
    ),
    ({"recorded": 2, "already_held": 0, "left": 0}, "新增 2 · 已有 0 · 未入库 0"),
    ({"why": "burst_to_confirm", "people": 62}, None),
    ({"chain": "look_ups", "act": "lists_and_bursts", "events": {"look_ups": 3}}, "类别 查询 · 操作 名单与突增 · 事件 (查询 3)"),
    ({"reasons": ["address"], "was": "approved", "what": "export"}, None),
    ({"unit": "420106", "role": "auditor", "theme": "dark"}, None),
    ({"what": "recall", "declined_for": "wrong_person"}, "事项 整批撤回 · 驳回原因 对象有误，系另一人"),
    ({"reasons": ["not_justified", "taken_back"]}, None),
)


@pytest.mark.parametrize(("figures", "said"), IN_CHINESE)
def test_figures_and_their_codes_are_chinese_on_a_chinese_page(database, figures, said):
    words.speak("zh")

    shown = details(figures)

    assert said is None or shown == said
    assert not re.search("[a-z_]{2,}", shown.replace("dark", ""))
