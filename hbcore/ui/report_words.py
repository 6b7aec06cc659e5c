"""A daily report as text to copy: title, figures, institutions, what was corrected, who confirmed."""

from collections.abc import Iterable, Iterator, Mapping

from hbcore.domain.counting import APPLICATIONS, CODES, GATES, PEOPLE, TUBES, gross, net
from hbcore.domain.daily_report import Difference
from hbcore.domain.vocabulary import Assay
from hbcore.services.daily_reports import InstitutionDay, Report
from hbcore.ui.count_words import APPLICATION_WORDS, COLOUR_SHORT, GATE_WORDS, assay_name, figure_name
from hbcore.ui.locale_words import day_here, number_here
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import N_, _, time_here

UPLOADS = {
    "uploaded": N_("Uploaded"),
    "zero": N_("Zero report"),
    "missing": N_("Not uploaded"),
}
"""What an institution did on the day: a file of which nothing counts is a zero; no file is no zero."""


def upload_of(one: InstitutionDay) -> str:
    """What an institution did, as a key of `UPLOADS`."""
    return "missing" if not one.uploaded else "uploaded" if one.n else "zero"


def report_text(report: Report) -> str:
    """The report in the language of the run, ready to be sent on."""
    return "\n".join((_title(report), *_lines(report)))


def _title(report: Report) -> str:
    parts = {"unit": unit_name(report.unit.code), "day": day_here(report.on)}
    if report.is_correction:
        return _("{unit}, daily report of {day} (correction, version {n})").format(**parts, n=report.version)
    return _("{unit}, daily report of {day}").format(**parts)


def _lines(report: Report) -> Iterator[str]:
    figures = report.figures
    yield _("As at {time}.").format(time=time_here(report.as_at))
    for assay in Assay:
        if gross(figures.results[assay]):
            yield _assay(assay, figures.results[assay])
    if not any(map(gross, figures.results.values())):
        yield _("No results on this day.")
    codes = [f"{_(words)} {number_here(figures.codes[colour])}" for colour, words in COLOUR_SHORT.items()]
    yield _("Health codes: {codes}.").format(codes=_listed(codes))
    applied = [f"{_(words)} {number_here(figures.applications[one])}" for one, words in APPLICATION_WORDS.items()]
    yield _("Applications: {figures}.").format(figures=_listed(applied))
    if any(figures.gates.values()):
        gates = [f"{_(words)} {number_here(figures.gates[one])}" for one, words in GATE_WORDS.items()]
        yield _("Gates: {figures}.").format(figures=_listed(gates))
    yield from _institutions(report.institutions)
    if report.changed and report.version:
        yield _("Corrected: {changes}.").format(changes=_listed(map(difference, report.changed)))
    if report.confirmed_at:
        yield _("Confirmed by {name}, {time}.").format(name=report.confirmed_by, time=time_here(report.confirmed_at))


def _assay(assay: str, results: Mapping[str, int]) -> str:
    outcomes = [
        f"{figure_name(one)} {number_here(results[one])}" for one in results if one not in (PEOPLE, TUBES) and results[one]
    ]
    return _("{assay}: {n} valid (people {people}, tubes {tubes}); {outcomes}.").format(
        assay=assay_name(assay),
        n=number_here(net(results)),
        people=number_here(results[PEOPLE]),
        tubes=number_here(results[TUBES]),
        outcomes=_listed(outcomes),
    )


def _institutions(institutions: tuple[InstitutionDay, ...]) -> Iterator[str]:
    names: dict[str, list[str]] = {kind: [] for kind in UPLOADS}
    for one in institutions:
        names[upload_of(one)].append(one.name)
    yield _("Institutions: {n} uploaded.").format(n=len(names["uploaded"]) + len(names["zero"]))
    if names["zero"]:
        yield _("Zero report: {names}.").format(names=_listed(names["zero"]))
    if names["missing"]:
        yield _("Not uploaded, so not counted as zero: {names}.").format(names=_listed(names["missing"]))


def _listed(parts: Iterable[str]) -> str:
    return _(", ").join(parts)


def difference(one: Difference) -> str:
    """A figure, what it was, what it is."""
    before, now = (_("not uploaded") if n is None else number_here(n) for n in (one.before, one.now))
    return f"{_figure(*one.path)} {before} → {now}"


def _figure(group: str, *rest: str) -> str:
    if group == APPLICATIONS:
        return _(APPLICATION_WORDS[rest[0]])  # type: ignore[index]
    if group == GATES:
        return _(GATE_WORDS[rest[0]])  # type: ignore[index]
    if group == CODES:
        return _(COLOUR_SHORT[rest[0]])  # type: ignore[index]
    if group == "results":
        return f"{assay_name(rest[0])} {figure_name(rest[1])}"
    return rest[0]
