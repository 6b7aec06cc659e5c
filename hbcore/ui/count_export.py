"""Counts to take along: every figure of the lines shown, as CSV or Excel, marked with who takes them."""

from collections.abc import Callable, Sequence

import streamlit as st

from hbcore.domain.counting import APPLICATIONS, CODES, GATES, Figures
from hbcore.domain.vocabulary import Assay
from hbcore.services import count_exports
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.count_exports import Exported, FileKind, Row, Sheet
from hbcore.services.counts_over_days import SpanCounts
from hbcore.services.daily_counts import DayCounts
from hbcore.ui import safe
from hbcore.ui.application_words import here
from hbcore.ui.count_words import Column, columns, full_name, value
from hbcore.ui.errors import errors_shown
from hbcore.ui.unit_names import unit_name
from hbcore.ui.waiting import busy
from hbcore.ui.words import N_, _, time_here

KINDS = {FileKind.CSV: N_("Prepare as CSV"), FileKind.XLSX: N_("Prepare as Excel")}
_MADE = "counts made into a file"


def show_export(about: object, sheet: Callable[[], Sheet], staff: Staff) -> None:
    """Two buttons; then the file. It is forgotten when what the page is `about` changes."""
    with st.container(horizontal=True):
        for kind, words in KINDS.items():
            if st.button(_(words), key=f"export {kind}", help=_("The file says who took it and when; that is recorded.")):
                with errors_shown(), busy(_("Writing the file …")):
                    made = count_exports.export(sheet(), kind, _mark(staff), by=staff, at=now())
                    st.session_state[_MADE] = (about, made)
        held: tuple[object, Exported] | None = st.session_state.get(_MADE)
        if held and held[0] == about:
            _offer(held[1])


def _offer(made: Exported) -> None:
    label = _("Download {name}").format(name=made.name)
    st.download_button(safe.inert(label), made.content, made.name, made.mime, type="primary")


def _mark(staff: Staff) -> str:
    """Who takes the file and when; the service puts in the number."""
    return _("Taken by {name} ({account}), {unit}, {time}, no. {number}. For work only; do not pass on.").format(
        name=staff.full_name, account=staff.name, unit=unit_name(staff.unit), time=time_here(now()), number="{number}"
    )


def day_sheet(counts: DayCounts) -> Sheet:
    """A day by unit or institution, the whole first: of institutions results alone."""
    groups = [*map(str, Assay)] if counts.by_institution else [CODES, *map(str, Assay), APPLICATIONS, GATES]
    shown = _all(groups)
    first = [_("Institution"), _("Code")] if counts.by_institution else [_("Unit"), _("Code")]
    lines: list[tuple[list[str], Figures]] = [([_("All together"), counts.unit.code], counts.figures)]
    lines += [([here(row.name), row.code], row.figures) for row in counts.rows]
    rows: list[Row] = [(*before, *(value(figures, one) for one in shown)) for before, figures in lines]
    return Sheet(counts.unit.code, counts.on, counts.on, [*first, *map(full_name, shown)], rows)


def span_sheet(span: SpanCounts, shown: Sequence[Column]) -> Sheet:
    """The days of a span, the first day first."""
    rows: list[Row] = [
        (day.on.isoformat(), *(value(Figures(day.applications, day.results, day.codes), one) for one in shown))
        for day in span.days
    ]
    return Sheet(span.unit.code, span.days[0].on, span.days[-1].on, [_("Day"), *map(full_name, shown)], rows)


def _all(groups: Sequence[str]) -> list[Column]:
    return [column for group in groups for column in columns(group)]
