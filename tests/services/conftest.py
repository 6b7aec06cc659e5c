"""Fixtures of several files: reviewers, hands of requests, a mail server, the form's role, who stands beside a liaison."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hbcore.domain.vocabulary import Role
from hbcore.services import mail_settings
from hbcore.services.acting import Staff
from hbcore.storage.engine import engine
from tests import standing
from tests.conftest import close
from tests.services.applying import AT, reviewer
from tests.services.form_role import ROLE, granted
from tests.services.mail_servers import Taking, mail_server
from tests.services.requesting import Hands, desk
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
def clerk(database: Path) -> Staff:
    """A reviewer of the prefecture, who enters applications."""
    return reviewer("clerk")


@pytest.fixture
def first(database: Path) -> Staff:
    """Another reviewer of the prefecture."""
    return reviewer("first")


@pytest.fixture
def second(database: Path) -> Staff:
    """A third one."""
    return reviewer("second")


@pytest.fixture
def keeper(database: Path) -> Staff:
    """The keeper of settings."""
    return standing.staff(Role.ADMINISTRATOR, AT, name="keeper")


@pytest.fixture
def server(keeper: Staff) -> Iterator[Taking]:
    """A mail server that the desk is told of."""
    with mail_server() as (taking, settings):
        mail_settings.change_mail(settings, by=keeper, at=AT)
        yield taking


@pytest.fixture
def hands(database: Path) -> Hands:
    """The three hands of a recolouring request."""
    return desk()


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
