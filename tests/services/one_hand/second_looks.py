"""What takes two: confirmed, declined and withdrawn by whoever tries, and what is proposed of held rows."""

from collections.abc import Callable, Mapping

from hbcore.services import (
    applications,
    declared,
    fact_lists,
    institutions,
    joining,
    releases,
    removals,
    second_look,
)
from hbcore.services.acting import Staff
from hbcore.services.removals import SettleReason
from tests.services.one_hand.accounts import OTHER_LAB, Accounts
from tests.standing import LAB

CONFIRM: Mapping[str, Callable[..., object]] = {
    "revoke": applications.confirm_revoke,
    "undo": applications.confirm_undo,
    "join": joining.join,
    "part": joining.part,
    "facts": fact_lists.confirm,
    "end_fact": fact_lists.confirm,
    "extend_fact": fact_lists.confirm,
    "declared": declared.confirm_declared,
    "release_positives": releases.release,
    "remove_positive": removals.settle,
}


class SecondLooks(Accounts):
    """Acts on proposals, and the limit of a shift."""

    def _open(self) -> list[tuple[int, str, str]]:
        """Every proposal that was not settled, whoever may see it."""
        return self.all("SELECT id, what, subject FROM proposal WHERE settled_at IS NULL ORDER BY id")

    def _confirm(self, by: Staff, a: int, _b: int, _c: int) -> str:
        waiting = self._open()
        if not waiting:
            return "nothing"
        proposal, what, subject = waiting[a % len(waiting)]
        CONFIRM[what](proposal, by=by, at=self.at)
        assert self.book.proposed[proposal] != by.id, f"{what} was proposed and confirmed by one account"
        self.book.confirmed[proposal] = by.id
        number = int(subject.rpartition(" ")[2])
        if what == "release_positives":
            self.book.released[number] |= {by.id, self.book.proposed[proposal]}
        if what == "declared":
            self.book.approved[self._receipt(number)].add(by.id)
        return "done"

    def _decline(self, by: Staff, a: int, _b: int, _c: int) -> str:
        waiting = self._open()
        if not waiting:
            return "nothing"
        proposal, what, _ = waiting[a % len(waiting)]
        (releases.decline if what == "release_positives" else second_look.decline)(proposal, by=by, at=self.at)
        return "done"

    def _withdraw(self, by: Staff, a: int, _b: int, _c: int) -> str:
        waiting = self._open()
        if not waiting:
            return "nothing"
        second_look.withdraw(waiting[a % len(waiting)][0], by=by, at=self.at)
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
