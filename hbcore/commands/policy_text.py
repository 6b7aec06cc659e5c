"""A policy and a simulation as `policy list`, `policy show` and `policy simulate` print them for people."""

from collections.abc import Iterator, Mapping

from hbcore.commands.frame import say
from hbcore.commands.wording import here, moment, turns
from hbcore.domain.policy_differences import Differs, RowCompared, said_by, when_in_words
from hbcore.services.colour_words import COLOUR_WORDS
from hbcore.services.policies import PolicyCompared, PolicySeen, PolicyState
from hbcore.services.policy_simulation import Simulated
from hbcore.services.policy_withdrawing import WITHDRAWN_FOR


def line(one: PolicySeen) -> str:
    """A policy in one line: its id, where it holds, where it stands."""
    return f"{one.id} · {one.scope} · {_state(one)}"


def _state(one: PolicySeen) -> str:
    """Where a policy stands, and since or until when."""
    gone = one.withdrawal.at if one.withdrawal else None
    begins = moment(one.valid_from)
    words = {
        PolicyState.KEPT: say("not published"),
        PolicyState.PROPOSED: say("proposed, waits for a second person"),
        PolicyState.AHEAD: say("from {time} on", time=begins),
        PolicyState.IN_FORCE: say("in force since {time}", time=begins),
        PolicyState.PAST: say("until {time}", time=moment(one.until)),
        PolicyState.WITHDRAWN: say("withdrawn {time}, before it began", time=moment(gone)),
    }
    return words[one.state]


def as_text(told: PolicyCompared) -> Iterator[str]:
    """A policy for people: its hands, notes and rows, and what differs."""
    one = told.shown
    yield line(one)
    yield from _hands(one)
    yield say("Fingerprint (SHA-256): {digest}", digest=one.digest)
    yield from (f"· {here(note)}" for note in one.policy.notes)
    if told.before and not told.compared.same:
        unpublished = one.state in (PolicyState.KEPT, PolicyState.PROPOSED)
        compared = "Compared with {before}, which holds there:" if unpublished else "Compared with {before}, the one before it:"
        yield say(compared, before=told.before)
    for row in told.compared.rows:
        yield from _row_as_text(row)


def _hands(one: PolicySeen) -> Iterator[str]:
    """By whom it was proposed, published, withdrawn."""
    if one.published_by:
        hands = {"first": one.proposed_by or "–", "second": one.published_by, "time": moment(one.published_at)}
        yield say("Proposed by {first}, published by {second} {time}", **hands)
    elif one.proposed_by:
        yield say("Proposed by {name}", name=one.proposed_by)
    if proposed := one.withdrawal_proposed:
        why = here(WITHDRAWN_FOR[proposed.why])
        yield say("{name} proposes to withdraw it before it begins: {why}.", name=proposed.proposed_by, why=why)
    if gone := one.withdrawal:
        hands = {"first": gone.proposed_by, "second": gone.by, "time": moment(gone.at), "begins": moment(gone.begins)}
        withdrawn = "Withdrawn {time}, proposed by {first}, confirmed by {second}: {why}. It would have begun {begins}."
        yield say(withdrawn, **hands, why=here(WITHDRAWN_FOR[gone.why]))


def _row_as_text(one: RowCompared) -> Iterator[str]:
    place = f"{one.number}." if one.number else say("formerly {number}", number=one.formerly)
    words = {
        Differs.ADDED: say("+ New row"),
        Differs.CHANGED: say("≠ Changed"),
        Differs.MOVED: say("↕ In another place"),
        Differs.REMOVED: say("− No longer there"),
    }
    differs = f"{words[one.differs]} · " if one.differs in words else ""
    yield f"{place} {differs}{here(COLOUR_WORDS[one.row.colour])} · {here(said_by(one.row))}"
    yield "   " + say("When: {conditions}", conditions=here(when_in_words(one.row)))
    if one.differs == Differs.CHANGED and one.before:
        before = (COLOUR_WORDS[one.before.colour], said_by(one.before), when_in_words(one.before))
        yield "   " + say("Before: {row}", row=" · ".join(map(here, before)))


def simulated_as_text(tried: Simulated) -> Iterator[str]:
    """How many codes would turn, unit by unit."""
    yield say("People decided: {people}; codes that would turn: {codes}", people=tried.people, codes=turned(tried.changes))
    for one in tried.units:
        yield f"  {one.unit}: {one.people} · {turned(one.changes)}"


def turned(changes: Mapping[str, int]) -> str:
    """`turns`; where there are none, that."""
    return turns(changes) or say("none")
