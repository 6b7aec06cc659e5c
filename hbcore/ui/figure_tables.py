"""The supervisor's figures as tables: by unit, kind of document, country, reason, reviewer; a number opens its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from hbcore.domain.application_figures import (
    FAR_LONGER,
    LEAST_COMPARED,
    LEAST_TOLD,
    Age,
    AppliedBehind,
    Compared,
    Part,
)
from hbcore.domain.vocabulary import DocumentKind
from hbcore.services.acting import Staff
from hbcore.services.application_figures import ApplicationFigures, GroupLine
from hbcore.services.behind_figures import DecidedWanted
from hbcore.services.count_exports import Row, Sheet
from hbcore.ui import safe
from hbcore.ui.application_words import ask_reason, country, kind_name, refuse_reason
from hbcore.ui.count_filters import go_to
from hbcore.ui.count_table import pick
from hbcore.ui.locale_words import number_here, percent_here
from hbcore.ui.opened_rows import open_rows
from hbcore.ui.unit_names import unit_name
from hbcore.ui.waiting import nothing_here
from hbcore.ui.words import N_, _

AGES = {
    Age.UNDER_6: N_("Waiting under 6 h"),
    Age.UNDER_12: N_("6 to 12 h"),
    Age.UNDER_24: N_("12 to 24 h"),
    Age.OVERDUE: N_("Overdue"),
}
COMPARED = {
    Compared.TOO_FEW: N_("too few to compare"),
    Compared.FAR_LONGER: N_("waits far longer"),
    Compared.ALIKE: N_("as the others"),
}
DECIDED, APPROVED, WITHIN, LATE = N_("Decided, number"), N_("Approved"), N_("Within 24 h (%)"), N_("Late")
CLAIMED = N_("Claimed now")
MEDIAN, NINETIETH = N_("Median (h)"), N_("Nine of ten within (h)")
_OF_HEADING = {
    DECIDED: AppliedBehind(decided=True),
    APPROVED: AppliedBehind(decided=True, approved=True),
    LATE: AppliedBehind(decided=True, late=True),
    **{words: AppliedBehind(age=age) for age, words in AGES.items()},
}
"""What a click on a number below each heading opens; hours and shares open what was decided."""

WIDE = 330
"""Pixels: the longest name of a kind of document."""

Cells = dict[str, str | float | None]
ALL = AppliedBehind()


@dataclass(frozen=True)
class Line:
    """A line of a table: what it is called, its cells by message id, and what narrows its rows down."""

    name: str
    cells: Cells
    of: AppliedBehind = ALL
    unit: str | None = None
    direct: bool = False


def show_whole(seen: ApplicationFigures) -> None:
    """The figures of all together, in words."""
    part = seen.whole
    if not part.decided:
        safe.text(_("Nothing was decided in these days."))
        return
    said = _("Decided {n}, {share} of them within 24 h; median {median} h, nine of ten within {ninetieth} h.")
    safe.text(
        said.format(
            n=number_here(part.decided),
            share=percent_here(part.within, part.decided),
            median=number_here(_hours(part.median)),
            ninetieth=number_here(_hours(part.ninetieth)),
        )
    )


def unit_lines(seen: ApplicationFigures) -> list[Line]:
    """Each unit right below: what waits, by age, and what was decided."""
    return [
        Line(
            f"{unit_name(one.code)} {_('(itself)')}" if one.direct and len(seen.units) > 1 else unit_name(one.code),
            {**{AGES[age]: n for age, n in one.waiting.items()}, **_part(one.part)},
            unit=one.code,
            direct=one.direct,
        )
        for one in seen.units
    ]


def _group_lines(lines: Sequence[GroupLine], names: Mapping[str, str], of: Callable[[str], AppliedBehind]) -> list[Line]:
    """Each group beside all: hours and shares of too few are left out, and why."""
    return [
        Line(
            names[one.key],
            {
                DECIDED: one.part.decided,
                **(_measured(one.part) if one.compared != Compared.TOO_FEW else dict.fromkeys(_measured(one.part))),
                N_("Compared with all"): _(COMPARED[one.compared]),
            },
            of(one.key),
        )
        for one in lines
    ]


def reviewer_lines(seen: ApplicationFigures) -> list[Line]:
    """Each member of staff who decided or holds something."""
    return [
        Line(
            one.name,
            {
                DECIDED: one.part.decided,
                APPROVED: one.part.approved,
                MEDIAN: _hours(one.part.median),
                CLAIMED: one.held,
            },
            AppliedBehind(by=one.id),
        )
        for one in seen.reviewers
    ]


def kind_lines(seen: ApplicationFigures) -> list[Line]:
    """By kind of document."""
    names = {one.key: kind_name(DocumentKind(one.key)) for one in seen.kinds}
    return _group_lines(seen.kinds, names, lambda key: AppliedBehind(kind=key))


def country_lines(seen: ApplicationFigures) -> list[Line]:
    """By the country or region that issued the document."""
    names = {one.key: country(one.key) or _("Permits and cards, no country") for one in seen.countries}
    return _group_lines(seen.countries, names, lambda key: AppliedBehind(country=key))


def show_equal(lines: Sequence[GroupLine], named: Sequence[Line], whole: Part) -> None:
    """A plain sentence for each group that waits far longer."""
    for one, line in zip(lines, named, strict=True):
        if one.compared == Compared.FAR_LONGER:
            said = _("! {group} waits far longer: half of them {median} h and more, of all together {all} h. Look why.")
            group = {"group": line.name, "median": number_here(_hours(one.part.median)), "all": number_here(_hours(whole.median))}
            safe.text(said.format(**group))


def _width(lines: Sequence[Line]) -> int:
    """Pixels of the longest name: a Chinese character is about twice as wide as a letter."""
    return min(WIDE, 24 + max(sum(15 if one >= "\u2e80" else 8 for one in line.name) for line in lines))


def show_table(name: str, heading: str, lines: Sequence[Line], seen: ApplicationFigures, staff: Staff) -> None:
    """A table; a number opens its rows, a unit's name the unit."""
    if not lines:
        nothing_here(_("Nothing was decided in these days."))
        return
    table: dict[str, list[object]] = {heading: [line.name for line in lines]}
    table |= {_(column): [line.cells[column] for line in lines] for column in lines[0].cells}
    picked = pick(name, table, about=(seen.unit.code, seen.first, seen.last, len(lines)), first_width=_width(lines))
    if picked is None:
        return
    line, column = lines[picked[0]], next((one for one in lines[0].cells if _(one) == picked[1]), None)
    if column is None and line.unit and not line.direct:
        go_to(line.unit)
    elif column is not None:
        _open(line, column, seen, staff)


def _open(line: Line, column: str, seen: ApplicationFigures, staff: Staff) -> None:
    wanted = _OF_HEADING.get(column, AppliedBehind(decided=True))
    if column == CLAIMED:
        of = AppliedBehind(held_by=line.of.by)
    elif wanted.age:
        of = wanted
    else:
        of = replace(line.of, decided=True, approved=wanted.approved, late=wanted.late)
    what = " · ".join((line.name, _(column)))
    open_rows(DecidedWanted(seen.first, seen.last, of, line.unit or seen.unit.code, line.direct), what, staff)


def show_reasons(seen: ApplicationFigures, staff: Staff) -> None:
    """Why not approved, and what was asked for, the most frequent first."""
    left, right = st.columns(2)
    with left:
        _show_reasons("refused", _("Not approved because"), seen.refused_for, seen, staff)
    with right:
        _show_reasons("asked", _("Asked for"), seen.asked_for, seen, staff)


def _show_reasons(name: str, heading: str, counted: Mapping[str, int], seen: ApplicationFigures, staff: Staff) -> None:
    if not counted:
        nothing_here(heading, _("Nothing in these days."))
        return
    words, codes = refuse_reason if name == "refused" else ask_reason, list(counted)
    table: dict[str, list[object]] = {heading: [words(code) for code in codes], _("Applications, number"): list(counted.values())}
    picked = pick(f"reasons {name}", table, about=(seen.unit.code, seen.first, seen.last, len(codes)))
    if picked and picked[1] != heading:
        code = codes[picked[0]]
        of = AppliedBehind(decided=True, refused_for=code) if name == "refused" else AppliedBehind(asked_for=code)
        open_rows(DecidedWanted(seen.first, seen.last, of, seen.unit.code), f"{heading} · {words(code)}", staff)


def sheet(seen: ApplicationFigures) -> Sheet:
    """All tables one below the other: which table, which line, which figure, the number."""
    tables = {
        _("Units below"): unit_lines(seen),
        _("Kinds of document"): kind_lines(seen),
        _("Countries and regions"): country_lines(seen),
        _("Reviewers"): reviewer_lines(seen),
        _("Not approved because"): [
            Line(refuse_reason(code), {N_("Applications, number"): n}) for code, n in seen.refused_for.items()
        ],
        _("Asked for"): [Line(ask_reason(code), {N_("Applications, number"): n}) for code, n in seen.asked_for.items()],
    }
    rows: list[Row] = [
        (table, line.name, _(column), value if isinstance(value, int | str) else number_here(value))
        for table, lines in tables.items()
        for line in lines
        for column, value in line.cells.items()
    ]
    return Sheet(seen.unit.code, seen.first, seen.last, (_("Table"), _("Line"), _("Figure"), _("Number")), rows)


def how_compared() -> str:
    """What the comparison means."""
    said = _(
        "Equal treatment: a group of {told} or more whose median is over {times} times that of all waits far longer. Fewer than"
        " {least} decided are not compared."
    )
    return said.format(told=LEAST_TOLD, times=number_here(FAR_LONGER), least=LEAST_COMPARED)


def _part(part: Part) -> Cells:
    return {DECIDED: part.decided, LATE: part.decided - part.within, **_measured(part)}


def _measured(part: Part) -> Cells:
    return {
        MEDIAN: _hours(part.median),
        NINETIETH: _hours(part.ninetieth),
        WITHIN: _percent(part.within, part.decided),
        N_("Approved (%)"): _percent(part.approved, part.decided),
    }


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _hours(hours: float | None) -> float | None:
    return None if hours is None else round(hours, 1)
