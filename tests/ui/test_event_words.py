"""Events in words: what the screen calls a subject can be typed."""

import pytest

from hbcore.domain.permissions import Permission
from hbcore.ui import words
from hbcore.ui.event_words import SUBJECTS, act_words, details, subject_typed, subject_words

ACCOUNTS = {17: "chen"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_screen_calls_a_subject_is_understood_when_typed(language):
    words.speak(language)

    for kind in SUBJECTS:
        for number in ("17", "17-A", "18"):
            assert subject_typed(f" {subject_words(f'{kind} {number}', ACCOUNTS)} ", ACCOUNTS) == f"{kind} {number}"
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
    ({"ids": [1, 2], "n": 0, "revealed": False}, "ids 1, 2 · n 0 · in full no"),
)


@pytest.mark.parametrize(("figures", "said"), DETAILS)
def test_figures_are_one_line_in_words(database, figures, said):
    words.speak("en")

    assert details(figures).lower() == (said or "before (role auditor) · after (role supervisor)").lower()
