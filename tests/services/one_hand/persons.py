"""What is proposed of people: that two rows are one, that one is two, facts and their ends."""

from hbcore.domain.fact_rules import Measure
from hbcore.domain.vocabulary import FactKind, Purpose
from hbcore.services import (
    fact_proposing,
    people,
    same_person,
)
from hbcore.services.acting import Staff
from tests.services.one_hand.accounts import HOUR, KINDS, PEOPLE, Accounts

GO_ON = "'close_contact', 'fever', 'home_observation', 'recovered'"


class Persons(Accounts):
    """Acts on people; whoever proposes has looked them up."""

    def _looked_up(self, by: Staff, place: int) -> int | None:
        card = people.find(PEOPLE[place % len(PEOPLE)][2], purpose=Purpose.CODE_QUESTION, by=by, at=self.at)
        return card.id if card else None

    def _join(self, by: Staff, a: int, b: int, _c: int) -> str:
        one, other = self._looked_up(by, a), self._looked_up(by, b)
        if one is None or other is None:
            return "nothing"
        return self._proposes(by, same_person.propose(one, other, by=by, at=self.at))

    def _part(self, by: Staff, a: int, _b: int, _c: int) -> str:
        found = self.all("SELECT id, survivor_id, joined_id FROM person_join WHERE parted_at IS NULL ORDER BY id")
        if not found:
            return "nothing"
        join, survivor, _joined = found[a % len(found)]
        for place in range(len(PEOPLE)):
            if self._looked_up(by, place) == survivor:
                return self._proposes(by, same_person.propose_parting(survivor, join, by=by, at=self.at))
        return "nothing"

    def _fact(self, by: Staff, a: int, b: int, c: int) -> str:
        person = self._looked_up(by, a)
        if person is None:
            return "nothing"
        kind = FactKind(KINDS[b % len(KINDS)])
        measure = Measure(kind, self.at - (c % 30) * HOUR, None, f"鄂防指〔2020〕{c}号", "同乘 K15")
        made = fact_proposing.propose(person, measure, "流调报告", case="鄂2020-17", sure=True, by=by, at=self.at)
        return self._proposes(by, made.proposal_id)

    def _end_fact(self, by: Staff, a: int, _b: int, c: int) -> str:
        found = self.all("SELECT id FROM fact WHERE ended_at IS NULL ORDER BY id")
        if not found:
            return "nothing"
        fact = found[a % len(found)][0]
        return self._proposes(by, fact_proposing.propose_end(fact, f"解除{c}号", "证明", by=by, at=self.at).proposal_id)

    def _extend_fact(self, by: Staff, a: int, b: int, c: int) -> str:
        """Mostly one that may go on; on new evidence of these hours, now and then from so early that it would be over."""
        kinds = f"AND kind IN ({GO_ON})" if b % 6 else ""
        found = self.all(f"SELECT id, kind FROM fact WHERE ended_at IS NULL {kinds} ORDER BY id")  # noqa: S608
        if not found:
            return "nothing"
        fact, kind = found[a % len(found)]
        ago = c % 16 * HOUR if c % 16 < 15 else 15 * 24 * HOUR
        measure = Measure(FactKind(kind), self.at - ago, None, f"延长{c}号", "同乘 K15")
        return self._proposes(by, fact_proposing.propose_extension(fact, measure, "仍在观察", by=by, at=self.at).proposal_id)
