"""Kept rows judged again by themselves: their cells as the reader gives them, their tubes as the whole file had them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from sqlmodel import Session

from hbcore.domain.headings import LAB
from hbcore.domain.lab_columns import Judged
from hbcore.domain.vocabulary import Outcome
from hbcore.services import lab_tubes
from hbcore.services.lab_tubes import Laboratory
from hbcore.storage.held_rows import HeldRow

CHECKED = "testing_institution"
"""Whose results they are was checked when the file came in; the institution may have got another name since."""

COLUMNS = frozenset(LAB.words.values()) - {CHECKED}


def judged_again(
    session: Session, institution: str, rows: Sequence[HeldRow], *, at: datetime, came_at: datetime
) -> tuple[Judged, dict[str, list[Any]]]:
    """Rows of one upload that came in at `came_at`, judged as of `at`; and their results as columns of `lab_columns.SCHEMA`."""
    columns, numbers = _columns_of(rows), np.array([one.row for one in rows], np.int32)
    judged = lab_tubes.judged(session, columns, numbers, Laboratory(institution, ""), at=at, came_at=came_at)
    return judged, _tubes_as_they_were(judged.results.to_pydict(), rows)


def _columns_of(rows: Sequence[HeldRow]) -> dict[str, pa.StringArray]:
    """Their cells as the reader gives them: only the columns that it knows and that one of them fills."""
    words = {word for one in rows for word in one.cells if word in COLUMNS}
    return {word: pa.array([one.cells.get(word, "") for one in rows], pa.string()) for word in sorted(words)}


def _tubes_as_they_were(lines: dict[str, list[Any]], rows: Iterable[HeldRow]) -> dict[str, list[Any]]:
    """Who shared a tube in the file shares it still, though the others' rows are not here."""
    shared = {one.row for one in rows if not one.alone}
    for line, row in enumerate(lines["row"]):
        if row in shared:
            lines["single"][line] = False
            if lines["outcome"][line] == Outcome.POSITIVE:
                lines["outcome"][line] = str(Outcome.POOLED_POSITIVE)
    return lines
