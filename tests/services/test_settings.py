"""The hotline is a setting: its keeper changes it, an event says so, and it stands in the reasons from then on."""

from datetime import UTC, datetime

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Purpose, Role
from hbcore.services import audit, people, settings, why
from hbcore.storage.engine import engine
from tests import standing

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
NUMBER = "420106199001011231"


@pytest.fixture
def keeper(database):
    return standing.staff(Role.ADMINISTRATOR, AT, name="keeper")


def test_it_stands_below_a_card_from_the_change_on(keeper):
    clerk = standing.staff(Role.DISTRICT_STAFF, AT, name="clerk", unit="420106")
    person = standing.person(NUMBER, AT)
    people.find(NUMBER, purpose=Purpose.CODE_QUESTION, by=clerk, at=AT)
    assert why.why(person, by=clerk, at=AT).hotline == settings.HOTLINE

    settings.change_hotline(" 027-12345 ", by=keeper, at=AT)

    assert why.why(person, by=clerk, at=AT).hotline == settings.hotline_now(by=keeper, at=AT) == "027-12345"


def test_a_change_is_an_event_with_both_numbers(keeper):
    settings.change_hotline("12345", by=keeper, at=AT)

    with engine().connect() as connection:
        event = connection.execute(audit.EVENTS.select().where(audit.EVENTS.c.act == audit.Act.SETTING_CHANGED)).one()
    assert (event.by_name, settings.HOTLINE in event.figures, "12345" in event.figures) == ("keeper", True, True)


@pytest.mark.parametrize("number", ["", "1", "ask me", "027<b>1", "1" * 31, "١٢٣٤٥", settings.HOTLINE])
def test_what_is_no_other_number_is_refused_and_the_old_one_stays(keeper, number):
    with pytest.raises(Refused):
        settings.change_hotline(number, by=keeper, at=AT)

    assert settings.hotline_now(by=keeper, at=AT) == settings.HOTLINE


def test_nobody_else_changes_it(database):
    clerk = standing.staff(Role.DISTRICT_STAFF, AT, name="clerk", unit="420106")

    with pytest.raises(Refused, match="not_allowed"):
        settings.change_hotline("12345", by=clerk, at=AT)
