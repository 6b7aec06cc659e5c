"""`bench`: the figures come out with their yardstick; how fast they are is no test's business."""

import json

from typer.testing import CliRunner

from hbcore.cli import app


def test_a_look_up_is_measured_beside_its_yardstick(home):
    answered = CliRunner().invoke(app, ["bench", "look-up", "--people", "1000", "--times", "10", "--json"])

    figures = json.loads(answered.stdout)
    ways = {"read", "raw_seeks", "read_and_event", "shown", "raw_seeks_and_insert"}
    assert {name.removesuffix("_p50_us") for name in figures if name.endswith("_p50_us")} == ways
    assert {"read_ratio", "read_and_event_ratio", "shown_ratio"} <= set(figures)
    assert not any(home.iterdir())


def test_the_daily_page_is_measured_beside_a_scan_that_says_the_same(home):
    answered = CliRunner().invoke(app, ["bench", "counts", "--rows", "1500", "--json"])

    figures = json.loads(answered.stdout)
    assert {"results": 1500, **figures} == figures
    assert {"counters_ms", "scan_ms", "scan_over_counters"} <= set(figures)
    assert not any(home.iterdir())
