"""The Person page reached by a link or from the search box: for which purpose it opens somebody, and whom it never opens."""

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import Purpose
from hbcore.services.clock import now
from hbcore.storage.engine import access_engine
from hbcore.storage.tables import look_up_event
from tests import standing
from tests.pages.looking_up import PERSON, RESIDENT, page, press, said
from tests.services.applying import look_ups


def test_a_link_with_our_id_asks_for_the_purpose_before_it_opens_anybody(signed_in):
    shown = page(person=str(standing.person(RESIDENT, now(), name="张三")))
    assert ("张*" in said(shown), look_ups()) == (False, 0)

    shown = press(shown, "打开")
    assert ("请先选择查询理由" in said(shown), look_ups()) == (True, 0)

    shown.selectbox[0].set_value(Purpose.COUNT_CHECK)
    shown = press(shown, "打开")
    assert ("张*" in said(shown), look_ups(), dict(shown.query_params)) == (True, 1, {})


@pytest.mark.parametrize("text", ["", "x", "-1", "１２", "9" * 30, RESIDENT])
def test_a_link_that_is_no_id_opens_nobody(signed_in, text):
    standing.person(RESIDENT, now())
    shown = page(person=text)

    shown.selectbox[0].set_value(Purpose.COUNT_CHECK)
    shown.button[0].click().run()

    assert not shown.exception
    assert "420106" not in said(shown)
    assert look_ups() == 0


def test_a_number_from_the_search_box_above_is_there_and_only_the_purpose_is_asked_for(signed_in):
    standing.person(RESIDENT, now(), name="张三")
    shown = AppTest.from_file(PERSON, default_timeout=20)
    shown.session_state["search"] = RESIDENT
    shown.run()
    assert look_ups() == 0

    shown.selectbox[0].set_value(Purpose.COUNT_CHECK)
    shown.button[0].click().run()

    assert ("张*" in said(shown), look_ups()) == (True, 1)


def test_a_link_from_a_task_opens_the_person_for_that_tasks_purpose_without_asking(signed_in):
    person = standing.person(RESIDENT, now(), name="张三")

    shown = page(person=str(person), purpose="recolouring")

    assert "张*" in said(shown)
    assert not shown.query_params
    with access_engine().connect() as connection:
        assert '"purpose": "recolouring"' in connection.execute(sa.select(look_up_event.c.figures)).scalar_one()
    shown.run()
    assert look_ups() == 1


def test_a_purpose_that_no_task_implies_is_chosen_though_the_address_names_it(signed_in):
    person = standing.person(RESIDENT, now(), name="张三")

    shown = page(person=str(person), purpose="own_request")

    assert "张*" not in said(shown)
    assert look_ups() == 0
