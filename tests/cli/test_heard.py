"""A shell says how far something large has come, where somebody looks."""

import sys

import pytest

from hbcore.commands.frame import heard


@pytest.mark.parametrize(("terminal", "said"), [(True, "\r1 of 2\r2 of 2\n"), (False, "")])
def test_progress_is_one_line_on_a_terminal_and_nothing_elsewhere(
    terminal: bool, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    hears = heard(lambda done, lines: f"{done} of {lines}")

    for done in (1, 2):
        hears(done, 2)

    assert capsys.readouterr().err == said
