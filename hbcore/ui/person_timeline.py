"""A person over time as a table: the newest first, one sort of entry or all."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import streamlit as st

from hbcore.domain.sentence import shipped_words
from hbcore.domain.temperatures import CLOSED_WORDS, STATE_WORDS, ReadingState
from hbcore.domain.vocabulary import FactSource
from hbcore.services import timeline
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.colour_words import COLOUR_WORDS
from hbcore.services.gate_entries import TemperatureEntry
from hbcore.services.people import PersonCard
from hbcore.services.timeline import (
    CodeEntry,
    Entry,
    FactEntry,
    LookUpEntry,
    RegistrationEntry,
    ResultEntry,
    SamplingEntry,
    Step,
    Timeline,
)
from hbcore.ui import safe
from hbcore.ui.application_words import here, moment, reason_name, state_name
from hbcore.ui.errors import errors_shown
from hbcore.ui.locale_words import number_here
from hbcore.ui.person_shown import keep, kept
from hbcore.ui.person_words import FACT_SOURCES, PURPOSES, institution_name
from hbcore.ui.temperature_words import both, done_words
from hbcore.ui.waiting import busy, nothing_here
from hbcore.ui.words import N_, _, _n

WORDS = shipped_words("policy_words.json")
_READ = "time-line"
SORTS: Mapping[type[Any], str] = {
    ResultEntry: N_("Test results"),
    SamplingEntry: N_("Samplings"),
    CodeEntry: N_("Codes"),
    RegistrationEntry: N_("Registration"),
    FactEntry: N_("Facts"),
    TemperatureEntry: N_("Temperatures"),
    LookUpEntry: N_("Look-ups"),
}
ONE_OF_A_SORT: Mapping[type[Any], str] = {
    ResultEntry: N_("Result"),
    SamplingEntry: N_("Sampling"),
    CodeEntry: N_("Health code"),
    RegistrationEntry: N_("Registration"),
    FactEntry: N_("Fact"),
    TemperatureEntry: N_("Temperature"),
    LookUpEntry: N_("Look-up"),
}
ENDED = {
    "corrected": N_("corrected {time} by upload {upload}"),
    "withdrawn": N_("withdrawn {time} by upload {upload}"),
    "recalled": N_("recalled {time} with upload {upload}"),
}
CAUSES = {
    "upload": N_("upload {number}"),
    "application": N_("application {number}"),
    "recall": N_("upload {number} recalled or put back"),
    "joining": N_("joined or parted"),
    "policy": N_("policy {number} published"),
    "withdrawal": N_("policy {number} withdrawn before it began"),
}


def show_timeline(card: PersonCard, staff: Staff) -> None:
    """The sorts to choose from, then the table."""
    at = now()
    chosen = st.pills(
        _("Show only"), list(SORTS), format_func=lambda sort: _(SORTS[sort]), key="sort", label_visibility="collapsed"
    )
    with errors_shown():
        found = _read(card, staff, at)
        entries = [one for one in found.entries if chosen is None or isinstance(one, chosen)]
        if not entries:
            nothing_here(_("Nothing of this sort is on record."))
        else:
            widths = {_("Time"): 108, _("Sort"): 88, _("What"): 232, _("More"): 860}
            safe.table([_line(one, at) for one in entries], key="timeline", widths=widths)
        words = _n(
            "Looked up once in all. By whom only the auditor sees.",
            "Looked up {n} times in all. By whom only the auditor sees.",
            found.look_ups,
        )
        safe.text(words.format(n=number_here(found.look_ups)))


def _read(card: PersonCard, staff: Staff, at: datetime) -> Timeline:
    """The time-line, kept with who stands on the page until somebody does something."""
    before = kept(_READ)
    if isinstance(before, Timeline) and before.holds(card, staff, at):
        return before
    with busy(_("Putting the time-line together")):
        found = timeline.timeline(card.id, by=staff, at=at)
    keep(_READ, found)
    return found


def _line(one: Entry, at: datetime) -> dict[str, str]:
    what, more = _WORDED[type(one)](one, at)
    return {_("Time"): moment(one.at, at), _("Sort"): _(ONE_OF_A_SORT[type(one)]), _("What"): what, _("More"): _dotted(*more)}


def _dotted(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _result(one: ResultEntry, at: datetime) -> tuple[str, list[str | None]]:
    what = f"{here(WORDS['assays'][one.assay])} {here(WORDS['outcomes'][one.outcome])}"
    ended = None
    if one.ended_at and one.ended_how:
        ended = _(ENDED[one.ended_how]).format(time=moment(one.ended_at, at), upload=one.ended_by or "–")
        what = f"✕ {what}"
    times = [
        _("sampled {time}").format(time=moment(one.sampled_at, at)),
        _("tested {time}").format(time=moment(one.tested_at, at)) if one.tested_at else None,
        _("reported {time}").format(time=moment(one.reported_at, at)) if one.reported_at else None,
    ]
    return what, [
        ended,
        *times,
        institution_name(one.institution),
        _("upload {number}").format(number=one.upload) if one.upload else None,
    ]


def _sampling(one: SamplingEntry, at: datetime) -> tuple[str, list[str | None]]:
    what = _("Sampled, result pending") if one.awaited else _("Sample taken")
    ended = _(ENDED["corrected"]).format(time=moment(one.ended_at, at), upload=one.ended_by or "–") if one.ended_at else None
    return f"✕ {what}" if ended else what, [
        ended,
        _("sampled {time}").format(time=moment(one.sampled_at, at)),
        _("sampled at {place}").format(place=one.site) if one.site else None,
        _("sample number {number}").format(number=one.sample_number),
        one.institution,
        _("upload {number}").format(number=one.upload) if one.upload else None,
    ]


def _code(one: CodeEntry, at: datetime) -> tuple[str, list[str | None]]:
    kind, number = one.cause or ("", "")
    return here(COLOUR_WORDS[one.colour]), [
        here(one.reason) if one.reason else None,
        _("until {time}").format(time=moment(one.until_at, at)) if one.until_at else None,
        f"{one.policy} {one.row}",
        _(CAUSES[kind]).format(number=number) if kind else None,
    ]


def _registration(one: RegistrationEntry, _at: datetime) -> tuple[str, list[str | None]]:
    what = _("Submitted") if one.step is Step.SUBMITTED or one.state is None else state_name(one.state)
    return what, [one.receipt, *map(reason_name, one.reasons)]


def _fact(one: FactEntry, at: datetime) -> tuple[str, list[str | None]]:
    what = here(WORDS["facts"][one.kind])
    return f"✕ {what}" if one.ended_at else what, [
        _("ended {time}").format(time=moment(one.ended_at, at)) if one.ended_at else None,
        _("from {time}").format(time=moment(one.from_at, at)),
        _("until {time}").format(time=moment(one.until_at, at)) if one.until_at else None,
        _(FACT_SOURCES[FactSource(one.source)]),
        one.evidence,
    ]


def _temperature(one: TemperatureEntry, at: datetime) -> tuple[str, list[str | None]]:
    measured = both(one.first, one.second)
    stands = STATE_WORDS[one.state] if one.closed_for is None else CLOSED_WORDS[one.closed_for]
    return f"✕ {measured}" if one.state is ReadingState.UNDONE else measured, [
        here(stands),
        _("second reading {time}").format(time=moment(one.second_at, at)) if one.second_at else None,
        _("at the gate {place}").format(place=one.place),
        done_words(one.done) if one.done else None,
    ]


def _look_up(one: LookUpEntry, _at: datetime) -> tuple[str, list[str | None]]:
    counted = [f"{_(PURPOSES[purpose])} {n}" for purpose, n in one.by_purpose]
    return _("look-ups that day: {n}").format(n=sum(n for _purpose, n in one.by_purpose)), [*counted]


_WORDED: Mapping[type[Any], Callable[..., tuple[str, list[str | None]]]] = {
    ResultEntry: _result,
    SamplingEntry: _sampling,
    CodeEntry: _code,
    RegistrationEntry: _registration,
    FactEntry: _fact,
    TemperatureEntry: _temperature,
    LookUpEntry: _look_up,
}
