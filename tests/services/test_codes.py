"""The stored chain is a cache of the rule, the buckets count it at every minute, and history keeps what was lived."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from sqlmodel import Session

from hbcore.domain.known import micros
from hbcore.domain.segments import Segment
from hbcore.domain.vocabulary import Assay, FactKind, Outcome, Registration, Role
from hbcore.services import audit, codes, lab_imports
from hbcore.services.uploads import IncomingFile
from hbcore.storage import code_rows
from hbcore.storage.code_rows import BUCKETS, HISTORY, MINUTE, SEGMENTS
from hbcore.storage.engine import engine
from hbcore.storage.instants import raw
from tests import standing
from tests.services.histories import DAY, HISTORIES, HOUR, START, Histories, Life

AHEAD = timedelta(days=30)
Stretch = tuple[datetime, datetime | None, str, str]
"""Begin, end, colour, row."""


@contextmanager
def undone() -> Iterator[Histories]:
    """Histories in a transaction that is undone, so that each example starts from nothing."""
    with engine().connect().execution_options(writes=True) as connection, connection.begin() as work:
        yield Histories(connection)
        work.rollback()


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """In time order, neighbours that say the same made one."""
    out: list[Stretch] = []
    for one in sorted(stretches, key=lambda stretch: stretch[0]):
        if out and out[-1][1:] == (one[0], *one[2:]):
            out[-1] = (out[-1][0], *one[1:])
        else:
            out.append(one)
    return out


def as_stretches(chain: Iterable[Segment]) -> list[Stretch]:
    return [(one.from_at, one.until_at, str(one.colour), one.row) for one in chain]


def stored(histories: Histories, table: sa.Table, life: Life) -> list[Stretch]:
    columns = [table.c[name] for name in ("from_at", "until_at", "colour", "row")]
    found = histories.connection.execute(sa.select(*columns).where(table.c.person_id == life.id).order_by(table.c.from_at))
    return [tuple(row) for row in found]  # type: ignore[misc]


def chain_equals_the_rule(histories: Histories, life: Life) -> None:
    ahead = [one for one in stored(histories, SEGMENTS, life) if one[1] is None or one[1] > histories.at]
    cut = [(max(begin, histories.at), *rest) for begin, *rest in ahead]
    assert joined(cut) == as_stretches(life.decide(histories.policy, histories.at))


def history_keeps_what_was_lived(histories: Histories, life: Life) -> None:
    kept = stored(histories, HISTORY, life) + stored(histories, SEGMENTS, life)
    assert all(one[1] is not None and one[1] <= later[0] for one, later in pairwise(sorted(kept, key=lambda one: one[0])))
    assert joined(kept) == joined(as_stretches(one for _, one in life.lived()))


def buckets_equal_a_count(histories: Histories) -> None:
    """At the end of each minute from the start to 30 days ahead, in each unit and colour."""
    first, last = micros(START) // MINUTE, micros(histories.at + AHEAD) // MINUTE
    counted: dict[tuple[str, str], Any] = {}
    for life in histories.lives:
        for unit, one in life.lived():
            until = last if one.until_at is None else min(last, micros(one.until_at) // MINUTE)
            alive = counted.setdefault((unit, str(one.colour)), np.zeros(last - first, dtype=int))
            alive[micros(one.from_at) // MINUTE - first : max(0, until - first)] += 1
    sums: dict[tuple[str, str], Any] = {}
    for unit, colour, minute, n in histories.connection.execute(sa.select(BUCKETS)):
        if minute < last:
            sums.setdefault((unit, colour), np.zeros(last - first, dtype=int))[max(0, minute - first)] += n
    for key in counted.keys() | sums.keys():
        nobody = np.zeros(last - first, dtype=int)
        assert (np.cumsum(sums.get(key, nobody)) == counted.get(key, nobody)).all(), key


def chains_as_they_stand(histories: Histories, life: Life) -> list[tuple[Any, ...]]:
    columns = [raw(SEGMENTS.c[name]) for name in code_rows.SegmentRow._fields]
    found = histories.connection.execute(sa.select(*columns).where(SEGMENTS.c.person_id == life.id))
    return sorted(map(tuple, found))


def carry_out(histories: Histories, steps: Iterable[tuple[timedelta, list[tuple[int, tuple[Any, ...]]]]]) -> None:
    for gap, changes in steps:
        before = [
            (chains_as_they_stand(histories, life), life.decide(histories.policy, histories.at + gap), life.known.unit)
            for life in histories.lives
        ]

        counted, wanted = histories.step(gap, changes)

        assert counted == wanted
        buckets_equal_a_count(histories)
        for life, (rows, chain, unit) in zip(histories.lives, before, strict=True):
            chain_equals_the_rule(histories, life)
            history_keeps_what_was_lived(histories, life)
            if (life.decide(histories.policy, histories.at), life.known.unit) == (chain, unit):
                assert chains_as_they_stand(histories, life) == rows, "written again though nothing changed"


NOW, HERE = timedelta(), 0
DECLARED = ("fact", FactKind.SELF_DECLARED, -DAY, None)
CONTACT = ("fact", FactKind.CLOSE_CONTACT, -DAY, 3 * DAY)
A_GAP_BEFORE_THE_SAME_AGAIN = [
    (NOW, [(HERE, DECLARED)]),
    (HOUR, [(HERE, ("end_fact", 0)), (HERE, ("fact", FactKind.SELF_DECLARED, 2 * DAY, None))]),
]
"""What runs is ended and the same begins anew in two days: in between there is no code."""

GREEN_THEN_RED = [
    (NOW, [(HERE, ("registration", Registration.APPROVED))]),
    (HOUR, [(HERE, ("result", Assay.NAAT, Outcome.POSITIVE, True, HOUR))]),
]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(steps=A_GAP_BEFORE_THE_SAME_AGAIN)
@given(steps=HISTORIES)
def test_after_every_step_chains_buckets_and_history_equal_the_plain_rule(steps: Any, database: Path) -> None:
    with undone() as histories:
        carry_out(histories, steps)


def test_a_bucket_that_is_not_given_back_is_found(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = code_rows._count_chain
    monkeypatch.setattr(code_rows, "_count_chain", lambda moved, chain, people, at: count(moved, chain, max(people, 0), at))

    with undone() as histories, pytest.raises(AssertionError, match="green"):
        carry_out(histories, GREEN_THEN_RED)


def test_a_stretch_that_history_forgets_is_found(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_rows, "_lived", lambda old, new, at, cause: [])

    with undone() as histories, pytest.raises(AssertionError):
        carry_out(histories, GREEN_THEN_RED)


def test_deciding_again_with_nothing_new_writes_nothing(database: Path) -> None:
    with undone() as histories:
        carry_out(histories, [(NOW, [(HERE, ("registration", Registration.APPROVED)), (HERE, CONTACT)])])
        before = everything(histories)

        counted, _ = histories.step(HOUR, [(HERE, ("nothing",))])

        assert (counted, everything(histories)) == (Counter(), before)


def everything(histories: Histories) -> list[list[tuple[Any, ...]]]:
    """Chains, history and buckets as they stand."""
    return [sorted(map(tuple, histories.connection.execute(sa.select(table)))) for table in (SEGMENTS, HISTORY, BUCKETS)]


def test_since_stays_where_the_same_row_goes_on(database: Path) -> None:
    with undone() as histories:
        carry_out(histories, GREEN_THEN_RED)

        histories.step(DAY, [(HERE, ("result", Assay.NAAT, Outcome.POSITIVE, True, HOUR))])

        assert [(begin, colour) for begin, _, colour, _ in stored(histories, SEGMENTS, histories.lives[HERE])] == [
            (START + HOUR, "red")
        ]


WITHDRAWN_IN_ONE_FILE = """姓名,身份证号,采样时间,样本编号,检测结果,结果状态
张三,420106199001011231,2022-11-08 09:00:00,S1,可疑,终审
张三,420106199001011231,2022-11-08 09:00:00,S1,可疑,作废
"""


def test_what_an_import_decides_for_people_it_makes_is_what_their_rows_say(database: Path) -> None:
    lab = Path(__file__).parents[1] / "data" / "lab"
    expected = json.loads((lab / "expected.json").read_text(encoding="utf-8"))["institution"]
    at = datetime(2022, 11, 9, 1, 40, tzinfo=UTC)
    standing.institution(at, expected)
    liaison = standing.staff(Role.LAB_LIAISON, at, institutions=[expected])
    lab_imports.commit(IncomingFile(WITHDRAWN_IN_ONE_FILE.encode(), "one.csv", expected), by=liaison, at=at)
    for name in ("pooled_tubes.csv", "antibody.csv", "corrected_1.csv", "corrected_2.csv"):
        lab_imports.commit(IncomingFile((lab / name).read_bytes(), name, expected), by=liaison, at=at)

    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        before = sorted(map(tuple, connection.execute(sa.select(SEGMENTS))))
        people = connection.execute(sa.select(SEGMENTS.c.person_id)).scalars().all()
        changed = codes.decide_again(session, people, at=at, cause=0)

        assert (changed, sorted(map(tuple, connection.execute(sa.select(SEGMENTS))))) == (Counter(), before)
    assert len(before) > 20


def test_a_decision_that_waited_behind_a_later_one_does_not_turn_time_back(database):
    who = standing.person("420106197402200771", START)
    audit.record_alone(audit.Act.REFUSED, by=None, at=START + timedelta(hours=1))

    standing.result(who, standing.Sampled(Outcome.POSITIVE, START - timedelta(hours=3)), START)

    with engine().connect() as connection:
        [begun] = connection.execute(sa.select(SEGMENTS.c.from_at)).scalars()
    assert begun == START + timedelta(hours=1)
