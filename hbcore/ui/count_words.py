"""The daily counts in words: figures of results, codes, applications and gates, which day counts, what rows are about."""

from collections.abc import Mapping
from dataclasses import dataclass

from hbcore.domain.counting import (
    APPLICATIONS,
    CODES,
    ENDED,
    GATES,
    OUTCOMES,
    PEOPLE,
    TUBES,
    ApplicationFigure,
    DayOf,
    Figures,
    GateFigure,
    gross,
    net,
)
from hbcore.domain.vocabulary import Assay, Colour
from hbcore.services.behind_figures import GROSS, NET
from hbcore.ui.application_words import here
from hbcore.ui.code_picture import SIGNS
from hbcore.ui.locale_words import as_heading
from hbcore.ui.person_words import WORDS
from hbcore.ui.words import N_, _

APPLICATION_WORDS = {
    ApplicationFigure.SUBMITTED: N_("Submitted"),
    ApplicationFigure.APPROVED: N_("Approved"),
    ApplicationFigure.REFUSED: N_("Not approved"),
    ApplicationFigure.ASKED: N_("Asked"),
    ApplicationFigure.WAITING: N_("Waiting for us"),
    ApplicationFigure.OVERDUE: N_("of these overdue"),
}
GATE_WORDS = {
    GateFigure.READINGS: N_("Temperatures taken"),
    GateFigure.ABNORMAL: N_("Abnormal twice"),
    GateFigure.NATIONAL_CODE: N_("On the national code"),
    GateFigure.NOTICES: N_("Notices"),
    GateFigure.OPEN: N_("Notices open"),
    GateFigure.OVERDUE: N_("of these beyond 24 h"),
    GateFigure.CLOSED: N_("Notices closed"),
    GateFigure.PROPOSED: N_("Fevers proposed"),
}
COLOUR_LABELS = {
    Colour.GREEN: N_("✓ Green code"),
    Colour.YELLOW: N_("! Yellow code"),
    Colour.RED: N_("✗ Red code"),
    Colour.GREY: N_("? Grey code"),
}
COLOUR_SHORT = {Colour.GREEN: N_("Green"), Colour.YELLOW: N_("Yellow"), Colour.RED: N_("Red"), Colour.GREY: N_("Grey")}
DAYS_OF = {
    DayOf.RECORDED: N_("the day recorded"),
    DayOf.SAMPLED: N_("the day sampled"),
    DayOf.REPORTED: N_("the day reported"),
}
MORE_WORDS = {
    "pooled_positive": N_("Pooled positive"),
    NET: N_("Valid now"),
    "corrected": N_("Corrected since"),
    "withdrawn": N_("Withdrawn since"),
    GROSS: N_("Recorded in all"),
    PEOPLE: N_("People"),
    TUBES: N_("Tubes"),
}
"""Of an assay, beside its outcomes (the pooled one in short, for headings): net 净, gross 毛, people 人数, tubes 管数."""

OF_AN_ASSAY = (*OUTCOMES, NET, *ENDED, GROSS, PEOPLE, TUBES)
SUMMARY = "summary"


@dataclass(frozen=True)
class Column:
    """A column of figures: `group` is an assay, `codes`, `applications` or `gates`."""

    label: str
    group: str
    figure: str


def figure_name(figure: str) -> str:
    """A figure of an assay."""
    return _(MORE_WORDS[figure]) if figure in MORE_WORDS else here(WORDS["outcomes"][figure])


def assay_name(assay: str) -> str:
    """An assay as people here call it."""
    return here(WORDS["assays"][assay])


def group_name(group: str) -> str:
    """What a group of figures is about."""
    return _(GROUP_WORDS[group]) if group in GROUP_WORDS else assay_name(group)


GROUP_WORDS = {
    SUMMARY: N_("At a glance"),
    CODES: N_("Health codes"),
    APPLICATIONS: N_("Health code applications"),
    GATES: N_("Gates"),
}


def columns(group: str) -> list[Column]:
    """The columns of one group; of `summary` those that are asked for first."""
    if group == SUMMARY:
        naat = [
            Column(f"{assay_name(Assay.NAAT)} {figure_name(one)}", Assay.NAAT, one) for one in ("negative", "positive", PEOPLE)
        ]
        standing = (ApplicationFigure.WAITING, ApplicationFigure.OVERDUE)
        applied = [Column(_(APPLICATION_WORDS[figure]), APPLICATIONS, figure) for figure in standing]
        return [*columns(CODES), *naat, *applied]
    if group == CODES:
        return [Column(f"{SIGNS[colour]} {_(words)}", CODES, colour) for colour, words in COLOUR_SHORT.items()]
    if group == APPLICATIONS:
        return [Column(_(words), APPLICATIONS, figure) for figure, words in APPLICATION_WORDS.items()]
    if group == GATES:
        return [Column(_(words), GATES, figure) for figure, words in GATE_WORDS.items()]
    return [Column(as_heading(figure_name(figure)), group, figure) for figure in OF_AN_ASSAY]


def full_name(column: Column) -> str:
    """A figure by its full name: 核酸检测 阳性."""
    return f"{assay_name(column.group)} {figure_name(column.figure)}" if column.group in set(map(str, Assay)) else column.label


def value(figures: Figures, column: Column) -> int:
    """What a column says of a place."""
    if column.group == CODES:
        return figures.codes[column.figure]
    if column.group == APPLICATIONS:
        return figures.applications[column.figure]
    if column.group == GATES:
        return figures.gates[column.figure]
    return of_assay(figures.results[column.group], column.figure)


def of_assay(results: Mapping[str, int], figure: str) -> int:
    """A figure of an assay, net and gross worked out."""
    worked_out = {NET: net, GROSS: gross}
    return worked_out[figure](results) if figure in worked_out else results[figure]
