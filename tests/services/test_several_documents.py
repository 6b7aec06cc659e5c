"""Whoever is named by several of their documents in one file: recorded in slices as at once, and the preview has said so."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from hbcore.services import lab_imports, lab_order, lab_slices, preview_quota, sampling_imports
from hbcore.services.import_report import ImportReport
from hbcore.services.uploads import IncomingFile
from hbcore.storage import applying_rows, sealing
from hbcore.storage.engine import engine
from tests import standing
from tests.services.numbers import resident_number
from tests.services.test_import_properties import Row, file
from tests.services.test_recalls import Uploading, differences, what_stands
from tests.standing import LAB

EXAMPLES = int(os.environ.get("HBCORE_TEST_IMPORTS", "12"))
MINUTE = timedelta(minutes=1)
DOCUMENTS = 4
"""Documents of one person; those beyond are of a person each."""
OTHERS = 3


@pytest.fixture
def desk(database: Path, monkeypatch: pytest.MonkeyPatch) -> Uploading:
    monkeypatch.setattr(preview_quota, "refuse_too_many", lambda *_given, **_more: None)
    made = Uploading()
    limit(1000)
    return made


def limit(positives: int) -> None:
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(sa.text("UPDATE institution SET positives_a_shift = :n"), {"n": positives})


@contextmanager
def in_slices(rehearsed: int = 2, part: int = 9) -> Iterator[None]:
    """More than two lines are many; a preview tries `rehearsed` or so together, a `part` is staged together."""
    with pytest.MonkeyPatch.context() as patch:
        for name, lines in {"AT_ONCE": rehearsed, "TUBES_AT_ONCE": 1, "LEAST": 2, "MOST": 2}.items():
            patch.setattr(lab_slices, name, lines)
        patch.setattr(applying_rows, "PART", part)
        patch.setattr(lab_order, "AT_A_TIME", part)
        yield


def numbers() -> list[str]:
    """By document: in the order in which a large file is recorded, others stand between those of one person."""
    made = [resident_number(n) for n in range(DOCUMENTS + OTHERS)]
    by_key = [number for _, number in sorted(zip(sealing.document_keys(["resident_id"] * len(made), made), made, strict=True))]
    return by_key[::2] + by_key[1::2]


def row(
    document: int, outcome: str, status: str = "终审", tube: str = "S1", day: int = 8, assay: str = "核酸", method: str = "10混1"
) -> Row:
    name = "张甲" if document < DOCUMENTS else f"张{'乙丙丁'[document - DOCUMENTS]}"
    return (name, numbers()[document], f"2022-11-0{day} 08:00", tube, assay, outcome, status, method, "")


def known(desk: Uploading) -> None:
    """Somebody of several documents, and one of one."""
    desk.empty()
    standing.person(numbers()[0], desk.at, name="张甲")
    standing.documents(*numbers()[:DOCUMENTS])
    standing.person(numbers()[DOCUMENTS], desk.at, name="张乙")


def told(report: ImportReport) -> dict[str, Any]:
    """What of a report does not depend on when it was made."""
    return vars(replace(report, batch=None, status="", seconds=0.0, fingerprint=""))


def taken(desk: Uploading, rows: list[Row]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What committing these rows says and leaves; its preview has said so."""
    known(desk)
    at = desk.at + MINUTE
    seen = lab_imports.preview(file(rows, "rows"), by=desk.liaison, at=at)
    done = lab_imports.commit(file(rows, "rows"), by=desk.liaison, at=at, fingerprint=seen.fingerprint)
    assert differences(told(seen), told(done)) == {}
    return told(done), what_stands(at)


@pytest.mark.parametrize("outcomes", ["阴性 阳性", "阳性 阴性", "阴性 可疑"])
def test_two_answers_for_one_sample_are_both_held_though_each_is_of_another_document(outcomes: str, desk: Uploading) -> None:
    for one, other in combinations(range(DOCUMENTS), 2):
        first, second = outcomes.split()
        between = [row(DOCUMENTS + which, "阴性", tube=f"T{which}") for which in range(OTHERS)]
        rows = [row(one, first), *between, row(other, second)]

        with in_slices():
            report, _ = taken(desk, rows)

        assert [(problem.row, problem.code) for problem in report["problems"]] == [(3, "contradicts"), (7, "contradicts")]


ROWS = some.tuples(
    some.integers(0, DOCUMENTS + OTHERS - 1),
    some.sampled_from(("阴性", "阴性", "可疑", "阳性")),
    some.sampled_from(("终审", "终审", "更正", "作废")),
    some.sampled_from(("S1", "S1", "S2", "S3", "S4", "S5")),
    some.sampled_from((8, 8, 7)),
    some.sampled_from(("核酸", "核酸", "IgG抗体")),
)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=some.lists(ROWS, min_size=3, max_size=9))
def test_in_slices_a_file_gives_what_it_gives_at_once(cells: list[Any], desk: Uploading) -> None:
    rows = [row(*of) for of in cells]
    at_once = taken(desk, rows)
    with in_slices():
        sliced = taken(desk, rows)

    assert [differences(*both) for both in zip(at_once, sliced, strict=True)] == [{}, {}]


RUN = some.tuples(
    some.sampled_from((0, 0, 0, 1, DOCUMENTS)),
    some.sampled_from(("阴性", "阴性", "可疑", "阳性")),
    some.sampled_from(("终审", "终审", "更正", "作废")),
    some.sampled_from(("S1", "S1", "S2")),
)
"""Rows most of which are of one person: they reach over more than two parts of two."""


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=some.lists(RUN, min_size=6, max_size=14))
def test_however_many_lines_belong_together_no_slice_parts_them(cells: list[Any], desk: Uploading) -> None:
    rows = [row(*of) for of in cells]
    at_once = taken(desk, rows)
    with in_slices(part=2):
        sliced = taken(desk, rows)

    assert [differences(*both) for both in zip(at_once, sliced, strict=True)] == [{}, {}]


TUBES = some.tuples(some.sampled_from(("T1", "T1", "T2")), some.sampled_from(("阴性", "阳性", "可疑")))


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=some.lists(TUBES, max_size=4))
def test_nor_a_tube_that_more_people_share_than_a_part_has_lines(said: list[Any], desk: Uploading) -> None:
    registered = ["姓名,身份证号,采样时间,样本编号"]
    registered += [f"张{who},{resident_number(who)},2022-11-08 09:00:00,T1" for who in range(7)]
    registered += [f"张{who},{resident_number(who)},2022-11-08 09:00:00,T2" for who in (7, 8)]
    text = "".join(f"{tube},{outcome}\n" for tube, outcome in [("T1", "阴性"), *said])
    of_tubes = IncomingFile(f"试管编号,检测结果\n{text}".encode(), "t.csv", LAB)
    made = []
    for slicing in (nullcontext(), in_slices(part=2)):
        desk.empty()
        sampling_imports.commit(IncomingFile("\n".join(registered).encode(), "s.csv", LAB), by=desk.liaison, at=desk.at)
        at = desk.at + MINUTE
        with slicing:
            seen = lab_imports.preview(of_tubes, by=desk.liaison, at=at)
            done = lab_imports.commit(of_tubes, by=desk.liaison, at=at, fingerprint=seen.fingerprint)
        assert differences(told(seen), told(done)) == {}
        made.append((told(done), what_stands(at)))

    assert [differences(*both) for both in zip(*made, strict=True)] == [{}, {}]


LATER = some.tuples(
    some.integers(0, DOCUMENTS + OTHERS - 1),
    some.sampled_from(("阴性", "阳性", "阳性")),
    some.sampled_from(("终审", "更正")),
    some.sampled_from(("S1", "S2")),
)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=some.lists(LATER, min_size=6, max_size=9))
def test_which_positives_are_beyond_the_limit_does_not_depend_on_the_slices(cells: list[Any], desk: Uploading) -> None:
    limit(2)
    tubes = [f"{tube}-{document}" if document >= DOCUMENTS else tube for document, *_, tube in cells]
    rows = [row(*of[:3], tube, method="单采") for of, tube in zip(cells, tubes, strict=True)]

    with in_slices(rehearsed=5):
        taken(desk, rows)


def test_who_stands_in_two_tubes_is_counted_by_one_change_of_colour(desk: Uploading) -> None:
    registered = ["姓名,身份证号,采样时间,样本编号"]
    for tube, inside in {"T1": (8, 9), "T2": (7,), "T3": (9,)}.items():
        registered += [f"张{who},{resident_number(who)},2022-11-08 09:00:00,{tube}" for who in inside]
    sampling_imports.commit(IncomingFile("\n".join(registered).encode(), "s.csv", LAB), by=desk.liaison, at=desk.at)
    of_tubes = IncomingFile("试管编号,检测结果\nT1,阳性\nT2,阴性\nT3,阳性\n".encode(), "t.csv", LAB)

    with in_slices():
        seen = lab_imports.preview(of_tubes, by=desk.liaison, at=desk.at + MINUTE)
        done = lab_imports.commit(of_tubes, by=desk.liaison, at=desk.at + MINUTE, fingerprint=seen.fingerprint)

    assert done.codes == {"green>red": 1, "green>yellow": 1}
    assert differences(told(seen), told(done)) == {}
