"""Facts by two hands: a contact list, quarantines, one ended early, one that waits for its second person."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial

from hbcore.domain.fact_rules import Measure
from hbcore.domain.vocabulary import SHANGHAI, DocumentKind, FactKind, Purpose
from hbcore.services import fact_files, fact_lists, fact_proposing, facts, people
from hbcore.services.clock import day_of
from hbcore.services.demo.files import Row, list_file
from hbcore.services.demo.people import Holder
from hbcore.services.demo.province import Province
from hbcore.services.uploads import IncomingFile

UNIT = "420106"
PROPOSES, CONFIRMS = "reviewer_wuchang", "supervisor_wuhan"
CONTACTS = 6
CASE = "WC-LD-0117"
HEADINGS = {
    "document_kind": "证件类型",
    "document_number": "证件号码",
    "name": "姓名",
    "kind": "管控类别",
    "from": "起始时间",
    "until": "截止时间",
    "exposure": "暴露情况",
    "evidence_number": "依据文号",
}
EXPOSURES = ("同桌就餐", "同车厢邻座", "同住", "同办公室，未戴口罩", "同诊室候诊", "同电梯")
MOMENT = timedelta(milliseconds=2)


def plan_measures(province: Province, holders: Sequence[Holder]) -> None:
    """Put them down in the time-line, about people of Wuchang."""
    days, put = province.days, province.timeline.put
    own = [one for one in holders if one.unit == UNIT and one.kind is DocumentKind.RESIDENT_ID]
    contacts, (quarantined, observed, waiting) = own[:CONTACTS], own[CONTACTS : CONTACTS + 3]
    put(days.back(5, 15.2), partial(_contacts, province, contacts))
    put(days.back(4, 10.1), partial(_alone, province, quarantined, FactKind.CENTRAL_QUARANTINE, False))
    put(days.back(3, 9.6), partial(_alone, province, observed, FactKind.HOME_OBSERVATION, True))
    put(province.timeline.ends - timedelta(hours=5), partial(_wait, province, waiting))


def _contacts(province: Province, contacts: Sequence[Holder], at: datetime) -> None:
    """A list from the epidemiologists, proposed by the district and confirmed by the city two hours later."""
    since = day_of(at) - timedelta(days=1)
    rows: list[Row] = [
        {
            "document_kind": "居民身份证",
            "document_number": holder.number,
            "name": holder.name,
            "kind": "密切接触者",
            "from": f"{since:%Y-%m-%d}",
            "until": f"{since + timedelta(days=14):%Y-%m-%d}",
            "exposure": f"{since:%m月%d日}与病例{exposure}",
            "evidence_number": f"武疾控流调〔{since:%Y}〕17号",
        }
        for holder, exposure in zip(contacts, EXPOSURES, strict=True)
    ]
    file = IncomingFile(list_file(HEADINGS, rows), f"密接名单_{at:%Y%m%d}.csv")
    made = fact_files.propose(file, "流调判定的密切接触者", case=CASE, by=province.staff[PROPOSES], at=at)
    province.timeline.put(at + timedelta(hours=2), partial(_confirm, province, made.proposal_id or 0))


def _alone(province: Province, holder: Holder, kind: FactKind, ends_early: bool, at: datetime) -> None:
    proposal = _propose(province, holder, kind, at)
    province.timeline.put(at + timedelta(hours=1), partial(_confirm, province, proposal))
    if ends_early:
        province.timeline.put(at + timedelta(days=2), partial(_end, province))


def _wait(province: Province, holder: Holder, at: datetime) -> None:
    """Nobody has confirmed this one yet."""
    _propose(province, holder, FactKind.HOME_OBSERVATION, at)


def _propose(province: Province, holder: Holder, kind: FactKind, at: datetime) -> int:
    by, midnight = province.staff[PROPOSES], datetime.combine(day_of(at), time(), SHANGHAI)
    card = people.find(holder.number, purpose=Purpose.OUTBREAK_TRACING, case=CASE, by=by, at=at - MOMENT / 2)
    if card is None:
        raise AssertionError("somebody who was tested is not found")
    measure = Measure(kind, midnight, midnight + timedelta(days=7), f"武社区函〔{at:%Y}〕9号")
    return fact_proposing.propose(card.id, measure, "社区排查，需医学观察", by=by, at=at).proposal_id


def _confirm(province: Province, proposal: int, at: datetime) -> None:
    fact_lists.confirm(proposal, by=province.staff[CONFIRMS], at=at)


def _end(province: Province, at: datetime) -> None:
    """The observation ends early: the contact was excluded."""
    by = province.staff[PROPOSES]
    found = facts.seen_now(FactKind.HOME_OBSERVATION, tonight=False, by=by, at=at - MOMENT / 2).lines
    made = fact_proposing.propose_end(found[0].id, f"武疾控〔{at:%Y}〕31号", "流调复核排除接触", by=by, at=at)
    province.timeline.put(at + timedelta(minutes=50), partial(_confirm, province, made.proposal_id))
