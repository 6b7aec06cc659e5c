"""The answer at a gate goes by itself: whoever comes next sees nobody's name."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.ui.gate_answer import STAYS


def answered(seconds: float) -> None:
    from datetime import timedelta

    from hbcore.domain.presented import Travel, Way
    from hbcore.domain.vocabulary import Colour, DocumentKind
    from hbcore.services.clock import now
    from hbcore.services.presenting import Answer, Holder
    from hbcore.ui.gate_answer import show_for_a_while

    kind, number = DocumentKind.RESIDENT_ID, "420106********1231"
    holder = Holder(1, Colour.GREEN, "张*", kind, number, timedelta(hours=3), Travel.CODE)
    show_for_a_while(Answer(holder, None, None, Way.WEDGE, "gate", now() - timedelta(seconds=seconds)))


@pytest.mark.parametrize(("before", "stands"), [(timedelta(seconds=5), True), (timedelta(), False)])
def test_an_answer_stands_for_half_a_minute_and_is_then_cleared(before, stands):
    page = AppTest.from_function(answered, args=((STAYS - before).total_seconds(),)).run()

    shown = "\n".join(text.value for text in page.text)
    assert not page.exception
    assert ("张*" in shown, "420106" in shown, "✓" in shown) == (stands,) * 3
    assert ("30" in shown) == stands  # and says so beforehand


def expired() -> None:
    from hbcore.domain.code_verdicts import CodeVerdict
    from hbcore.domain.presented import Way
    from hbcore.services.clock import now
    from hbcore.services.presenting import Answer
    from hbcore.ui.gate_answer import show_for_a_while

    show_for_a_while(Answer(None, CodeVerdict.EXPIRED, None, Way.WEDGE, "gate", now()))


def test_an_expired_code_of_nobody_promises_no_colour_below():
    page = AppTest.from_function(expired).run()

    shown = "\n".join(text.value for text in page.text)
    assert not page.exception
    assert ("下方" in shown, "请其出示" in shown) == (False, True)
