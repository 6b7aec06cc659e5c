"""Damaged laboratory files through a preview: figures that add up or a refusal that has a sentence, never anything else."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from hbcore.domain.errors import FileRefused
from hbcore.domain.vocabulary import Encoding, FileCode, Role
from hbcore.services import lab_imports
from hbcore.services.acting import Staff
from hbcore.services.uploads import IncomingFile
from tests import standing
from tests.standing import LAB
from tests.storage.mutated import EXAMPLES, damaged_books, damaged_texts

AT = datetime(2022, 11, 9, 4, tzinfo=UTC)
LATER = (AT + timedelta(minutes=2 * turn) for turn in count())
"""An account may look at sixty files an hour."""


@pytest.fixture
def liaison(database: Path) -> Staff:
    standing.institution(AT)
    return standing.staff(Role.LAB_LIAISON, AT, institutions=[LAB])


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(damaged_texts, damaged_texts, damaged_books), st.sampled_from([None, None, None, *Encoding]))
def test_a_damaged_file_is_previewed_or_refused(liaison: Staff, data: bytes, encoding: Encoding | None) -> None:
    try:
        report = lab_imports.preview(IncomingFile(data, "file", LAB, encoding=encoding), by=liaison, at=next(LATER))
    except FileRefused as refused:
        event(FileCode(refused.code))
        return

    event("previewed")
    assert report.rows["read"] == sum(report.rows[word] for word in ("recorded", "already_held", "held", "refused"))
