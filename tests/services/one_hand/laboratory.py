"""What liaisons do: files of results, good and bad, once and again."""

from collections.abc import Callable, Sequence
from random import Random

from hbcore.domain.vocabulary import SHANGHAI
from hbcore.services import lab_imports, recalls
from hbcore.services.acting import Staff
from hbcore.services.recall_record import Recalled, RecallReason
from hbcore.services.uploads import IncomingFile
from tests.services.one_hand.accounts import HEADINGS, HOUR, OTHER_LAB, PEOPLE, START, Accounts
from tests.standing import LAB

REASONS = tuple(RecallReason)


class Laboratory(Accounts):
    """Acts of laboratories; each takes the account and three numbers that choose."""

    def _file(self, lines: Sequence[str], tag: object) -> bytes:
        return "\n".join((f"## {tag}", HEADINGS, *lines)).encode()

    def _line(self, who: int, tube: str, assay: str, outcome: str, status: str, days: int, method: str = "") -> str:
        """`days`: from the day before the history began; so early samples come again and are corrected."""
        name, kind, number = PEOPLE[who % len(PEOPLE)]
        sampled = min(START + (days - 1) * 24 * HOUR, self.at - 24 * HOUR).astimezone(SHANGHAI)
        return f"{name},{kind},{number},{sampled:%Y-%m-%d 06:00},{tube},{assay},{outcome},{status},{method}"

    def _upload(self, by: Staff, a: int, b: int, c: int) -> str:
        random = Random(a * 7919 + b)  # noqa: S311 - the same again for the same step
        lines = [
            self._line(
                who := random.randrange(len(PEOPLE)),
                random.choice((f"S{who}", f"S{who}", f"S{who}", "T1", "T2")),
                random.choice(("核酸", "核酸", "核酸", "抗原")),
                random.choice(("阴性", "阴性", "阳性", "可疑")),
                random.choice(("", "", "更正", "更正", "作废")),
                random.choice((0, 0, 0, 1, 9)),
                random.choice(("", "", "", "10混1")),
            )
            for _ in range(random.randint(1, 6))
        ]
        return self._commit(by, self._lab(by, c), self._file(lines, self.at))

    def _flood(self, by: Staff, a: int, b: int, c: int) -> str:
        """Positives beyond the limit, each in a tube of its own."""
        assay = "抗原" if b % 5 == 0 else "核酸"
        lines = [self._line(a + n, f"S{(a + n) % len(PEOPLE)}", assay, "阳性", "", c % 2) for n in range(2 + b % 4)]
        return self._commit(by, self._lab(by, c), self._file(lines, self.at))

    def _again(self, by: Staff, _a: int, _b: int, c: int) -> str:
        """The last file once more, by whoever."""
        last = self.last.get("file")
        return self._commit(by, self._lab(by, c), last) if last else "nothing"

    def _preview(self, by: Staff, a: int, b: int, c: int) -> str:
        lines = [self._line(a + n, f"S{n}", "核酸", ("阳性", "阴性")[b % 2], "", 0) for n in range(4)]
        lab_imports.preview(IncomingFile(self._file(lines, self.at), "a.csv", self._lab(by, c)), by=by, at=self.at)
        return "done"

    def _recall(self, by: Staff, a: int, b: int, _c: int) -> str:
        """One of the uploads that stand, with or without positives."""
        return self._taken_back("committed", a, lambda number: recalls.recall(number, REASONS[b % 5], by=by, at=self.at), by)

    def _put_back(self, by: Staff, a: int, _b: int, _c: int) -> str:
        return self._taken_back("recalled", a, lambda number: recalls.put_back(number, by=by, at=self.at), by)

    def _taken_back(self, status: str, a: int, act: Callable[[str], Recalled], by: Staff) -> str:
        uploads = self.all("SELECT id, number FROM upload WHERE kind = 'results' AND status = ? ORDER BY id DESC", status)
        if not uploads:
            return "nothing"
        upload, number = uploads[a % min(len(uploads), 3)]
        if act(number).status == "proposed":
            asked = "SELECT id FROM proposal WHERE what IN ('recall', 'put_back') AND subject = ? AND settled_at IS NULL"
            return self._proposes(by, self.one(asked, f"upload {upload}"))
        return "done"

    def _lab(self, by: Staff, c: int) -> str:
        own = by.institutions if by.institutions and c % 10 else (LAB, OTHER_LAB)
        return own[c % len(own)]

    def _commit(self, by: Staff, lab: str, content: bytes) -> str:
        file = IncomingFile(content, "a.csv", lab)
        seen = lab_imports.preview(file, by=by, at=self.at)
        report = lab_imports.commit(file, by=by, at=self.at)
        self.last["file"] = content
        counted = report.rows
        assert counted["read"] == counted["recorded"] + counted["already_held"] + counted["held"] + counted["refused"]
        if report.status == "already_committed":
            return "repeated"
        told = [(one.rows, one.outcomes, one.problems, one.codes) for one in (seen, report)]
        assert told[0] == told[1], "a preview said something else than its commit did"
        upload = self.one("SELECT id FROM upload WHERE number = ?", report.batch)
        self.book.uploads[upload] = (by.id, lab, self.at)
        for (proposal,) in self.all("SELECT id FROM proposal WHERE subject = ?", f"upload {upload}"):
            self.book.proposed[proposal] = by.id
        return "done"
