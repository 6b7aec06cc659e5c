"""What a gate measures and the district does about it: none of it may change a colour by one hand."""

from hbcore.domain.temperatures import Closed, Done, Measured
from hbcore.services import gate_undoing, temperature_notices, temperatures
from hbcore.services.acting import Staff
from hbcore.services.temperatures import Whose
from tests.services.one_hand.accounts import PEOPLE, Accounts

READINGS = (Measured(365), Measured(380), Measured(380, 366), *[Measured(380, 390, (Done.CALLED,))] * 3)


class Temperatures(Accounts):
    """Acts on temperatures; whoever settles a notice has opened it."""

    def _temperature(self, by: Staff, a: int, b: int, c: int) -> str:
        """Now and then of nobody that is known, now and then taken back."""
        if c % 9 == 0:
            gate_undoing.take_back(by=by, at=self.at)
            return "done"
        text = PEOPLE[a % len(PEOPLE)][2] if c % 7 else "E00000000"
        temperatures.add(Whose(text), READINGS[b % len(READINGS)], "东门", by=by, at=self.at)
        return "done"

    def _settle_notice(self, by: Staff, a: int, b: int, c: int) -> str:
        found = self.all("SELECT id FROM temperature WHERE state = 'open' OR state = 'proposed' ORDER BY id")
        if not found:
            return "nothing"
        notice = found[a % len(found)][0]
        if b % 3 == 0:
            temperature_notices.close(notice, tuple(Closed)[c % len(Closed)], by=by, at=self.at)
            return "done"
        temperature_notices.one(notice, by=by, at=self.at)
        put = temperature_notices.propose_fever(notice, f"门诊{c}号", "发热", sure=True, by=by, at=self.at)
        return self._proposes(by, put.proposal_id)
