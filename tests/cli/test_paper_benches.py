"""`bench draw` and `bench certificates`: the figures come out with their yardstick; how fast they are is no test's business."""

import json

from typer.testing import CliRunner

from hbcore.cli import app


def test_a_codes_picture_is_measured_beside_the_bare_symbol(home):
    answered = CliRunner().invoke(app, ["bench", "draw", "--codes", "10", "--json"])

    figures = json.loads(answered.stdout)
    assert {"drawn_p50_ms", "bare_matrix_p50_ms", "eight_masks_tried_p50_ms", "drawn_ratio", "eight_masks_ratio"} <= set(figures)
    assert not any(home.iterdir())


def test_certificates_are_measured_beside_empty_pages(home):
    answered = CliRunner().invoke(app, ["bench", "certificates", "--certificates", "2", "--json"])

    figures = json.loads(answered.stdout)
    assert (figures["asked"], figures["made"]) == (2, 2)
    assert {"seconds", "bare_pages_seconds", "ratio", "kilobytes_each", "memory_after_mb"} <= set(figures)
    assert not any(home.iterdir())
