"""A demonstration province on an empty desk: thirty days of work, through the services, in time order, the same for a seed.

The same seed and the same `at` give the same people, numbers, files and decisions. Ids, receipts' secrets, look-up numbers,
keys and the password are drawn anew each time: they are the desk's own, and nobody may foresee them.
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import set_up
from hbcore.services.demo.places import ACCOUNTS, FIRST
from hbcore.services.demo.planning import FEWEST_PEOPLE, plan
from hbcore.services.demo.province import Province, set_up_desk
from hbcore.services.demo.timeline import Timeline, shanghai

DAYS, PEOPLE, SEED = 30, 2_000, 20200425
FEWEST_DAYS = 10
SETTING_UP = timedelta(hours=1)
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

__all__ = ["DAYS", "FEWEST_DAYS", "FEWEST_PEOPLE", "PEOPLE", "SEED", "DemoAccount", "Filled", "fill"]


@dataclass(frozen=True)
class DemoAccount:
    """An account of the demonstration."""

    name: str
    role: Role
    unit: str | None
    institutions: tuple[str, ...]


@dataclass(frozen=True)
class Filled:
    """What stands now. `password`: of every account, told this once."""

    password: str
    accounts: tuple[DemoAccount, ...]


def fill(
    *,
    at: datetime,
    people: int = PEOPLE,
    seed: int = SEED,
    days: int = DAYS,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Filled:
    """Fill an empty desk with `people` people and the last `days` days up to `at`; `progress` is told days done and of how many.

    At least 200 people and 10 days, or not every story fits in. Needs no permission: there is nobody yet who could be asked.

    :raises Refused: `not_empty` when there is an account, a person or an upload.
    """
    if not set_up.empty():
        raise Refused("not_empty")
    begins = shanghai(at, 6, days=-days)
    code = set_up.init(at=begins)
    if code is None:
        raise AssertionError("a desk without staff has no set-up code")
    password = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    province = Province(seed, Timeline(begins + SETTING_UP, at))
    set_up_desk(province, code, password, begins)
    plan(province, people)
    province.timeline.run(lambda done: progress(done, days))
    return Filled(password, tuple(_accounts()))


def _accounts() -> Iterator[DemoAccount]:
    yield DemoAccount(FIRST, Role.ADMINISTRATOR, None, ())
    for one in ACCOUNTS:
        yield DemoAccount(one.name, one.role, one.unit, one.institutions)
