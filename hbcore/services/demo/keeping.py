"""What happens to the desk itself: somebody new, somebody gone, chains verified, days reported, attempts that are refused."""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, daily_reports, event_chains, events, policy_publishing, sessions, trusted_signers
from hbcore.services.accounts import NewAccount
from hbcore.services.clock import day_of
from hbcore.services.demo.places import FIRST
from hbcore.services.demo.province import Province
from hbcore.services.events import Wanted
from hbcore.services.large_exports import ExportReason

VERIFIED_EVERY = 7
"""Days from one verification of the chains to the next; the last one was yesterday."""

NEW = NewAccount("reviewer_xiangyang", Role.DISTRICT_STAFF, "420600", (), "顾清和")
"""Added yesterday; the one-time password has not been used yet."""

LEFT = NewAccount("reviewer_left", Role.DISTRICT_STAFF, "420500", (), "方亦舟")
"""Was here for a few days, under a one-time password never used."""

SIGNERS = Path(__file__).parents[2] / "data" / "demo_signers.json"
"""Keys of two foreign signers who do not exist; nobody has the private halves."""

MISTYPED = ("district_staff", "lab_liaison", "checkpoint_staff")


PROPOSED = "wuhan-2022-09"

FORGOTTEN = 3
"""So many days ago nobody confirmed the day's report."""

LOOKED_AT_AGAIN = range(1, 8)
"""So many days ago: reports gone through once more this morning; what has changed since becomes a correction."""


def plan_keeping(province: Province) -> None:
    """Put it all down in the time-line."""
    days, put = province.days, province.timeline.put
    put(days.back(1, 16.2), partial(_propose_policy, province))
    put(days.back(1, 17.6), partial(_propose_export, province))
    for back in range(1, days.count, VERIFIED_EVERY):
        put(days.back(back, 17.5), partial(_verify, province))
    for back in range(1, days.count):
        if back != FORGOTTEN:
            put(days.back(back, 22.2), partial(_report, province, back))
            if back in LOOKED_AT_AGAIN:
                put(days.back(0, 8.6), partial(_report, province, back))
    put(days.back(6, 9.1), partial(_add, province, LEFT))
    put(days.back(2, 18.2), partial(_close, province, LEFT.name))
    put(days.back(1, 16.2), partial(_add, province, NEW))
    put(days.back(5, 9.4), partial(_trust, province))
    for turn, name in enumerate(MISTYPED):
        put(days.back(turn % 2, 7.9 + turn / 10), partial(_mistype, name))
    for back in (1, 0):
        put(days.back(back, 8.4), partial(_look_where_it_is_not_allowed, province))


def _propose_policy(province: Province, at: datetime) -> None:
    """The 48-hour rule for Wuhan waits for its second person."""
    policy_publishing.propose_kept(PROPOSED, by=province.staff["supervisor_second"], at=at)


def _propose_export(province: Province, at: datetime) -> None:
    """A file of all events waits for the other auditor."""
    events.propose_file(Wanted(), ExportReason.INSPECTION, by=province.staff["auditor_second"], at=at)


def _verify(province: Province, at: datetime) -> None:
    event_chains.verify(by=province.staff["auditor"], at=at)


def _report(province: Province, back: int, at: datetime) -> None:
    """The day's report under the supervisor's name; where it would say the same as before, there is nothing to confirm."""
    by, on = province.staff["supervisor"], day_of(province.timeline.ends) - timedelta(days=back)
    with suppress(Refused):
        daily_reports.confirm(on, seen=daily_reports.day_report(on, by=by, at=at).now.seen, by=by, at=at)


def _add(province: Province, new: NewAccount, at: datetime) -> None:
    accounts.add_with_one_time_password(new, by=province.staff[FIRST], at=at)


def _close(province: Province, name: str, at: datetime) -> None:
    accounts.disable_staff(name, by=province.staff[FIRST], at=at)


def _trust(province: Province, at: datetime) -> None:
    trusted_signers.bring_in("EU (demonstration)", SIGNERS.read_bytes(), by=province.staff[FIRST], at=at)


def _mistype(name: str, at: datetime) -> None:
    with suppress(Refused):
        sessions.sign_in(name, "not the password", place="demonstration", at=at)


def _look_where_it_is_not_allowed(province: Province, at: datetime) -> None:
    """A reviewer opens the list of accounts by an address that somebody sent."""
    with suppress(Refused):
        accounts.listed(by=province.staff["reviewer_yichang"], at=at)
