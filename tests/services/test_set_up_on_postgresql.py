"""A PostgreSQL database that cannot hold the desk is refused before anything is made in it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.services import set_up
from hbcore.storage.engine import engine
from tests.conftest import close
from tests.postgres import Server

AT = datetime(2020, 4, 25, tzinfo=UTC)


@pytest.mark.postgresql_only
def test_a_database_that_sorts_by_a_language_is_refused(home: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch):
    close()
    name = postgres.make("template0", "LOCALE_PROVIDER icu ICU_LOCALE 'de-DE'")
    monkeypatch.setenv("HBCORE_DATABASE_URL", postgres.url(name))

    with pytest.raises(Refused, match="database_sorts_by_language"):
        set_up.init(at=AT)

    assert sa.inspect(engine()).get_table_names() == []
