"""`samples import` and the tube file that is joined to it, as a scheduled delivery runs them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hbcore.cli import app
from hbcore.domain.vocabulary import Role
from hbcore.services.clock import now
from tests import standing
from tests.standing import LAB, WUCHANG

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture(autouse=True)
def accounts(database: Path) -> None:
    standing.institution(now())
    standing.staff(Role.LAB_LIAISON, now(), name="lab", institutions=[LAB])
    standing.staff(Role.DISTRICT_STAFF, now(), name="clerk", unit=WUCHANG)


def answer(*command: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)
    return found


@pytest.mark.parametrize("by", ["lab", "clerk"])
def test_a_registration_and_then_its_tubes(by: str) -> None:
    seen = answer("samples", "import", str(EXAMPLES / "samples.csv"), "--by", by, "--preview")
    taken = answer("samples", "import", str(EXAMPLES / "samples.csv"), "--by", by)
    again = answer("samples", "import", str(EXAMPLES / "samples.csv"), "--by", by)
    results = answer("results", "import", str(EXAMPLES / "tubes.csv"), "--institution", LAB, "--by", "lab")

    assert [one["status"] for one in (seen, taken, again)] == ["preview", "committed", "already_committed"]
    assert seen["rows"] == taken["rows"] == again["rows"]
    assert (taken["rows"]["read"], taken["rows"]["recorded"], taken["rows"]["corrected"]) == (4, 4, 0)
    assert (results["rows"]["read"], results["rows"]["recorded"], results["outcomes"]) == (2, 2, {"naat": {"negative": 4}})


def test_tubes_that_nobody_registered_are_said_one_by_one() -> None:
    results = answer("results", "import", str(EXAMPLES / "tubes.csv"), "--institution", LAB, "--by", "lab")

    assert [(one["row"], one["column"], one["code"]) for one in results["problems"]] == [  # type: ignore[index]
        (2, "sample_number", "tube_not_registered"),
        (3, "sample_number", "tube_not_registered"),
    ]
