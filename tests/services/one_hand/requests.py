"""What is done about recolouring requests and results from outside Hubei, by whoever tries."""

from collections.abc import Callable, Mapping

from hbcore.domain.recolouring_grounds import AskFor, Ground, Refusal
from hbcore.domain.vocabulary import Assay, Outcome
from hbcore.services import outside_results, recolouring, recolouring_entry, recolouring_evidence
from hbcore.services.acting import Staff
from hbcore.services.outside_results import Report
from hbcore.services.recolouring_entry import Stated
from tests.services.one_hand.accounts import HOUR
from tests.services.one_hand.persons import Persons
from tests.services.requesting import jpeg

PICTURES = (("paper.jpg", jpeg()),)
SAYS = (
    *[(Assay.NAAT, Outcome.NEGATIVE)] * 6,
    *[(Assay.IGG, Outcome.POSITIVE)] * 2,
    (Assay.NAAT, Outcome.POSITIVE),
    (Assay.IGM, Outcome.NEGATIVE),
)
"""What a paper from outside says; the last two may not be entered."""
OPENED: Mapping[str, Callable[..., object]] = {
    "recolour": recolouring_evidence.evidence_of,
    "outside_result": outside_results.paper_of,
}
"""How the photos are opened that have to be seen."""


class Requests(Persons):
    """Acts on requests; who enters one, or a result from outside, has looked the person up."""

    def _unit_of(self, person: int, by: Staff) -> str:
        unit = str(self.one("SELECT unit FROM person WHERE id = ?", person))
        return unit if unit.startswith("42") else by.unit or ""

    def _stated(self, b: int, c: int) -> Stated:
        """Mostly all that a paper has to say."""
        if c % 5 == 0:
            return Stated(said="请复核")
        return Stated(f"鄂卫〔2020〕{c}号", self.at - (b % 40) * HOUR, "请复核", "139 0000 0000", PICTURES)

    def _request(self, by: Staff, a: int, b: int, c: int) -> str:
        person = self._looked_up(by, a)
        if person is None:
            return "nothing"
        ground = tuple(Ground)[b % len(Ground)]
        request = recolouring_entry.enter(person, ground, self._stated(b // 7, c), by=by, at=self.at).id
        self.book.entered[request] = by.id
        self.last[f"unit {request}"] = self._unit_of(person, by)
        return "done"

    def _on_request(self, by: Staff, a: int, c: int, act: Callable[[int, Staff], object], *states: str) -> str:
        """One in such a state, now and then one in any; now and then by who entered it."""
        found = self.all("SELECT id, entered_by, state FROM recolouring_request ORDER BY id")
        found = [one for one in found if one[2] in states] if a % 7 else found
        if not found:
            return "nothing"
        request, entered_by, _ = found[a // 7 % len(found)]
        act(request, self.by_id[entered_by] if c % 6 == 0 else by)
        return "done"

    def _review(self, by: Staff, a: int, _b: int, c: int) -> str:
        def review(request: int, by: Staff) -> None:
            self._look_at("recolour", request, by, c)
            recolouring.review(request, by=by, at=self.at)
            assert self.book.entered[request] != by.id, "a request was entered and reviewed by one account"
            self._check_looked_at(request, by)
            proposal = self.one("SELECT proposal_id FROM recolouring_request WHERE id = ?", request)
            self.book.concerns[proposal] = self.last[f"unit {request}"]
            self._proposes(by, proposal)

        return self._on_request(by, a, c, review, "entered")

    def _look_at(self, what: str, about: int, by: Staff, c: int) -> None:
        """Mostly its photos are opened first."""
        if c % 13 != 4:
            OPENED[what](about, by=by, at=self.at)
            self.book.looked_at.add((about, by.id))

    def _check_looked_at(self, about: int, by: Staff) -> None:
        photos = self.one("SELECT count(*) FROM evidence_image WHERE about = ?", about)
        assert not photos or (about, by.id) in self.book.looked_at, "it went on with photos that were not opened"

    def _ask_person(self, by: Staff, a: int, b: int, c: int) -> str:
        asked = [str(tuple(AskFor)[b % len(AskFor)])]
        return self._on_request(by, a, c, lambda one, by: recolouring.ask(one, asked, by=by, at=self.at), "entered")

    def _person_answers(self, by: Staff, a: int, b: int, c: int) -> str:
        said = self._stated(b, c)
        return self._on_request(by, a, c, lambda one, by: recolouring_entry.answer(one, said, by=by, at=self.at), "asked")

    def _send_back(self, by: Staff, a: int, _b: int, c: int) -> str:
        by = self.supervisors[-1 - a % 3] if c % 2 else by
        return self._on_request(
            by, a, c, lambda one, by: recolouring.send_back(one, "wrong_dates", by=by, at=self.at), "reviewed"
        )

    def _refuse_request(self, by: Staff, a: int, b: int, c: int) -> str:
        reason = str(tuple(Refusal)[b % len(Refusal)])
        states = ("entered", "reviewed", "asked")
        return self._on_request(by, a, c, lambda one, by: recolouring.refuse(one, reason, by=by, at=self.at), *states)

    def _withdraw_request(self, by: Staff, a: int, _b: int, c: int) -> str:
        states = ("entered", "reviewed", "asked")
        return self._on_request(by, a, c, lambda one, by: recolouring.withdraw(one, by=by, at=self.at), *states)

    def _outside(self, by: Staff, a: int, b: int, c: int) -> str:
        person = self._looked_up(by, a)
        if person is None:
            return "nothing"
        report = Report("长沙市第一医院", f"CS-{c}", *SAYS[b % len(SAYS)], self.at - (c % 72) * HOUR, PICTURES)
        proposal = outside_results.propose(person, report, by=by, at=self.at)
        self.book.concerns[proposal] = self._unit_of(person, by)
        return self._proposes(by, proposal)
