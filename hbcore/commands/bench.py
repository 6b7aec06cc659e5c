"""`bench NAME`: one benchmark with its yardstick in the same run; a desk of its own in a temporary folder."""

from collections.abc import Mapping
from typing import Annotated

import typer

from hbcore.commands.frame import Answer, Json, run

app = typer.Typer()
group = typer.Typer(help="Benchmarks, each beside its yardstick.")
app.add_typer(group, name="bench")


OnPostgreSQL = Annotated[bool, typer.Option("--postgresql", help="On a server started for the moment, not on SQLite.")]


def answered(figures: Mapping[str, object]) -> Answer:
    """The figures, a line each."""
    return Answer(figures, "\n".join(f"{name}: {value}" for name, value in figures.items()))


@group.command("results-import")
def results_import(
    rows: Annotated[int, typer.Option(min=1, help="How many results the file has.")] = 100_000,
    in_a_tube: Annotated[int, typer.Option(min=1, max=20, help="How many people share each tube.")] = 1,
    json_wanted: Json = False,
) -> None:
    """A laboratory file to committed, beside `sqlite3 .import` of its rows into a table with two indexes."""
    from hbcore.bench import results_import

    run(lambda: answered(results_import.run(rows, in_a_tube=in_a_tube)), json_wanted)


@group.command("look-up")
def look_up(
    people: Annotated[int, typer.Option(min=1_000, help="How many people are held.")] = 100_000,
    times: Annotated[int, typer.Option(min=10, help="How many of them are looked up.")] = 2_000,
    json_wanted: Json = False,
) -> None:
    """The read of a look-up beside the driver's seeks of the same rows."""
    from hbcore.bench import look_up

    run(lambda: answered(look_up.run(people, times)), json_wanted)


@group.command("checks")
def checks(
    times: Annotated[int, typer.Option(min=80, help="How many codes are checked.")] = 6_000,
    people: Annotated[int, typer.Option(min=1_000, help="How many people are held.")] = 5_000,
    postgresql: OnPostgreSQL = False,
    json_wanted: Json = False,
) -> None:
    """Codes checked at eight gates at once, each with its event, beside bare events and bare reads."""
    from hbcore.bench import checks

    run(lambda: answered(checks.run(times, people, on_postgresql=postgresql)), json_wanted)


@group.command("duplicates")
def duplicates(
    people: Annotated[int, typer.Option(min=1_000, help="How many people are held.")] = 1_000_000, json_wanted: Json = False
) -> None:
    """Who an applicant may be among many, beside the bare seeks and decryption of as many candidates."""
    from hbcore.bench import duplicates

    run(lambda: answered(duplicates.run(people)), json_wanted)


@group.command("approvals")
def approvals(
    waiting: Annotated[int, typer.Option(min=1_200, help="How many applications wait.")] = 10_000, json_wanted: Json = False
) -> None:
    """A page of a long queue, and 500 clean applications approved at once, beside the bare writing of what that changes."""
    from hbcore.bench import approvals

    run(lambda: answered(approvals.run(waiting)), json_wanted)


@group.command("rerun")
def rerun(json_wanted: Json = False) -> None:
    """A rerun of each main page beside a page that draws the same elements and rows as constants."""
    from hbcore.bench import rerun

    run(lambda: answered(rerun.run()), json_wanted)


@group.command("counts")
def counts(
    rows: Annotated[int, typer.Option(min=1_500, help="How many results are held.")] = 1_000_000, json_wanted: Json = False
) -> None:
    """The figures of the daily page from the counters, beside a scan of the results and codes that they count."""
    from hbcore.bench import counts

    run(lambda: answered(counts.run(rows)), json_wanted)


@group.command("decide")
def decide(
    people: Annotated[int, typer.Option(min=10, help="How many people are decided, with each shipped policy.")] = 10_000,
    json_wanted: Json = False,
) -> None:
    """A decision with its reason and every condition tried, beside the row alone."""
    from hbcore.bench import decide

    run(lambda: answered(decide.run(people)), json_wanted)


@group.command("decide-population")
def decide_population(
    people: Annotated[int, typer.Option(min=1_000, help="How many people are held.")] = 1_000_000,
    postgresql: OnPostgreSQL = False,
    json_wanted: Json = False,
) -> None:
    """Everybody decided in the database, beside a plain scan of the same rows."""
    from hbcore.bench import decide

    run(lambda: answered(decide.run_population(people, on_postgresql=postgresql)), json_wanted)


@group.command("codes")
def codes(
    times: Annotated[int, typer.Option(min=10, help="How many codes are signed and checked.")] = 2_000, json_wanted: Json = False
) -> None:
    """A code signed and a text checked, beside bare ECDSA signing and verifying."""
    from hbcore.bench import codes

    run(lambda: answered(codes.run(times)), json_wanted)


@group.command("publish")
def publish(
    people: Annotated[int, typer.Option(min=5_000, help="How many people are held.")] = 1_000_000, json_wanted: Json = False
) -> None:
    """A policy published for everybody, with look-ups meanwhile, beside the bare writing of as many segments."""
    from hbcore.bench import publish

    run(lambda: answered(publish.run(people)), json_wanted)


@group.command("lab-reading")
def lab_reading(
    rows: Annotated[int, typer.Option(min=100, help="Results of the text file; the workbook has 100,000 at most.")] = 1_000_000,
    json_wanted: Json = False,
) -> None:
    """A laboratory file read and judged, beside pyarrow's parsing; GB18030 beside UTF-8; a workbook beside its inflating."""
    from hbcore.bench import lab_reading

    run(lambda: answered(lab_reading.run(rows)), json_wanted)


@group.command("live-base")
def live_base(
    people: Annotated[int, typer.Option(min=10, help="How many people are held before.")] = 1_000_000,
    rows: Annotated[int, typer.Option(min=10, help="How many results the file has; half are of people held.")] = 1_000_000,
    postgresql: OnPostgreSQL = False,
    json_wanted: Json = False,
) -> None:
    """A file into a desk that holds half of its people, beside the bare driver's writing of the same final rows."""
    from hbcore.bench import live_base

    run(lambda: answered(live_base.run(people, rows, on_postgresql=postgresql)), json_wanted)


@group.command("apply-page")
def apply_page(
    pages: Annotated[int, typer.Option(min=1, help="How many forms in each language.")] = 100, json_wanted: Json = False
) -> None:
    """The public form in each language, beside a constant page of the same size through the same gate."""
    from hbcore.bench import apply_page

    run(lambda: answered(apply_page.run(pages)), json_wanted)


@group.command("peers")
def peers(
    rows: Annotated[int, typer.Option(min=100, help="How many results the file has.")] = 100_000, json_wanted: Json = False
) -> None:
    """A laboratory file to committed, beside SQLModel's `add_all` of the same rows and django-import-export's bulk import."""
    from hbcore.bench import peers

    run(lambda: answered(peers.run(rows)), json_wanted)


@group.command("apply")
def apply(
    forms: Annotated[int, typer.Option(min=10, help="How many applications are sent, one by one and again at once.")] = 1_000,
    postgresql: OnPostgreSQL = False,
    json_wanted: Json = False,
) -> None:
    """Applications from the public form, each written, beside a bare insert and commit."""
    from hbcore.bench import apply

    run(lambda: answered(apply.run(forms, on_postgresql=postgresql)), json_wanted)


@group.command("application-figures")
def application_figures(
    applications: Annotated[int, typer.Option(min=100, help="How many were decided in the 30 days.")] = 100_000,
    postgresql: OnPostgreSQL = False,
    json_wanted: Json = False,
) -> None:
    """The supervisor's view of applications over 30 days, beside a plain scan of the same rows."""
    from hbcore.bench import application_figures

    run(lambda: answered(application_figures.run(applications, on_postgresql=postgresql)), json_wanted)


@group.command("draw")
def draw(codes: Annotated[int, typer.Option(min=10, help="How many codes are drawn.")] = 300, json_wanted: Json = False) -> None:
    """A signed code's picture, beside the bare symbol that it is drawn from."""
    from hbcore.bench import draw

    run(lambda: answered(draw.run(codes)), json_wanted)


@group.command("certificates")
def certificates(
    count: Annotated[int, typer.Option("--certificates", min=1, max=300, help="How many are printed.")] = 100,
    json_wanted: Json = False,
) -> None:
    """Test certificates as one PDF, each signed and with its event, beside as many empty pages."""
    from hbcore.bench import certificates

    run(lambda: answered(certificates.run(count)), json_wanted)
