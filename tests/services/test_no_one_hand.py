"""S13: no path by which one account makes anybody yellow or red, or frees a positive, by services or imports, in any order."""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.services.one_hand import broken_lists_and_policies
from tests.services.one_hand.broken import Break
from tests.services.one_hand.broken_histories import BROKEN
from tests.services.one_hand.desk import Desk, Step, history, shrunk
from tests.services.one_hand.whole import check_whole

ALL_BROKEN = (*BROKEN, *broken_lists_and_policies.BROKEN)

RUNS = int(os.environ.get("HBCORE_TEST_RUNS", "4"))
"""Histories in this run; in full 2000, of which HBCORE_TEST_FIRST names the first seed."""

FIRST = int(os.environ.get("HBCORE_TEST_FIRST", "0"))
STEPS = 50

pytestmark = pytest.mark.sqlite_only  # the rules are the same on both databases; what is random here is the order of acts


@pytest.fixture
def desk(database: Path, tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def why(desk: Desk, steps: Sequence[Step], told: Counter[tuple[str, str]] | None = None) -> str | None:
    """Which rule a history breaks; None: none. At its end what is kept beside the rows is looked at, too."""
    desk.begin()
    try:
        for step in steps:
            done = desk.step(step)
            if told is not None:
                told[done] += 1
        check_whole(desk)
    except AssertionError as broken:
        return str(broken).splitlines()[0]
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
    assert all(
        told[kind, "done"]
        for kind in (
            *("upload", "flood", "tube", "register", "enter", "online", "approve"),
            *("fact", "confirm facts", "review", "outside", "temperature"),
        )
    )


@pytest.mark.parametrize(
    ("broken", "said", "steps"), ALL_BROKEN, ids=[f"{broken.__name__}: {said}" for broken, said, _ in ALL_BROKEN]
)
def test_a_broken_rule_is_found(
    broken: Break, said: str, steps: Sequence[Step], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert why(desk, steps) is None

    broken(monkeypatch)

    assert said in (why(desk, steps) or "")
