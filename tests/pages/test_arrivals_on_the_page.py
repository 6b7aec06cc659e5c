"""A day of arrival chosen on the Person page: the travel verdict then, without another look-up."""

from datetime import timedelta

from hbcore.domain.vocabulary import DocumentKind, FactKind, Outcome
from hbcore.services.clock import day_of, now
from tests import standing
from tests.pages.looking_up import RESIDENT, page, said, search
from tests.services.applying import look_ups
from tests.standing import Sampled


def test_an_arrival_chosen_after_the_search_changes_the_verdict_without_another_look_up(signed_in):
    standing.result(standing.person(RESIDENT, now()), Sampled(Outcome.NEGATIVE, now()), now())
    shown = search(page(), RESIDENT)
    assert "可凭码" in said(shown)

    shown.date_input[0].set_value(day_of(now()) + timedelta(days=8)).run()

    assert "到达，不可：到达时没有有效的检测结果。" in said(shown)
    assert "尚缺：" in said(shown)
    assert look_ups() == 1
    shown.date_input[0].set_value(day_of(now())).run()
    assert "到达，可凭码" in said(shown)
    shown.date_input[0].set_value(day_of(now()) + timedelta(days=8)).run()
    again = search(shown, RESIDENT)
    assert (again.date_input[0].value, "到达，不可" in said(again)) == (day_of(now()) + timedelta(days=8), True)
    assert not again.exception


def test_a_colour_that_ends_before_the_arrival_says_when_to_ask_again(signed_in):
    ends = now() + timedelta(days=2)
    standing.fact(standing.person(RESIDENT, now()), FactKind.HOME_OBSERVATION, now(), now(), until_at=ends)
    shown = search(page(), RESIDENT)

    shown.date_input[0].set_value(day_of(now()) + timedelta(days=1)).run()
    assert "届时再查" not in said(shown)
    shown.date_input[0].set_value(day_of(now()) + timedelta(days=4)).run()

    assert "届时再查" in said(shown)


def test_a_green_code_that_ends_before_the_arrival_says_so_too(signed_in):
    person = standing.person(RESIDENT, now())
    standing.result(person, Sampled(Outcome.NEGATIVE, now()), now())
    standing.fact(person, FactKind.HOME_OBSERVATION, now() + timedelta(days=1), now())
    shown = search(page(), RESIDENT)

    shown.date_input[0].set_value(day_of(now()) + timedelta(days=3)).run()

    assert "到达，可凭码" in said(shown)
    assert "届时再查" in said(shown)


def test_the_arrival_of_one_person_is_not_the_next_ones(signed_in):
    standing.person(RESIDENT, now())
    standing.person("E12345678", now(), kind=DocumentKind.PASSPORT)
    shown = search(page(), RESIDENT)
    shown.date_input[0].set_value(day_of(now()) + timedelta(days=3)).run()

    shown = search(shown, "E12345678")

    assert shown.date_input[0].value is None
    assert "到达，" not in said(shown)
