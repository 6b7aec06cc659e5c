"""Five people whom a policy for Wuhan concerns or not, and the steps of its publication."""

from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from hbcore.domain.vocabulary import FactKind, Outcome
from hbcore.services import codes, publications
from hbcore.storage.engine import engine
from tests import standing
from tests.standing import JIANGAN, WUCHANG, YICHANG, Sampled

AT = datetime(2022, 8, 31, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = AT + HOUR
WUHAN = "wuhan-2022-09"
NUMBERS = ("420106199001011231", "420106199001011258", "420106199001011274", "420106199001011290")
IN_YICHANG = "420502199001011238"


def settle_in() -> list[int]:
    """In Wuhan somebody without a test, with a fresh and with an old negative, a contact; in Yichang one without a test."""
    standing.institution(AT - DAY)
    who = [
        standing.person(number, AT - 9 * DAY, unit=unit)
        for number, unit in zip(NUMBERS, (WUCHANG, JIANGAN, WUCHANG, WUCHANG), strict=True)
    ]
    who.append(standing.person(IN_YICHANG, AT - 9 * DAY, unit=YICHANG))
    standing.result(who[1], Sampled(Outcome.NEGATIVE, AT - HOUR), AT - HOUR, unit=JIANGAN)
    standing.result(who[2], Sampled(Outcome.NEGATIVE, AT - 6 * DAY), AT - 6 * DAY)
    standing.fact(who[3], FactKind.CLOSE_CONTACT, AT - DAY, AT - DAY)
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        codes.decide_again(session, [who[0], who[4]], at=AT - 9 * DAY, cause=0)
    return who


def applied_at(at: datetime, *, most: int = 2) -> list[publications.Applied]:
    steps = []
    while (applied := publications.step(at=at, most=most)) is not None:
        steps.append(applied)
    return steps
