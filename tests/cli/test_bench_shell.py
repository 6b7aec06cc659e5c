"""`bench`: the figures come out with their yardstick; how fast they are is no test's business."""

import json

import pytest
from typer.testing import CliRunner

from hbcore.bench import peers
from hbcore.cli import app


def test_a_look_up_is_measured_beside_its_yardstick(home):
    answered = CliRunner().invoke(app, ["bench", "look-up", "--people", "1000", "--times", "10", "--json"])

    figures = json.loads(answered.stdout)
    ways = {"read", "raw_seeks", "read_and_event", "shown", "raw_seeks_and_insert"}
    assert {name.removesuffix("_p50_us") for name in figures if name.endswith("_p50_us")} == ways
    assert {"read_ratio", "read_and_event_ratio", "shown_ratio"} <= set(figures)
    assert not any(home.iterdir())


def test_who_an_applicant_may_be_is_measured_beside_bare_reads_of_as_many(home):
    answered = CliRunner().invoke(app, ["bench", "duplicates", "--people", "1000", "--json"])

    figures = json.loads(answered.stdout)
    assert {"people", "opened_median", "checked_p50_ms", "bare_p50_ms", "ratio"} <= set(figures)
    assert figures["opened_most"] > 300
    assert not any(home.iterdir())


def test_approving_many_is_measured_beside_the_bare_writing_of_as_many(home):
    answered = CliRunner().invoke(app, ["bench", "approvals", "--waiting", "1200", "--json"])

    figures = json.loads(answered.stdout)
    assert (figures["waiting"], figures["approved"]) == (1200, 500)
    assert {"page_ms", "approved_seconds", "bare_seconds", "ratio"} <= set(figures)
    assert 400 < figures["clean_of_the_first"] < 500
    assert not any(home.iterdir())


def test_the_daily_page_is_measured_beside_a_scan_that_says_the_same(home):
    answered = CliRunner().invoke(app, ["bench", "counts", "--rows", "1500", "--json"])

    figures = json.loads(answered.stdout)
    assert {"results": 1500, **figures} == figures
    assert {"counters_ms", "scan_ms", "scan_over_counters"} <= set(figures)
    assert not any(home.iterdir())


def test_a_decision_is_measured_beside_the_row_alone(home):
    answered = CliRunner().invoke(app, ["bench", "decide", "--people", "20", "--json"])

    figures = json.loads(answered.stdout)
    assert figures["people"] == 20
    for policy in ("hubei-2020-04", "wuhan-2022-09"):
        assert {f"{policy}_{name}" for name in ("mean_us", "p50_us", "p99_us", "row_alone_mean_us", "ratio")} <= set(figures)


def test_everybody_decided_is_measured_beside_a_scan_of_the_same_rows(home):
    answered = CliRunner().invoke(app, ["bench", "decide-population", "--people", "1000", "--json"])

    figures = json.loads(answered.stdout)
    assert figures["people"] == 1000
    assert {"scan_seconds", "hubei-2020-04_seconds", "hubei-2020-04_ratio", "wuhan-2022-09_by_unit_ratio"} <= set(figures)
    assert not any(home.iterdir())


def test_a_file_is_read_beside_the_least_that_takes(home):
    answered = CliRunner().invoke(app, ["bench", "lab-reading", "--rows", "200", "--json"])

    figures = json.loads(answered.stdout)
    assert {"utf8_ratio", "gb18030_ratio", "xlsx_ratio", "raw_parse_seconds", "inflate_seconds"} <= set(figures)
    assert (figures["rows"], figures["xlsx_rows"]) == (200, 200)


def test_a_file_into_a_desk_that_knows_half_of_it_is_measured_beside_bare_writing(home):
    answered = CliRunner().invoke(app, ["bench", "live-base", "--people", "60", "--rows", "40", "--json"])

    figures = json.loads(answered.stdout)
    assert (figures["people"], figures["rows"]) == (60, 40)
    assert {"seconds", "bare_writing_seconds", "ratio", "peak_memory_mb"} <= set(figures)
    assert not any(home.iterdir())


def test_the_public_form_is_measured_beside_a_constant_page_of_its_size(home):
    answered = CliRunner().invoke(app, ["bench", "apply-page", "--pages", "1", "--json"])

    figures = json.loads(answered.stdout)
    assert (figures["pages"], figures["ratio"]) == (8, pytest.approx(figures["p50_ms"] / figures["constant_p50_ms"], rel=0.1))
    assert figures["bytes"] > 10_000


@pytest.mark.postgresql_only
def test_the_bench_of_a_live_base_and_of_everybody_run_on_a_server_of_their_own(home):
    for asked in (["live-base", "--people", "60", "--rows", "40"], ["decide-population", "--people", "1000"]):
        answered = CliRunner().invoke(app, ["bench", *asked, "--postgresql", "--json"])

        figures = json.loads(answered.stdout)
        assert figures["people"] == int(asked[2])
        assert figures.get("ratio") or figures["hubei-2020-04_ratio"]


def test_the_bench_of_peers_adds_as_objects_what_the_import_has_left(monkeypatch):
    monkeypatch.setattr(peers, "find_spec", lambda _name: object())
    monkeypatch.setattr(peers, "_by_django", lambda _file, _database, *lean: 1.0 if lean else 2.0)

    figures = peers.run(100)

    assert figures["add_all_seconds"] / figures["seconds"] == pytest.approx(figures["add_all_ratio"], rel=0.2)
    assert 2.0 / figures["seconds"] == pytest.approx(figures["django_import_export_ratio"], rel=0.2)
    assert figures["django_import_export_lean_seconds"] == 1.0


def test_the_bench_of_peers_says_so_where_django_is_not_installed(monkeypatch):
    monkeypatch.setattr(peers, "find_spec", lambda _name: None)

    answered = CliRunner().invoke(app, ["bench", "peers", "--json"])

    assert json.loads(answered.stdout)["error"]["code"] == "no_django"


def test_the_supervisors_view_is_measured_beside_a_scan(home):
    answered = CliRunner().invoke(app, ["bench", "application-figures", "--applications", "200", "--json"])

    figures = json.loads(answered.stdout)
    assert {"decided", "view_seconds", "scan_seconds", "view_over_scan"} <= set(figures)
    assert figures["decided"] > 100
    assert not any(home.iterdir())


def test_a_code_signed_and_a_text_checked_are_measured_beside_bare_signatures(home):
    answered = CliRunner().invoke(app, ["bench", "codes", "--times", "10", "--json"])

    figures = json.loads(answered.stdout)
    ways = {"sign", "bare_sign", "check", "check_in_register", "bare_verify"}
    assert {name.removesuffix("_ms") for name in figures if name.endswith("_ms")} == ways
    assert {"sign_ratio", "check_ratio", "check_in_register_ratio", "sign_within", "check_within"} <= set(figures)
    assert not any(home.iterdir())
