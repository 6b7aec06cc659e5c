"""What is registered at sampling sites, and what laboratories say of tubes that name nobody."""

from random import Random

from hbcore.domain.vocabulary import SHANGHAI
from hbcore.services import sampling_imports
from hbcore.services.acting import Staff
from hbcore.services.uploads import IncomingFile
from tests.services.one_hand.accounts import HOUR, PEOPLE
from tests.services.one_hand.laboratory import Laboratory

TUBES = ("T1", "T2", "S0", "S1")
REGISTERED = "SELECT sample_number, person_id FROM sampling WHERE ended_at IS NULL"


class Tubes(Laboratory):
    """Acts on tubes, by liaisons and by district staff."""

    def _register(self, by: Staff, a: int, b: int, c: int) -> str:
        random = Random(a * 7919 + b)  # noqa: S311 - the same again for the same step
        day = (self.at - (b % 2) * 24 * HOUR).astimezone(SHANGHAI)
        lines = [
            ",".join((*random.choice(PEOPLE), f"{day:%Y-%m-%d} {random.choice(('05:00', '06:00'))}", random.choice(TUBES)))
            for _ in range(random.randint(1, 4))
        ]
        text = "\n".join((f"## {self.at}", "姓名,证件类型,证件号码,采样时间,试管编号", *lines))
        institution = self._lab(by, c) if c % 3 else ""
        report = sampling_imports.commit(IncomingFile(text.encode(), "s.csv", institution), by=by, at=self.at)
        return "repeated" if report.status == "already_committed" else "done"

    def _tube(self, by: Staff, a: int, b: int, c: int) -> str:
        """Who is in the tubes by then is written down: nobody else is to get a result of theirs, whenever it is taken in."""
        random = Random(a * 7919 + b)  # noqa: S311 - the same again for the same step
        tested = f"{(self.at - HOUR / 2).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        lines = [
            f"{tube},{random.choice(('阴性', '阳性', '阳性', '可疑'))},{tested},{random.choice(('', '', '更正', '作废'))}"
            for tube in random.sample(TUBES, random.randint(1, 3))
        ]
        inside = frozenset(self.all(REGISTERED))
        text = "\n".join((f"## {self.at}", "试管编号,检测结果,检测时间,结果状态", *lines))
        done = self._commit(by, self._lab(by, c), text.encode())
        if done == "done":
            self.book.inside[self.one("SELECT max(id) FROM upload WHERE kind = 'results'")] = inside
        return done
