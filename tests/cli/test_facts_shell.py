"""`facts import` and `facts confirm`: a list in two steps by two people, from the shell."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hbcore.cli import app
from hbcore.domain.documents import with_check_digit
from hbcore.domain.vocabulary import Role
from hbcore.services.clock import now
from tests import standing
from tests.standing import WUCHANG

HEADER = "证件类型,证件号码,姓名,管控类别,起始时间,截止时间,暴露情况,依据文号"


@pytest.fixture(autouse=True)
def staff(database: Path) -> None:
    standing.staff(Role.DISTRICT_STAFF, now(), name="clerk", unit=WUCHANG)
    standing.staff(Role.SUPERVISOR, now(), name="city", unit="420100")


def row(place: int, exposure: str = "同住", kind: str = "密接") -> str:
    number = with_check_digit(f"42010619900101{place + 100:03d}")
    return f"居民身份证,{number},张三,{kind},{now():%Y-%m-%d},,{exposure},武疾控12号"


def shell(*arguments: str) -> tuple[int, dict[str, object]]:
    ran = CliRunner().invoke(app, [*arguments, "--json"])
    answer: dict[str, object] = json.loads(ran.stdout)
    return ran.exit_code, answer


def told(*arguments: str, locale: str = "en_GB") -> list[str]:
    """What people are told, line by line."""
    return CliRunner().invoke(app, arguments, env={"LC_ALL": f"{locale}.UTF-8"}).stderr.splitlines()


def listed(folder: Path, *rows: str) -> str:
    (folder / "list.csv").write_text("\n".join([HEADER, *rows]), "utf-8")
    return str(folder / "list.csv")


def test_a_list_is_previewed_proposed_and_confirmed_by_another(tmp_path: Path) -> None:
    file = listed(tmp_path, row(0), row(1), row(2, kind="邻居"))
    code, seen = shell("facts", "import", file, "--case", "WC-1", "--by", "clerk", "--preview")
    assert (code, seen["status"], seen["list"], seen["new_people"]) == (0, "preview", None, 2)
    code, made = shell("facts", "import", file, "--case", "WC-1", "--by", "clerk")
    assert (code, made["status"], made["codes"]) == (0, "proposed", seen["codes"])
    assert made["rows"] == {"read": 3, "proposed": 2, "already_held": 0, "held": 0, "refused": 1, "skipped": 0}
    ((problem,), number) = made["problems"], str(made["list"])  # type: ignore[misc]
    assert (problem["row"], problem["column"], problem["code"]) == (4, "kind", "unknown_fact")  # type: ignore[index]
    assert set(problem["text"]) == {"zh", "en"}  # type: ignore[index]
    assert shell("facts", "confirm", number, "--by", "clerk")[1]["error"]["code"] == "not_allowed"  # type: ignore[index]
    code, done = shell("facts", "confirm", number, "--by", "city")

    told = {"list": number, "status": "confirmed", "people": 2, "left_out": 0, "codes": made["codes"]}
    assert (code, done) == (0, told)


REFUSED = [
    ((row(0), row(1)), (), "facts_need_a_case"),
    ((row(0), row(1, exposure="")), ("--case", "WC-1"), "list_without_exposures"),
    (tuple(row(place) for place in range(201)), ("--case", "WC-1"), "too_many_people"),
    (tuple(row(place) for place in range(51)), ("--case", "WC-1"), "burst_to_confirm"),
]


@pytest.mark.parametrize(("rows", "more", "code"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_what_may_not_be_proposed_is_refused_with_a_sentence(
    rows: tuple[str, ...], more: tuple[str, ...], code: str, tmp_path: Path
) -> None:
    exit_code, answer = shell("facts", "import", listed(tmp_path, *rows), *more, "--by", "clerk")

    assert exit_code == 1
    assert answer["error"]["code"] == code  # type: ignore[index]


def test_more_people_than_usual_are_taken_once_it_is_said_that_all_are_meant(tmp_path: Path) -> None:
    file = listed(tmp_path, *(row(place) for place in range(51)))

    code, made = shell("facts", "import", file, "--case", "WC-1", "--sure", "--by", "clerk")
    assert (code, made["rows"]["proposed"]) == (0, 51)  # type: ignore[index]


def test_the_question_whether_so_many_are_meant_names_the_option_that_answers_it(tmp_path: Path) -> None:
    asked = ("facts", "import", listed(tmp_path, *(row(place) for place in range(51))), "--case", "WC-1", "--by", "clerk")

    assert told(*asked)[-1] == "Here it is said with --sure."
    assert told(*asked, locale="zh_CN")[-1] == "命令行中用 --sure 明确确认。"


def test_an_unknown_list_is_said(tmp_path: Path) -> None:
    assert shell("facts", "confirm", "17", "--by", "city")[1]["error"]["code"] == "unknown_list"  # type: ignore[index]


def test_people_are_told_what_the_list_holds_whose_codes_change_and_which_rows_are_wrong(tmp_path: Path) -> None:
    asked = ("facts", "import", listed(tmp_path, row(0), row(1), row(2, kind="邻居")), "--case", "WC-1", "--by", "clerk")
    seen, chinese = told(*asked, "--preview"), told(*asked, "--preview", locale="zh_CN")
    made = shell(*asked)[1]
    done = told("facts", "confirm", str(made["list"]), "--by", "city")

    assert seen[:3] == [
        "Preview: 3 rows read, 2 proposed, 0 on record or proposed, 0 held, 1 not taken.",
        "Once confirmed: 2 from green to yellow",
        "2 people are not known yet; they get a record without a registration.",
    ]
    assert seen[3].startswith("Row 4: ")
    assert chinese[:2] == [
        "预览：读取 3 行，提请 2 行，已有或已提请 0 行，待核实 0 行，未接收 1 行。",
        "确认后：2 人 绿码 → 黄码",
    ]
    assert done == [f"List {made['list']}: 2 facts are in force.", "Codes that changed: 2 from green to yellow"]
