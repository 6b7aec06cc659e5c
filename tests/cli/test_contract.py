"""The shell against its contract: fields, types, exit codes, what goes to which stream, who acts."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hbcore.cli import app
from hbcore.domain.vocabulary import PROVINCE, Assay, Outcome, Role
from hbcore.services.clock import now
from tests import standing
from tests.standing import JIANGAN, LAB, WUCHANG, Sampled

ROOT = Path(__file__).parents[2]
RESIDENT = "420106199001011231"
ERROR_TEXT = {"zh", "en"}


@pytest.fixture
def desk(database: Path) -> Path:
    """One account per role at work."""
    standing.institution(now())
    standing.staff(Role.ADMINISTRATOR, now(), name="chen")
    standing.staff(Role.LAB_LIAISON, now(), name="lab", institutions=[LAB])
    standing.staff(Role.SUPERVISOR, now(), name="wang", unit=PROVINCE)
    standing.staff(Role.DISTRICT_STAFF, now(), name="clerk", unit=WUCHANG)
    standing.staff(Role.DISTRICT_STAFF, now(), name="prefecture", unit="420100")
    return database


def shell(*arguments: str, typed: str | bytes = "") -> Result:
    return CliRunner().invoke(app, arguments, input=typed)


def answer(*arguments: str, typed: str | bytes = "") -> dict:
    return json.loads(shell(*arguments, "--json", typed=typed).stdout)


def write(folder: Path, text: str) -> str:
    (folder / "file.csv").write_text(text, encoding="utf-8")
    return str(folder / "file.csv")


def results_file(folder: Path, *rows: str) -> str:
    header = "姓名,证件号码,采样时间,样本编号,检测结果"
    return write(folder, "\n".join([header, *(rows or [f"周平,{RESIDENT},2022-11-08 14:50,S1,阴性"])]))


def applications_file(folder: Path) -> str:
    header = "提交时间,证件类型,证件号码,国籍,姓名,出生日期,性别,邮箱,所在区县"
    permit = "2020-04-27 09:00,港澳居民来往内地通行证,H94684388,,CHAN TAI MAN,1988-03-12,男,a@example.org,武昌区"
    fault = "2020-04-27 09:00,护照,C1234567,哪国,MARTIN ANNA,1988-03-12,女,b@example.org,武昌区"
    return write(folder, "\n".join([header, permit, fault]))


def filings_file(folder: Path) -> str:
    return write(folder, "护照号码,国籍,姓名,出生日期\nC1234567,法国,MARTIN ANNA,1988-03-12")


REPORT = {"batch", "status", "sha256", "format", "rows", "outcomes", "problems", "codes", "seconds"}
ROWS = {"read", "recorded", "already_held", "held", "refused", "skipped"}


def is_report(shown: dict, rows: set[str] = ROWS) -> bool:
    accounted = sum(shown["rows"][word] for word in ("recorded", "already_held", "held", "refused"))
    problem_keys = [set(one) == {"row", "column", "code", "text"} and set(one["text"]) == ERROR_TEXT for one in shown["problems"]]
    return (
        shown.keys() >= REPORT
        and set(shown["format"]) == {"kind", "encoding", "delimiter", "sheet", "header_row"}
        and set(shown["rows"]) == rows
        and shown["rows"]["read"] == accounted
        and all(problem_keys)
        and isinstance(shown["seconds"], float)
    )


def test_results_import_answers_a_report_that_adds_up(desk, tmp_path):
    good, bad = f"周平,{RESIDENT},2022-11-08 14:50,S1,阴性", "吴兰,1,昨天,S2,阴性"

    shown = answer("results", "import", results_file(tmp_path, good, bad, ",,,,"), "--institution", LAB, "--by", "lab")

    assert is_report(shown, ROWS | {"corrected", "withdrawn"})
    assert set(shown) == REPORT
    assert (shown["status"], shown["rows"]["read"], shown["rows"]["skipped"]) == ("committed", 2, 1)
    assert shown["batch"].startswith(f"B{now() + timedelta(hours=8):%Y%m%d}-")
    assert shown["codes"] == {"none>green": 1}
    assert {(one["row"], one["column"], one["code"]) for one in shown["problems"]} == {
        (3, "document_number", "bad_document"),
        (3, "sampled_at", "not_a_date"),
    }


def test_lists_answer_the_same_report_and_an_application_its_receipt(desk, tmp_path):
    filed = answer("filings", "import", filings_file(tmp_path), "--by", "prefecture")
    applied = answer("applications", "import", applications_file(tmp_path), "--by", "clerk")
    again = answer("applications", "import", applications_file(tmp_path), "--by", "clerk")

    assert is_report(filed)
    assert is_report(applied)
    assert [(one["row"], one["column"], one["code"]) for one in applied["problems"]] == [(3, "country", "unknown_country")]
    assert [one["row"] for one in applied["receipts"]] == [2]
    assert (again["status"], again["receipts"]) == ("already_committed", applied["receipts"])


def test_an_imported_application_is_shown_decided_and_found(desk, tmp_path):
    (entered,) = answer("applications", "import", applications_file(tmp_path), "--by", "clerk")["receipts"]

    shown = answer("applications", "show", "-", "--by", "clerk", typed=entered["receipt"])
    decided = answer("applications", "decide", entered["receipt"], "approve", "--by", "clerk")
    found = answer("person", entered["receipt"], "--purpose", "application", "--by", "clerk")

    assert {"receipt", "state", "name", "document", "checks", "reasons", "submitted_at", "due_at"} <= set(shown)
    assert (shown["state"], decided["state"]) == ("waiting", "approved")
    assert (found["registration"]["status"], found["code"]["colour"]) == ("approved", "green")


def test_a_person_is_found_by_document_sample_and_look_up_number_however_typed(desk):
    person = standing.person(RESIDENT, now(), name="周平")
    standing.result(person, Sampled(Outcome.NEGATIVE, now() - timedelta(hours=1), sample_number="L0122"), now())
    number = answer("person", RESIDENT, "--purpose", "own_request", "--by", "wang")["look_up_number"]

    ways = [RESIDENT, " 420106 19900101 1231 ", "４２０１０６１９９００１０１１２３１", "\ufeff" + RESIDENT, "l0122", number]
    found = [answer("person", "-", "--purpose", "own_request", "--by", "wang", typed=f"{way}\r\n") for way in ways]

    assert [one["look_up_number"] for one in found] == [number] * len(ways)


# Model part 8, hubei-2020-04: 168 hours from sampling to arrival | hours from sampling to arrival, accepted by, ground or missing
ARRIVALS = [
    (0, "code", "naat_negative_7d"),
    (168 - 1 / 60, "code", "naat_negative_7d"),
    (168, "no", "no_result"),
    (-1, "no", "no_result"),
]


@pytest.mark.parametrize(("hours", "accepted_by", "because"), ARRIVALS)
def test_a_verdict_holds_until_seven_days_after_sampling(desk, hours, accepted_by, because):
    sampled_at = (now() - timedelta(hours=2)).replace(microsecond=0)
    standing.result(standing.person(RESIDENT, now()), Sampled(Outcome.NEGATIVE, sampled_at), now())
    arrival = (sampled_at + timedelta(hours=hours)).isoformat()

    verdict = answer("person", RESIDENT, "--purpose", "own_request", "--by", "wang", "--arrival", arrival)["travel"]

    assert (verdict["accepted_by"], verdict["ground"] or verdict["missing"]) == (accepted_by, because)


@pytest.mark.parametrize("day_of", ["recorded", "sampled", "reported"])
@pytest.mark.parametrize("by_institution", [False, True])
def test_the_rows_of_a_day_add_up_to_its_whole(desk, day_of, by_institution):
    standing.institution(now(), "420102L01", "江岸医学检验所", JIANGAN)
    for number, unit, laboratory in ((RESIDENT, WUCHANG, LAB), ("422801196007307804", JIANGAN, "420102L01")):
        at = now()
        sampled = Sampled(Outcome.NEGATIVE, at, institution=laboratory, reported_at=at)
        standing.result(standing.person(number, at, unit=unit), sampled, at, unit=unit)

    shown = answer("counts", "--by", "wang", "--day-of", day_of, *(["--by-institution"] if by_institution else []))

    assert set(shown["results"]) == {str(assay) for assay in Assay}
    assert shown["results"]["naat"]["negative"] == sum(row["results"]["naat"]["negative"] for row in shown["rows"]) == 2
    assert all(isinstance(row["institution" if by_institution else "unit"], str) for row in shown["rows"])
    assert datetime.fromisoformat(shown["as_at"]).utcoffset() == timedelta(hours=8)


COMMANDS: dict[str, tuple[str, ...]] = {
    "staff disable": ("staff", "disable", "li"),
    "institutions add": ("institutions", "add", "X1", "X", "--unit", WUCHANG),
    "institutions suspend": ("institutions", "suspend", LAB, "--reason", "closed"),
    "results import": ("results", "import", "FILE", "--institution", LAB),
    "samples import": ("samples", "import", "FILE"),
    "filings import": ("filings", "import", "FILE"),
    "applications import": ("applications", "import", "FILE"),
    "applications show": ("applications", "show", "A1"),
    "applications decide": ("applications", "decide", "A1", "approve"),
    "person": ("person", RESIDENT, "--purpose", "checkpoint"),
    "counts": ("counts",),
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_whoever_acts_is_named_exists_and_may(desk, tmp_path, command):
    command = tuple(results_file(tmp_path) if part == "FILE" else part for part in command)
    standing.staff(Role.AUDITOR, now(), name="auditor")

    unnamed, unknown, forbidden = (shell(*command, *by, "--json") for by in ([], ["--by", "nobody"], ["--by", "auditor"]))

    assert (unnamed.exit_code, unnamed.stdout) == (2, "")
    assert [json.loads(one.stdout)["error"]["code"] for one in (unknown, forbidden)] == ["unknown_staff", "not_allowed"]
    assert (unknown.exit_code, forbidden.exit_code) == (1, 1)


@pytest.mark.parametrize("command", [*COMMANDS.values(), ("audit", "verify"), ("staff", "add", "li", "--role", "auditor")])
def test_a_desk_that_is_not_set_up_says_what_to_do(home, tmp_path, command):
    command = tuple(results_file(tmp_path) if part == "FILE" else part for part in command)
    acts = [] if command[0] == "audit" else ["--by", "chen"]

    refused = shell(*command, *acts, "--json", typed="correct horse battery\n")

    error = json.loads(refused.stdout)["error"]
    assert (refused.exit_code, error["code"], set(error["text"])) == (1, "not_set_up", ERROR_TEXT)


@pytest.mark.parametrize("command", [("init",), ("counts", "--by", "wang"), ("audit", "verify")])
@pytest.mark.parametrize(
    ("name", "value"),
    [("HBCORE_HOME", "{file}/home"), ("HBCORE_DATABASE_URL", "sqlite:///{file}/x.db"), ("HBCORE_DATABASE_URL", "no")],
)
def test_a_home_that_cannot_be_used_is_a_sentence(home, tmp_path, command, name, value):
    taken = tmp_path / "taken"
    taken.touch()

    refused = CliRunner().invoke(app, [*command, "--json"], env={name: value.format(file=taken)})

    assert (refused.exit_code, json.loads(refused.stdout)["error"]["code"]) == (1, "home_unusable")


def test_keys_that_are_gone_are_said_and_never_made_anew(desk):
    shutil.move(desk / "keys", desk / "elsewhere")

    looked, started = answer("person", RESIDENT, "--purpose", "checkpoint", "--by", "wang"), answer("init")

    assert [one["error"]["code"] for one in (looked, started)] == ["keys_missing", "keys_missing"]
    assert not (desk / "keys").exists()


UNREADABLE: dict[str, Callable[[Path], Path]] = {
    "a folder": lambda folder: folder,
    "nothing there": lambda folder: folder / "missing.csv",
    "a name too long": lambda folder: folder / ("n" * 300),
}


@pytest.mark.parametrize("place", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("command", ["results", "samples", "filings", "applications"])
def test_a_file_that_cannot_be_read_is_refused(desk, tmp_path, command, place):
    who = {
        "results": ("--institution", LAB, "--by", "lab"),
        "samples": ("--by", "lab"),
        "filings": ("--by", "prefecture"),
        "applications": ("--by", "clerk"),
    }

    assert answer(command, "import", str(place(tmp_path)), *who[command])["error"]["code"] == "no_such_file"


REFUSED = [
    (("person", "-", "--purpose", "checkpoint", "--by", "wang"), b"\xff\xfe\n", "unreadable_input"),
    (("person", "1", "--purpose", "outbreak_tracing", "--by", "wang", "--case", " "), "", "case_needed"),
    (("applications", "show", "A1", "--purpose", "outbreak_tracing", "--by", "clerk"), "", "unknown_application"),
    (("counts", "--by", "wang", "--on", "0001-01-01"), "", "too_old"),
    (("counts", "--by", "clerk", "--unit", JIANGAN), "", "not_your_unit"),
    (("filings", "import", "/dev/null", "--by", "clerk"), "", "empty_file"),
    (("results", "import", "/dev/null", "--institution", LAB, "--by", "lab"), "", "empty_file"),
    (("results", "import", "/dev/null", "--institution", "X1", "--by", "lab"), "", "unknown_institution"),
]


@pytest.mark.parametrize(("command", "typed", "code"), REFUSED)
def test_a_refusal_says_its_code(desk, command, typed, code):
    assert answer(*command, typed=typed)["error"]["code"] == code


def test_results_of_a_suspended_or_another_s_institution_are_not_taken(desk, tmp_path):
    standing.institution(now(), "420102L01", "江岸医学检验所", JIANGAN)
    file = results_file(tmp_path)

    other = answer("results", "import", file, "--institution", "420102L01", "--by", "lab")
    answer("institutions", "suspend", LAB, "--reason", "closed", "--by", "chen")
    suspended = answer("results", "import", file, "--institution", LAB, "--by", "lab", "--preview")

    assert [one["error"]["code"] for one in (other, suspended)] == ["other_institution", "institution_suspended"]


def test_outbreak_tracing_of_an_application_needs_its_case(desk, tmp_path):
    (entered,) = answer("applications", "import", applications_file(tmp_path), "--by", "clerk")["receipts"]
    asked = ("applications", "show", entered["receipt"], "--by", "clerk", "--purpose", "outbreak_tracing")

    assert answer(*asked)["error"]["code"] == "case_needed"
    assert answer(*asked, "--case", "HB-1")["state"] == "waiting"


def test_people_s_text_goes_to_standard_error_and_holds_no_number_in_full(desk):
    standing.person(RESIDENT, now(), name="周平")

    shown = shell("person", RESIDENT, "--purpose", "own_request", "--by", "wang")

    assert (shown.exit_code, shown.stdout) == (0, "")
    assert shown.stderr.startswith("周*  420106********1231\n")


def test_a_command_loads_nothing_of_the_pages_and_of_migrations():
    loaded = "import sys, hbcore.cli; print([name for name in ('streamlit', 'pandas', 'alembic') if name in sys.modules])"

    ran = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, check=True, text=True)

    assert ran.stdout == "[]\n"
