"""Every door is one that authority is read at: services by `acting` and `reading`, pages by their line in the table (S07)."""

import ast
from collections.abc import Iterator

import pytest

from hbcore.domain.permissions import PAGES, ROLES, Permission, may
from hbcore.domain.vocabulary import Role
from tests.checks.sources import Source, sources

DOORS = {"acting", "reading", "saving_own"}
OF_A_KIND = {"sort.permission", "place.permission"}
"""The permission of a sort of file, of a place where something is typed: each names its own."""
OPENERS = {"engine", "access_engine", "Session"}
IN_A_TRANSACTION = {"session", "connection"}
"""A function that is handed one of these works within a transaction that somebody else has opened at a door."""

BY_OTHERS = {
    "hbcore/services/acting.py": "the doors themselves",
    "hbcore/services/audit.py": "events of what others do; verifying needs no account (model part 10)",
    "hbcore/services/refusals.py": "put around a door",
    "hbcore/services/looked_up.py": "reads and writes the store of look-ups, called from inside a door",
    "hbcore/services/sessions.py": "signing in and out: there is no authority yet, or it ends",
    "hbcore/services/session_ends.py": "told to who holds the browser: there is no authority any more",
}
"""Files whose functions take `by` or open the database without a permission of their own, and why."""

WITHOUT_A_DOOR = {
    "hbcore/services/lab_slices.py:finish_all": "carries out what was accepted",
    "hbcore/services/recall_slices.py:rehearsed": "what comes of it is for who was asked at the door",
    "hbcore/services/recall_slices.py:finish": "carries out what was decided",
    "hbcore/services/recall_slices.py:finish_all": "carries out what was decided",
    "hbcore/services/slicing.py:writing": "the transactions in which what was accepted is carried out, or undone again",
    "hbcore/services/outbox.py:send_due": "the clock sends what was decided; it shows nobody",
    "hbcore/services/outbox.py:send_all": "the clock sends what was decided; it shows nobody",
    "hbcore/services/photos.py:delete_old": "the clock deletes what is over; it shows nobody",
    "hbcore/services/retention.py:delete_old": "the clock deletes what is over; it shows nobody",
    "hbcore/services/facts.py:record_shown": "writes down what its caller was shown behind a door",
    "hbcore/services/form_photos.py:pictures_of": "pictures of a form go with it to its application, and to nobody",
    "hbcore/services/form_photos.py:delete_over": "the clock deletes what is over; it shows nobody",
    "hbcore/services/application_expiry.py:expire_everywhere": "seven days without an answer end an application",
    "hbcore/services/publications.py:step": "carries out what two people published",
    "hbcore/services/publications.py:in_progress": "how far that has come is nobody's secret",
    "hbcore/services/code_keys_kept.py:key_set": "published for everybody who checks",
    "hbcore/services/codes_presented.py:check_here": "what a text is, never whose",
    "hbcore/services/decisions.py:why_not": "a rule: reads nothing, changes nothing",
    "hbcore/services/backups.py:restore": "there may be no account yet; who holds files and keys need not ask (model part 10)",
    "hbcore/services/accounts.py:first_administrator": "nobody can be asked yet: the set-up code stands for a permission",
    "hbcore/services/accounts.py:staff_named": "who acts by shell; what they do asks",
    "hbcore/services/passwords.py:begin_attempt": "signing in",
    "hbcore/services/passwords.py:attempt_fitted": "signing in",
    "hbcore/services/people_found_alike.py:fill": "the start makes ready what is held",
    "hbcore/services/set_up.py:empty": "asked while there is nobody yet",
    "hbcore/services/set_up.py:is_demonstration": "asked by strangers",
    "hbcore/services/set_up.py:nobody_yet": "asked by strangers",
    "hbcore/services/set_up.py:ready": "asked by strangers",
    "hbcore/services/settings.py:hotline_for_all": "whom to call is everybody's to know",
    "hbcore/services/units.py:listed": "names of places are everybody's",
}

OF_APPLICANTS = {
    "hbcore/services/public_taking.py": "applying: whoever fills in the form",
    "hbcore/services/public_applications.py": "answering, declaring and taking back: receipt and secret stand for it",
    "hbcore/services/public_status.py": "the status of one application, for who has its receipt and secret or document",
}
"""Files whose functions open the applicant's own door, `as_applicant`, and why."""

Function = ast.FunctionDef


def public_functions(source: Source) -> Iterator[Function]:
    """The functions that pages and the shell may call."""
    return (node for node in source.tree.body if isinstance(node, Function) and not node.name.startswith("_"))


def parameters(function: Function) -> set[str]:
    return {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}


def calls(function: Function) -> set[str]:
    """The names of everything a function calls."""
    return {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }


def door_calls(function: Function) -> list[ast.Call]:
    """Its calls of the doors."""
    nodes = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return [node for node in nodes if isinstance(node.func, ast.Name) and node.func.id in DOORS]


def says_permission(call: ast.Call, function: Function) -> bool:
    """Whether a door is told `by`, one permission by its name (or that of the sort of file), and `at`."""
    if len(call.args) != 3:
        return False
    by, permission, at = map(ast.unparse, call.args)
    known = permission.removeprefix("Permission.") in Permission.__members__ or permission in OF_A_KIND
    return known and by == "by" and at == "at"


def through_a_door(function: Function, near: dict[str, Function], seen: frozenset[str] = frozenset()) -> bool:
    """Whether a function opens a door itself, or hands `by` to one of its file that does, or to a service that must."""
    if any(says_permission(call, function) for call in door_calls(function)):
        return True
    inner = (calls(function) & near.keys()) - seen - {function.name}
    return any(through_a_door(near[name], near, seen | {function.name}) for name in inner)


def without_permission(source: Source, doors: set[str]) -> list[str]:
    """Public functions that take `by` and open no door, nor hand over to a service function that does."""
    if source.path in BY_OTHERS:
        return []
    near = {node.name: node for node in source.nodes if isinstance(node, Function)}
    found = [one for one in public_functions(source) if "by" in parameters(one) and not parameters(one) & IN_A_TRANSACTION]
    return [
        place
        for one in found
        if (place := f"{source.path}:{one.name}") not in WITHOUT_A_DOOR
        and not through_a_door(one, near)
        and not {source.full_name(node.func) for node in ast.walk(one) if isinstance(node, ast.Call)} & doors
    ]


def wrong_doors(source: Source) -> list[str]:
    """Doors that are told something else than who, what for and when."""
    if source.path in BY_OTHERS:
        return []
    functions = [node for node in source.nodes if isinstance(node, Function)]
    return [f"{source.path}:{one.name}" for one in functions for call in door_calls(one) if not says_permission(call, one)]


def own_doors(source: Source) -> list[str]:
    """Public functions that open the database past the doors."""
    if source.path in BY_OTHERS:
        return []
    return [
        f"{source.path}:{one.name}"
        for one in public_functions(source)
        if calls(one) & OPENERS and f"{source.path}:{one.name}" not in WITHOUT_A_DOOR
    ]


def service_doors() -> set[str]:
    """Full names of the service functions that open a door: other services may hand `by` to them."""
    return {
        f"{source.module}.{one.name}"
        for source in sources("hbcore/services")
        for one in public_functions(source)
        if any(says_permission(call, one) for call in door_calls(one))
    }


def test_every_service_that_somebody_acts_through_declares_its_permission() -> None:
    doors = service_doors()

    assert [fault for source in sources("hbcore/services") for fault in without_permission(source, doors)] == []
    assert [fault for source in sources("hbcore/services") for fault in wrong_doors(source)] == []
    assert len(doors) > 20


def test_nothing_opens_the_database_past_the_doors_unless_it_is_for_everybody() -> None:
    assert [fault for source in sources("hbcore/services") for fault in own_doors(source)] == []


def test_the_door_of_applicants_is_opened_for_applicants_alone() -> None:
    opened = {
        source.path
        for source in sources("hbcore")
        for node in source.nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "as_applicant"
    }

    assert opened == OF_APPLICANTS.keys()


def test_a_service_that_opens_the_database_itself_is_found() -> None:
    assert own_doors(Source("hbcore/services/new.py", "def peek():\n    with Session(engine()) as session: pass"))


def test_every_exception_still_stands_for_something() -> None:
    there = {source.path for source in sources("hbcore/services")}
    functions = {f"{source.path}:{one.name}" for source in sources("hbcore/services") for one in public_functions(source)}

    assert BY_OTHERS.keys() <= there
    assert WITHOUT_A_DOOR.keys() <= functions


@pytest.mark.parametrize(
    "body",
    [
        "def act(*, by, at):\n    return engine()",
        "def act(*, by, at):\n    with acting(by, what, at): pass",
        "def act(*, by, at):\n    with acting(somebody, Permission.KEEP_STAFF, at): pass",
        "def act(*, by, at):\n    with acting(by, Permission.NO_SUCH, at): pass",
        "def act(*, by, at):\n    _inner(by)\ndef _inner(by): pass",
    ],
)
def test_a_service_without_a_permission_is_found(body: str) -> None:
    assert without_permission(Source("hbcore/services/new.py", body), set())


@pytest.mark.parametrize(
    "body",
    [
        "def act(*, by, at):\n    with acting(by, Permission.KEEP_STAFF, at): pass",
        "def act(*, by, at):\n    _inner(by, at)\ndef _inner(by, at):\n    with reading(by, Permission.SEE_COUNTS, at): pass",
        "def act(session, *, by, at): pass",
    ],
)
def test_a_service_with_a_permission_is_left_alone(body: str) -> None:
    assert without_permission(Source("hbcore/services/new.py", body), set()) == []


def test_every_permission_is_held_by_somebody_and_asked_for_somewhere() -> None:
    asked = {ast.unparse(node) for source in sources("hbcore") for node in source.nodes if isinstance(node, ast.Attribute)}

    assert [one for one in Permission if not any(may(role, one) for role in Role)] == []
    assert ROLES.keys() == set(Role)
    assert [one.name for one in Permission if f"Permission.{one.name}" not in asked] == []


def starts(source: Source) -> bool:
    """Whether nothing of a page runs before `start_page`: only imports, definitions and constants come first."""
    for node in source.tree.body:
        if isinstance(node, ast.Assign | ast.Expr) and isinstance(node.value, ast.Call):
            return source.full_name(node.value.func) == "hbcore.ui.start.start_page"
        if not isinstance(
            node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign | ast.Expr
        ):
            return False
    return False


def test_every_page_has_its_line_and_begins_by_asking_who_is_there() -> None:
    pages = sources("pages")

    assert {page.path.removeprefix("pages/").removesuffix(".py") for page in pages} == PAGES.keys()
    assert [page.path for page in pages if not starts(page)] == []


@pytest.mark.parametrize("text", ["", "show()\nstaff = start_page('x')", "if st.button('x'):\n    go()\nstaff = start_page('x')"])
def test_a_page_that_runs_before_asking_is_found(text: str) -> None:
    assert not starts(Source("pages/New.py", f"from hbcore.ui.start import start_page\n{text}"))


def test_a_page_that_asks_first_is_left_alone() -> None:
    assert starts(Source("pages/New.py", "from hbcore.ui.start import start_page\nX = 1\nstaff = start_page('x')\nshow()"))
