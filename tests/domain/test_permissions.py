"""The pages of a role: its first stands at `/` and first in the menu."""

import pytest

from hbcore.domain.permissions import PAGES, first_page, may, pages_of
from hbcore.domain.vocabulary import Role


def test_who_stands_at_a_gate_begins_with_the_check_page_and_everybody_else_with_the_overview():
    begins = {role: first_page(role) for role in (None, *Role)}

    assert begins == dict.fromkeys((None, *Role), "Overview") | {Role.CHECKPOINT_STAFF: "Checkpoint"}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_sees_the_pages_it_may_its_first_before_the_others(role):
    seen = pages_of(role)

    assert seen[0] == first_page(role)
    assert seen[1:] == [name for name in PAGES if may(role, PAGES[name]) and name != first_page(role)]
