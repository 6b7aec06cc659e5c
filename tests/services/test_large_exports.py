"""A file of more than 1,000 events takes two auditors; it is taken once, by who proposed it, within an hour."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import audit, events, large_exports
from hbcore.services.acting import Staff
from hbcore.services.events import Wanted
from hbcore.services.large_exports import ALONE, TAKEN_WITHIN, ExportReason
from hbcore.services.second_look import Settled
from tests import standing
from tests.services.applying import refusals, rows

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
NOTED = Wanted(act=audit.Act.NOTED)
HEADINGS = ("",) * 10


@pytest.fixture
def auditors(database: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Staff, Staff]:
    monkeypatch.setattr(events, "ALONE", 3)
    for number in range(4):
        audit.record_alone(audit.Act.NOTED, by=None, at=AT, subject=f"view {number}")
    return standing.staff(Role.AUDITOR, AT, name="shen"), standing.staff(Role.AUDITOR, AT, name="gu")


def take(by: Staff, at: datetime = AT, wanted: Wanted = NOTED) -> bytes:
    return events.file(wanted, HEADINGS, {}, by=by, at=at)


def proposed(by: Staff, wanted: Wanted = NOTED) -> int:
    return events.propose_file(wanted, ExportReason.ARCHIVE, by=by, at=AT)


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused, match=f"^{code}$"):
        act()


def test_alone_somebody_takes_a_thousand_and_no_more(auditors, monkeypatch):
    refused("export_needs_two", lambda: take(auditors[0]))
    monkeypatch.setattr(events, "ALONE", 4)

    assert take(auditors[0])
    assert ALONE == 1_000
    assert "export_needs_two" in refusals()[0]


def test_confirmed_by_another_it_is_taken_once_by_who_proposed_it(auditors):
    first, second = auditors
    proposal = proposed(first)
    refused("export_needs_two", lambda: take(first))

    large_exports.settle(proposal, Settled.CONFIRMED, by=second, at=AT)

    refused("export_needs_two", lambda: take(second))
    assert take(first).count(b"\n") == 5
    refused("export_needs_two", lambda: take(first))
    told = rows("SELECT act FROM event WHERE subject LIKE 'export %' ORDER BY seq")
    assert [act for (act,) in told] == ["export_proposed", "export_confirmed", "events_exported"]


def test_nobody_confirms_their_own(auditors):
    proposal = proposed(auditors[0])

    refused("own_proposal", lambda: large_exports.settle(proposal, Settled.CONFIRMED, by=auditors[0], at=AT))
    refused("not_own_proposal", lambda: large_exports.settle(proposal, Settled.WITHDRAWN, by=auditors[1], at=AT))


def test_what_was_confirmed_is_that_filter_and_no_other_for_an_hour(auditors):
    first, second = auditors
    large_exports.settle(proposed(first), Settled.CONFIRMED, by=second, at=AT)

    refused("export_needs_two", lambda: take(first, wanted=Wanted()))
    refused("export_needs_two", lambda: take(first, AT + TAKEN_WITHIN))
    assert take(first, AT + TAKEN_WITHIN - timedelta(seconds=1))


def test_declined_or_withdrawn_it_lets_nobody_take_anything(auditors):
    first, second = auditors
    large_exports.settle(proposed(first), Settled.DECLINED, "not_justified", by=second, at=AT)
    large_exports.settle(proposed(first), Settled.WITHDRAWN, by=first, at=AT)

    refused("export_needs_two", lambda: take(first))
    assert large_exports.waiting(by=second, at=AT) == ()
    told = rows("SELECT figures FROM event WHERE act LIKE 'proposal_%' ORDER BY seq")
    said = {"rows": 4, "reason": "archive"}
    assert [json.loads(one) for (one,) in told] == [{**said, "declined_for": "not_justified"}, said]


def test_both_see_what_waits_and_what_for(auditors):
    first, second = auditors
    proposed(first)

    (own,), (others,) = large_exports.waiting(by=first, at=AT), large_exports.waiting(by=second, at=AT)

    assert (own.own, others.own) == (True, False)
    assert events.wanted_of(others.content["asked"]) == NOTED
    assert (others.content["rows"], others.content["reason"], others.proposed_by) == (4, "archive", "shen")


def test_a_reason_is_one_of_the_list(auditors):
    refused("unknown_reason", lambda: large_exports.propose({}, 1, "because", by=auditors[0], at=AT))  # type: ignore[arg-type]


EVERY_WAY = (
    NOTED,
    Wanted(),
    Wanted(events.Chain.LOOK_UPS, None, 17, "person 18", date(2020, 11, 1), date(2020, 11, 23)),
    Wanted(act=events.Together.LISTS, until=date(2020, 11, 23)),
)


@pytest.mark.parametrize("wanted", EVERY_WAY)
def test_a_proposal_keeps_the_whole_filter(auditors, monkeypatch, wanted):
    first, second = auditors
    monkeypatch.setattr(events, "how_many", lambda *_, **__: 1_001)
    proposed(first, wanted)

    (waiting,) = large_exports.waiting(by=second, at=AT)

    assert events.wanted_of(waiting.content["asked"]) == wanted


def test_a_file_of_nothing_is_not_proposed_so_nobodys_number_that_was_typed_is_kept(auditors):
    refused("nothing_to_export", lambda: proposed(auditors[0], Wanted(about="420106199001011231")))


def test_who_proposed_is_told_what_they_may_take_and_until_when(auditors):
    first, second = auditors
    large_exports.settle(proposed(first), Settled.CONFIRMED, by=second, at=AT)

    (granted,) = large_exports.granted(by=first, at=AT)

    assert (events.wanted_of(granted.asked), granted.rows, granted.until) == (NOTED, 4, AT + TAKEN_WITHIN)
    assert large_exports.granted(by=second, at=AT) == large_exports.granted(by=first, at=AT + TAKEN_WITHIN) == ()
    take(first)
    assert large_exports.granted(by=first, at=AT) == ()
