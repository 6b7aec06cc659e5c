"""Rows that failed stand together with their neighbours, in order, none left out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hbcore.domain.known import Known
from hbcore.domain.policy import decide, shipped
from hbcore.domain.why import rows_tried
from hbcore.ui.person_tried import blocks
from tests.domain.people_in_tables import NOW
from tests.domain.strategies import people


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(sorted(shipped())), people())
def test_no_row_is_left_out_and_none_is_out_of_order(policy: str, known: Known) -> None:
    rows = rows_tried(shipped()[policy], decide(shipped()[policy], known, NOW))

    found = blocks(rows)

    assert [row for block in found for row in block] == list(rows)
    assert all(len(block) == 1 for block in found for row in block if row.decisive)
