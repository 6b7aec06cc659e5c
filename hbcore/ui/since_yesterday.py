"""Today beside yesterday: what came in on each of the two days; a click on a number opens its rows."""

from hbcore.domain.counting import APPLICATIONS, ApplicationFigure
from hbcore.domain.vocabulary import Assay, Outcome
from hbcore.services.acting import Staff
from hbcore.services.daily_counts import DayCounts
from hbcore.ui.count_table import pick
from hbcore.ui.count_words import APPLICATION_WORDS, Column, value
from hbcore.ui.counts import open_figure
from hbcore.ui.words import N_, _

NUCLEIC_ACID = {
    Outcome.NEGATIVE: N_("Nucleic acid negative"),
    Outcome.POSITIVE: N_("Nucleic acid positive"),
    Outcome.POOLED_POSITIVE: N_("Pooled positive"),
    Outcome.INCONCLUSIVE: N_("Inconclusive"),
    Outcome.INVALID: N_("Invalid"),
}
"""Short, so that a phone shows the numbers as well."""

HAPPENED = (ApplicationFigure.SUBMITTED, ApplicationFigure.APPROVED, ApplicationFigure.REFUSED)


def show_both_days(today: DayCounts, yesterday: DayCounts, staff: Staff) -> None:
    """Results and applications of today so far and of all of yesterday: two spans of different length, so no change is said."""
    shown = [*_results(), *_applications()]
    days = {_("Today"): today, _("Yesterday"): yesterday}
    table: dict[str, list[object]] = {_("What"): [column.label for column in shown]}
    table |= {heading: [value(counts.figures, column) for column in shown] for heading, counts in days.items()}
    picked = pick("today and yesterday", table, about=(today.on, today.unit.code))
    if picked and picked[1] in days:
        open_figure(days[picked[1]], None, shown[picked[0]], staff)


def _results() -> list[Column]:
    return [Column(_(words), Assay.NAAT, outcome) for outcome, words in NUCLEIC_ACID.items()]


def _applications() -> list[Column]:
    words = _("Applications: {what}")
    return [Column(words.format(what=_(APPLICATION_WORDS[one])), APPLICATIONS, one) for one in HAPPENED]
