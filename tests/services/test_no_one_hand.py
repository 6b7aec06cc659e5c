"""S13: no path by which one account makes anybody yellow or red, or frees a positive, by services or imports, in any order."""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hbcore.domain import seen
from hbcore.services import declared, lab_batch, lab_recording, second_look
from hbcore.storage.engine import engine
from tests.services.one_hand.desk import Desk, Step, history, shrunk

RUNS = int(os.environ.get("HBCORE_TEST_RUNS", "4"))
"""Histories in this run; in full 2000, of which HBCORE_TEST_FIRST names the first seed."""

FIRST = int(os.environ.get("HBCORE_TEST_FIRST", "0"))
STEPS = 50

pytestmark = pytest.mark.sqlite_only  # the rules are the same on both databases; what is random here is the order of acts


@pytest.fixture
def desk(database: Path, tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def why(desk: Desk, steps: Sequence[Step], told: Counter[tuple[str, str]] | None = None) -> str | None:
    """Which rule a history breaks; None: none."""
    desk.begin()
    for step in steps:
        try:
            done = desk.step(step)
        except AssertionError as broken:
            return str(broken).splitlines()[0]
        if told is not None:
            told[done] += 1
    return None


@pytest.mark.timeout(60 + 20 * RUNS)
def test_s13_no_history_of_single_hands_makes_anybody_yellow_or_red_or_frees_a_positive(desk: Desk) -> None:
    told: Counter[tuple[str, str]] = Counter()
    for seed in range(FIRST, FIRST + RUNS):
        steps = history(seed, STEPS)
        if broken := why(desk, steps, told):
            kept = shrunk(steps, lambda part: why(desk, part) is not None)
            pytest.fail(f"seed {seed}: {broken}; in {len(kept)} steps: {why(desk, kept)}: {kept}")

    for kind in sorted({kind for kind, _ in told}):
        print(kind, {end: n for (of, end), n in sorted(told.items()) if of == kind})
    assert all(told[kind, "done"] for kind in ("upload", "flood", "confirm", "enter", "approve", "fact"))


def own_proposals_are_confirmed(patch: pytest.MonkeyPatch) -> None:
    rule = second_look._why_not

    def lenient(*given: Any) -> str | None:
        code = rule(*given)
        return None if code == "own_proposal" else code

    patch.setattr(second_look, "_why_not", lenient)
    # The tables refuse it as well: what is broken here must be broken there.
    sa.event.listen(engine(), "connect", lambda raw, _record: raw.execute("PRAGMA ignore_check_constraints=ON"))
    engine().dispose()


def there_is_no_limit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lab_recording, "room_for", lambda *_given, **_more: 1_000)


def one_file_takes_a_positive_away(patch: pytest.MonkeyPatch) -> None:
    rule = lab_batch.fate
    patch.setattr(lab_batch, "fate", lambda *given, **_more: rule(*given, by_two=True))


def a_pool_clears_a_pool(patch: pytest.MonkeyPatch) -> None:
    rule = seen.first_after
    patch.setattr(seen, "first_after", lambda *given, **_more: rule(*given))


def what_an_importer_declares_counts_at_once(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(declared, "_says_something", lambda *_given: False)


Break = Callable[[pytest.MonkeyPatch], None]
BROKEN: dict[Break, tuple[int, int, str]] = {
    own_proposals_are_confirmed: (3, 9, "proposed and confirmed by one account"),
    there_is_no_limit: (1, 4, "3 positives of one account in one shift"),
    one_file_takes_a_positive_away: (1, 5, "a positive was taken away by one account"),
    a_pool_clears_a_pool: (19, 13, "a pooled positive is grey-review"),
    what_an_importer_declares_counts_at_once: (51, 3, "declared by one hand"),
}
"""Rules broken on purpose; the seed of a history that finds it and how many of its steps; what the test says then."""


@pytest.mark.parametrize("broken", BROKEN, ids=lambda one: one.__name__)
def test_a_broken_rule_is_found(
    broken: Callable[[pytest.MonkeyPatch], None], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed, length, said = BROKEN[broken]
    steps = history(seed, STEPS)[:length]
    assert why(desk, steps) is None

    broken(monkeypatch)

    assert said in (why(desk, steps) or "")
