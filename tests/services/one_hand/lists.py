"""What is done about lists of facts as files: handed in, confirmed with somebody left out, their held rows settled."""

from collections.abc import Sequence
from random import Random

from hbcore.domain.documents import read_document
from hbcore.domain.errors import Refused
from hbcore.domain.fact_rules import Measure
from hbcore.domain.vocabulary import SHANGHAI, DocumentKind, FactKind, Role
from hbcore.services import fact_files, fact_held, fact_lists, fact_proposing
from hbcore.services.acting import Staff
from hbcore.services.uploads import IncomingFile
from hbcore.storage import sealing
from tests.services.one_hand.accounts import HOUR, PEOPLE
from tests.services.one_hand.hands import covers
from tests.services.one_hand.persons import Persons
from tests.services.one_hand.seen import Handed, micros

CASE = "鄂2020-17"
HEADING = "证件类型,证件号码,姓名,管控类别,起始时间,截止时间,暴露情况,依据文号"
WORDS = {"密接": FactKind.CLOSE_CONTACT, "居家观察": FactKind.HOME_OBSERVATION}
ANOTHER = "李四"
"""A name that nobody here has."""

UNTIL = (HOUR / 2, 2 * HOUR, 24 * HOUR, None, None)
"""When what a row says is over; some of it before a second person looks."""

LINES = "SELECT l.person_id, l.kind, l.until_at FROM fact_list_line l WHERE l.list_id = ? ORDER BY l.id"


class Lists(Persons):
    """Acts on lists, by whoever may propose facts."""

    def _case_list(self, by: Staff, a: int, b: int, c: int) -> str:
        """Of some whom we hold it has another name: those are nobody's to propose by it."""
        random = Random(a * 7919 + b)  # noqa: S311 - the same again for the same step
        chosen = random.sample(range(len(PEOPLE)), random.randint(1, 4))
        named = {place for place in chosen if random.random() < 0.5 or not self._holders({place})}
        begins = (self.at - (c % 48) * HOUR).astimezone(SHANGHAI)
        lines = [self._row(place, place in named, f"{begins:%Y-%m-%d %H:%M}", random) for place in chosen]
        text = "\n".join((f"## {self.at}", HEADING, *lines))
        made = fact_files.propose(IncomingFile(text.encode(), "l.csv", ""), "流调报告", case=CASE, sure=True, by=by, at=self.at)
        assert made.list_id
        assert made.proposal_id
        of_list = {person for person, *_ in self.all(LINES, made.list_id)}
        assert of_list <= self._holders(named), "somebody is on a list by another's name"
        self.book.lists[made.list_id] = Handed(by.id, by.unit or "")
        self.last["held of lists"] = tuple(chosen)
        return self._proposes(by, made.proposal_id)

    def _row(self, place: int, named: bool, begins: str, random: Random) -> str:
        name, kind, number = PEOPLE[place]
        after = random.choice(UNTIL)
        until = f"{(self.at + after).astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if after else ""
        return ",".join(
            (kind, number, name if named else ANOTHER, random.choice(tuple(WORDS)), begins, until, "同住", "鄂防指17号")
        )

    def _holders(self, places: set[int]) -> set[int]:
        """Who has the documents of these; whoever was joined stands for both."""
        kinds = {"居民身份证": DocumentKind.RESIDENT_ID, "港澳居民来往内地通行证": DocumentKind.HK_MACAU_PERMIT}
        documents = [read_document(kinds[PEOPLE[place][1]], PEOPLE[place][2]) for place in places]
        keys = [sealing.document_key(one.kind, one.number) for one in documents]
        return {person for key in keys for (person,) in self.all("SELECT person_id FROM document WHERE key = ?", key)}

    def _list_row(self, by: Staff, a: int, b: int, c: int) -> str:
        """A held row: its person is proposed alone in the same case, or somebody is done with it."""
        held = self.all("SELECT list_id, row_number FROM fact_list_row WHERE done_at IS NULL ORDER BY 1, 2")
        if not held:
            return "nothing"
        if b % 3 == 0:
            places = self.last["held of lists"]
            person = self._looked_up(by, places[a % len(places)])
            if person is None:
                return "nothing"
            measure = Measure(FactKind.CLOSE_CONTACT, self.at - (c % 48) * HOUR, None, "鄂防指17号", "同住")
            made = fact_proposing.propose(person, measure, "流调报告", case=CASE, sure=True, by=by, at=self.at)
            return self._proposes(by, made.proposal_id)
        of_list, row = held[a % len(held)]
        handed = self.book.lists[of_list]
        by = self.by_id[handed.by] if c % 3 == 0 else by
        fact_held.settle(of_list, row, by=by, at=self.at)
        sees = by.id == handed.by or (by.role == Role.SUPERVISOR and covers(by.unit or "", handed.unit))
        assert sees, "a held row of a list was settled by somebody who does not see it"
        return "done"

    def _confirm_list(self, proposal: int, by: Staff, b: int) -> None:
        """Who confirms leaves out whom they were told of; now and then nobody, or somebody else besides."""
        ((of_list, what),) = self.all("SELECT id, what FROM fact_list WHERE proposal_id = ?", proposal)
        told = self._told(of_list, by) if b % 5 else set()
        lines = self.all(LINES, of_list)
        if b % 7 == 0:
            told ^= {lines[b % len(lines)][0]}
        if told:
            self.settled = f"{what} in part"
        fact_lists.confirm(proposal, left_out=told, by=by, at=self.at)
        if what == "facts":
            self._check_left_out(of_list, lines, told)

    def _told(self, of_list: int, by: Staff) -> set[int]:
        """Of whom on it nothing would be recorded now; who may not ask confirms without being told."""
        try:
            return set(fact_lists.effect_of(of_list, by=by, at=self.at).left_out)
        except Refused:
            return set()

    def _check_left_out(self, of_list: int, lines: Sequence[tuple[int, str, int | None]], told: set[int]) -> None:
        recorded = set(self.all("SELECT person_id, kind FROM fact WHERE list_id = ?", of_list))
        listed = {(self._stands_for(person), kind) for person, kind, _ in lines}
        assert recorded <= listed, "a fact that was not on the list"
        without = [one for one in lines if (self._stands_for(one[0]), one[1]) not in recorded]
        assert {person for person, *_ in without} == told, "of a list others were left out than was told"
        asked = "SELECT 1 FROM fact WHERE person_id = ? AND kind = ? AND ended_at IS NULL"
        for person, kind, until in without:
            over = until is not None and until <= micros(self.at)
            assert over or self.all(asked, self._stands_for(person), kind), "somebody was left out of a list without a reason"

    def _stands_for(self, person: int) -> int:
        to = self.one("SELECT joined_to FROM person WHERE id = ?", person)
        return person if to is None else self._stands_for(to)
