"""The reviewers' days: applications entered at the counter or imported, checked against filings, decided on."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from hbcore.domain.application_reasons import AskReason, RefuseReason
from hbcore.services import application_imports, applications, filings
from hbcore.services.acting import Staff
from hbcore.services.demo.cases import FILINGS_AT, Case, filing_row
from hbcore.services.demo.fates import Filed, Step
from hbcore.services.demo.files import APPLICATION_HEADINGS, FILING_HEADINGS, list_file, local
from hbcore.services.demo.province import Province
from hbcore.services.demo.timeline import in_office, shanghai
from hbcore.services.uploads import IncomingFile

IMPORT_HOURS = (2.1, 6.1, 10.1, 14.1, 18.1, 22.1)
"""When the other channel's export is taken in, Shanghai's clock; and once more just before the end."""

LAST_IMPORT = timedelta(minutes=10)
_A, _R = AskReason, RefuseReason
ASKED_FOR = (
    (_A.PHOTO_UNCLEAR,),
    (_A.PHOTO_MISSING, _A.ENTRY_RECORD),
    (_A.ADDRESS,),
    (_A.CONTACT,),
    (_A.NAME_AS_DOCUMENT,),
    (_A.HEALTH_DECLARATION, _A.ADDRESS),
)
REFUSED_FOR = (_R.NOT_IN_HUBEI, _R.DOCUMENT_EXPIRED, _R.DOCUMENT_INVALID, _R.NOT_IN_HUBEI)


class DeskWork:
    """Puts every application's way down in the time-line, step after step."""

    def __init__(self, province: Province) -> None:
        self.province, self.timeline = province, province.timeline
        self.drawn = province.chance("applications")
        self.submitted: list[Case] = []
        self.to_file: list[Case] = []

    def plan(self, cases: Sequence[Case]) -> None:
        """Submissions, imports and the daily list of filings."""
        for case in cases:
            if case.at_counter:
                self.timeline.put(case.submitted_at, partial(self._enter, case))
            else:
                self.submitted.append(case)
            if case.passport and case.filing_at is not None:
                self.to_file.append(case)
        days = self.province.days
        for day in range(days.count + 1):
            self.timeline.put(shanghai(days.begins, FILINGS_AT, days=day), self._file)
            for hour in IMPORT_HOURS:
                self.timeline.put(shanghai(days.begins, hour, days=day), self._import)
        self.timeline.put(self.timeline.ends - LAST_IMPORT, self._import)

    def _file(self, at: datetime) -> None:
        """The day's list; its first line of all stands for everything filed before the desk began."""
        now = [case for case in self.to_file if case.filing_at and case.filing_at <= at]
        self.to_file = [case for case in self.to_file if case not in now]
        if now:
            content = list_file(FILING_HEADINGS, [filing_row(case) for case in now])
            filings.import_filings(IncomingFile(content, f"备案_{at:%Y%m%d}.csv"), by=self.province.imports, at=at)

    def _enter(self, case: Case, at: datetime) -> None:
        case.id = applications.enter(case.draft, by=case.clerk, at=at).id
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
        at = in_office(before + timedelta(hours=self.drawn.uniform(least, most)))
        if place == 0 and not case.late:
            at = max(min(at, case.submitted_at + timedelta(hours=23.4)), before + timedelta(minutes=4))
        if step not in _APPLICANT and case.filing_at is not None:
            at = max(at, case.filing_at + timedelta(minutes=30))
        at = max(min(at, self.timeline.ends - timedelta(minutes=self.drawn.uniform(1, 9))), before)  # told to its end
        self.timeline.put(at, partial(self._do, case, place))

    def _do(self, case: Case, place: int, at: datetime) -> None:
        step = case.fate.steps[place][0]
        if step not in _APPLICANT:
            by = self._second(case) if step in _SECOND else case.decider
            applications.one(case.id, by=by, at=at - timedelta(microseconds=300), reveal=self.drawn.random() < 0.6)
        STEPS[step](self, case, at)
        self._next(case, place + 1, at)

    def _second(self, case: Case) -> Staff:
        return self.province.staff["supervisor_wuhan" if case.holder.unit.startswith("4201") else "supervisor"]

    def _approve(self, case: Case, at: datetime) -> None:
        applications.approve(case.id, by=case.decider, at=at)

    def _refuse(self, case: Case, at: datetime) -> None:
        by_filing = {Filed.MISSING: _R.FILING_NOT_FOUND, Filed.DIFFERS: _R.FILING_DIFFERS}
        reason = by_filing.get(case.filed) if case.passport else None
        applications.refuse(case.id, [reason or self.drawn.choice(REFUSED_FOR)], by=case.decider, at=at)

    def _ask(self, case: Case, at: datetime) -> None:
        reasons = self.drawn.choice(ASKED_FOR)
        if case.passport and case.filed is Filed.DIFFERS:
            reasons = (_A.NAME_AS_DOCUMENT,) if case.draft.name != case.holder.name else (_A.BIRTH_DATE_CHECK,)
        elif case.passport and case.filed is Filed.MISSING:
            reasons = (_A.FILING_NEEDED,)
        applications.ask(case.id, reasons, by=case.decider, at=at)

    def _answer(self, case: Case, at: datetime) -> None:
        case.draft, case.filed = case.put_right(), Filed.AGREES
        applications.answer(case.id, case.draft, by=case.clerk, at=at)

    def _send_on(self, case: Case, at: datetime) -> None:
        reasons = [_R.FALSE_INFORMATION] if case.fate.steps[-1][0] is Step.SECOND_REFUSE else []
        applications.send_on(case.id, reasons, by=case.decider, at=at)

    def _second_approve(self, case: Case, at: datetime) -> None:
        applications.approve(case.id, by=self._second(case), at=at)

    def _second_refuse(self, case: Case, at: datetime) -> None:
        evidence = f"鄂公出入境核〔{at:%Y}〕{self.drawn.randint(11, 480)}号"
        applications.refuse(case.id, [_R.FALSE_INFORMATION], by=self._second(case), at=at, evidence=evidence)

    def _send_back(self, case: Case, at: datetime) -> None:
        applications.send_back(case.id, by=self._second(case), at=at)

    def _apply_again(self, case: Case, at: datetime) -> None:
        case.submitted_at = at
        case.id = applications.enter(case.draft, by=case.clerk, at=at).id


STEPS: dict[Step, Callable[[DeskWork, Case, datetime], None]] = {
    Step.APPROVE: DeskWork._approve,
    Step.REFUSE: DeskWork._refuse,
    Step.ASK: DeskWork._ask,
    Step.ANSWER: DeskWork._answer,
    Step.SEND_ON: DeskWork._send_on,
    Step.SECOND_APPROVE: DeskWork._second_approve,
    Step.SECOND_REFUSE: DeskWork._second_refuse,
    Step.SEND_BACK: DeskWork._send_back,
    Step.APPLY_AGAIN: DeskWork._apply_again,
}
_APPLICANT = (Step.ANSWER, Step.APPLY_AGAIN)
_SECOND = (Step.SECOND_APPROVE, Step.SECOND_REFUSE, Step.SEND_BACK)
