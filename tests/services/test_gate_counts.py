"""What gates count on a day equals their rows, whatever was recorded, completed, taken back, closed or proposed before."""

from datetime import timedelta
from random import Random

import pytest

from hbcore.domain.counting import GateFigure, day_span
from hbcore.domain.errors import Refused
from hbcore.domain.temperatures import Closed, Done, Measured
from hbcore.domain.vocabulary import Role
from hbcore.services import (
    counted_rows,
    daily_counts,
    fact_lists,
    gate_undoing,
    national_entries,
    second_look,
    temperature_notices,
    temperatures,
)
from hbcore.services.behind_figures import GatesWanted, ReadingBehind
from hbcore.services.clock import day_of
from hbcore.services.temperature_notices import View
from hbcore.services.temperatures import Whose
from hbcore.storage import gate_count_rows
from hbcore.storage.engine import engine
from tests import standing
from tests.services.facting import AT, colours, desk, number
from tests.standing import JIANGAN, WUCHANG

GATE, HOUR = "东门", timedelta(hours=1)
PAPER, WHY = "门诊〔2020〕7号", "发热门诊留观"


def history(held, seed: int, steps: int = 40):
    """Random acts of two gates, the district and the levels above, over two days; when the last of them was."""
    random, at = Random(seed), AT  # noqa: S311 - the same again for the same seed
    gates = [standing.staff(Role.CHECKPOINT_STAFF, AT, name=f"gate{unit}", unit=unit) for unit in (WUCHANG, JIANGAN)]
    lists: list[int] = []

    def read():
        first, second = random.choice((365, 374, 380)), random.choice((None, 366, 377))
        done = (Done.CALLED,) if first > 372 and second == 377 else ()
        text = random.choice((number(0), number(1), "E12345678", ""))
        temperatures.add(Whose(text), Measured(first, second if first > 372 else None, done), GATE, by=gate, at=at)

    def settle():
        (line, *_more) = temperature_notices.seen_now(View.OPEN, by=held.clerk, at=at).lines
        if random.random() < 0.5:
            temperature_notices.close(line.id, Closed.EXCLUDED, by=held.clerk, at=at)
        else:
            temperature_notices.one(line.id, by=held.clerk, at=at)
            put = temperature_notices.propose_fever(line.id, PAPER, WHY, by=held.clerk, at=at)
            lists.append(put.proposal_id)

    def second():
        end = random.choice((fact_lists.confirm, second_look.decline))
        end(lists.pop(), by=held.prefecture, at=at)

    acts = [read, read, read, settle, settle, second]
    acts += [lambda: national_entries.add(GATE, "en", by=gate, at=at), lambda: gate_undoing.take_back(by=gate, at=at)]
    for _ in range(steps):
        at, gate = at + random.choice((timedelta(seconds=20), HOUR)), random.choice(gates)
        try:
            random.choice(acts)()
        except (Refused, ValueError, IndexError):
            continue
    return at


@pytest.mark.parametrize("seed", range(3))
def test_each_figure_of_each_unit_and_day_is_as_many_rows_as_it_opens(database, seed):
    held = desk()
    last = history(held, seed)
    told = 0

    for on in (day_of(AT), day_of(last)):
        counts = daily_counts.count_day(on, unit="420100", by=held.province, at=last)
        of_units = {row.code: row.figures.gates for row in counts.rows if not row.direct}
        for unit in (WUCHANG, JIANGAN, "420100"):
            figures = counts.figures.gates if unit == "420100" else of_units[unit]
            for figure in GateFigure:
                rows = counted_rows.counted_rows(GatesWanted(on, figure, unit), by=held.province, at=last)
                assert (rows.total, len(rows.rows)) == (figures[figure],) * 2, (unit, on, figure)
                told += rows.total
        for figure in GateFigure:
            assert counts.figures.gates[figure] == sum(of_unit[figure] for of_unit in of_units.values())
    assert told > 20


def test_a_past_day_says_what_was_open_at_its_end(database):
    held = desk()
    gate = standing.staff(Role.CHECKPOINT_STAFF, AT, name="gate", unit=WUCHANG)
    made = temperatures.add(Whose(number(0)), Measured(380, 379, (Done.CALLED,)), GATE, by=gate, at=AT)
    temperature_notices.close(made.id, Closed.EXCLUDED, by=held.clerk, at=AT + 40 * HOUR)

    def gates(on):
        return daily_counts.count_day(on, by=held.clerk, at=AT + 100 * HOUR).figures.gates

    said = [(day["notices"], day["open"], day["overdue"], day["closed"]) for day in map(gates, days())]
    assert said == [(1, 1, 0, 0), (0, 1, 1, 0), (0, 0, 0, 1)]


def days():
    return [day_of(AT + more * timedelta(days=1)) for more in range(3)]


def test_rows_behind_a_figure_are_masked_and_those_of_nobody_say_so(database):
    held = desk()
    gate = standing.staff(Role.CHECKPOINT_STAFF, AT, name="gate", unit=WUCHANG)
    temperatures.add(Whose(number(0)), Measured(365), GATE, by=gate, at=AT)
    temperatures.add(Whose("E12345678"), Measured(366), GATE, by=gate, at=AT)

    rows = counted_rows.counted_rows(GatesWanted(day_of(AT), GateFigure.READINGS), by=held.clerk, at=AT + HOUR).rows

    assert [(row.whose.name if row.whose else None, row.place, row.first) for row in rows if isinstance(row, ReadingBehind)] == [
        (None, GATE, 366),
        ("张*", GATE, 365),
    ]


@pytest.mark.parametrize("seed", range(3, 6))
def test_no_sequence_of_readings_and_of_what_one_hand_does_about_them_changes_a_colour(database, seed, monkeypatch):
    held = desk()
    before = colours(held.people)
    monkeypatch.setattr(fact_lists, "confirm", second_look.decline)  # everything but the second person's yes

    last = history(held, seed, steps=60)

    assert colours(held.people, last) == before == ["green"] * 3


def test_the_statements_and_the_rows_ask_the_same_of_each_figure(database):
    begin, end = day_span(day_of(AT))
    with engine().connect() as connection:
        for figure in gate_count_rows.COUNTS_AS:
            of_day = {"from_at": begin, "until_at": end, "as_at": AT}
            assert gate_count_rows.readings(connection, [WUCHANG], figure, of_day, offset=0, limit=5) == []
    assert set(gate_count_rows.COUNTS_AS) == set(GateFigure) - {GateFigure.NATIONAL_CODE}
