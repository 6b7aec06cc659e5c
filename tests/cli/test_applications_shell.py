"""Applications and filings from the shell: one JSON object, exit codes, nothing personal in the clear."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hbcore.cli import app
from hbcore.domain.vocabulary import Role
from hbcore.services import applications
from hbcore.services.clock import now
from tests.services.applying import PERMIT, WUCHANG, acts, look_ups, reviewer
from tests.standing import staff

pytestmark = pytest.mark.usefixtures("database")

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def shell(*arguments, typed=""):
    """Run a command with `--json`: its exit code and its one object."""
    ran = CliRunner().invoke(app, [*arguments, "--json"], input=typed)
    return ran.exit_code, json.loads(ran.stdout) if ran.stdout else None


def test_lists_come_in_and_their_figures_add_up():
    reviewer("clerk")

    applied = shell("applications", "import", str(EXAMPLES / "applications.csv"), "--by", "clerk")
    filed = shell("filings", "import", str(EXAMPLES / "filings.csv"), "--by", "clerk")
    again = shell("filings", "import", str(EXAMPLES / "filings.csv"), "--by", "clerk")

    assert (applied[0], filed[0], again[0]) == (0, 0, 0)
    assert applied[1]["rows"] == {"read": 4, "recorded": 4, "already_held": 0, "held": 0, "refused": 0, "skipped": 0}
    assert applied[1]["codes"] == {"none>grey": 4}  # what was declared in 2020 is long over
    assert (filed[1]["status"], again[1]["status"]) == ("committed", "already_committed")
    assert acts() == ["applications_imported", "filings_imported"]


def test_the_problems_of_a_list_have_their_sentences(tmp_path):
    reviewer("clerk")
    (tmp_path / "filings.csv").write_text("护照号码,姓名\n12,MARTIN ANNA\n", encoding="gb18030")

    code, report = shell("filings", "import", str(tmp_path / "filings.csv"), "--by", "clerk")

    (problem,) = report["problems"]
    assert code == 0
    assert (problem["row"], problem["column"], problem["code"]) == (2, "document_number", "bad_document")
    assert problem["text"]["zh"] != problem["text"]["en"]


def test_one_is_shown_masked_and_leaves_one_look_up():
    receipt = applications.enter(PERMIT, by=reviewer("clerk"), at=now())
    reviewer("colleague")

    code, shown = shell("applications", "show", "-", "--by", "colleague", typed=f"{receipt.number.lower()}\n")

    assert code == 0
    assert (shown["name"], shown["document"]["number"], shown["state"]) == ("CHAN T*** M***", "H946****", "waiting")
    assert shown["checks"]["filing"] == {"verdict": "not_needed", "finding": "filing_not_required"}
    assert shown["clean"]
    assert "94684388" not in json.dumps(shown)
    assert look_ups() == 1


# what is decided                                            | by        | exit, state or error
DECIDED = [
    (["approve"], "colleague", 0, "approved"),
    (["refuse", "--reason", "not_in_hubei"], "colleague", 0, "refused"),
    (["ask", "--reason", "address", "--reason", "contact"], "colleague", 0, "asked"),
    (["send_on"], "colleague", 0, "second_review"),
    (["refuse"], "colleague", 1, "reason_needed"),
    (["refuse", "--reason", "fever"], "colleague", 1, "unknown_reason"),
    (["approve"], "clerk", 1, "own_application"),
    (["approve"], "faraway", 1, "not_your_unit"),
    (["approve"], "nobody", 1, "unknown_staff"),
    (["burn"], "colleague", 2, None),
]


@pytest.mark.parametrize(("decided", "by", "exit_code", "outcome"), DECIDED)
def test_a_decision_from_the_shell(decided, by, exit_code, outcome):
    receipt = applications.enter(PERMIT, by=reviewer("clerk"), at=now())
    reviewer("colleague", WUCHANG)
    reviewer("faraway", "420500")

    code, answer = shell("applications", "decide", receipt.number, *decided, "--by", by)

    assert code == exit_code
    assert answer is None or outcome in (answer.get("state"), answer.get("error", {}).get("code"))
    assert (answer is None) == (outcome is None)


@pytest.mark.parametrize("typed", ["A200427-00001-0", "anything", "A200427-00001-9'; --"])
def test_what_is_no_receipt_of_ours_is_said(typed):
    reviewer("colleague")

    code, answer = shell("applications", "show", typed, "--by", "colleague")

    assert (code, answer["error"]["code"]) == (1, "unknown_application")
    assert look_ups() == 0


def test_one_is_handed_on_and_many_are_taken_over():
    clerk, above = reviewer("clerk"), reviewer("above")
    staff(Role.SUPERVISOR, now(), name="supervisor", unit="420100")
    receipt = applications.enter(PERMIT, by=clerk, at=now())

    handed = shell("applications", "transfer", receipt.number, "420102", "--by", "supervisor")
    late = shell("applications", "take-over", "420102", "--overdue", "--by", above.name)
    taken = shell("applications", "take-over", "420102", "--by", above.name)
    given = shell("applications", "give-back", "420102", "--by", above.name)

    assert handed == (0, {"unit": "420102"})
    assert (late[0], late[1]["error"]["code"]) == (1, "nothing_waits")
    assert taken == (0, {"taken_over": 1})
    assert given == (0, {"given_back": 1})
    assert acts()[-4:] == ["transferred", "refused", "taken_over", "given_back"]
