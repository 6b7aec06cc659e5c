"""A county, the prefecture above it and people with codes, for the tests of recolouring requests; everybody is invented."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

from hbcore.domain.errors import Refused
from hbcore.domain.recolouring_grounds import Ground
from hbcore.domain.vocabulary import FactKind, Purpose, Role
from hbcore.services import people, recolouring, recolouring_entry, recolouring_evidence, recolouring_seen, second_look
from hbcore.services.acting import Staff
from hbcore.services.recolouring_entry import Stated
from hbcore.services.recolouring_seen import Request
from tests import standing
from tests.standing import WUCHANG

AT = datetime(2020, 5, 6, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WUHAN = "420100"
RESIDENT = "420106199001011231"


def jpeg(size: tuple[int, int] = (60, 40), colour: str = "white", **more: object) -> bytes:
    """A small picture as a phone sends it."""
    made = BytesIO()
    Image.new("RGB", size, colour).save(made, "JPEG", **more)
    return made.getvalue()


NOTICE = Stated("武防指〔2020〕17号", AT - HOUR, "隔离期满", "139 0000 0000", (("notice.jpg", jpeg()),))
"""All that a release notice has to say."""

Hands = tuple[Staff, Staff, Staff]
"""Who enters and who reviews in the county, and who confirms in the prefecture."""


def desk() -> Hands:
    """The three hands of a request."""
    return (
        standing.staff(Role.DISTRICT_STAFF, AT, name="entering", unit=WUCHANG),
        standing.staff(Role.DISTRICT_STAFF, AT, name="reviewing", unit=WUCHANG),
        standing.staff(Role.SUPERVISOR, AT, name="confirming", unit=WUHAN),
    )


def quarantined(*, tested: bool = True) -> int:
    """Somebody in central quarantine, yellow, with a negative test unless that is missing."""
    person = standing.person(RESIDENT, AT - 5 * DAY)
    standing.fact(person, FactKind.CENTRAL_QUARANTINE, AT - 5 * DAY, AT - 5 * DAY)
    if tested:
        standing.institution(AT)
        standing.result(person, standing.Sampled(standing.Outcome.NEGATIVE, AT - DAY), AT - 20 * HOUR)
    return person


def looked_up(person: int, by: Staff, at: datetime = AT) -> int:
    """Looked up for a recolouring request, as the counter does before it enters one."""
    return people.open_by_id(person, purpose=Purpose.RECOLOURING, by=by, at=at).id


def entered(by: Staff, ground: Ground = Ground.RELEASED, stated: Stated = NOTICE, person: int | None = None) -> int:
    """A request for somebody looked up before; in quarantine where nobody is named."""
    found = looked_up(person or quarantined(), by)
    return recolouring_entry.enter(found, ground, stated, by=by, at=AT).id


def opened(request: int, by: Staff, at: datetime = AT + HOUR) -> Request:
    """A request as it is shown to this member of staff."""
    return recolouring_seen.one(request, by=by, at=at)


def review(request: int, by: Staff, at: datetime = AT) -> None:
    """Its photos are looked at, and the county finds it right."""
    recolouring_evidence.evidence_of(request, by=by, at=at)
    recolouring.review(request, by=by, at=at)


def confirm(request: int, proposal: int, by: Staff, at: datetime = AT) -> None:
    """Its photos are looked at, and the level above confirms it."""
    recolouring_evidence.evidence_of(request, by=by, at=at)
    recolouring.confirm(proposal, by=by, at=at)


def reviewed(hands: Hands, at: datetime = AT + HOUR) -> tuple[int, int]:
    """A request and the proposal that waits for the level above."""
    request = entered(hands[0])
    review(request, hands[1], at)
    (proposal,) = second_look.waiting(by=hands[2], at=at)
    return request, proposal.id


def refused(code: str, act: Callable[[], object]) -> None:
    """What is tried is refused with this code."""
    with pytest.raises(Refused, match=f"^{code}$"):
        act()
