"""What applicants do by themselves on the public form, or somebody in their name; and what staff change of applications."""

from dataclasses import asdict, replace

from hbcore.domain.public_form import PublicForm
from hbcore.services import applications, public_applications
from hbcore.services.acting import Staff
from hbcore.services.application_checking import checked
from hbcore.services.applications import Correction
from hbcore.storage import application_rows
from hbcore.storage.engine import engine
from tests.services.one_hand.accounts import PERMITS
from tests.services.one_hand.counter import CounterActs

APPLICANT = 0
"""The hand of whoever holds a receipt and its secret."""


class Online(CounterActs):
    """Acts on applications besides those at the counter."""

    def _form(self, a: int, b: int, c: int) -> PublicForm:
        """Now and then under another name than the document's."""
        form = PublicForm(**asdict(self._draft(a, b, c)), consent=True)
        return form if b % 5 else replace(form, name=PERMITS[(a + 1) % len(PERMITS)][0])

    def _online(self, _by: Staff, a: int, b: int, c: int) -> str:
        receipt = public_applications.submit(self._form(a, b, c), language="en", address=f"{a}.{b}", at=self.at)
        self.book.secrets[receipt.number] = receipt.secret
        self.book.typed[receipt.number] = {APPLICANT}
        return "done"

    def _known(self, a: int) -> str | None:
        receipts = sorted(self.book.secrets)
        return receipts[a % len(receipts)] if receipts else None

    def _declare(self, _by: Staff, a: int, b: int, c: int) -> str:
        receipt = self._known(a)
        if receipt is None:
            return "nothing"
        secret = self.book.secrets[receipt]
        public_applications.declare(receipt, secret, ("no", "yes")[b % 2], "no", address=f"{a}.{c}", at=self.at)
        self.book.typed[receipt] = {APPLICANT}
        return "done"

    def _answer_online(self, _by: Staff, a: int, b: int, c: int) -> str:
        receipt = self._known(a)
        if receipt is None:
            return "nothing"
        form = self._form(a // 7, b, c)
        public_applications.answer(receipt, self.book.secrets[receipt], form, address=f"{a}.{c}", at=self.at)
        self.book.typed[receipt] = {APPLICANT}
        return "done"

    def _put_right(self, by: Staff, a: int, b: int, c: int) -> str:
        name, _, number = PERMITS[c % len(PERMITS)]
        right = Correction(name=name) if b % 2 else Correction(document_number=number)
        return self._on(a, lambda one: applications.put_right(one, right, by=by, at=self.at), "waiting")

    def _send_on(self, by: Staff, a: int, _b: int, _c: int) -> str:
        return self._on(a, lambda one: applications.send_on(one, by=by, at=self.at), "waiting")

    def _to_queue(self, by: Staff, a: int, _b: int, _c: int) -> str:
        return self._on(a, lambda one: applications.send_back(one, by=by, at=self.at), "second_review")

    def _say_same(self, by: Staff, a: int, b: int, _c: int) -> str:
        application = self._chosen(a, "waiting", "second_review")
        if application is None:
            return "nothing"
        with engine().connect() as connection:
            row = application_rows.application_row(connection, application)
            assert row is not None
            possible = checked(connection, [row], self.at)[0].possible
        if not possible:
            return "nothing"
        applications.say_same(application, possible[b % len(possible)].person, by=by, at=self.at)
        return "done"
