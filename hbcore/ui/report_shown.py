"""The daily report on the screen: what would be confirmed, by whom it was, every version with its text to copy."""

import streamlit as st

from hbcore.domain.permissions import Permission, may
from hbcore.services import daily_reports
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.daily_reports import DayReport, Report
from hbcore.ui import safe
from hbcore.ui.application_words import why
from hbcore.ui.count_filters import Asked
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.locale_words import day_here
from hbcore.ui.report_words import UPLOADS, difference, report_text, upload_of
from hbcore.ui.unit_names import unit_name
from hbcore.ui.waiting import nothing_here
from hbcore.ui.words import _, time_here


def show_report_day(asked: Asked, staff: Staff) -> None:
    """What may be confirmed of the day, what was, and which days have no report."""
    at = now()
    day = daily_reports.day_report(asked.on, unit=asked.unit, by=staff, at=at)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _show_now(day, staff)
        _show_versions(day)
    with right:
        st.subheader(_("Institutions on this day"), anchor=False)
        _show_institutions(day.now)
        st.subheader(_("Days before"), anchor=False)
        days = daily_reports.reported_days(asked.on, unit=asked.unit, by=staff, at=at)
        safe.table([_day_line(one) for one in days], key="days reported")


def _show_now(day: DayReport, staff: Staff) -> None:
    """The figures as they are now, what is corrected against the newest version, and the way to confirm."""
    st.subheader(_("As it stands now"), anchor=False)
    if day.versions and day.now.changed:
        st.text(_("The figures have changed since version {n}:").format(n=day.versions[0].version))
        for one in day.now.changed:
            safe.text(difference(one))
    elif not day.versions:
        st.text(_("Nobody has confirmed this day yet. That is no zero: it is not reported."))
    st.code(report_text(day.now), language=None, wrap_lines=True)
    why_not = "not_allowed" if not may(staff.role, Permission.REPORT_COUNTS) else day.why_not
    label = _("Confirm as a correction…") if day.versions else _("Confirm the report…")
    if st.button(
        safe.inert(label), type="primary", disabled=why_not is not None, help=safe.inert(why(why_not)) if why_not else None
    ):
        st.dialog(_("Confirm the daily report"))(confirm_report)(day.now, bool(day.versions), staff)


def confirm_report(report: Report, is_correction: bool, staff: Staff) -> None:
    """What stands in the dialog: what is confirmed, under whose name, and that it stays."""
    safe.text(f"{unit_name(report.unit.code)} · {day_here(report.on)}")
    safe.text(_("As at {time}.").format(time=time_here(report.as_at)))
    safe.text(_("You confirm it under your name: {name}.").format(name=staff.full_name))
    if is_correction:
        st.caption(_("It becomes the next version, marked as a correction; the earlier ones stay."))
    else:
        st.caption(_("A version is never changed: a correction becomes the next one, marked as such."))
    if st.button(_("Confirm under my name"), type="primary", key="confirm report"):
        with errors_shown():
            made = daily_reports.confirm(report.on, seen=report.seen, unit=report.unit.code, by=staff, at=now())
            say_after_rerun(_("Version {n} is confirmed.").format(n=made.version))


def _show_versions(day: DayReport) -> None:
    st.subheader(_("Versions"), anchor=False)
    if not day.versions:
        nothing_here(_("No version yet."))
    for report in day.versions:
        said = _("Version {n} · {name} · {time}") if not report.is_correction else _("Version {n}, correction · {name} · {time}")
        at = time_here(report.confirmed_at) if report.confirmed_at else ""
        safe.text(said.format(n=report.version, name=report.confirmed_by, time=at))
        st.code(report_text(report), language=None, wrap_lines=True)


def _show_institutions(report: Report) -> None:
    if not report.institutions:
        nothing_here(_("No testing institution."))
        return
    safe.table(
        [
            {_("Institution"): one.name, _("State"): _(UPLOADS[upload_of(one)]), _("Results"): one.n if one.uploaded else "–"}
            for one in report.institutions
        ],
        key="institutions on a day",
    )


def _day_line(one: daily_reports.ReportedDay) -> dict[str, str]:
    state = _("Not reported") if not one.version else _("Reported") if one.version == 1 else _("Corrected, version {n}")
    return {
        _("Day"): day_here(one.on, weekday=True),
        _("State"): state.format(n=one.version),
        _("Confirmed by"): one.confirmed_by,
    }
