"""`audit checkpoint` and `audit verify --checkpoint`: what is written, what is found, what is refused."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hbcore.cli import app
from hbcore.domain.vocabulary import Role
from hbcore.services.clock import now
from hbcore.storage.engine import engine
from tests import standing


@pytest.fixture
def desk(database: Path) -> Path:
    standing.staff(Role.AUDITOR, now(), name="shen")
    standing.staff(Role.ADMINISTRATOR, now(), name="chen")
    return database


def shell(*arguments: str) -> tuple[int, dict]:
    ran = CliRunner().invoke(app, [*arguments, "--json"])
    return ran.exit_code, json.loads(ran.stdout)


def refusal(*arguments: str) -> str:
    code, answer = shell(*arguments)
    assert code == 1
    assert set(answer["error"]["text"]) == {"zh", "en"}
    return str(answer["error"]["code"])


def test_a_checkpoint_is_written_once_and_the_chains_are_those_it_saw(desk, tmp_path):
    kept = str(tmp_path / "kept.json")

    assert shell("audit", "checkpoint", "--to", kept, "--by", "shen") == (0, {"events": 1, "look_ups": 0})
    assert shell("audit", "verify", "--checkpoint", kept) == (0, {"events": 1, "look_ups": 0})
    assert refusal("audit", "checkpoint", "--to", kept, "--by", "shen") == "file_exists"


def test_a_cut_chain_is_refused_with_its_name(desk, tmp_path):
    kept = str(tmp_path / "kept.json")
    shell("audit", "checkpoint", "--to", kept, "--by", "shen")
    with engine().begin() as connection:
        connection.exec_driver_sql("DELETE FROM event")

    assert shell("audit", "verify") == (0, {"events": 0, "look_ups": 0})
    assert refusal("audit", "verify", "--checkpoint", kept) == "chain_cut"


def test_a_broken_link_is_named_before_what_the_checkpoint_says(desk, tmp_path):
    kept = str(tmp_path / "kept.json")
    shell("audit", "checkpoint", "--to", kept, "--by", "shen")
    with engine().begin() as connection:
        connection.exec_driver_sql("UPDATE event SET at = at + 1")

    assert refusal("audit", "verify", "--checkpoint", kept) == "chain_broken"


def test_files_that_are_not_there_or_no_checkpoint_or_cannot_be_written(desk, tmp_path):
    (tmp_path / "other").write_bytes(b"\xff\xfe")

    assert refusal("audit", "verify", "--checkpoint", str(tmp_path / "none")) == "no_such_file"
    assert refusal("audit", "verify", "--checkpoint", str(tmp_path / "other")) == "checkpoint_unreadable"
    assert refusal("audit", "checkpoint", "--to", str(tmp_path / "none" / "x"), "--by", "shen") == "file_not_written"
    assert refusal("audit", "checkpoint", "--to", str(tmp_path / "x"), "--by", "chen") == "not_allowed"
    assert not (tmp_path / "x").exists()
