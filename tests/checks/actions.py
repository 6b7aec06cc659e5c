"""What the services let somebody do, and the permission each asks for, read from the source."""

import ast
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import NamedTuple

from hbcore.domain.permissions import EVERYBODY, Permission
from hbcore.services.saved_drafts import Place
from tests.checks.sources import Source, sources
from tests.checks.test_permissions import BY_OTHERS, DOORS, IN_A_TRANSACTION, parameters, public_functions

BY_ARGUMENT = {
    "application_imports.import_applications": Permission.IMPORT_APPLICATIONS,
    "filings.import_filings": Permission.IMPORT_FILINGS,
    "sampling_imports.commit": Permission.IMPORT_SAMPLES,
    "sampling_imports.preview": Permission.IMPORT_SAMPLES,
    "same_person.compare_proposed": Permission.SECOND_REVIEW,  # the proposals are read first, by their own service
    **{f"saved_drafts.{name}": Place.APPLICATION.permission for name in ("keep", "take_up", "drop")},
}
"""Services whose permission comes with what they are handed, or from another service that they ask first."""

OF_NOBODY = {
    "list_files.commit": "the part that imports of lists share",
    "list_files.preview": "the part that imports of lists share",
    "looked_up.look_up_of": "asked by each look-up",
}
"""Functions that stand behind others, and what for."""


class Action(NamedTuple):
    """A service function and what its caller must be allowed to do."""

    name: str
    call: Callable[..., object]
    permission: Permission


def actions() -> Iterator[Action]:
    """Every service function that somebody acts through, but those everybody may use."""
    for source in sources("hbcore/services"):
        near = {node.name: node for node in source.nodes if isinstance(node, ast.FunctionDef)}
        for function in public_functions(source) if source.path not in BY_OTHERS else ():
            name = f"{source.module.removeprefix('hbcore.services.')}.{function.name}"
            if "by" in parameters(function) and not parameters(function) & IN_A_TRANSACTION and name not in OF_NOBODY:
                permission = BY_ARGUMENT.get(name) or asked(source, function, near)
                if permission not in (None, *EVERYBODY):
                    yield Action(name, getattr(import_module(source.module), function.name), permission)


def asked(source: Source, function: ast.FunctionDef, near: Mapping[str, ast.FunctionDef]) -> Permission | None:
    """The permission of the first door that a function of a file comes to, in itself or in those it calls there."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in DOORS:
                return Permission[ast.unparse(node.args[1]).removeprefix("Permission.")]
            if node.func.id in near and node.func.id != function.name:
                found = asked(source, near[node.func.id], {name: one for name, one in near.items() if name != function.name})
                if found:
                    return found
    return None
