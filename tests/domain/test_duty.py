"""Who is on duty, and who may take over from a unit below."""

import pytest

from hbcore.domain.duty import Duty, duty, why_not_take_over

# reviewers, signed in | duty
ON_DUTY = [(0, 0, Duty.NO_REVIEWERS), (3, 0, Duty.NOBODY_SIGNED_IN), (3, 1, Duty.ON_DUTY)]


@pytest.mark.parametrize(("reviewers", "signed_in", "expected"), ON_DUTY)
def test_one_reviewer_signed_in_is_on_duty(reviewers, signed_in, expected):
    assert duty(reviewers, signed_in) == expected


# level of who asks, lies below, is own, who is there | why not
RULES = [
    ("prefecture", True, False, Duty.NOBODY_SIGNED_IN, None),
    ("province", True, False, Duty.NO_REVIEWERS, None),
    ("prefecture", True, False, Duty.ON_DUTY, "somebody_on_duty"),
    ("prefecture", False, False, Duty.NO_REVIEWERS, "not_your_unit"),
    ("prefecture", True, True, Duty.NO_REVIEWERS, "not_your_unit"),
    ("county", True, False, Duty.NO_REVIEWERS, "take_over_from_above"),
]


@pytest.mark.parametrize(("level", "lies_below", "is_own", "there", "expected"), RULES)
def test_the_level_above_takes_over_where_nobody_is_there(level, lies_below, is_own, there, expected):
    assert why_not_take_over(level, lies_below=lies_below, is_own=is_own, there=there) == expected
