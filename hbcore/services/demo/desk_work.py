"""The reviewers' days: applications entered at the counter or imported, checked against filings, decided on."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from hbcore.services import application_imports, applications, filings, outbox
from hbcore.services.demo import online
from hbcore.services.demo.cases import FILINGS_AT, Case, filing_row
from hbcore.services.demo.fates import Step
from hbcore.services.demo.files import APPLICATION_HEADINGS, FILING_HEADINGS, list_file, local
from hbcore.services.demo.province import Province
from hbcore.services.demo.steps import APPLICANT, SECOND, STEPS, second
from hbcore.services.demo.timeline import in_office, shanghai
from hbcore.services.uploads import IncomingFile

IMPORT_HOURS = (2.1, 6.1, 10.1, 14.1, 18.1, 22.1)
"""When the other channel's export is taken in, Shanghai's clock; and once more just before the end."""

EXPIRED_AT = 0.6
"""When what was not answered for seven days is written down as expired."""

LAST_IMPORT = timedelta(minutes=10)

NOTICES_AFTER = 1.2
"""Hours from an import to the next go of the outbox; nobody has set a mail server up, so the status page alone tells."""

LAST_NOTICES = timedelta(minutes=1)


class DeskWork:
    """Puts every application's way down in the time-line, step after step."""

    def __init__(self, province: Province) -> None:
        self.province, self.timeline = province, province.timeline
        self.drawn = province.chance("applications")
        self.submitted: list[Case] = []
        self.to_file: list[Case] = []
        self.applied = 0

    def plan(self, cases: Sequence[Case]) -> None:
        """Submissions, imports and the daily list of filings."""
        for case in cases:
            if case.at_counter:
                self.timeline.put(case.submitted_at, partial(self._enter, case))
            elif case.online:
                self.timeline.put(case.submitted_at, partial(self._apply, case))
            else:
                self.submitted.append(case)
            if case.passport and case.filing_at is not None:
                self.to_file.append(case)
        self.timeline.put(self.timeline.begins, self._file)  # who applied on the first morning filed before it
        days = self.province.days
        for day in range(days.count + 1):
            self.timeline.put(shanghai(days.begins, FILINGS_AT, days=day), self._file)
            self.timeline.put(shanghai(days.begins, EXPIRED_AT, days=day), self._expire)
            for hour in IMPORT_HOURS:
                self.timeline.put(shanghai(days.begins, hour, days=day), self._import)
                self.timeline.put(shanghai(days.begins, hour + NOTICES_AFTER, days=day), self._tell)
        self.timeline.put(self.timeline.ends - LAST_IMPORT, self._import)
        self.timeline.put(self.timeline.ends - LAST_NOTICES, self._tell)

    def _file(self, at: datetime) -> None:
        """The day's list; its first line of all stands for everything filed before the desk began."""
        now = [case for case in self.to_file if case.filing_at and case.filing_at <= at]
        self.to_file = [case for case in self.to_file if case not in now]
        if now:
            content = list_file(FILING_HEADINGS, [filing_row(case) for case in now])
            filings.import_filings(IncomingFile(content, f"备案_{at:%Y%m%d}.csv"), by=self.province.imports, at=at)

    def _tell(self, at: datetime) -> None:
        outbox.send_all(at=at)

    def _expire(self, at: datetime) -> None:
        applications.expire(by=self.province.imports, at=at)

    def _enter(self, case: Case, at: datetime) -> None:
        case.id = applications.enter(case.draft, by=case.clerk, at=at).id
        self._next(case, 0, at)

    def _apply(self, case: Case, at: datetime) -> None:
        self.applied += 1
        case.receipt = online.apply(case, self.applied, self.timeline.ends, at)
        case.id = case.receipt.id
        self._next(case, 0, at)

    def _import(self, at: datetime) -> None:
        now = sorted((case for case in self.submitted if case.submitted_at <= at), key=lambda case: case.submitted_at)
        self.submitted = [case for case in self.submitted if case.submitted_at > at]
        if not now:
            return
        rows = [self._channel_row(case) for case in now]
        file = IncomingFile(list_file(APPLICATION_HEADINGS, rows), f"申领_{at:%Y%m%d%H}.csv")
        report = application_imports.import_applications(file, by=self.province.imports, at=at)
        for row, receipt in report.receipts.items():
            case = now[int(row) - 2]
            case.id = applications.id_of(receipt, by=self.province.imports, at=at)
            self._next(case, 0, at)

    def _channel_row(self, case: Case) -> dict[str, str]:
        cells = {word: str(getattr(case.draft, word, "")) for word in APPLICATION_HEADINGS}
        return cells | {
            "receipt": f"EHB{case.submitted_at:%m%d}{self.drawn.randrange(10**6):06d}",
            "submitted_at": local(case.submitted_at),
            "country": case.draft.nationality,
        }

    def _next(self, case: Case, place: int, before: datetime) -> None:
        """Put the next step down: in office hours, and the first one before the 24 hours are over, unless it is a late one."""
        if place >= len(case.fate.steps):
            return
        step, least, most = case.fate.steps[place]
        at = before + timedelta(hours=self.drawn.uniform(least, most))
        at = at if step is Step.UNDO else in_office(at)
        if place == 0 and not case.late:
            at = max(min(at, case.submitted_at + timedelta(hours=23.4)), before + timedelta(minutes=4))
        if step not in APPLICANT and case.filing_at is not None:
            at = max(at, case.filing_at + timedelta(minutes=30))
        at = max(min(at, self.timeline.ends - timedelta(minutes=self.drawn.uniform(1, 9))), before)  # told to its end
        self.timeline.put(at, partial(self._do, case, place))

    def _do(self, case: Case, place: int, at: datetime) -> None:
        step = case.fate.steps[place][0]
        if step not in APPLICANT:
            by = second(self.province, case) if step in SECOND else case.decider
            applications.one(case.id, by=by, at=at - timedelta(microseconds=300), reveal=self.drawn.random() < 0.6)
        STEPS[step](self.province, case, at, self.drawn)
        self._next(case, place + 1, at)
