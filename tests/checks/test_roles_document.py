"""The document of roles says what the table of permissions says."""

from hbcore.domain import permissions
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Role
from tests.checks.roles_document import PLACE, document


def test_the_document_of_roles_is_the_one_that_the_table_makes():
    assert PLACE.read_text(encoding="utf-8") == document(), "run python -m tests.checks.roles_document"


def test_a_changed_table_makes_another_document(monkeypatch):
    before = document()

    monkeypatch.setitem(permissions.ROLES, Role.AUDITOR, frozenset({Permission.KEEP_STAFF}))

    assert document() != before
