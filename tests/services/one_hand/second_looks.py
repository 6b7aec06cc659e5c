"""What takes two: confirmed, declined and withdrawn by whoever tries, and what is proposed of held rows."""

from collections.abc import Callable, Mapping

from hbcore.domain.lab_held import SettleReason
from hbcore.services import (
    applications,
    declared,
    institutions,
    joining,
    outside_results,
    recalls,
    recolouring,
    releases,
    removals,
    second_look,
)
from hbcore.services.acting import Staff
from tests.services.one_hand.accounts import OTHER_LAB
from tests.services.one_hand.hands import check_levels
from tests.services.one_hand.lists import Lists
from tests.services.one_hand.policies import Policies
from tests.services.one_hand.requests import OPENED
from tests.services.one_hand.seen import micros
from tests.standing import LAB

CONFIRM: Mapping[str, Callable[..., object]] = {
    "revoke": applications.confirm_revoke,
    "undo": applications.confirm_undo,
    "join": joining.join,
    "part": joining.part,
    "declared": declared.confirm_declared,
    "recolour": recolouring.confirm,
    "outside_result": outside_results.confirm,
    "release_positives": releases.release,
    "remove_positive": removals.settle,
    "recall": recalls.confirm,
    "put_back": recalls.confirm,
}
DECLINE: Mapping[str, Callable[..., object]] = {
    "release_positives": releases.decline,
    "recall": recalls.decline,
    "put_back": recalls.decline,
}


LISTS, POLICIES = ("facts", "end_fact", "extend_fact"), ("publish", "withdraw_policy")


class SecondLooks(Lists, Policies):
    """Acts on proposals, and the limit of a shift."""

    def _open(self, a: int) -> list[tuple[int, str, str]]:
        """Every proposal that was not settled, whoever may see it; mostly without those that expired."""
        since = micros(self.at) if a % 7 else 0
        asked = "SELECT id, what, subject FROM proposal WHERE settled_at IS NULL AND expires_at > ? ORDER BY id"
        return self.all(asked, since)

    def _confirm(self, by: Staff, a: int, b: int, c: int) -> str:
        waiting = self._open(a)
        if not waiting:
            return "nothing"
        proposal, what, subject = waiting[a // 7 % len(waiting)]
        about = subject.rpartition(" ")[2]
        number = 0 if what in POLICIES else int(about)
        by, self.settled = self._second_hand(by, proposal, number, b, c), what
        if what in LISTS:
            self._confirm_list(proposal, by, b)
        elif what in POLICIES:
            self._confirm_policy(what, about, by, c)
        elif what in OPENED:
            self._look_at(what, number, by, c)
            CONFIRM[what](proposal, by=by, at=self.at)
            self._check_looked_at(number, by)
        else:
            CONFIRM[what](proposal, by=by, at=self.at)
        assert self.book.proposed[proposal] != by.id, f"{what} was proposed and confirmed by one account"
        check_levels(what, self.by_id[self.book.proposed[proposal]], by, self.book.concerns.get(proposal, ""))
        self.book.confirmed[proposal] = by.id
        if what == "release_positives":
            self.book.released[number] |= {by.id, self.book.proposed[proposal]}
        if what == "declared":
            self.book.approved[self._receipt(number)].add(by.id)
        return "done"

    def _second_hand(self, by: Staff, proposal: int, number: int, b: int, c: int) -> Staff:
        """Now and then whose proposal or request it is, more often the province; else whoever it is."""
        if c % 6 == 0:
            return self.by_id[self.book.proposed[proposal]]
        if c % 6 == 1:
            return self.by_id[self.book.entered.get(number, by.id)]
        return self.supervisors[-1 - b % 3] if c % 6 < 5 else by

    def _decline(self, by: Staff, a: int, _b: int, _c: int) -> str:
        waiting = self._open(a)
        if not waiting:
            return "nothing"
        proposal, what, _ = waiting[a // 7 % len(waiting)]
        DECLINE.get(what, second_look.decline)(proposal, by=by, at=self.at)
        return "done"

    def _withdraw(self, by: Staff, a: int, _b: int, c: int) -> str:
        waiting = self._open(a)
        if not waiting:
            return "nothing"
        proposal, what, _ = waiting[a // 7 % len(waiting)]
        by = self.by_id[self.book.proposed[proposal]] if c % 2 else by
        withdraw = recalls.withdraw if what in ("recall", "put_back") else second_look.withdraw
        withdraw(proposal, by=by, at=self.at)
        return "done"

    def _propose_release(self, by: Staff, a: int, _b: int, _c: int) -> str:
        waiting = self.all("SELECT DISTINCT upload_id FROM upload_row WHERE waits = 'release' ORDER BY 1")
        if not waiting:
            return "nothing"
        return self._proposes(by, releases.propose_again(waiting[a % len(waiting)][0], by=by, at=self.at))

    def _propose_removal(self, by: Staff, a: int, b: int, _c: int) -> str:
        waiting = self.all("SELECT upload_id, row_number FROM upload_row WHERE waits = 'removal' ORDER BY 1, 2")
        if not waiting:
            return "nothing"
        upload, row = waiting[a % len(waiting)]
        return self._proposes(by, removals.propose(upload, row, b % 4 > 0, SettleReason.RETESTED, by=by, at=self.at))

    def _limit(self, by: Staff, a: int, b: int, _c: int) -> str:
        institutions.set_limit((LAB, OTHER_LAB)[a % 2], b % 4, by=by, at=self.at)
        return "done"
