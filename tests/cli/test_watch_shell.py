"""A watched folder: what arrives whole is imported once and moved aside with its report; and problem rows as a file."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hbcore.cli import app
from hbcore.commands import watching
from hbcore.domain.vocabulary import Role
from hbcore.services import institutions, lab_imports
from hbcore.services.clock import now
from tests import standing
from tests.services.applying import rows
from tests.standing import LAB
from tests.storage.workbooks import Sheet, xlsx

OTHER_LAB = "420502L01"

GOOD = "姓名,身份证号,采样时间,样本编号,检测结果\n张三,420106199001011231,2022-11-08 14:00,S1,阴性\n"
BAD = GOOD.replace("011231", "011232")


@pytest.fixture
def folder(database: Path, tmp_path: Path) -> Path:
    standing.institution(now())
    standing.staff(Role.LAB_LIAISON, now(), name="lab", institutions=[LAB])
    made = tmp_path / "in"
    made.mkdir()
    return made


def run(*words: str, code: int = 0) -> dict[str, object]:
    done = CliRunner().invoke(app, [*words, "--json"])
    assert done.exit_code == code, done.output
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def watch(folder: Path, code: int = 0) -> dict[str, object]:
    return run("results", "watch", str(folder), "--institution", LAB, "--by", "lab", "--once", "--every", "0.1", code=code)


def report(path: Path) -> dict[str, object]:
    answer: dict[str, object] = json.loads(path.with_name(f"{path.name}.report.json").read_text("utf-8"))
    return answer


def there(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_files_are_taken_in_or_refused_and_moved_aside_with_their_report(folder: Path) -> None:
    (folder / "good.csv").write_text(GOOD, "utf-8")
    (folder / "note.csv").write_text("hello\n", "utf-8")

    told = watch(folder)

    assert (told["taken"], told["refused"]) == (1, 1)
    assert there(folder) == ["done/good.csv", "done/good.csv.report.json", "refused/note.csv", "refused/note.csv.report.json"]
    assert report(folder / "done/good.csv")["rows"]["recorded"] == 1  # type: ignore[index]
    assert report(folder / "refused/note.csv")["error"]["code"] == "no_known_headings"  # type: ignore[index]
    assert rows("SELECT count(*) FROM result") == [(1,)]


def test_what_is_hidden_unfinished_or_a_link_stays_where_it_is(folder: Path) -> None:
    for name in (".good.csv", "good.csv.part", "good.TMP"):
        (folder / name).write_text(GOOD, "utf-8")
    (folder / "link.csv").symlink_to(folder / ".good.csv")

    assert watch(folder) == {"taken": 0, "refused": 0, "batches": []}
    assert rows("SELECT count(*) FROM upload") == [(0,)]


def test_what_still_grows_between_two_looks_is_left_for_the_next(folder: Path) -> None:
    path, taken = folder / "slow.csv", list[Path]()
    path.write_text(GOOD[:40], "utf-8")
    parts = iter((GOOD[40:], ""))

    def arrives(_seconds: float) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(next(parts))

    watching.watched(folder, 1, once=True, take_one=taken.append, sleep=arrives)
    assert taken == []
    watching.watched(folder, 1, once=True, take_one=taken.append, sleep=arrives)
    assert taken == [path]


def test_a_kill_between_commit_and_move_adds_nothing_and_the_file_is_moved_the_next_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "good.csv").write_text(GOOD, "utf-8")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(watching, "_move", killed)
        watch(folder)
    assert (there(folder), rows("SELECT count(*) FROM upload")) == (["good.csv"], [(1,)])

    assert watch(folder)["taken"] == 1
    assert report(folder / "done/good.csv")["status"] == "already_committed"
    assert rows("SELECT count(*) FROM upload") == [(1,)]


def test_two_files_of_one_name_are_both_kept(folder: Path) -> None:
    for content in (GOOD, BAD):
        (folder / "day.csv").write_text(content, "utf-8")
        watch(folder)

    assert [name for name in there(folder) if name.endswith("csv")] == ["done/day-2.csv", "done/day.csv"]


@pytest.mark.parametrize("name", [b"\xb1\xa8.csv", "报".encode() * 83 + b".csv", b"a." + b"b" * 253, b"a\nb*?.csv"])
@pytest.mark.parametrize(("content", "aside"), [(GOOD, "done"), ("hello\n", "refused")])
def test_a_file_with_any_name_is_moved_aside_with_its_report(folder: Path, name: bytes, content: str, aside: str) -> None:
    (folder / os.fsdecode(name)).write_text(content, "utf-8")

    told = watch(folder)

    assert (told["taken"], told["refused"]) == ((1, 0) if aside == "done" else (0, 1))
    moved, its_report = sorted((folder / aside).iterdir(), key=lambda path: path.name.endswith(".report.json"))
    assert report(moved)["file"] == os.fsdecode(name)
    assert (moved.read_text("utf-8"), its_report.name) == (content, f"{moved.name}.report.json")
    assert [path for path in folder.iterdir() if path.is_file()] == []


def test_who_may_not_or_a_suspended_institution_leaves_every_file_where_it_is(folder: Path) -> None:
    (folder / "good.csv").write_text(GOOD, "utf-8")
    administrator = standing.staff(Role.ADMINISTRATOR, now(), name="administrator")
    institutions.suspend(LAB, "-", by=administrator, at=now())

    assert watch(folder, code=1)["error"]["code"] == "institution_suspended"  # type: ignore[index]
    assert there(folder) == ["good.csv"]
    assert run("results", "watch", str(folder / "none"), "--institution", LAB, "--by", "lab", "--once", code=1)["error"]


def test_trouble_with_one_file_leaves_it_for_the_next_look_and_names_it_nowhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "zhangsan.csv").write_text(GOOD, "utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(lab_imports, "commit", lambda *_, **__: os.stat("/nowhere"))
        watch(folder)

    assert there(folder) == ["zhangsan.csv"]
    assert "zhangsan" not in "".join(capfd.readouterr())
    assert watch(folder)["taken"] == 1


@pytest.mark.parametrize("code", ["nowhere", OTHER_LAB])
def test_a_wrong_institution_is_told_before_the_first_file_comes(folder: Path, code: str) -> None:
    standing.institution(now(), OTHER_LAB, "宜昌第三检验中心", standing.YICHANG)

    told = run("results", "watch", str(folder), "--institution", code, "--by", "lab", "--once", "--every", "0.1", code=1)

    assert told["error"]["code"] == "other_institution"  # type: ignore[index]


def test_what_came_of_a_file_is_told_in_one_language(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    for name in ("a.csv", "b.csv"):
        (folder / name).write_text(GOOD, "utf-8")

    done = CliRunner().invoke(
        app, ["results", "watch", str(folder), "--institution", LAB, "--by", "lab", "--once", "--every", "0.1"]
    )

    assert ("已提交：" in done.stderr, "此前已提交：" in done.stderr, "committed" in done.stderr) == (True, True, False)


def test_ctrl_c_ends_it_with_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(watching, "watched", pressed)
    done = CliRunner().invoke(app, ["results", "watch", str(folder), "--institution", LAB, "--by", "lab"])

    assert (done.exit_code, "0" in done.stderr) == (0, True)


def test_problem_rows_are_written_to_a_file_that_is_not_there_yet(folder: Path, tmp_path: Path) -> None:
    (folder / "bad.csv").write_text(BAD, "utf-8")
    [batch] = watch(folder)["batches"]  # type: ignore[misc]
    to = tmp_path / "again.csv"

    run("results", "problems", str(batch), "--to", str(to), "--by", "lab")

    assert to.read_text("utf-8-sig").splitlines()[0].endswith(",姓名,身份证号,采样时间,样本编号,检测结果")
    again = run("results", "problems", str(batch), "--to", str(to), "--by", "lab", code=1)
    assert again["error"]["code"] == "file_exists"  # type: ignore[index]


@pytest.mark.parametrize(("name", "begins"), [("again.xlsx", b"PK"), ("again", b"PK"), ("again.CSV", b"\xef\xbb\xbf")])
def test_problem_rows_of_a_workbook_are_a_workbook_unless_the_name_says_csv(
    folder: Path, tmp_path: Path, name: str, begins: bytes
) -> None:
    (folder / "bad.xlsx").write_bytes(xlsx(Sheet("1", [one.split(",") for one in BAD.splitlines()])))
    [batch] = watch(folder)["batches"]  # type: ignore[misc]

    run("results", "problems", str(batch), "--to", str(tmp_path / name), "--by", "lab")

    assert (tmp_path / name).read_bytes().startswith(begins)


def test_problem_rows_of_a_csv_are_a_workbook_where_the_name_says_so(folder: Path, tmp_path: Path) -> None:
    (folder / "bad.csv").write_text(BAD, "utf-8")
    [batch] = watch(folder)["batches"]  # type: ignore[misc]

    made = run("results", "problems", str(batch), "--to", str(tmp_path / "again.XLSX"), "--by", "lab")

    assert (made["kind"], (tmp_path / "again.XLSX").read_bytes()[:2]) == ("xlsx", b"PK")


def test_a_line_break_inside_a_cell_is_not_a_row_more(folder: Path, tmp_path: Path) -> None:
    heading, first, *_ = BAD.splitlines()
    broken = f'{heading},科室\n{first},"门诊\n二楼\u2028东"\n'
    (folder / "bad.csv").write_text(broken, "utf-8")
    [batch] = watch(folder)["batches"]  # type: ignore[misc]

    done = CliRunner().invoke(app, ["results", "problems", str(batch), "--to", str(tmp_path / "a.csv"), "--by", "lab"])

    assert [word for word in done.stderr.split() + done.stdout.split() if word.isdigit()] == ["1"]
    assert "Row 2: " in (tmp_path / "a.csv").read_text("utf-8-sig")


def test_a_recall_by_the_shell_takes_two_calls_where_a_positive_goes(folder: Path) -> None:
    standing.staff(Role.LAB_LIAISON, now(), name="second", institutions=[LAB])
    (folder / "positive.csv").write_text(GOOD.replace("阴性", "阳性"), "utf-8")
    [batch] = watch(folder)["batches"]  # type: ignore[misc]
    words = ("results", "recall", str(batch), "--reason", "样本架放错")

    first, second = (run(*words, "--by", name) for name in ("lab", "second"))

    assert (first["status"], second["status"], second["positives_gone"]) == ("proposed", "recalled", 1)
    assert "beside" not in second
    assert run("results", "put-back", str(batch), "--by", "second")["status"] == "proposed"
    assert run("results", "put-back", str(batch), "--by", "lab")["status"] == "committed"
