"""What stands while a page waits, and where there is nothing."""

from streamlit.testing.v1 import AppTest


def reading() -> None:
    import streamlit as st

    from hbcore.ui import waiting

    drawn = st.session_state.setdefault("drawn", [])
    before = st.skeleton

    def skeleton(**given: int) -> object:
        drawn.append(given["height"])
        return before(**given)

    st.skeleton = skeleton
    try:
        with waiting.first_read("queue", lines=4):
            st.text("read")
        if st.query_params.get("breaks"):
            with waiting.first_read("other"):
                raise ValueError
    except ValueError:
        pass
    finally:
        st.skeleton = before


def test_grey_lines_stand_for_the_first_read_of_a_session_only():
    page = AppTest.from_function(reading).run()

    page.run()

    assert page.session_state["drawn"] == [140]
    assert [text.value for text in page.text] == ["read"]


def test_a_first_read_that_broke_was_none():
    page = AppTest.from_function(reading)
    page.query_params["breaks"] = "1"

    page.run().run()

    assert len(page.session_state["drawn"]) == 3


def empty() -> None:
    from hbcore.ui.waiting import busy, nothing_here

    with busy("Reading [x](http://x.example)"):
        pass
    nothing_here("[Nobody](http://x.example) yet", "Add **somebody**.")


def test_an_empty_place_says_so_and_what_to_do_without_markdown():
    page = AppTest.from_function(empty).run()

    assert page.text[0].value == "[Nobody](http://x.example) yet"
    assert page.caption[0].value == "Add somebody."
