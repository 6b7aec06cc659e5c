"""A link that names no row of ours: too long a number, another's word; the page is there as without it."""

import logging
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import PROVINCE, Role
from hbcore.services.clock import now
from tests import standing

pytestmark = pytest.mark.usefixtures("database", "links")

PARAMETERS = [
    ("Applications", {"application": ""}),
    ("Recolouring", {"request": ""}),
    ("Person", {"person": "", "purpose": "code_question"}),
    ("Facts", {"fact": ""}),
    ("Facts", {"list": ""}),
    ("Facts", {"person": ""}),
    ("Temperatures", {"notice": ""}),
]


@pytest.mark.parametrize("wanted", ["9" * 19, "9" * 40, "-1", "٣", "x"])
@pytest.mark.parametrize(("on", "address"), PARAMETERS, ids=[f"{on}-{next(iter(of))}" for on, of in PARAMETERS])
def test_a_link_to_a_number_that_no_row_has_breaks_nothing(
    visit: Callable[..., AppTest], on: str, address: dict[str, str], wanted: str, caplog: pytest.LogCaptureFixture
):
    staff = standing.staff(Role.DISTRICT_STAFF, now(), unit=PROVINCE)

    with caplog.at_level(logging.WARNING, "hbcore"):
        page = visit(staff, on=on, **{name: value or wanted for name, value in address.items()})

    assert not page.exception
    assert not page.error
    assert not [record for record in caplog.records if record.name == "hbcore"]
