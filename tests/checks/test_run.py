"""`tests/run` says what is missing and why, and does not call it passed under CI."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType

import pytest

from tests.checks.sources import ROOT


@pytest.fixture
def run(monkeypatch) -> ModuleType:
    """The script as a module; every check passes, and what it would run is not run."""
    loader = SourceFileLoader("run", str(ROOT / "tests/run"))
    module = module_from_spec(spec_from_loader("run", loader))
    loader.exec_module(module)
    monkeypatch.setattr(module, "install_python_packages", lambda: True)
    monkeypatch.setattr(module, "quietly", lambda *_command, **_more: True)
    monkeypatch.setattr(module, "pytest", lambda *_options: True)
    return module


@pytest.fixture
def bare_machine(run, monkeypatch) -> None:
    """No browser, no font, no server, no apt."""
    monkeypatch.setattr(run.shutil, "which", lambda _name: None)
    monkeypatch.setattr(run, "has_chinese_font", lambda: False)
    monkeypatch.setattr(run, "has_postgresql", lambda: False)


@pytest.mark.usefixtures("bare_machine")
def test_what_is_missing_is_named_with_its_reason(run, capsys):
    assert not run.install_programs()

    assert "Missing: chromium (the journeys run in real Chromium)" in capsys.readouterr().out


@pytest.mark.usefixtures("bare_machine")
@pytest.mark.parametrize(("ci", "ended"), [("true", 1), ("", 0)])
def test_missing_programs_fail_where_nobody_reads_along(run, monkeypatch, ci, ended):
    monkeypatch.setenv("CI", ci)

    assert run.main() == ended


@pytest.mark.parametrize(("ci", "ended"), [("true", 1), ("", 0)])
def test_a_missing_server_fails_where_nobody_reads_along_and_leaves_the_journeys_in(run, monkeypatch, ci, ended):
    ran = []
    monkeypatch.setattr(run, "missing", lambda: ["postgresql"])
    monkeypatch.setattr(run, "pytest", lambda *options: not ran.append(options))
    monkeypatch.setenv("CI", ci)

    assert run.main() == ended
    assert (run.JOURNEYS, *run.SHARED) in ran


def test_one_failed_check_fails_the_run(run, monkeypatch):
    monkeypatch.setattr(run, "install_programs", lambda: True)
    monkeypatch.setattr(run, "quietly", lambda *command, **_more: "mypy" not in command)

    assert run.main() == 1


def test_a_run_where_all_passes_passes(run, monkeypatch):
    monkeypatch.setattr(run, "install_programs", lambda: True)

    assert run.main() == 0


def test_every_journey_is_marked_so_that_it_runs_apart():
    journeys = sorted((ROOT / "tests" / "browser").glob("test_*.py"))

    unmarked = [journey.name for journey in journeys if "pytestmark = pytest.mark.browser" not in journey.read_text("utf-8")]

    assert journeys
    assert unmarked == []
