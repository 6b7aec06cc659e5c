"""A commit carries its preview's fingerprint: what moved in between is shown anew, anything else disturbs nobody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.problems import RowProblem
from hbcore.domain.vocabulary import FactKind, Role, RowCode
from hbcore.services import lab_cells, lab_imports
from hbcore.services.acting import Staff
from hbcore.services.uploads import IncomingFile
from hbcore.storage.engine import engine
from tests import standing
from tests.services.applying import refusals, rows
from tests.services.test_positives_of_a_shift import Line, file
from tests.standing import LAB, YICHANG

AT = datetime(2022, 11, 10, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SEEN = ((0, "阴性", "核酸", "T0"), (1, "阴性"))
"""A file about somebody we know and somebody we do not."""


@pytest.fixture
def liaison(database: Path) -> Staff:
    standing.institution(AT)
    by = standing.staff(Role.LAB_LIAISON, AT, institutions=[LAB])
    commit(by, (0, "阴性"), after=-60)
    return by


def commit(by: Staff, *lines: Line, after: int) -> object:
    return lab_imports.commit(file(*lines, tag=str(after)), by=by, at=AT + after * MINUTE)


def changed(statement: str) -> None:
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql(statement)


KNOWN = "(SELECT min(person_id) FROM result)"
MOVES: dict[str, Callable[[Staff], object]] = {
    "a result of the person": lambda by: commit(by, (0, "可疑", "核酸", "T9"), after=1),
    "the very sample": lambda by: commit(by, (0, "阴性", "核酸", "T0"), after=1),
    "the person who was not known": lambda by: commit(by, (1, "阴性", "核酸", "T9"), after=1),
    "where the person lives": lambda _by: changed(f"UPDATE person SET unit = '{YICHANG}' WHERE id = {KNOWN}"),  # noqa: S608
    "a fact of the person": lambda _by: standing.fact(int(str(rows(f"SELECT {KNOWN}")[0][0])), FactKind.FEVER, AT, AT),
}


@pytest.mark.parametrize("what", MOVES)
def test_what_moved_since_the_preview_is_shown_anew_and_nothing_is_stored(what, liaison):
    seen = lab_imports.preview(file(*SEEN), by=liaison, at=AT)
    MOVES[what](liaison)
    before = rows("SELECT count(*) FROM result")

    with pytest.raises(Refused, match="preview_moved"):
        lab_imports.commit(file(*SEEN), fingerprint=seen.fingerprint, by=liaison, at=AT + 2 * MINUTE)

    assert rows("SELECT count(*) FROM result") == before
    assert refusals() == ['{"why": "preview_moved"}']
    again = lab_imports.preview(file(*SEEN), by=liaison, at=AT + 2 * MINUTE)
    done = lab_imports.commit(file(*SEEN), fingerprint=again.fingerprint, by=liaison, at=AT + 3 * MINUTE)
    assert (done.rows, done.outcomes, done.codes) == (again.rows, again.outcomes, again.codes)


@pytest.mark.parametrize(
    "moves",
    [
        lambda by: commit(by, (0, "无效 更正"), after=1),
        lambda _by: changed(f"UPDATE person SET unit = '{YICHANG}' WHERE id = {KNOWN}"),  # noqa: S608
    ],
    ids=["the sample", "the person"],
)
def test_what_a_row_is_held_against_may_not_move_unseen_though_it_stays_held(moves, liaison):
    conflict = file((0, "可疑"))
    seen = lab_imports.preview(conflict, by=liaison, at=AT)
    assert seen.rows["held"] == 1

    moves(liaison)

    with pytest.raises(Refused, match="preview_moved"):
        lab_imports.commit(conflict, fingerprint=seen.fingerprint, by=liaison, at=AT + 2 * MINUTE)


def test_another_policy_in_force_moves_the_preview(liaison):
    seen = lab_imports.preview(file(*SEEN), by=liaison, at=AT)
    begins = micros(AT + MINUTE)
    changed(f"UPDATE policy SET valid_from = {begins}, published_at = {begins} WHERE id = 'wuhan-2022-09'")  # noqa: S608

    with pytest.raises(Refused, match="preview_moved"):
        lab_imports.commit(file(*SEEN), fingerprint=seen.fingerprint, by=liaison, at=AT + 2 * MINUTE)


UNRELATED: dict[str, Callable[[Staff], object]] = {
    "nothing": lambda _by: None,
    "other people": lambda by: commit(by, (7, "阳性"), (8, "阴性"), after=1),
    "somebody else's fact": lambda by: commit(by, (9, "可疑"), after=1),
    "positives of the shift where the file has none": lambda by: commit(by, *((who, "阳性") for who in range(20, 31)), after=1),
}


@pytest.mark.parametrize("what", UNRELATED)
def test_what_has_nothing_to_do_with_the_file_disturbs_nobody(what, liaison):
    seen = lab_imports.preview(file(*SEEN), by=liaison, at=AT)
    UNRELATED[what](liaison)

    done = lab_imports.commit(file(*SEEN), fingerprint=seen.fingerprint, by=liaison, at=AT + 5 * MINUTE)

    assert replace(done, batch=None, status="preview", seconds=seen.seconds, fingerprint=seen.fingerprint) == seen


def test_a_full_shift_moves_the_preview_of_a_file_with_positives(liaison):
    some = file(*((who, "阳性") for who in range(40, 45)))
    seen = lab_imports.preview(some, by=liaison, at=AT)
    commit(liaison, *((who, "阳性") for who in range(20, 28)), after=1)

    with pytest.raises(Refused, match="preview_moved"):
        lab_imports.commit(some, fingerprint=seen.fingerprint, by=liaison, at=AT + 2 * MINUTE)


def test_without_a_preview_a_commit_asks_for_none(liaison):
    assert lab_imports.commit(file(*SEEN), by=liaison, at=AT).status == "committed"


def test_only_the_cell_that_is_wrong_is_quoted_up_to_three_that_differ(liaison):
    text = "姓名,身份证号,采样时间,样本编号,检测结果\n" + "\n".join(
        f"张三,420106199001011231,2022-11-09 14:00,S{n},{what}" for n, what in enumerate(["阴 性？", "阴 性？", "好", "坏", "差"])
    )
    incoming = IncomingFile(text.encode(), "a.csv", LAB)
    report = lab_imports.preview(incoming, by=liaison, at=AT)

    cells = lab_cells.of_file(incoming, report.problems, by=liaison, at=AT)

    faults = lab_cells.by_fault(report.problems)
    assert faults == {("unknown_outcome", "outcome"): [2, 3, 4, 5, 6]}
    assert lab_cells.quoted(cells, faults["unknown_outcome", "outcome"], "outcome") == ("阴 性？", "好", "坏")
    assert lab_cells.quoted(cells, [2], None) == ()
    assert lab_cells.of_file(incoming, [RowProblem(2, "outcome", RowCode.UNKNOWN_OUTCOME)] * 0, by=liaison, at=AT) == {}
