"""Whose hands what stands came through, by the test's own reckoning of levels; and what an act may do to colours."""

from datetime import datetime

from hbcore.domain.vocabulary import Role
from hbcore.services.acting import Staff
from tests.services.one_hand.seen import OUTSIDE, Book, FactSeen, Picture, micros

CLEAR_NOTHING = (("naat", "negative"), ("igg", "positive"))
"""What a result from outside may be."""

SEVERITY = {"none": 0, "green": 0, "grey": 1, "yellow": 2, "red": 3}
OF_REQUESTS = {"request", "review", "ask_person", "person_answers", "send_back", "refuse_request", "withdraw_request", "outside"}
OF_FACTS = {"fact", "end_fact", "extend_fact"}
PROPOSED = {"join", "part", "propose_release", "propose_removal", "propose_undo", "propose_revoke"}
SAID = {"say_same", "add_document", "reopen", "send_on", "to_queue"}
AT_GATES = {"temperature", "settle_notice"}
ELSE = {"decline", "withdraw", "limit", "preview", "list_row", "policy", "leave_policy"}
CHANGE_NO_COLOUR = OF_REQUESTS | OF_FACTS | PROPOSED | AT_GATES | SAID | ELSE
"""By one hand alone; confirmed, some of it changes one."""


def covers(whole: str, unit: str) -> bool:
    """Whether a unit is `whole` or lies below it, by the digits of the national code."""
    return bool(whole) and unit.startswith(whole.rstrip("0"))


def above(unit: str) -> str:
    """Where the level above a unit sits; each prefecture of these histories has staff."""
    return f"{unit[:4]}00" if unit[4:] != "00" else "420000"


def check_levels(what: str, first: Staff, second: Staff, concerns: str) -> None:
    """What makes or ends a fact is confirmed by a supervisor of the level above, a result from outside where the person is."""
    if what in ("facts", "end_fact", "extend_fact"):
        right = second.role == Role.SUPERVISOR and covers(second.unit or "", above(first.unit or ""))
    elif what == "recolour":
        right = second.role == Role.SUPERVISOR and covers(second.unit or "", above(first.unit or ""))
        assert covers(first.unit or "", concerns), "recolour was reviewed in another unit"
    elif what == "outside_result":
        right = second.role in (Role.DISTRICT_STAFF, Role.SUPERVISOR) and covers(second.unit or "", concerns)
    else:
        return
    assert right, f"{what} was confirmed at the wrong level"


def check_hands(book: Book, after: Picture) -> None:
    """Every fact that was not declared, every request confirmed and every result from outside went through the hands seen."""
    for fact in after.facts.values():
        if fact.kind != "self_declared":
            _check_fact(book, fact, after)
    for id_, request in after.requests.items():
        hands = book.entered[id_], book.proposed[request.proposal], book.confirmed.get(request.proposal)
        assert hands == (request.entered_by, request.reviewed_by, request.decided_by), "a request went through other hands"
        assert len(set(hands)) == 3, "a request went through one hand twice"
    for id_, result in after.results.items():
        if result.institution == OUTSIDE:
            proposal = after.outside[id_]
            assert book.confirmed.get(proposal) not in (None, book.proposed[proposal]), "a result from outside by one hand"
            assert (result.assay, result.outcome) in CLEAR_NOTHING, "a result from outside that nobody may enter"


def _check_fact(book: Book, fact: FactSeen, after: Picture) -> None:
    hands = fact.proposed_by, fact.confirmed_by
    assert fact.proposal is not None, f"{fact.kind} that nobody proposed"
    assert hands == (book.proposed.get(fact.proposal), book.confirmed.get(fact.proposal)), f"{fact.kind} by other hands"
    if fact.follows is not None:
        old = after.facts[fact.follows]
        assert (old.ended, old.kind) == (True, fact.kind), f"{fact.kind} goes on beside the one that it follows"
        assert hands == (old.end_proposed_by, old.end_confirmed_by), f"{fact.kind} was ended by other hands than went on"


def check_effect(kind: str, before: Picture, after: Picture, at: datetime) -> None:
    """What is proposed changes no colour, a result from outside frees nobody, now or later; a request makes nobody's worse."""
    now = micros(at)
    if kind in CHANGE_NO_COLOUR:
        assert after.chains == before.chains, f"{kind} changed a colour"
    if kind in ("register", "put_right", "case_list"):
        was, is_now = (picture.colours(now) for picture in (before, after))
        worse = [person for person, code in is_now.items() if code[0] in ("yellow", "red") and was.get(person) != code]
        assert not worse, f"{kind} turned somebody to {is_now[worse[0]][1]}"
        freed = [person for person, code in was.items() if code[0] in ("yellow", "red") and is_now.get(person) != code]
        assert not freed, f"{kind} freed somebody of {was[freed[0]][1]}"
    if kind == "confirm outside_result":
        for then in {now, *(begins for *_, begins, _ in (*before.chains, *after.chains) if begins > now)}:
            is_then = after.colours(then)
            for person, (colour, row) in before.colours(then).items():
                assert colour not in ("yellow", "red") or is_then[person] == (colour, row), f"a result from outside cleared {row}"
    if kind in ("confirm outside_result", "confirm recolour"):
        was = before.colours(now)
        for person, (colour, row) in after.colours(now).items():
            less = SEVERITY[colour] <= SEVERITY[was.get(person, ("none", ""))[0]]
            assert less, f"{kind} turned somebody to a more severe colour, {row}"
