"""On a server the data is not ours to copy."""

from pathlib import Path

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import backups
from hbcore.services.clock import now
from tests import standing


@pytest.mark.postgresql_only
def test_a_server_copies_its_data_itself(database: Path, tmp_path: Path) -> None:
    administrator = standing.staff(Role.ADMINISTRATOR, now())
    for call in (
        lambda: backups.make(tmp_path / "copy", by=administrator, at=now()),
        lambda: backups.restore(tmp_path / "copy", at=now()),
    ):
        with pytest.raises(Refused, match="backup_by_server"):
            call()
