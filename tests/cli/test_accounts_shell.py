"""The shell's first commands: what they answer to programs and people, and how they refuse."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hbcore.cli import app
from hbcore.services import accounts
from hbcore.storage.engine import engine

PASSWORD = "correct horse battery"


def shell(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, arguments, input=typed)


def answer(*arguments: str, typed: str = "") -> dict[str, object]:
    """What the command printed under `--json`: one object and nothing else."""
    result = shell(*arguments, "--json", typed=typed)
    assert "Traceback" not in result.output
    return json.loads(result.stdout)


def refusal(*arguments: str, typed: str = "") -> str:
    result = shell(*arguments, "--json", typed=typed)
    error = json.loads(result.stdout)["error"]
    assert result.exit_code == 1
    assert error["text"]["zh"] != error["text"]["en"]
    return error["code"]


@pytest.fixture
def set_up(database: Path) -> None:
    code = answer("init")["setup_code"]
    answer("staff", "add", "chen", "--role", "administrator", typed=f"{code}\n{PASSWORD}\n")


def test_the_first_account_takes_the_set_up_code_and_then_a_password(home):
    code = answer("init")["setup_code"]

    assert refusal("staff", "add", "li", "--role", "auditor", typed=f"{code}\n{PASSWORD}\n") == "administrator_first"
    assert refusal("staff", "add", "chen", "--role", "administrator", typed=f"WRONG\n{PASSWORD}\n") == "wrong_setup_code"
    assert refusal("staff", "add", "chen", "--role", "administrator", typed=f"{code}\nshort\n") == "password_too_short"
    assert answer("staff", "add", "Chen", "--role", "administrator", typed=f"{code}\n{PASSWORD}\n")["name"] == "chen"
    assert answer("init") == {"setup_code": None}


def test_accounts_and_institutions_are_added_by_an_administrator(set_up):
    added = answer("institutions", "add", "420106L01", "武昌医学检验所", "--unit", "420106", "--by", "chen")
    liaison = ("staff", "add", "lab", "--role", "lab_liaison", "--institution", "420106L01", "--by", "chen")

    assert added == {"code": "420106L01", "name": "武昌医学检验所", "unit": "420106"}
    assert answer(*liaison, typed=f"{PASSWORD}\n") == {
        "name": "lab",
        "role": "lab_liaison",
        "unit": None,
        "institutions": ["420106L01"],
    }
    assert answer("institutions", "suspend", "420106L01", "--reason", "closed", "--by", "chen")["suspended"] is True
    assert accounts.staff_named("lab").institutions == ("420106L01",)


def test_a_disabled_account_acts_no_more(set_up):
    for name in ("wang", "li"):
        answer("staff", "add", name, "--role", "administrator", "--by", "chen", typed=f"{PASSWORD}\n")

    assert answer("staff", "disable", "wang", "--by", "chen") == {"name": "wang", "disabled": True}
    assert refusal("staff", "disable", "li", "--by", "wang") == "unknown_staff"


def test_events_say_that_it_was_by_shell(set_up):
    answer("staff", "add", "li", "--role", "auditor", "--by", "chen", typed=f"{PASSWORD}\n")

    with engine().connect() as connection:
        events = connection.exec_driver_sql("SELECT act, by_name, via FROM event WHERE act = 'staff_added'").all()
    assert [tuple(event) for event in events] == [("staff_added", "chen", "shell")]
    assert answer("audit", "verify") == {"events": 2, "look_ups": 0}


def test_a_changed_event_is_found(set_up):
    with engine().begin() as connection:
        connection.exec_driver_sql("UPDATE event SET at = at + 1")

    assert refusal("audit", "verify") == "chain_broken"


REFUSED = (
    (("staff", "add", "li", "--role", "auditor", "--by", "nobody"), f"{PASSWORD}\n", "unknown_staff"),
    (("staff", "add", "li", "--role", "auditor", "--by", "chen"), "", "unreadable_input"),
    (("staff", "add", "li", "--role", "auditor", "--by", "chen"), "x" * 20_000, "unreadable_input"),
    (("staff", "add", "li", "--role", "supervisor", "--by", "chen"), f"{PASSWORD}\n", "unit_needed"),
    (("staff", "disable", "chen", "--by", "chen"), "", "last_administrator"),
    (("institutions", "add", "X1", "X", "--unit", "nowhere", "--by", "chen"), "", "unknown_unit"),
)


@pytest.mark.parametrize(("command", "typed", "code"), REFUSED)
def test_a_refusal_is_a_code_with_a_sentence_in_both_languages_and_exit_code_1(set_up, command, typed, code):
    assert refusal(*command, typed=typed) == code


WRONG = (
    ("staff", "add", "li"),
    ("staff", "add", "li", "--role", "king", "--by", "chen"),
    ("staff", "add", "li", "--role", "auditor"),
    ("staff", "disable", "li"),
    ("institutions", "add", "X1", "X", "--unit", "420106"),
    ("serve", "--port", "0"),
    ("no-such-command",),
)


@pytest.mark.parametrize("command", WRONG)
def test_wrong_usage_is_exit_code_2_and_says_nothing_to_programs(set_up, command):
    result = shell(*command, typed=f"{PASSWORD}\n")

    assert (result.exit_code, result.stdout) == (2, "")


def test_people_read_sentences_in_the_language_of_their_terminal_on_standard_error(set_up, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    chinese = shell("staff", "disable", "chen", "--by", "chen")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    english = shell("staff", "disable", "chen", "--by", "chen")

    assert (chinese.exit_code, chinese.stdout, chinese.stderr) == (1, "", "这是最后一个系统管理员账号，请先新增一个再停用。\n")
    assert english.stderr == "This is the last administrator. Add another before closing this account.\n"


def test_the_public_form_alone_does_not_start_where_there_is_no_desk(home):
    assert refusal("serve", "--apply-only") == "not_set_up"


def test_a_desk_that_is_not_set_up_says_so(home):
    assert refusal("staff", "disable", "chen", "--by", "chen") == "not_set_up"


def test_what_breaks_is_a_sentence_and_a_line_in_the_log_without_what_was_typed(set_up, monkeypatch, caplog):
    def broken(name: str) -> None:
        raise ValueError(f"no such thing as {name}")

    monkeypatch.setattr(accounts, "staff_named", broken)

    assert refusal("staff", "disable", "chen", "--by", "secret-name") == "failed"
    assert "ValueError at" in caplog.text
    assert "secret-name" not in caplog.text


def test_from_any_folder_and_under_any_locale_files_are_their_owners_alone(tmp_path):
    home = tmp_path / "home"
    surroundings = {**os.environ, "HBCORE_HOME": str(home), "LC_ALL": "C", "PYTHONPATH": str(Path(__file__).parents[2])}
    surroundings.pop("HBCORE_DATABASE_URL", None)

    ran = subprocess.run(
        [sys.executable, "-m", "hbcore", "init", "--json"],
        cwd=tmp_path,
        env=surroundings,
        capture_output=True,
        check=True,
        umask=0,
    )

    modes = {stat.S_IMODE(path.stat().st_mode) for path in home.rglob("*") if path.is_file()}
    assert set(json.loads(ran.stdout)) == {"setup_code"}
    assert modes == {0o600}
