"""Mapped files from a shell: by a file for one run, and by what the page remembers of the institution."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hbcore.cli import app
from hbcore.domain.vocabulary import Role
from hbcore.services import column_mappings
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from tests import standing
from tests.standing import LAB

TEXT = "受检者,证类,身份证号,采集日期,管码,判读\n张三,J,420106199001011231,2022-11-08 08:00,{tube},N\n"
SAID = {"headings": {"管码": "sample_number", "判读": "outcome", "证类": "document_kind"}, "outcomes": {"N": "negative"}}
MAPPING = {**SAID, "document_kinds": {"J": "resident_id"}}


@pytest.fixture(autouse=True)
def liaison(database: Path) -> Staff:
    standing.institution(now())
    return standing.staff(Role.LAB_LIAISON, now(), name="lab", institutions=[LAB])


def run(*words: str, code: int = 0) -> dict[str, object]:
    done = CliRunner().invoke(app, [*words, "--institution", LAB, "--by", "lab", "--json"])
    assert done.exit_code == code, done.output
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def written(path: Path, content: object) -> str:
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), "utf-8")
    return str(path)


def recorded(answer: dict[str, object]) -> int:
    return int(answer["rows"]["recorded"])  # type: ignore[index]


def test_a_mapping_in_a_file_holds_for_one_run(tmp_path: Path, liaison: Staff) -> None:
    first, second = (written(tmp_path / f"{tube}.csv", TEXT.format(tube=tube)) for tube in ("S1", "S2"))
    mapping = written(tmp_path / "mapping.json", MAPPING)

    assert recorded(run("results", "import", first, "--preview", "--mapping", mapping)) == 1
    assert recorded(run("results", "import", first, "--mapping", mapping)) == 1

    assert recorded(run("results", "import", second)) == 0
    assert column_mappings.remembered(LAB, by=liaison, at=now()).headings == {}


def test_what_the_page_remembers_is_used_by_the_shell_and_in_a_watched_folder(tmp_path: Path, liaison: Staff) -> None:
    column_mappings.remember(LAB, MAPPING, by=liaison, at=now())
    folder = tmp_path / "in"
    folder.mkdir()
    written(folder / "a.csv", TEXT.format(tube="S1"))

    run("results", "watch", str(folder), "--once", "--every", "0.1")

    taken = json.loads((folder / "done" / "a.csv.report.json").read_text("utf-8"))
    assert recorded(taken) == 1
    other = written(tmp_path / "b.csv", TEXT.format(tube="S2").replace("判读\n", "判读,病区\n").replace(",N\n", ",N,内科\n"))
    answer = run("results", "import", other)
    assert recorded(answer) == 1
    assert [note["code"] for note in answer["notes"]] == ["headings_new"]  # type: ignore[attr-defined]
    assert "“病区”" in str(answer["notes"])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{", "bad_mapping"),
        ("[" * 100_000, "bad_mapping"),
        ({"headings": {"判读": "result"}}, "bad_mapping"),
        ({"headings": {"检测机构": ""}}, "heading_guards"),
        ({"outcomes": {"阳性": "negative"}}, "word_known"),
    ],
)
def test_a_mapping_that_is_none_is_refused_with_a_sentence(tmp_path: Path, content: object, code: str) -> None:
    mapping = written(tmp_path / "mapping.json", content)
    file = written(tmp_path / "a.csv", TEXT.format(tube="S1"))

    answer = run("results", "import", file, "--mapping", mapping, code=1)

    assert answer["error"]["code"] == code  # type: ignore[index]
    assert all("{" not in text for text in answer["error"]["text"].values())  # type: ignore[index]


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", TEXT.format(tube="S1"))

    answer = run("results", "import", file, "--mapping", str(tmp_path / "none.json"), code=1)

    assert answer["error"]["code"] == "no_such_file"  # type: ignore[index]
