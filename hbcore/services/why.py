"""Why is this code as it is? What its row rests on, what would change it, whom to ask."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hbcore.domain.deeds import deeds
from hbcore.domain.errors import Refused
from hbcore.domain.known import Known
from hbcore.domain.outside_results import OUTSIDE
from hbcore.domain.permissions import Permission, may
from hbcore.domain.policy import reason_of
from hbcore.domain.policy_eras import Era, decide_over
from hbcore.domain.policy_table import Policy, Row
from hbcore.domain.sentence import Sentence, same
from hbcore.domain.vocabulary import Colour
from hbcore.domain.why import comes_next, rests_on
from hbcore.services.acting import Staff, reading
from hbcore.services.details import details
from hbcore.services.grounds import (
    ApplicationGround,
    FactGround,
    FactWaiting,
    ResultGround,
    behind,
    fact_grounds,
    facts_waiting,
    result_grounds,
)
from hbcore.services.looked_up import look_up_of
from hbcore.services.people import known_of
from hbcore.services.policies_published import eras_at
from hbcore.services.settings import hotline
from hbcore.storage import look_up_rows


@dataclass(frozen=True)
class CodeThen:
    """A code that would be, by which policy: its row's number and sentence; colour None: no code, and `reason` says why."""

    policy: str
    colour: Colour | None
    number: int | None
    reason: Sentence


@dataclass(frozen=True)
class Change:
    """What would change the code. `said` None: time alone, at `at`. `then` None: that depends. `goes_on`: the same row holds."""

    said: Sentence | None
    at: datetime | None
    then: CodeThen | None
    goes_on: bool


@dataclass(frozen=True)
class Why:
    """All that a code rests on. `registration`: its row holds by the registration; `application`: the one behind that, if any.

    `residence`: the unit by which it holds. `offices`: units and institutions to ask, besides the hotline.
    `waiting`: what is proposed of facts, for who may see those.
    """

    results: tuple[ResultGround, ...]
    facts: tuple[FactGround, ...]
    registration: bool
    application: ApplicationGround | None
    residence: Sentence | None
    changes: tuple[Change, ...]
    offices: tuple[Sentence, ...]
    hotline: str
    waiting: tuple[FactWaiting, ...] = ()


def why(person: int, *, by: Staff, at: datetime) -> Why:
    """What the code of somebody looked up within the hour rests on, as it is at `at`: part of that look-up, no event of its own.

    :raises Refused: `look_up_first`, `joined_meanwhile` where the row points to another by now, and those of `reading`.
    """
    with reading(by, Permission.LOOK_UP_PEOPLE, at) as session:
        look_up_of(person, by=by, at=at)
        connection = session.connection()
        found = look_up_rows.pointed_to(connection, person)
        if found is None or found.id != person:
            raise Refused("joined_meanwhile")
        read = look_up_rows.read_person(connection, person, at)
        known = known_of(read)
        eras = eras_at(session, known.unit, at)
        policy = eras[0].policy
        rests = rests_on(policy, known, at)
        seen = behind(session, person, by)
        facts = tuple(fact_grounds(connection, policy, known, rests, read, seen))
        results = tuple(result_grounds(connection, rests, read, seen))
        waits = tuple(facts_waiting(connection, person, at, seen)) if may(by.role, Permission.SEE_FACTS) else ()
        whom = hotline(session)
    own = next((one for one in seen.applications.values() if one.behind), None)
    application = seen.application(own) if rests.registration or rests.row is None else None
    return Why(
        results,
        facts,
        rests.registration,
        application,
        seen.unit(read.row.unit) if rests.residence else None,
        tuple(_changes(eras, known, rests.row, details(read.row.filing_fields, read.row.reasons, whom), at)),
        tuple(dict.fromkeys(_offices(results, facts, application, seen.unit(read.row.unit)))),
        whom,
        waits,
    )


def _changes(eras: Sequence[Era], known: Known, row: Row | None, said: Mapping[str, Sentence], at: datetime) -> Iterator[Change]:
    policy = eras[0].policy

    def code(by: Policy, then: Row | None, known_then: Known, from_at: datetime) -> CodeThen:
        if then is None:
            return CodeThen(by.id, None, None, by.no_code)
        reason = reason_of(by, then.id, known_then, from_at, details=said)
        return CodeThen(by.id, then.colour, 1 + by.rows.index(then), reason)

    following = comes_next(eras, known, decide_over(eras, known, at).until)
    if following:
        yield Change(None, following.at, code(following.policy, following.row, known, following.at), goes_on=False)
    for deed in deeds(policy, known, at, details=said):
        then = code(policy, deed.row, deed.known, deed.at) if deed.known else None
        yield Change(deed.said, None, then, then is not None and deed.row is row)


def _offices(
    results: Sequence[ResultGround], facts: Sequence[FactGround], application: ApplicationGround | None, unit: Sentence | None
) -> Iterator[Sentence]:
    """Who holds the facts, who tested, who decides; the person's own unit for a result, and for a fact that nobody holds."""
    yield from (one.office for one in facts if one.office)
    yield from (same(one.institution) for one in results if one.institution != OUTSIDE)
    if application and application.unit:
        yield application.unit
    if unit and (results or any(one.office is None for one in facts)):
        yield unit
