"""The project names no machine's paths, no package index and no address that it does not explain."""

import re

import pytest

from tests.checks.sources import ROOT

TEXTS = ("*.py", "*.md", "*.toml", "*.txt", "*.po", "*.json", "*.sh", "run")
SKIPPED = {".venv", ".git", ".hbcore", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".screenshots"}
KNOWN_ADDRESSES = re.compile(
    r"https?://(www\.apache\.org/licenses/|schemas\.openxmlformats\.org/|(localhost|127\.0\.0\.1|\[::1\]|testserver|[\w.-]*\bexample)\b)"
)
NAMED = {
    "an address": re.compile(r"(?i)\b(?:https?|file|ftp)://[\w\[/]\S*"),
    "a package index": re.compile(
        r"--(?:extra-)?index-url|--find-links|(?i:\b(?:files|deb|registry|mirrors?|packages)\.[\w-]+\.(?:org|com|io|net|cn)\b)"
    ),
    "a machine's path": re.compile(r"(?<![\w.*~}/])/(?:root|home|work|tmp|mnt|opt|Users)/[\w.-]"),
}


def named_in(text: str) -> list[str]:
    """What a text names that only one machine or network has."""
    found = [(what, hit[0]) for what, pattern in NAMED.items() for hit in pattern.finditer(text)]
    return [f"{what}: {hit}" for what, hit in found if not KNOWN_ADDRESSES.match(hit)]


def test_no_file_names_a_machine_or_an_index():
    files = {file for pattern in TEXTS for file in ROOT.rglob(pattern) if not SKIPPED & set(file.relative_to(ROOT).parts)}
    files -= {ROOT / "tests/checks/test_places.py"}  # its examples

    named = [
        f"{file.relative_to(ROOT)}: {what}"
        for file in sorted(files)
        if file.is_file()
        for what in named_in(file.read_text("utf-8"))
    ]

    assert named == []


@pytest.mark.parametrize(
    "text",
    [
        "see https://host.test/x",
        "pip install --index-url x",
        "from files.somewhere.org take it",
        'open("/home/me/x")',
        "file:///srv/x",
    ],
)
def test_a_named_place_is_found(text):
    assert named_in(text)


@pytest.mark.parametrize(
    "text", ["http://127.0.0.1:8501/", "bin/python", "hbcore/home/work.py", "/healthz", "https://staff.example/"]
)
def test_what_every_machine_has_may_be_named(text):
    assert named_in(text) == []
