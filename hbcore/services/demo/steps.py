"""What each step of an application's way is: the services that staff of the right role would use for it."""

from collections.abc import Callable
from datetime import datetime
from random import Random

from hbcore.domain.application_reasons import AskReason, RefuseReason
from hbcore.services import applications
from hbcore.services.acting import Staff
from hbcore.services.demo import online
from hbcore.services.demo.cases import Case
from hbcore.services.demo.fates import Filed, Step
from hbcore.services.demo.places import REVIEWERS_OF_THE_PROVINCE
from hbcore.services.demo.province import Province

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
NOTES = (
    "已电话联系申领人，今日下班前补交备案回执。",
    "备案信息滞后，已与出入境窗口核对，预计明早到。",
    "住址为酒店，已请前台确认在住。",
    "申领人只懂法语，联系时请找翻译。",
)
ELSEWHERE = {"420106": "420102"}
"""Where an application is handed to; those of other units go to Wuchang."""


def second(province: Province, case: Case) -> Staff:
    """The second person for an application."""
    return province.staff["supervisor_wuhan" if case.holder.unit.startswith("4201") else "supervisor"]


def _approve(province: Province, case: Case, at: datetime, drawn: Random) -> None:
    applications.approve(case.id, by=case.decider, at=at)


def _refuse(province: Province, case: Case, at: datetime, drawn: Random) -> None:
    by_filing = {Filed.MISSING: _R.FILING_NOT_FOUND, Filed.DIFFERS: _R.FILING_DIFFERS}
    reason = by_filing.get(case.filed) if case.passport else None
    applications.refuse(case.id, [reason or drawn.choice(REFUSED_FOR)], by=case.decider, at=at)


def _ask(province: Province, case: Case, at: datetime, drawn: Random) -> None:
    reasons = drawn.choice(ASKED_FOR)
    if case.passport and case.filed is Filed.DIFFERS:
        reasons = (_A.NAME_AS_DOCUMENT,) if case.draft.name != case.holder.name else (_A.BIRTH_DATE_CHECK,)
    elif case.passport and case.filed is Filed.MISSING:
        reasons = (_A.FILING_NEEDED,)
    applications.ask(case.id, reasons, by=case.decider, at=at)


def _answer(province: Province, case: Case, at: datetime, drawn: Random) -> None:
    case.draft, case.filed = case.put_right(), Filed.AGREES
    if case.receipt:
        online.answer(case, case.receipt, at)
    else:
        applications.answer(case.id, case.draft, by=case.clerk, at=at)


def _send_on(province: Province, case: Case, at: datetime, drawn: Random) -> None:
    reasons = [_R.FALSE_INFORMATION] if case.fate.steps[-1][0] is Step.SECOND_REFUSE else []
    applications.send_on(case.id, reasons, by=case.decider, at=at)


def _second_approve(province: Province, case: Case, at: datetime, drawn: Random) -> None:
    applications.approve(case.id, by=second(province, case), at=at)


def _second_refuse(province: Province, case: Case, at: datetime, drawn: Random) -> None:
    evidence = f"鄂公出入境核〔{at:%Y}〕{drawn.randint(11, 480)}号"
    applications.refuse(case.id, [_R.FALSE_INFORMATION], by=second(province, case), at=at, evidence=evidence)


def _send_back(province: Province, case: Case, at: datetime, drawn: Random) -> None:
    applications.send_back(case.id, by=second(province, case), at=at)


def _apply_again(province: Province, case: Case, at: datetime, drawn: Random) -> None:
    case.submitted_at, case.receipt = at, None
    case.id = applications.enter(case.draft, by=case.clerk, at=at).id


def _withdraw(province: Province, case: Case, at: datetime, drawn: Random) -> None:
    if case.receipt:
        online.withdraw(case.receipt, at)
    else:
        applications.withdraw(case.id, by=case.clerk, at=at)


def _propose_revoke(province: Province, case: Case, at: datetime, drawn: Random) -> None:
    case.proposal = applications.propose_revoke(case.id, drawn.choice((_R.NOT_IN_HUBEI, _R.DUPLICATE)), by=case.decider, at=at)


def _confirm_revoke(province: Province, case: Case, at: datetime, drawn: Random) -> None:
    applications.confirm_revoke(case.proposal, by=second(province, case), at=at)


def _undo(province: Province, case: Case, at: datetime, drawn: Random) -> None:
    applications.undo(case.id, by=case.decider, at=at)


def _transfer(province: Province, case: Case, at: datetime, drawn: Random) -> None:
    applications.transfer(case.id, ELSEWHERE.get(case.holder.unit, "420106"), by=province.staff["supervisor"], at=at)
    case.decider = next(province.staff[name] for name in REVIEWERS_OF_THE_PROVINCE if name != case.clerk.name)


def _note(province: Province, case: Case, at: datetime, drawn: Random) -> None:
    applications.add_note(case.id, drawn.choice(NOTES), by=case.decider, at=at)


def _claim(province: Province, case: Case, at: datetime, drawn: Random) -> None:
    applications.claim(case.id, by=case.decider, at=at)


STEPS: dict[Step, Callable[[Province, Case, datetime, Random], None]] = {
    Step.APPROVE: _approve,
    Step.REFUSE: _refuse,
    Step.ASK: _ask,
    Step.ANSWER: _answer,
    Step.SEND_ON: _send_on,
    Step.SECOND_APPROVE: _second_approve,
    Step.SECOND_REFUSE: _second_refuse,
    Step.SEND_BACK: _send_back,
    Step.APPLY_AGAIN: _apply_again,
    Step.WITHDRAW: _withdraw,
    Step.PROPOSE_REVOKE: _propose_revoke,
    Step.CONFIRM_REVOKE: _confirm_revoke,
    Step.UNDO: _undo,
    Step.TRANSFER: _transfer,
    Step.NOTE: _note,
    Step.CLAIM: _claim,
}
APPLICANT = (Step.ANSWER, Step.APPLY_AGAIN, Step.WITHDRAW)
"""Steps of the applicant's; the counter only types them in, of who did not apply on the public form."""

SECOND = (Step.SECOND_APPROVE, Step.SECOND_REFUSE, Step.SEND_BACK, Step.CONFIRM_REVOKE)
