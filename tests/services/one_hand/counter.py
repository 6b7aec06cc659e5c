"""What counters do: applications entered, imported, answered, decided and taken back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hbcore.domain.vocabulary import SHANGHAI, DocumentKind
from hbcore.services import (
    application_imports,
    applications,
)
from hbcore.services.acting import Staff
from hbcore.services.uploads import IncomingFile
from hbcore.storage import sealing
from tests.services.applying import PERMIT
from tests.services.one_hand.accounts import CHANNEL, NAMES, PERMITS, UNITS, Accounts


class CounterActs(Accounts):
    """Acts on applications."""

    def _draft(self, a: int, b: int, c: int) -> Any:
        name, _, number = PERMITS[a % len(PERMITS)]
        return replace(PERMIT, name=name, document_number=number, unit=UNITS[b % 3], symptoms=("no", "yes")[c % 2])

    def _enter(self, by: Staff, a: int, b: int, c: int) -> str:
        receipt = applications.enter(self._draft(a, b, c), by=by, at=self.at)
        self.book.typed[receipt.number] = {by.id}
        return "done"

    def _bring(self, by: Staff, a: int, b: int, c: int) -> str:
        """An application of another channel, by a file."""
        name, kind, number = PERMITS[a % len(PERMITS)]
        told = f"{self.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        line = f"{told},{kind},{number},{name},1980-02-03,男,+852 9123 4567,{NAMES[UNITS[b % 3]]},中南路1号,{'无有'[c % 2]},无"
        report = application_imports.import_applications(
            IncomingFile(f"## {self.at}\n{CHANNEL}\n{line}\n".encode(), "a.csv"), by=by, at=self.at
        )
        self.last["typed"] = by
        for receipt in report.receipts.values():
            self.book.typed[receipt] = {by.id}
        return "done"

    def _applications(self, *states: str) -> list[tuple[int, str]]:
        found = self.all("SELECT id, receipt, state FROM application ORDER BY id")
        return [(id_, receipt) for id_, receipt, state in found if not states or state in states]

    def _chosen(self, a: int, *states: str) -> int | None:
        """One in such a state; now and then one in any."""
        found = self._applications(*states) if a % 7 else self._applications()
        return found[a // 7 % len(found)][0] if found else None

    def _on(self, a: int, act: Callable[[int], object], *states: str) -> str:
        application = self._chosen(a, *states)
        if application is None:
            return "nothing"
        act(application)
        return "done"

    def _approve(self, by: Staff, a: int, _b: int, c: int) -> str:
        """Now and then by who typed last."""
        by = self.last.get("typed", by) if c % 4 == 0 else by

        def approve(application: int) -> None:
            applications.approve(application, by=by, at=self.at)
            self._approves(application, by)

        return self._on(a, approve, "waiting", "second_review")

    def _approves(self, application: int, by: Staff) -> None:
        """The newest approval is what counts."""
        self.last["decided"] = application, by
        self.book.approved[self._receipt(application)] = {by.id}
        self._declares(application, by)

    def _declares(self, application: int, by: Staff) -> None:
        """What an approval put down for another person is the approver's proposal."""
        for (proposal,) in self.all(
            "SELECT id FROM proposal WHERE what = 'declared' AND subject = ?", f"application {application}"
        ):
            self.book.proposed.setdefault(proposal, by.id)

    def _approve_many(self, by: Staff, a: int, _b: int, _c: int) -> str:
        found = self._applications("waiting", "asked") if a % 3 else self._applications()
        if not found:
            return "nothing"
        done = applications.approve_many([id_ for id_, _ in found], by=by, at=self.at)
        for receipt in done.approved:
            self.book.approved[receipt] = {by.id}
        for application, _ in found:
            self._declares(application, by)
        return "done"

    def _refuse(self, by: Staff, a: int, _b: int, _c: int) -> str:
        return self._on(a, lambda one: applications.refuse(one, ["not_in_hubei"], by=by, at=self.at), "waiting")

    def _ask(self, by: Staff, a: int, _b: int, _c: int) -> str:
        return self._on(a, lambda one: applications.ask(one, ["health_declaration"], by=by, at=self.at), "waiting")

    def _answer(self, by: Staff, a: int, b: int, c: int) -> str:
        def answer(application: int) -> None:
            number = self.one("SELECT person_id FROM application WHERE id = ?", application)
            place = (
                self.last.setdefault(f"draft {application}", number % len(PERMITS)) if c % 5 == 0 else self._whose(application)
            )
            applications.answer(application, self._draft(place, b, c), by=by, at=self.at)
            self.book.typed[self._receipt(application)] = {by.id}
            self.last["typed"] = by

        return self._on(a, answer, "asked")

    def _whose(self, application: int) -> int:
        """Whose permit an application is about: they are entered with one number each."""
        keys = [key for (key,) in self.all("SELECT DISTINCT document_key FROM application ORDER BY 1")]
        key = self.one("SELECT document_key FROM application WHERE id = ?", application)
        for place, (_, _, number) in enumerate(PERMITS):
            if sealing.document_key(DocumentKind.HK_MACAU_PERMIT, number) == key:
                return place
        return len(keys)

    def _undo(self, by: Staff, a: int, _b: int, _c: int) -> str:
        if (decided := self.last.get("decided")) and a % 3:
            application, by = decided  # at once, by who decided
            applications.undo(application, by=by, at=self.at)
            return "done"
        return self._on(a, lambda one: applications.undo(one, by=by, at=self.at), "approved", "refused", "asked")

    def _take_back(self, by: Staff, a: int, _b: int, _c: int) -> str:
        return self._on(a, lambda one: applications.withdraw(one, by=by, at=self.at), "waiting", "asked")

    def _propose_undo(self, by: Staff, a: int, _b: int, _c: int) -> str:
        return self._on(
            a, lambda one: self._proposes(by, applications.propose_undo(one, by=by, at=self.at)), "approved", "refused"
        )

    def _propose_revoke(self, by: Staff, a: int, _b: int, _c: int) -> str:
        return self._on(
            a, lambda one: self._proposes(by, applications.propose_revoke(one, "not_in_hubei", by=by, at=self.at)), "approved"
        )
