"""Two rows of one person joined, or parted, while a large upload is recorded: as if that had been done after its last line."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from hbcore.domain.errors import Refused
from hbcore.services import codes, joining, lab_imports, lab_slices
from hbcore.services.slicing import writing
from hbcore.storage import applying_rows, result_rows, sealing
from hbcore.storage.code_rows import SEGMENTS
from hbcore.storage.engine import engine
from hbcore.storage.people_rows import DOCUMENTS
from hbcore.storage.result_rows import RESULTS
from tests import standing
from tests.services.numbers import resident_number
from tests.services.test_counters import counters_equal_a_scan
from tests.services.test_import_properties import Row, file
from tests.services.test_recalls import Uploading, differences, what_stands

EXAMPLES = int(os.environ.get("HBCORE_TEST_IMPORTS", "12"))
MINUTE = timedelta(minutes=1)
PEOPLE = 6
KNOWN = 3
"""So many of them are known before the upload."""


@pytest.fixture
def desk(database: Path, monkeypatch: pytest.MonkeyPatch) -> Uploading:
    for name, size in {"AT_ONCE": 2, "LEAST": 2, "MOST": 2}.items():
        monkeypatch.setattr(lab_slices, name, size)
    monkeypatch.setattr(applying_rows, "PART", 4)
    return Uploading()


def row(person: int, place: int, outcome: str, shared: bool) -> Row:
    tube = "S" if shared else f"S{place}"
    return ("张甲", resident_number(person), "2022-11-08 08:00", tube, "核酸", outcome, "终审", "10混1", "")


ROWS = some.lists(
    some.tuples(some.integers(0, PEOPLE - 1), some.sampled_from(("阴性", "阴性", "可疑", "阳性"))), min_size=5, max_size=12
)
PAIRS = some.tuples(some.integers(0, PEOPLE - 1), some.integers(0, PEOPLE - 1)).filter(lambda pair: pair[0] != pair[1])


def known(desk: Uploading) -> None:
    desk.empty()
    for person in range(KNOWN):
        standing.person(resident_number(person), desk.at, name="张甲")


def people_by_document() -> dict[int, int]:
    """The person whom each number finds, of those that are known."""
    with engine().connect() as connection:
        of = {bytes(one.key): one.person_id for one in connection.execute(sa.select(DOCUMENTS))}
    keys = sealing.document_keys(["resident_id"] * PEOPLE, [resident_number(person) for person in range(PEOPLE)])
    return {person: of[key] for person, key in enumerate(keys) if key in of}


def join(desk: Uploading, survivor: int, joined: int) -> int | None:
    """Join two who are known; None where one of them is not yet."""
    found = people_by_document()
    if survivor not in found or joined not in found:
        return None
    with writing() as session:
        done, _ = joining.carry_out(session, found[survivor], found[joined], 0, by=desk.second, at=desk.at + 2 * MINUTE)
    return done.id


def part(desk: Uploading, join_id: int) -> None:
    with writing() as session:
        joining.undo(session, join_id, by=desk.second, at=desk.at + 2 * MINUTE)


@settings(max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=ROWS, pair=PAIRS, after=some.integers(0, 6), shared=some.booleans())
def test_joined_between_two_slices_is_joined_after_the_last(
    said: Any, pair: tuple[int, int], after: int, shared: bool, desk: Uploading
) -> None:
    if shared:  # of one tube nobody says two things, and who is in it twice by then is told of again, not recorded
        said = [(person, "阴性") for person in {pair[0]: None, **dict(said)} if person != pair[1]]
    rows = [row(person, place, outcome, shared) for place, (person, outcome) in enumerate(said)]
    made = []
    for when in (after, None):
        known(desk)
        steps, done = iter(range(20)), list[int]()

        def between(lines: int, of: int, when: int | None = when, steps: Any = steps, done: Any = done) -> None:
            if not done and when is not None and lines < of and next(steps) >= when and (one := join(desk, *pair)):
                done.append(one)

        report = lab_imports.commit(file(rows, "rows"), by=desk.liaison, at=desk.at + MINUTE, said=between)
        if not done:
            join(desk, *pair)
        desk.at += 10 * MINUTE
        counters_equal_a_scan(desk)
        all_decided(desk)
        made.append((report.rows, report.outcomes, report.problems, what_stands(desk.at), people_by_document()))

    *sliced, first, who = made[0]
    *whole, last, _ = made[1]
    assert sliced == whole
    assert differences(first, last) == {}
    assert pair[0] not in who or pair[1] not in who or who[pair[0]] == who[pair[1]]


@settings(max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=ROWS, after=some.integers(0, 6))
def test_parted_between_two_slices_what_was_recorded_before_stays_and_the_rest_goes_to_each(
    said: Any, after: int, desk: Uploading
) -> None:
    known(desk)
    both = people_by_document()
    join_id, steps, parted = join(desk, 0, 1), iter(range(20)), list[int]()
    assert join_id is not None

    def between(lines: int, of: int) -> None:
        if not parted and lines < of and next(steps) >= after:
            parted.append(lines)
            part(desk, join_id)

    rows = [row(person, place, outcome, shared=False) for place, (person, outcome) in enumerate(said)]
    report = lab_imports.commit(file(rows, "rows"), by=desk.liaison, at=desk.at + MINUTE, said=between)
    if not parted:
        part(desk, join_id)
    desk.at += 10 * MINUTE

    assert report.rows["recorded"] == len(rows)
    of = [sorted(f"S{place}" for place, (person, _) in enumerate(said) if person == one) for one in (0, 1)]
    found = [results_of(both[one]) for one in (0, 1)]
    assert sorted(found[0] + found[1]) == sorted(of[0] + of[1])
    assert set(found[1]) <= set(of[1])
    assert len(found[0]) == len(of[0]) + len(of[1]) - len(found[1])
    counters_equal_a_scan(desk)
    all_decided(desk)


def results_of(person: int) -> list[str]:
    with engine().connect() as connection:
        return sorted(connection.execute(sa.select(RESULTS.c.sample_number).where(RESULTS.c.person_id == person)).scalars())


def all_decided(desk: Uploading) -> None:
    """Nobody has another code than what is known of them gives."""
    with writing(kept=False) as session:
        people = list(session.execute(sa.select(SEGMENTS.c.person_id).distinct()).scalars())
        assert codes.decide_again(session, people, at=desk.at, cause=1) == {}


def test_while_the_samples_of_its_last_lines_are_put_down_nobody_in_it_is_joined(
    desk: Uploading, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(desk)
    seen, refused = result_rows.samples_to_come, list[str]()

    def then_joined(connection: sa.Connection, upload: int) -> int:
        samples = seen(connection, upload)
        refused.extend(_refused(desk, pair) for pair in ((0, 1), (1, 2)))
        return samples

    monkeypatch.setattr(result_rows, "samples_to_come", then_joined)
    rows = [row(person, person, "阴性", shared=False) for person in (0, 3, 4, 5)]
    lab_imports.commit(file(rows, "rows"), by=desk.liaison, at=desk.at + MINUTE)

    assert refused == ["still_applying", ""]
    with engine().connect() as connection:
        samples = connection.execute(sa.text("SELECT s.person_id, r.person_id FROM sample s JOIN result r ON r.id = s.result_id"))
        assert [one for one, other in samples if one != other] == []


def _refused(desk: Uploading, pair: tuple[int, int]) -> str:
    try:
        join(desk, *pair)
    except Refused as refused:
        return str(refused.code)
    return ""
