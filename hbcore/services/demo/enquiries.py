"""What else fills a day: people looked up, renewed documents added, the first alarms looked after."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from hbcore.domain.alarms import AlarmKind
from hbcore.domain.code_revoking import RevokeReason
from hbcore.domain.vocabulary import Purpose
from hbcore.services import alarms, code_revoking, identity, people
from hbcore.services.demo.cases import Case
from hbcore.services.demo.fates import APPROVED
from hbcore.services.demo.people import Holder, new_number
from hbcore.services.demo.province import Province
from hbcore.services.demo.timeline import shanghai
from hbcore.services.identity import AddedFor

LOOK_UPS_A_DAY = 4
RENEWED = 5
CODES = 8
"""So many people ask for their code as the demonstration ends; one of the codes is taken back."""

ASKING = ("reviewer_wuchang", "district_staff", "reviewer_yichang", "reviewer_province", "supervisor")
PURPOSES = (Purpose.CODE_QUESTION, Purpose.CODE_QUESTION, Purpose.OWN_REQUEST, Purpose.CORRECT_RESULT, Purpose.COUNT_CHECK)


def plan_enquiries(province: Province, holders: Sequence[Holder], cases: Sequence[Case]) -> None:
    """Put them down in the time-line; who is looked up may not be held yet."""
    drawn, days, put = province.chance("enquiries"), province.days, province.timeline.put
    for day in range(1, days.count + 1):
        for _ in range(LOOK_UPS_A_DAY):
            who, whom = drawn.choice(ASKING), drawn.choice(holders)
            put(
                shanghai(days.begins, 9 + 9 * drawn.random(), days=day),
                partial(_look_up, province, who, whom, drawn.choice(PURPOSES)),
            )
    long_ago = days.back(5, 0)
    known = [case for case in cases if case.passport and case.fate is APPROVED and case.submitted_at < long_ago]
    for turn, case in enumerate(known[:RENEWED]):
        put(days.back(1 + turn % 4, 10 + turn / 2), partial(_renewed, province, case.holder, new_number(case.holder, drawn)))
    put(province.timeline.ends - timedelta(hours=3), partial(_look_after, province))
    put(province.timeline.ends - timedelta(minutes=20), partial(_codes, province, holders[:CODES]))


def _look_up(province: Province, who: str, whom: Holder, purpose: Purpose, at: datetime) -> None:
    people.find(whom.number, purpose=purpose, by=province.staff[who], at=at)


def _renewed(province: Province, holder: Holder, number: str, at: datetime) -> None:
    by = province.imports
    card = people.find(holder.number, purpose=Purpose.OWN_REQUEST, by=by, at=at - timedelta(microseconds=300))
    if card is None:
        raise AssertionError("somebody with an approved application is not found")
    identity.add_document(card.id, holder.kind, number, holder.country, AddedFor.RENEWED, by=by, at=at)


def _codes(province: Province, holders: Sequence[Holder], at: datetime) -> None:
    by, second, moment = province.staff["reviewer_wuchang"], province.staff["supervisor"], timedelta(microseconds=20)
    cards = [
        people.find(holder.number, purpose=Purpose.CODE_QUESTION, by=by, at=at - (turn + 3) * moment)
        for turn, holder in reversed(list(enumerate(holders)))
    ]
    codes = [card.live.cti.hex() for card in cards if card and card.live]
    proposal = code_revoking.propose(codes[0], RevokeReason.COPIED, by=by, at=at - moment)
    code_revoking.confirm(proposal, by=second, at=at)


def _look_after(province: Province, at: datetime) -> None:
    by = province.staff["supervisor"]
    before = at - timedelta(microseconds=300)
    for line in alarms.seen_now([AlarmKind.UNCLASSIFIED], by=by, at=before).lines[:1]:
        note = "已转所在区疾控流调核实，等待定性意见。"
        alarms.take(line.kind, line.subject, note, instead_of=None, by=by, at=at)
