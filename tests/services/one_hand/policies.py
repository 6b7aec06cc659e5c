"""What the province does about policies: proposed, published for later or at once, withdrawn before they begin."""

import json
from collections.abc import Mapping
from typing import Any

from hbcore.domain.sentence import TABLES
from hbcore.domain.vocabulary import Role
from hbcore.services import policy_publishing, policy_withdrawing, publications
from hbcore.services.acting import Staff
from hbcore.services.policy_withdrawing import WithdrawalReason
from tests.services.one_hand.accounts import HOUR, Accounts
from tests.services.one_hand.seen import Book, Picture, micros

SCOPES = ("420000", "420100", "420500")
LATER = (None, 26 * HOUR, 120 * HOUR, 300 * HOUR)
SHIPPED = json.loads((TABLES / "policies" / "hubei-2020-04.json").read_text(encoding="utf-8"))


def table(number: int) -> dict[str, Any]:
    """The shipped table for a scope of its own, sterner with contacts, milder with who has recovered, or the same."""
    rows = [dict(row) for row in SHIPPED["rows"]]
    if number % 3 == 1:
        rows = [{**row, "colour": "red"} if row["id"] == "yellow-contact" else row for row in rows]
    if number % 3 == 2:
        rows = [row for row in rows if row["id"] != "yellow-recovered"]
    return {**SHIPPED, "id": f"table-{number}", "applies_to": SCOPES[number // 3 % len(SCOPES)], "rows": rows}


class Policies(Accounts):
    """Acts on policies; what is published or withdrawn is applied at once, in steps of two people."""

    def _policy(self, by: Staff, a: int, _b: int, _c: int) -> str:
        made = policy_publishing.propose(json.dumps(table(a % 60)).encode(), by=by, at=self.at)
        return self._proposes(by, made)

    def _leave_policy(self, by: Staff, a: int, b: int, _c: int) -> str:
        """Mostly one that has not begun."""
        since = micros(self.at) if a % 7 else 0
        found = self.all("SELECT id FROM policy WHERE valid_from > ? ORDER BY id", since)
        if not found:
            return "nothing"
        reasons = tuple(WithdrawalReason)
        reason = str(reasons[b % len(reasons)])
        return self._proposes(by, policy_withdrawing.propose(found[a // 7 % len(found)][0], reason, by=by, at=self.at))

    def _confirm_policy(self, what: str, policy: str, by: Staff, c: int) -> None:
        if what == "publish":
            after = LATER[c // 6 % len(LATER)]
            self.book.begins[policy] = micros(self.at + (after or 0 * HOUR))
            policy_publishing.publish(policy, valid_from=self.at + after if after else None, by=by, at=self.at)
        else:
            policy_withdrawing.withdraw(policy, by=by, at=self.at)
        while publications.step(at=self.at, most=2):
            pass


def check_policies(book: Book, by_id: Mapping[int, Staff], before: Picture, after: Picture, kind: str, now: int) -> None:
    """Each stands by two of the province and as it was published; what two withdrew had not begun, and decides nothing."""
    for id_, one in after.policies.items():
        _check_two(book, by_id, one.published, one.published_by, "published")
        if one.withdrawn_by is not None:
            _check_two(book, by_id, one.withdrawn, one.withdrawn_by, "withdrawn")
            assert not one.codes, "a policy that was withdrawn decides codes to come"
        else:
            assert one.begins == book.begins[id_], "a policy begins at another instant than was said"
        was = before.policies.get(id_)
        begun = was is not None and was.begins is not None and was.begins <= now
        assert not begun or one == was or one.withdrawn_by is None, "a policy that has begun was withdrawn"
    begin = any(one.begins == now for one in after.policies.values())
    if kind == "confirm withdraw_policy" or (kind == "confirm publish" and not begin):
        assert after.colours(now) == before.colours(now), f"{kind} changed a colour of now"


def _check_two(book: Book, by_id: Mapping[int, Staff], proposal: int | None, by: tuple[int, int], how: str) -> None:
    assert proposal is not None, f"a policy was {how} that nobody proposed to"
    hands = book.proposed[proposal], book.confirmed[proposal]
    assert hands == by, f"a policy was {how} by other hands"
    right = all((by_id[one].role, by_id[one].unit) == (Role.SUPERVISOR, "420000") for one in hands)
    assert right, f"a policy was {how} at the wrong level"
