"""`counts`: a day's applications, results and codes from the shell."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

import typer

from hbcore.commands.frame import Answer, By, Json, run, say, staff
from hbcore.domain.counting import DayOf, Figures
from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import SHANGHAI, Outcome
from hbcore.services import clock, daily_counts
from hbcore.services.daily_counts import CountRow, DayCounts

app = typer.Typer()


@app.command("counts")
def counts(
    by: By,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="The day, as 2020-11-23; today when left out.")] = None,
    unit: Annotated[str | None, typer.Option(metavar="CODE", help="The unit; your own when left out.")] = None,
    by_institution: Annotated[bool, typer.Option("--by-institution", help="A row for each institution.")] = False,
    day_of: Annotated[DayOf, typer.Option(help="Which day of a result counts.")] = DayOf.RECORDED,
    json_wanted: Json = False,
) -> None:
    """The day's figures of a unit and a row for each unit below it, or for each testing institution."""

    def call() -> Answer:
        at = clock.now()
        day = read_day(on) if on else clock.day_of(at)
        counted = daily_counts.count_day(day, unit=unit, by_institution=by_institution, day_of=day_of, by=staff(by), at=at)
        return Answer(as_json(counted), _as_text(counted))

    run(call, json_wanted)


def read_day(text: str) -> date:
    """A day as 2020-11-23; Refused(`not_a_day`)."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused("not_a_day") from error


def as_json(counted: DayCounts) -> dict[str, object]:
    """The counts as the contract's `counts --json`."""
    return {
        "on": counted.on.isoformat(),
        "as_at": counted.as_at.astimezone(SHANGHAI).isoformat(),
        "unit": counted.unit.code,
        "day_of": counted.day_of,
        **_figures(counted.figures),
        "rows": [_row(row, counted.by_institution) for row in counted.rows],
    }


def _row(row: CountRow, by_institution: bool) -> dict[str, object]:
    name = {"zh": row.name.zh, "en": row.name.en}
    if by_institution:
        return {"institution": row.code, "name": name, "results": row.figures.results}
    return {"unit": row.code or None, "name": name, **_figures(row.figures)}


def _figures(figures: Figures) -> dict[str, Mapping[str, object]]:
    return {"applications": figures.applications, "results": figures.results, "codes": figures.codes, "gates": figures.gates}


def _as_text(counted: DayCounts) -> str:
    naat, codes = counted.figures.results["naat"], counted.figures.codes
    return say(
        "{on}: nucleic-acid results {negative} negative, {positive} positive; "
        "codes {green} green, {yellow} yellow, {red} red, {grey} grey.",
        on=counted.on,
        negative=naat[Outcome.NEGATIVE],
        positive=naat[Outcome.POSITIVE],
        **codes,
    )
