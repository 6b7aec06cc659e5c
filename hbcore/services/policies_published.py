"""Which policies are published, and which of them decides for somebody from when on, as one transaction reads it."""

import json
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from hashlib import sha256

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.policy import Policy, load_policy
from hbcore.domain.policy_eras import Era, Published, eras
from hbcore.domain.vocabulary import PROVINCE
from hbcore.storage import policy_rows, unit_rows
from hbcore.storage.policy_rows import POLICIES

_LOADED: dict[tuple[str, str], Policy] = {}
"""Policies are never edited: what was loaded once under an id and a digest stays true."""


def loaded(policy: str, digest: str, content: Callable[[], str]) -> Policy:
    """The policy of an id and a digest; its `content` is asked for the first time only."""
    key = (policy, digest)
    if key not in _LOADED:
        _LOADED[key] = load_policy(json.loads(content()))
    return _LOADED[key]


def digest_of(content: str) -> str:
    """By what a table is known: whoever has the same text has the same policy."""
    return sha256(content.encode()).hexdigest()


class PoliciesPublished:
    """The published policies as they stand in a transaction; the eras of each place are worked out once."""

    def __init__(self, session: Session, at: int) -> None:
        self._connection = session.connection()
        self._at = at
        self._rows = tuple(policy_rows.PUBLISHED.rows(self._connection, {}))
        self._scopes = {row.scope for row in self._rows}
        self._of_path: dict[tuple[str, ...], tuple[Era, ...]] = {}
        self._of_unit: dict[str, tuple[Era, ...]] = {}

    def eras(self, unit: str) -> tuple[Era, ...]:
        """The eras from the given instant on for who lives in `unit` (unknown or empty: somewhere in the province).

        Places under the same policies have the very same tuple.

        :raises Refused: `no_policy` where none is published that holds by then.
        """
        found = self._of_unit.get(unit)
        if found is None:
            found = self._of_unit[unit] = self._eras(self._path(unit))
        if not found:
            raise Refused("no_policy")
        return found

    def asked(self) -> list[tuple[str, list[tuple[str, int | None]]]]:
        """Which policies decide in the units asked for so far: that of now, then each with when it begins."""
        return [
            (unit, [(era.policy.id, era.from_at if place else None) for place, era in enumerate(found)])
            for unit, found in sorted(self._of_unit.items())
        ]

    def _path(self, unit: str) -> tuple[str, ...]:
        """Those scopes of published policies that `unit` lies in, the nearest first."""
        if self._scopes <= {PROVINCE}:
            return (PROVINCE,)
        way = [above.code for above in unit_rows.PATH.rows(self._connection, {"unit": unit})]
        return (*(code for code in way if code in self._scopes and code != PROVINCE), PROVINCE)

    def _eras(self, path: tuple[str, ...]) -> tuple[Era, ...]:
        found = self._of_path.get(path)
        if found is None:
            published = [Published(row.scope, row.valid_from, self._policy(row)) for row in self._counting(path)]
            found = self._of_path[path] = eras(published, path, self._at)
        return found

    def _counting(self, path: tuple[str, ...]) -> list[policy_rows.PublishedRow]:
        """Of each scope the one in force and those to come: tables of the past are not even read."""
        out = []
        for scope in path:
            rows = [row for row in self._rows if row.scope == scope]
            begun = [row for row in rows if row.valid_from <= self._at]
            out += [*begun[-1:], *(row for row in rows if row.valid_from > self._at)]
        return out

    def _policy(self, row: policy_rows.PublishedRow) -> Policy:
        return loaded(row.id, row.digest, partial(policy_rows.content, self._connection, row.id))


def eras_at(session: Session, unit: str | None, at: datetime) -> tuple[Era, ...]:
    """The eras from `at` on for who lives in `unit`; the first one's policy is the one in force.

    :raises Refused: `no_policy`.
    """
    return PoliciesPublished(session, micros(at)).eras(unit or "")


def policies_named(session: Session, ids: Collection[str]) -> dict[str, Policy]:
    """The policies of these ids, published or not."""
    c = POLICIES.c
    kept = session.execute(sa.select(c.id, c.digest).where(c.id.in_(ids)))
    content = partial(policy_rows.content, session.connection())
    return {policy: loaded(policy, digest, partial(content, policy)) for policy, digest in kept}
