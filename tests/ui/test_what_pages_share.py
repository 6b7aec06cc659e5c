"""What every page needs: whose state it is, refusals as sentences, people's text without its markdown."""

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.ui import safe
from hbcore.ui.safe import inert


def state_of_somebody() -> None:
    import streamlit as st

    from hbcore.domain.vocabulary import Role
    from hbcore.services.acting import Staff
    from hbcore.ui.start import own_state

    session = st.query_params.get("session")
    own_state(Staff(1, "li", "li", Role.AUDITOR, None, session=session.encode()) if session else None)
    st.text(str(st.session_state.get("draft")))


OWNERS = """
    state belongs to | now there is | the draft
    -----------------+--------------+----------
    mine             | mine         | stays
    mine             | another      | goes
    mine             | nobody       | goes
"""


@pytest.mark.parametrize("line", OWNERS.strip().splitlines()[2:])
def test_a_websocket_joined_to_another_persons_session_sees_none_of_its_state(line):
    owner, there, draft = (cell.strip() for cell in line.split("|"))
    page = AppTest.from_function(state_of_somebody)
    page.session_state["owner"] = owner.encode()
    page.session_state["draft"] = "typed"
    if there != "nobody":
        page.query_params["session"] = there

    page.run()

    assert page.text[0].value == ("typed" if draft == "stays" else "None")


def refusing() -> None:
    import streamlit as st

    from hbcore.domain.errors import Refused
    from hbcore.ui.errors import errors_shown
    from hbcore.ui.words import speak

    speak(st.query_params["lang"])
    with errors_shown():
        raise {"refused": Refused("not_allowed"), "broken": ValueError("张三 420106199001011231")}[st.query_params["what"]]
    st.text("the page goes on")


SENTENCES = (
    ("refused", "zh", "您的角色没有此项权限。"),
    ("refused", "en", "Your role does not allow this."),
    ("broken", "zh", "系统出错，未作任何更改。请重试；仍不行，请联系系统维护人员。"),
)


@pytest.mark.parametrize(("what", "language", "said"), SENTENCES)
def test_s45_a_refusal_is_a_sentence_a_breakage_a_general_one_and_the_log_holds_no_values(what, language, said, caplog):
    page = AppTest.from_function(refusing)
    page.query_params.update({"what": what, "lang": language})

    page.run()

    assert [error.value for error in page.error] == [said]
    assert page.text[0].value == "the page goes on"
    assert "张三" not in caplog.text
    assert ("ValueError at" in caplog.text) == (what == "broken")


def saying() -> None:
    import streamlit as st

    from hbcore.ui.errors import say_after_rerun, say_now_what_was_said

    if st.button("go"):
        say_after_rerun("**Done** for [x](http://x.example)")
    say_now_what_was_said()


def test_what_is_said_after_a_rerun_is_said_once_and_without_markdown():
    page = AppTest.from_function(saying).run()

    page.button[0].click().run()
    said = [toast.value for toast in page.toast]
    page.run()

    assert said == ["Done for x(http：//x.example)"]
    assert not page.toast


INERT = (
    ("Account li_jing added.", r"Account li\_jing added."),
    ("A261123-00042-7", "A261123-00042-7"),
    ("Ready at 09:40: go on", "Ready at 09:40: go on"),
    ("11月23日 09:40，请重试！", "11月23日 09:40，请重试！"),
    (":green-badge[GREEN]", "：green-badgeGREEN"),
    ("![](http://y.example/p.png)", "!(http：//y.example/p.png)"),
    ("www.y.example", "www y.example"),
    (":material/delete: :smile:", "：material/delete: ：smile:"),
    ("<b>`x`</b> *a* ~b~ $x$ # a|b \\[", "bx/b a b x  ab "),
    ("me@y.example", "mey.example"),
)


@pytest.mark.parametrize(("typed", "shown"), INERT)
def test_s23_text_loses_what_would_be_a_link_an_image_a_badge_or_a_formula(typed, shown):
    assert inert(typed) == shown


def test_numbers_and_words_in_one_column_are_shown_as_words(monkeypatch):
    shown = []
    monkeypatch.setattr(safe.st, "dataframe", lambda table, **_more: shown.append(table.to_pydict()))

    safe.table([{"a": 1, "b": 2}, {"a": "–", "b": 3}])
    safe.table([])

    assert shown == [{"a": ["1", "–"], "b": [2, 3]}, {}]
