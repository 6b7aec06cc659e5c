"""Roles and actions: every service that somebody acts through refuses exactly the roles without its permission, on record (S08).

Services and their permissions are read from the source; what they are handed is made from its type. Where a service looks at that
before it asks who is there, `GIVEN` has something sound.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from inspect import Parameter, signature
from typing import Any, get_args, get_type_hints

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import EVERYBODY, Permission, may
from hbcore.domain.vocabulary import Assay, Colour, Outcome, Role
from hbcore.services import audit
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.services.behind_figures import ColourWanted
from hbcore.services.outside_results import Report
from hbcore.storage.engine import engine
from tests import standing
from tests.checks.actions import Action, actions
from tests.services.applying import PERMIT
from tests.services.requesting import jpeg
from tests.standing import LAB, WUCHANG

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
REPORT = Report("X", "", Assay.NAAT, Outcome.NEGATIVE, AT, (("x.jpg", jpeg()),))
GIVEN: Mapping[str, Mapping[str, object]] = {
    "accounts.add_staff": {"new": NewAccount("x.y", Role.AUDITOR), "password": "correct horse battery"},
    "accounts.add_with_one_time_password": {"new": NewAccount("x.z", Role.AUDITOR)},
    "application_entry.enter": {"draft": PERMIT},
    "application_entry.answer": {"draft": PERMIT},
    "counted_rows.counted_rows": {"wanted": ColourWanted(AT.date(), Colour.GREEN, WUCHANG)},
    "unit_keeping.add": {"name_zh": "某站", "name_en": ""},
    "unit_keeping.rename": {"name_zh": "某站", "name_en": ""},
    "outside_results.propose": {"report": REPORT},
    "institutions.add": {"code": "X1", "name": "X"},
    "institutions.suspend": {"reason": "closed"},
    "institutions.change": {"name": "X"},
}


def of_type(hint: Any) -> object:
    """Something of a type, as plain as can be."""
    chosen = {str: "x", int: 1, float: 1.0, bool: False, bytes: b"x", date: AT.date(), datetime: AT}
    if hint in chosen:
        return chosen[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{one.name: of_type(hints[one.name]) for one in fields(hint) if one.init})  # type: ignore[operator]
    if type(None) in get_args(hint):
        return None
    made = {"Sequence": (), "Mapping": {}, "tuple": (), "dict": {}}
    return next((value for name, value in made.items() if name in str(hint)), lambda *_anything: None)


def tried(action: Action, by: Staff) -> str:
    """The code with which somebody is refused; the name of anything else that happens."""
    wanted, hints = signature(action.call).parameters.values(), get_type_hints(action.call)
    made = {one.name: of_type(hints[one.name]) for one in wanted if one.default is Parameter.empty}
    try:
        action.call(**{**made, **GIVEN.get(action.name, {}), "by": by, "at": AT})
    except Refused as refused:
        return refused.code
    except Exception as error:  # what it was handed makes no sense: it was let in
        return type(error).__name__
    return "done"


def one_of(role: Role) -> Staff:
    placed = role in (Role.DISTRICT_STAFF, Role.SUPERVISOR, Role.CHECKPOINT_STAFF)
    works_for = [LAB] if role == Role.LAB_LIAISON else []
    return standing.staff(role, AT, name=str(role), unit=WUCHANG if placed else None, institutions=works_for)


def newest() -> tuple[object, ...]:
    """The newest event: its number, what it is, of whom, about what."""
    with engine().connect() as connection:
        c = audit.EVENTS.c
        chosen = sa.select(c.seq, c.act, c.by_id, c.subject, c.figures).order_by(c.seq.desc()).limit(1)
        return tuple(connection.execute(chosen).first() or (0,))


@pytest.mark.sqlite_only  # some seven hundred calls; who may do what is asked the same way on both databases
def test_s08_each_action_refuses_the_roles_without_its_permission_on_record_and_no_other(database):
    standing.institution(AT)
    staff = {role: one_of(role) for role in Role}
    faults = []
    for action in actions():
        for role, by in staff.items():
            (seq, *_before), code = newest(), tried(action, by)
            if may(role, action.permission):
                faults += [(action.name, str(role), code)] if code == "not_allowed" else []
            elif (code, newest()) != (
                "not_allowed",
                (seq + 1, "refused", by.id, str(action.permission), '{"why": "not_allowed"}'),
            ):
                faults.append((action.name, str(role), code))

    assert faults == []


def test_the_matrix_has_every_permission_that_not_everybody_holds():
    found = list(actions())

    assert {action.permission for action in found} == set(Permission) - EVERYBODY
    assert len(found) > 80
