"""Alarms in words: what each is, what to do about it, and by when."""

from collections.abc import Mapping
from datetime import datetime

from hbcore.domain.alarms import OF_LABORATORIES, AlarmKind
from hbcore.services.alarms import AlarmLine
from hbcore.ui.locale_words import left_here, number_here
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import N_, Counted, N_n, _, _n, counted, time_here

KINDS = {
    AlarmKind.UNCLASSIFIED: N_("Positive, not classified"),
    AlarmKind.NOT_RETESTED: N_("Pooled, not retested"),
    AlarmKind.MISMATCH: N_("Mismatch, unanswered"),
    AlarmKind.OVERDUE_BURST: N_("Many overdue"),
    AlarmKind.CHAIN_BROKEN: N_("Broken chain of events"),
    AlarmKind.POSITIVES_WAITING: N_("Positives wait for release"),
    AlarmKind.BURST_OF_POOLED: N_("Many pooled positives"),
    AlarmKind.BURST_OF_FACTS: N_("Many facts at once"),
    AlarmKind.RECOLOURING_OVERDUE: N_("Recolouring overdue"),
    AlarmKind.POSITIVITY: N_("Positives unlike before"),
    AlarmKind.TURNAROUND: N_("Turnaround unlike before"),
    AlarmKind.OUT_OF_ORDER: N_("Tested before sampled"),
    AlarmKind.FILE_SIZE: N_("File of unusual size"),
    AlarmKind.FILE_MISSING: N_("No file today"),
    AlarmKind.TUBE_TOO_FULL: N_("Tube with too many people"),
    AlarmKind.ROWS_HELD: N_("Rows held for days"),
    AlarmKind.POSITIVE_HELD: N_("Positive among held rows"),
    AlarmKind.TO_VERIFY: N_("New positive, to verify"),
    AlarmKind.NOTICES_FAILED: N_("Notices not delivered"),
    AlarmKind.TAKEN_OVER: N_("Taken over by the level above"),
    AlarmKind.TEMPERATURE_OVERDUE: N_("Abnormal temperature, not settled"),
}
TO_DO = {
    AlarmKind.UNCLASSIFIED: N_(
        "48 hours have passed since this positive was recorded, and no fact says what it was. Get the hospital's or the"
        " disease-control centre's finding and have it recorded: confirmed, asymptomatic, suspected or excluded."
    ),
    AlarmKind.NOT_RETESTED: N_(
        "24 hours have passed since this pooled tube was positive. Have the person sampled alone; until then nobody knows whose"
        " the positive is."
    ),
    AlarmKind.MISMATCH: N_(
        "This application differs from the filing and has waited for us for more than 24 hours. Open it and decide, or ask the"
        " applicant to correct it."
    ),
    AlarmKind.OVERDUE_BURST: N_(
        "More applications are overdue here than usual. Send reviewers, or pass some on to another unit."
    ),
    AlarmKind.CHAIN_BROKEN: N_(
        "The last verification found a changed or missing event. Leave everything as it is and call the auditor and the security"
        " officer."
    ),
    AlarmKind.POSITIVES_WAITING: N_(
        "These positives are beyond what one account may record in a shift, and have waited for a second one for more than 2"
        " hours. Ask the laboratory, look at the rows under “Second looks”, release or decline them."
    ),
    AlarmKind.BURST_OF_POOLED: N_(
        "One account made more than 100 people pooled positives within a day; all of them are yellow. Ask the laboratory whether"
        " the tubes are right, and have these people sampled alone."
    ),
    AlarmKind.BURST_OF_FACTS: N_(
        "Many more people than usual were put down for yellow or red, or a list of many was refused because it had no case or no"
        " exposures. Ask who proposed it, look at what it rests on before anything is confirmed."
    ),
    AlarmKind.RECOLOURING_OVERDUE: N_(
        "This recolouring request has waited for more than 48 hours. Review it, confirm it, or tell the person what is missing."
    ),
    AlarmKind.POSITIVITY: N_(
        "The share of positives in this upload is far from that of this laboratory's last 14. Ask whether a run was contaminated,"
        " outcomes were swapped, or an outbreak is being tested; a wrong file is recalled as a whole."
    ),
    AlarmKind.TURNAROUND: N_(
        "From sampling to report it took far longer, or shorter, than in this laboratory's last 14 uploads. Ask whether it is"
        " overloaded, or whether the times are not those of sampling and reporting."
    ),
    AlarmKind.OUT_OF_ORDER: N_(
        "Many rows say that they were tested or reported before they were sampled; they were refused. Ask the laboratory to look"
        " at its clock and at the columns of times, then to upload these rows again."
    ),
    AlarmKind.FILE_SIZE: N_(
        "This file has five times more, or fewer, rows than this laboratory's last 14 usually had. Ask whether days stand in it"
        " twice, or whether a part of it is missing."
    ),
    AlarmKind.FILE_MISSING: N_(
        "This laboratory sends a file on most days, and three hours after its usual time there is none today. Ask whether results"
        " are being held up; people are waiting for them."
    ),
    AlarmKind.TUBE_TOO_FULL: N_(
        "More people stand in one tube than it may hold: in one file their rows were refused, over several files they were taken."
        " Ask the laboratory whether the number of a tube was used twice, then have the rows put right and uploaded again."
    ),
    AlarmKind.ROWS_HELD: N_(
        "These rows have been held for more than two days and count for nobody meanwhile: somebody may be waiting for a result,"
        " or be positive. Ask the laboratory what is right, then settle them in the queue of held rows."
    ),
    AlarmKind.POSITIVE_HELD: N_(
        "These rows say positive and are held: they have changed no code, and nobody looks for these people yet. Ask the"
        " laboratory at once what is right; settle them in the queue of held rows, or under “Second looks” where a second account"
        " is needed."
    ),
    AlarmKind.TAKEN_OVER: N_(
        "Nobody of this unit was signed in, so the level above took these applications over. See that somebody is on duty; ask"
        " whoever took them if some should come back."
    ),
    AlarmKind.TEMPERATURE_OVERDUE: N_(
        "24 hours have passed since this second abnormal reading, and the district has not settled the notice. Reach the person"
        " or the clinic, then close it with a reason or propose the fact “fever” with the clinic's paper."
    ),
    AlarmKind.NOTICES_FAILED: N_(
        "Letters to applicants could not be sent, or nobody knows whether they left; their applications say why. The status page"
        " answers all the same. Call whom it matters to, and tell the administrator if the mail server is down."
    ),
    AlarmKind.TO_VERIFY: N_(
        "Verify within 24 hours of recording: ask the laboratory about the tube, tell the disease-control centre, have the person"
        " found. The code is red already."
    ),
}
OF_MANY: Mapping[AlarmKind, Counted] = {
    AlarmKind.NOTICES_FAILED: N_n("{n} notice", "{n} notices"),
    AlarmKind.TAKEN_OVER: N_n("{n} application", "{n} applications"),
    AlarmKind.POSITIVES_WAITING: N_n("{n} row", "{n} rows"),
    AlarmKind.ROWS_HELD: N_n("{n} row", "{n} rows"),
    AlarmKind.POSITIVE_HELD: N_n("{n} row", "{n} rows"),
    AlarmKind.BURST_OF_POOLED: N_n("{n} person", "{n} people"),
    AlarmKind.BURST_OF_FACTS: N_n("{n} person", "{n} people"),
    AlarmKind.POSITIVITY: N_("{n} of {of} positive, usually {usual}"),
    AlarmKind.TURNAROUND: N_n("{n} hour, usually {usual}", "{n} hours, usually {usual}"),
    AlarmKind.OUT_OF_ORDER: N_("{n} of {of} rows"),
    AlarmKind.FILE_SIZE: N_n("{n} row, usually {usual}", "{n} rows, usually {usual}"),
    AlarmKind.FILE_MISSING: N_("sent on {n} of {of} days"),
    AlarmKind.TUBE_TOO_FULL: N_("{n} of {of} rows"),
}
HOURS = 60
"""Minutes: turnaround is told in hours."""


def kind_words(kind: AlarmKind) -> str:
    """What an alarm is, in the session's language."""
    return _(KINDS[kind])


def about(line: AlarmLine) -> str:
    """Whom or what a line is about: a masked name and number, else the unit and how many."""
    if line.name:
        return f"{line.name} {line.number}"
    if line.kind == AlarmKind.TEMPERATURE_OVERDUE:
        return _("Somebody unknown")
    if line.kind == AlarmKind.CHAIN_BROKEN:
        return _("event {n}").format(n=number_here(line.n))
    if line.kind in OF_MANY:
        many = _many(line)
        return " · ".join(part for part in (many, line.account, line.institution if line.kind in OF_LABORATORIES else "") if part)
    return _n("{n} application", "{n} applications", line.n).format(n=number_here(line.n))


def _many(line: AlarmLine) -> str:
    n, usual = float(line.n), line.usual
    if line.kind == AlarmKind.TURNAROUND:
        n, usual = n / HOURS, usual / HOURS
    n = round(n, 1)
    return counted(OF_MANY[line.kind], n).format(n=number_here(n), of=number_here(line.of), usual=number_here(round(usual, 1)))


def where(line: AlarmLine) -> str:
    """The unit it lies in."""
    return unit_name(line.unit) or _("Unit unknown")


def by_when(line: AlarmLine, at: datetime) -> str:
    """What is left of the time, or since when it is over."""
    return left_here(line.due_at - at) if line.due_at else ""


def taken_by(line: AlarmLine) -> str:
    """Who looks after it, since when."""
    return f"{line.taken.by} · {time_here(line.taken.at)}" if line.taken else ""
