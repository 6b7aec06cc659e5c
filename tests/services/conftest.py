"""Who stands beside a liaison: tests of laboratory files have a `liaison` of their own, and these after it."""

from datetime import UTC, datetime

import pytest

from hbcore.domain.vocabulary import Role
from hbcore.services.acting import Staff
from tests import standing
from tests.standing import LAB, WUCHANG

BEFORE = datetime(2022, 1, 1, tzinfo=UTC)
"""Their accounts are older than what any test does."""


@pytest.fixture
def colleague(liaison: Staff) -> Staff:
    """Another liaison of the institution."""
    return standing.staff(Role.LAB_LIAISON, BEFORE, name="colleague", institutions=[LAB])


@pytest.fixture
def supervisor(liaison: Staff) -> Staff:
    """The supervisor of the institution's district."""
    return standing.staff(Role.SUPERVISOR, BEFORE, name="supervisor", unit=WUCHANG)


@pytest.fixture
def prefecture(liaison: Staff) -> Staff:
    """The supervisor of the level above."""
    return standing.staff(Role.SUPERVISOR, BEFORE, name="prefecture", unit="420100")
