"""Random histories over services and imports, step by step, with the rules looked at after each."""

from collections.abc import Callable, Sequence
from random import Random

from hbcore.domain.errors import FileRefused, Refused
from hbcore.services.acting import Staff
from hbcore.services.drafts import DraftRefused
from tests.services.one_hand.accounts import GAPS
from tests.services.one_hand.held import HeldRows
from tests.services.one_hand.online import Online
from tests.services.one_hand.requests import Requests
from tests.services.one_hand.rules import check_events, check_rules
from tests.services.one_hand.second_looks import SecondLooks
from tests.services.one_hand.temperatures import Temperatures
from tests.services.one_hand.tubes import Tubes

Step = tuple[int, str, int, int, int, int]
"""The gap before it, what is done, by whom, and three numbers that choose among what is there."""

WEIGHTS = {
    "upload": 16,
    "flood": 3,
    "again": 2,
    "preview": 1,
    "confirm": 26,
    "decline": 2,
    "withdraw": 1,
    "recall": 3,
    "put_back": 3,
    "propose_release": 1,
    "propose_removal": 6,
    "limit": 1,
    "enter": 7,
    "approve": 8,
    "refuse": 1,
    "ask": 3,
    "answer": 4,
    "undo": 2,
    "propose_undo": 1,
    "propose_revoke": 2,
    "take_back": 1,
    "bring": 4,
    "approve_many": 2,
    "join": 3,
    "part": 1,
    "fact": 7,
    "end_fact": 3,
    "extend_fact": 6,
    "request": 6,
    "review": 9,
    "ask_person": 1,
    "person_answers": 2,
    "send_back": 2,
    "refuse_request": 1,
    "withdraw_request": 1,
    "outside": 4,
    "temperature": 4,
    "settle_notice": 6,
    "register": 5,
    "tube": 6,
    "settle": 6,
    "reopen": 1,
    "case_list": 6,
    "list_row": 4,
    "policy": 4,
    "leave_policy": 8,
    "add_document": 3,
    "online": 4,
    "declare": 3,
    "answer_online": 1,
    "put_right": 2,
    "send_on": 1,
    "to_queue": 1,
    "say_same": 2,
}
INSTEAD = {
    **dict.fromkeys(("approve", "ask", "refuse", "take_back"), "enter"),
    **dict.fromkeys(("undo", "propose_undo", "propose_revoke"), "approve"),
    **dict.fromkeys(("confirm", "propose_removal", "join", "fact", "again"), "upload"),
    **dict.fromkeys(("decline", "withdraw", "propose_release", "recall"), "flood"),
    "put_back": "recall",
    "approve_many": "bring",
    "answer": "ask",
    "part": "join",
    "person_answers": "ask_person",
    "send_back": "review",
    **dict.fromkeys(("end_fact", "extend_fact"), "fact"),
    **dict.fromkeys(("review", "ask_person", "refuse_request", "withdraw_request"), "request"),
    **dict.fromkeys(("request", "outside"), "upload"),
    "settle_notice": "temperature",
    **dict.fromkeys(("settle", "add_document"), "upload"),
    "reopen": "settle",
    "list_row": "case_list",
    "leave_policy": "confirm",
    **dict.fromkeys(("declare", "answer_online", "put_right", "send_on"), "online"),
    **dict.fromkeys(("to_queue", "say_same"), "send_on"),
}
"""What is done where there is nothing to do the first thing to."""


def history(seed: int, steps: int) -> list[Step]:
    """A random history; each step stands for itself, so that any part of a history is one."""
    random, kinds = Random(seed), list(WEIGHTS)  # noqa: S311 - the same again for the same seed
    weights = [WEIGHTS[kind] for kind in kinds]

    def number(below: int = 10_000) -> int:
        return random.randrange(below)

    return [(number(len(GAPS)), random.choices(kinds, weights)[0], number(), number(), number(), number()) for _ in range(steps)]


class Desk(Tubes, Online, SecondLooks, HeldRows, Requests, Temperatures):
    """A desk on which one act follows another."""

    def step(self, step: Step) -> tuple[str, str]:
        """One act by one account, and what came of it: `done`, `refused`, `repeated`, `nothing`; then the rules are looked at."""
        gap, what, who, *chosen = step
        self.at += GAPS[0] if what in ("undo", "reopen") else GAPS[gap]
        done, self.settled = "nothing", ""
        while done == "nothing" and what:
            kind, what = what, INSTEAD.get(what, "")
            done = self._tried(kind, self._who(kind, who), chosen)
        kind = f"{kind} {self.settled}".strip()
        before, events, self.stands, self.events = self.stands, self.events, self.look(), self._events()
        check_events(kind, done, self.events - events)
        check_rules(self, before, self.stands, kind, done)
        return kind, done

    def _tried(self, what: str, by: Staff, chosen: Sequence[int]) -> str:
        try:
            return str(getattr(self, f"_{what}")(by, *chosen))
        except (Refused, FileRefused, DraftRefused):
            return "refused"

    def _who(self, what: str, who: int) -> Staff:
        """Mostly somebody whose work it is; now and then anybody."""
        both = [*self.clerks, *self.supervisors]
        whose = {
            "upload": self.liaisons,
            "flood": self.liaisons,
            "again": self.liaisons,
            "recall": self.liaisons,
            "put_back": self.liaisons,
            "preview": self.liaisons,
            "tube": self.liaisons,
            "register": [*self.liaisons, *self.clerks],
            "settle": self.supervisors,
            **dict.fromkeys(("policy", "leave_policy"), self.supervisors[-3:]),
            "limit": [self.administrator],
            "temperature": self.gates,
            "settle_notice": self.clerks,
            "propose_release": [*self.liaisons, *self.supervisors],
            "confirm": [*self.supervisors, *self.supervisors, *self.clerks, *self.liaisons],
            "decline": [*self.supervisors, *self.liaisons],
            **dict.fromkeys(
                ("enter", "approve", "refuse", "ask", "answer", "approve_many", "bring", "undo", "put_right"), self.clerks
            ),
        }.get(what, both)
        whose = self.everybody if who % 12 == 0 else whose
        return whose[who // 12 % len(whose)]


def shrunk(history: Sequence[Step], fails: Callable[[Sequence[Step]], bool]) -> list[Step]:
    """A shorter history that fails as well: parts are left out, the longer ones first."""
    kept, size = list(history), max(len(history) // 2, 1)
    while size:
        start = 0
        while start < len(kept):
            shorter = kept[:start] + kept[start + size :]
            if fails(shorter):
                kept = shorter
            else:
                start += size
        size //= 2
    return kept
