"""The rules that hold after every step, worked out from the book and from what stands."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from hbcore.services.acting import Staff
from hbcore.storage.instants import shanghai_day
from tests.services.one_hand.hands import check_effect, check_hands
from tests.services.one_hand.policies import check_policies
from tests.services.one_hand.seen import OUTSIDE, Book, Picture, ResultSeen, counts, micros, shift


class Desk(Protocol):
    """What the rules look at besides."""

    at: datetime
    book: Book
    by_id: dict[int, Staff]

    def all(self, statement: str, *values: object) -> list[Any]:
        """What a statement of the test's own answers."""

    def one(self, statement: str, *values: object) -> Any:
        """The one value that it answers."""


def check_events(what: str, done: str, left: Counter[str]) -> None:
    """An act leaves exactly one event, a refusal none but its own, a look nothing; what expired meanwhile may be written down.

    Each commit of a file is rehearsed first, which leaves an event besides.
    """
    besides = ("refused", "expired") if what == "preview" else ("refused", "expired", "results_previewed")
    acts = sum(n for act, n in left.items() if act not in besides)
    assert acts == (1 if done == "done" else 0), f"{what} was {done} and left {dict(left)}"


def check_rules(desk: Desk, before: Picture, after: Picture, kind: str, done: str) -> None:
    """Nobody is yellow or red by one hand, no positive stops counting by one hand, and the limit of a shift holds."""
    if done != "done":
        assert after == before, "a refused act left something"
    check_effect(kind, before, after, desk.at)
    check_hands(desk.book, after)
    check_policies(desk.book, desk.by_id, before, after, kind, micros(desk.at))
    _check_tubes(desk.book, before, after)
    if kind in ("recall", "put_back"):
        _check_recalled(before, after)
    else:
        _check_limits(desk, before, after, kind)
        _check_removed(desk, before, after)
    _check_facts(desk, after)
    _check_colours(desk, after)


def _check_recalled(before: Picture, after: Picture) -> None:
    """By one hand no positive goes by a recall or by its undoing, and none comes; it may stay with another upload."""
    was, now = (
        Counter((one.person, one.assay, one.outcome) for one in picture.results.values() if "positive" in one.outcome)
        for picture in (before, after)
    )
    assert was == now, "a recall moved a positive by one account"


def _check_limits(desk: Desk, before: Picture, after: Picture, kind: str) -> None:
    if kind in ("confirm recall", "confirm put_back"):  # by two
        return
    new = Counter(result.upload for id_, result in after.results.items() if id_ not in before.results and counts(result))
    for upload, n in new.items():
        account, lab, at = desk.book.uploads[upload]
        if at == desk.at and not desk.book.released.get(upload):
            of = account, shift(at)
            desk.book.at_once[of] += n
            limit = desk.one("SELECT positives_a_shift FROM institution WHERE code = ?", lab)
            assert desk.book.at_once[of] <= limit, f"{desk.book.at_once[of]} positives of one account in one shift"
        else:
            assert desk.book.released[upload] - {account}, "positives were released by whose they are"


def _check_tubes(book: Book, before: Picture, after: Picture) -> None:
    """A tube's result is of whoever was registered in it when its file came; it is shared with whoever stands in it besides."""
    standing = defaultdict(set)
    for one in before.results.values():
        standing[one.institution, one.tube, shanghai_day(one.sampled_at)].add(one.person)
    for id_, result in after.results.items():
        if id_ not in before.results and result.upload in book.inside:
            inside = book.inside[result.upload]
            assert (result.tube, result.person) in inside, "somebody got the result of a tube that they were put into since"
            together = {person for tube, person in inside if tube == result.tube}
            together |= standing[result.institution, result.tube, shanghai_day(result.sampled_at)]
            assert result.outcome != "pooled_positive" or len(together) > 1, "somebody was put beside whose positive it is"


def _check_removed(desk: Desk, before: Picture, after: Picture) -> None:
    gone = [one for id_, one in before.results.items() if id_ not in after.results and "positive" in one.outcome]
    gone = [one for one in gone if one.assay in ("naat", "antigen") and not _replaced(one, after)]
    if gone:
        settled = desk.all(
            "SELECT id FROM proposal WHERE what IN ('remove_positive', 'recall', 'put_back') AND settled_how = 'confirmed'"
            " AND settled_at = ?",
            micros(desk.at),
        )
        assert settled, "a positive was taken away by one account"
        assert desk.book.proposed[settled[-1][0]] != desk.book.confirmed[settled[-1][0]]


def _replaced(gone: ResultSeen, after: Picture) -> bool:
    """A tube's positive that became a person's own is no less than it was."""
    return gone.outcome == "pooled_positive" and any(
        one.person == gone.person and one.outcome == "positive" and one.assay == gone.assay for one in after.results.values()
    )


def _check_facts(desk: Desk, after: Picture) -> None:
    """A fact was ended by two whom the test saw, if it was; the declared ones have their application."""
    pairs = {(desk.book.proposed[proposal], by) for proposal, by in desk.book.confirmed.items()}
    for fact in after.facts.values():
        if fact.kind == "self_declared" and not fact.ended:
            assert len(desk.book.typed[fact.evidence] | desk.book.approved[fact.evidence]) > 1, "declared by one hand"
        if fact.ended and fact.end_proposed_by is not None:
            assert (fact.end_proposed_by, fact.end_confirmed_by) in pairs, f"{fact.kind} ended by one hand"


def _check_colours(desk: Desk, after: Picture) -> None:
    """What is yellow or red has its ground on record; what is on record against somebody is not green."""
    results, facts = defaultdict(list), defaultdict(set)
    for result in after.results.values():
        results[result.person].append(result)
    for fact in after.facts.values():
        if not fact.ended:
            facts[fact.person].add(fact.kind)
    colours = after.colours(micros(desk.at))
    for person, (colour, row) in colours.items():
        assert colour not in ("yellow", "red") or _ground(row, results[person], facts[person]), f"{row} without a ground"
    for person, own in results.items():
        _check_positives(own, facts[person], *colours.get(person, ("none", "none")))


def _check_positives(own: Sequence[ResultSeen], facts: set[str], colour: str, row: str) -> None:
    if any(one.assay == "naat" and one.outcome == "positive" for one in own):
        assert colour == "red" or facts & {"recovered", "positive_excluded"}, f"a positive is {row}"
    if any(_open_pooled(one, own) for one in own):
        assert colour in ("red", "yellow"), f"a pooled positive is {row}"


def _open_pooled(one: ResultSeen, own: Sequence[ResultSeen]) -> bool:
    """Not retested alone since."""
    if (one.assay, one.outcome) != ("naat", "pooled_positive"):
        return False
    ours = [other for other in own if other.assay == "naat" and other.single and other.institution != OUTSIDE]
    return not any(other.outcome in ("negative", "positive") and other.sampled_at > one.sampled_at for other in ours)


GROUNDS = {
    "red-case": {"confirmed", "suspected", "asymptomatic"},
    "red-fever-wuhan": {"fever"},
    "yellow-recovered": {"recovered"},
    "yellow-contact": {"close_contact"},
    "yellow-observation": {"central_quarantine", "home_observation", "arrival"},
    "yellow-declared": {"self_declared"},
}


def _ground(row: str, own: Sequence[ResultSeen], facts: set[str]) -> bool:
    """Whether what the row says is on record; how it came there is looked at by itself."""
    if row == "red-positive":
        return any(one.assay == "naat" and one.outcome == "positive" for one in own)
    if row == "yellow-pooled":
        return any(one.assay == "naat" and one.outcome == "pooled_positive" for one in own)
    return bool(GROUNDS[row] & facts)
