"""Fixtures that several files share: who stands beside a liaison of a file's own, and the role of the public form."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hbcore.domain.vocabulary import Role
from hbcore.services.acting import Staff
from hbcore.storage.engine import engine
from tests import standing
from tests.conftest import close
from tests.services.form_role import ROLE, granted
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


@pytest.fixture
def as_role(database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bool], None]]:
    """Switches to the role of the public form (True) and back."""
    granted()
    owner = engine().url.render_as_string(hide_password=False)

    def switch(to_role: bool) -> None:
        close()
        monkeypatch.setenv("HBCORE_DATABASE_URL", owner.replace("postgres@", f"{ROLE}@", 1) if to_role else owner)

    yield switch
    switch(False)
